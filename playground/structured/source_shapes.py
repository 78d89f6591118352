"""Shapes: what an annotation means as a JSON Schema, while constraints and descriptions can still be put on it.

Kept apart from the reading of Python because this is JSON Schema alone: unions, null, and which keyword says what
about which kind of value. It follows pydantic 2.12, save one thing: a constraint on a union goes to the members
that it fits, where pydantic writes a keyword that no validator knows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

Kind = Literal[
    "text", "bytes", "whole", "number", "decimal", "moment", "array", "object", "null", "other", "named",
    "nullable", "union",
]  # fmt: skip

_NUMERIC: Final = {
    "multiple_of": "multipleOf",
    "le": "maximum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "gt": "exclusiveMinimum",
}
_KEYWORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "text": {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"},
    "bytes": {"min_length": "minLength", "max_length": "maxLength"},
    "whole": _NUMERIC,
    "number": _NUMERIC,
    "decimal": _NUMERIC,
    "moment": dict.fromkeys(("le", "ge", "lt", "gt"), ""),
    "array": {"min_length": "minItems", "max_length": "maxItems"},
    "object": {"min_length": "minProperties", "max_length": "maxProperties"},
}
"""By kind of value: the keyword that says a constraint, or "" where the constraint fits but no keyword says it."""

CONSTRAINTS: Final = frozenset({*_NUMERIC, "min_length", "max_length", "pattern"})


@dataclass(frozen=True, slots=True)
class Shape:
    """One type: `core` is its JSON Schema without the members of a union, `extra` what was written on it.

    `titled` says whether pydantic gives a field of this type a title made of the field's name.
    """

    kind: Kind
    core: Mapping[str, Any] = field(default_factory=dict)
    members: tuple[Shape, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    titled: bool = True

    def schema(self) -> dict[str, Any]:
        """The whole JSON Schema."""
        if self.kind == "nullable":
            base = _any_of([self.members[0].schema(), {"type": "null"}])
        elif self.kind == "union":
            base = _any_of([member.schema() for member in self.members])
        else:
            base = dict(self.core)
        return {**base, **self.extra}

    def with_extra(self, extra: Mapping[str, Any]) -> Shape:
        """The same type with these keywords written on it, over those that are there."""
        return replace(self, extra={**self.extra, **extra})


ANYTHING: Final = Shape("other")


def nullable(inner: Shape) -> Shape:
    """The type, or null."""
    return (
        inner
        if inner.schema() == {"type": "null"}
        else Shape("nullable", members=(inner,), titled=inner.titled)
    )


def union(members: Iterable[Shape]) -> Shape:
    """One of several types; one that is given twice counts once."""
    distinct = {_canonical(member.schema()): member for member in members}
    return (
        next(iter(distinct.values()))
        if len(distinct) == 1
        else Shape("union", members=tuple(distinct.values()))
    )


def constrained(shape: Shape, name: str, value: Any) -> Shape | None:
    """The type with one more constraint, or None where the constraint says nothing about such values."""
    if shape.kind in ("nullable", "union"):
        tried = [constrained(member, name, value) for member in shape.members]
        if not any(tried):
            return None
        members = tuple(new or old for new, old in zip(tried, shape.members, strict=True))
        return replace(shape, members=members)
    if name not in _KEYWORDS.get(shape.kind, {}):
        return None
    keyword = _KEYWORDS[shape.kind][name]
    if not keyword or (isinstance(value, float) and math.isinf(value)):
        return shape
    if shape.kind == "decimal":
        number, text = shape.core["anyOf"]
        return replace(shape, core={"anyOf": [{**number, keyword: float(value)}, text]})
    return replace(shape, core={**shape.core, keyword: value})


def unsaid(shape: Shape, name: str) -> bool:
    """Whether a constraint fits this type but no keyword of JSON Schema can say it."""
    return _KEYWORDS.get(shape.kind, {}).get(name) == "" or any(
        unsaid(member, name) for member in shape.members
    )


def array_of(item: Shape, *, unique: bool) -> Shape:
    """A list, or a set, of one type."""
    core = {"type": "array", "items": item.schema(), **({"uniqueItems": True} if unique else {})}
    return Shape("array", core)


def tuple_of(items: Iterable[Shape]) -> Shape:
    """A list of fixed length, each place with its own type."""
    schemas = [item.schema() for item in items]
    core = {"type": "array", "minItems": len(schemas), "maxItems": len(schemas)}
    return Shape("array", {**core, "prefixItems": schemas} if schemas else core)


def map_of(key: Shape, value: Shape) -> Shape:
    """An object with any names; limits on the keys become `propertyNames` or `patternProperties`."""
    keys, values = key.schema(), value.schema()
    named = "$ref" in keys
    pattern = None if named else keys.pop("pattern", None)
    if not named:
        keys.pop("title", None)
    values.pop("title", None)
    core: dict[str, Any] = {"type": "object"}
    if pattern is not None:
        core["patternProperties"] = {pattern: values}
    else:
        core["additionalProperties"] = values or True
    if named or (keys.get("type") == "string" and len(keys) > 1):
        core["propertyNames"] = {k: v for k, v in keys.items() if k != "type"}
    return Shape("object", core)


def literal(values: Iterable[Any]) -> Shape:
    """One of these JSON values."""
    distinct = list({(type(value), value): value for value in values}.values())
    core: dict[str, Any] = {"const": distinct[0]} if len(distinct) == 1 else {"enum": distinct}
    return Shape("other", {**core, **type_of(distinct)})


def type_of(values: Iterable[Any]) -> dict[str, Any]:
    """The `type` keyword that all of these JSON values have in common, if there is one."""
    names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
    types = {type(value) for value in values}
    return {"type": names[only]} if len(types) == 1 and (only := types.pop()) in names else {}


def _any_of(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """`anyOf`, with a bare `anyOf` within it dissolved, and doubles left out."""
    flat = [s for schema in schemas for s in (schema["anyOf"] if schema.keys() == {"anyOf"} else [schema])]
    distinct = list({_canonical(schema): schema for schema in flat}.values())
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _canonical(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True)
