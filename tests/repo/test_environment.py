"""A Python or a folder that cannot be used is told in one sentence, before anything is installed.

It runs the bootstrap as a newcomer's machine would, in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import environment

SCRIPT = Path(environment.__file__)


@pytest.mark.parametrize("version", [(3, 6), (3, 10)])
def test_an_old_python_is_told_so(version: tuple[int, ...]) -> None:
    """Python 3.10 and older: one sentence with both versions and the next step."""
    told = environment.version_problem(version, "python3")
    assert "3.11" in told and ".".join(map(str, version)) in told and "PYTHON=" in told


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (4, 0)])
def test_a_newer_python_will_do(version: tuple[int, ...]) -> None:
    """Python 3.11 and everything after it is taken."""
    assert environment.version_problem(version, "python3") == ""


def test_a_folder_that_cannot_be_made_is_told() -> None:
    """No traceback where the environment cannot be written: the folder and the reason in one sentence."""
    folder = SCRIPT / "beneath a file"
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert str(folder) in line and "cannot be made" in line


def test_an_environment_has_pip(tmp_path: Path) -> None:
    """What is made can install packages."""
    assert environment.make(tmp_path / "env") == ""
    command = [str(tmp_path / "env" / "bin" / "python"), "-m", "pip", "--version"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
