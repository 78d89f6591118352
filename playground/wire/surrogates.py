"""Halves of characters: an emoji that was cut between two pieces is put together, whatever it is a piece of.

JSON may hold half of a character (a lone surrogate), and nothing that can be stored or sent may: text, refusal,
reasoning and each call's arguments go through here as soon as one has a half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from playground.events import Event, ReasoningDelta, RefusalDelta, TextDelta, ToolCallDelta

IN_PIECES: Final = frozenset(
    {
        "arguments",
        "content",
        "delta",
        "reasoning",
        "reasoning_content",
        "reasoning_text",
        "refusal",
        "summary",
        "text",
        "thinking",
        "thinking_content",
        "thought",
        "transcript",
    }
)
"""Fields whose text goes on in the next chunk, so that half a character at its end waits for the other half."""

_Words = TextDelta | RefusalDelta | ReasoningDelta
_Piece = _Words | ToolCallDelta


def mended(document: Any) -> Any:
    """`document` with U+FFFD for every half of a character (a lone surrogate), which cannot be written down."""
    if isinstance(document, str):
        return document.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(document, list):
        return [mended(item) for item in document]
    if isinstance(document, dict):
        return {mended(name): mended(value) for name, value in document.items()}
    return document


def mended_around(document: Any) -> Any:
    """`document` without halves of characters, but for the texts that come in pieces."""
    if isinstance(document, list):
        return [mended_around(item) for item in document]
    if isinstance(document, dict):
        return {
            mended(name): value if name in IN_PIECES and isinstance(value, str) else mended_around(value)
            for name, value in document.items()
        }
    return mended(document)


def paired(text: str) -> str:
    """The text with two halves beside each other as the character that they are; one alone stays."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class Halves:
    """Takes the events of one chunk after the other. A half waits for the next piece of its own flow."""

    def __init__(self) -> None:
        self.waiting: dict[Any, _Piece] = {}
        """The half of each flow: a kind of words, or the call at a position."""

    def joined(self, events: Sequence[Event]) -> list[Event]:
        """The events with halves put together; what has no other half behind it becomes U+FFFD."""
        found: list[Event] = []
        for event in events:
            if isinstance(event, ToolCallDelta):
                arguments = self._whole(event.position, event, event.arguments)
                event = replace(event, arguments=arguments, extra=mended(event.extra))
            elif isinstance(event, _Words):
                event = replace(event, text=self._whole(type(event), event, event.text))
            found.append(event)
        return found

    def rest(self, at: float) -> list[Event]:
        """U+FFFD for each half that still waits."""
        waiting, self.waiting = self.waiting, {}
        return [_with(piece, "\ufffd", at) for piece in waiting.values()]

    def _whole(self, flow: Any, event: _Piece, text: str) -> str:
        """The text behind the half that waits for it, without a half at its end, which waits in turn."""
        if text and (waits := self.waiting.pop(flow, None)) is not None:
            text = (waits.arguments if isinstance(waits, ToolCallDelta) else waits.text) + text
        if "\ud800" <= text[-1:] <= "\udbff":
            self.waiting[flow] = _with(event, text[-1], event.at)
            text = text[:-1]
        return str(mended(text))


def _with(event: _Piece, text: str, at: float) -> _Piece:
    if isinstance(event, ToolCallDelta):
        return ToolCallDelta(event.position, "", "", text, at)
    return replace(event, text=text, at=at)
