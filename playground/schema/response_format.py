"""response_format: from what a user may give to OpenAI's form, and the schema that it asks for.

Five dialects are in use, and a wrong one is often answered with HTTP 200 and the schema quietly lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, PydanticUserError

from playground.errors import InvalidRequest, Problem
from playground.schema.closed import schema_of_class
from playground.schema.left_out import is_filled
from playground.value_types import ResponseFormat

FORMS: Final = frozenset({"text", "json_object", "json_schema", "json", "regex", "grammar", "structural_tag"})
"""Values of "type" that name a form of response_format on some server; with any other it is a JSON Schema."""
_OF_TGI: Final = frozenset({"json", "json_object"})


def openai_form(value: Any) -> dict[str, Any]:
    """OpenAI's `{"type": ...}` form of a Pydantic class, a bare JSON Schema, TGI's form, or that form itself.

    Raises InvalidRequest for a class that no JSON Schema can describe.

    >>> openai_form({"type": "object", "title": "Pet"})["json_schema"]["name"]
    'Pet'
    """
    if (model := ResponseFormat.model_of(value)) is not None:
        form = _named(_schema_of_class(model), model.__name__)
        beside = {} if value is model else {n: v for n, v in value["json_schema"].items() if n != "schema"}
        return {**form, "json_schema": {**form["json_schema"], **beside}}
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in FORMS:
        return _named(value, value.get("title"))
    inner = value.get("value")
    if kind in _OF_TGI and isinstance(inner, Mapping):
        return _named(inner, inner.get("title"))
    return _with_name(value)


def _schema_of_class(model: type[BaseModel]) -> dict[str, Any]:
    try:
        return schema_of_class(model)
    except PydanticUserError as error:
        allowed = f"a Pydantic model that has a JSON Schema ({error.message})"
        raise InvalidRequest([Problem("response_format", model.__name__, allowed)]) from error


def _with_name(value: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAI's own form, with the name that it demands where the user left it out."""
    inner = value.get("json_schema")
    if value.get("type") != "json_schema" or not isinstance(inner, Mapping) or inner.get("name"):
        return dict(value)
    schema = inner.get("schema")
    title = schema.get("title") if isinstance(schema, Mapping) else ""
    return {**value, "json_schema": {"name": _name(title), **inner}}


def _named(schema: Mapping[str, Any], title: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": _name(title), "schema": dict(schema)}}


def _name(title: Any) -> str:
    """A name has at most 64 letters, digits, dashes and underscores (OpenAI's and OpenRouter's API reference)."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", str(title or "answer"))[:64]


def schema_of(value: Any) -> Mapping[str, Any] | None:
    """The JSON Schema that a response_format asks for; None for plain text, and {} for any JSON object."""
    form = openai_form(value)
    if form["type"] == "json_schema":
        schema: Mapping[str, Any] = form["json_schema"]["schema"]
        return schema
    if form["type"] == "json_object":
        found = form.get("schema")
        return found if isinstance(found, Mapping) else {"type": "object"}
    return None


def is_filled_by(value: Any, body: Mapping[str, Any]) -> bool:
    """Whether `body`, which was made of this response_format, asks for null where its schema lets leave out."""
    sent = body.get("response_format")
    named = sent.get("json_schema") if isinstance(sent, Mapping) else None
    return isinstance(named, Mapping) and is_filled(schema_of(value) or {}, named, "schema")
