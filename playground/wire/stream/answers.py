"""The bytes of a response become events, whether it is a stream or one JSON document.

Kept apart from the transport so that every way in which an answer can end is decided without a network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import from_json

from playground.errors import StreamFailed
from playground.events import Ended, Event, Returned
from playground.wire.data_texts import is_whole
from playground.wire.documents import text_of
from playground.wire.keys import masked, masked_within
from playground.wire.stream.chunks import NOTHING, ChunkDecoder
from playground.wire.stream.other_choices import OtherChoices
from playground.wire.stream.redaction import Mask
from playground.wire.stream.sse import BYTE_ORDER_MARK, Done, Failure, SseParser
from playground.wire.surrogates import mended

MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
_EVENT_BYTES: Final = 64
"""What keeping an event takes beside its data."""
_DOCUMENT_BEGINS: Final = re.compile(r"\s*(?=[{\[])")
_TRY_AGAIN: Final = "What came is kept; send it again."


class AnswerReader:
    """Takes the bytes of one response's body; `over` says that no more need be read.

    What the bytes are says the first of them: JSON is a document, and all else is read as a stream, whatever was asked
    for and whatever the content type says. Both are about in the other's clothes: a document that calls itself a
    stream (9router#3492), even with [DONE] behind it, and a stream that calls itself JSON.
    `secret` is masked in whatever the server echoes; `host` and `sent`, the body of the request, are for the words
    of an error.
    """

    def __init__(
        self,
        content_type: str,
        secret: str = "",
        host: str = "The server",
        sent: Mapping[str, Any] = NOTHING,
    ) -> None:
        self._content_type = content_type
        self._type = content_type.partition(";")[0].strip().lower()
        self._size = 0
        self._is_document: bool | None = None
        self._secret = secret
        self._sse = SseParser(content_type=content_type)
        self._decoder = ChunkDecoder(host, sent)
        self._document = bytearray()
        self._head = b""
        self._raw: list[str] = []
        self._mask = Mask(secret, self._raw)
        several = self._decoder.choices.are_several
        self._others = OtherChoices(secret, self._raw, host, sent, are_told=several)
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
        piece = piece[: max(0, MAX_ANSWER_BYTES - self._size) + 1]
        self._size += len(piece)
        events = self._taken(piece, at)
        if self._size > MAX_ANSWER_BYTES and not self.over:
            if self._is_document:
                self._raw.append(self._text())
                events = self._part_of_document(self._raw[0], at) or []
            self._decoder.error = StreamFailed(
                f"The server sent an answer of more than {MAX_ANSWER_BYTES:,} bytes.",
                "What came before is kept. Set max_tokens, or ask for fewer top_logprobs.",
            )
        return events

    def broken(self, reason: str) -> None:
        """The connection broke, or what came cannot be unpacked; `reason` ends a sentence."""
        self._broken = reason

    def close(self, at: float) -> list[Event]:
        """The events that the end of the response completes."""
        events: list[Event] = []
        if not self.over:
            events = self._whole_document(at) if self._is_document else self._last_data(at)
        if not (self._broken or self._decoder.has_choices):
            self._decoder.without_choices = self._first_object()
        events += self._shown(self._decoder.rest(at), at)
        events += self._mask.rest(at)
        if fields := mended(self._decoder.returned.fields):
            events.append(Returned(masked_within(fields, self._secret)))
        return [*events, *self._others.close(self._decoder.done, at)]

    def ended(self, at: float) -> Ended:
        """The last event, after `close`."""
        how = self._decoder.ended
        error = self._decoder.error
        if how == "cut off":
            error = self._cut_off()
            how = "error" if self._is_foreign else "cut off"
        return Ended(how, at, error, self.raw)

    def _taken(self, piece: bytes, at: float) -> list[Event]:
        if self._is_document is None:
            piece = piece.lstrip(BYTE_ORDER_MARK + b" \t\r\n")
            if not piece:
                return []
            self._is_document = piece.startswith((b"{", b"["))
        if len(self._head) < 300:
            self._head += piece[:300]
        if self._is_document:
            self._document += piece
            return []
        return self._streamed(piece, at)

    def _streamed(self, piece: bytes, at: float) -> list[Event]:
        datas = self._sse.feed(piece)
        self._size += _EVENT_BYTES * len(datas)
        return self._decoded(datas, at)

    def _decoded(self, datas: list[str], at: float) -> list[Event]:
        events: list[Event] = []
        for data in datas:
            said = masked(data, self._secret)
            self._raw.append(said)
            if type(data) is Failure and not (said in ("", "null") and self._decoder.ended == "done"):
                events += self._shown(self._decoder.failure(said, at), at)
            else:
                events += self._shown(self._decoder.data(said, at), at)
            if type(data) is Done:
                self._decoder.done = True
            if self.over:
                break
        if not self.over:
            self._decoder.error = self._sse.error
        return events

    def _last_data(self, at: float) -> list[Event]:
        """The event that the end left unterminated; one that is not even whole was cut off, and is no nonsense."""
        datas = self._sse.flush()
        if all(isinstance(data, (Failure, Done)) or is_whole(data) for data in datas):
            return self._decoded(datas, at)
        self._raw += [masked(data, self._secret) for data in datas]
        return []

    def _whole_document(self, at: float) -> list[Event]:
        """The events of the document, of any that stand behind it, and of a stream behind them.

        A document with a message is an answer whole, with no word for its end too; one that broke off is none, whatever
        word for it came before that, and neither are pieces in documents of their own.
        """
        text = self._text()
        if text.startswith("[") and not text[1:].lstrip().startswith("{"):
            return []
        if self._broken:
            self._raw.append(text)
            return self._part_of_document(text, at) or []
        events: list[Event] = []
        documents, rest = _documents(text)
        for document in documents:
            events += self._read(document, at)
        if rest.startswith(("data:", "event:", "error:", ":")):
            events += self._streamed(rest.encode() + b"\n\n", at)
        elif rest:
            part = None if self.over else self._part_of_document(rest, at)
            if part or (events and part is not None):
                self._raw.append(rest)
                return [*events, *part]
            events += self._read(rest, at)
        self._decoder.done = self._decoder.done or not self._decoder.is_in_pieces
        return events

    def _text(self) -> str:
        return masked(text_of(self._document, self._content_type), self._secret).strip()

    def _read(self, document: str, at: float) -> list[Event]:
        if self.over:
            return []
        self._raw.append(document)
        return self._shown(self._decoder.data(document, at), at)

    def _part_of_document(self, text: str, at: float) -> list[Event] | None:
        """What can be read of a document that broke off; None where a text is not even the beginning of one."""
        try:
            events = self._decoder.chunk(from_json(text, allow_partial="trailing-strings"), at)
        except ValueError:
            return None
        self._decoder.reason = None  # which proves no end where what it is about is not whole
        return self._shown(events, at)

    def _shown(self, events: list[Event], at: float) -> list[Event]:
        """The events of the last line of `raw` without the key, and those of the other answers in that line."""
        told: list[Event] = []
        if others := self._decoder.choices.others:
            told = self._others.take(others, at)
            others.clear()
        return [*self._mask.take(events, at), *told]

    def _first_object(self) -> str:
        """The first object that came whole."""
        begins = re.compile(r"\[?\s*\{")
        return next((said for said in self._raw if begins.match(said) and is_whole(said)), "")

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


def _documents(text: str) -> tuple[list[str], str]:
    """The JSON documents that a text begins with, and what stands behind them."""
    try:
        from_json(text)
    except ValueError:
        pass
    else:
        return [text], ""
    found: list[str] = []
    decoder, at = json.JSONDecoder(), 0
    while begins := _DOCUMENT_BEGINS.match(text, at):
        try:
            _, end = decoder.raw_decode(text, begins.end())
        except (ValueError, RecursionError):
            break
        found.append(text[begins.end() : end])
        at = end
    return found, text[at:].lstrip()
