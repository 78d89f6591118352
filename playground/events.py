"""What comes back: a stream of small frozen events, and the one fold that turns them into an `Answer`.

The page, the Python calls, the API, the probes and the votes all read the same events and must come to the same
answer.

A stream is `Started`, then any number of the others, then exactly one `Ended`. Times (`at`) are seconds since
the request left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from playground.answer import (
    BROUGHT_TO_AN_END,
    RATE_FROM_S,
    Alternative,
    Answer,
    EndedAs,
    Report,
    ReportLine,
    ReportState,
    TokenScore,
    ToolCall,
    Usage,
)
from playground.attachments import Attachment
from playground.errors import PlaygroundError
from playground.pieces import Arguments, decoded, merged

__all__ = [
    "BROUGHT_TO_AN_END",
    "RATE_FROM_S",
    "Alternative",
    "Answer",
    "EndedAs",
    "Report",
    "ReportLine",
    "ReportState",
    "TokenScore",
    "ToolCall",
    "Usage",
]
"""What events are made of and become: it stands in a file of its own and is asked for here too."""


@dataclass(frozen=True, slots=True)
class Started:
    """The request is leaving, with exactly this body; the report says how it came about.

    `server` is its host and port, empty for the embedded model; `least_read`: tokens its prompt has at least, or 0.
    """

    body: Mapping[str, Any]
    report: Report
    server: str = ""
    least_read: int = 0


@dataclass(frozen=True, slots=True)
class Delayed:
    """Nobody can answer yet, for the reason `why`: it is asked again in so many seconds, None: once that is over."""

    why: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Connected:
    """The server accepted: HTTP status and headers (no cookies) of its answer.

    `raw` is the response as it comes, which grows until the last event: a reader who leaves earlier has it so far.
    """

    status: int
    headers: Mapping[str, str]
    at: float
    raw: Sequence[str] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer's text."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """A piece of the words with which the model refuses; they are the answer's text as well."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of what the model thinks before it answers."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class TokensScored:
    """Log probabilities of one or more tokens."""

    tokens: tuple[TokenScore, ...]


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a function call; `position` counts calls from 0, `arguments` is a piece of JSON text.

    `name` is the name as far as it has come: a later one takes its place. Both it and `id` may be empty. How pieces of
    arguments make a whole says `Arguments`. `extra` holds fields that OpenAI's form does not know, such as a signature;
    they belong to the call.
    """

    position: int
    id: str
    name: str
    arguments: str
    at: float
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Returned:
    """What the server sent beside the words and must have back with the answer, in all: comes once, near the end."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AttachmentSent:
    """Something that is no text, such as an image or a citation."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Token counts as the server gave them; `raw` is its whole usage object (cost, cache, reasoning tokens)."""

    prompt_tokens: int | None
    completion_tokens: int | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """The server said why it stopped, in its own word; nothing of the answer comes behind it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event. `raw` is the response as it came: data lines of a stream, or the body."""

    ended: EndedAs
    at: float
    error: PlaygroundError | None = None
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfChoice:
    """An event of a further answer where several were asked for (`n`): `choice` counts them from 1.

    The first answer's events come bare. Each other one ends by an `Ended` of its own, before that of the stream.
    """

    choice: int
    event: Event


Event = (
    Started
    | Delayed
    | Connected
    | TextDelta
    | RefusalDelta
    | ReasoningDelta
    | TokensScored
    | ToolCallDelta
    | AttachmentSent
    | Returned
    | UsageReported
    | Finished
    | Ended
    | OfChoice
)


_NOT_ENDED = Ended("cut off", 0.0)


