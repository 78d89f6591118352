"""Pieces of tool calls, put to the call that they belong to.

Servers disagree on what an index, an id and a name mean. One rule reads them all:

    a piece with                             goes to
    ---------------------------------------  --------------------------------------------------------------------------
    an id that is known                      the call of that id, whatever its index (LocalAI#9722)
    an index that is known                   the call there
    neither                                  the last call where it has no index, else a new call
    ... but there it begins a new call if it has a name and the call has one already, and
    - an id of its own                       another name, or arguments that are whole (vllm#33520 says both again)
    - the same id, or none                   arguments that are whole (transformers serve: all calls have one id), or
                                             another name that cannot go on with this one
    - the same id at another index           arguments that do not go on with this one's (the id is the function's name)

So a piece without a name always goes on (LM Studio sends a new id with each: hermes-agent#5254), and a name may come
late, again, grown, or in pieces (`get_`, `weather`: openclaw#127603; the names on offer tell, where there are any).

A list in a whole message holds as many calls as it has entries. Each is one that has come, or a new one: of those that
no other entry is, the one with its id, or with its arguments, or at its place.

Decided, where servers could mean either:
- A call that comes again whole, under its own id, without a name or where one of the two has no id, is one call.
- Two equal calls without ids are two, and so are two entries of one list that have one id and are whole.
- Arguments `{}` or `null` with others behind them are those others (Bedrock: openai-agents-js#712); behind whole ones
  they are nothing.
- Arguments that begin with all of those before are all so far, where the two together could not be JSON.
- A name that begins with the one before is that name, grown, unless both together begin a name on offer.
- An id of blanks is none; a piece that says nothing begins no call.
- One delta with several named pieces without indices holds as many calls.
- An old `function_call` is a call without an id (`ChunkDecoder` hands it on as one); OpenAI's custom tools are called
  as functions, with the text for them in place of the arguments.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import from_json

from playground.events import Event, ToolCallDelta
from playground.pieces import VOID, Arguments, decoded, grows
from playground.wire.returned import extra_of

_Index = int | str | None

_LONGEST_VOID: Final = 8
_FUNCTIONS: Final = ("function", "custom")
_ARGUMENTS: Final = ("arguments", "parameters", "input")


@dataclass(slots=True)
class _Call:
    """A call so far."""

    position: int
    id: str = ""
    name: str = ""
    arguments: Arguments = field(default_factory=Arguments)
    grows: bool = False
    has_extra: bool = False
    ids: set[str] = field(default_factory=set)
    indices: set[_Index] = field(default_factory=set)

    def says_again(self, arguments: str) -> bool:
        """Whether these are all of its arguments once more, with nothing to follow."""
        known = self.arguments
        if len(arguments) == known.length:
            return known.is_whole and arguments == known.text
        is_object = arguments.startswith("{") and len(arguments) > _LONGEST_VOID
        return is_object and known.is_whole and _is_same(known.text, arguments)

    def continues(self, arguments: str) -> bool:
        """Whether these can be the next piece of arguments that have begun."""
        known = self.arguments
        return bool(known.length and arguments and not known.is_whole and not arguments.startswith("{"))

    def rest_of(self, piece: str) -> str:
        """What is new in the next piece of its arguments."""
        known = self.arguments
        if not known.length or known.is_void:
            bare = "".join(piece.split()) if len(piece) < _LONGEST_VOID else piece
            return bare if bare in VOID else piece
        if self.says_again(piece) or (piece[:1] in "{n" and _is_void(piece) and known.is_whole):
            return ""
        if len(piece) >= known.length and piece.startswith(known.text):
            self.grows = self.grows or grows(known.text, piece)
            return piece[known.length :] if self.grows else piece
        return piece


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one piece says; what it does not say is empty."""

    index: _Index
    id: str
    name: str
    arguments: str
    extra: Mapping[str, Any]

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it but its place."""
        return bool(self.id or self.name or self.arguments or self.extra)

    @classmethod
    def of(cls, piece: Mapping[str, Any]) -> _Piece:
        """Reads a piece of any shape; the function's fields may stand beside the id."""
        function = next((piece[name] for name in _FUNCTIONS if isinstance(piece.get(name), dict)), piece)
        arguments = next((function[name] for name in _ARGUMENTS if function.get(name) is not None), None)
        return cls(
            _index(piece.get("index")),
            _text(piece.get("id")).strip(),
            _text(function.get("name")).strip(),
            decoded(arguments) if isinstance(arguments, str) else _written(arguments),
            extra_of(piece),
        )


