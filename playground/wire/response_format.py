"""response_format: from what a user may give to OpenAI's form, and from there to each server's dialect.

Kept apart because five dialects are in use, and a wrong one is often answered with HTTP 200 and the schema
quietly lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, PydanticUserError

from playground.chat import ChatRequest
from playground.errors import InvalidRequest, Problem
from playground.wire.rules import Withhold

FORMS: Final = frozenset({"text", "json_object", "json_schema", "json", "regex", "grammar", "structural_tag"})
"""Values of "type" that name a form of response_format on some server; with any other it is a JSON Schema."""
_OF_TGI: Final = frozenset({"json", "json_object"})


def openai_form(value: Any) -> dict[str, Any]:
    """OpenAI's `{"type": ...}` form of a Pydantic class, a bare JSON Schema, TGI's form, or that form itself.

    Raises InvalidRequest for a class that no JSON Schema can describe.

    >>> openai_form({"type": "object", "title": "Pet"})["json_schema"]["name"]
    'Pet'
    """
    if isinstance(value, type) and issubclass(value, BaseModel):
        return _named(_schema_of_class(value), value.__name__)
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in FORMS:
        return _named(value, value.get("title"))
    inner = value.get("value")
    if kind in _OF_TGI and isinstance(inner, Mapping):
        return _named(inner, inner.get("title"))
    return _with_name(value)


def _schema_of_class(model: type[BaseModel]) -> dict[str, Any]:
    try:
        return model.model_json_schema()
    except PydanticUserError as error:
        allowed = f"a Pydantic model that has a JSON Schema ({error.message})"
        raise InvalidRequest([Problem("response_format", model.__name__, allowed)]) from error


def _with_name(value: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAI's own form, with the name that it demands where the user left it out."""
    inner = value.get("json_schema")
    if value.get("type") != "json_schema" or not isinstance(inner, Mapping) or inner.get("name"):
        return dict(value)
    return {**value, "json_schema": {"name": "answer", **inner}}


def _named(schema: Mapping[str, Any], title: Any) -> dict[str, Any]:
    """A name has at most 64 letters, digits, dashes and underscores (OpenAI's and OpenRouter's API reference)."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", str(title or "answer"))[:64]
    return {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema)}}


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


def as_openai(request: ChatRequest) -> Mapping[str, Any]:
    """OpenAI's form, as OpenRouter, the HuggingFace router, vLLM and llama.cpp read it."""
    return {"response_format": openai_form(request.parameters["response_format"])}


def as_tgi(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """TGI's `{"type": "json", "value": schema}`; it has no free JSON mode and no schema beside tools.

    Source: text-generation-inference router/src/lib.rs (GrammarType) and validation.rs.
    """
    form = openai_form(request.parameters["response_format"])
    if form["type"] == "text":
        return Withhold("Text is what TGI answers anyway, and it knows no such type.")
    if request.parameters.get("tools") and request.parameters.get("tool_choice") != "none":
        return Withhold("TGI uses one grammar at a time, and the tools take it.")
    if form["type"] == "json_object" and not form.get("schema"):
        return Withhold("TGI has no free JSON mode: give a JSON Schema.")
    schema = schema_of(form)
    return {"response_format": form if schema is None else {"type": "json", "value": schema}}
