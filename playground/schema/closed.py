"""What a class means: exactly its fields, at every level, unless it says `extra="allow"`.

A class comes in three ways (given in Python, pasted as source, as the hints of a function), and must mean the same in
each. pydantic's own schema leaves objects open, since it passes over what a document has beside its fields; a grammar
of that schema lets a small model invent fields until max_tokens ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from playground.schema.tree import LISTED, NAMED, ONE, SAME_VALUE, Schema

_ALL_AT_ONCE: Final = SAME_VALUE - {"anyOf", "oneOf"}
"""Keywords whose schemas look at the same object: each closed, they would shut out the fields of the others."""
_SPOKEN: Final = SAME_VALUE | {"additionalProperties", "unevaluatedProperties", "$ref"}
"""Keywords beside which an object stays as it is: it says itself what else it may hold, or others say more of it."""


def schema_of_class(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a Pydantic class, closed. Raises PydanticUserError where no JSON Schema can say it."""
    return closed(model.model_json_schema())


def closed(schema: Schema) -> dict[str, Any]:
    """A schema that pydantic made of classes, with `additionalProperties: false` wherever it says nothing of them.

    A `dict[...]` says what its values are, and stays open.

    >>> closed({"properties": {"a": {"additionalProperties": True}}})
    {'properties': {'a': {'additionalProperties': True}}, 'additionalProperties': False}
    """
    within = {keyword: _within(keyword, value) for keyword, value in schema.items()}
    has_fields = isinstance(schema.get("properties"), Mapping) or isinstance(
        schema.get("patternProperties"), Mapping
    )
    return within if not has_fields or _SPOKEN & schema.keys() else {**within, "additionalProperties": False}


def _within(keyword: str, value: Any) -> Any:
    """The schemas below a keyword, closed; those of which a value must fit several at once stay as they are."""
    if keyword in _ALL_AT_ONCE:
        return value
    if keyword in NAMED and isinstance(value, Mapping):
        return {name: closed(inner) if isinstance(inner, Mapping) else inner for name, inner in value.items()}
    if keyword in LISTED and isinstance(value, (list, tuple)):
        return [closed(inner) if isinstance(inner, Mapping) else inner for inner in value]
    return closed(value) if keyword in ONE and isinstance(value, Mapping) else value
