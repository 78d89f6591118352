"""Ids of function calls as a blind pair shows them: those of many servers name their vendor.

A next turn may come without a vote, from a page that knows no others, and must still carry the servers' own.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from playground.wire.returned import KEY

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class NeutralIds:
    """What one pair's calls are called until its vote; `true` has the server's own id of each that has one.

    `beside` has what goes back beside the calls of a message, by the id that its first is shown under.
    """

    def __init__(self) -> None:
        self._pair = secrets.token_hex(
            12
        )  # whoever guesses it gets what came beside a call of another's pair
        self._taken: set[tuple[int, str]] = set()
        self.true: dict[str, str] = {}
        self.beside: dict[str, Any] = {}

    def of(self, side: int, position: int, own: str) -> str:
        """The id to show for a side's call. One that a server gave twice stands for the first call alone."""
        shown = f"call_{self._pair}_{'ab'[side]}{position + 1}"
        if own and shown not in self.true and (side, own) not in self._taken:
            self._taken.add((side, own))
            self.true[shown] = own
        return shown


def with_true_ids(messages: Any, true: Mapping[str, str], beside: Mapping[str, Any] = _NONE) -> Any:
    """The messages, which may be anything, with the ids that `true` knows in place of those that were shown.

    So with what `beside` has by the shown id of a message's first call.
    """
    if not (true or beside) or not isinstance(messages, list):
        return messages
    return [_message(message, true, beside) if isinstance(message, dict) else message for message in messages]


def _message(message: dict[str, Any], true: Mapping[str, str], beside: Mapping[str, Any]) -> dict[str, Any]:
    named = _named(message, "tool_call_id", true)
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        return named
    first = calls[0].get("id") if calls and isinstance(calls[0], dict) else None
    kept = {KEY: beside[first]} if isinstance(first, str) and first in beside else {}
    own = [_named(call, "id", true) if isinstance(call, dict) else call for call in calls]
    return {**kept, **named, "tool_calls": own}


def _named(thing: dict[str, Any], key: str, true: Mapping[str, str]) -> dict[str, Any]:
    shown = thing.get(key)
    return {**thing, key: true[shown]} if isinstance(shown, str) and shown in true else thing
