"""A key that a server echoes in pieces, kept out of every event and out of the response as it came.

Kept apart from the masking of whole texts because here it counts what came before: what may be the beginning of the
key is held back until the next piece shows what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any, Final, Literal

from playground.attachments import Attachment
from playground.events import (
    AttachmentSent,
    Event,
    Finished,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCallDelta,
)
from playground.pieces import merged
from playground.wire.keys import MASK, masked, masked_within

_Flow = Literal["text", "reasoning"] | int
"""One text that grows: the answer (a refusal is in it), the thinking, or the arguments of the call at a position."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The end of a flow that may begin the key, and the lines of the response that it came in."""

    text: str
    lines: tuple[int, ...]


class Mask:
    """Takes the events of each line of a response, the last of `raw`, and gives them without the key.

    A piece that is held back as a whole is given as an empty one: it counts, and came when it came. The lines in
    which the pieces of a key came are taken out of `raw`, for a piece alone cannot be told in them.
    """

    def __init__(self, secret: str, raw: list[str]) -> None:
        self._secret: Final = secret
        self._first = secret[:1]
        self._raw = raw
        self._held: dict[_Flow, _Held] = {}
        self._refuses = False
        self._extras: dict[int, Mapping[str, Any]] = {}
        self._tokens: list[TokenScore] = []
        self._token_lines: set[int] = set()

    def take(self, events: list[Event], at: float) -> list[Event]:
        """What can be shown of `events`, behind what was held back of earlier ones."""
        if not self._secret:
            return events
        shown: list[Event] = []
        for event in events:
            if isinstance(event, Finished):
                shown += self.rest(at)
            is_plain = type(event) is TextDelta and not self._held and self._first not in event.text
            shown.append(event if is_plain else self._shown(event))
        return shown

    def take_out(self) -> None:
        """Takes the last line out of `raw`."""
        self._take_out((self._line,))

    def rest(self, at: float) -> list[Event]:
        """What was held back and did not become the key, at the end of the answer."""
        held, self._held = self._held, {}
        text = RefusalDelta if self._refuses else TextDelta
        shown = [
            text(end.text, at) if flow == "text" else _delta(flow, end.text, at) for flow, end in held.items()
        ]
        tokens, self._tokens = self._tokens, []
        return [*shown, TokensScored(tuple(tokens))] if tokens else shown

    def _shown(self, event: Event) -> Event:
        if isinstance(event, TextDelta):
            text = self._clear("text", event.text)
            return event if text is event.text else TextDelta(text, event.at)
        if isinstance(event, RefusalDelta):
            self._refuses = True
            return RefusalDelta(self._clear("text", event.text), event.at)
        if isinstance(event, ReasoningDelta):
            return ReasoningDelta(self._clear("reasoning", event.text), event.at)
        if isinstance(event, ToolCallDelta):
            arguments = self._clear(event.position, event.arguments)
            id, name = masked(event.id, self._secret), masked(event.name, self._secret)
            return replace(event, id=id, name=name, arguments=arguments, extra=self._clear_extra(event))
        if isinstance(event, TokensScored):
            is_plain = not self._tokens and not any(self._first in each.token for each in event.tokens)
            return event if is_plain else TokensScored(tuple(self._clear_tokens(event.tokens)))
        if isinstance(event, AttachmentSent):
            kind, url, title = (masked(text, self._secret) for text in astuple(event.attachment))
            return AttachmentSent(Attachment(kind, url, title))
        return event

    def _clear(self, flow: _Flow, piece: str) -> str:
        """What can be shown of a flow once `piece` has come."""
        held = self._held.pop(flow, None)
        text = held.text + piece if held else piece
        lines = (*held.lines, self._line) if held else ()
        if self._secret in text:
            self._take_out(lines or (self._line,))
            text = text.replace(self._secret, MASK)
        begun = self._begun(text)
        if begun < 0:
            return text
        is_new = len(text) - begun <= len(piece)
        self._held[flow] = _Held(text[begun:], (self._line,) if is_new else lines)
        return text[:begun]

    def _clear_extra(self, event: ToolCallDelta) -> Mapping[str, Any]:
        """The other fields of a call, as long as the key is in none of them, nor in what their pieces make up."""
        if not event.extra:
            return event.extra
        known = self._extras[event.position] = merged(self._extras.get(event.position, {}), event.extra)
        return event.extra if masked_within(known, self._secret) == known else {}

    def _clear_tokens(self, tokens: Iterable[TokenScore]) -> list[TokenScore]:
        """The tokens that can be shown; those that make up the key are one, as likely as they are together."""
        shown: list[TokenScore] = []
        for token in tokens:
            self._tokens.append(token)
            text = "".join([each.token for each in self._tokens])
            begun = self._begun(text)
            if self._secret in text:
                together = sum(each.logprob for each in self._tokens)
                self._tokens = [TokenScore(text.replace(self._secret, MASK), together)]
                self._take_out({*self._token_lines, self._line})
                begun = -1
            while self._tokens and (begun < 0 or begun >= len(self._tokens[0].token)):
                begun -= len(self._tokens[0].token)
                shown.append(self._tokens.pop(0))
        self._token_lines = {*self._token_lines, self._line} if self._tokens else set()
        return shown

    def _begun(self, text: str) -> int:
        """Where at the end of `text` the key may begin; -1 if nowhere."""
        at = text.find(self._first, max(0, len(text) - len(self._secret) + 1))
        while at >= 0 and not self._secret.startswith(text[at:]):
            at = text.find(self._first, at + 1)
        return at

    @property
    def _line(self) -> int:
        return len(self._raw) - 1

    def _take_out(self, lines: Iterable[int]) -> None:
        for line in lines:
            self._raw[line] = MASK


def _delta(flow: Literal["reasoning"] | int, text: str, at: float) -> Event:
    if flow == "reasoning":
        return ReasoningDelta(text, at)
    return ToolCallDelta(flow, "", "", text, at)
