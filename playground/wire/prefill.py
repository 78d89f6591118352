"""What an answer goes on from, taken off an answer that comes whole.

llama.cpp does so in one of its two ways alone: a whole answer begins with the prefill, a streamed one goes on behind
it. Elsewhere here the text is what the model wrote, and nothing else.
"""

from __future__ import annotations

from dataclasses import replace

from playground.chat import ChatRequest
from playground.events import Event, TextDelta
from playground.wire.reader import Reader


class PrefillReader:
    """Takes the prefill off the first text, and hands all on to the next reader, if there is one."""

    def __init__(self, prefill: str, next_reader: Reader | None) -> None:
        self._prefill = prefill
        self._next = next_reader

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to."""
        if isinstance(event, TextDelta):
            event, self._prefill = replace(event, text=_behind(self._prefill, event.text)), ""
            if not event.text:
                return []
        return [event] if self._next is None else self._next.take(event)


def _behind(prefill: str, text: str) -> str:
    """llama.cpp leaves the space before a prefill out where it reads the answer as JSON."""
    return text.removeprefix(prefill if text.startswith(prefill) else prefill.lstrip())


def without_prefill(request: ChatRequest, reader: Reader | None = None) -> Reader | None:
    """`reader` as it is for a stream, and behind one that takes the prefill off for an answer that comes whole."""
    return reader if request.streams or not request.prefill else PrefillReader(request.prefill, reader)
