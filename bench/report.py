"""The figures as a Markdown table to read, and as JSON to compare with another day's.

Kept apart from measuring so that how a figure is shown changes no figure.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from os import cpu_count
from typing import Any

from bench.figures import BARS, OURS, Figure


def markdown(found: Sequence[Figure]) -> str:
    """One table per case: ours first, then its bar and how it stands, then the others."""
    cases = list(dict.fromkeys(figure.case for figure in found))
    return "\n\n".join(_table(case, [f for f in found if f.case == case]) for case in cases)


def closing(found: Sequence[Figure]) -> str:
    """The last lines: how many bars held, and each that was missed, or that nobody measured."""
    held = sum(f.verdict == "pass" for f in found)
    missed = [f"{f.case}, {f.measure}: {_shown(f)}" for f in found if f.verdict == "miss"]
    ran, judged = {f.case for f in found}, {(f.case, f.measure) for f in found if f.verdict}
    missed += [f"{c}, {m}: not measured" for c, m in BARS if c in ran and (c, m) not in judged]
    return "\n".join([f"{held} bars held, {len(missed)} MISSED", *(f"  MISS {line}" for line in missed)])


def document(found: Sequence[Figure]) -> str:
    """All figures as JSON; a value that never came is null."""
    return json.dumps({**_machine(), "figures": [_record(f) for f in found]}, indent=1)


def _table(case: str, found: Sequence[Figure]) -> str:
    others = [s for s in dict.fromkeys(f.subject for f in found) if s != OURS]
    by_name = {(f.measure, f.unit, f.subject): f for f in found}
    rows = [
        [f"{measure}, {unit}", *_cells(by_name.get((measure, unit, OURS)))]
        + [_shown(by_name.get((measure, unit, other))) for other in others]
        for measure, unit in dict.fromkeys((f.measure, f.unit) for f in found)
    ]
    head = [case, OURS, "bar", "", *others]
    load = max(f.load for f in found)
    lines = (head, ["---"] * len(head), *rows)
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{table}\n\nMedian (least to greatest) of {len(found[-1].values)}; load average up to {load:.1f}."


def _cells(figure: Figure | None) -> list[str]:
    """Ours, its bar, and the verdict."""
    if figure is None:
        return ["", "", ""]
    bar = BARS.get((figure.case, figure.measure))
    return [_shown(figure), f"{bar.side} {bar.limit:g}" if bar else "", figure.verdict]


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


def _record(figure: Figure) -> dict[str, Any]:
    return {
        "case": figure.case,
        "measure": figure.measure,
        "unit": figure.unit,
        "subject": figure.subject,
        "median": _or_null(figure.median),
        "values": [_or_null(value) for value in figure.values],
        "verdict": figure.verdict,
        "load": figure.load,
    }


def _or_null(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None


def _machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": cpu_count(),
    }
