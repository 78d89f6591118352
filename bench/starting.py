"""How soon after the command there is a page that can be used, and a first answer.

Kept apart because here the server itself is started anew for every value.
"""

from __future__ import annotations

from collections import defaultdict
from time import time

from bench import browser
from bench.figures import Figure
from bench.pace import BURST
from bench.site import LOAD_CHAT, PLAYGROUND, Site
from bench.workbench import Values, Workbench, figures


def starting(bench: Workbench) -> list[Figure]:
    """The first start (which compiles and fills caches) is not counted; then the start anybody sees daily."""
    found: list[Figure] = []
    for site in (PLAYGROUND, LOAD_CHAT):
        values: Values = defaultdict(list)
        _one(bench, site, defaultdict(list))
        for _ in range(bench.repeats):
            _one(bench, site, values)
        found += figures("starting", site.title, values)
    return found


def _one(bench: Workbench, site: Site, values: Values) -> None:
    begun = time()
    with bench.serving(site, BURST) as (program, address), browser.visit(bench.chromium, site) as visit:
        goes = time()
        usable = visit.open(address)
        values["second start to usable page", "s"].append(usable - begun)
        values["page opened to usable", "s"].append(usable - goes)
        values["server CPU until then", "s"].append(program.cpu_seconds())
        if site is PLAYGROUND:
            visit.ask("Say hello.", panes=1)
            visit.wait_until_whole()
            values["first token after Send, just started", "ms"].append(visit.painted().first * 1000)
