"""What the answers of a sweep say, cell by cell: means with intervals, what failed, and equal answers folded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.sweeps.intervals import Mean, mean_of
from playground.sweeps.metrics import METRICS
from playground.sweeps.row import Row


@dataclass(frozen=True, slots=True)
class Folded:
    """Answers that are the same to the letter, as one: the first of them, and all that are like it.

    Thoughts, and whether the limit cut one, tell no answers apart, unless thoughts are all that came.
    """

    first: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place on each axis, and its answers.

    Failed answers are in no mean. Those that their limit cut are, and are counted beside.
    """

    at: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def good(self) -> tuple[Row, ...]:
        """The answers that the means are of."""
        return tuple(row for row in self.rows if not row.failed)

    @property
    def folded(self) -> tuple[Folded, ...]:
        """Its answers, those to one prompt that are the same as one, the most frequent first; failed ones too."""
        groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in self.rows:
            groups[row.prompt, _said(row), row.failed and (row.ended, row.error)].append(row)
        found = [Folded(rows[0], tuple(rows)) for rows in groups.values()]
        return tuple(sorted(found, key=lambda each: (each.first.prompt, -len(each.rows), each.first.call)))

    def means(self) -> dict[str, Mean]:
        """The mean of every measure that any answer has."""
        by_prompt: dict[int, list[Row]] = defaultdict(list)
        for row in self.good:
            by_prompt[row.prompt].append(row)
        found = {
            name: mean_of(([row.metrics.get(name) for row in rows] for rows in by_prompt.values()), metric)
            for name, metric in METRICS.items()
        }
        return {name: mean for name, mean in found.items() if mean is not None}

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without the answers."""
        good = self.good
        return {
            "at": list(self.at),
            "answers": len(good),
            "different": sum(not each.first.failed for each in self.folded),
            "failed": len(self.rows) - len(good),
            "cut": sum(row.cut for row in good),
            "why": _commonest(row.error or row.ended for row in self.rows if row.failed),
            "not_sent": {name: why for row in self.rows for name, why in row.not_sent.items()},
            "means": {name: mean.to_dict() for name, mean in self.means().items()},
        }


def cells_of(rows: Iterable[Row]) -> dict[tuple[int, ...], Cell]:
    """The cells that any answer has come to."""
    found: dict[tuple[int, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.call):
        found[row.at].append(row)
    return {at: Cell(at, tuple(rows)) for at, rows in sorted(found.items())}


def metric_rows(cells: Mapping[tuple[int, ...], Cell]) -> Sequence[dict[str, Any]]:
    """The measures that any cell has, as a table names them."""
    known = {name for cell in cells.values() for name in cell.means()}
    return [
        {"name": m.name, "label": m.label, "unit": m.unit, "what": m.what, "least": m.least, "most": m.most}
        for m in METRICS.values()
        if m.name in known
    ]


def _said(row: Row) -> tuple[Any, ...]:
    calls = tuple((call["name"], call["arguments"]) for call in row.tool_calls)
    return (row.text, calls, "" if row.text or calls else row.reasoning)


def _commonest(reasons: Iterable[str]) -> str:
    found = Counter(reasons).most_common(1)
    return found[0][0] if found else ""
