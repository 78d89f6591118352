"""The messages of a conversation as they leave for one server, and what a reader of the report must know of it.

The one place that knows what earlier turns must look like there: what the server itself sent beside an answer and
needs back, the ids of calls, what stands for no text beside them, and whether the role developer is known.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from playground.chat import JsonObject
from playground.parameters import UNSET, Unset
from playground.wire.returned import KEY, THOUGHT
from playground.wire.words import said_in

Message = dict[str, Any]

NO_DEVELOPER: Final = "The role developer goes as system: this kind of server may not know it."


@dataclass(frozen=True, slots=True)
class TurnForm:
    """What a kind of server wants of the messages.

    `call_id` is what an id of a call must look like, None: anything; `ids` says so in words. `no_text` is what stands
    for content that is null or empty beside calls; UNSET: that stays as it is. `takes_developer`: it knows that role.
    """

    call_id: re.Pattern[str] | None = None
    ids: str = "each must be there once"
    no_text: str | None | Unset = UNSET
    takes_developer: bool = False


class Recipient(NamedTuple):
    """Who gets the messages: the server by host and port, empty where nobody knows it, and the model."""

    server: str
    model: str


@dataclass(slots=True)
class _Told:
    """What became of the turns on their way."""

    back: dict[str, None] = field(default_factory=dict)
    left: dict[str, None] = field(default_factory=dict)
    idle: dict[str, None] = field(default_factory=dict)
    edited: bool = False
    renamed: int = 0
    filled: bool = False
    as_system: bool = False


def outgoing(messages: Sequence[JsonObject], form: TurnForm, to: Recipient) -> tuple[list[Message], str]:
    """The messages for `to`, and in one or more sentences what is not as it stands in the conversation."""
    told = _Told()
    in_loop = _beside_calls(messages)
    sent = [
        _unfolded(message, to, in_loop=place in in_loop, told=told) for place, message in enumerate(messages)
    ]
    for message in sent:
        if form.no_text is not UNSET and message.get("tool_calls") and not message.get("content"):
            told.filled = told.filled or message.get("content", ...) != form.no_text
            message["content"] = form.no_text
        if message["role"] == "developer" and not form.takes_developer:
            told.as_system = True
            message["role"] = "system"
    sent, told.renamed = _with_ids(sent, form)
    return sent, " ".join(_sentences(told, form))


def _sentences(told: _Told, form: TurnForm) -> Iterator[str]:
    if told.back:
        yield f"{_listed(told.back)} go back to the server that sent them."
    if told.left:
        yield f"{_listed(told.left)} stay here: another server or model sent them."
    if told.idle:
        yield f"{_listed(told.idle)} of answers without calls stay here: nobody needs them back."
    if told.edited:
        yield "Thoughts of an answer that was edited stay here."
    if told.renamed:
        count = "1 id of a call" if told.renamed == 1 else f"{told.renamed} ids of calls"
        yield f"{count} changed, here and in the results: {form.ids}."
    if told.filled:
        yield f"No text beside calls goes as {'null' if form.no_text is None else 'an empty text'}."
    if told.as_system:
        yield NO_DEVELOPER


def _listed(names: Mapping[str, None]) -> str:
    return " and ".join(names)


def _beside_calls(messages: Sequence[JsonObject]) -> frozenset[int]:
    """The places of messages within turns that call functions: from one word of the user to the next."""
    found: list[int] = []
    turn: list[int] = []
    calls = False
    for place, message in enumerate(messages):
        if message["role"] not in ("assistant", "tool"):
            found += turn if calls else []
            turn, calls = [], False
            continue
        turn.append(place)
        calls = calls or bool(message.get("tool_calls"))
    return frozenset([*found, *(turn if calls else [])])


def _unfolded(message: JsonObject, to: Recipient, *, in_loop: bool, told: _Told) -> Message:
    """A message with what its own server sent beside it; without that for all others."""
    plain = {name: value for name, value in message.items() if name != KEY}
    kept = message.get(KEY)
    if not isinstance(kept, Mapping) or message["role"] != "assistant":
        return plain
    fields, calls = _objects(kept, "fields"), _objects(kept, "calls")
    if not to.server or (kept.get("server"), kept.get("model")) != to:
        told.left.update(
            dict.fromkeys([*fields, *(name for extra in calls.values() for name in _leaves(extra))])
        )
        return plain
    for name, value in fields.items():
        if name in THOUGHT and not in_loop:
            told.idle[name] = None
        elif name == "content":
            _with_thoughts(plain, value, told)
        elif name not in plain:  # what was typed stays as it was typed
            plain[name] = value
            told.back[name] = None
    return _with_extras(plain, calls, told)


def _with_thoughts(plain: Message, parts: Any, told: _Told) -> None:
    """Puts the content in parts in place of its words, if those are still the words."""
    if isinstance(parts, list) and said_in({"content": parts}).text == (plain.get("content") or ""):
        plain["content"] = parts
        told.back["thoughts"] = None
    else:
        told.edited = True


def _with_extras(plain: Message, extras: Mapping[str, Any], told: _Told) -> Message:
    """A message whose calls have their own fields again."""
    calls = plain.get("tool_calls")
    if not extras or not isinstance(calls, list):
        return plain
    made = []
    for call in calls:
        extra = extras.get(call.get("id")) or {}
        told.back.update(dict.fromkeys(name for name in _leaves(extra) if name not in call))
        made.append(_with_own(call, extra))
    return {**plain, "tool_calls": made}


def _with_own(call: Mapping[str, Any], extra: Mapping[str, Any]) -> Message:
    """A call with the fields that its server put into it, and into its function; what stands there already stays."""
    whole = {**extra, **call}
    function, own = call.get("function"), extra.get("function")
    if isinstance(function, Mapping) and isinstance(own, Mapping):
        whole["function"] = {**own, **function}
    return whole


def _leaves(extra: Mapping[str, Any]) -> Iterator[str]:
    """The names of a call's own fields, and of those within its function."""
    for name, value in extra.items():
        yield from value if name == "function" and isinstance(value, Mapping) else (name,)


