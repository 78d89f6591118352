"""A probe: the one parameter that it is about, what it costs, and how it finds out.

Kept apart from the examiner because every file of probes ends in a list of these.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playground.evidence.probes.examiner import Examiner
from playground.evidence.probes.finding import Cost, Finding, Plan


@dataclass(frozen=True, slots=True)
class Probe:
    """`run` asks through the examiner, and may raise what the examiner raises. `sample` is a value of the
    parameter (with what it needs beside it), by which is seen whether this kind of server is sent it at all; `needs` is
    what it needs beside it, whose refusal is not its own."""

    parameter: str
    sample: dict[str, Any]
    plan: Plan
    run: Callable[[Examiner], Awaitable[Finding]] = field(repr=False)
    needs: dict[str, Any] = field(default_factory=dict)


async def none_yet(examiner: Examiner) -> Finding:
    """What is found of a parameter that no probe is about; nothing is asked."""
    return Finding("no probe yet", "Nobody has written a probe of it: compare answers with and without it.")


def unprobed(parameter: str) -> Probe:
    """What stands in place of a probe until there is one."""
    return Probe(parameter, {}, Plan(Cost(), Cost()), none_yet)
