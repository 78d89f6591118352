"""The parts of a JSON Schema: where schemas stand within one, and what a reference leads to.

Limits, forms, Python source and checks all walk schemas, and none may follow a `$ref` blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urljoin

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]

ONE: Final = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "contentSchema",
    "unevaluatedItems", "unevaluatedProperties", "additionalItems",
)  # fmt: skip
LISTED: Final = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
NAMED: Final = (
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies",
)  # fmt: skip
"""The keywords of drafts 4 to 2020-12 that hold one schema, a list of schemas, or schemas by name."""

SAME_VALUE: Final = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"}
)
"""The keywords whose schemas look at the same value again, and not at a part of it."""

JSON_TYPES: Final[Mapping[type, str]] = {
    str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null",
}  # fmt: skip
"""What `type` calls the plain values of Python."""


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


def parts(schema: Any, path: Path = ()) -> Iterator[Part]:
    """The schema itself and every schema within it, outermost first; references are not followed."""
    waiting = [Part(path, schema)]
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
            yield from (
                Part((*path, name), inner)
                for name, inner in value.items()
                if keyword != "dependencies" or not isinstance(inner, (list, tuple))  # names of properties
            )
        elif keyword in LISTED and isinstance(value, (list, tuple)):
            yield from (Part((*path, place), inner) for place, inner in enumerate(value))
        elif keyword in ONE and isinstance(value, (Mapping, bool)):
            yield Part(path, value)


def rebuilt(schema: Any, change: Callable[[Part], Any], path: Path = ()) -> Any:
    """A schema with `change` made to every object among its schemas, inner ones first; no deeper than JSON may be."""
    if not isinstance(schema, Mapping):
        return schema
    made: dict[Any, Any] = dict(schema)
    for part in children(Part(path, schema)):
        *_, step = inside = part.path[len(path) :]
        inner = rebuilt(part.schema, change, part.path)
        if len(inside) == 1:
            made[inside[0]] = inner
            continue
        held = made[inside[0]]
        if held is schema[inside[0]]:
            held = made[inside[0]] = dict(held) if isinstance(held, Mapping) else list(held)
        held[step] = inner
    return change(Part(path, made))


def common_type(values: Iterable[Any]) -> str | None:
    """The JSON type that all of these values have, if they have one in common."""
    found = {JSON_TYPES.get(type(value)) for value in values}
    return found.pop() if len(found) == 1 else None


class SchemaTree:
    """One schema with all its parts, those that only a reference makes a schema too, and where references lead."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._found: dict[Path, Part] = {}
        self._anchors: dict[tuple[Path, str], Path] = {}
        self._resources: dict[str, Path] = {}
        self._take(())
        self.parts: Final = tuple(self._found.values())

    def _take(self, start: Path) -> None:
        """Takes up what stands at a path, and whatever it refers to, be that under a keyword of nobody's."""
        waiting = [start]
        while waiting:
            path = waiting.pop()
            new = [part for part in parts(self.at(path), path) if part.path not in self._found]
            self._found |= {part.path: part for part in new}
            named = [part for part in new if isinstance(part.schema, Mapping)]
            for part in named:
                self._take_names(part)
            targets = (self.target(part.schema.get("$ref"), part.path) for part in named)
            waiting += [target for target in targets if target is not None and target not in self._found]

    def _take_names(self, part: Part) -> None:
        """`$anchor`, and `$id`, which until draft-07 was an anchor where it began with #.

        In draft-04 that was `id`; elsewhere people write `id` for purposes of their own, so that it must be named.
        """
        old = not part.path or "draft-04" in str(self.root.get("$schema"))
        for keyword in ("$id", "id") if old else ("$id",):
            name = part.schema.get(keyword)
            if isinstance(name, str) and name.strip("#"):
                if name.startswith("#"):
                    self._anchors[self._resource_of(part.path), name[1:]] = part.path
                else:
                    self._resources |= dict.fromkeys(self._addresses(name), part.path)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := part.schema.get(keyword), str):
                self._anchors[self._resource_of(part.path), name] = part.path

    def _addresses(self, name: str) -> list[str]:
        """A name as it stands and as an address, seen from that of the whole schema."""
        base = self.root.get("$id", self.root.get("id"))
        found = [name.rstrip("#")]
        if isinstance(base, str):
            with suppress(ValueError):  # no address at all
                found.append(urljoin(base, name).rstrip("#"))
        return found

    def _resource_of(self, path: Path) -> Path:
        """The nearest schema around a path that has a name of its own: references within it begin there."""
        named = set(self._resources.values())
        return next((path[:end] for end in range(len(path), 0, -1) if path[:end] in named), ())

    def target(self, reference: Any, within: Path = ()) -> Path | None:
        """The path that a reference at `within` leads to, or None where there is no schema of this document."""
        if not isinstance(reference, str):
            return None
        name, _, fragment = reference.partition("#")
        start = self._resource_of(within)
        if name:
            found = next((self._resources[a] for a in self._addresses(name) if a in self._resources), None)
            if found is None:
                return None
            start = found
        if not fragment:
            return start
        if not fragment.startswith("/"):
            return self._anchors.get((start, fragment))
        steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in fragment[1:].split("/")]
        below = _followed(self.at(start), steps)
        return None if below is None else (*start, *below)

    def at(self, path: Path) -> Any:
        """What stands at a path."""
        current: Any = self.root
        for step in path:
            current = current[step]
        return current


def _followed(root: Any, steps: list[str]) -> Path | None:
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
