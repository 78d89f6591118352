"""A class means exactly its fields: given in Python, pasted as source, or as the hints of a function.

Kept apart from the reading of classes because this is what is made of pydantic's own schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from playground.functions.from_python import tool_of
from playground.schema.closed import closed, schema_of_class
from playground.schema.tree import parts
from playground.schema.validation import violations
from playground.schema.views import views_of_source


class Inner(BaseModel):
    """A class within another."""

    a: int


class Open(BaseModel):
    """One that says that it may hold more."""

    model_config = ConfigDict(extra="allow")
    a: int


@dataclass
class Plain:
    """A dataclass."""

    a: int


class Typed(TypedDict):
    """A typed dictionary."""

    a: int


INNER = {"a": 1}
MORE = {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("kind", "fits", "misfit"),
    [
        (Inner, INNER, MORE),
        (list[Inner], [INNER], [INNER, MORE]),
        (tuple[Inner, int], [INNER, 1], [MORE, 1]),
        (Inner | None, None, MORE),
        (dict[str, Inner], {"x": INNER}, {"x": MORE}),
        (Plain, INNER, MORE),
        (Typed, INNER, MORE),
        (dict[Annotated[str, Field(pattern="^a$")], int], {"a": 1}, {"b": 1}),
    ],
)
def test_an_object_of_fields_is_closed_wherever_it_stands(kind: Any, fits: Any, misfit: Any) -> None:
    """In a field, a list, a tuple, a union and a dict; as a class, a dataclass and a typed dictionary."""
    schema = closed(TypeAdapter(kind).json_schema())
    assert not violations(fits, schema).violations
    assert violations(misfit, schema).violations


@pytest.mark.parametrize("kind", [Open, dict[str, int], dict, dict[str, Any], Any, list[dict[str, int]]])
def test_what_is_meant_to_be_open_stays_open(kind: Any) -> None:
    """extra="allow", and every dict: their schema is pydantic's own."""
    schema = TypeAdapter(kind).json_schema()
    assert closed(schema) == schema


@pytest.mark.parametrize("beside", ["allOf", "if", "$ref", "additionalProperties", "anyOf"])
def test_an_object_that_others_look_at_too_stays_open(beside: str) -> None:
    """Closed each for itself, the parts of one object would shut out each other's fields."""
    object_of_a = {"properties": {"a": True}}
    schema = {**object_of_a, beside: {"allOf": [object_of_a], "anyOf": [True]}.get(beside, True)}
    assert closed(schema) == schema


def test_three_ways_in_mean_the_same() -> None:
    """The class itself, its source, and a function that takes it close the same objects."""
    source = "class Inner(BaseModel):\n    a: int\n\nclass Outer(BaseModel):\n    inner: Inner\n"

    class Outer(BaseModel):
        inner: Inner

    def function(inner: Inner) -> str:
        """Takes one."""
        return str(inner)

    pasted = views_of_source(source).schema
    schemas = [schema_of_class(Outer), pasted, tool_of(function)["function"]["parameters"]]
    for schema in schemas:
        objects = [p.schema for p in parts(schema) if isinstance(p.schema, dict) and "properties" in p.schema]
        assert [one["additionalProperties"] for one in objects] == [False, False]


def test_a_discriminated_union_stays_one() -> None:
    """Closing its members changes nothing else of pydantic's schema."""

    class Cat(BaseModel):
        kind: Literal["cat"]

    class Dog(BaseModel):
        kind: Literal["dog"]

    class Home(BaseModel):
        pet: Annotated[Cat | Dog, Field(discriminator="kind")]

    own, made = Home.model_json_schema(), schema_of_class(Home)
    assert made["properties"] == own["properties"]
    assert made["$defs"]["Cat"] == {**own["$defs"]["Cat"], "additionalProperties": False}
