"""A schema and the Python written for it mean the same, to this reader and to pydantic itself.

Kept apart from the reading of pasted source: here the source is our own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from playground.schema.limits import check_schema
from playground.schema.python_source.python_text import docstring, is_docstring, literal
from playground.schema.python_source.reader import read_source
from playground.schema.python_source.writer import source_of
from tests.schema.bombs import HELD_AS_IT_IS
from tests.schema.class_sources import CLASSES
from tests.schema.importing import imported, own_schema
from tests.schema.sources import HEAD, TYPES
from tests.schema.strategies import SCHEMAS, VALUES

SOURCES = {**TYPES, **CLASSES}


def read(source: str) -> Any:
    """The schema of a source that has no problems."""
    reading = read_source(source)
    assert reading.problems == (), source
    return reading.schema


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.filterwarnings("ignore")
def test_pydantics_schemas_come_back_to_the_letter(name: str, tmp_path: Path) -> None:
    """Schema to Python to schema: the same text, whether this reader or pydantic reads the Python."""
    schema = read(HEAD + SOURCES[name])
    written = source_of(schema)
    assert json.dumps(read(written.text)) == json.dumps(schema)
    theirs = written.text.replace("EmailStr, ", "").replace("EmailStr", "str")  # wants another package
    assert json.dumps(own_schema(imported(theirs, tmp_path), written.root)) == json.dumps(schema)


@pytest.mark.parametrize("name", HELD_AS_IT_IS)
def test_schemas_of_any_origin_keep_their_meaning(name: str) -> None:
    """Also large and odd ones: the Python is read without a problem, and written again it stays the same."""
    written = source_of(HELD_AS_IT_IS[name])
    again = read(written.text)
    assert check_schema(again) == ()
    assert read(source_of(again).text) == again


@settings(max_examples=150, deadline=None)
@given(value=VALUES, schema=SCHEMAS)
def test_any_schema_keeps_its_meaning(value: Any, schema: Any) -> None:
    """A value fits the schema just when it fits what comes back from Python; a second time nothing changes."""
    whole = {"$defs": {"r": {"type": "string"}}, "type": "object", "properties": {"x": schema}}
    back = read(source_of(whole).text)
    if '"properties"' not in json.dumps(
        schema
    ):  # an object whose type was left open becomes one that must be one
        fits = Draft202012Validator(whole).is_valid({"x": value})
        assert Draft202012Validator(back).is_valid({"x": value}) == fits
    assert read(source_of(back).text) == back


ODD_KEYS = ["class", "copy", "_x", "model_config", "a b", "a-b", "1st", "", "größe", "x.y", "None"]
KEYS = st.one_of(st.sampled_from(ODD_KEYS), st.text(max_size=6))
TEXTS = st.text(max_size=30)
FIELDS = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "integer", "boolean"])},
    optional={
        "description": TEXTS,
        "title": TEXTS,
        "default": VALUES,
        "examples": st.lists(VALUES, max_size=2),
        "format": st.sampled_from(["date", "uri", "email", "x y"]),
        "x-mine": VALUES,
        "minimum": st.integers(0, 5),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, FIELDS, max_size=4), TEXTS, TEXTS, st.booleans(), st.data())
def test_names_texts_and_extras_survive(
    properties: dict[str, Any], title: str, description: str, closed: bool, data: st.DataObject
) -> None:
    """Any key, title, description, default and unknown keyword comes back as it was; only titles are added."""
    required = data.draw(st.lists(st.sampled_from([*properties, "other"]), unique=True, max_size=3))
    schema = {"type": "object", "properties": properties, "required": required, "title": title,
              "description": description, "additionalProperties": not closed}  # fmt: skip
    if check_schema(schema):
        return
    back = read(source_of(schema).text)
    titled = {
        key: {"title": key.title().replace("_", " ").strip(), **inner} for key, inner in properties.items()
    }
    assert back["properties"] == titled
    assert sorted(back.get("required", [])) == sorted(required)
    assert (back["title"], back.get("description", ""), back["additionalProperties"]) == (
        title,
        description,
        not closed,
    )


def test_keys_that_become_the_same_name_all_survive() -> None:
    """None is lost, whichever comes first, and a key that is a name already keeps it."""
    keys = (":", "", "2", "field", "field_2", "field_3")
    source = source_of({"type": "object", "properties": {key: {"type": "string"} for key in keys}}).text
    assert tuple(read(source)["properties"]) == keys
    assert "\n    field_2: str" in source and 'alias="field' not in source


def test_the_python_looks_as_one_would_write_it() -> None:
    """Imports that are used, inner classes first, plain types, defaults, and `Field` only where it says something."""
    schema = {
        "title": "Person",
        "description": "A person.",
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "born": {"type": "string", "format": "date", "description": "Day of birth."},
            "mood": {"enum": ["good", "bad"], "default": "good"},
            "address": {"title": "Address", "type": "object", "properties": {"city": {"type": "string"}}},
            "tags": {"type": "array", "items": {"type": "string"}},
            "boss": {"anyOf": [{"$ref": "#"}, {"type": "null"}], "default": None},
        },
        "required": ["name", "born"],
        "additionalProperties": False,
    }
    assert (
        source_of(schema).text
        == '''from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Address(BaseModel):
    city: str = Field(default_factory=lambda: None)


class Person(BaseModel):
    """A person."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    born: date = Field(description="Day of birth.")
    mood: Literal["good", "bad"] = "good"
    address: Address = Field(default_factory=lambda: None)
    tags: list[str] = Field(default_factory=list)
    boss: Person | None = None
