"""JSON while it is being written: the value so far, for display.

Kept apart from the check of a whole answer because here nothing is wrong yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json


@dataclass(frozen=True, slots=True)
class PartialJson:
    """The value that a text amounts to so far. `has_value` is False before there is any; then `value` is None.

    `whole` says that the text is complete JSON by itself.
    """

    has_value: bool
    value: Any = None
    whole: bool = False


NOTHING_YET = PartialJson(False)


def partial_json(text: str) -> PartialJson:
    """What a growing text means so far: open texts, lists and objects are taken as they stand.

    A text that does not begin as JSON has no value, nor has one that is nested deeper than 200 levels.

    >>> partial_json('{"name": "Ad').value
    {'name': 'Ad'}
    """
    raw = _without_fence(text).encode(errors="replace")
    try:
        return PartialJson(True, from_json(raw, allow_inf_nan=False), whole=True)
    except ValueError:
        pass
    try:
        value = from_json(raw, allow_inf_nan=False, allow_partial="trailing-strings")
    except ValueError:
        return NOTHING_YET
    return PartialJson(True, value)


def _without_fence(text: str) -> str:
    """A model that was not held to the schema may begin with a Markdown fence."""
    begun = text.lstrip()
    if not begun.startswith("```"):
        return begun
    return begun.partition("\n")[2].removesuffix("```").rstrip("`")
