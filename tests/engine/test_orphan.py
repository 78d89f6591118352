"""A child whose parent goes away while the model is still loading ends as well.

Kept apart from the engine's tests because here the child is started without an engine, to leave it at that moment.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from playground.engine import child, model_file
from playground.settings import Settings


def test_a_child_that_is_left_while_it_loads_ends(own_settings: Settings) -> None:
    """Nobody reads its address any more: it ends at once and in order, and not through llama.cpp's own shutdown."""
    file = model_file.find(own_settings)
    options = {"model": str(file.path), "alias": file.alias, "api_key": "key", "room": file.room}
    with subprocess.Popen(
        [sys.executable, "-P", str(Path(child.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as left:
        assert left.stdin and left.stdout and left.stderr
        left.stdin.write(json.dumps(options) + "\n")
        left.stdin.close()
        left.stdout.close()
        try:
            assert left.wait(60) == 0
            assert "Traceback" not in left.stderr.read()
        finally:
            left.kill()
