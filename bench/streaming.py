"""How fast words get from the upstream into the eye, and what that costs the server: in a burst, and steadily.

Kept apart from the embedded model's case: here the upstream costs nothing, so all that is seen is the page.
"""

from __future__ import annotations

import socket
from collections import defaultdict
from time import monotonic, sleep
from urllib.parse import urlsplit

from bench import browser
from bench.figures import Figure
from bench.pace import BURST, STEADY, Pace
from bench.program import Program
from bench.site import LOAD_CHAT, PLAYGROUND, Site
from bench.workbench import Values, Workbench, figures

_IDLE_SECONDS = 5.0


def burst(bench: Workbench) -> list[Figure]:
    """2,000 words as fast as the socket takes them, and how long the wire alone takes."""
    wire: Values = {("last word on the wire", "ms"): [_on_the_wire(bench) for _ in range(bench.repeats)]}
    return [*figures("burst", "wire alone", wire), *_streamed(bench, "burst", BURST)]


def steady(bench: Workbench) -> list[Figure]:
    """500 words, 20 ms apart."""
    return _streamed(bench, "steady", STEADY)


def _streamed(bench: Workbench, case: str, pace: Pace) -> list[Figure]:
    found: list[Figure] = []
    for site in (PLAYGROUND, LOAD_CHAT):
        values: Values = defaultdict(list)
        with bench.serving(site, pace) as (program, address):
            idle = _idle_cpu(bench, site, program, address)
            values["server CPU while idle", "ms/s"].append(idle * 1000)
            for _ in range(bench.repeats):
                _one(bench, site, pace, program, address, idle, values)
        found += figures(case, site.title, values)
    return found


def _idle_cpu(bench: Workbench, site: Site, program: Program, address: str) -> float:
    """CPU seconds per second of a server whose page is open and does nothing."""
    with browser.visit(bench.chromium, site) as visit:
        visit.open(address)
        visit.settle()
        before = program.cpu_seconds()
        sleep(_IDLE_SECONDS)
        return (program.cpu_seconds() - before) / _IDLE_SECONDS


def _one(
    bench: Workbench, site: Site, pace: Pace, program: Program, address: str, idle: float, values: Values
) -> None:
    """One question to a freshly opened page."""
    with browser.visit(bench.chromium, site) as visit:
        visit.open(address)
        bench.point(visit, pace)
        cpu, main_thread, clock = program.cpu_seconds(), visit.main_thread_seconds(), monotonic()
        visit.ask("Speak.", pace)
        visit.wait_until_whole()
        visit.settle()
        cpu = program.cpu_seconds() - cpu - idle * (monotonic() - clock)
        painted, panes = visit.painted(), len(site.answers)
        values["first word painted", "ms"].append(painted.first * 1000)
        values["last word painted", "ms"].append(painted.last * 1000)
        values["longest gap between repaints", "ms"].append(painted.longest_gap * 1000)
        values["server CPU per token", "ms"].append(cpu * 1000 / (pace.words * panes))
        values["browser main thread", "s"].append(visit.main_thread_seconds() - main_thread)
        values["received per pane", "kB"].append(visit.received / 1000 / panes)


def _on_the_wire(bench: Workbench) -> float:
    """Milliseconds in which a bare socket takes the whole burst."""
    url = urlsplit(bench.visits.base_url(BURST))
    with socket.create_connection((url.hostname, url.port)) as wire:
        start = monotonic()
        wire.sendall(f"POST {url.path}/chat/completions HTTP/1.1\r\ncontent-length: 2\r\n\r\n{{}}".encode())
        tail = b""
        while b"[DONE]" not in tail:
            tail = tail[-10:] + wire.recv(65536)
        return (monotonic() - start) * 1000
