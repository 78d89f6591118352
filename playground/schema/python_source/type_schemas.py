"""JSON Schemas of types: unions, containers, literals, and which keyword says what about which kind of value.

Kept apart from the reading of Python because this is JSON Schema alone; no schema is changed in place. It follows
pydantic 2.12, save one thing: a constraint on a union goes to the members that it fits, where pydantic writes a
keyword that no validator knows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.schema.tree import Schema, common_type
from playground.value_types import is_number

NULL: Final[Schema] = {"type": "null"}

_NUMERIC: Final = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
KEYWORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "string": {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"},
    "bytes": {"min_length": "minLength", "max_length": "maxLength"},
    "moment": dict.fromkeys(("le", "ge", "lt", "gt"), ""),
    "integer": _NUMERIC,
    "number": _NUMERIC,
    "array": {"min_length": "minItems", "max_length": "maxItems"},
    "object": {"min_length": "minProperties", "max_length": "maxProperties"},
}
"""By kind of value: the keyword that says a constraint, or "" where the constraint fits but no keyword says it."""
_FORMATS: Final = {**dict.fromkeys(("date", "date-time", "time", "duration"), "moment"), "binary": "bytes"}
_DECIMAL_TEXT: Final = "^(?!^[-+.]*$)"
"""How the pattern begins by which a Decimal may be a text: with this beside it, a number is a Decimal."""

CONSTRAINTS: Final = frozenset({*_NUMERIC, "min_length", "max_length", "pattern"})


def any_of(schemas: Iterable[Schema]) -> Schema:
    """One of several types: a bare union within it dissolved, and one that is given twice taken once."""
    flat = [one for schema in schemas for one in (schema.keys() == {"anyOf"} and members(schema)) or [schema]]
    distinct = list({json.dumps(schema, sort_keys=True): schema for schema in flat}.values())
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def members(schema: Schema) -> list[Schema]:
    """The types of a union; none where it is no union."""
    found = schema.get("anyOf")
    return found if isinstance(found, list) and all(isinstance(one, Mapping) for one in found) else []


def array_of(item: Schema, *, unique: bool) -> Schema:
    """A list, or a set, of one type."""
    return {"type": "array", "items": item, **({"uniqueItems": True} if unique else {})}


def tuple_of(items: list[Schema]) -> Schema:
    """A list of fixed length, each place with its own type."""
    core = {"type": "array", "minItems": len(items), "maxItems": len(items)}
    return {**core, "prefixItems": items} if items else core


def map_of(key: Schema, value: Schema) -> Schema:
    """An object with any names; limits on the keys become `propertyNames` or `patternProperties`."""
    named, pattern = "$ref" in key, key.get("pattern")
    by_pattern = isinstance(pattern, str) and not named
    own = {"type", *(() if named else ("title",)), *(("pattern",) if by_pattern else ())}
    names = {keyword: said for keyword, said in key.items() if keyword not in own}
    values = {keyword: said for keyword, said in value.items() if keyword != "title"}
    any_name = {"additionalProperties": values or True}
    return {
        "type": "object",
        **({"patternProperties": {pattern: values}} if by_pattern else any_name),
        **({"propertyNames": names} if named or (names and key.get("type") == "string") else {}),
    }


def literal(values: Iterable[Any]) -> Schema:
    """One of these JSON values."""
    distinct = list({(type(value), value): value for value in values}.values())
    return {**({"const": distinct[0]} if len(distinct) == 1 else {"enum": distinct}), **typed(distinct)}


def choices_of(schema: Schema) -> list[Any]:
    """The values that a literal allows; none where it is no literal."""
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def typed(values: list[Any]) -> Schema:
    """The keyword `type`, where these values have one in common."""
    found = common_type(values)
    return {"type": found} if found else {}


def kinds(schema: Schema) -> frozenset[str]:
    """What kinds of value a type has, as far as constraints differ by them; a Decimal is "decimal" too."""
    if within := members(schema):
        decimal = frozenset({"decimal"} if any(map(_is_decimal_text, within)) else ())
        return decimal.union(*map(kinds, within))
    if "enum" in schema or "const" in schema:
        return frozenset({"one of some"})
    kind = str(schema.get("type"))
    return frozenset({_FORMATS.get(str(schema.get("format")), kind) if kind == "string" else kind})


def constrained(schema: Schema, name: str, value: Any) -> Schema | None:
    """The type with one more constraint, or None where the constraint says nothing about such values."""
    if within := members(schema):
        if name in _NUMERIC and any(map(_is_decimal_text, within)):
            value = value if (number := float_of(value)) is None else number
        tried = [None if _is_decimal_text(one) else constrained(one, name, value) for one in within]
        limited = [old if new is None else new for new, old in zip(tried, within, strict=True)]
        return None if all(new is None for new in tried) else {**schema, "anyOf": limited}
    (kind,) = kinds(schema)
    keyword = KEYWORDS.get(kind, {}).get(name)
    if keyword is None:
        return None
    if not keyword or (isinstance(value, float) and math.isinf(value)):
        return schema
    beside = name in _NUMERIC and not is_number(value)  # a date, which limits the dates of the union alone
    return None if beside else {**schema, keyword: value}


def unsaid(schema: Schema, name: str) -> bool:
    """Whether a constraint fits this type but no keyword of JSON Schema can say it."""
    return any(KEYWORDS.get(kind, {}).get(name) == "" for kind in kinds(schema))


def float_of(value: Any) -> float | None:
    """A number, or the text that a Decimal is in JSON, as pydantic writes limits of Decimals; else None."""
    try:
        return None if isinstance(value, bool) or math.isnan(value := float(value)) else value
    except (TypeError, ValueError, OverflowError):
        return None


def with_decimal_text(schema: Schema, text: Schema) -> Schema:
    """The type with every text that stands for a Decimal replaced by another."""
    if _is_decimal_text(schema):
        return text
    within = [with_decimal_text(one, text) for one in members(schema)]
    return {**schema, "anyOf": within} if within else schema


def _is_decimal_text(schema: Schema) -> bool:
    return str(schema.get("pattern")).startswith(_DECIMAL_TEXT)
