"""An answer is checked against its schema, each violation told with its path, and no schema can make the check hang.

Kept apart from the limits: these are about what comes back.
"""

from __future__ import annotations

import json
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from playground.events import Answer
from playground.schema.parsed import parsed_answer
from playground.schema.partial_json import beyond_repair, document_in
from playground.schema.validation import MOST_VIOLATIONS, conformity, violations
from tests.schema.bombs import doubling, with_pattern
from tests.schema.strategies import SCHEMAS, VALUES

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "uniqueItems": True},
        "age": {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "null"}]},
        "home": {"$ref": "#/$defs/Home"},
    },
    "required": ["name", "tags"],
    "additionalProperties": False,
    "$defs": {
        "Home": {"type": "object", "properties": {"rooms": {"type": "integer"}}, "required": ["rooms", "city"]},
    },
}  # fmt: skip


def told(value: Any, schema: Any = SCHEMA) -> list[str]:
    """The violations of a value, in words."""
    return [str(violation) for violation in violations(value, schema).violations]


def test_an_answer_that_fits_has_nothing_against_it() -> None:
    """The value is there to be copied, and everything was checked."""
    found = conformity(
        '{"name": "ada", "tags": ["a", "b"], "age": null, "home": {"rooms": 2, "city": ""}}', SCHEMA
    )
    assert found.fits and found.value["name"] == "ada"
    assert (found.violations, found.unchecked) == ((), ())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "ada"}, ["the answer: tags is missing."]),
        ({}, ["the answer: name, tags are missing."]),
        ([], ["the answer: [] is no object."]),
        ({"name": "Ada", "tags": ["a"]}, ['name: "Ada" does not match "^[a-z]+$".']),
        ({"name": "abcdef", "tags": ["a"]}, ["name: It has 6 characters; at most 5 are wanted."]),
        ({"name": "a", "tags": []}, ["tags: It has 0 entries; at least 1 are wanted."]),
        ({"name": "a", "tags": ["a", "c"]}, ['tags[1]: "c" is none of ["a", "b"].']),
        ({"name": "a", "tags": ["a", "a"]}, ["tags: Some of its items are equal."]),
        ({"name": "a", "tags": ["a"], "x": 1}, ["x: This property is not allowed here."]),
        ({"name": "a", "tags": ["a"], "age": "3"}, ['age: "3" fits none of the 2 choices.']),
        (
            {"name": "a", "tags": ["a"], "home": {"rooms": 2.5}},
            ["home.rooms: 2.5 is no integer.", "home: city is missing."],
        ),
    ],
)
def test_each_violation_has_its_path(value: Any, expected: list[str]) -> None:
    """Names with dots, places in brackets, and what is wrong in a short sentence."""
    assert told(value) == expected


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (7, {"exclusiveMinimum": 7}, "the answer: 7 is not above 7."),
        (8, {"exclusiveMaximum": 8, "maximum": 9}, "the answer: 8 is not below 8."),
        (1, {"minimum": 2}, "the answer: 1 is below 2."),
        (3, {"maximum": 2}, "the answer: 3 is above 2."),
        (3, {"const": 4}, "the answer: 3 is not 4."),
        (0.35, {"multipleOf": 0.1}, "the answer: 0.35 is no multiple of 0.1."),
        ({}, {"minProperties": 1}, "the answer: It has 0 entries; at least 1 are wanted."),
        ({"k": 1}, {"oneOf": [{"type": "object"}, {"required": ["k"]}]}, "the answer: an object fits more than one"),
        ({"k": 1}, {"anyOf": [{"required": ["j"]}, {"type": "null"}]}, "the answer: an object fits none"),
        ({"k": 1}, {"not": {}}, "the answer: an object breaks not"),
        ({"k": "x"}, {"additionalProperties": {"type": "null"}}, 'k: "x" is no null.'),
        ({"ab": 1, "b": 1}, {"patternProperties": {"^a": {"type": "null"}}}, "ab: 1 is no null."),
        ({"b": 1}, {"patternProperties": {"^a": {}}, "additionalProperties": False}, "b: This property is not allowed"),
        (True, {"type": "integer"}, "the answer: true is no integer."),
        ("x", {"type": ["integer", "null"]}, 'the answer: "x" is no integer or null.'),
    ],
)  # fmt: skip
def test_each_keyword_has_its_sentence(value: Any, schema: Any, expected: str) -> None:
    """What is wrong is said by the keyword that is broken, in JSON's own words."""
    assert told(value, schema)[0].startswith(expected)


