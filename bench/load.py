"""Many visitors: what they wait for, what stays behind of them, and what nobody at all costs.

The app is in its public posture, as it would be for strangers: each visitor comes from a network of its own and is
counted against the quotas. App, upstream and crowd share the cores of one machine here; what upstream and crowd cost
is said beside the rest.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from statistics import quantiles
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import urlsplit

from bench.figures import OURS
from bench.pace import STALLED, Pace
from bench.program import ROOT, Program
from bench.site import LOAD_CHAT, PLAYGROUND, Site
from bench.workbench import Workbench

VISITORS: Final = 50
TALKING: Final = Pace(160, 50)
"""20 tokens a second, for 8 s."""

STOPS: Final = 500
SESSIONS: Final = 1000
BRIEF: Final = Pace(40)
LOAD: Final = "the load itself"

_COUNTED: Final = replace(PLAYGROUND, module=("-m", "bench.counted"))
_IDLE_S: Final = 30.0
_REST_S: Final = 3.0
_SETTLING_S: Final = 45.0
"""Connections that are kept to be used again are closed after 30 s."""


def crowd(bench: Workbench) -> None:
    """Fifty visitors who all press Send in one moment, with two panes each; Gradio's own chat has one."""
    _crowd(bench, PLAYGROUND, "ask")
    _crowd(bench, LOAD_CHAT, "chat")


def idle(bench: Workbench) -> None:
    """The app with no visitor at all."""
    for site in (PLAYGROUND, LOAD_CHAT):
        note = bench.noting(site.title)
        with bench.serving(site, TALKING) as (program, _):
            sleep(_REST_S)
            for _ in range(bench.repeats):
                before, begun = program.cpu_seconds(), monotonic()
                sleep(_IDLE_S / bench.repeats)
                note("share of a core", "%", 100 * (program.cpu_seconds() - before) / (monotonic() - begun))


def stops(bench: Workbench) -> None:
    """What is open after 500 answers that were left in their middle, against what was open before them."""
    note = bench.noting(OURS)
    with bench.serving(_COUNTED, STALLED, _public(bench)) as (program, address):
        _sent(
            bench, "leave", address, STALLED, VISITORS, VISITORS
        )  # threads and caches of the first visitors stay
        before = _settled(program, {})
        seen = _sent(bench, "leave", address, STALLED, STOPS, VISITORS)
        after = _settled(program, before)
    note("answers left in their middle", "", len(seen["first"]))
    for name, count in after.items():
        note(f"{name} more than before", "", count - before[name])


def sessions(bench: Workbench) -> None:
    """A thousand conversations of twenty turns, two answers each turn, against the memory before the first."""
    note = bench.noting(OURS)
    with bench.serving(PLAYGROUND, BRIEF, _public(bench)) as (program, address):
        sleep(_REST_S)
        before = program.memory_mb()
        seen = _sent(bench, "talk", address, BRIEF, SESSIONS, VISITORS)
        sleep(_REST_S)
        note("answers", "", seen["asked"])
        note("answers that are not whole", "", seen["asked"] - seen["whole"])
        note("memory grown", "MB", program.memory_mb() - before)


def _crowd(bench: Workbench, site: Site, what: str) -> None:
    note, beside = bench.noting(site.title), bench.noting(LOAD)
    with bench.serving(site, TALKING, _public(bench)) as (program, address):
        sleep(_REST_S)
        memory = program.memory_mb()
        for _ in range(bench.repeats):
            cpu, upstream = program.cpu_seconds(), bench.visits.cpu_seconds()
            seen = _sent(bench, what, address, TALKING, VISITORS, VISITORS)
            note("first word, 95th percentile", "ms", _p95_ms(seen["first"]))
            note("gap between pieces, 95th percentile", "ms", _p95_ms(seen["gaps"]))
            note("answers that are not whole", "", seen["asked"] - seen["whole"])
            note("CPU", "% of a core", 100 * (program.cpu_seconds() - cpu) / seen["took"])
            if site is PLAYGROUND:
                beside("CPU", "% of a core", 100 * _share(bench, seen, upstream))
        note("memory grown", "MB", program.memory_mb() - memory)


def _share(bench: Workbench, seen: dict[str, Any], upstream_before: float) -> float:
    return float(seen["cpu"] + bench.visits.cpu_seconds() - upstream_before) / float(seen["took"])


def _public(bench: Workbench) -> dict[str, str]:
    """The settings of a page for strangers, behind one proxy, who may have the upstream asked."""
    return {
        "PLAYGROUND_POSTURE": "public",
        "PLAYGROUND_PROXIES": "1",
        "PLAYGROUND_LIMITS_TIMES": "100",
        "PLAYGROUND_ALLOWED_HOSTS": urlsplit(bench.visits.base_url(TALKING)).netloc,
    }


def _sent(
    bench: Workbench, what: str, address: str, pace: Pace, visitors: int, at_once: int
) -> dict[str, Any]:
    """What a crowd saw."""
    command = [sys.executable, "-m", "bench.crowd", what, address, bench.visits.base_url(pace)]
    sizes = ["--visitors", str(visitors), "--at-once", str(at_once)]
    done = subprocess.run([*command, *sizes], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    bench.visits.forget()
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def _settled(program: Program, wanted: dict[str, int]) -> dict[str, int]:
    """What is open once that is no more than `wanted`, or, where that does not come about, after a while."""
    end = monotonic() + _SETTLING_S
    while True:
        program.say("count")
        counted: dict[str, int] = json.loads(program.line_like("{"))
        if monotonic() > end or (wanted and all(counted[name] <= wanted[name] for name in counted)):
            return counted
        sleep(1)


def _p95_ms(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1] * 1000
