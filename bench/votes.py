"""Votes in numbers: writers killed while they save, and what a hundred thousand votes cost.

Kept apart from the drivers, which run in processes of their own, so that they need nothing of the workbench.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from bench.figures import OURS, Figure
from bench.workbench import Workbench, figures

ROOT: Final = Path(__file__).parents[1]


def kill(bench: Workbench) -> list[Figure]:
    """10,000 acknowledged votes through 100 killed writers; a count of losses needs no repeats."""
    toll = _run("bench.kill")
    measured = {
        ("acknowledged votes lost", "votes"): [float(toll["lost"])],
        ("votes doubled", "votes"): [float(toll["doubled"])],
        ("votes acknowledged", "votes"): [float(toll["acknowledged"])],
        ("writers killed", "kills"): [float(toll["kills"])],
        ("slowest first vote after a kill", "s"): [toll["slowest_restart_s"]],
    }
    return figures("kill", OURS, measured)


def many(bench: Workbench) -> list[Figure]:
    """100,000 votes: the page's contents, the ratings, and full exports, each in a process of its own."""
    costs = _run("bench.many")
    measured = {(f"{what}, time", "s"): [cost["seconds"]] for what, cost in costs.items()}
    measured |= {(f"{what}, peak memory", "MB"): [cost["peak_mb"]] for what, cost in costs.items()}
    return figures("many-votes", OURS, measured)


def _run(module: str) -> dict[str, Any]:
    """What a driver printed; a driver that finds a loss fails, and has printed it all the same."""
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed
