"""OpenAI's strict subset of JSON Schema: a schema brought into it, every change named, or why it cannot be.

Kept apart from the servers, because the subset is one fact, and several kinds of server go by it. Source: OpenAI's
guide to structured outputs, "Supported schemas" (as of February 2026: 5,000 properties, 10 levels, no composition).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.schema.drafts import EXCLUSIVE
from playground.schema.patterns import LOOKAROUNDS
from playground.schema.tree import JSON_TYPES, Part, Path, Schema, SchemaTree, children, pointer

FORMATS: Final = frozenset(
    ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]
)
"""The formats of a text that the subset knows."""
KEPT: Final = frozenset(
    [
        "type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref",
        "$defs", "definitions", "title", "description", "pattern", "format", "multipleOf", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
    ]
)  # fmt: skip
"""The keywords that the subset knows; all others are taken out."""
MOST_PROPERTIES: Final = 5_000
MOST_LEVELS: Final = 10
MOST_ENUM_VALUES: Final = 1_000
MOST_CHARACTERS: Final = 120_000
MOST_STEPS: Final = 100
"""From schema to schema below it, or that it refers to: many more than 10 levels of objects take."""
LARGE_ENUM: Final = 250
LARGE_ENUM_CHARACTERS: Final = 15_000

_ABOUT: Final = frozenset({"title", "description", "default", "examples", "deprecated"})
_SILENT: Final = frozenset({"default", "examples", "deprecated", "discriminator", "$schema"})
"""Keywords without which the same values fit: they go unsaid."""
_DEFINED: Final = ("$defs", "definitions")
_NAMED: Final = ("properties", *_DEFINED)


@dataclass(frozen=True, slots=True)
class StrictForm:
    """A schema within the subset and what was changed for it, a sentence each; None, and `why_not`."""

    schema: Mapping[str, Any] | None
    changes: tuple[str, ...] = ()
    why_not: str = ""


def strict_form(schema: Schema) -> StrictForm:
    """The schema in OpenAI's strict subset: every property required, an optional one also null, objects closed.

    >>> strict_form({"type": "object", "properties": {"a": {"type": "string"}}}).schema["properties"]
    {'a': {'type': ['string', 'null']}}
    """
    making = _Making()
    try:
        made = making.root(schema)
        _check_limits(made)
    except _Impossible as error:
        return StrictForm(None, why_not=str(error))
    return StrictForm(made, making.changes())


class _Impossible(Exception):
    """No schema of the subset says this; the message is a sentence."""


class _Making:
    """Brings the parts of one schema into the subset, and remembers what was changed."""

    def __init__(self) -> None:
        self._filled: list[str] = []
        self._closed: list[str] = []
        self._taken_out: list[str] = []

    def changes(self) -> tuple[str, ...]:
        """What was changed, a sentence each."""
        told = (
            ("Required, and null where it is left out", self._filled),
            ("Without other properties", self._closed),
            ("Taken out", self._taken_out),
        )
        return tuple(f"{what}: {_listed(places)}." for what, places in told if places)

    def root(self, schema: Schema) -> dict[str, Any]:
        """The whole schema, which must be an object itself."""
        whole = _unreferred(schema)
        if "anyOf" in whole or "oneOf" in whole:
            raise _Impossible("at its root it is a union, and must be an object")
        if whole.get("type", "object") != "object" or "properties" not in whole:
            raise _Impossible("at its root it is no object with properties")
        return self.of(whole, ())

    def of(self, schema: Any, path: Path) -> dict[str, Any]:
        """One schema within the whole."""
        if not isinstance(schema, Mapping) or not schema:
            raise _Impossible(f"{pointer(path)} may be any value")
        schema = _items_of_one_kind(_with_exclusive_numbers(_without_idle_all_of(schema)))
        if "$ref" in schema:
            return self._reference(schema, path)
        made = {
            keyword: self._within(keyword, value, path)
            for keyword, value in schema.items()
            if self._keeps(keyword, value, path)
        }
        if "oneOf" in schema:
            made["anyOf"] = self._within("anyOf", schema["oneOf"], path)
        return self._typed(made, schema, path)

    def _reference(self, schema: Schema, path: Path) -> dict[str, Any]:
        """A reference stands alone in the subset; what describes its place goes around it."""
        target = str(schema["$ref"])
        if target != "#" and not target.startswith(("#/$defs/", "#/definitions/")):
            raise _Impossible(f"{pointer(path)} refers to {target[:60]}, which is no definition")
        beside = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        if not _ABOUT.issuperset(beside):
            raise _Impossible(f"{pointer(path)} says more beside its reference")
        kept = {keyword: value for keyword, value in beside.items() if keyword in KEPT}
        return {"anyOf": [{"$ref": target}], **kept} if kept else {"$ref": target}

    def _keeps(self, keyword: str, value: Any, path: Path) -> bool:
        """Whether a keyword stays; one that goes and would have been missed is noted."""
        if keyword in ("allOf", "patternProperties", "prefixItems"):
            raise _Impossible(f"{pointer((*path, keyword))} has no place in the subset")
        unknown = keyword not in KEPT or (keyword == "format" and value not in FORMATS)
        unknown = unknown or (keyword in EXCLUSIVE and isinstance(value, bool))
        unknown = unknown or (keyword == "pattern" and any(mark in str(value) for mark in LOOKAROUNDS))
        if unknown and keyword not in _SILENT and keyword != "oneOf":
            self._taken_out.append(pointer((*path, keyword)))
        return not unknown

    def _within(self, keyword: str, value: Any, path: Path) -> Any:
        where = (*path, keyword)
        if keyword in _NAMED:
            if not isinstance(value, Mapping):
                raise _Impossible(f"{pointer(where)} is no object")
            return {name: self.of(inner, (*where, name)) for name, inner in value.items()}
        if keyword == "anyOf":
            if not isinstance(value, (list, tuple)):
                raise _Impossible(f"{pointer(where)} is no list")
            return [self.of(inner, (*where, place)) for place, inner in enumerate(value)]
        return self.of(value, where) if keyword == "items" else value

    def _typed(self, made: dict[str, Any], schema: Schema, path: Path) -> dict[str, Any]:
        """With a type, which the subset wants everywhere, and as a closed object where it is one."""
        if "type" not in made and "anyOf" not in made:
            made = {"type": _type_of(made, path), **made}
        kinds = made.get("type")
        types = kinds if isinstance(kinds, list) else [kinds]
        if "array" in types and "items" not in made:
            raise _Impossible(f"{pointer(path)} is a list of any values")
        return self._object(made, schema, path) if "object" in types or "properties" in made else made

    def _object(self, made: dict[str, Any], schema: Schema, path: Path) -> dict[str, Any]:
        properties, required = made.get("properties"), schema.get("required", [])
        if properties is None or schema.get("additionalProperties", False) is not False:
            raise _Impossible(f"{pointer(path)} may hold properties of any name")
        if "anyOf" in made:
            raise _Impossible(f"{pointer(path)} is an object and a union at once")
        if unknown := [name for name in required if name not in properties]:
            raise _Impossible(f"{pointer(path)} requires {unknown[0]}, which it does not describe")
        if "additionalProperties" not in schema:
            self._closed.append(pointer(path))
        optional = [name for name in properties if name not in required]
        self._filled += [pointer((*path, "properties", name)) for name in optional]
        filled = {name: _or_null(inner) if name in optional else inner for name, inner in properties.items()}
        return {**made, "properties": filled, "required": list(properties), "additionalProperties": False}


def _listed(places: list[str]) -> str:
    """The first few places."""
    more = len(places) - 5
    return ", ".join([*places[:5], *([f"and {more} more"] if more > 0 else [])])


def _unreferred(schema: Schema) -> dict[str, Any]:
    """A root that only refers to a definition, as that of a class that holds itself, as what it refers to."""
    target = str(schema.get("$ref", ""))
    name = target.removeprefix("#/$defs/")
    found = schema.get("$defs", {}).get(name) if target.startswith("#/$defs/") else None
    if not isinstance(found, Mapping):
        return dict(schema)
    return {**{keyword: value for keyword, value in schema.items() if keyword != "$ref"}, **found}


def _without_idle_all_of(schema: Schema) -> Schema:
    """An allOf of one schema, beside nothing but words about it, is that schema."""
    inner = schema.get("allOf")
    beside = {keyword: value for keyword, value in schema.items() if keyword != "allOf"}
    if isinstance(inner, (list, tuple)) and len(inner) == 1 and isinstance(inner[0], Mapping):
        return {**inner[0], **beside} if _ABOUT.issuperset(beside) else schema
    return schema


def _with_exclusive_numbers(schema: Schema) -> Schema:
    """A limit that draft-04 makes exclusive, or not, by true or false beside it, as the one number of today.

    True with no limit beside it means nothing, and stays to be taken out.
    """
    made = {
        keyword: value for keyword, value in schema.items() if keyword not in EXCLUSIVE or value is not False
    }
    for exclusive, limit in EXCLUSIVE.items():
        if made.get(exclusive) is True and limit in made:
            made[exclusive] = made.pop(limit)
    return made


def _items_of_one_kind(schema: Schema) -> Schema:
    """A tuple whose places are all alike is a list of so many of them."""
    places, least = schema.get("prefixItems"), schema.get("minItems")
    if not isinstance(places, (list, tuple)) or not least == schema.get("maxItems") == len(places) > 0:
        return schema
    if any(one != places[0] for one in places):
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "prefixItems"}
    return {**rest, "items": places[0]}


def _type_of(made: Mapping[str, Any], path: Path) -> Any:
    """The type of what has none: that of its values, or object where it has properties."""
    values = [made["const"]] if "const" in made else made.get("enum", [])
    types = list(dict.fromkeys(JSON_TYPES.get(type(value), "") for value in values))
    if types and all(types):
        return types[0] if len(types) == 1 else types
    if "properties" in made:
        return "object"
    raise _Impossible(f"{pointer(path)} may be a value of any type")


def _or_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema, or null."""
    kind = schema.get("type")
    plain = isinstance(kind, str) and not {"enum", "const", "anyOf", "properties"} & schema.keys()
    if kind == "null" or (
        isinstance(kind, list) and "null" in kind and not {"enum", "const"} & schema.keys()
    ):
        return schema
    if plain:
        return {**schema, "type": [kind, "null"]}
    null = {"type": "null"}
    if "anyOf" in schema and "type" not in schema:
        return schema if null in schema["anyOf"] else {**schema, "anyOf": [*schema["anyOf"], null]}
    about = {keyword: schema[keyword] for keyword in ("title", "description") if keyword in schema}
    return {"anyOf": [{k: v for k, v in schema.items() if k not in about}, null], **about}


