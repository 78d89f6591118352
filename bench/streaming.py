"""How fast words get from the upstream into the eye, and what that costs the server: in a burst, and steadily.

Kept apart from the embedded model's case: here the upstream costs nothing, so all that is seen is the page.
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from urllib.parse import urlsplit

from bench import browser
from bench.pace import BURST, BURST_APART, STEADY, STEADY_MARKED, Pace
from bench.program import Program
from bench.site import LOAD_CHAT, PLAYGROUND, Site
from bench.workbench import Note, Workbench

_IDLE_SECONDS = 5.0


def burst(bench: Workbench) -> None:
    """2,000 words as fast as the socket takes them, and how long the wire alone takes."""
    _wire_alone(bench, BURST)
    _streamed(bench, BURST)


def burst_apart(bench: Workbench) -> None:
    """The same, each word written by itself, as servers do."""
    _wire_alone(bench, BURST_APART)
    _streamed(bench, BURST_APART)


def steady(bench: Workbench) -> None:
    """500 words, 20 ms apart."""
    _streamed(bench, STEADY)


def steady_marked(bench: Workbench) -> None:
    """The same in Markdown, which is parsed while it comes."""
    _streamed(bench, STEADY_MARKED)


def _streamed(bench: Workbench, pace: Pace) -> None:
    for site in (PLAYGROUND, LOAD_CHAT):
        note = bench.noting(site.title)
        with bench.serving(site, pace) as (program, address):
            idle = _idle_cpu(bench, site, program, address)
            note("server CPU while idle", "ms/s", idle * 1000)
            for _ in range(bench.repeats):
                _one(bench, site, pace, program, address, idle, note)


def _idle_cpu(bench: Workbench, site: Site, program: Program, address: str) -> float:
    """CPU seconds per second of a server whose page is open and does nothing."""
    with browser.visit(bench.chromium, site) as visit:
        visit.open(address)
        visit.settle()
        before = program.cpu_seconds()
        sleep(_IDLE_SECONDS)
        return (program.cpu_seconds() - before) / _IDLE_SECONDS


def _one(
    bench: Workbench, site: Site, pace: Pace, program: Program, address: str, idle: float, note: Note
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
        note("first word painted", "ms", painted.first * 1000)
        note("last word painted", "ms", painted.last * 1000)
        note("longest gap between repaints", "ms", painted.longest_gap * 1000)
        note("server CPU per token", "ms", cpu * 1000 / (pace.words * panes))
        note("browser main thread", "s", visit.main_thread_seconds() - main_thread)
        note("received per pane", "kB", visit.received / 1000 / panes)


def _wire_alone(bench: Workbench, pace: Pace) -> None:
    """How long bare sockets, one a pane, take for the whole burst."""
    note, panes = bench.noting("wire alone"), len(PLAYGROUND.answers)
    with ThreadPoolExecutor(panes) as threads:
        for _ in range(bench.repeats):
            note(
                "last word painted", "ms", max(threads.map(_taken_ms, [bench.visits.base_url(pace)] * panes))
            )


def _taken_ms(base_url: str) -> float:
    url = urlsplit(base_url)
    with socket.create_connection((url.hostname, url.port)) as wire:
        start = monotonic()
        wire.sendall(f"POST {url.path}/chat/completions HTTP/1.1\r\ncontent-length: 2\r\n\r\n{{}}".encode())
        tail = b""
        while b"[DONE]" not in tail:
            tail = tail[-10:] + wire.recv(65536)
        return (monotonic() - start) * 1000
