"""Every schema that was seen to do harm is refused with its place, and everything that can be meant gets through.

Kept apart from the tests with the engine, which show that what gets through does no harm.
"""

from __future__ import annotations

import json
import string
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.schema import patterns
from playground.schema.engine_limits import engine_limits
from playground.schema.limits import MOST_TOOLS, check_schema, check_tools
from playground.schema.tree import SchemaTree, parts, pointer
from tests.schema.bombs import HELD_AS_IT_IS, HELD_BUT_FOR, REFUSED, REFUSED_BY_LLAMA_CPP, with_property

SOON_S = 10.0
"""Far above the milliseconds that a check takes, so that a busy machine does not matter; a hang does."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_did_harm_is_refused_with_its_place(name: str) -> None:
    """One problem, at the right pointer, that says what it is and what to do next; and soon."""
    schema, where, what = REFUSED[name]
    began = monotonic()
    (problem,) = check_schema(schema)
    assert monotonic() - began < SOON_S
    assert (problem.pointer, what in problem.what) == (where, True), problem
    assert problem.next_step.endswith(".")


@pytest.mark.parametrize("name", REFUSED_BY_LLAMA_CPP)
def test_what_only_llama_cpp_cannot_take_goes_to_others(name: str) -> None:
    """With llama.cpp's limits it is refused with its place; without them it is nobody's problem."""
    schema, where, what = REFUSED_BY_LLAMA_CPP[name]
    assert check_schema(schema) == ()
    began = monotonic()
    (problem,) = check_schema(schema, engine_limits)
    assert monotonic() - began < SOON_S
    assert (problem.pointer, what in problem.what) == (where, True), problem
    assert problem.next_step.endswith(".")


@pytest.mark.parametrize("name", [*HELD_AS_IT_IS, *HELD_BUT_FOR])
def test_what_does_no_harm_gets_through(name: str) -> None:
    """Schemas up to the limits, and those that only some servers understand, are nobody's problem."""
    schema = HELD_AS_IT_IS.get(name) or HELD_BUT_FOR[name][0]
    assert check_schema(schema, engine_limits) == ()


def test_all_problems_come_at_once() -> None:
    """Three faults in three places need one look."""
    schema = {"properties": {"a": {"type": "x"}, "b": {"maxItems": 5_000}, "c": {"$ref": "#/nowhere"}}}
    found = [problem.pointer for problem in check_schema(schema, engine_limits)]
    assert found == ["#/properties/a/type", "#/properties/b/maxItems", "#/properties/c/$ref"]


@pytest.mark.parametrize(
    "schema",
    [
        {
            "type": "object",
            "properties": {"c": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
            "required": ["c"],
        },
        {"type": "object", "properties": {"c": {"$ref": "#"}}},
        {"type": "array", "items": {"$ref": "#"}},
        {"type": ["array", "null"], "minItems": 1, "items": {"$ref": "#"}},
        {"$defs": {"a": {"$anchor": "x", "type": "string"}}, "$ref": "#x"},
        {"definitions": {"a b/c~d": {"type": "string"}}, "$ref": "#/definitions/a%20b~1c~0d"},
        {"properties": {"required": {"required": ["x"]}, "enum": {"enum": [1]}, "$ref": {"type": "string"}}},
    ],
)
def test_recursion_that_ends_is_fine(schema: Any) -> None:
    """Trees, optional children, null, anchors, escaped names, and properties named like keywords."""
    assert check_schema(schema) == ()


def tool(name: str = "f", **function: Any) -> dict[str, Any]:
    """A function in OpenAI's form."""
    return {"type": "function", "function": {"name": name, **function}}


@pytest.mark.parametrize(
    ("tools", "where", "what"),
    [
        ({}, "#", "Tools are a list"),
        ([tool()] * (MOST_TOOLS + 1), "#", "129 tools"),
        ([tool(description="x" * 70_000)], "#", "70,"),
        ([{"name": "f"}], "#/0", '"type": "function"'),
        ([tool("two words")], "#/0/function/name", "letters, digits"),
        ([tool("x" * 65)], "#/0/function/name", "at most 64"),
        ([tool(description=3)], "#/0/function/description", "is a text"),
        ([tool(), tool("g", parameters={"pattern": "(a"})], "#/1/function/parameters/pattern", "no regular"),
        ([tool(parameters={"type": "array"})], "#/0/function/parameters/type", "are an object"),
        ([tool(parameters={"$ref": "#"})], "#/0/function/parameters", "leads back to itself"),
    ],
)  # fmt: skip
def test_a_list_of_tools_is_checked_like_a_schema(tools: Any, where: str, what: str) -> None:
    """The list, each function, and each schema of parameters, with pointers from the list's beginning."""
    (problem,) = check_tools(tools)
    assert (problem.pointer, what in problem.what) == (where, True), problem


def test_a_name_that_occurs_twice_is_named_both_times() -> None:
    """Both places are shown, so that either can be changed."""
    assert [p.pointer for p in check_tools([tool(), tool("g"), tool()])] == [
        "#/0/function/name",
        "#/2/function/name",
    ]


def test_good_tools_get_through() -> None:
    """Functions with and without parameters and descriptions."""
    assert check_tools([tool(), tool("get-weather_2", description="d", parameters=with_property({}))]) == ()


KEYWORDS = ["type", "properties", "items", "required", "enum", "const", "anyOf", "allOf", "oneOf", "not", "$ref",
            "pattern", "minLength", "maxItems", "minItems", "multipleOf", "minimum", "patternProperties", "$defs",
            "additionalProperties", "$anchor", "if", "then", "dependentSchemas", "prefixItems", "default"]  # fmt: skip
SCRAPS: st.SearchStrategy[object] = st.sampled_from(
                         [None, True, False, 0, -1, 1, 3.5, 10**9, "", "a", "#", "#/$defs/a", "string", "object", {},
                          "(a{9}){9}", "[", [], ["a"], ["string", "null"], {"a": {}}, [{}], {"$ref": "#"}])  # fmt: skip
NAMES = st.sampled_from([*KEYWORDS, "a"])
NESTED = st.recursive(
    SCRAPS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYWORDS), NESTED, max_size=5))