'''
    )


def test_what_python_has_no_type_for_stands_as_json_and_is_said() -> None:
    """`not`, untyped limits and unknown combinations are kept word for word, each with its place."""
    schema = {
        "type": "object",
        "properties": {"a": {"not": {"type": "null"}}, "b": {"minLength": 2}, "c": {"type": "integer"}},
        "required": ["a", "b", "c"],
    }
    written = source_of(schema)
    assert [problem.pointer for problem in written.as_json] == ["#/properties/a", "#/properties/b"]
    assert 'a: Annotated[Any, WithJsonSchema({"not": {"type": "null"}})]' in written.text
    back = read(written.text)["properties"]
    assert back["a"] == {"not": {"type": "null"}, "title": "A"} and back["b"] == {
        "minLength": 2,
        "title": "B",
    }


def test_a_reference_within_json_is_followed() -> None:
    """A class that only JSON refers to is still among the definitions, under the name it got."""
    inner = {"type": "object", "properties": {"x": {"type": "string"}}}
    schema = {
        "$defs": {"my inner": inner},
        "type": "object",
        "properties": {"a": {"not": {"$ref": "#/$defs/my%20inner"}}},
        "required": ["a"],
    }
    back = read(source_of(schema).text)
    assert back["properties"]["a"]["not"] == {"$ref": "#/$defs/MyInner"}
    assert back["$defs"]["MyInner"]["properties"]["x"]["type"] == "string"


def test_a_class_is_never_named_like_what_the_source_uses() -> None:
    """Definitions called Field or list get other names, and keep their meaning."""
    inner = {"type": "object", "properties": {"x": {"type": "string", "minLength": 1}}}
    names = ("Field", "list", "Optional", "None", "class", "BaseModel")
    refs = {f"p{i}": {"$ref": f"#/$defs/{name}"} for i, name in enumerate(names)}
    schema = {
        "$defs": {name: {**inner, "title": name} for name in names},
        "type": "object",
        "properties": refs,
    }
    back = read(source_of(schema).text)
    titles = [
        back["$defs"][one["$ref"].removeprefix("#/$defs/")]["title"] for one in back["properties"].values()
    ]
    assert titles == list(names)
    assert not set(names) & set(back["$defs"])


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "string", "minLength": 2},
        {"enum": ["a", "b"]},
        {"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "Either."},
        {"$defs": {"T": {"type": "array", "items": {"$ref": "#/$defs/T"}}}, "$ref": "#/$defs/T"},
    ],
)
def test_a_root_that_is_no_object_becomes_a_root_model(schema: dict[str, Any], tmp_path: Path) -> None:
    """Lists, texts, choices and unions at the root keep their meaning, for pydantic as well."""
    written = source_of(schema)
    assert "(RootModel):" in written.text
    back = read(written.text)
    assert back == own_schema(imported(written.text, tmp_path), written.root)
    values: tuple[object, ...] = ("a", "abc", ["a"], [[]], 3, {})
    for value in values:
        assert Draft202012Validator(back).is_valid(value) == Draft202012Validator(schema).is_valid(value)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)


@settings(max_examples=200, deadline=None)
@given(st.recursive(SCALARS, lambda i: st.one_of(st.lists(i), st.dictionaries(st.text(), i)), max_leaves=8))
def test_any_value_is_written_as_python_reads_it(value: Any) -> None:
    """Any JSON value as a default comes back as itself."""
    json.dumps(value).encode()
    schema = read(f"class A(BaseModel):\n    x: Any = {literal(value)}\n")
    assert schema["properties"]["x"]["default"] == value


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab \"\n\\\t\u2028'", max_size=12))
def test_a_docstring_is_only_used_where_it_keeps_its_text(text: str) -> None:
    """Quotes, backslashes, blanks at the ends and odd characters: either it comes back, or it is not a docstring."""
    if is_docstring(text):
        assert read(f"class A(BaseModel):\n{docstring(text)}\n    x: int\n")["description"] == text
