"""A form shows a schema row by row, loses nothing of it, and says of every faulty row what is wrong.

Kept apart from the Python source, the other view of a schema.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from playground.schema.form.form import EMPTY, ROW_TYPES, Form, Row
from playground.schema.form.reading import MOST_ROWS, form_of
from playground.schema.form.writing import schema_of
from playground.schema.limits import check_schema
from playground.schema.python_source.reader import read_source
from playground.schema.python_source.writer import source_of
from tests.schema.bombs import HELD_AS_IT_IS
from tests.schema.class_sources import CLASSES
from tests.schema.sources import HEAD, TYPES
from tests.schema.strategies import SCHEMAS, VALUES

SOURCES = {**TYPES, **CLASSES}
PERSON = {
    "title": "Person",
    "description": "A person.",
    "type": "object",
    "properties": {
        "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": 9,
            "pattern": "^[A-Z]",
            "description": "Full name.",
        },
        "age": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "default": None},
        "mood": {"enum": ["good", "bad"], "type": "string"},
        "tags": {
            "type": "array",
            "items": {"type": "string", "format": "email"},
            "maxItems": 3,
            "uniqueItems": True,
        },
        "home": {"$ref": "#/$defs/Home"},
        "old": {"type": "array", "items": {"$ref": "#/$defs/Home"}},
        "odd": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    },
    "required": ["name", "home"],
    "additionalProperties": False,
    "$defs": {"Home": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}


def form(schema: Any) -> Form:
    """The form of a schema that has one."""
    reading = form_of(schema)
    assert reading is not None
    return reading.form


def schema(of: Form) -> Any:
    """The schema of a form without faults."""
    written = schema_of(of)
    assert written.problems == ()
    return written.schema


def test_a_form_shows_one_row_for_each_property() -> None:
    """Types, lists, null, lengths, choices, nested objects and what only JSON can show, in order."""
    found = form(PERSON)
    assert (found.name, found.description, found.closed) == ("Person", "A person.", True)
    assert [row.place for row in found.rows] == [
        "name",
        "age",
        "mood",
        "tags",
        "home",
        "home.city",
        "old",
        "old.city",
        "odd",
    ]
    name, age, mood, tags, home, city, old, _, odd = found.rows
    assert (name.type, name.required, name.minimum, name.maximum, name.pattern) == (
        "text",
        True,
        1,
        9,
        "^[A-Z]",
    )
    assert (age.type, age.nullable, age.required, age.default, age.minimum) == (
        "whole number",
        True,
        False,
        "null",
        0,
    )
    assert (mood.type, mood.choices) == ("choice", ("good", "bad"))
    assert (tags.type, tags.many, tags.format, tags.most_items) == ("text", True, "email", 3)
    assert tags.more_of_list == '{"uniqueItems": true}'
    assert (home.type, home.many, city.path, city.required) == ("object", False, ("home", "city"), True)
    assert (old.type, old.many) == ("object", True)
    assert (odd.type, json.loads(odd.more)) == ("JSON", PERSON["properties"]["odd"])  # type: ignore[index]


def test_what_a_form_cannot_show_is_said() -> None:
    """The row of JSON is named with the reason."""
    reading = form_of(PERSON)
    assert reading is not None
    assert [str(problem) for problem in reading.as_json] == [
        "#/odd: odd is shown as JSON: it can be of several types. Edit its JSON."
    ]


def test_the_way_back_gives_the_same_schema_with_references_replaced() -> None:
    """All else is equal to the letter."""
    home = PERSON["$defs"]["Home"]  # type: ignore[index]
    expected = json.loads(json.dumps(PERSON).replace('{"$ref": "#/$defs/Home"}', json.dumps(home)))
    del expected["$defs"]
    assert schema(form(PERSON)) == expected


@pytest.mark.parametrize("name", SOURCES)
def test_pydantics_schemas_keep_their_meaning(name: str) -> None:
    """Without references they come back equal; with them, the form of what comes back is the same form."""
    given = read_source(HEAD + SOURCES[name]).schema
    assert given is not None
    if name == "root model at the root":
        assert form_of(given) is None
        return
    back = schema(form(given))
    assert form(back) == form(given)
    if '"$ref"' not in json.dumps(given):
        assert back == given


@settings(max_examples=300, deadline=None)
@given(value=VALUES, inner=SCHEMAS)
def test_any_schema_keeps_its_meaning(value: Any, inner: Any) -> None:
    """A value fits the schema just when it fits the schema of its form."""
    whole = {
        "$defs": {"r": {"type": "string"}},
        "type": "object",
        "properties": {"x": inner},
        "required": ["x"],
    }
    if check_schema(whole):
        return
    back = schema(form(whole))
    assert Draft202012Validator(back).is_valid({"x": value}) == Draft202012Validator(whole).is_valid(
        {"x": value}
    )
    assert form(back) == form(whole)


@pytest.mark.parametrize("name", HELD_AS_IT_IS)
def test_large_and_odd_schemas_have_a_form_or_none(name: str) -> None:
    """Trees, doubling references and hundreds of properties: never too many rows, and nothing lost."""
    reading = form_of(HELD_AS_IT_IS[name])
    if reading is not None:
        assert len(reading.form.rows) <= MOST_ROWS + 400
        assert check_schema(schema(reading.form)) == () or name == "a tree of choices"


@pytest.mark.parametrize(
    "other", [{"type": "array", "items": {}}, {"type": "string"}, {"anyOf": [{}]}, {"enum": [1]}]
)
def test_what_is_not_about_one_object_has_no_form(other: Any) -> None:
    """Lists, texts and unions at the root are said to have none."""
    assert form_of({"type": "string", **other} if "enum" in other else other) is None


def test_a_schema_that_doubles_stays_small() -> None:
    """References that name one another twice end in rows of JSON, soon."""
    levels = {
        f"n{i}": {"type": "object", "properties": {key: {"$ref": f"#/$defs/n{i + 1}"} for key in "ab"}}
        for i in range(25)
    }
    doubled = {"$defs": {**levels, "n25": {"type": "string"}}, "$ref": "#/$defs/n0"}
    reading = form_of(doubled)
    assert reading is not None and len(reading.form.rows) < 2 * MOST_ROWS + 100
    assert any("more than 500 rows" in problem.what for problem in reading.as_json)


def test_the_three_views_stay_in_step() -> None:
    """Form to schema to Python to schema to form: the same rows, for every type of row."""
    rows = (
        Row(("word",), "text", description="A word.", minimum=1, maximum=20, pattern="^a"),
        Row(("count",), "whole number", required=False, minimum=0, maximum=9, default="3"),
        Row(("share",), "number", nullable=True, minimum=0.5),
        Row(("sure",), "yes or no"),
        Row(("kind",), "choice", choices=("a", "b")),
        Row(("home",), "object", description="Where."),
        Row(("home", "city"), "text"),
        Row(("friends",), "object", many=True, most_items=5),
        Row(("friends", "name"), "text"),
        Row(("rest",), "anything", required=False, default="null"),
        Row(("odd",), "JSON", more='{"anyOf": [{"type": "string"}, {"type": "integer"}]}'),
    )
    first = Form("Answer", "What is said.", True, rows)
    assert {row.type for row in rows} == set(ROW_TYPES)
    python = source_of(schema(first)).text
    reading = read_source(python)
    assert reading.schema is not None
    again = form(reading.schema)
    untitled = tuple(
        replace(row, title="", more=row.more if row.type == "JSON" else "")
        for row in again.rows
    )  # fmt: skip
    assert untitled[:-1] == rows[:-1] and again.rows[-1].type == "JSON"
    assert schema(again) == schema(form(schema(again)))


ROW = Row(("a",))


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ((Row(()),), "A row has no name."),
        ((ROW, ROW), "a occurs twice."),
        ((Row(("a", "b")),), "a.b stands below no object."),
        ((ROW, Row(("a", "b"))), "a.b stands below no object."),
        ((replace(ROW, type="choice"),), "a has no choices."),
        ((replace(ROW, more="{"),), "The column more holds no JSON object."),
        ((replace(ROW, more="[1]"),), "The column more holds no JSON object."),
        ((replace(ROW, many=True, more_of_list="3"),), "The column more of the list holds no JSON object."),
        ((replace(ROW, default="so"),), "The default so is no JSON."),
        ((replace(ROW, minimum=float("nan")),), "minLength of a is no number."),
        ((replace(ROW, type="JSON", more="nope"),), "The column more holds no JSON object."),
        (tuple(Row(("a",) * n, "object") for n in range(1, 18)), "nested deeper than 15 objects."),
    ],
)
def test_a_faulty_row_is_named(rows: tuple[Row, ...], what: str) -> None:
    """Each fault has its sentence, the row's place and a next step; there is no schema then."""
    written = schema_of(Form(rows=rows))
    assert written.schema is None
    assert what in written.problems[0].what and written.problems[0].next_step
    assert len(written.problems) == 1 or len(rows) > 10


def test_a_new_form_is_a_schema_already() -> None:
    """The page can begin with it."""
    assert schema(EMPTY)["properties"] == {"answer": {"type": "string"}}
    assert check_schema(schema(EMPTY)) == ()


CELLS = st.builds(
    Row,
    path=st.lists(st.sampled_from(["a", "b", "", "x.y", "ä"]), max_size=3).map(tuple),
    type=st.sampled_from(ROW_TYPES),
    many=st.booleans(),
    nullable=st.booleans(),
    minimum=st.sampled_from([None, 0, 1.5, -1]),
    choices=st.lists(st.sampled_from(["a", 1, None, True, 0.5]), max_size=2).map(tuple),
    default=st.sampled_from(["", "1", "x", "[", "null"]),
    more=st.sampled_from(["", "{}", '{"x": 1}', "[]", "true", "nope"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CELLS, max_size=5))
def test_any_disorder_of_rows_is_answered(rows: list[Row]) -> None:
    """Whatever a page makes of the rows: a schema that can be read back, or problems."""
    written = schema_of(Form(rows=tuple(rows)))
    assert (written.schema is None) == bool(written.problems)
    if written.schema is not None:
        assert form_of(written.schema) is not None
