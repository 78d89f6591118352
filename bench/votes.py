"""Votes in numbers: writers killed while they save, and what a hundred thousand votes cost.

Kept apart from the drivers, which run in processes of their own, so that they need nothing of the workbench.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from bench.figures import OURS
from bench.workbench import Workbench

ROOT: Final = Path(__file__).parents[1]


def kill(bench: Workbench) -> None:
    """10,000 acknowledged votes through 100 killed writers; a count of losses needs no repeats."""
    toll, note = _run("bench.kill"), bench.noting(OURS)
    note("acknowledged votes lost", "votes", toll["lost"])
    note("votes doubled", "votes", toll["doubled"])
    note("votes acknowledged", "votes", toll["acknowledged"])
    note("writers killed", "kills", toll["kills"])
    note("slowest first vote after a kill", "s", toll["slowest_restart_s"])


def many(bench: Workbench) -> None:
    """100,000 votes: the page's contents, the ratings, and full exports, each in a process of its own."""
    note = bench.noting(OURS)
    for what, cost in _run("bench.many").items():
        note(f"{what}, time", "s", cost["seconds"])
        note(f"{what}, peak memory", "MB", cost["peak_mb"])


def _run(module: str) -> dict[str, Any]:
    """What a driver printed; a driver that finds a loss fails, and has printed it all the same."""
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed
