"""JSON values as Python and JavaScript write them: on one line where that has room, else an item a line.

Kept apart from the programs because a text that ends where it should not would be a program of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

ROOM: Final = 88
"""Columns of a line that can be broken."""

_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_LARGEST: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Language:
    """How one language writes what JSON knows: single values, and the names within an object."""

    indent: str
    single: Callable[[Any], str]
    name: Callable[[str], str]


def _text(value: Any) -> str:
    """A text as JSON has it, which both languages read alike, with every invisible or turning letter as its number."""
    return "".join(
        letter if letter.isprintable() or ord(letter) > 0xFFFF else f"\\u{ord(letter):04x}"
        for letter in json.dumps(value, ensure_ascii=False)
    )


def _python(value: Any) -> str:
    words = {None: "None", True: "True", False: "False"}
    is_word = value is None or isinstance(value, bool)
    return words[value] if is_word else _text(value) if isinstance(value, str) else json.dumps(value)


def _javascript(value: Any) -> str:
    """A whole number that JavaScript would round is handed on as it is written (TC39's JSON.rawJSON)."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return f'JSON.rawJSON("{value}")'
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _property(name: str) -> str:
    """`__proto__` in brackets is a name like any other; bare it would set what the object is made from."""
    if name == "__proto__":
        return '["__proto__"]'
    return name if _NAME.fullmatch(name) else _text(name)


PYTHON: Final = Language("    ", _python, _text)
JAVASCRIPT: Final = Language("  ", _javascript, _property)


def literal(value: Any, language: Language, indent: str = "", before: int = 0) -> str:
    """A JSON value; `before` is how much stands on its first line already, `indent` what its further lines begin with.

    >>> literal({"stop": ["a"], "seed": None}, PYTHON)
    '{"stop": ["a"], "seed": None}'
    """
    if isinstance(value, Mapping):
        items = [(f"{language.name(name)}: ", item) for name, item in value.items()]
        opening, closing = "{}"
    elif isinstance(value, list | tuple):
        items = [("", item) for item in value]
        opening, closing = "[]"
    else:
        return language.single(value)
    deeper = indent + language.indent
    flat = f"{opening}{', '.join(name + _flat(item, language) for name, item in items)}{closing}"
    if not items or len(indent) + before + len(flat) <= ROOM:
        return flat
    lines = (f"{deeper}{name}{literal(item, language, deeper, len(name) + 1)},\n" for name, item in items)
    return f"{opening}\n{''.join(lines)}{indent}{closing}"


def _flat(value: Any, language: Language) -> str:
    if isinstance(value, Mapping):
        items = (f"{language.name(name)}: {_flat(item, language)}" for name, item in value.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flat(item, language) for item in value)}]"
    return language.single(value)
