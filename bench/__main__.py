"""`python -m bench`: measures; each value is shown and written to bench/results as soon as it is there.

Kept apart so that the cases can be called one by one.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from math import inf
from pathlib import Path
from time import monotonic
from typing import Final

from bench import report
from bench.cases import CASES
from bench.figures import Figure, Value, figures

ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = Path(__file__).parent / "results"
WHOLE_S: Final = 900
"""How long all cases together may take, where none is named."""


def main() -> int:
    """Runs the cases named, or all. A missed bar is said, but is no failure: a busy machine misses too."""
    given = _arguments()
    RESULTS.mkdir(exist_ok=True)
    found: list[Figure] = []
    with (RESULTS / f"{datetime.now():%Y-%m-%d-%H%M%S}.jsonl").open("w", encoding="utf-8") as kept:
        kept.write(report.machine() + "\n")

        def told(value: Value) -> None:
            _say(f"  {value}")
            kept.write(value.to_json() + "\n")
            kept.flush()

        end = inf if given.cases else monotonic() + WHOLE_S
        for case in given.cases or [name for name, case in CASES.items() if not case.by_name]:
            limit_s = int(min(CASES[case].limit_s, end - monotonic()))
            if limit_s <= 0:
                _say(f"{case} was LEFT OUT: the {WHOLE_S} s for all are over. It can be named.")
                continue
            _say(f"measuring {case}, for {limit_s} s at most ...")
            measured = figures(values_of(case, given.repeats, limit_s, told))
            print(report.markdown(measured), flush=True)
            found += measured
    print(report.closing(found))
    return 0


def _arguments() -> argparse.Namespace:
    by_name = ", ".join(name for name, case in CASES.items() if case.by_name)
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Measures speed beside others.")
    arguments.add_argument(
        "cases", nargs="*", help=f"any of {', '.join(CASES)}; if none is named all but {by_name}"
    )
    arguments.add_argument("--repeats", type=int, default=5, help="values per figure (default 5)")
    given = arguments.parse_args()
    if unknown := set(given.cases) - set(CASES):
        arguments.error(f"no such case: {', '.join(unknown)}")
    if not Path("/proc/self/stat").exists():
        arguments.error(
            "CPU times are read from /proc, which only Linux has: run it there, or in a container."
        )
    return given


def values_of(case: str, repeats: int, limit_s: int, told: Callable[[Value], None]) -> list[Value]:
    """What a case measured until its end, or until it was given up after `limit_s`, which is said."""
    found: list[Value] = []
    command = [sys.executable, "-m", "bench.cases", case, str(repeats)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        given_up = threading.Timer(limit_s, os.killpg, (running.pid, signal.SIGKILL))
        given_up.start()
        assert running.stdout
        try:
            for line in running.stdout:
                found.append(Value.of_json(line))
                told(found[-1])
        except BaseException:  # Ctrl-C does not reach it by itself
            os.killpg(running.pid, signal.SIGKILL)
            raise
        finally:
            given_up.cancel()
    if running.returncode:
        why = f"after {limit_s} s" if running.returncode == -signal.SIGKILL else "by a fault"
        _say(f"{case} was GIVEN UP {why}: what it had measured counts.")
    return found


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
