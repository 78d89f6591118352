"""How soon after the command there is a page that can be used, and a first answer.

Here the server itself is started anew for every value.
"""

from __future__ import annotations

from time import time

from bench import browser
from bench.pace import BURST
from bench.site import LOAD_CHAT, PLAYGROUND, Site
from bench.workbench import Note, Workbench


def starting(bench: Workbench) -> None:
    """The first start (which compiles and fills caches) is not counted; then the start anybody sees daily."""
    for site in (PLAYGROUND, LOAD_CHAT):
        _one(bench, site, lambda measure, unit, value: None)
        for _ in range(bench.repeats):
            _one(bench, site, bench.noting(site.title))


def _one(bench: Workbench, site: Site, note: Note) -> None:
    begun = time()
    with bench.serving(site, BURST) as (program, address), browser.visit(bench.chromium, site) as visit:
        goes = time()
        usable = visit.open(address)
        note("second start to usable page", "s", usable - begun)
        note("page opened to usable", "s", usable - goes)
        note("server CPU until then", "s", program.cpu_seconds())
        if site is PLAYGROUND:
            visit.ask("Say hello.", panes=1)
            visit.wait_until_whole()
            note("first token after Send, just started", "ms", visit.painted().first * 1000)
