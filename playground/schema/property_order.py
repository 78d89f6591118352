"""The properties of a schema in the order in which a document that is only begun has them.

A grammar engine takes an object's properties in the order of their schema and in no other, while people begin a
document as they like.
"""

from __future__ import annotations

from typing import Any, Final

from playground.schema.tree import Schema, SchemaTree

MOST_FOLLOWED: Final = 64
"""References that are replaced by what they lead to: each makes the schema larger."""

_ANNOTATIONS: Final = frozenset({"title", "description", "default", "examples"})
_OF_ITS_PLACE: Final = frozenset({"$defs", "definitions"})
_NAMES: Final = frozenset({"$id", "$anchor"})
_UNIONS: Final = ("anyOf", "oneOf")


def in_order(schema: Schema, begun: Any) -> Schema:
    """The same schema, its properties in the order of `begun` as far as that goes.

    >>> in_order({"properties": {"a": True, "b": True}}, {"b": 1})
    {'properties': {'b': True, 'a': True}}
    """
    ordered: Schema = _Order(SchemaTree(schema)).of(schema, begun)
    return ordered


class _Order:
    """Goes along what has begun, and through the references that lead there."""

    def __init__(self, tree: SchemaTree) -> None:
        self._tree = tree
        self._left = MOST_FOLLOWED

    def of(self, schema: Any, begun: Any) -> Any:
        """A schema within the tree, in the order of the value that has begun there."""
        if not isinstance(schema, dict) or not isinstance(begun, (dict, list)):
            return schema
        schema = self._followed(schema)
        if isinstance(begun, list):
            items = schema.get("items")
            return (
                {**schema, "items": self.of(items, _together(begun))} if isinstance(items, dict) else schema
            )
        properties = schema.get("properties")
        if isinstance(properties, dict):
            come = {name: self.of(properties[name], begun[name]) for name in begun if name in properties}
            return {
                **schema,
                "properties": {**come, **{n: p for n, p in properties.items() if n not in come}},
            }
        return self._in_union(schema, begun)

    def _followed(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What a reference leads to, with what stands beside it, where that changes nothing of the meaning."""
        path = self._tree.target(schema.get("$ref"))
        target = None if path is None else self._tree.at(path)
        if not isinstance(target, dict) or not self._left or _NAMES & target.keys():
            return schema
        target = {keyword: value for keyword, value in target.items() if keyword not in _OF_ITS_PLACE}
        beside = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        if not _ANNOTATIONS.issuperset(target.keys() & beside.keys()):
            return schema
        self._left -= 1
        return self._followed({**target, **beside})

    def _in_union(self, schema: dict[str, Any], begun: Any) -> dict[str, Any]:
        """The one way of a union that is not null, as an optional object has it; of several none is known yet."""
        for keyword in _UNIONS:
            ways = schema.get(keyword)
            if isinstance(ways, list) and sum(way != {"type": "null"} for way in ways) == 1:
                return {**schema, keyword: [self.of(way, begun) for way in ways]}
        return schema


def _together(items: list[Any]) -> Any:
    """The items of a list as one value: they share a schema, and so one order, that in which their names came."""
    together: dict[str, Any] = {}
    for item in items:
        for name, value in item.items() if isinstance(item, dict) else ():
            together.setdefault(name, value)
    return together or (items[0] if items else None)
