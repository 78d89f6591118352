"""How large and how odd a schema, or a list of tools, may be, with one sentence for each limit that is passed.

Kept apart from the checks of answers because these hold before anything is sent. The numbers come from experiments
with llama.cpp (xllamacpp 2026.10): what crashes it, what makes it stall, and what it silently gives up on.

    nesting of 20,000 lists       crashes llama.cpp's own converter (SIGSEGV)   -> depth 32
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

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from playground.kinds import Tools, document_faults, is_number
from playground.structured.endings import endless, looping
from playground.structured.patterns import bomb, broken
from playground.structured.schema_tree import ONE, Part, SchemaTree, pointer
from playground.structured.together import patterns_together

MOST_SCHEMAS: Final = 2_000
MOST_OPTIONAL: Final = 400
MOST_TOGETHER: Final = 8
"""Patterns that one text must match, all of them."""
MOST_TOOLS: Final = 128
"""OpenAI's API reference: at most 128 functions."""
LARGEST: Final[Mapping[str, int]] = {
    "minItems": 1_000,
    "maxItems": 1_000,
    "minProperties": 1_000,
    "maxProperties": 1_000,
    "minContains": 1_000,
    "maxContains": 1_000,
    "minLength": 1_000,
    "maxLength": 10_000,
}
MOST_STEPS: Final = 10_000
"""The digits of multipleOf as one whole number, without point and zeros at its ends: 0.25 is 25."""
TYPES: Final = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})

_PAIRS: Final = (
    ("minItems", "maxItems"),
    ("minLength", "maxLength"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)
_NUMBERS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_TEXTS: Final = frozenset({"title", "description", "format", "pattern", "$ref", "$anchor", "$comment"})
FUNCTION_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """What of a schema cannot be used, where (as a JSON Pointer), and what to do next."""

    pointer: str
    what: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.what} {self.next_step}".strip()


def check_schema(schema: Any) -> tuple[SchemaProblem, ...]:
    """Every reason not to send this schema; empty when it may go. Never runs long: below 0.1 s for 64 KB."""
    if not isinstance(schema, Mapping):
        return (SchemaProblem("#", "A JSON Schema is an object.", 'Begin with {"type": "object", ...}.'),)
    if too_large := tuple(_size(schema)):
        return too_large
    tree = SchemaTree(schema)
    if len(tree.parts) > MOST_SCHEMAS:
        what = f"There are {len(tree.parts):,} schemas within this one; at most {MOST_SCHEMAS:,} are allowed."
        return (SchemaProblem("#", what, "Leave some out."),)
    found = [problem for part in tree.parts for problem in _part(part, tree)]
    return tuple(found) or tuple(_endings(tree))


def check_tools(tools: Any) -> tuple[SchemaProblem, ...]:
    """Every reason not to send this list of tools; pointers begin with the tool's place in the list."""
    if not isinstance(tools, (list, tuple)):
        return (SchemaProblem("#", "Tools are a list.", 'Begin with [{"type": "function", ...}].'),)
    if len(tools) > MOST_TOOLS:
        what = f"There are {len(tools):,} tools; at most {MOST_TOOLS} are allowed."
        return (SchemaProblem("#", what, "Leave some out."),)
    if too_large := tuple(_size(tools)):
        return too_large
    names = [Tools.name_of(tool) for tool in tools]
    return tuple(p for place, tool in enumerate(tools) for p in _tool(tool, f"#/{place}", names))


def _size(document: Any) -> Iterator[SchemaProblem]:
    for what, allowed in document_faults(document):
        shown = f"This is {what}." if isinstance(what, str) else "This holds what JSON does not know."
        yield SchemaProblem("#", shown, f"Allowed is {allowed}.")


def _tool(tool: Any, where: str, names: list[str | None]) -> Iterator[SchemaProblem]:
    name = Tools.name_of(tool)
    if name is None or tool.get("type") != "function":
        what = 'This is not {"type": "function", "function": {"name": ..., "parameters": ...}}.'
        yield SchemaProblem(where, what, "Write it so.")
        return
    function = tool["function"]
    if not FUNCTION_NAME.fullmatch(name):
        what = f"The name {name[:40]!r} is not made of at most 64 letters, digits, dashes and underscores."
        yield SchemaProblem(f"{where}/function/name", what, "Choose another name.")
    if names.count(name) > 1:
        yield SchemaProblem(
            f"{where}/function/name", f"The name {name} occurs twice.", "Rename one of the two."
        )
    if not isinstance(function.get("description", ""), str):
        yield SchemaProblem(f"{where}/function/description", "A description is a text.", "Correct it.")
    for problem in check_schema(function.get("parameters", {"type": "object"})):
        pointer = f"{where}/function/parameters{problem.pointer[1:]}"
        yield SchemaProblem(pointer, problem.what, problem.next_step)
    if (
        isinstance(function.get("parameters"), Mapping)
        and function["parameters"].get("type", "object") != "object"
    ):
        what = "The parameters of a function are an object."
        yield SchemaProblem(f"{where}/function/parameters/type", what, 'Write "type": "object".')


def _part(part: Part, tree: SchemaTree) -> Iterator[SchemaProblem]:
    """The problems of one schema, without those within it."""
    if isinstance(part.schema, bool):
        return
    if not isinstance(part.schema, Mapping):
        yield SchemaProblem(part.pointer, "This is no schema.", "Write an object, true or false.")
        return
    for keyword, value in part.schema.items():
        if fault := _fault(keyword, value):
            yield SchemaProblem(f"{part.pointer}/{keyword}", f"{keyword} is {fault}.", "Correct it.")
        elif keyword in LARGEST and value > LARGEST[keyword]:
            what = f"{keyword} is {value:,}; at most {LARGEST[keyword]:,} is allowed."
            yield SchemaProblem(f"{part.pointer}/{keyword}", what, "Choose a smaller one.")
        else:
            yield from _said(keyword, value, part, tree)
    yield from _contradictions(part)
    yield from _too_many_optional(part)
    if (
        isinstance(part.schema.get("allOf"), list)
        and (count := patterns_together(part, tree)) > MOST_TOGETHER
    ):
        what = f"A text would have to match {count:,} patterns at once; at most {MOST_TOGETHER} are allowed."
        yield SchemaProblem(f"{part.pointer}/allOf", what, "Join them into one, or leave some out.")


def _fault(keyword: str, value: Any) -> str:
    """Why a keyword's value has the wrong form, or nothing."""
    if keyword == "type":
        types = value if isinstance(value, list) else [value]
        known = types and all(isinstance(one, str) and one in TYPES for one in types)
        return "" if known else f"none of {', '.join(sorted(TYPES))}"
    if keyword in ("$dynamicRef", "$recursiveRef"):
        return "not followed here: use $ref"
    if keyword in _TEXTS:
        return "" if isinstance(value, str) else "no text"
    if keyword in LARGEST:
        whole = is_number(value) and int(value) == value and value >= 0
        return "" if whole else "no whole number from 0 upwards"
    if keyword in _NUMBERS:
        return (
            "" if is_number(value) and (keyword != "multipleOf" or value > 0) else "no number that fits here"
        )
    if keyword in ("properties", "patternProperties", "$defs", "definitions"):
        return "" if isinstance(value, Mapping) else "no object of schemas"
    if keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
        return "" if isinstance(value, list) and value else "no list of schemas"
    if keyword == "required":
        names = isinstance(value, list) and all(isinstance(name, str) for name in value)
        return "" if names else "no list of names"
    if keyword == "enum":
        return "" if isinstance(value, list) and value else "no list of values"
    if keyword in ONE and not (keyword == "items" and isinstance(value, list)):
        return "" if isinstance(value, (Mapping, bool)) else "no schema"
    return ""


def _said(keyword: str, value: Any, part: Part, tree: SchemaTree) -> Iterator[SchemaProblem]:
    """What is wrong with steps, patterns and references."""
    if keyword == "multipleOf" and _digits(value) > MOST_STEPS:
        what = f"multipleOf {value} has too many digits: without point and zeros at most {MOST_STEPS:,} is allowed."
        yield SchemaProblem(f"{part.pointer}/{keyword}", what, "Choose a rounder step.")
    patterns = [value] if keyword == "pattern" else list(value) if keyword == "patternProperties" else []
    for pattern in patterns:
        if reason := bomb(pattern):
            what = f"This pattern is too much: {reason}."
            yield SchemaProblem(f"{part.pointer}/{keyword}", what, "Simplify it.")
        elif broken(pattern):
            what = f"{pattern[:60]} is no regular expression."
            yield SchemaProblem(
                f"{part.pointer}/{keyword}", what, "Look for an open bracket or a stray * or +."
            )
    if keyword == "$ref" and tree.target(value) is None:
        where = "leads to no schema here" if value.startswith("#") else "is outside, and never fetched"
        step = "Put the schema under $defs and refer to #/$defs/<name>."
        yield SchemaProblem(f"{part.pointer}/$ref", f"{value[:60]} {where}.", step)


def _digits(step: float) -> int:
    """The digits of a number as one whole number: 0.25 is 25, and so is 2500."""
    return int("".join(map(str, Decimal(str(step)).normalize().as_tuple().digits))[:12])


def _contradictions(part: Part) -> Iterator[SchemaProblem]:
    for least, most in _PAIRS:
        low, high = part.schema.get(least), part.schema.get(most)
        if is_number(low) and is_number(high) and low > high:
            what = f"{least} {low:,} is above {most} {high:,}, so that nothing fits both."
            yield SchemaProblem(f"{part.pointer}/{least}", what, "Exchange the two.")


def _too_many_optional(part: Part) -> Iterator[SchemaProblem]:
    properties, required = part.schema.get("properties"), part.schema.get("required", [])
    if isinstance(properties, Mapping) and isinstance(required, list):
        optional = len(properties.keys() - {name for name in required if isinstance(name, str)})
        if optional > MOST_OPTIONAL:
            what = f"{optional:,} properties are optional; at most {MOST_OPTIONAL} are allowed in one object."
            yield SchemaProblem(f"{part.pointer}/properties", what, "Make them required, or leave some out.")


def _endings(tree: SchemaTree) -> Iterator[SchemaProblem]:
    """Schemas that lead back to themselves without a value in between, or that no finite value fits."""
    if (path := looping(tree)) is not None:
        what = "This reference leads back to itself before any value begins."
        yield SchemaProblem(pointer(path), what, "Let it stand below a property or an item.")
    elif (path := endless(tree)) is not None:
        what = "No value can fit this: it would have to hold another of its kind without end, or fit nothing."
        step = "Make one of the properties on the way optional, or allow null or an empty list."
        yield SchemaProblem(pointer(path), what, step)
