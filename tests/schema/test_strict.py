"""OpenAI's strict subset: what becomes of a schema, what is said of it, and that what comes back fits the schema asked.

Kept apart from the wire because the subset is one fact; a checker of its own, written from OpenAI's guide, watches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from time import monotonic
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from playground.schema.closed import schema_of_class
from playground.schema.left_out import conformity_filled, without_fill
from playground.schema.strict import strict_form
from playground.schema.validation import violations
from tests.schema.strategies import SCHEMAS, VALUES

TEXT = {"type": "string"}
NULL = {"type": "null"}


def an(**properties: Any) -> dict[str, Any]:
    """A closed object with these properties, all required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def optional(schema: Any) -> dict[str, Any]:
    """A closed object whose one property may be left out."""
    return {"type": "object", "properties": {"a": schema}, "additionalProperties": False}


FILLED = "Required, and null where it is left out: #/properties/a."
BECOMES: Mapping[str, tuple[Any, Any, list[str]]] = {
    "what is strict already": (an(a=TEXT), an(a=TEXT), []),
    "an open object": ({"type": "object", "properties": {"a": TEXT}, "required": ["a"]}, an(a=TEXT),
                       ["Without other properties: #."]),
    "no type": ({"properties": {"a": {"enum": ["x", 1]}}, "required": ["a"], "additionalProperties": False},
                an(a={"enum": ["x", 1], "type": ["string", "integer"]}), []),
    "an optional text": (optional(TEXT), an(a={"type": ["string", "null"]}), [FILLED]),
    "optional, and null already": (optional({"type": ["string", "null"]}), an(a={"type": ["string", "null"]}),
                                   [FILLED]),
    "an optional choice": (optional({"type": "string", "enum": ["x"], "title": "A"}),
                           an(a={"anyOf": [{"type": "string", "enum": ["x"]}, NULL], "title": "A"}), [FILLED]),
    "an optional union": (optional({"anyOf": [TEXT, {"type": "integer"}]}),
                          an(a={"anyOf": [TEXT, {"type": "integer"}, NULL]}), [FILLED]),
    "a default": (an(a={**TEXT, "default": "x", "examples": ["y"]}), an(a=TEXT), []),
    "words beside a reference": (
        {**an(a={"$ref": "#/$defs/x", "description": "An x."}), "$defs": {"x": TEXT}},
        {**an(a={"anyOf": [{"$ref": "#/$defs/x"}], "description": "An x."}), "$defs": {"x": TEXT}}, []),
    "an allOf of one": (an(a={"allOf": [{"type": "integer"}], "title": "A"}), an(a={"type": "integer", "title": "A"}),
                        []),
    "oneOf": (an(a={"oneOf": [TEXT, NULL], "discriminator": {}}), an(a={"anyOf": [TEXT, NULL]}), []),
    "a tuple of one kind": (an(a={"type": "array", "prefixItems": [TEXT, TEXT], "minItems": 2, "maxItems": 2}),
                            an(a={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}), []),
    "a root that refers": ({"$ref": "#/$defs/x", "$defs": {"x": an(a=TEXT)}},
                           {**an(a=TEXT), "$defs": {"x": an(a=TEXT)}}, []),
    "lengths": (an(a={**TEXT, "minLength": 1, "maxLength": 2}), an(a=TEXT),
                ["Taken out: #/properties/a/minLength, #/properties/a/maxLength."]),
    "a format": (an(a={**TEXT, "format": "uri"}, b={**TEXT, "format": "date"}),
                 an(a=TEXT, b={**TEXT, "format": "date"}), ["Taken out: #/properties/a/format."]),
    "a pattern that looks ahead": (an(a={**TEXT, "pattern": "(?!x)"}, b={**TEXT, "pattern": "^x$"}),
                                   an(a=TEXT, b={**TEXT, "pattern": "^x$"}), ["Taken out: #/properties/a/pattern."]),
    "bounds": (an(a={"type": "integer", "minimum": 1, "exclusiveMaximum": 9, "multipleOf": 2}),
               an(a={"type": "integer", "minimum": 1, "exclusiveMaximum": 9, "multipleOf": 2}), []),
    "limits as draft-04 has them": (
        an(a={"type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}),
        an(a={"type": "integer", "exclusiveMinimum": 1, "maximum": 9}), []),
    "an exclusive limit without a limit": (
        an(a={"type": "integer", "exclusiveMaximum": True}), an(a={"type": "integer"}),
        ["Taken out: #/properties/a/exclusiveMaximum."]),
    "uniqueItems": (an(a={"type": "array", "items": TEXT, "uniqueItems": True, "maxItems": 3}),
                    an(a={"type": "array", "items": TEXT, "maxItems": 3}), ["Taken out: #/properties/a/uniqueItems."]),
    "more than five": (
        an(**{letter: {**TEXT, "minLength": 1} for letter in "abcdefg"}), an(**dict.fromkeys("abcdefg", TEXT)),
        ["Taken out: " + "".join(f"#/properties/{letter}/minLength, " for letter in "abcde") + "and 2 more."]),
}  # fmt: skip


@pytest.mark.parametrize("case", BECOMES)
def test_a_schema_becomes_strict(case: str) -> None:
    """Schema in, schema out, and every change that another answer would have noticed."""
    schema, expected, said = BECOMES[case]
    before = json.dumps(schema)
    made = strict_form(schema)
    assert (made.schema, list(made.changes), made.why_not) == (expected, said, "")
    assert json.dumps(schema) == before
    assert not list(breaches(made.schema))


def deep(levels: int) -> dict[str, Any]:
    """Objects within objects."""
    inner: dict[str, Any] = an(a=TEXT)
    for _ in range(levels - 1):
        inner = an(a=inner)
    return inner


LARGE_ENUM = {"type": "string", "enum": [f"{number:060}" for number in range(251)]}
IMPOSSIBLE: Mapping[str, tuple[Any, str]] = {
    "a list at the root": ({"type": "array", "items": TEXT}, "at its root it is no object with properties"),
    "a text at the root": (TEXT, "at its root it is no object with properties"),
    "a union at the root": ({"anyOf": [an(a=TEXT), an(b=TEXT)]}, "at its root it is a union, and must be an object"),
    "any object": ({"type": "object"}, "at its root it is no object with properties"),
    "a map": (an(a={"type": "object", "additionalProperties": TEXT}), "#/properties/a may hold properties of any name"),
    "a map at the root": ({"type": "object", "properties": {}, "additionalProperties": True},
                          "# may hold properties of any name"),
    "names by a pattern": (an(a={"type": "object", "patternProperties": {"a": TEXT}}),
                           "#/properties/a/patternProperties has no place in the subset"),
    "any value": (an(a={}), "#/properties/a may be any value"),
    "any value that is described": (an(a={"title": "A"}), "#/properties/a may be a value of any type"),
    "a list of any values": (an(a={"type": "array"}), "#/properties/a is a list of any values"),
    "a tuple of two kinds": (an(a={"type": "array", "prefixItems": [TEXT, NULL], "minItems": 2, "maxItems": 2}),
                             "#/properties/a/prefixItems has no place in the subset"),
    "two at once": (an(a={"allOf": [TEXT, TEXT]}), "#/properties/a/allOf has no place in the subset"),
    "a property that is not there": ({**an(a=TEXT), "required": ["a", "b"]},
                                     "# requires b, which it does not describe"),
    "a reference elsewhere": (an(a=TEXT, b={"$ref": "#/properties/a"}),
                              "#/properties/b refers to #/properties/a, which is no definition"),
    "11 levels": (deep(11), "it has 11 levels of objects, and at most 10 are allowed"),
    "1,001 values": (an(a={"enum": list(range(1001))}), "it has 1,001 values of enums, and at most 1,000 are allowed"),
    "a large enum": (an(a=LARGE_ENUM), "an enum of 251 values has 15,060 characters"),
    "5,001 properties": (an(**{f"p{number}": TEXT for number in range(5001)}),
                         "it has 5,001 properties, and at most 5,000 are allowed"),
}  # fmt: skip


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_cannot_be_strict_says_why(case: str) -> None:
    """No schema then, and one clause that the report can end its sentence with."""
    schema, why = IMPOSSIBLE[case]
    assert strict_form(schema).schema is None
    assert strict_form(schema).why_not == why


def test_what_is_just_small_enough_is_strict() -> None:
    """Ten levels, and a class that holds itself, however deep that may go."""
    assert strict_form(deep(10)).schema == deep(10)
    assert strict_form(schema_of_class(Tree)).schema is not None


class Tree(BaseModel):
    """Holds itself."""

    name: str
    size: int = 1
    branches: list[Tree] = []


class Cat(BaseModel):
    """One member of a union."""

    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    """The other one."""

    kind: Literal["dog"] = "dog"
    tricks: list[str] = []


class Home(BaseModel):
    """A field of every sort that has a place in the subset."""

    pet: Cat | Dog
    told: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    on: date = date(2020, 1, 1)
    price: Decimal = Decimal(1)
    tree: Tree = Tree(name="oak")
    spot: tuple[float, float] = (0.0, 0.0)
    note: str | None = "none"


def breaches(schema: Any, root: Any = None, place: str = "#") -> Iterator[str]:
    """What of OpenAI's rules a schema breaks; written from the guide, and apart from what makes the schemas."""
    root = schema if root is None else root
    if not isinstance(schema, dict):
        yield f"{place}: no object"
        return
    if schema is root and (schema.get("type") != "object" or "anyOf" in schema):
        yield "the root is no object"
    known = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref",
             "$defs", "title", "description", "pattern", "format", "multipleOf", "minimum", "maximum",
             "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}  # fmt: skip
    yield from (f"{place}: {keyword}" for keyword in schema.keys() - known)
    if "$ref" in schema and len(schema) > 1:
        yield f"{place}: words beside a reference"
    if not {"type", "anyOf", "$ref"} & schema.keys():
        yield f"{place}: no type"
    if "object" in str(schema.get("type")):
        if set(schema["required"]) != set(schema["properties"]):
            yield f"{place}: not all are required"
        if schema["additionalProperties"] is not False:
            yield f"{place}: open"
    if "array" in str(schema.get("type")) and "items" not in schema:
        yield f"{place}: a list of anything"
    for keyword in ("properties", "$defs"):
        for name, inner in schema.get(keyword, {}).items():
            yield from breaches(inner, root, f"{place}/{keyword}/{name}")
    for inner in [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]:
        yield from breaches(inner, root, f"{place}/...")


def test_a_class_with_everything_keeps_the_rules() -> None:
    """Unions, references, dates, decimals, tuples and itself: all of it within the subset."""
    made = strict_form(schema_of_class(Home))
    assert made.why_not == "" and not list(breaches(made.schema))


@pytest.mark.parametrize("drop", [(), ("told",), ("on", "price", "tree", "spot", "note"), ("pet",)])
def test_null_for_what_was_left_out_becomes_an_instance(drop: tuple[str, ...]) -> None:
    """At every level, in lists and unions; a null that the class allows stays, and a required one stays wrong."""
    whole: dict[str, Any] = {
        "pet": {"kind": "dog", "tricks": None},
        "told": {"kind": "cat", "lives": None},
        "on": "2021-02-03",
        "price": "1.5",
        "tree": {"name": "elm", "size": None, "branches": [{"name": "twig", "size": 2, "branches": None}]},
        "spot": [1.0, 2.0],
        "note": None,
    }
    schema, answer = schema_of_class(Home), whole | dict.fromkeys(drop)
    assert not violations(answer, strict_form(schema).schema or {}).violations or drop == ("pet",)
    found = conformity_filled(json.dumps(answer), schema)
    assert found.fits == (drop != ("pet",))
    if found.fits:
        home = Home.model_validate(found.value)
        assert (home.pet, home.note) == (Dog(), None)
        assert "note" in found.value and "tricks" not in found.value["pet"]


_NAMES = st.sampled_from("abc")
_SAYABLE: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(
        [TEXT, {"type": "integer", "minimum": 0}, {"enum": ["a", None]}, {"const": 1}, {"type": ["boolean", "null"]},
         {"type": "string", "minLength": 1}, {"$ref": "#/$defs/r"}]
    ),
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(
            lambda properties, required: {"type": "object", "properties": properties,
                                          "required": [name for name in properties if name in required]},
            st.dictionaries(_NAMES, inner, max_size=3), st.sets(_NAMES),
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda choices: {"anyOf": choices}),
    ),
    max_leaves=8,
)  # fmt: skip
ROOTS = st.builds(
    lambda properties, required, r: {"type": "object", "properties": properties, "$defs": {"r": r},
                                     "required": [name for name in properties if name in required]},
    st.dictionaries(_NAMES, _SAYABLE, max_size=3), st.sets(_NAMES), st.sampled_from([TEXT, optional(TEXT), NULL]),
)  # fmt: skip


