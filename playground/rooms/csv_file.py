"""A room's answers as CSV, without names: who said what stays in the room."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from pydantic_core import to_json

from playground.rooms.room import Room
from playground.rooms.rules import value_of

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run by spreadsheets (OWASP, CSV injection)."""


def csv_of(room: Room) -> str:
    """A row for each student."""
    out = io.StringIO()
    rows = csv.writer(out)
    plan = room.plan
    rows.writerow(
        ["student", "prediction", plan.varied or "value", "prompt", "answer", "ended", plan.metric, "votes"]
    )
    for member in room.members.values():
        said = member.said
        predicted = plan.choices[member.prediction] if member.prediction is not None else ""
        votes = sum(other.vote == member.number for other in room.members.values())
        value = value_of(room, member)
        cells: list[Any] = [
            member.number,
            predicted,
            "" if value is None else value if isinstance(value, (int, float)) else to_json(value).decode(),
            (said.prompt or plan.prompt) if said else "",
            said.text if said else "",
            said.ended if said else "",
            said.metrics.get(plan.metric) if said else "",
            votes,
        ]
        rows.writerow([_plain(cell) for cell in cells])
    return out.getvalue()


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
