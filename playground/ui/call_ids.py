"""Ids of function calls as a blind pair shows them: those of many servers name their vendor.

Kept apart because a next turn may come without a vote, from a page that knows no others, and must still carry the
servers' own.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any


class NeutralIds:
    """What one pair's calls are called until its vote; `true` has the server's own id of each that has one."""

    def __init__(self) -> None:
        self._pair = secrets.token_hex(4)
        self._taken: set[tuple[int, str]] = set()
        self.true: dict[str, str] = {}

    def of(self, side: int, position: int, own: str) -> str:
        """The id to show for a side's call. One that a server gave twice stands for the first call alone."""
        shown = f"call_{self._pair}_{'ab'[side]}{position + 1}"
        if own and shown not in self.true and (side, own) not in self._taken:
            self._taken.add((side, own))
            self.true[shown] = own
        return shown


def with_true_ids(messages: Any, true: Mapping[str, str]) -> Any:
    """The messages, which may be anything, with the ids that `true` knows in place of those that were shown."""
    if not true or not isinstance(messages, list):
        return messages
    return [_message(message, true) if isinstance(message, dict) else message for message in messages]


def _message(message: dict[str, Any], true: Mapping[str, str]) -> dict[str, Any]:
    named = _named(message, "tool_call_id", true)
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        return named
    return {**named, "tool_calls": [_named(c, "id", true) if isinstance(c, dict) else c for c in calls]}


def _named(thing: dict[str, Any], key: str, true: Mapping[str, str]) -> dict[str, Any]:
    shown = thing.get(key)
    return {**thing, key: true[shown]} if isinstance(shown, str) and shown in true else thing
