"""What llama.cpp's grammar engine cannot take of a schema or a grammar, however right that is.

Kept apart from what is wrong with a schema for everybody: other servers take these. The numbers come from experiments
with llama.cpp (xllamacpp 2026.10): what crashes it, what makes it stall, and what it silently gives up on.

    nesting of 20,000 lists       crashes llama.cpp's own converter (SIGSEGV)   -> depth 32, as all JSON here
    minLength above maxLength     hangs it for minutes, as does {5,2}           -> refused
    2,000 optional properties     28 s in it; 500 are too many for llguidance   -> 400
    multipleOf 999,983            14 s in llguidance (10,007: 0.1 s)            -> 10,000, point
    multipleOf 9999.999           9 s in it (0.01: nothing)                        and zeros left out
    maxItems 1,000,000            6.5 s in llguidance (10,000: 0.1 s)           -> 1,000
    minLength 10,000              refused by llama.cpp's converter              -> 1,000
    (((a{10}){10}){10}){10}...    "too many expressions" from a million on      -> 10,000 in all
    16 patterns in one allOf      12 s, and memory without end (12: 1.1 s)      -> 8
    a $ref that leads to itself   not held, or a grammar that cannot be parsed  -> refused
    a value that cannot end       "too many items" in the middle of an answer   -> refused
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from playground.schema.limits import COUNTS, SchemaProblem, patterns_of
from playground.schema.patterns import bomb
from playground.schema.tree import SAME_VALUE, Part, Path, SchemaTree, children

MOST_OPTIONAL: Final = 400
MOST_TOGETHER: Final = 8
"""Patterns that one text must match, all of them."""
LARGEST: Final[Mapping[str, int]] = {**dict.fromkeys(COUNTS, 1_000), "maxLength": 10_000}
LARGEST_STEP: Final = 10_000
"""The digits of multipleOf as one whole number, without point and zeros at its ends: 0.25 is 25."""
_EITHER: Final = frozenset({"anyOf", "oneOf"})


def engine_limits(part: Part, tree: SchemaTree) -> Iterator[SchemaProblem]:
    """The `Limits` of llama.cpp, embedded or on a server."""
    for keyword, most in LARGEST.items():
        if part.schema.get(keyword, 0) > most:
            what = f"{keyword} is {part.schema[keyword]:,}; at most {most:,} is allowed."
            yield SchemaProblem(f"{part.pointer}/{keyword}", what, "Choose a smaller one.")
    for keyword, pattern in patterns_of(part.schema):
        if reason := bomb(pattern):
            what = f"This pattern is too much: {reason}."
            yield SchemaProblem(f"{part.pointer}/{keyword}", what, "Simplify it.")
    step = part.schema.get("multipleOf")
    if step is not None and _digits(step) > LARGEST_STEP:
        what = f"multipleOf {step} has too many digits: without point and zeros at most {LARGEST_STEP:,} is allowed."
        yield SchemaProblem(f"{part.pointer}/multipleOf", what, "Choose a rounder step.")
    yield from _too_many_optional(part)
    if "allOf" in part.schema and (count := _patterns_together(part, tree, {})) > MOST_TOGETHER:
        what = f"A text would have to match {count:,} patterns at once; at most {MOST_TOGETHER} are allowed."
        yield SchemaProblem(f"{part.pointer}/allOf", what, "Join them into one, or leave some out.")


def _digits(step: float) -> int:
    """The digits of a number as one whole number: 0.25 is 25, and so is 2500."""
    return int("".join(map(str, Decimal(str(step)).normalize().as_tuple().digits))[:12])


def _too_many_optional(part: Part) -> Iterator[SchemaProblem]:
    properties: Mapping[str, Any] = part.schema.get("properties", {})
    optional = len(properties.keys() - set(part.schema.get("required", [])))
    if optional > MOST_OPTIONAL:
        what = f"{optional:,} properties are optional; at most {MOST_OPTIONAL} are allowed in one object."
        yield SchemaProblem(f"{part.pointer}/properties", what, "Make them required, or leave some out.")


def _patterns_together(part: Part, tree: SchemaTree, known: dict[Path, int]) -> int:
    """How many patterns a text must match at once by this schema and all that looks at the same value.

    Of a union those of its largest member. `known` holds what has been counted: what leads back counts once.
    """
    if part.path in known or not isinstance(part.schema, Mapping):
        return known.get(part.path, 0)
    known[part.path] = 0
    either: dict[str, int] = {}
    count = int("pattern" in part.schema)
    for inner in children(part):
        keyword = str(inner.path[len(part.path)])
        if keyword in _EITHER:
            either[keyword] = max(either.get(keyword, 0), _patterns_together(inner, tree, known))
        elif keyword in SAME_VALUE:
            count += _patterns_together(inner, tree, known)
    if (path := tree.target(part.schema.get("$ref"), part.path)) is not None:
        count += _patterns_together(Part(path, tree.at(path)), tree, known)
    known[part.path] = count + sum(either.values())
    return known[part.path]
