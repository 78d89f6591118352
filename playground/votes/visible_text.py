"""What of an answer can be seen: two that look the same, or one that looks empty, are worth no vote.

Pairs refuse what nobody could judge, and exports leave it out, by the same rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Protocol


class _Call(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def arguments(self) -> str: ...


def seen(text: str) -> str:
    """The text without the space around it and without characters that no one sees (Unicode's Cf, as U+200B).

    >>> seen("\\ufeff yes\\n")
    'yes'
    """
    unseen = {ord(c): None for c in set(text) if unicodedata.category(c) == "Cf"}
    return (text.translate(unseen) if unseen else text).strip()


def is_empty(text: str, calls: Iterable[_Call]) -> bool:
    """Whether there is nothing to judge: no text and no function call."""
    return not seen(text) and not any(calls)


def look_the_same(text: str, calls: Iterable[_Call], other: str, other_calls: Iterable[_Call]) -> bool:
    """Whether two answers say the same and call the same functions."""
    return seen(text) == seen(other) and _named(calls) == _named(other_calls)


def _named(calls: Iterable[_Call]) -> list[tuple[str, str]]:
    return [(call.name, call.arguments) for call in calls]
