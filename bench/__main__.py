"""`python -m bench`: measures, prints a table and writes the figures to bench/results.

Kept apart so that the cases can be called one by one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from bench import embedded, honesty, leaving, report, starting, streaming, transport, votes
from bench.figures import Figure
from bench.workbench import Workbench, workbench

RESULTS: Final = Path(__file__).parent / "results"
CASES: Final[dict[str, Callable[[Workbench], list[Figure]]]] = {
    "burst": streaming.burst,
    "steady": streaming.steady,
    "leaving": leaving.leaving,
    "starting": starting.starting,
    "embedded": embedded.embedded,
    "transport": transport.transport,
    "kill": votes.kill,
    "many-votes": votes.many,
    "probes": honesty.probes,
}
AN_HOUR: Final = frozenset({"probes"})
"""Cases that take so long that they are only measured when they are named."""


def main() -> int:
    """Runs the cases named, or all. A missed bar is said, but is no failure: a busy machine misses too."""
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Measures speed beside others.")
    arguments.add_argument(
        "cases", nargs="*", help=f"any of {', '.join(CASES)}; if none is named all but {', '.join(AN_HOUR)}"
    )
    arguments.add_argument("--repeats", type=int, default=5, help="values per figure (default 5)")
    given = arguments.parse_args()
    if unknown := set(given.cases) - set(CASES):
        arguments.error(f"no such case: {', '.join(unknown)}")
    if not Path("/proc/self/stat").exists():
        arguments.error(
            "CPU times are read from /proc, which only Linux has: run it there, or in a container."
        )
    found: list[Figure] = []
    with workbench(given.repeats) as bench:
        for case in given.cases or [name for name in CASES if name not in AN_HOUR]:
            print(f"measuring {case} ...", file=sys.stderr, flush=True)
            found += CASES[case](bench)
    print(report.markdown(found), report.closing(found), sep="\n\n")
    RESULTS.mkdir(exist_ok=True)
    results = RESULTS / f"{datetime.now():%Y-%m-%d-%H%M%S}.json"
    results.write_text(report.document(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
