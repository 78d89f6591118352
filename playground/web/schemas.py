"""The page's requests about shapes and calls: read one in three ways, check an answer, let a built-in function answer.

Kept apart from the streaming because nothing here asks a model: what was pasted is read, and never run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.errors import InvalidRequest
from playground.events import ToolCall
from playground.functions import examples
from playground.functions.builtin_tools import BUILTIN_TOOLS, run
from playground.functions.tool_calls import CheckedCall, check_call, cut_off, refusal, with_ids
from playground.schema.form.form import EMPTY, ROW_TYPES, Form
from playground.schema.left_out import conformity_filled
from playground.schema.partial_json import document_in
from playground.schema.response_format import is_filled_by, schema_of
from playground.schema.tree import Schema
from playground.schema.validation import Conformity, conformity
from playground.schema.views import Views, views_of_form, views_of_schema, views_of_source
from playground.schema.violation import Violation
from playground.web.page_request import read_json
from playground.web.safe_integers import unrounded

_FORM: Final = TypeAdapter(Form)
_NOT_OURS: Final = "This request is not what the page sends."

Answering = Callable[[Mapping[str, Any]], dict[str, Any]]


def structure_routes() -> list[BaseRoute]:
    """`shelf` (GET); `shape`, `check` and `call` (POST), each with one JSON object for one."""
    answering: Mapping[str, Answering] = {"shape": _shape, "check": _check, "call": _call}
    routes: list[BaseRoute] = [
        Route(f"/playground/{name}", _route(function), methods=["POST"])
        for name, function in answering.items()
    ]
    return [Route("/playground/shelf", _shelf), *routes]


def _route(function: Answering) -> Callable[[Request], Any]:
    """`function` as a route; in a thread, since a long source takes a while to read."""

    async def route(request: Request) -> Response:
        try:
            sent = await read_json(request)
            answer = await asyncio.to_thread(function, sent)
        except (ValueError, InvalidRequest) as error:
            return JSONResponse({"message": str(error)}, 400)
        # An answer that is checked may hold 1e400, which is too large for any number that JSON can carry here.
        return Response(to_json(answer, inf_nan_mode="strings"), media_type="application/json")

    return route


async def _shelf(request: Request) -> Response:
    """The ready examples, and what a form can hold."""
    return JSONResponse(
        {
            "tools": [asdict(example) for example in examples.TOOLS],
            "formats": [asdict(example) for example in examples.FORMATS],
            "empty_form": asdict(EMPTY),
            "row_types": list(ROW_TYPES),
        }
    )


def _shape(sent: Mapping[str, Any]) -> dict[str, Any]:
    """One shape in three views, from whichever of `source` (with `root`), `schema` and `form` is given."""
    if isinstance(sent.get("source"), str):
        root = sent.get("root")
        views = views_of_source(sent["source"], root if isinstance(root, str) else "")
    elif isinstance(sent.get("form"), dict):
        try:
            views = views_of_form(_FORM.validate_python(sent["form"]))
        except ValidationError as error:
            raise ValueError(_NOT_OURS) from error
    else:
        views = views_of_schema(_schema_within(sent.get("schema")))
    return views_row(unrounded(views))


def _schema_within(value: Any) -> Any:
    """The schema itself, also out of OpenAI's form; None where that form asks for no schema. Raises ValueError."""
    if not isinstance(value, dict):
        return value
    try:
        return schema_of(value)
    except (KeyError, TypeError, AttributeError) as error:
        wanted = 'a schema under json_schema.schema beside "type": "json_schema"'
        raise ValueError(f"This is no schema; allowed is {wanted}.") from error


def shape_name(value: Mapping[str, Any]) -> str:
    """What a response_format asks for, in few words: its title, or its form, and how many properties it has.

    >>> shape_name({"title": "Pet", "type": "object", "properties": {"name": {}}})
    'Pet, 1 property'
    """
    try:
        schema = schema_of(value)
    except (KeyError, TypeError, AttributeError):
        schema = value
    inner = value.get("json_schema")
    own_name = inner.get("name") if isinstance(inner, Mapping) else None
    if not schema or (value.get("type") == "json_object" and not value.get("value")):
        return str(value.get("type") or "JSON Schema")
    properties = schema.get("properties")
    count = len(properties) if isinstance(properties, Mapping) else 0
    counted = f", {count} {'property' if count == 1 else 'properties'}" if count else ""
    return f"{schema.get('title') or own_name or 'JSON Schema'}{counted}"


