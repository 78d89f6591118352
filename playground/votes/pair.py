"""A pair of answers that awaits a vote: who is shown where, what has come so far, and whether a vote makes sense.

Kept apart from the vote because a pair lives while answers stream and may never be voted on.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from time import time_ns
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

from playground.chat import ChatRequest, JsonObject
from playground.events import Answer
from playground.votes.visible_text import is_empty, look_the_same

Slot = Literal["first", "second"]
"""first: the user's own settings; second: pref_params (or another model) over them."""
Position = Literal["left", "right"]
Mode = Literal["blind", "open"]

NAMES: Final[Mapping[Position, str]] = {"left": "A", "right": "B"}
"""What the page calls the answer at each position, which on a phone is a tab."""

FAR: Final = 1.5
"""A temperature at which nearly every answer differs from those at the usual ones."""
ENOUGH: Final = 256
"""Tokens that leave room for an answer, also behind some reasoning."""

BY_ADDRESS: Final = "a server by address"

FAILED: Final = frozenset({"error", "timeout", "cut off"})


def new_id(milliseconds: int | None = None) -> str:
    """A UUID of version 7 (RFC 9562): sorts by time, and its 74 random bits cannot be guessed."""
    at = time_ns() // 1_000_000 if milliseconds is None else milliseconds
    bits = (at & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62
    return str(UUID(int=bits | secrets.randbits(62)))


def server_name(base_url: str) -> str:
    """The host that a base URL names; one given as a bare address is not told apart from others.

    >>> server_name("https://router.huggingface.co/v1"), server_name("http://192.168.1.7:8080/v1")
    ('router.huggingface.co', 'a server by address')
    """
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:  # half of an IPv6 address
        return BY_ADDRESS
    try:
        ip_address(host)
    except ValueError:
        return host
    return BY_ADDRESS


@dataclass(frozen=True, slots=True)
class PairSide:
    """One of the two: what was asked where, and the answer so far; `ended` once nothing more will come.

    `server` is the host's name, `engine` what runs there and its version, both empty where not known.
    """

    request: ChatRequest
    server: str = ""
    engine: str = ""
    answer: Answer = field(default_factory=Answer)
    ended: bool = False

    @property
    def failed(self) -> bool:
        """Whether it ended without the server having brought it to an end."""
        return self.ended and self.answer.ended in FAILED

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it to judge: no text, no function call, nothing beside them."""
        return not self.answer.attachments and is_empty(self.answer.text, self.answer.tool_calls)


@dataclass(frozen=True, slots=True)
class PendingPair:
    """Two answers to one conversation. `draw` decides who is left, and with `round_id` proves it afterwards."""

    round_id: str
    first: PairSide
    second: PairSide
    draw: str
    mode: Mode
    diff_frequency: float
    pref_params: JsonObject
    started_at: datetime

    @property
    def left(self) -> Slot:
        """Which of the two is shown on the left."""
        return left_of(self.draw, self.round_id)

    @property
    def both_ended(self) -> bool:
        """Whether nothing more will come on either side."""
        return self.first.ended and self.second.ended

    def side(self, slot: Slot) -> PairSide:
        """The side in this slot."""
        return self.first if slot == "first" else self.second

    def so_far(self, slot: Slot, answer: Answer) -> PendingPair:
        """The same pair with what has come on one side until now."""
        return self._with(slot, replace(self.side(slot), answer=answer))

    def with_ended(self, slot: Slot, answer: Answer) -> PendingPair:
        """The same pair with one side's final answer."""
        return self._with(slot, replace(self.side(slot), answer=answer, ended=True))

    def _with(self, slot: Slot, side: PairSide) -> PendingPair:
        return replace(self, first=side) if slot == "first" else replace(self, second=side)


def begin(
    first: PairSide,
    second: PairSide,
    *,
    diff_frequency: float,
    pref_params: JsonObject,
    mode: Mode = "blind",
    token: Callable[[], str] = lambda: secrets.token_hex(16),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> PendingPair:
    """A fresh pair under an id of its own; the cryptographic `token` draws the sides."""
    return PendingPair(new_id(), first, second, token(), mode, diff_frequency, pref_params, now())


def left_of(draw: str, round_id: str) -> Slot:
    """The slot on the left: the last bit of SHA-256 over draw and round, so that anyone can check it later."""
    last = hashlib.sha256(f"{draw}:{round_id}".encode()).digest()[-1]
    return "second" if last & 1 else "first"


def slot_at(position: Position, left: Slot) -> Slot:
    """The slot that a reader sees at this position."""
    return left if position == "left" else other(left)


def position_of(slot: Slot, left: Slot) -> Position:
    """Where a reader sees this slot."""
    return "left" if slot == left else "right"


def other(slot: Slot) -> Slot:
    """The other one of the two."""
    return "second" if slot == "first" else "first"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why this pair is not worth a vote, and what to do instead; `parameter` is the one to change, if any.

    `remedy` is the value that would do; None leaves the parameter to the server. Where one of pref_params is to be
    changed it is named with a dot. `again`: asking once more, with everything as it is, may do. Nothing here names a
    model, server or error, so that it may be shown before a blind vote.
    """

    reason: str
    fix: str
    parameter: str = ""
    remedy: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False

    def __str__(self) -> str:
        return f"{self.reason} {self.fix}"


def refusal(pair: PendingPair) -> Refusal | None:
    """Why no vote but "skip" should be taken on this pair; None where a vote makes sense."""
    for slot in (pair.left, other(pair.left)):
        side, name = pair.side(slot), NAMES[position_of(slot, pair.left)]
        if side.failed:
            which = "Neither answer came" if pair.side(other(slot)).failed else f"Answer {name} did not come"
            return Refusal(
                f"{which} to its end, so there is nothing to compare.",
                "Skip this pair (the error is shown then), or ask again.",
                again=True,
            )
        if side.empty and side.ended:
            return _empty(pair, side, name)
        if side.empty:
            return Refusal(f"Answer {name} has not begun yet.", "Wait for its first words.")
    return _identical(pair) if pair.both_ended and _same_answers(pair) else None


def _empty(pair: PendingPair, side: PairSide, name: str) -> Refusal:
    """Why one side has no words, and what can bring some: more tokens only where they had run out."""
    sent = _sent(side)
    if side.answer.ended == "cancelled":
        return Refusal(
            f"Answer {name} was stopped before its first word.", "Skip it, or ask again.", again=True
        )
    if side.answer.ended == "length":
        return Refusal(
            f"Answer {name} is empty: its tokens ran out before its first word.",
            "Skip it, or ask again with more max_tokens.",
            "max_tokens",
            _more_tokens(pair, side),
        )
    said = f"Answer {name} is empty: it was ended before its first word, and not for want of tokens."
    if sent.get("seed") is not None:
        return Refusal(said, "Skip it, or leave seed unset: it draws the same again.", "seed", {"seed": None})
    if sent.get("temperature") == 0:
        return Refusal(said, "Skip it, or ask in other words: at temperature 0 it would be the same again.")
    return Refusal(said, "Skip it, or ask again: another draw may have words.", again=True)


def _same_answers(pair: PendingPair) -> bool:
    first, second = pair.first.answer, pair.second.answer
    if first.attachments or second.attachments:
        return False
    return look_the_same(first.text, first.tool_calls, second.text, second.tool_calls)


def _identical(pair: PendingPair) -> Refusal:
    """The likeliest reason for two equal answers, judged by what was sent."""
    stopped = "cancelled" in (pair.first.answer.ended, pair.second.answer.ended)
    said = f"Both answers are the same, word for word{', as far as they came' if stopped else ''}"
    if pair.first.request.preset:
        return Refusal(
            f"{said}, of two presets.",
            "Skip this pair, or ask something more open; the report says what of each preset was sent.",
            again=True,
        )
    first, second = _sent(pair.first), _sent(pair.second)
    asked_alike = dict(pair.first.request.parameters) == dict(pair.second.request.parameters)
    if first == second and asked_alike:
        return Refusal(
            f"{said}: both were asked for with the same settings.",
            "Give the second answer another temperature in pref_params, or another model.",
            "pref_params",
            _other_temperature(pair),
        )
    if first == second:
        return Refusal(
            f"{said}: what should make the second one different was not sent, because this server does not take it.",
            "The request drawer says which parameter that is; choose one that is sent, or another model.",
            "pref_params",
        )
    if first.get("temperature") == 0 and second.get("temperature") == 0:
        return Refusal(
            f"{said}: at temperature 0 the likeliest token is taken every time.",
            "Give the second answer a temperature above 0 in pref_params.",
            "pref_params",
            _other_temperature(pair),
        )
    if first.get("seed") is not None and first.get("seed") == second.get("seed"):
        return Refusal(
            f"{said}: the same seed starts the same draw on both sides.",
            "Leave seed unset, or give pref_params a temperature further from yours.",
            "seed",
            {"seed": None},
        )
    if stopped:
        return Refusal(
            f"{said}: they were stopped before they could part.",
            "Skip this pair, or ask again and let them go on.",
            again=True,
        )
    return Refusal(
        f"{said}: the server may ignore what differs between them, or the question has one likely answer.",
        "Raise temperature in pref_params, ask something more open, or choose another model.",
        "pref_params",
        _other_temperature(pair),
    )


def _other_temperature(pair: PendingPair) -> Mapping[str, Any]:
    """A temperature for the second answer that is far from the first's; none where it had that already."""
    own, second = (side.request.parameters.get("temperature") for side in (pair.first, pair.second))
    far = 0.3 if isinstance(own, (int, float)) and own >= 1 else FAR
    return {} if second == far else {"pref_params.temperature": far}


def _more_tokens(pair: PendingPair, side: PairSide) -> Mapping[str, Any]:
    """Room for an answer, or twice of what was too little; none where this side's limit is not the user's own."""
    asked = side.request.parameters.get("max_tokens")
    if not isinstance(asked, int) or pair.first.request.parameters.get("max_tokens") != asked:
        return {}
    return {"max_tokens": max(ENOUGH, 2 * asked)}


def _sent(side: PairSide) -> Mapping[str, Any]:
    return {name: value for name, value in side.answer.body.items() if name != "messages"}
