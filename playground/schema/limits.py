"""What is wrong with a schema, or a list of tools, for whoever gets it, with one sentence for each fault.

Kept apart from the checks of answers because these hold before anything is sent: a keyword of a shape that no draft
gives it, a reference that leads nowhere, what nothing can fit, and what is too large to be read in no time. What only
one kind of server cannot take is added by `Limits`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.schema.drafts import EXCLUSIVE
from playground.schema.endings import endless, looping
from playground.schema.patterns import bomb, broken
from playground.schema.tree import LISTED, NAMED, ONE, Part, SchemaTree, pointer
from playground.value_types import Tools, document_faults, is_number

MOST_SCHEMAS: Final = 2_000
MOST_TOOLS: Final = 128
"""OpenAI's API reference: at most 128 functions."""
TYPES: Final = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})

_PAIRS: Final = (
    ("minItems", "maxItems"),
    ("minLength", "maxLength"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)
COUNTS: Final = (
    "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains", "minLength", "maxLength",
)  # fmt: skip
_NUMBERS: Final = frozenset({"minimum", "maximum", "multipleOf", *EXCLUSIVE})
_TEXTS: Final = frozenset({
    "title", "description", "format", "pattern", "$ref", "$anchor", "$comment", "$id", "$schema", "$dynamicRef",
    "$dynamicAnchor", "$recursiveRef",
})  # fmt: skip
FUNCTION_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """What of a schema cannot be used, where (as a JSON Pointer), and what to do next."""

    pointer: str
    what: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.what} {self.next_step}".strip()


Limits = Callable[[Part, SchemaTree], Iterable[SchemaProblem]]
"""What one kind of server cannot take of a schema, without those within it; asked only where its shape is right."""


def no_limits(part: Part, tree: SchemaTree) -> Iterable[SchemaProblem]:
    """Those of a server that is to judge for itself."""
    return ()


def check_schema(schema: Any, limits: Limits = no_limits) -> tuple[SchemaProblem, ...]:
    """Every reason not to send this schema to a server of these limits; empty when it may go.

    Never raises, and never runs long: below 0.1 s for 64 KB.
    """
    if not isinstance(schema, Mapping):
        return (SchemaProblem("#", "A JSON Schema is an object.", 'Begin with {"type": "object", ...}.'),)
    if too_large := tuple(_size(schema)):
        return too_large
    tree = SchemaTree(schema)
    if len(tree.parts) > MOST_SCHEMAS:
        what = f"There are {len(tree.parts):,} schemas within this one; at most {MOST_SCHEMAS:,} are allowed."
        return (SchemaProblem("#", what, "Leave some out."),)
    found = [problem for part in tree.parts for problem in _part(part, tree, limits)]
    return tuple(found) or tuple(_endings(tree))


def check_tools(tools: Any, limits: Limits = no_limits) -> tuple[SchemaProblem, ...]:
    """Every reason not to send this list of tools; pointers begin with the tool's place in the list."""
    if not isinstance(tools, (list, tuple)):
        return (SchemaProblem("#", "Tools are a list.", 'Begin with [{"type": "function", ...}].'),)
    if len(tools) > MOST_TOOLS:
        what = f"There are {len(tools):,} tools; at most {MOST_TOOLS} are allowed."
        return (SchemaProblem("#", what, "Leave some out."),)
    if too_large := tuple(_size(tools)):
        return too_large
    names = [Tools.name_of(tool) for tool in tools]
    return tuple(p for place, tool in enumerate(tools) for p in _tool(tool, f"#/{place}", names, limits))


def _size(document: Any) -> Iterator[SchemaProblem]:
    for what, allowed in document_faults(document):
        shown = f"This is {what}." if isinstance(what, str) else "This holds what JSON does not know."
        yield SchemaProblem("#", shown, f"Allowed is {allowed}.")
        return
    for name in _names(document):
        if not isinstance(name, str):
            yield SchemaProblem("#", f"The name {name} is no text.", "Put it in quotes, as JSON has it.")
            return


def _names(document: Any) -> Iterator[Any]:
    """Every name in a document of JSON's depth: in Python a number may be one."""
    if isinstance(document, Mapping):
        yield from document
        document = list(document.values())
    for inner in document if isinstance(document, (list, tuple)) else ():
        yield from _names(inner)


def _tool(tool: Any, where: str, names: list[str | None], limits: Limits) -> Iterator[SchemaProblem]:
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
    for problem in check_schema(function.get("parameters", {"type": "object"}), limits):
        pointer = f"{where}/function/parameters{problem.pointer[1:]}"
        yield SchemaProblem(pointer, problem.what, problem.next_step)
    if (
        isinstance(function.get("parameters"), Mapping)
        and function["parameters"].get("type", "object") != "object"
    ):
        what = "The parameters of a function are an object."
        yield SchemaProblem(f"{where}/function/parameters/type", what, 'Write "type": "object".')


def _part(part: Part, tree: SchemaTree, limits: Limits) -> Iterator[SchemaProblem]:
    """The problems of one schema, without those within it."""
    if isinstance(part.schema, bool):
        return
    if not isinstance(part.schema, Mapping):
        yield SchemaProblem(part.pointer, "This is no schema.", "Write an object, true or false.")
        return
    faults = {keyword: fault for keyword, value in part.schema.items() if (fault := _fault(keyword, value))}
    for keyword, fault in faults.items():
        yield SchemaProblem(f"{part.pointer}/{keyword}", f"{keyword} is {fault}.", "Correct it.")
    if faults:
        return
    yield from _references(part, tree)
    yield from _patterns(part)
    yield from _contradictions(part)
    yield from limits(part, tree)


def _fault(keyword: str, value: Any) -> str:
    """Why a keyword's value has the wrong form, or nothing."""
    if keyword == "type":
        types = value if isinstance(value, list) else [value]
        known = types and all(isinstance(one, str) and one in TYPES for one in types)
        return "" if known else f"none of {', '.join(sorted(TYPES))}"
    if keyword in _TEXTS:
        return "" if isinstance(value, str) else "no text"
    if keyword in COUNTS:
        whole = is_number(value) and int(value) == value and value >= 0
        return "" if whole else "no whole number from 0 upwards"
    if keyword in _NUMBERS:
        right = is_number(value) and (keyword != "multipleOf" or value > 0)
        return (
            "" if right or (keyword in EXCLUSIVE and isinstance(value, bool)) else "no number that fits here"
        )
    if keyword in NAMED:
        return "" if isinstance(value, Mapping) and _named_rightly(keyword, value) else "no object of schemas"
    if keyword in LISTED and keyword != "items":
        return "" if isinstance(value, list) and value else "no list of schemas"
    if keyword == "dependentRequired":
        right = isinstance(value, Mapping) and all(map(_is_list_of_names, value.values()))
        return "" if right else "no object of lists of names"
    if keyword == "required":
        return "" if _is_list_of_names(value) else "no list of names"
    if keyword == "uniqueItems":
        return "" if isinstance(value, bool) else "neither true nor false"
    if keyword == "enum":
        return "" if isinstance(value, list) and value else "no list of values"
    if keyword in ONE and not (keyword == "items" and isinstance(value, list)):
        return "" if isinstance(value, (Mapping, bool)) else "no schema"
    return ""


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _named_rightly(keyword: str, named: Mapping[str, Any]) -> bool:
    """Lists among dependencies are names of properties; all else is judged as a schema of its own."""
    lists = [inner for inner in named.values() if isinstance(inner, (list, tuple))]
    return keyword != "dependencies" or all(map(_is_list_of_names, lists))


def patterns_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each pattern of a schema, behind the keyword that it stands under."""
    if "pattern" in schema:
        yield "pattern", schema["pattern"]
    yield from (("patternProperties", pattern) for pattern in schema.get("patternProperties", ()))


def _patterns(part: Part) -> Iterator[SchemaProblem]:
    for keyword, pattern in patterns_of(part.schema):
        if not bomb(pattern) and broken(pattern):
            what = f"{pattern[:60]} is no regular expression."
            yield SchemaProblem(
                f"{part.pointer}/{keyword}", what, "Look for an open bracket or a stray * or +."
            )


def _references(part: Part, tree: SchemaTree) -> Iterator[SchemaProblem]:
    reference = part.schema.get("$ref")
    if reference is not None and tree.target(reference, part.path) is None:
        where = "leads to no schema here" if reference.startswith("#") else "is outside, and never fetched"
        step = "Put the schema under $defs and refer to #/$defs/<name>."
        yield SchemaProblem(f"{part.pointer}/$ref", f"{reference[:60]} {where}.", step)


def _contradictions(part: Part) -> Iterator[SchemaProblem]:
    for least, most in _PAIRS:
        low, high = part.schema.get(least), part.schema.get(most)
        if is_number(low) and is_number(high) and low > high:
            what = f"{least} {low:,} is above {most} {high:,}, so that nothing fits both."
            yield SchemaProblem(f"{part.pointer}/{least}", what, "Exchange the two.")


def _endings(tree: SchemaTree) -> Iterator[SchemaProblem]:
    """Schemas that lead back to themselves without a value in between, or that no finite value fits."""
    if (path := looping(tree)) is not None:
        what = "This reference leads back to itself before any value begins."
        yield SchemaProblem(pointer(path), what, "Let it stand below a property or an item.")
    elif (path := endless(tree)) is not None:
        what = "No value can fit this: it would have to hold another of its kind without end, or fit nothing."
        step = "Make one of the properties on the way optional, or allow null or an empty list."
        yield SchemaProblem(pointer(path), what, step)