def _check_limits(schema: Schema) -> None:
    """Raises _Impossible where the schema is larger than the subset allows."""
    tree = SchemaTree(schema)
    found = [part.schema for part in tree.parts if isinstance(part.schema, Mapping)]
    named = [name for one in found for keyword in _NAMED for name in one.get(keyword, {})]
    enums = [one["enum"] for one in found if isinstance(one.get("enum"), list)]
    values = [value for one in enums for value in one] + [one.get("const") for one in found]
    limits = (
        (sum(len(one.get("properties", {})) for one in found), MOST_PROPERTIES, "properties"),
        (_levels((), tree, {}), MOST_LEVELS, "levels of objects"),
        (sum(map(len, enums)), MOST_ENUM_VALUES, "values of enums"),
        (_characters([*named, *values]), MOST_CHARACTERS, "characters in names and values"),
    )
    for count, most, what in limits:
        if count > most:
            raise _Impossible(f"it has {count:,} {what}, and at most {most:,} are allowed")
    for one in enums:
        if len(one) > LARGE_ENUM and (count := _characters(one)) > LARGE_ENUM_CHARACTERS:
            raise _Impossible(f"an enum of {len(one):,} values has {count:,} characters")


def _characters(values: Iterable[Any]) -> int:
    return sum(len(value) for value in values if isinstance(value, str))


def _levels(path: Path, tree: SchemaTree, known: dict[Path, int], steps: int = 0) -> int:
    """How deep objects stand within objects, references followed; what leads back to itself counts once."""
    schema = tree.at(path)
    if path in known or not isinstance(schema, Mapping):
        return known.get(path, 0)
    if steps > MOST_STEPS:
        raise _Impossible("its references lead too deep")
    known[path] = 0
    below = [part.path for part in children(Part(path, schema)) if part.path[len(path)] not in _DEFINED]
    if (target := tree.target(schema.get("$ref"))) is not None:
        below.append(target)
    deepest = max((_levels(inner, tree, known, steps + 1) for inner in below), default=0)
    known[path] = deepest + ("properties" in schema)
    return known[path]
