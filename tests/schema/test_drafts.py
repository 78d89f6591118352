"""A schema is read by the draft that it names or shows, and what that draft gives no meaning to is said.

Kept apart from the tests of the check because the same keyword is right in one draft and nothing in another.
"""

from __future__ import annotations

from typing import Any

import pytest

from playground.events import Answer, ToolCall
from playground.functions.tool_calls import check_call
from playground.schema.drafts import draft_of
from playground.schema.parsed import parsed_answer
from playground.schema.tree import SchemaTree
from playground.schema.validation import violations
from playground.schema.violation import Violation
from tests.schema.bombs import with_property
from tests.schema.strategies import ADDRESSES

PAIR = {"type": "array", "items": [{"type": "integer"}, {"type": "string"}]}
"""A list of two, as zod-to-json-schema, TypeBox and pydantic 1 write it."""


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("written", ["{}", "{}#", "http:{}", "https:{}"])
def test_a_draft_is_known_by_its_name(name: str, written: str) -> None:
    """With http or https, with an empty fragment or none."""
    address = ADDRESSES[name].rstrip("#")
    if ":" in written:
        address = address.partition(":")[2]
    tree = SchemaTree({"$schema": written.format(address), "prefixItems": [True]})
    assert draft_of(tree).name == name


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({}, "2020-12"),
        (with_property(PAIR), "draft-07"),
        ({**with_property(PAIR), "$defs": {}}, "2019-09"),
        (with_property({"minimum": 1, "exclusiveMinimum": True}), "draft-04"),
        ({"id": "http://host/x", "type": "object"}, "draft-04"),
        ({"id": "http://host/x", "const": 1}, "2020-12"),
        ({"properties": {"id": {"type": "string"}}}, "2020-12"),
        ({"definitions": {"a": {}}}, "draft-07"),
        ({"definitions": {"a": {}}, "$defs": {"b": {}}}, "2020-12"),
        ({"dependencies": {"a": ["b"]}}, "draft-07"),
        ({"dependentRequired": {"a": ["b"]}, "definitions": {"a": {}}}, "2020-12"),
        ({"$recursiveRef": "#"}, "2019-09"),
        ({"prefixItems": [True], "definitions": {}}, "2020-12"),
        ({"$schema": "http://host/own", **PAIR}, "draft-07"),
        ({"enum": [{"items": [1]}], "default": {"exclusiveMinimum": True}}, "2020-12"),
    ],
)
def test_a_draft_is_known_by_what_only_it_has(schema: Any, name: str) -> None:
    """Without a known `$schema`; what stands in values, or names properties, is no sign."""
    assert draft_of(SchemaTree(schema)).name == name


SEVEN = {"$schema": ADDRESSES["draft-07"]}


@pytest.mark.parametrize(
    ("schema", "good", "bad", "told"),
    [
        (PAIR, [1, "a"], ["a", "a"], '[0]: "a" is no integer.'),
        ({**PAIR, "additionalItems": False}, [1], [1, "a", 2], "[2]: Nothing may stand here."),
        ({"items": [True, False]}, [1], [1, 2], "[1]: Nothing may stand here."),
        ({"items": True}, [1], None, ""),
        ({"prefixItems": [{"type": "null"}], "items": False}, [None], [None, 1], "[1]: Nothing may stand here."),
        ({"minimum": 7, "exclusiveMinimum": True}, 8, 7, "the answer: 7 is not above 7."),
        ({"maximum": 7, "exclusiveMaximum": True}, 6, 7, "the answer: 7 is not below 7."),
        ({"minimum": 7, "exclusiveMinimum": False}, 7, 6, "the answer: 6 is below 7."),
        ({"dependencies": {"a": ["b"]}}, {"b": 1}, {"a": 1}, "the answer: an object breaks dependencies"),
        ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}, "the answer: an object breaks dependentRequired"),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1, "b": 1}, {"a": 1}, "the answer: b is missing."),
        ({"dependentSchemas": {"a": False}}, {}, {"a": 1}, "the answer: Nothing may stand here."),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {}, {"a": 1}, "the answer: b is missing."),
        ({"if": True, "else": False}, 1, None, ""),
        ({"contains": {"const": 1}, "maxContains": 1}, [1, 2], [1, 1], "the answer: [1, 1] breaks maxContains"),
        ({"properties": {"a": False}}, {}, {"a": 1}, "a: Nothing may stand here."),
        ({"type": ["string", "null"]}, None, 1, "the answer: 1 is no string or null."),
        ({"$defs": {"a": {"$anchor": "x", "type": "null"}}, "items": {"$ref": "#x"}}, [None], [1], "[0]: 1 is no"),
        ({"definitions": {"a": {"$id": "#x", "type": "null"}}, "items": {"$ref": "#x"}}, [None], [1], "[0]: 1 is no"),
        ({"$id": "T0", "items": {"$ref": "T0"}, "type": "array"}, [[]], [1], "[0]: 1 is no array."),
        ({"$id": "http://h/r", "$defs": {"a": {"$id": "a", "type": "null"}}, "items": {"$ref": "http://h/a"}},
         [None], [1], "[0]: 1 is no null."),
        ({"$defs": {"a": {"$id": "a", "$defs": {"b": {"type": "null"}}, "items": {"$ref": "#/$defs/b"}}},
          "$ref": "a"}, [None], [1], "[0]: 1 is no null."),
        ({"properties": {"a": {"id": "own", "$ref": "#/$defs/n"}}, "$defs": {"n": {"type": "null"}}},
         {"a": None}, {"a": 1}, "a: 1 is no null."),
        ({"$schema": ADDRESSES["draft-04"], "definitions": {"a": {"id": "http://h/a", "type": "null"}},
          "items": {"$ref": "http://h/a"}}, [None], [1], "[0]: 1 is no null."),
        ({"components": {"a": {"type": "null"}}, "items": {"$ref": "#/components/a"}}, [None], [1], "[0]: 1 is"),
        ({**SEVEN, "items": {"$schema": ADDRESSES["2020-12"], "pattern": "^(a+)+$"}}, ["a"], ["a" * 999 + "b"], "[0]"),
        ({"maxLength": 2_000_000, "maxItems": 10**9, "minimum": -(10**400)}, "a", None, ""),
    ],
)  # fmt: skip
def test_each_draft_is_judged_by_its_own_rules(schema: Any, good: Any, bad: Any, told: str) -> None:
    """What fits fits and was all checked; what does not is told with its place."""
    found = violations(good, schema)
    assert (found.fits, found.unchecked, found.gave_up) == (True, (), "")
    if told:
        assert str(violations(bad, schema).violations[0]).startswith(told)