def instances(schema: Any, root: Any) -> st.SearchStrategy[Any]:
    """Values of a strict schema, as a server that keeps to it would write them."""
    if "$ref" in schema:
        return instances(root["$defs"]["r"], root)
    if "anyOf" in schema:
        return st.one_of([instances(inner, root) for inner in schema["anyOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    made: dict[str, st.SearchStrategy[Any]] = {
        "string": st.sampled_from(["a", "ab"]), "integer": st.integers(0, 3), "boolean": st.booleans(),
        "null": st.none(),
    }  # fmt: skip
    if "array" in kinds:
        made["array"] = st.lists(instances(schema["items"], root), max_size=2)
    if "object" in kinds:
        made["object"] = st.fixed_dictionaries(
            {name: instances(inner, root) for name, inner in schema["properties"].items()}
        )
    return st.one_of([made[kind] for kind in kinds])


@given(ROOTS, st.data())
def test_every_answer_to_the_strict_schema_fits_the_one_asked_for(schema: Any, data: st.DataObject) -> None:
    """The strict form keeps OpenAI's rules; what fits it fits the schema of the user's own, nulls left out."""
    made = strict_form(schema).schema
    assert made is not None and not list(breaches(made))
    value = data.draw(instances(made, made))
    assert not violations(value, made).violations
    found = violations(without_fill(value, schema), schema)
    assert not found.violations, (schema, value)


@given(SCHEMAS, VALUES)
def test_no_schema_and_no_value_is_too_odd(schema: Any, value: Any) -> None:
    """Any schema has a strict form that keeps the rules, or a reason; of any value only nulls go."""
    whole = {**schema, "$defs": {"r": TEXT}} if isinstance(schema, dict) else {"$defs": {"r": TEXT}}
    made = strict_form(whole)
    assert bool(made.why_not) == (made.schema is None)
    assert made.schema is None or not list(breaches(made.schema))
    if not violations(value, whole).gave_up:
        assert _without_nulls(without_fill(value, whole)) == _without_nulls(value)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return value


def test_unions_within_unions_come_to_an_end() -> None:
    """Only so much is tried; what comes behind that stays as it is, and soon."""
    inner: Any = TEXT
    for _ in range(8):
        inner = {"anyOf": [optional(inner), optional(inner)]}
    value: Any = 1
    for _ in range(60):
        value = {"a": value, "b": [None] * 50}
    begun = monotonic()
    assert without_fill({"a": value}, optional(inner))["a"]["b"] == [None] * 50
    assert monotonic() - begun < 20
