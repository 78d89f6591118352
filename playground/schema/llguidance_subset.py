"""What the embedded model can be held to: a schema that its grammar engine takes, and what that leaves out.

Kept apart from the limits because nothing here is wrong with a schema: other servers may take it as it is. Where
llguidance cannot compile one part of a schema, llama.cpp logs that and answers freely, as if there were none; so
that part is taken out beforehand, and the rest holds. Found by experiment with xllamacpp 2026.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from playground.schema.drafts import draft_of, in_newest
from playground.schema.limits import SchemaProblem
from playground.schema.patterns import too_hard
from playground.schema.tree import LISTED, NAMED, ONE, Path, Schema, SchemaTree, pointer
from playground.value_types import is_number

IGNORED: Final = frozenset(
    [
        "uniqueItems",
        "contains",
        "minContains",
        "maxContains",
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "propertyNames",
        "unevaluatedProperties",
        "unevaluatedItems",
        "$dynamicRef",
        "$recursiveRef",
    ]
)
"""Keywords that llguidance calls unimplemented, and passes over when told to be lenient."""
FORMATS: Final = frozenset(
    ["date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "unknown"]
)
"""The formats that llguidance has a grammar for; others are passed over."""
LARGEST_BOUND: Final = 2**62
SMALLEST_BOUND: Final = 1e-30
"""Bounds beyond these make llguidance give up the whole schema."""

_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_ANSWER_IS_CHECKED: Final = "The answer is still checked against it."


@dataclass(frozen=True, slots=True)
class Held:
    """The schema that the embedded model is held to, and every part of the one asked for that it is not held to."""

    schema: Mapping[str, Any]
    left_out: tuple[SchemaProblem, ...]


def held(schema: Schema) -> Held:
    """The schema as the embedded model's grammar engine takes it: in the newest draft, the only one that it reads."""
    left_out: list[SchemaProblem] = []
    kept = _held(schema, (), left_out)
    return Held(in_newest(kept, draft_of(SchemaTree(schema))), tuple(left_out))


def _held(schema: Any, path: Path, left_out: list[SchemaProblem]) -> Any:
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for keyword, value in schema.items():
        where = (*path, keyword)
        if reason := _reason(keyword, value, schema):
            left_out.append(SchemaProblem(pointer(where), reason, _ANSWER_IS_CHECKED))
        if not reason or keyword in IGNORED or keyword == "format":
            kept[keyword] = _inside(keyword, value, where, left_out)
    return _without_hard_names(kept, path, left_out)


def _inside(keyword: str, value: Any, where: Path, left_out: list[SchemaProblem]) -> Any:
    """The schemas below a keyword, each as it is held; other values as they are."""
    if keyword in IGNORED:
        return value
    if keyword in NAMED and isinstance(value, Mapping):
        return {name: _held(inner, (*where, name), left_out) for name, inner in value.items()}
    if keyword in LISTED and isinstance(value, (list, tuple)):
        return [_held(inner, (*where, place), left_out) for place, inner in enumerate(value)]
    return _held(value, where, left_out) if keyword in ONE else value


def _reason(keyword: str, value: Any, schema: Schema) -> str:
    """Why the model is not held to a keyword, or nothing."""
    if keyword in IGNORED:
        return f"The embedded model is not held to {keyword}."
    if keyword == "format" and isinstance(value, str) and value not in FORMATS:
        return f"The embedded model is not held to the format {value}."
    if keyword == "pattern" and isinstance(value, str) and (reason := too_hard(value)):
        return f"The embedded model is not held to this pattern: {reason}."
    if keyword in _BOUNDS and is_number(value) and not _near(value):
        return f"The embedded model is not held to a bound of {_rounded(value)}."
    if keyword in ("minProperties", "maxProperties") and not _all_required(schema):
        return f"The embedded model is held to {keyword} only where all properties are required."
    return ""


def _rounded(bound: float) -> str:
    """In three digits, also where a whole number has more of them than a float has room for."""
    return f"{Decimal(bound):.2e}" if isinstance(bound, int) else f"{bound:.3g}"


def _near(bound: float) -> bool:
    return bound == 0 or SMALLEST_BOUND <= abs(bound) <= LARGEST_BOUND


def _all_required(schema: Schema) -> bool:
    required = schema.get("required", [])
    return all(name in required for name in schema.get("properties", {}))


def _without_hard_names(schema: dict[str, Any], path: Path, left_out: list[SchemaProblem]) -> dict[str, Any]:
    """Properties by a pattern that cannot be taken: any name is then allowed."""
    named = schema.get("patternProperties")
    if not isinstance(named, Mapping):
        return schema
    hard = {name: reason for name in named if (reason := too_hard(name))}
    for name, reason in hard.items():
        what = f"The embedded model is not held to names of this pattern: {reason}."
        left_out.append(SchemaProblem(pointer((*path, "patternProperties", name)), what, _ANSWER_IS_CHECKED))
    if not hard:
        return schema
    easy = {name: inner for name, inner in named.items() if name not in hard}
    return {**schema, "patternProperties": easy, "additionalProperties": True}
