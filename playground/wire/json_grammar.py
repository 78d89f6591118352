"""A JSON Schema as a grammar that llama.cpp holds the embedded model to, and the check that it did.

Tools and response_format both need it. llama.cpp's own response_format lets a small model wander off in whitespace
for hundreds of tokens; its grammar engine, llguidance, can be told not to. But where llguidance cannot compile a
schema, llama.cpp logs that and answers freely, with HTTP 200: it must be checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from pydantic_core import from_json

from playground.errors import StreamFailed
from playground.events import Ended, Event, TextDelta
from playground.schema.partial_json import begins_json
from playground.schema.property_order import in_order

HEADER: Final = "%llguidance {}"
"""The first line of a grammar that is meant for llguidance (llama.cpp docs/llguidance.md)."""

_COMPACT: Final = {"whitespace_flexible": False, "lenient": True}
"""No idle whitespace, and keywords that llguidance does not know are ignored instead of refused."""
_SPACED: Final = {**_COMPACT, "whitespace_flexible": True}
_TURN: Final = r"<|im_start|> /assistant\n\s*/"
"""What SmolLM2's template puts before an answer; llama.cpp reads it with the prefill, as part of the grammar."""
_IN_QUOTES: Final = re.compile(r'"(?:[^"\\]|\\.)*"?')


def json_rule(schema: Mapping[str, Any]) -> str:
    """The right side of a grammar rule: JSON of this schema."""
    return f"%json {json.dumps({**schema, 'x-guidance': _COMPACT})}"


def grammar_behind(prefill: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The body fields of a grammar that goes on behind a prefill: both together are JSON of this schema.

    llama.cpp reads the prompt's last turn into the grammars of tool calls alone (common/sampling.cpp), hence the
    name of this one. The model may space its JSON only where the prefill does.
    """
    spaced = any(letter.isspace() for letter in _IN_QUOTES.sub("", prefill.lstrip()))
    begun: Any = None
    with suppress(ValueError):
        begun = from_json(prefill.encode(errors="replace"), allow_partial="trailing-strings")
    document = json.dumps({**in_order(schema, begun), "x-guidance": _SPACED if spaced else _COMPACT})
    return {
        "grammar": f"{HEADER}\nstart: {_TURN} document\ndocument: %json {document}",
        "grammar_type": "tool_calls",
    }


def not_held(parameter: str) -> StreamFailed:
    """The error for a model that was not held to the schema of `parameter`."""
    return StreamFailed(
        f"The embedded model could not be held to the JSON Schema in {parameter}, and answered freely.",
        "Simplify the schema (patterns, references, contradictory limits) or the prefill, and try again.",
        parameter,
    )


class JsonReader:
    """Passes an answer on as it is, and turns its end into an error where it is no JSON behind its prefill."""

    def __init__(self, prefill: str = "") -> None:
        self._prefill = prefill
        self._text: list[str] = []

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to."""
        if isinstance(event, TextDelta):
            self._text.append(event.text)
        elif isinstance(event, Ended) and event.error is None and not self._is_json():
            return [Ended("error", event.at, not_held("response_format"), event.raw)]
        return [event]

    def _is_json(self) -> bool:
        return begins_json(self._prefill + "".join(self._text))