def test_the_nearest_choice_of_a_union_is_told_further() -> None:
    """Where a value fits none of the choices, the one that it nearly fits says where it does not."""
    cat = {
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
        "required": ["kind", "lives"],
    }
    dog = {"properties": {"kind": {"const": "dog"}, "bark": {"const": True}}, "required": ["kind", "bark"]}
    found = told({"kind": "cat", "lives": "nine"}, {"anyOf": [dog, cat]})
    assert found == ["the answer: an object fits none of the 2 choices.", 'lives: "nine" is no integer.']


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"name": ', "This is not JSON: EOF while parsing"),
        ("hello", "This is not JSON: expected value"),
        ("", "This is not JSON"),
        ("[NaN]", "This is not JSON"),
        ('"\ud800"', "This is not JSON"),
        ('```json\n{"name": "a", "tags": ["a"]}\n```', "There is a Markdown fence around the JSON."),
    ],
)
def test_what_is_no_json_is_said(text: str, what: str) -> None:
    """Cut answers, prose, NaN, half characters and fences are violations of the whole answer."""
    found = conformity(text, SCHEMA)
    assert not found.fits
    assert found.violations[0].path == () and what in found.violations[0].what


def test_a_fenced_answer_still_has_its_value() -> None:
    """The fence is the only thing that is wrong with it."""
    found = conformity('```json\n{"name": "a", "tags": ["a"]}\n```', SCHEMA)
    assert found.value == {"name": "a", "tags": ["a"]} and len(found.violations) == 1


def test_0_3_is_a_multiple_of_0_1() -> None:
    """Steps are reckoned in decimal digits; numbers too far apart are let pass."""
    assert told([0.3, 0.7, 7, 1e300], {"items": {"multipleOf": 0.1}}) == []
    assert told([0.29, 12.34], {"items": {"multipleOf": 0.01}}) == []


def test_equal_items_are_found_by_value() -> None:
    """1 and 1.0 are one number, true is none, and the order of keys does not matter."""
    assert told([1, 1.0], {"uniqueItems": True}) and told(
        [{"a": 1, "b": 2}, {"b": 2, "a": 1.0}], {"uniqueItems": True}
    )
    assert told([1, True, "1", None, [1], {"a": 1}], {"uniqueItems": True}) == []


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({"a": "a" * 20_000 + "b"}, with_pattern("^(a+)+$")),
        ({"a": "a" * 20_000 + "b"}, with_pattern("^(a|a)*$")),
        ({"a" * 20_000 + "b": 1}, {"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}),
        ("x", doubling(30)),
        ("x", {**doubling(30), "unevaluatedProperties": False}),
        ([i if i % 2 else str(i) for i in range(60_000)], {"uniqueItems": True}),
        (list(range(200_000)), {"items": {"minimum": 0, "type": "integer"}}),
        ([[i] for i in range(20_000)], {"uniqueItems": True, "items": {"enum": [[i] for i in range(500)]}}),
    ],
)  # fmt: skip
def test_no_schema_makes_the_check_hang(value: Any, schema: Any) -> None:
    """Classic pattern bombs, references that double, and large answers end soon."""
    began = monotonic()
    found = violations(value, schema)
    assert monotonic() - began < 30
    assert len(found.violations) <= MOST_VIOLATIONS


def test_a_name_that_a_pattern_allows_is_no_stranger() -> None:
    """In a closed object; also where the pattern cannot be tried, which is then said instead."""
    assert told({"ab": 1}, {"patternProperties": {"^a": {}}, "additionalProperties": False}) == []
    untried = violations({"ab": 1}, {"patternProperties": {"^(?=a)": {}}, "additionalProperties": False})
    assert untried.violations == () and "cannot be checked here" in untried.unchecked[0]


def test_what_could_not_be_checked_is_said() -> None:
    """Patterns beyond linear time, unevaluated keywords, and schemas past the limits are no violations, but named."""
    assert violations({"a": "x"}, with_pattern("^(?=y).")).unchecked == (
        'The pattern "^(?=y)." cannot be checked here.',
    )
    assert "unevaluated" in violations({}, {"unevaluatedProperties": False}).unchecked[0]


