"""What servers say, as events: one decoder for the chunks of a stream and for a whole answer.

Kept apart from the transport so that it stays pure: parsed JSON in, events out. It is on the path of every
token, so it looks only at what it needs, makes no model of the chunk, and trusts no shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import from_json

from playground.errors import ServerRefused, StreamFailed
from playground.events import (
    Alternative,
    EndedAs,
    Event,
    Finished,
    ReasoningDelta,
    TextDelta,
    TokenScore,
    TokensScored,
    UsageReported,
)
from playground.wire.refusals import failure, mended, parsed, plain, words_of
from playground.wire.toolcalls import ToolCalls

LOGPROB_FLOOR: Final = -9999.0
"""Stands for "never": vLLM's own floor. llama.cpp sends -3.4e38, others null or -Infinity, which JSON lacks."""

MOST_TOKENS: Final = 10**12
"""No request has so many tokens: a larger count is unknown, as a negative one is."""

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_STOPPED_BY_LENGTH: Final = frozenset({"length", "max_tokens", "model_length"})


class ChunkDecoder:
    """Takes the data of one event after the other; remembers what must be known at the end.

    `sent` is the body of the request to `host`: an error may name a part of it.
    """

    def __init__(self, host: str = "The server", sent: Mapping[str, Any] = NOTHING) -> None:
        self.done = False
        self.reason: str | None = None
        self.error: ServerRefused | StreamFailed | None = None
        self.others: list[Mapping[str, Any]] = []
        """What came of other answers than the first, for who reads on to take out."""
        self._host = host
        self._sent = sent
        self._begun = False
        self._calls = ToolCalls()
        self._half = ""

    @property
    def ended(self) -> EndedAs:
        """How the stream ended, if it ended now."""
        if self.error is not None:
            return "error"
        if self.reason in _STOPPED_BY_LENGTH:
            return "length"
        return "done" if self.done or self.reason is not None else "cut off"

    def data(self, data: str, at: float) -> list[Event]:
        """The events of one data text; sets `done` at [DONE] and `error` at an error or at nonsense."""
        try:
            chunk = from_json(data)
        except ValueError:
            return self._unusual(data, at)
        events = self.chunk(chunk, at)
        return self._whole(events, at) if self._half else events

    def failure(self, data: str, at: float) -> list[Event]:
        """The events of a data text that the server calls an error; sets `error` whatever its shape."""
        document = parsed(data)
        events = self._whole(self.chunk(document, at), at) if isinstance(document, dict) else []
        self._fail(document, words_of(document) or plain(data))
        return events

    def rest(self, at: float) -> list[Event]:
        """The events that were held back for a rest that has not come, at the end of the answer."""
        half, self._half = self._half, ""
        return [TextDelta("\ufffd", at)] if half else []

    def _unusual(self, data: str, at: float) -> list[Event]:
        """[DONE]; or JSON that the fast parser refuses, such as half of an escaped emoji; or nonsense."""
        if data.strip() in ("", "[DONE]"):
            self.done = self.done or data.strip() != ""
            return []
        try:
            chunk = mended(json.loads(data), but="content")
        except (ValueError, RecursionError):
            self.error = StreamFailed(
                f"The server sent something that is not JSON: {data[:200]!r}.",
                "What came before it is kept; try again, or choose another server.",
            )
            return []
        return self._whole(self.chunk(chunk, at), at)

    def _whole(self, events: list[Event], at: float) -> list[Event]:
        """The events with halves of characters put together; what stays half becomes U+FFFD."""
        found: list[Event] = []
        for event in events:
            if isinstance(event, TextDelta):
                text = self._half + event.text
                self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
                text = text.removesuffix(self._half) if self._half else text
                event = TextDelta(
                    text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), event.at
                )
            elif isinstance(event, Finished):
                found += self.rest(at)
            found.append(event)
        return found

    def chunk(self, chunk: Any, at: float) -> list[Event]:
        """The events of one parsed chunk, or of a whole answer."""
        if chunk is None:
            return []
        if not isinstance(chunk, dict):
            self.error = StreamFailed(
                f"The server sent {str(chunk)[:200]!r} where an object was expected.",
                "Check that this is the address of a chat-completion server.",
            )
            return []
        events: list[Event] = []
        choices = chunk.get("choices")
        choice = _first_choice(choices)
        if choices:
            self.others += _others(choices, choice)
        if choice is not None:
            self._choice(choice, at, events)
        usage = chunk.get("usage")
        if usage and isinstance(usage, dict):
            events.append(
                UsageReported(_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"), usage)
            )
        if chunk.get("error") or chunk.get("object") == "error" or self.reason == "error":
            self._fail(chunk, words_of(chunk))
        return events

    def _choice(self, choice: Mapping[str, Any], at: float, events: list[Event]) -> None:
        delta = choice.get("delta") or choice.get("message")
        if delta and isinstance(delta, dict):
            reasoning = delta.get("reasoning_content") or delta.get("reasoning")
            if reasoning and isinstance(reasoning, str):
                events.append(ReasoningDelta(reasoning, at))
            content = delta.get("content")
            if content:
                text = content if isinstance(content, str) else _text_parts(content)
                if text:
                    events.append(TextDelta(text, at))
            calls = delta.get("tool_calls")
            if calls and isinstance(calls, list):
                events.extend(self._calls.take(calls, at))
        if events:
            self._begun = True
        scores = choice.get("logprobs")
        if scores and isinstance(scores, dict):
            tokens = scores.get("content")
            if tokens and isinstance(tokens, list):
                events.append(TokensScored(tuple([_score(t) for t in tokens if isinstance(t, dict)])))
        reason = choice.get("finish_reason")
        if reason and self.reason is None:
            self.reason = str(reason)
            events.append(Finished(self.reason))

    def _fail(self, document: Any, words: str) -> None:
        if self.error is None:
            self.error = failure(self._host, document, words, self._sent, begun=self._begun)


def _first_choice(choices: Any) -> Mapping[str, Any] | None:
    """The first answer; with n above 1 the others are only in the raw response."""
    if not choices or not isinstance(choices, list):
        return None
    for choice in choices:
        if isinstance(choice, dict) and not choice.get("index"):
            return choice
    return None


def _others(choices: Any, first: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """All but the first answer: with n at 1, as nearly always, nothing to look through."""
    if not isinstance(choices, list) or (first is not None and len(choices) == 1):
        return []
    return [choice for choice in choices if isinstance(choice, dict) and choice is not first]


def _text_parts(content: Any) -> str:
    """The text of a content that came as a list of parts."""
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _score(token: Mapping[str, Any]) -> TokenScore:
    top, number = token.get("top_logprobs"), token.get("id")
    return TokenScore(
        _name(token.get("token")),
        _logprob(token.get("logprob")),
        _alternatives(top) if top and isinstance(top, list) else (),
        number if isinstance(number, int) else None,
    )


def _alternatives(top: list[Any]) -> tuple[Alternative, ...]:
    """Five per token and more, and so first as if the server did everything right: that takes half the time."""
    try:
        return tuple(
            [
                Alternative(name, logprob)
                if type(name := t["token"]) is str
                and type(logprob := t["logprob"]) is float
                and LOGPROB_FLOOR < logprob <= 0.0
                else Alternative(_name(name), _logprob(t["logprob"]))
                for t in top
            ]
        )
    except (KeyError, TypeError):
        objects = [t for t in top if isinstance(t, dict)]
        return tuple([Alternative(_name(t.get("token")), _logprob(t.get("logprob"))) for t in objects])


def _name(token: Any) -> str:
    return token if isinstance(token, str) else str(token)


def _logprob(value: Any) -> float:
    """A finite number from the floor up; anything else counts as "never"."""
    if isinstance(value, (float, int)) and LOGPROB_FLOOR < value < 1e300:  # below what a float can hold
        return float(value)
    return LOGPROB_FLOOR


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None