def _objects(kept: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What stands under `name`, where it is an object: anybody may have edited it."""
    value = kept.get(name)
    if not isinstance(value, Mapping):
        return {}
    return {n: v for n, v in value.items() if name == "fields" or isinstance(v, Mapping)}


def _with_ids(messages: Sequence[Message], form: TurnForm) -> tuple[list[Message], int]:
    """The messages with different ids of calls in the server's form, each result with its call's; how many changed.

    A server that gives one id twice (transformers serve, Kimi by its place in a turn) means two calls, and a result
    answers the nearest call before it that had its id and no result yet.
    """
    taken: set[str] = set()
    names: dict[str, list[str]] = {}
    changed = 0
    sent: list[Message] = []
    for message in messages:
        calls = message.get("tool_calls")
        if isinstance(calls, list):
            ids = [_text(call.get("id")) for call in calls]
            new = [_free(id, taken, form) for id in ids]
            changed += sum(a != b for a, b in zip(ids, new, strict=True))
            for id in ids:
                names[id] = []
            for id, name in zip(ids, new, strict=True):
                names[id].append(name)
            pairs = zip(calls, new, strict=True)
            message = {**message, "tool_calls": [{**call, "id": name} for call, name in pairs]}
        elif message["role"] == "tool":
            waiting = names.get(_text(message.get("tool_call_id")))
            if waiting:
                name = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                message = {**message, "tool_call_id": name}
        sent.append(message)
    return sent, changed


def _free(id: str, taken: set[str], form: TurnForm) -> str:
    """An id in the server's form that no call has yet: this one, else one made of it, the same at every request."""
    number = 1
    while (name := _fitting(id if number == 1 else f"{id}_{number}", form)) in taken:
        number += 1
    taken.add(name)
    return name


def _fitting(id: str, form: TurnForm) -> str:
    fits = bool(id) and (form.call_id is None or form.call_id.fullmatch(id) is not None)
    return id if fits else made_id(id)


_LETTERS: Final = string.digits + string.ascii_letters
_ID_LENGTH: Final = 9


def made_id(seed: str) -> str:
    """An id of 9 letters and digits, the form that every server takes; the same for the same seed.

    >>> made_id("call_0"), len(made_id(""))
    ('MUPikt56d', 9)
    """
    number = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest())
    letters = []
    for _ in range(_ID_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


AS_THEY_ARE: Final = TurnForm()
"""But for the role developer: llama.cpp reads it as system since 2026-03 (its pull request 20215); before, and in vLLM,
TGI and others, it is left to the model's template, which may refuse it or show it to nobody."""
