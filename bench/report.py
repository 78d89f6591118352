"""The figures as Markdown tables to read.

Kept apart from measuring so that how a figure is shown changes no figure.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from os import cpu_count

from bench.figures import BARS, OURS, Figure, verdict


def markdown(found: Sequence[Figure]) -> str:
    """One table per case: ours first, then its bar and how it stands, then the others."""
    cases = list(dict.fromkeys(figure.case for figure in found))
    return "\n\n".join(_table(case, [f for f in found if f.case == case]) for case in cases)


def closing(found: Sequence[Figure]) -> str:
    """The last lines: how many bars held, and each that was missed, or that nobody measured."""
    judged = {(f.case, f.measure): said for f in found if (said := verdict(f, found))}
    missed = [
        f"{f.case}, {f.measure}: {_shown(f)}"
        for f in found
        if f.subject == OURS and judged.get((f.case, f.measure)) == "miss"
    ]
    ran = {f.case for f in found}
    missed += [f"{c}, {m}: not measured" for c, m in BARS if c in ran and (c, m) not in judged]
    held = sum(said == "pass" for said in judged.values())
    return "\n".join([f"{held} bars held, {len(missed)} MISSED", *(f"  MISS {line}" for line in missed)])


def machine() -> str:
    """When and where this is measured, as a line of JSON to stand above the values."""
    return json.dumps(
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "machine": platform.machine(),
            "cores": cpu_count(),
        }
    )


def _table(case: str, found: Sequence[Figure]) -> str:
    others = [s for s in dict.fromkeys(f.subject for f in found) if s != OURS]
    by_name = {(f.measure, f.unit, f.subject): f for f in found}
    rows = [
        [f"{measure}, {unit}", *_cells(by_name.get((measure, unit, OURS)), found)]
        + [_shown(by_name.get((measure, unit, other))) for other in others]
        for measure, unit in dict.fromkeys((f.measure, f.unit) for f in found)
    ]
    head = [case, OURS, "bar", "", *others]
    load = max(f.load for f in found)
    lines = (head, ["---"] * len(head), *rows)
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{table}\n\nMedian (least to greatest) of {len(found[-1].values)}; load average up to {load:.1f}."


def _cells(figure: Figure | None, found: Sequence[Figure]) -> list[str]:
    """Ours, its bar, and the verdict."""
    if figure is None:
        return ["", "", ""]
    bar = BARS.get((figure.case, figure.measure))
    return [_shown(figure), str(bar or ""), verdict(figure, found)]


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return ""
    least, greatest = map(_number, figure.spread)
    middle = _number(figure.median)
    return middle if len(figure.values) == 1 else f"{middle} ({least} to {greatest})"


def _number(value: float) -> str:
    if not isfinite(value):
        return "never"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
