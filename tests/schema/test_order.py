"""A schema takes the order of what is begun, however deep and through references, and keeps its meaning.

Kept apart from the grammars, which only need the outcome.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.schema.property_order import MOST_FOLLOWED, in_order

REF = {"$ref": "#/$defs/node"}
NODE = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}


def tree(**properties: Any) -> dict[str, Any]:
    """A schema whose properties may refer to a node of a and b."""
    return {"type": "object", "properties": properties, "$defs": {"node": NODE}}


@pytest.mark.parametrize(
    ("schema", "begun", "path"),
    [
        (tree(x=NODE), {"x": {"b": "1"}}, ("x",)),
        (tree(x=REF), {"x": {"b": "1"}}, ("x",)),
        (tree(x={**REF, "description": "one"}), {"x": {"b": "1"}}, ("x",)),
        (tree(x={"type": "array", "items": REF}), {"x": [{"b": "1", "a": ""}, {"b": ""}]}, ("x", "items")),
        (tree(x={"type": "array", "items": REF}), {"x": [{}, {"b": ""}]}, ("x", "items")),
        (tree(x={"anyOf": [REF, {"type": "null"}]}), {"x": {"b": "1"}}, ("x", "anyOf", 0)),
        ({**REF, "$defs": {"node": NODE}}, {"b": "1"}, ()),
    ],
    ids=["object", "reference", "described", "items", "an empty item first", "optional", "root"],
)
def test_what_has_come_comes_first(schema: dict[str, Any], begun: Any, path: tuple[str | int, ...]) -> None:
    """There, and nowhere else: what a reference leads to stays as it is for others."""
    ordered: Any = in_order(schema, begun)
    assert ordered["$defs"] == schema["$defs"] and list(ordered["$defs"]["node"]["properties"]) == ["a", "b"]
    at = ordered["properties"][path[0]] if path else ordered
    for step in path[1:]:
        at = at[step]
    assert list(at["properties"]) == ["b", "a"] and at["properties"] == NODE["properties"]


@pytest.mark.parametrize(
    "schema",
    [
        tree(x={**REF, "properties": {"c": True}}),
        tree(x={"$ref": "#/$defs/gone"}),
        tree(x={"anyOf": [REF, NODE]}),
        tree(x=True),
        {**tree(x=REF), "$defs": {"node": {**NODE, "$id": "http://elsewhere/"}}},
    ],
    ids=["merged", "dangling", "several ways", "anything", "a base of its own"],
)
def test_what_could_change_its_meaning_stays(schema: dict[str, Any]) -> None:
    """Such a schema is as it was."""
    assert in_order(schema, {"x": {"b": "1", "a": "2"}}) == schema


def test_references_in_a_circle_end() -> None:
    """To themselves, or along a document as deep as they are: the schema stays small."""
    circle = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
    assert in_order(circle, {"a": 1})
    begun: Any = {}
    for _ in range(150):
        begun = {"b": begun, "a": begun and {}}
    deep = {"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}}
    assert len(json.dumps(in_order(deep, begun))) < 200 * MOST_FOLLOWED
