"""The bytes of a response become events, whether it is a stream or one JSON document.

Kept apart from the transport so that every way in which an answer can end is decided without a network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import from_json

from playground.errors import StreamFailed
from playground.events import Ended, Event
from playground.wire.chunks import NOTHING, ChunkDecoder
from playground.wire.keys import masked
from playground.wire.mask import Mask
from playground.wire.sse import Failure, SseParser

MAX_DOCUMENT_BYTES: Final = 64 * 1024 * 1024
_TRY_AGAIN: Final = "What came is kept; send it again."


class AnswerReader:
    """Takes the bytes of one response's body; `over` says that no more need be read.

    The content type decides what the bytes are, and what was asked for decides where it says nothing useful.
    `secret` is masked in whatever the server echoes; `host` and `sent`, the body of the request, are for the words
    of an error.
    """

    def __init__(
        self,
        content_type: str,
        asked_to_stream: bool,
        secret: str = "",
        host: str = "The server",
        sent: Mapping[str, Any] = NOTHING,
    ) -> None:
        self._type = content_type.partition(";")[0].strip().lower()
        self._streams = self._type == "text/event-stream" or (asked_to_stream and "json" not in self._type)
        self._secret = secret
        self._sse = SseParser()
        self._decoder = ChunkDecoder(host, sent)
        self._document = bytearray()
        self._head = b""
        self._raw: list[str] = []
        self._mask = Mask(secret, self._raw)
        self._broken = ""

    @property
    def over(self) -> bool:
        """Whether the answer has come to its end or to an error."""
        return self._decoder.done or self._decoder.error is not None

    @property
    def growing(self) -> Sequence[str]:
        """`raw` as it is now and becomes."""
        return self._raw

    @property
    def raw(self) -> tuple[str, ...]:
        """The data texts of the stream, or the document, as they came."""
        return tuple(self._raw)

    def feed(self, piece: bytes, at: float) -> list[Event]:
        """The events that `piece` completes."""
        if len(self._head) < 300:
            self._head += piece[:300]
        if not self._streams:
            return self._collect(piece)
        try:
            return self._decoded(self._sse.feed(piece), at)
        except StreamFailed as error:
            self._decoder.error = error
            return []

    def broken(self, reason: str) -> None:
        """The connection broke, or what came cannot be unpacked; `reason` ends a sentence."""
        self._broken = reason

    def close(self, at: float) -> list[Event]:
        """The events that the end of the response completes."""
        events: list[Event] = []
        if not self.over:
            events = self._last_data(at) if self._streams else self._whole_document(at)
        return [*events, *self._shown(self._decoder.rest(at), at), *self._mask.rest(at)]

    def ended(self, at: float) -> Ended:
        """The last event, after `close`."""
        how = self._decoder.ended
        error = self._decoder.error
        if how == "cut off":
            error = self._cut_off()
            how = "error" if self._is_foreign else "cut off"
        return Ended(how, at, error, self.raw)

    def _collect(self, piece: bytes) -> list[Event]:
        self._document += piece
        if len(self._document) > MAX_DOCUMENT_BYTES:
            self._decoder.error = StreamFailed(
                f"The server sent an answer of more than {MAX_DOCUMENT_BYTES:,} bytes.", "Set max_tokens."
            )
        return []

    def _decoded(self, datas: list[str], at: float) -> list[Event]:
        events: list[Event] = []
        for data in datas:
            said = masked(data, self._secret)
            self._raw.append(said)
            decoded = self._decoder.failure if isinstance(data, Failure) else self._decoder.data
            events += self._shown(decoded(said, at), at)
            if self.over:
                break
        return events

    def _last_data(self, at: float) -> list[Event]:
        """The event that the end left unterminated; one that is not even whole was cut off, and is no nonsense."""
        datas = self._sse.flush()
        if all(isinstance(data, Failure) or _is_whole(data) for data in datas):
            return self._decoded(datas, at)
        self._raw += [masked(data, self._secret) for data in datas]
        return []

    def _whole_document(self, at: float) -> list[Event]:
        """The document's events; a stream that calls itself JSON is still read as a stream."""
        text = masked(self._document.decode("utf-8", "replace").removeprefix("\ufeff"), self._secret).strip()
        if text.startswith(("data:", "event:", ":")):
            return self._decoded(self._sse.feed(bytes(self._document)) + self._sse.flush(), at)
        if not text.startswith("{"):
            return []
        self._raw.append(text)
        if self._broken:
            return self._part_of_document(text, at)
        events = self._shown(self._decoder.data(text, at), at)
        self._decoder.done = True
        if not events and self._decoder.error is None:
            self._decoder.error = StreamFailed(
                f"The server's answer holds no choices: {text[:200]!r}.",
                "Check that this is the address of a chat-completion server.",
            )
        return events

    def _part_of_document(self, text: str, at: float) -> list[Event]:
        """What can be read of a document that broke off."""
        try:
            events = self._decoder.chunk(from_json(text, allow_partial="trailing-strings"), at)
        except ValueError:
            return []
        return self._shown(events, at)

    def _shown(self, events: list[Event], at: float) -> list[Event]:
        """The events of the last line of `raw` without the key; the other answers in that line are held to it too."""
        if self._decoder.others:
            others, self._decoder.others = self._decoder.others, []
            self._mask.pass_over(others, at)
        return self._mask.take(events, at)

    @property
    def _is_foreign(self) -> bool:
        """Whether what came is something else altogether, such as a web page."""
        return bool(self._head) and not self._raw and self._type != "text/event-stream"

    def _cut_off(self) -> StreamFailed:
        """Says why an answer that nobody ended is not complete."""
        if self._broken:
            return StreamFailed(f"The answer was cut off: {self._broken}.", _TRY_AGAIN)
        if not self._raw and not self._is_foreign:
            return StreamFailed("The server accepted and then sent no answer.", "Send it again.")
        if not self._raw:
            begin = masked(self._head[:200].decode("utf-8", "replace"), self._secret)
            return StreamFailed(
                f"The server sent {self._type or 'something without a content type'}, not an answer: {begin!r}.",
                "Check the base URL: it should end before /chat/completions, often in /v1.",
            )
        return StreamFailed(
            "The answer was cut off: the stream ended with neither a finish reason nor [DONE].", _TRY_AGAIN
        )


def _is_whole(data: str) -> bool:
    """Whether `data` is [DONE] or JSON that came to its end."""
    if data.strip() == "[DONE]":
        return True
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
