"""A JSON Schema as a grammar that llama.cpp holds the embedded model to, and the check that it did.

Kept apart because tools and response_format both need it. llama.cpp's own response_format lets a small model
wander off in whitespace for hundreds of tokens; its grammar engine, llguidance, can be told not to. But where
llguidance cannot compile a schema, llama.cpp logs that and answers freely, with HTTP 200: it must be checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import from_json

from playground.errors import StreamFailed
from playground.events import Ended, Event, TextDelta

HEADER: Final = "%llguidance {}"
"""The first line of a grammar that is meant for llguidance (llama.cpp docs/llguidance.md)."""

_OPTIONS: Final = {"whitespace_flexible": False, "lenient": True}
"""No idle whitespace, and keywords that llguidance does not know are ignored instead of refused."""


def json_rule(schema: Mapping[str, Any]) -> str:
    """The right side of a grammar rule: JSON of this schema."""
    return f"%json {json.dumps({**schema, 'x-guidance': _OPTIONS})}"


def not_held(parameter: str) -> StreamFailed:
    """The error for a model that was not held to the schema of `parameter`."""
    return StreamFailed(
        f"The embedded model could not be held to the JSON Schema in {parameter}, and answered freely.",
        "Simplify the schema (patterns, references, contradictory limits), and try again.",
        parameter,
    )


def begins_json(text: str) -> bool:
    """Whether `text` is JSON, or the beginning of it; it may have been cut by max_tokens or a stop text."""
    if any(word.startswith(text.strip()) for word in ("true", "false", "null", "-")):
        return True
    try:
        from_json(text, allow_partial="trailing-strings")
    except ValueError:
        return False
    return True


class JsonReader:
    """Passes an answer on as it is, and turns its end into an error where it is no JSON."""

    def __init__(self) -> None:
        self._text: list[str] = []

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to."""
        if isinstance(event, TextDelta):
            self._text.append(event.text)
        elif isinstance(event, Ended) and event.error is None and not begins_json("".join(self._text)):
            return [Ended("error", event.at, not_held("response_format"), event.raw)]
        return [event]
