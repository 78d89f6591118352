"""The parts of a JSON Schema: where schemas stand within one, and what a reference leads to.

Kept apart because limits, forms, Python source and checks all walk schemas, and none may follow a `$ref` blindly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]

ONE: Final = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "contentSchema",
    "unevaluatedItems", "unevaluatedProperties", "additionalItems",
)  # fmt: skip
LISTED: Final = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
NAMED: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
"""The keywords of drafts 4 to 2020-12 that hold one schema, a list of schemas, or schemas by name."""

SAME_VALUE: Final = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
"""The keywords whose schemas look at the same value again, and not at a part of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A schema within a schema, and its path of keywords and names; `schema` may be true or false."""

    path: Path
    schema: Any

    @property
    def pointer(self) -> str:
        """The place as a JSON Pointer, such as `#/properties/name`."""
        return pointer(self.path)


def pointer(path: Path) -> str:
    """A path as a JSON Pointer in a fragment."""
    return "/".join(["#", *(str(step).replace("~", "~0").replace("/", "~1") for step in path)])


def parts(schema: Any) -> Iterator[Part]:
    """The schema itself and every schema within it, outermost first; references are not followed."""
    waiting = [Part((), schema)]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += reversed(list(children(part)))


def children(part: Part) -> Iterator[Part]:
    """The schemas that stand directly within one."""
    if not isinstance(part.schema, Mapping):
        return
    for keyword, value in part.schema.items():
        path = (*part.path, keyword)
        if keyword in NAMED and isinstance(value, Mapping):
            yield from (Part((*path, name), inner) for name, inner in value.items())
        elif keyword in LISTED and isinstance(value, (list, tuple)):
            yield from (Part((*path, place), inner) for place, inner in enumerate(value))
        elif keyword in ONE and isinstance(value, (Mapping, bool)):
            yield Part(path, value)


class SchemaTree:
    """One schema with all its parts, and the way from a reference to a part."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.parts: Final = tuple(parts(root))
        self._anchors = {
            part.schema["$anchor"]: part.path
            for part in self.parts
            if isinstance(part.schema, Mapping) and isinstance(part.schema.get("$anchor"), str)
        }

    def target(self, reference: Any) -> Path | None:
        """The path that a reference leads to, or None where there is no schema of this document."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        if reference == "#":
            return ()
        if not reference.startswith("#/"):
            return self._anchors.get(reference[1:])
        steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/")]
        return _followed(self.root, steps)

    def at(self, path: Path) -> Any:
        """What stands at a path."""
        current: Any = self.root
        for step in path:
            current = current[step]
        return current


def _followed(root: Schema, steps: list[str]) -> Path | None:
    path: list[str | int] = []
    current: Any = root
    for step in steps:
        if isinstance(current, Mapping) and step in current:
            path.append(step)
            current = current[step]
        elif isinstance(current, (list, tuple)) and step.isdecimal() and int(step[:9]) < len(current):
            path.append(int(step))
            current = current[int(step)]
        else:
            return None
    return tuple(path) if isinstance(current, (Mapping, bool)) else None
