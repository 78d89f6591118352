"""The probes in numbers: false alarms on the real model, and misses over all faulty servers.

Kept apart from the driver, which runs in a process of its own, so that it needs nothing of the workbench.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.figures import OURS
from bench.workbench import Workbench

ROOT: Final = Path(__file__).parents[1]


def probes(bench: Workbench) -> None:
    """20 runs on the embedded model and one against each faulty server; a count needs no repeats."""
    command = [sys.executable, "-m", "bench.probes"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    toll: dict[str, float] = json.loads(done.stdout)
    note = bench.noting(OURS)
    note("false alarms", "verdicts", toll["false_alarms"])
    note("faults missed", "faults", toll["misses"])
    note("could not be told on a sound server", "verdicts", toll["untold"])
    note("tables made", "tables", toll["runs"])
    note("time per table", "s", toll["seconds"] / toll["runs"])
