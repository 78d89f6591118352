"""How the pieces of something that is no text make a whole: a call's arguments, and fields of any shape.

Kept apart from the fold because whoever reads a stream puts the same pieces together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import from_json

SAID_AGAIN: Final = 32
"""A text of so many characters that comes a second time, letter for letter, is no piece but the same once more."""

_ENDS: Final = frozenset('}]"')
_SIGNS: Final = re.compile(r'[{}\[\]"]|\\.?', re.DOTALL)
"""What decides where JSON ends: brackets, quotes, and what a backslash hides."""


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that came beside known ones, with more of them: objects field by field, texts and lists put together."""
    found = dict(old)
    for name, value in new.items():
        known = found.get(name)
        found[name] = value if known is None else _joined(known, value)
    return found


def _joined(old: Any, new: Any) -> Any:
    """What grew: texts and lists are put one behind the other, objects field by field."""
    if isinstance(old, str) and isinstance(new, str):
        return old if new == old and len(old) >= SAID_AGAIN else old + new
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *new]
    if isinstance(old, dict) and isinstance(new, dict):
        return merged(old, new)
    return new


VOID: Final = ("{}", "null")
"""Arguments that are none, until others follow."""
_LONGEST_VOID: Final = 4


class Arguments:
    """A call's arguments as they come: JSON text, perhaps broken. No piece is read more often than a few times.

    A `{}` with a piece behind it only stood for what was to come: Bedrock begins calls so, and gateways pass it on
    (openai-agents-js#712).
    """

    __slots__ = ("_depth", "_hidden", "_last", "_pieces", "_quoted", "_unread", "_whole", "length")

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.length = 0
        self._pieces: list[str] = []
        self._unread: list[str] = []
        self._depth = 0
        self._quoted = False
        self._hidden = ""  # a backslash at the end of a piece, which hides what the next begins with
        self._last = ""
        self._whole: bool | None = None

    def add(self, piece: str) -> None:
        """Takes the next piece."""
        if not piece:
            return
        if self.length <= _LONGEST_VOID and self.is_void:
            self._begin()
        self._pieces.append(piece)
        self._unread.append(piece)
        self.length += len(piece)

    @property
    def text(self) -> str:
        """All that has come."""
        if len(self._pieces) > 1:
            self._pieces[:] = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    @property
    def is_void(self) -> bool:
        """Whether they say nothing: an object with nothing in it, or null."""
        return self.text in VOID

    @property
    def is_whole(self) -> bool:
        """Whether nothing can follow: an object, a list or a text of JSON. What has been whole or broken once is
        broken for good when more comes, so that it is parsed but a few times."""
        for piece in self._unread:
            self._read(piece)
        self._unread.clear()
        if self._whole is None and self._depth <= 0 and not self._quoted and self._last in _ENDS:
            self._whole = _is_json(self.text)
        return self._whole is True

    def _read(self, piece: str) -> None:
        if last := piece.rstrip()[-1:]:
            self._last = last
            if self._whole is not None:
                self._whole = False
        signs = _SIGNS.findall(self._hidden + piece)
        self._hidden = "\\" if signs and signs[-1] == "\\" else ""
        for sign in signs:
            if sign == '"':
                self._quoted = not self._quoted
            elif not self._quoted:
                self._depth += (sign in "{[") - (sign in "}]")


def grows(so_far: str, piece: str) -> bool:
    """Whether a piece of arguments is all of them so far and more, and not what comes next of them.

    It is where the two one behind the other cannot be the beginning of JSON, and it alone can.
    """
    is_longer = len(piece) > len(so_far) and piece.startswith(so_far)
    return is_longer and not _can_begin(so_far + piece) and _can_begin(piece)


def decoded(arguments: str) -> str:
    """Arguments that were encoded twice, as a JSON text that holds an object, as that object; others as they are."""
    if not arguments.startswith('"'):
        return arguments
    try:
        inner = from_json(arguments.encode())
        return inner if isinstance(inner, str) and isinstance(from_json(inner), dict) else arguments
    except ValueError:
        return arguments


def _is_json(text: str) -> bool:
    try:
        from_json(text.encode(errors="replace"))  # half of a character may still get its other half
    except ValueError:
        return False
    return True


def _can_begin(text: str) -> bool:
    """Whether JSON can begin so."""
    try:
        from_json(text.encode(errors="replace"), allow_partial="trailing-strings")
    except ValueError:
        return False
    return True
