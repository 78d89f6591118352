"""Null where something may be left out: what the strict subset asks for, and what is read from it.

Kept apart from the check because the schema of the user's own has the last word: only a null that it does not allow,
for a property that it does not require, stands for one that was left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from playground.schema.tree import Path, Schema, SchemaTree
from playground.schema.validation import Conformity, Parts, conformity, violations

MOST_STEPS: Final = 10_000
"""Values that are looked at in one answer, each by every choice of a union; what comes behind them stays as it is."""
_UNIONS: Final = ("anyOf", "oneOf")


def is_filled(schema: Schema, sent: Mapping[str, Any], key: str) -> bool:
    """Whether null was asked for where `schema` lets leave out: `sent`, which has its own under `key`, is strict."""
    return sent.get("strict") is True and sent.get(key) != schema


def conformity_filled(text: str, schema: Schema) -> Conformity:
    """As `conformity`, for an answer that has null where something is left out; its value is without those."""
    found = conformity(text, schema)
    if found.fits or found.gave_up or not found.is_json:
        return found
    around = tuple(violation for violation in found.violations if not violation.keyword)
    again = violations(without_fill(found.value, schema), schema)
    return replace(again, violations=(*around, *again.violations))


def without_fill(value: Any, schema: Schema) -> Any:
    """A value without the nulls that stand for what was left out.

    >>> without_fill({"a": None}, {"properties": {"a": {"type": "string"}}})
    {}
    """
    try:
        return _Emptying(schema).of(value, ())
    except RecursionError:  # a schema that refers to itself without end, or an answer that nests so
        return value


class _Emptying:
    """Goes along a value and the schema that it was written by."""

    def __init__(self, schema: Schema) -> None:
        self._tree = SchemaTree(schema)
        self._parts = Parts(self._tree)
        self._steps = MOST_STEPS

    def of(self, value: Any, path: Path) -> Any:
        """A value without such nulls, by the part of the schema at `path`."""
        schema = self._tree.at(path)
        if not isinstance(value, (dict, list)) or not isinstance(schema, Mapping) or not self._steps:
            return value
        self._steps -= 1
        if (target := self._tree.target(schema.get("$ref"), path)) is not None:
            value = self.of(value, target)
        if isinstance(schema.get("allOf"), list):
            for place in range(len(schema["allOf"])):
                value = self.of(value, (*path, "allOf", place))
        value = (
            self._list(value, schema, path) if isinstance(value, list) else self._object(value, schema, path)
        )
        return self._of_union(value, schema, path)

    def _list(self, value: list[Any], schema: Schema, path: Path) -> list[Any]:
        places = schema.get("prefixItems")
        places = places if isinstance(places, list) else ()
        rest = (*path, "items")
        return [
            self.of(item, (*path, "prefixItems", at))
            if at < len(places)
            else self.of(item, rest)
            if "items" in schema
            else item
            for at, item in enumerate(value)
        ]

    def _object(self, value: dict[str, Any], schema: Schema, path: Path) -> dict[str, Any]:
        properties, required = schema.get("properties"), schema.get("required")
        properties = properties if isinstance(properties, Mapping) else {}
        required = required if isinstance(required, list) else ()
        kept = {}
        for name, inner in value.items():
            where = (*path, "properties", name)
            if inner is not None or name not in properties:
                kept[name] = self.of(inner, where) if name in properties else inner
            elif name in required or self._parts.fits(None, where) is not False:
                kept[name] = None
        return kept

    def _of_union(self, value: Any, schema: Schema, path: Path) -> Any:
        """By the first choice that the value then fits; as it is where it fits none."""
        for keyword in _UNIONS:
            choices = schema.get(keyword)
            for place in range(len(choices)) if isinstance(choices, list) else ():
                found = self.of(value, (*path, keyword, place))
                if self._parts.fits(found, (*path, keyword, place)):
                    return found
        return value
