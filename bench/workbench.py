"""What every case works with: the browser, the upstream, a home for what is started, and the number of repeats.

Kept apart from the cases so that each of them is only about what it measures.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from bench import browser
from bench.figures import Figure
from bench.pace import Pace
from bench.program import Program
from bench.site import PLAYGROUND, Site, start
from bench.visits import Visits

Values = dict[tuple[str, str], list[float]]
"""What a case gathers: values by measure and unit."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """The tools of one run."""

    chromium: Browser
    visits: Visits
    home: Path
    repeats: int

    @contextmanager
    def serving(self, site: Site, pace: Pace) -> Iterator[tuple[Program, str]]:
        """`site` as a running program, and its address."""
        with start(site, self.home, self.visits.base_url(pace)) as program:
            yield program, program.address()

    def point(self, visit: browser.Visit, pace: Pace) -> None:
        """Makes an opened page ask the upstream: the playground in both panes; the yardstick was born to."""
        if visit.site is PLAYGROUND:
            visit.fill("#base-url input, #base-url textarea", self.visits.base_url(pace))
            visit.fill("#param-diff_frequency input[type=number]", "1")
        visit.settle()


@contextmanager
def workbench(repeats: int) -> Iterator[Workbench]:
    """Everything started that all cases share."""
    with (
        tempfile.TemporaryDirectory() as home,
        Program("-m", "bench.upstream") as upstream,
        browser.browser() as running,
    ):
        yield Workbench(running, Visits(upstream), Path(home), repeats)


def figures(case: str, subject: str, values: Values) -> list[Figure]:
    """The values as figures, with the load of the last minute beside them."""
    load = os.getloadavg()[0]
    return [
        Figure(case, measure, unit, subject, tuple(found), load)
        for (measure, unit), found in values.items()
        if found
    ]
