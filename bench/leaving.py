"""How soon the upstream is let go when the reader presses Stop or closes the tab.

The clock runs between two processes: from the click in the browser to the closed connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench import browser
from bench.figures import NEVER
from bench.pace import SILENT, STALLED, STEADY, Pace
from bench.site import LOAD_CHAT, PLAYGROUND, Site
from bench.workbench import Workbench

_UNDER_WAY_MS: Final = 1500
_PATIENCE_S: Final = 3.0

_WAYS: Final[tuple[tuple[str, Pace, Callable[[browser.Visit], float]], ...]] = (
    ("Stop, steady stream", STEADY, browser.Visit.stop),
    ("Stop, stalled stream", STALLED, browser.Visit.stop),
    ("Stop, silent server", SILENT, browser.Visit.stop),
    ("tab closed, steady stream", STEADY, browser.Visit.close),
    ("tab closed, stalled stream", STALLED, browser.Visit.close),
)


def leaving(bench: Workbench) -> None:
    """Every way to leave, in both pages; who has not left after 3 s counts as never."""
    for site in (PLAYGROUND, LOAD_CHAT):
        note = bench.noting(site.title)
        for measure, pace, leave in _WAYS:
            with bench.serving(site, pace) as (_, address):
                for _ in range(bench.repeats):
                    note(measure, "ms", _one(bench, site, pace, leave, address) * 1000)


def _one(
    bench: Workbench, site: Site, pace: Pace, leave: Callable[[browser.Visit], float], address: str
) -> float:
    """Seconds from leaving to the last of the upstream's connections being closed.

    Never, too, where the page still waits for those of the visit before, and asks nobody.
    """
    panes = len(site.answers)
    with browser.visit(bench.chromium, site) as visit:
        visit.open(address)
        bench.point(visit, pace)
        bench.visits.forget()
        visit.ask("Speak.", pace)
        if len(bench.visits.wait("asked", panes, 10.0)) < panes:
            return NEVER
        visit.page.wait_for_timeout(_UNDER_WAY_MS)
        left_by_reader = leave(visit)
        left = bench.visits.wait("left", panes, _PATIENCE_S)
    return left[-1] - left_by_reader if len(left) == panes else NEVER
