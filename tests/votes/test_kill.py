"""A writer killed at any moment loses no vote that it has acknowledged, and doubles none.

It runs the benchmark's own driver, in a process of its own, with smaller numbers.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_no_acknowledged_vote_is_lost_or_doubled() -> None:
    """300 acknowledged votes through 10 SIGKILLs: all there, each once, in a whole file."""
    command = [sys.executable, "-m", "bench.kill", "--votes", "300", "--kills", "10"]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120, check=False
    )
    toll = json.loads(done.stdout)
    assert (toll["acknowledged"], toll["stored"], toll["kills"]) == (300, 300, 10), done.stderr
    assert (toll["lost"], toll["doubled"], toll["intact"]) == (0, 0, True)