class Fold:
    """Takes events one by one; `answer()` is the answer so far, and final after `Ended`."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._reasoning: list[str] = []
        self._scores: list[TokenScore] = []
        self._calls: dict[int, ToolCall] = {}
        self._arguments: dict[int, Arguments] = {}
        self._attachments: list[Attachment] = []
        self._to_return: Mapping[str, Any] = {}
        self._pieces = 0
        self._started = Started({}, ())
        self._headers: Mapping[str, str] = {}
        self._raw: Sequence[str] = ()
        self._usage: UsageReported | None = None
        self._finish_reason: str | None = None
        self._first: float | None = None
        self._ended = _NOT_ENDED
        self._others: dict[int, Fold] = {}

    def add(self, event: Event) -> None:
        """Takes the next event of the stream."""
        match event:
            case TextDelta(text, at):
                self._text.append(text)
                self._piece(at)
            case RefusalDelta(text, at):
                self._text.append(text)
                self._refusal.append(text)
                self._piece(at)
            case ReasoningDelta(text, at):
                self._reasoning.append(text)
                self._piece(at)
            case ToolCallDelta():
                self._call(event)
                self._piece(event.at)
            case Returned(fields):
                self._to_return = fields
            case TokensScored(tokens):
                self._scores.extend(tokens)
            case AttachmentSent(attachment):
                self._attachments.append(attachment)
            case UsageReported():
                self._usage = event
            case Finished(reason):
                self._finish_reason = reason
            case Started():
                self._started = event
            case Delayed():
                pass  # it waits, and nothing of the answer is known
            case Connected():
                self._headers, self._raw = event.headers, event.raw
            case Ended():
                self._end(event)
            case OfChoice(choice, inner):
                self._other(choice).add(inner)
            case _:
                assert_never(event)

    @property
    def begun(self) -> bool:
        """Whether any piece of it has come."""
        return self._first is not None or any(other.begun for other in self._others.values())

    def _other(self, choice: int) -> Fold:
        """A further answer, which was asked for by the same request."""
        if choice not in self._others:
            self._others[choice] = other = Fold()
            other.add(self._started)
            other.add(Connected(0, self._headers, 0.0))
        return self._others[choice]

    def _end(self, event: Ended) -> None:
        """The further answers that have no end of their own end with the stream, and so not by themselves."""
        self._ended = event
        how: EndedAs = "cut off" if event.ended in BROUGHT_TO_AN_END else event.ended
        for other in self._others.values():
            if not other.has_ended:
                other.add(Ended(how, event.at, event.error))

    @property
    def has_ended(self) -> bool:
        """Whether its last event has come."""
        return self._ended is not _NOT_ENDED

    def _piece(self, at: float) -> None:
        self._pieces += 1
        if self._first is None:
            self._first = at

    def _call(self, delta: ToolCallDelta) -> None:
        self._arguments.setdefault(delta.position, Arguments()).add(delta.arguments)
        old = self._calls.get(delta.position)
        if old is not None and not (delta.id or delta.name or delta.extra):
            return
        old = old or ToolCall("", "", "")
        extra = merged(old.extra, delta.extra) if delta.extra else old.extra
        self._calls[delta.position] = ToolCall(old.id or delta.id, delta.name or old.name, "", extra)

    def _usage_now(self) -> Usage:
        """What the server counted; of the written tokens else the scored ones, or the pieces, marked as counted."""
        if self._usage is not None and self._usage.completion_tokens is not None:
            return Usage(self._usage.prompt_tokens, self._usage.completion_tokens, False, self._usage.raw)
        counted = len(self._scores) or self._pieces
        if self._usage is None:
            return Usage(None, counted, True)
        return Usage(self._usage.prompt_tokens, counted, True, self._usage.raw)

    def answer(self) -> Answer:
        """The answer so far."""
        return Answer(
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            tool_calls=tuple(
                replace(call, arguments=decoded(self._arguments[position].text))
                for position, call in sorted(self._calls.items())
            ),
            to_return=self._to_return,
            server=self._started.server,
            logprobs=tuple(self._scores),
            usage=self._usage_now(),
            finish_reason=self._finish_reason,
            ended=self._ended.ended,
            error=self._ended.error,
            body=self._started.body,
            report=self._started.report,
            headers=self._headers,
            raw=self._ended.raw or tuple(self._raw),
            first_token_s=self._first,
            total_s=self._ended.at,
            refusal="".join(self._refusal),
            attachments=tuple(self._attachments),
            least_read=self._started.least_read,
            others=tuple(other.answer() for _, other in sorted(self._others.items())),
        )


def fold(events: Iterable[Event]) -> Answer:
    """The answer that a whole stream of events amounts to."""
    folded = Fold()
    for event in events:
        folded.add(event)
    return folded.answer()
