"""The answers beside the first: each is read by itself, told where several were asked for, and never shows the key.

Kept apart from the first answer's decoder, which is on the path of every token and should know of none of this.
Pieces of several answers come in turns, and a key in one of them would be told by nobody who reads them as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.events import Ended, Event, OfChoice, Returned
from playground.wire.keys import masked_within
from playground.wire.stream.choices import number
from playground.wire.stream.chunks import ChunkDecoder
from playground.wire.stream.redaction import Mask
from playground.wire.surrogates import mended

MOST_OTHERS: Final = 128
"""Answers beside the first that are read, each of which takes some kilobytes; OpenAI allows an n of as many."""


class OtherChoices:
    """Takes what came of other answers than the first; `raw` are the lines of the response, without `secret`.

    `are_told`: several were asked for, so that each gives events. Else what stands under another index is none of its
    own, and is read for the key alone.
    """

    def __init__(
        self, secret: str, raw: list[str], host: str, sent: Mapping[str, Any], *, are_told: bool
    ) -> None:
        self._secret: Final = secret
        self._raw = raw
        self._host = host
        self._sent = sent
        self._are_told = are_told
        self._read: dict[Any, tuple[ChunkDecoder, Mask]] = {}

    def take(self, choices: Iterable[Mapping[str, Any]], at: float) -> list[Event]:
        """The events of choices of the last line of `raw`. The lines of more than `MOST_OTHERS` are taken out of it."""
        told: list[Event] = []
        for choice in choices if self._are_told or self._secret else ():
            name = index if isinstance(index := number(choice.get("index")), int) else None
            if name not in self._read:
                if len(self._read) == MOST_OTHERS:
                    Mask(self._secret, self._raw).take_out()
                    continue
                self._read[name] = ChunkDecoder(self._host, self._sent), Mask(self._secret, self._raw)
            decoder, mask = self._read[name]
            told += self._told(name, mask.take(decoder.choice(choice, at), at))
        return told

    def close(self, is_done: bool, at: float) -> list[Event]:
        """The last events of each; `is_done`: the server has said that all is."""
        told: list[Event] = []
        for name, (decoder, mask) in self._read.items():
            decoder.done = decoder.done or is_done
            events = [*mask.take(decoder.rest(at), at), *mask.rest(at)]
            if fields := mended(decoder.returned.fields):
                events.append(Returned(masked_within(fields, self._secret)))
            told += self._told(name, [*events, Ended(decoder.ended, at, decoder.error)])
        return told

    def _told(self, name: Any, events: Iterable[Event]) -> list[Event]:
        is_further = self._are_told and isinstance(name, int) and name > 0
        return [OfChoice(name, event) for event in events] if is_further else []
