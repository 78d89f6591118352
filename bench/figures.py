"""A measured figure, and the bar that it is held against.

Kept apart from the report so that what is promised stands in one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from statistics import median
from typing import Final, Literal

from bench.site import PLAYGROUND

OURS: Final = PLAYGROUND.title
NEVER: Final = float("inf")
"""A value that did not come while it was waited for."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one subject in one case, a value per repeat; `load` is the machine's load average then."""

    case: str
    measure: str
    unit: str
    subject: str
    values: tuple[float, ...]
    load: float

    @property
    def median(self) -> float:
        """The middle of the values, which a single bad one does not move."""
        return median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest of the values."""
        return min(self.values), max(self.values)

    @property
    def verdict(self) -> Literal["pass", "miss", ""]:
        """How the median stands to its bar; empty where there is none, as there is for nobody but us."""
        bar = BARS.get((self.case, self.measure))
        if bar is None or self.subject != OURS:
            return ""
        return "pass" if bar.holds(self.median) else "miss"


@dataclass(frozen=True, slots=True)
class Bar:
    """What a median must not pass, in the unit of its measure."""

    side: Literal["at most", "at least"]
    limit: float

    def holds(self, value: float) -> bool:
        """Whether `value` is on the right side."""
        if not isfinite(value):
            return False
        return value <= self.limit if self.side == "at most" else value >= self.limit


BARS: Final[Mapping[tuple[str, str], Bar]] = {
    ("burst", "last word painted"): Bar("at most", 300),
    ("burst", "first word painted"): Bar("at most", 110),
    ("burst", "server CPU per token"): Bar("at most", 0.5),
    ("burst", "received per pane"): Bar("at most", 60),
    ("steady", "first word painted"): Bar("at most", 110),
    ("steady", "longest gap between repaints"): Bar("at most", 100),
    ("steady", "server CPU per token"): Bar("at most", 0.5),
    ("steady", "received per pane"): Bar("at most", 60),
    ("leaving", "Stop, steady stream"): Bar("at most", 100),
    ("leaving", "Stop, stalled stream"): Bar("at most", 100),
    ("leaving", "Stop, silent server"): Bar("at most", 100),
    ("leaving", "tab closed, steady stream"): Bar("at most", 100),
    ("leaving", "tab closed, stalled stream"): Bar("at most", 100),
    ("starting", "second start to usable page"): Bar("at most", 5),
    ("starting", "first token after Send, just started"): Bar("at most", 1000),
    ("embedded", "first token after Send, one pane"): Bar("at most", 1000),
    ("embedded", "first token after Send, two panes"): Bar("at most", 1000),
    ("embedded", "speed kept, one pane"): Bar("at least", 95),
    ("embedded", "speed kept, two panes"): Bar("at least", 95),
    ("transport", "CPU per plain chunk"): Bar("at most", 20),
    ("transport", "CPU per chunk with five top_logprobs"): Bar("at most", 25),
    ("kill", "acknowledged votes lost"): Bar("at most", 0),
    ("kill", "votes doubled"): Bar("at most", 0),
    ("kill", "slowest first vote after a kill"): Bar("at most", 2),
    ("many-votes", "page, time"): Bar("at most", 1),
    ("many-votes", "everything jsonl, time"): Bar("at most", 30),
    ("many-votes", "everything parquet, time"): Bar("at most", 30),
    ("many-votes", "preference jsonl, time"): Bar("at most", 30),
    ("many-votes", "kto parquet, time"): Bar("at most", 30),
    ("many-votes", "table csv, time"): Bar("at most", 30),
    ("many-votes", "everything jsonl, peak memory"): Bar("at most", 500),
    ("many-votes", "everything parquet, peak memory"): Bar("at most", 500),
    ("probes", "false alarms"): Bar("at most", 0),
    ("probes", "faults missed"): Bar("at most", 0),
    ("probes", "could not be told on a sound server"): Bar("at most", 0),
}
"""By case and measure; every other measure is only reported."""
