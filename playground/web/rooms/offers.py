"""What the form of a new room offers for a question of one's own, from the places that rule it."""

from __future__ import annotations

from typing import Any

from playground.rooms.planning import MEASURED, USUAL_TOKENS, VARIED
from playground.rooms.room import MOST_MINUTES, MOST_STUDENTS, MOST_TOKENS
from playground.web.sweeps.view import offer


def offers() -> dict[str, Any]:
    """The parameters that can be dealt out, with values to begin with; the measures, and the bounds of a room."""
    return {
        "parameters": [offer(name) for name in VARIED],
        "measures": [{"name": n, "label": kind.label, "what": kind.what} for n, kind in MEASURED.items()],
        "tokens": {"usual": USUAL_TOKENS, "most": MOST_TOKENS},
        "most_minutes": MOST_MINUTES,
        "most_students": MOST_STUDENTS,
    }