@pytest.mark.parametrize(
    ("text", "schema", "why"),
    [
        ("[" * 150 + "]" * 150, {}, "nested deeper than 100 levels"),
        ("[" * 5_000 + "]" * 5_000, {}, "nested deeper than 100 levels"),
        ("1", {"$ref": "http://127.0.0.1:1/x"}, "never fetched"),
        (json.dumps([[]] * 99_999), {"items": {"type": "array", "maxItems": 1}}, "not looked at"),
    ],
)
def test_a_check_that_gave_up_says_so_and_not_that_it_fits(text: str, schema: Any, why: str) -> None:
    """Too deep, a schema past the limits, too many steps: neither a fit nor a violation."""
    found = conformity(text, schema)
    assert (found.fits, found.violations) == (False, ()) and why in found.gave_up
    read = parsed_answer(Answer(text=text), {"title": "a", **schema})
    assert read.parsed is None and why in str(read.violations[0])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"na', []),
        ('{"name": "ad', []),
        ('{"name": 3', ["name"]),
        ('{"name": "toolong", "tags": [', ["name"]),
        ('{"name": "toolo', []),
        ('{"name": "ada", "tags": ["a", "c', []),
        ('{"name": "ada", "tags": ["c", "a', ["tags[0]"]),
        ('{"name": "ada", "tags": ["a"], "age": 1', []),
        ('{"name": "ada", "tags": ["a"], "age": "x", "home', []),
        ('{"name": "ada", "tags": ["a"], "age": "x", "home": {', ["age"]),
        ('{"name": "ada", "tags": ["a"], "home": {"rooms": 2.5, "city": "', ["home.rooms"]),
        ('{"no": 1', ["no"]),
        ('{"no": ', ["no"]),
        ('{"name": ', []),
        ("[", ["the answer"]),
        ("", []),
        ("Hello", []),
    ],
)
def test_of_a_beginning_only_what_nothing_can_mend_counts(text: str, places: list[str]) -> None:
    """What is still open may become longer, and what is missing may come; what is closed stays as it is."""
    assert [violation.place for violation in beyond_repair(text, SCHEMA)] == places


WHOLE = '{"name": "ada", "tags": ["a"]}'


@pytest.mark.parametrize(
    ("prefill", "text", "document"),
    [
        ("", WHOLE, WHOLE),
        (WHOLE[:9], WHOLE[9:], WHOLE),
        (WHOLE[:9], WHOLE, WHOLE),  # begun anew, by a server that knows no prefill
        ("[", WHOLE, WHOLE),  # no list can become what was asked for
        ('{"no": ', WHOLE[:13], WHOLE[:13]),
        ("Sure: ", WHOLE[:13], WHOLE[:13]),
        ('{"home": ', '{"rooms": 1}', '{"home": {"rooms": 1}'),  # cut off behind what is whole by itself
    ],
)
def test_the_document_goes_on_or_has_begun_anew(prefill: str, text: str, document: str) -> None:
    """Behind a prefill that can become JSON of the schema it goes on, unless the text alone fits."""
    assert document_in(prefill, text, SCHEMA) == document


CONDITION: dict[str, Any] = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "x": {}},
    "if": {"required": ["kind"]},
    "else": {"properties": {"x": {"type": "string"}}},
}


def test_a_condition_may_still_turn_round() -> None:
    """What is wrong for want of a property is not yet wrong: the property may come."""
    assert violations({"x": 5}, CONDITION).violations
    assert beyond_repair('{"x": 5, ', CONDITION) == ()


@settings(max_examples=200, deadline=None)
@given(value=VALUES, schema=SCHEMAS, data=st.data())
def test_no_beginning_of_what_fits_is_beyond_repair(value: Any, schema: Any, data: st.DataObject) -> None:
    """Whatever fits in the end had nothing against it on the way."""
    text, cut = json.dumps(value), data.draw(st.integers(0, len(json.dumps(value))))
    for whole in (schema_of_value(value), {"allOf": [schema], "$defs": {"r": {"type": "string"}}}):
        if violations(value, whole).fits:
            assert beyond_repair(text[:cut], whole) == ()


def schema_of_value(value: Any) -> dict[str, Any]:
    """A schema with as much in it as this value lets it have."""
    if isinstance(value, dict):
        inner = {name: schema_of_value(item) for name, item in value.items()}
        bounds = {"required": list(value), "minProperties": len(value), "maxProperties": len(value)}
        turned = {"if": {"required": list(value)}, "else": {"properties": dict.fromkeys(value, False)}}
        return {"type": "object", "properties": inner, "additionalProperties": False, **bounds, **turned}
    if isinstance(value, list):
        bounds = {"minItems": len(value), "maxItems": len(value)}
        return {"type": "array", "prefixItems": [schema_of_value(item) for item in value] or [{}], **bounds}
    return {"const": value}


@settings(max_examples=300, deadline=None)
@given(value=VALUES, schema=SCHEMAS)
def test_the_verdict_is_that_of_the_standard(value: Any, schema: Any) -> None:
    """For any value and schema the answer to "does it fit" is that of an unchanged validator."""
    whole = {"allOf": [schema], "$defs": {"r": {"type": "string"}}}
    found = conformity(json.dumps(value), whole)
    if not found.unchecked:
        assert found.fits == Draft202012Validator(whole).is_valid(value)
