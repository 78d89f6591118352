"""Names for the Python classes that a JSON Schema becomes.

A name must be a Python identifier, unused, and the same wherever it is referred to.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, Final

from pydantic import BaseModel

from playground.schema.python_source.type_names import KNOWN
from playground.schema.tree import Path, SchemaTree

_FIELD_RESERVED: Final = frozenset({*dir(BaseModel), *keyword.kwlist, "root"})
_CLASS_RESERVED: Final = frozenset({*KNOWN, *keyword.kwlist})


def auto_title(key: str) -> str:
    """The title that pydantic makes of a field's name."""
    return key.title().replace("_", " ").strip()


def field_names(keys: Iterable[str]) -> dict[str, str]:
    """A name for the field of each key: the key itself where Python and pydantic allow it, and no name twice."""
    wanted = {key: _field_name(key) for key in keys}
    names = {key: name for key, name in wanted.items() if key == name}
    taken = set(names)
    for key, name in wanted.items():
        if key not in names:
            free = (f"{name}_{number}" for number in count(2))
            names[key] = name if name not in taken else next(other for other in free if other not in taken)
            taken.add(names[key])
    return names


def _field_name(key: str) -> str:
    if key.isidentifier() and key.isascii() and key not in _FIELD_RESERVED and not key.startswith("_"):
        return key
    word = _identifier(key).strip("_") or "field"
    word = f"field_{word}" if word[0].isdecimal() else word
    return f"{word}_" if word in _FIELD_RESERVED else word


def _identifier(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in text)


class Names:
    """Gives each schema that is referred to a class name, and makes up others that are still free."""

    def __init__(self, tree: SchemaTree) -> None:
        self._taken: set[str] = set()
        self.classes: dict[Path, str] = {}
        targets = {
            path
            for part in tree.parts
            if isinstance(part.schema, Mapping) and (path := tree.target(part.schema.get("$ref"))) is not None
        }
        for path in sorted(targets - {()}, key=str):
            self.classes[path] = self.fresh(str(path[-1]))
        root = tree.root.get("title")
        self.root = self.classes.get((), "") or self.fresh(root if isinstance(root, str) else "Answer")
        self.classes[()] = self.root

    def __contains__(self, annotation: str) -> bool:
        """Whether an annotation is one of these classes, whose fields get no title of their own."""
        return annotation in self._taken

    def fresh(self, wanted: Any) -> str:
        """A free class name, as near to the wanted one as may be."""
        word = _identifier(str(wanted)).strip("_")
        if not str(wanted).isidentifier():
            word = "".join(part[:1].upper() + part[1:] for part in word.split("_"))
        word = word if word and not word[0].isdecimal() else f"Model{word}"
        name, number = word, 2
        while name in self._taken or name in _CLASS_RESERVED:
            name, number = f"{word}{number}", number + 1
        self._taken.add(name)
        return name