def views_row(views: Views) -> dict[str, Any]:
    """Three views as the page takes them."""
    return {
        "schema": views.schema,
        "source": views.source,
        "form": views.form and asdict(views.form),
        "root": views.root,
        "models": list(views.models),
        "problems": [asdict(problem) for problem in views.problems],
        "notes": [asdict(note) for note in views.notes],
    }


def _check(sent: Mapping[str, Any]) -> dict[str, Any]:
    """An answer's text behind its `prefill` against `response_format`, and each of its `calls` against `tools`.

    `sent` is the body that asked for it; where the page does not know that, as before the vote on a blind pair, null
    counts as left out wherever a strict server may have been asked for it.
    """
    text, asked, tools = sent.get("text"), sent.get("response_format"), sent.get("tools")
    given, prefill = sent.get("calls") or [], sent.get("prefill", "")
    if not isinstance(text, str) or not isinstance(prefill, str) or not isinstance(given, list):
        raise ValueError(_NOT_OURS)
    schema = None
    if isinstance(asked, dict) and asked:
        schema = _schema_within(asked)
    calls = with_ids([_call_of(call) for call in given])
    offered = tools if isinstance(tools, list) else []
    body = sent.get("sent") if isinstance(sent.get("sent"), dict) else None
    checked = [check_call(call, offered, body and _list_in(body, "tools")) for call in calls]
    return {
        "format": None
        if schema is None or (given and not text)
        else conformity_row(_conformity(document_in(prefill, text, schema), schema, asked, body)),
        "calls": list(map(call_row, _told_if_cut(calls, checked, sent.get("cut") is True))),
    }


def _conformity(text: str, schema: Schema, asked: Any, body: Mapping[str, Any] | None) -> Conformity:
    filled = body is None or is_filled_by(asked, body)
    return conformity_filled(text, schema) if filled else conformity(text, schema)


def _list_in(body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    return found if isinstance(found, list) else []


def _told_if_cut(calls: Sequence[ToolCall], checked: list[CheckedCall], cut: bool) -> list[CheckedCall]:
    """The checked calls; the last one of an answer that max_tokens `cut` is told from one that is wrong."""
    if cut and checked and not checked[-1].good:
        checked[-1] = cut_off(calls[-1])
    return checked


def conformity_row(found: Conformity) -> dict[str, Any]:
    """A verdict on a JSON answer as the page takes it."""
    return {
        "fits": found.fits,
        "is_json": found.is_json,
        # In the answer's own digits: a browser that read it as a value would round its large numbers.
        "json": to_json(found.value, indent=2, inf_nan_mode="strings").decode(),
        "violations": list(map(_violation_row, found.violations)),
        "unchecked": list(found.unchecked),
        "gave_up": found.gave_up,
    }


def call_row(checked: CheckedCall) -> dict[str, Any]:
    """A verdict on one call: what is wrong, what to answer it then, and whether a built-in function can."""
    return {
        "id": checked.call.id,
        "name": checked.call.name,
        "problems": list(map(_violation_row, checked.problems)),
        "unchecked": list(checked.unchecked),
        "gave_up": checked.gave_up,
        "refusal": "" if checked.good else refusal(checked),
        "built_in": checked.call.name in BUILTIN_TOOLS,
    }


def _violation_row(violation: Violation) -> dict[str, str]:
    return {"place": violation.place, "what": violation.what}


def _call_of(given: Any) -> ToolCall:
    """A call as the page holds it. Raises ValueError."""
    fields = [given.get(name, "") for name in ("id", "name", "arguments")] if isinstance(given, dict) else []
    if not fields or not all(isinstance(field, str) for field in fields):
        raise ValueError(_NOT_OURS)
    return ToolCall(*fields)


def _call(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a built-in function answers to `arguments`."""
    call = _call_of(sent)
    result = run(call.name, call.arguments)
    return {"text": result.text, "failed": result.failed}