class ToolCalls:
    """Gives each piece its call, counted from 0 in order of appearance. `offered`: the names that can be called."""

    def __init__(self, offered: Iterable[str] = ()) -> None:
        self._offered = frozenset(offered)
        self._calls: list[_Call] = []
        self._by_index: dict[_Index, _Call] = {}
        self._by_id: dict[str, _Call] = {}

    @property
    def count(self) -> int:
        """How many calls have begun."""
        return len(self._calls)

    def take(self, pieces: Any, at: float) -> list[Event]:
        """The events of one delta's `tool_calls`: a list, or one piece alone (TGI#2794)."""
        listed = _listed(pieces)
        events: list[Event] = []
        told: list[_Call] = []
        for said in map(_Piece.of, listed):
            if said.says_something:
                call = self._call(said, told)
                told.append(call)
                events += self._added(call, said, at)
        return events

    def again(self, calls: Any, at: float) -> list[Event]:
        """The events of a whole message's `tool_calls`: only what goes beyond what has come of them."""
        events: list[Event] = []
        left = self._calls[:]
        for said in map(_Piece.of, _listed(calls)):
            if not said.says_something:
                continue
            known = _known(said, left)
            if known is None:
                events += self._added(self._new(), said, at)
                continue
            left.remove(known)
            if said.arguments.startswith(known.arguments.text) and said.name in ("", known.name):
                rest = said.arguments[known.arguments.length :]
                extra = {} if known.has_extra else said.extra
                if rest or extra:
                    events += self._added(known, _Piece(None, said.id, "", rest, extra), at)
        return events

    def _call(self, said: _Piece, told: list[_Call]) -> _Call:
        """The call a piece goes to, by the rule above; `told` are those of the pieces before it in one list."""
        call = self._candidate(said)
        if call is None:
            last = self._calls[-1] if self._calls else None
            is_last = last is not None and not said.name and last.says_again(said.arguments)
            return last if last is not None and is_last else self._new()
        if said.name and call in told and (said.index is None or call.arguments.is_whole):
            return self._new()
        return self._new() if self._begins(said, call) else call

    def _candidate(self, said: _Piece) -> _Call | None:
        by_index = self._by_index.get(said.index)
        if by_index is not None and said.id in by_index.ids:
            return by_index
        if said.index is None:
            by_index = self._calls[-1] if self._calls else None
        return (self._by_id.get(said.id) if said.id else None) or by_index

    def _begins(self, said: _Piece, call: _Call) -> bool:
        """Whether a piece begins a call of its own in the place of `call`."""
        if not said.name or not call.name:
            return False
        is_same = said.name == call.name
        is_own = said.id in call.ids or bool(said.id) != bool(call.id)
        if is_same and is_own and call.says_again(said.arguments):
            return False
        if said.index is not None and call.indices and said.index not in call.indices:
            return not (is_same and call.continues(said.arguments))
        if is_same and is_own and call.arguments.is_whole:
            return not (call.arguments.is_void or said.arguments in ("", "{}"))
        if said.id and call.id and said.id not in call.ids:
            return not is_same or call.arguments.is_whole
        return call.arguments.is_whole or not (is_same or self._name(call, said))

    def _name(self, call: _Call, said: _Piece) -> str:
        """The name of a call with this piece of it; empty where it is no piece of it."""
        if not call.name or not said.name or said.name == call.name:
            return call.name or said.name
        if call.arguments.length:
            return ""
        joined = call.name + said.name
        if any(name.startswith(joined) for name in self._offered):
            return joined
        is_another = call.name in self._offered and not (said.id and said.id in call.ids)
        if said.name.startswith(call.name) and not is_another:
            return said.name
        return "" if self._offered or _is_whole(said.arguments) else joined

    def _new(self) -> _Call:
        call = _Call(len(self._calls))
        self._calls.append(call)
        return call

    def _added(self, call: _Call, said: _Piece, at: float) -> list[Event]:
        """The event of a piece that goes to `call`; it says nothing that is known."""
        if said.index is not None:
            self._by_index[said.index] = call
            call.indices.add(said.index)
        if said.id:
            self._by_id[said.id] = call
            call.ids.add(said.id)
        id, name = ("" if call.id else said.id), (self._name(call, said) or call.name + said.name)
        new_name = name if name != call.name else ""
        arguments = call.rest_of(said.arguments)
        call.id, call.name = call.id or said.id, name
        call.arguments.add(arguments)
        call.has_extra = call.has_extra or bool(said.extra)
        return [ToolCallDelta(call.position, id, new_name, arguments, at, said.extra)]


def _known(said: _Piece, left: list[_Call]) -> _Call | None:
    """The one of these calls that an entry of a whole message is."""
    if said.id and (own := next((call for call in left if said.id in call.ids), None)):
        return own
    named = [call for call in left if said.name in ("", call.name)]
    same = next((call for call in named if _is_same(call.arguments.text, said.arguments)), None)
    if same is not None and (not said.id or not same.id or not said.name):
        return same
    return next((call for call in named if said.arguments.startswith(call.arguments.text)), None)


def _is_same(a: str, b: str) -> bool:
    """Whether two texts of JSON say the same."""
    try:
        return a == b or bool(from_json(a.encode()) == from_json(b.encode()))
    except ValueError:
        return False


def _listed(pieces: Any) -> list[Mapping[str, Any]]:
    """The pieces in a list, in lists in it, in an object of them by index, or in a JSON text of any of these."""
    if isinstance(pieces, str):
        try:
            pieces = from_json(pieces.encode(errors="replace"))
        except ValueError:
            return []
    if isinstance(pieces, dict) and pieces and _is_by_index(pieces):
        pieces = [{"index": index, **piece} for index, piece in pieces.items()]
    if isinstance(pieces, list):
        nested = [each for piece in pieces for each in (piece if isinstance(piece, list) else [piece])]
        return [piece for piece in nested if isinstance(piece, dict)]
    return [pieces] if isinstance(pieces, dict) else []


def _is_by_index(pieces: Mapping[str, Any]) -> bool:
    return not pieces.keys() & {*_FUNCTIONS, *_ARGUMENTS} and all(
        isinstance(piece, dict) for piece in pieces.values()
    )


def _index(index: Any) -> _Index:
    """An index in any form: 1, 1.0 and "1" are one."""
    try:
        return int(index) if isinstance(index, (int, float, str)) else None
    except (ValueError, OverflowError):
        return index if isinstance(index, str) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _written(arguments: Any) -> str:
    """Arguments that came as an object, as JSON text; what is nothing is none."""
    return json.dumps(arguments) if arguments or arguments == {} else ""


def _is_whole(arguments: str) -> bool:
    whole = Arguments()
    whole.add(arguments)
    return whole.is_whole


def _is_void(piece: str) -> bool:
    return len(piece) < _LONGEST_VOID and "".join(piece.split()) in VOID