@pytest.mark.parametrize(
    ("value", "schema", "said"),
    [
        ({}, {"$schema": "http://host/own"}, "The draft that $schema names is not known here; the schema was read"),
        ({}, {**SEVEN, "dependentRequired": {"a": ["b"]}}, "#/dependentRequired is not checked: draft-07 has no such"),
        ([], {**SEVEN, "items": {"exclusiveMinimum": True}}, "#/items/exclusiveMinimum is not checked: draft-07 gives"),
        (1, {"$schema": ADDRESSES["draft-04"], "minimum": 1, "exclusiveMinimum": 3}, "#/exclusiveMinimum is not"),
        ([1], {"$schema": ADDRESSES["2020-12"], "items": [False]}, "#/items is not checked: 2020-12 gives it another"),
        ({}, {"minimum": 1, "exclusiveMinimum": True, "const": {}}, "#/const is not checked: draft-04 has no such"),
        ("a", {**SEVEN, "definitions": {"a": {}}, "$ref": "#/definitions/a", "maxLength": 0},
         "#/maxLength is not checked: in draft-07 nothing counts beside $ref"),
        ({}, {"$dynamicRef": "#a"}, "$dynamicRef"),
        ({}, {"$recursiveRef": "#"}, "$recursiveRef"),
        ([], {"unevaluatedItems": False}, "unevaluatedItems"),
        (None, {"type": "string", "nullable": True}, "nullable is no keyword of JSON Schema: a null was let pass."),
        ("a", {"pattern": "((a{100}){100}){100}"}, "cannot be checked here"),
    ],
)  # fmt: skip
def test_what_was_not_checked_is_said(value: Any, schema: Any, said: str) -> None:
    """Nothing of it counts against the answer, and none of it passes unsaid."""
    found = violations(value, schema)
    assert (found.violations, found.gave_up) == ((), "")
    assert any(said in sentence for sentence in found.unchecked)


@pytest.mark.parametrize(
    "schema",
    [
        {"required": True}, {"enum": "a"}, {"properties": []}, {"dependentSchemas": 3}, {"dependentRequired": {"a": 1}},
        {"minLength": "3"}, {"minimum": float("nan")}, {"maximum": float("inf")}, {"$id": 3}, {"$schema": []},
        {"$ref": "#/nowhere"}, {"$ref": "http://127.0.0.1:1/x"}, {"$ref": "#"}, {"$ref": 3}, {"type": "any"}, {1: {}},
        {"multipleOf": 0}, {"properties": {"a": 1}}, {"uniqueItems": "yes"}, [], "a", 3, None,
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_read_costs_no_answer(schema: Any) -> None:
    """The check says that it gave up, and why; so does that of a call, and an answer keeps its text."""
    found = violations({"a": 1}, schema)
    assert not found.fits and found.violations == () and "cannot be used" in found.gave_up
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    checked = check_call(ToolCall("1", "f", '{"a": 1}'), [tool])
    assert checked.problems == () and ("cannot be used" in checked.gave_up or not schema)
    read = parsed_answer(Answer(text='{"a": 1}'), {"type": "json_schema", "json_schema": {"schema": schema}})
    assert read.text == '{"a": 1}' and (read.parsed is None or schema is None)


def test_a_tuple_of_draft_07_as_parameters_of_a_function() -> None:
    """The arguments are judged by it, and the call is there."""
    tool = {"type": "function", "function": {"name": "f", "parameters": with_property(PAIR)}}
    assert check_call(ToolCall("1", "f", '{"a": [1, "x"]}'), [tool]).good
    (problem,) = check_call(ToolCall("1", "f", '{"a": ["x", "x"]}'), [tool]).problems
    assert problem == Violation(("a", 0), '"x" is no integer.')