def test_any_heap_of_keywords_is_judged(schema: dict[str, Any]) -> None:
    """Whatever is given, the check answers, and each pointer leads to a place that exists in the document."""
    for problem in check_schema(schema, engine_limits):
        current: Any = schema
        for step in problem.pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            current = current[int(name)] if isinstance(current, list) else current[name]


def test_every_part_is_found_and_can_be_pointed_at() -> None:
    """Schemas are found under every keyword that holds some, and nowhere else."""
    schema = {
        "properties": {"a": {"items": [{"const": 1}, True]}, "b/c": {"not": {"const": 2}}},
        "anyOf": [{"const": 3}],
        "enum": [{"properties": {"no": {}}}],
        "default": {"items": {}},
        "$defs": {"d": {"additionalProperties": False}},
    }
    found = [part.pointer for part in parts(schema)]
    assert found == [
        "#", "#/properties/a", "#/properties/a/items/0", "#/properties/a/items/1", "#/properties/b~1c",
        "#/properties/b~1c/not", "#/anyOf/0", "#/$defs/d", "#/$defs/d/additionalProperties",
    ]  # fmt: skip
    tree = SchemaTree(schema)
    assert all(tree.target(pointer(part.path)) == part.path for part in tree.parts)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^a+$", "aaa", True),
        ("b", "abc", True),
        ("^b", "abc", False),
        (r"^\d{3}-\d{4}$", "555-1234", True),
        ("^(a+)+$", "a" * 10_000 + "b", False),
        ("(?=a)a", "a", None),
        ("(", "(", None),
        (r"^\p{Lu}", "Éa", True),
    ],
)
def test_a_pattern_is_matched_anywhere_and_in_linear_time(
    pattern: str, text: str, expected: bool | None
) -> None:
    """As JSON Schema wants it; None where it cannot be tried; and a classic bomb has no effect."""
    assert patterns.matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "extent"),
    [
        ("abc", (0, 1, 0)),
        ("a{3}b{2,7}", (7, 7, 0)),
        ("(a{3}){4}", (4, 12, 1)),
        ("((ab){2,10}c){5}", (10, 50, 2)),
        (r"\{9\}[{9}]\(", (0, 1, 0)),
        ("(a{3}|(b{5}){6}){2}", (6, 60, 2)),
        ("a{7,}", (7, 7, 0)),
        ("a{,7}", (0, 1, 0)),
        ("())){3}", (3, 3, 1)),
    ],
)
def test_the_size_of_a_pattern_is_counted(pattern: str, extent: tuple[int, int, int]) -> None:
    """The largest repeat, nested repeats multiplied, and the depth of groups; escapes and classes do not count."""
    found = patterns.extent(pattern)
    assert (found.repeats, found.in_all, found.depth) == extent


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=string.ascii_lowercase[:3] + "()[]{}^$\\|*+?.,-=!<>:bdw123", max_size=40))
def test_any_pattern_is_judged(pattern: str) -> None:
    """Whatever is given as a pattern gets an answer from every question about it."""
    assert isinstance(patterns.bomb(pattern), str)
    assert isinstance(patterns.too_hard(pattern), str)
    assert patterns.broken(pattern) in (True, False)
    assert patterns.matches(pattern, "abc 123") in (True, False, None)
    json.dumps(pattern)


@pytest.mark.parametrize(
    "pattern", [r"\\b", "[$^]", r"a\$b", r"\^a", "(?:a)", "(?P<x>a)", "(?i)a", "^a$", "$", "^"]
)
def test_what_only_looks_hard_is_not(pattern: str) -> None:
    """Escaped edges and anchors, classes, and groups without looking around are taken by the engine."""
    assert patterns.too_hard(pattern) == ""
