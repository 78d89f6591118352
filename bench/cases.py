"""`python -m bench.cases NAME REPEATS`: one case, in this process, a line of JSON for each value as it is measured.

Kept apart from the run over all cases so that one that hangs can be ended without taking the others' values along.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bench import (
    classroom,
    dice,
    dying,
    embedded,
    formats,
    honesty,
    leaving,
    load,
    reading,
    starting,
    stopping,
    streaming,
    sweeps,
    transport,
    votes,
)
from bench.workbench import Workbench, workbench


@dataclass(frozen=True, slots=True)
class Case:
    """What measures, and the seconds after which it is given up. `by_name`: too long to run unasked."""

    measure: Callable[[Workbench], None]
    limit_s: int
    by_name: bool = False


CASES: Final[Mapping[str, Case]] = {
    "burst": Case(streaming.burst, 180),
    "burst-apart": Case(streaming.burst_apart, 180),
    "steady": Case(streaming.steady, 240),
    "steady-marked": Case(streaming.steady_marked, 240),
    "leaving": Case(leaving.leaving, 420),
    "starting": Case(starting.starting, 180),
    "offline": Case(starting.offline, 300, by_name=True),
    "dice": Case(dice.dice, 120),
    "embedded": Case(embedded.embedded, 240),
    "sweep": Case(sweeps.sweeps, 600),
    "class": Case(classroom.classroom, 300),
    "crowd": Case(load.crowd, 180),
    "idle": Case(load.idle, 100),
    "stops": Case(load.stops, 150),
    "transport": Case(transport.transport, 120),
    "sessions": Case(load.sessions, 1800, by_name=True),
    "reading": Case(reading.reading, 600, by_name=True),
    "engine-kill": Case(dying.dying, 1500, by_name=True),
    "stopping": Case(stopping.stopping, 1800, by_name=True),
    "kill": Case(votes.kill, 1200, by_name=True),
    "many-votes": Case(votes.many, 1200, by_name=True),
    "formats": Case(formats.formats, 3600, by_name=True),
    "probes": Case(honesty.probes, 7200, by_name=True),
}


def main() -> int:
    """Measures the case named."""
    name, repeats = sys.argv[1:]
    with workbench(name, int(repeats), lambda value: print(value.to_json(), flush=True)) as bench:
        CASES[name].measure(bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
