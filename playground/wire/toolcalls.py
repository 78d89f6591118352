"""Pieces of tool calls, put to the call that they belong to.

Kept apart because servers disagree on what an index means: OpenAI numbers calls and tells the id once,
transformers serve sends whole calls that all have index 0 and one id, some leave the index out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from playground.events import Event, ToolCallDelta
from playground.kinds import is_number


@dataclass(slots=True)
class _Call:
    position: int
    id: str = ""
    name: str = ""
    arguments: str = ""


class ToolCalls:
    """Gives each piece its call, counted from 0 in order of appearance."""

    def __init__(self) -> None:
        self._by_index: dict[int | str, _Call] = {}
        self._count = 0

    def take(self, pieces: Sequence[Any], at: float) -> list[Event]:
        """The events of one delta's `tool_calls`; pieces that are no objects are skipped."""
        return [self._piece(piece, at) for piece in pieces if isinstance(piece, dict)]

    def _piece(self, piece: Mapping[str, Any], at: float) -> Event:
        function = piece.get("function")
        function = function if isinstance(function, dict) else {}
        id, name = _text(piece.get("id")), _text(function.get("name"))
        index = piece.get("index")
        call = self._call(index if isinstance(index, (int, str)) else None, id, name)
        arguments = function.get("arguments")
        text = arguments if isinstance(arguments, str) else json.dumps(arguments) if arguments else ""
        call.id, call.name = call.id or id, call.name or name
        call.arguments += text
        return ToolCallDelta(call.position, id, name, text, at)

    def _call(self, index: int | str | None, id: str, name: str) -> _Call:
        """The call a piece goes to; a new one for a new index or id, for another name, or after whole arguments."""
        if index is None:
            new = id or name or not self._by_index
            index = id or self._count if new else next(reversed(self._by_index))
        old = self._by_index.get(index)
        if old is None or (id and old.id and id != old.id) or (name and _is_next(old, name)):
            old = self._by_index[index] = _Call(self._count)
            self._count += 1
        return old


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_next(old: _Call, name: str) -> bool:
    """Whether a piece with a name is a call of its own, although it has the index and the id of the one before.

    Some servers say the name again with each piece: the same name goes on with arguments that are not whole.
    """
    return bool(old.name) and (name != old.name or _is_whole(old.arguments))


def _is_whole(arguments: str) -> bool:
    """Whether nothing can follow: JSON that is more than the beginning of a number or of nothing."""
    try:
        return not is_number(from_json(arguments))
    except ValueError:
        return False
