"""What stops the start is one sentence with the next step, and no traceback.

Kept apart from the tests of the running page: here it never comes to run.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def start(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python app.py`, which ends by itself."""
    environment = {**os.environ, "PLAYGROUND_DATA_DIR": str(home), **variables}
    command = [sys.executable, str(ROOT / "app.py")]
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("port", ["abc", "70000"])
def test_a_port_that_is_none(port: str, tmp_path: Path) -> None:
    """Gradio itself would fail with a traceback, already when it is imported."""
    ended = start(tmp_path, GRADIO_SERVER_PORT=port)
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr.splitlines() == [
        f"GRADIO_SERVER_PORT is '{port}', which is not a port. "
        "Set it to a whole number from 1 to 65535, or remove it."
    ]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """The line names the port and what to do, and nothing else is said, not even of the model that is let go."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = start(tmp_path, GRADIO_SERVER_PORT=str(port))
    assert ended.returncode == 1 and ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert f"port {port} of 127.0.0.1" in line and "GRADIO_SERVER_PORT" in line
