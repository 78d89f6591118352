"""What comes back: a stream of small frozen events, and the one fold that turns them into an `Answer`.

Kept apart because the page, the Python calls, the API, the probes and the votes all read the same events and
must come to the same answer.

A stream is `Started`, then any number of the others, then exactly one `Ended`. Times (`at`) are seconds since
the request left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, assert_never

from playground.errors import PlaygroundError

RATE_FROM_S: Final = 0.2
"""A rate over less time tells of the pieces that the line delivers, and not of the model."""

EndedAs = Literal["done", "length", "cut off", "error", "cancelled", "timeout"]
ReportState = Literal["sent", "encoded", "withheld", "overridden", "added"]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of one parameter on its way into the body, and why.

    sent: under its own name, unchanged. encoded: in another form (`wire` shows it). withheld: not sent.
    overridden: the extra JSON replaced it. added: nobody set it, but this server needs it.
    """

    parameter: str
    state: ReportState
    value: Any
    why: str = ""
    wire: Any = None


Report = tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A token that could have stood there, with its natural-log probability."""

    token: str
    logprob: float


@dataclass(frozen=True, slots=True)
class TokenScore:
    """A token of the answer, its natural-log probability, and the likeliest alternatives (itself included)."""

    token: str
    logprob: float
    top: tuple[Alternative, ...] = ()
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The request is leaving, with exactly this body; the report says how it came about."""

    body: Mapping[str, Any]
    report: Report


@dataclass(frozen=True, slots=True)
class Delayed:
    """The server cannot answer yet, for the reason `why`: it is asked again in so many seconds."""

    why: str
    seconds: float


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
    """A piece of a function call; `position` counts calls from 0, `arguments` is a piece of JSON text."""

    position: int
    id: str
    name: str
    arguments: str
    at: float


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Token counts as the server gave them; `raw` is its whole usage object (cost, cache, reasoning tokens)."""

    prompt_tokens: int | None
    completion_tokens: int | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """The server said why it stopped, in its own word."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event. `raw` is the response as it came: data lines of a stream, or the body."""

    ended: EndedAs
    at: float
    error: PlaygroundError | None = None
    raw: tuple[str, ...] = ()


Event = (
    Started
    | Delayed
    | Connected
    | TextDelta
    | ReasoningDelta
    | TokensScored
    | ToolCallDelta
    | UsageReported
    | Finished
    | Ended
)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function call that the model asked for; `arguments` is JSON text as it came, perhaps broken."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts; `counted` is True where the server gave none and the pieces that came were counted."""

    prompt_tokens: int | None
    completion_tokens: int
    counted: bool
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, whole or not; it is complete only if the server said why it stopped.

    `text` is what the model wrote. Where it went on from a last message of its own (a prefill), that is not in it.

    `first_token_s` and `total_s` are seconds since the request left; `logprobs` is empty unless asked for and
    given; `finish_reason` is the server's word, None if it said none.
    """

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    logprobs: tuple[TokenScore, ...] = ()
    usage: Usage = Usage(None, 0, True)
    finish_reason: str | None = None
    ended: EndedAs = "cut off"
    error: PlaygroundError | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    report: Report = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: tuple[str, ...] = ()
    first_token_s: float | None = None
    total_s: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether the server itself brought the answer to an end."""
        return self.ended in ("done", "length")

    @property
    def tokens_per_second(self) -> float | None:
        """Of a stream: tokens after the first, over the time after the first. Of a whole answer: all over all.

        None where that took less than `RATE_FROM_S`: what came in one piece has no rate.
        """
        tokens, seconds = self.usage.completion_tokens, self.total_s
        if self.first_token_s is not None and self.body.get("stream"):
            tokens, seconds = tokens - 1, seconds - self.first_token_s
        return tokens / seconds if tokens > 0 and seconds >= RATE_FROM_S else None


class Fold:
    """Takes events one by one; `answer()` is the answer so far, and final after `Ended`."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._scores: list[TokenScore] = []
        self._calls: dict[int, ToolCall] = {}
        self._pieces = 0
        self._started = Started({}, ())
        self._headers: Mapping[str, str] = {}
        self._raw: Sequence[str] = ()
        self._usage: UsageReported | None = None
        self._finish_reason: str | None = None
        self._first: float | None = None
        self._ended = Ended("cut off", 0.0)

    def add(self, event: Event) -> None:
        """Takes the next event of the stream."""
        match event:
            case TextDelta(text, at):
                self._text.append(text)
                self._piece(at)
            case ReasoningDelta(text, at):
                self._reasoning.append(text)
                self._piece(at)
            case ToolCallDelta():
                self._call(event)
                self._piece(event.at)
            case TokensScored(tokens):
                self._scores.extend(tokens)
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
                self._ended = event
            case _:
                assert_never(event)

    def _piece(self, at: float) -> None:
        self._pieces += 1
        if self._first is None:
            self._first = at

    def _call(self, delta: ToolCallDelta) -> None:
        old = self._calls.get(delta.position, ToolCall("", "", ""))
        self._calls[delta.position] = ToolCall(
            old.id or delta.id, old.name or delta.name, old.arguments + delta.arguments
        )

    def _usage_now(self) -> Usage:
        """What the server counted; else the scored tokens; else the pieces that came, marked as counted."""
        if self._usage is not None and self._usage.completion_tokens is not None:
            return Usage(self._usage.prompt_tokens, self._usage.completion_tokens, False, self._usage.raw)
        return Usage(None, len(self._scores) or self._pieces, True)

    def answer(self) -> Answer:
        """The answer so far."""
        return Answer(
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            tool_calls=tuple(self._calls[i] for i in sorted(self._calls)),
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
        )


def fold(events: Iterable[Event]) -> Answer:
    """The answer that a whole stream of events amounts to."""
    folded = Fold()
    for event in events:
        folded.add(event)
    return folded.answer()
