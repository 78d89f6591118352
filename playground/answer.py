"""An answer as a value: what was said, how it ended, what was sent for it and what became of each parameter.

Kept apart from the events that it is folded from, because most of the program reads answers and no events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from playground.attachments import Attachment
from playground.errors import PlaygroundError

RATE_FROM_S: Final = 0.2
"""A rate over less time tells of the pieces that the line delivers, and not of the model."""

EndedAs = Literal["done", "length", "filtered", "unclear", "cut off", "error", "cancelled", "timeout"]
"""filtered: by the server's content filter. unclear: the server ended it, with a word that is not known here."""

BROUGHT_TO_AN_END: Final[frozenset[EndedAs]] = frozenset({"done", "length", "filtered", "unclear"})
"""Ends that the server itself has told, and no failure."""


ReportState = Literal["sent", "encoded", "withheld", "overridden", "added"]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of one parameter on its way into the body, and why.

    sent: under its own name, unchanged. encoded: in another form (`wire` shows it). withheld: not sent.
    overridden: the extra JSON replaced it. added: nobody set it, but this server needs it.
    `foretold`: what is sent and known to be refused, or void: taken without a word, and without effect.
    """

    parameter: str
    state: ReportState
    value: Any
    why: str = ""
    wire: Any = None
    foretold: Literal["", "refused", "void"] = ""


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
class ToolCall:
    """A function call that the model asked for; `arguments` is JSON text as it came, perhaps broken.

    `extra` is what the server must have back within the call.
    """

    id: str
    name: str
    arguments: str
    extra: Mapping[str, Any] = field(default_factory=dict)


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
    `refusal` is that part of it which the server calls a refusal, empty where it calls nothing so.

    `first_token_s` and `total_s` are seconds since the request left; `logprobs` is empty unless asked for and
    given; `finish_reason` is the server's word, None if it said none. `attachments` came beside text.
    `others` are the further answers where several were asked for (`n`), each with its own words and end; of them all
    `choices` are those with this one first. What a server counts (`usage`) is of all of them at most servers.
    `to_return` is what `server` (host and port) sent beside it and must have back in the assistant's message, as
    `assistant_message` puts it there. `least_read` is how many tokens it must have read, or 0 (`Started`).
    """

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    to_return: Mapping[str, Any] = field(default_factory=dict)
    server: str = ""
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
    refusal: str = ""
    attachments: tuple[Attachment, ...] = ()
    least_read: int = 0
    others: tuple[Answer, ...] = ()

    @property
    def choices(self) -> tuple[Answer, ...]:
        """All answers that were drawn, this one first."""
        return (self, *self.others)

    @property
    def complete(self) -> bool:
        """Whether the server itself brought the answer to an end."""
        return self.ended in BROUGHT_TO_AN_END

    @property
    def tokens_per_second(self) -> float | None:
        """Of a stream: tokens after the first, over the time after the first. Of a whole answer: all over all.

        None where that took less than `RATE_FROM_S`: what came in one piece has no rate.
        """
        tokens, seconds = self.usage.completion_tokens, self.total_s
        if self.first_token_s is not None and self.body.get("stream"):
            tokens, seconds = tokens - 1, seconds - self.first_token_s
        return tokens / seconds if tokens > 0 and seconds >= RATE_FROM_S else None
