"""A room's answers as CSV, without names: who said what stays in the room."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from playground.lessons.measures import label
from playground.rooms.room import Room, prompt_of
from playground.rooms.rules import arm_of
from playground.rooms.tallies import points

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run by spreadsheets (OWASP, CSV injection)."""


def csv_of(room: Room) -> str:
    """A row for each student."""
    out = io.StringIO()
    rows = csv.writer(out)
    plan = room.plan
    measured = {point.number: point.measured for point in points(room)}
    rows.writerow(
        [
            "student",
            "prediction",
            plan.varied or "value",
            "prompt",
            "answer",
            "ended",
            label(plan.measure),
            "votes",
        ]
    )
    for member in room.members.values():
        said = member.said
        predicted = plan.choices[member.prediction] if member.prediction is not None else ""
        votes = sum(other.vote == member.number for other in room.members.values())
        cells: list[Any] = [
            member.number,
            predicted,
            plan.arms[member.place].label if member.place is not None else "",
            (said.prompt or prompt_of(arm_of(room, member))) if said else "",
            said.text if said else "",
            said.ended if said else "",
            measured.get(member.number, ""),
            votes,
        ]
        rows.writerow([_plain(cell) for cell in cells])
    return out.getvalue()


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
