"""The prompts of a sweep: one, a pasted list with one a line, or JSONL; each may have a text to hold answers against.

Kept apart from the plan because what is pasted may be anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.chat import JsonObject
from playground.errors import InvalidRequest, Problem
from playground.value_types import Messages, shown

MOST_PROMPTS: Final = 1000
_SHORT: Final = 80
_BYTE_ORDER_MARK: Final = "\ufeff"
"""What some editors write at the start of a file."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation that is asked about, and a reference text to hold its answers against, or none."""

    messages: tuple[JsonObject, ...]
    reference: str = ""

    @property
    def label(self) -> str:
        """The beginning of the last thing said."""
        content = self.messages[-1].get("content") if self.messages else ""
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        line = " ".join(text.split())
        return line if len(line) <= _SHORT else line[: _SHORT - 1] + "\u2026"

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"messages": list(self.messages), **({"reference": self.reference} if self.reference else {})}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Prompt:
        """Read back from `to_dict`."""
        return cls(tuple(told["messages"]), told.get("reference", ""))


def prompts_of(
    given: str | Iterable[str | Mapping[str, Any]], before: Sequence[JsonObject] = (), reference: str = ""
) -> tuple[Prompt, ...]:
    """The prompts that were pasted, or given one by one, each behind the messages `before`.

    A text is what the user says. A mapping, and so a line of JSONL, has `prompt` or whole `messages`, and may have
    a `reference`; `reference` is that of all others. Raises InvalidRequest, which names the line.

    >>> [p.messages[-1]["content"] for p in prompts_of("Why?\\n\\nHow?")]
    ['Why?', 'How?']
    """
    items = list(_pasted(given)) if isinstance(given, str) else list(enumerate(given, 1))
    if len(items) > MOST_PROMPTS:
        raise _wrong(f"{len(items):,} prompts are too many; at most {MOST_PROMPTS:,}")
    prompts = tuple(_prompt(item, at, before, reference) for at, item in items)
    if not prompts and before:
        return (_checked(Prompt(tuple(before), reference), 1),)
    if not prompts:
        raise _wrong("there is none; type a question, or paste one a line")
    return prompts


def _pasted(text: str) -> Iterator[tuple[int, str | Mapping[str, Any]]]:
    """The lines of a pasted text with their numbers. It is JSONL where its first line is an object.

    Lines end at a line feed, as JSON Lines has it: `str.splitlines` would also cut at U+2028, which JSON lets stand.
    """
    parts = text.removeprefix(_BYTE_ORDER_MARK).split("\n")  # the carriage return before it is stripped
    lines = [(at, line.strip()) for at, line in enumerate(parts, 1) if line.strip()]
    jsonl = bool(lines) and lines[0][1].startswith("{")
    for at, line in lines:
        yield at, _object(line, at) if jsonl else line


def _object(line: str, at: int) -> Mapping[str, Any]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise _wrong(f"line {at} is no JSON object, though the first line is one: {shown(line)}")
    return read


def _prompt(item: Any, at: int, before: Sequence[JsonObject], reference: str) -> Prompt:
    if isinstance(item, str):
        return _checked(Prompt((*before, {"role": "user", "content": item}), reference), at)
    if not isinstance(item, Mapping):
        raise _wrong(f"number {at} is {shown(item)}; allowed is a text, or an object with prompt or messages")
    own = item.get("reference", reference)
    text, messages = item.get("prompt"), item.get("messages")
    if not isinstance(own, str):
        raise _wrong(f"the reference of number {at} is {shown(own)}; allowed is a text")
    if isinstance(messages, (list, tuple)):
        return _checked(Prompt(tuple(messages), own), at)
    if isinstance(text, str) and text.strip():
        return _checked(Prompt((*before, {"role": "user", "content": text}), own), at)
    raise _wrong(f"number {at} has neither a prompt, which is a text, nor messages, which is a list")


def _checked(prompt: Prompt, at: int) -> Prompt:
    for bad, allowed in Messages().faults(prompt.messages):
        raise _wrong(f"number {at} holds {shown(bad)}; allowed is {allowed}")
    return prompt


def _wrong(said: str) -> InvalidRequest:
    return InvalidRequest([Problem("prompts", "", "", said=f"{said}.")])
