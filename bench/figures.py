"""A measured figure, and the bar that it is held against.

Kept apart from the report so that what is promised stands in one table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from statistics import median
from typing import Final, Literal, Self

from bench.site import LOAD_CHAT, PLAYGROUND

OURS: Final = PLAYGROUND.title
NEVER: Final = float("inf")
"""A value that did not come while it was waited for."""


@dataclass(frozen=True, slots=True)
class Value:
    """One number of one subject in one case, as it was measured; `load` is the machine's load average then."""

    case: str
    measure: str
    unit: str
    subject: str
    number: float
    load: float

    def to_json(self) -> str:
        """A line of JSON; a number that never came is null there, since JSON has no infinity."""
        return json.dumps({**asdict(self), "number": self.number if isfinite(self.number) else None})

    @classmethod
    def of_json(cls, line: str) -> Self:
        """The value that a line stands for."""
        read = json.loads(line)
        return cls(**{**read, "number": NEVER if read["number"] is None else read["number"]})

    def __str__(self) -> str:
        number = f"{self.number:,.4g}" if isfinite(self.number) else "never"
        return f"{self.case} | {self.subject} | {self.measure}: {number} {self.unit}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one subject in one case, a value per repeat; `load` is the greatest load average meanwhile."""

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


def figures(values: Iterable[Value]) -> list[Figure]:
    """The values gathered, in the order in which their measures came first."""
    found: dict[tuple[str, str, str, str], list[Value]] = {}
    for value in values:
        found.setdefault((value.case, value.measure, value.unit, value.subject), []).append(value)
    return [
        Figure(*name, tuple(v.number for v in gathered), max(v.load for v in gathered))
        for name, gathered in found.items()
    ]


@dataclass(frozen=True, slots=True)
class Bar:
    """What a median must not pass: in the unit of its measure or, `beside` a yardstick, as a share of its median.

    A yardstick is a subject, measured in the same run: a slow day slows both.
    """

    side: Literal["at most", "at least"]
    limit: float
    beside: str = ""

    def holds(self, value: float) -> bool:
        """Whether `value` is on the right side."""
        if not isfinite(value):
            return False
        return value <= self.limit if self.side == "at most" else value >= self.limit

    def __str__(self) -> str:
        return f"{self.side} {self.limit:g}" + (f" of {self.beside}" if self.beside else "")


def verdict(figure: Figure, found: Iterable[Figure]) -> Literal["pass", "miss", ""]:
    """How a median stands to its bar; empty where it has none, as all but ours, or its yardstick was not measured."""
    bar = BARS.get((figure.case, figure.measure))
    if bar is None or figure.subject != OURS:
        return ""
    if not bar.beside:
        return "pass" if bar.holds(figure.median) else "miss"
    same = (f for f in found if (f.case, f.measure, f.subject) == (figure.case, figure.measure, bar.beside))
    yardstick = next(same, None)
    if yardstick is None:
        return ""
    return "pass" if bar.holds(figure.median / yardstick.median) else "miss"


BARS: Final[Mapping[tuple[str, str], Bar]] = {
    ("burst", "last word painted"): Bar("at most", 300),
    ("burst", "first word painted"): Bar("at most", 110),
    ("burst", "server CPU per token"): Bar("at most", 0.2, LOAD_CHAT.title),
    ("burst", "received per pane"): Bar("at most", 60),
    ("burst-apart", "last word painted"): Bar("at most", 350),
    ("burst-apart", "first word painted"): Bar("at most", 110),
    ("steady", "first word painted"): Bar("at most", 110),
    ("steady", "longest gap between repaints"): Bar("at most", 100),
    ("steady", "server CPU per token"): Bar("at most", 0.2, LOAD_CHAT.title),
    ("steady", "received per pane"): Bar("at most", 60),
    ("steady-marked", "first word painted"): Bar("at most", 110),
    ("steady-marked", "longest gap between repaints"): Bar("at most", 100),
    ("steady-marked", "server CPU per token"): Bar("at most", 0.2, LOAD_CHAT.title),
    ("leaving", "Stop, steady stream"): Bar("at most", 100),
    ("leaving", "Stop, stalled stream"): Bar("at most", 100),
    ("leaving", "Stop, silent server"): Bar("at most", 100),
    ("leaving", "tab closed, steady stream"): Bar("at most", 100),
    ("leaving", "tab closed, stalled stream"): Bar("at most", 100),
    ("starting", "second start to usable page"): Bar("at most", 5),
    ("starting", "first token after Send, just started"): Bar("at most", 1000),
    ("offline", "start to usable page"): Bar("at most", 5),
    ("offline", "starts that came to a first word"): Bar("at least", 10),
    ("embedded", "first token after Send, one pane"): Bar("at most", 1000),
    ("embedded", "first token after Send, two panes"): Bar("at most", 1000),
    ("embedded", "speed kept, one pane"): Bar("at least", 95),
    ("embedded", "speed kept, two panes"): Bar("at least", 95),
    ("sweep", "speed kept"): Bar("at least", 90),
    ("sweep", "speed against one after the other"): Bar("at least", 100),
    ("class", "last of 30 first words"): Bar("at most", 5),
    ("crowd", "first word, 95th percentile"): Bar("at most", 1000),
    ("crowd", "gap between pieces, 95th percentile"): Bar("at most", 150),
    ("crowd", "answers that are not whole"): Bar("at most", 0),
    ("idle", "share of a core"): Bar("at most", 3),
    ("stops", "answers left in their middle"): Bar("at least", 1000),
    ("stops", "descriptors more than before"): Bar("at most", 2),
    ("stops", "threads more than before"): Bar("at most", 2),
    ("stops", "tasks more than before"): Bar("at most", 2),
    ("sessions", "memory grown"): Bar("at most", 50),
    ("sessions", "answers that are not whole"): Bar("at most", 0),
    ("transport", "CPU per plain chunk"): Bar("at most", 0.3, "huggingface_hub"),
    ("transport", "CPU per chunk with five top_logprobs"): Bar("at most", 0.3, "huggingface_hub"),
    ("reading", "first word of a question meanwhile"): Bar("at most", 3),
    ("reading", "longest gap of an answer meanwhile"): Bar("at most", 3),
    ("engine-kill", "next answer after a kill"): Bar("at most", 10),
    ("engine-kill", "texts kept and their end explained"): Bar("at least", 50),
    ("engine-kill", "answers of the other server that are whole"): Bar("at least", 50),
    ("stopping", "from SIGTERM to the end"): Bar("at most", 10),
    ("stopping", "acknowledged votes that are lost"): Bar("at most", 0),
    ("stopping", "votes neither copied nor named"): Bar("at most", 0),
    ("stopping", "rows of sweeps told and not kept"): Bar("at most", 0),
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
    ("formats", "answers that ended by themselves and do not parse"): Bar("at most", 0),
    ("probes", "false alarms"): Bar("at most", 0),
    ("probes", "faults missed"): Bar("at most", 0),
    ("probes", "could not be told on a sound server"): Bar("at most", 0),
}
"""By case and measure; every other measure is only reported."""
