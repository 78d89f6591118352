"""`python -m bench.probes`: false alarms of the probes on the real model, and misses over all faulty servers.

Kept apart from the tests because it takes an hour: there a few faults stand for all. And from the case in
honesty.py because it needs an event loop of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Final

from playground.backend import Backend
from playground.chat import ChatRequest, ModelRef
from playground.engine.process import Engine
from playground.events import Answer
from playground.evidence.probes.asking import over
from playground.evidence.probes.examiner import Ask
from playground.evidence.probes.suite import PROBES, Subject, examine, plan
from playground.settings import Settings
from playground.testing.fault import NO_FAULT, Fault
from playground.testing.faults import FAULTS
from playground.testing.faulty_server import PROFILE, FaultyServer
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.transport import Transport

RESULTS: Final = Path(__file__).parent / "results"
_MODEL: Final = ModelRef("server", "smollm")


@dataclass(frozen=True)
class Run:
    """One table: who was probed, what was named, what could not be told, and what it cost."""

    subject: str
    expected: tuple[str, ...]
    named: tuple[str, ...]
    untold: tuple[str, ...]
    calls: int
    tokens: int
    seconds: float
    why: dict[str, str]

    @property
    def right(self) -> bool:
        """Whether exactly the faulty parameter was named; on a healthy server also nothing left untold."""
        return self.named == self.expected and not (not self.expected and self.untold)

    def line(self) -> str:
        """The run in one line."""
        told = f"named {', '.join(self.named) or 'none'}; untold {', '.join(self.untold) or 'none'}"
        cost = f"{self.calls} calls, {self.tokens} tokens, {self.seconds:.1f} s"
        return f"{'right' if self.right else 'WRONG'}  {self.subject}: {told}; {cost}"


async def probed(subject: Subject, ask: Ask, name: str, expected: Sequence[str]) -> Run:
    """All probes over one server."""
    calls, tokens, start = 0, 0, monotonic()

    async def counted(request: ChatRequest, most: int) -> Answer:
        nonlocal calls, tokens
        answer = await ask(request, most)
        calls, tokens = calls + 1, tokens + answer.usage.completion_tokens
        return answer

    verdicts = [p.verdict async for p in examine(subject, counted) if p.verdict is not None]
    found = {v.parameter: v for v in verdicts}
    named = tuple(n for n, v in found.items() if v.outcome in ("no visible effect", "rejected"))
    untold = tuple(n for n, v in found.items() if v.outcome == "cannot tell")
    why = {n: f"{found[n].outcome}: {found[n].why} {found[n].statistics}".strip() for n in (*named, *untold)}
    seconds = monotonic() - start
    assert calls <= plan(subject).most.calls, f"{calls} calls, more than planned"
    return Run(name, tuple(expected), named, untold, calls, tokens, seconds, why)


async def healthy(backend: Backend, times: int) -> list[Run]:
    """The embedded model itself, again and again."""
    subject = Subject(ModelRef("embedded", ""), EMBEDDED)
    runs = []
    for number in range(times):
        run = await probed(subject, over(backend.stream), f"embedded, run {number + 1}", ())
        runs.append(_told(run))
    return runs


async def faulty(engine: Engine, faults: Sequence[Fault]) -> list[Run]:
    """Each faulty server in front of it."""
    runs = []
    with FaultyServer(engine=engine) as server:
        async with Transport() as transport:
            ask = over(lambda request: transport.stream(request, PROFILE, server.endpoint))
            for fault in faults:
                server.fault = fault
                expected = (fault.parameter,) if fault.parameter else ()
                runs.append(_told(await probed(Subject(_MODEL, PROFILE), ask, fault.name, expected)))
    return runs


def _told(run: Run) -> Run:
    print(run.line(), file=sys.stderr, flush=True)
    for name, why in run.why.items() if not run.right else ():
        print(f"       {name}: {why}", file=sys.stderr, flush=True)
    return run


async def measure(times: int, faults: Sequence[Fault]) -> list[Run]:
    """Both, over one model."""
    backend = Backend(Settings())
    try:
        return [*await healthy(backend, times), *await faulty(backend.engine, faults)]
    finally:
        await backend.aclose()


def main() -> int:
    """Prints the toll as JSON, and a line per run beside it; fails when any is wrong."""
    arguments = argparse.ArgumentParser(prog="python -m bench.probes", description="Probes the probes.")
    arguments.add_argument("--times", type=int, default=20, help="runs on the embedded model (default 20)")
    arguments.add_argument("--faults", default="", help="only faults whose name matches this expression")
    given = arguments.parse_args()
    chosen = [fault for fault in (NO_FAULT, *FAULTS.values()) if re.search(given.faults, fault.name)]
    runs = asyncio.run(measure(given.times, chosen))
    RESULTS.mkdir(exist_ok=True)
    results = RESULTS / f"probes-{datetime.now():%Y-%m-%d-%H%M%S}.json"
    results.write_text(json.dumps([asdict(run) for run in runs], indent=1), encoding="utf-8")
    print(json.dumps(toll(runs)))
    return 0 if all(run.right for run in runs) else 1


def toll(runs: Sequence[Run]) -> dict[str, float]:
    """What all runs came to. Where no fault is expected, a parameter that could not be told is a miss too."""
    return {
        "runs": len(runs),
        "verdicts": len(runs) * len(PROBES),
        "false_alarms": sum(len(set(run.named) - set(run.expected)) for run in runs),
        "misses": sum(len(set(run.expected) - set(run.named)) for run in runs),
        "untold": sum(len(run.untold) for run in runs if not run.expected),
        "seconds": sum(run.seconds for run in runs),
    }


if __name__ == "__main__":
    sys.exit(main())
