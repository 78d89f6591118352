"""What every case works with: the browser, the upstream, a home for what is started, and the number of repeats.

Kept apart from the cases so that each of them is only about what it measures.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from bench import browser
from bench.figures import Value
from bench.pace import Pace
from bench.program import Program
from bench.site import NOTHING_MORE, PLAYGROUND, Site, start
from bench.visits import Visits

Note = Callable[[str, str, float], None]
"""Takes a value of one subject as soon as it is measured: its measure, unit and number."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """The tools of one case; `told` takes every value as soon as it is measured."""

    case: str
    chromium: Browser
    visits: Visits
    home: Path
    repeats: int
    told: Callable[[Value], None]

    def noting(self, subject: str) -> Note:
        """What takes the values of one subject, each with the load of the last minute beside it."""

        def note(measure: str, unit: str, value: float) -> None:
            self.told(Value(self.case, measure, unit, subject, value, os.getloadavg()[0]))

        return note

    @contextmanager
    def serving(
        self, site: Site, pace: Pace, more: Mapping[str, str] = NOTHING_MORE
    ) -> Iterator[tuple[Program, str]]:
        """`site` as a running program with these further settings, and its address."""
        with start(site, self.home, self.visits.base_url(pace), more) as program:
            yield program, program.address()

    def point(self, visit: browser.Visit, pace: Pace) -> None:
        """Makes an opened page ask the upstream: the playground in both panes; the yardstick was born to."""
        if visit.site is PLAYGROUND:
            visit.fill("#base-url input, #base-url textarea", self.visits.base_url(pace))
            visit.fill("#param-diff_frequency input[type=number]", "1")
        visit.settle()


@contextmanager
def workbench(case: str, repeats: int, told: Callable[[Value], None]) -> Iterator[Workbench]:
    """Everything that a case needs, started."""
    with (
        tempfile.TemporaryDirectory() as home,
        Program("-m", "bench.upstream") as upstream,
        browser.browser() as running,
    ):
        yield Workbench(case, running, Visits(upstream), Path(home), repeats, told)
