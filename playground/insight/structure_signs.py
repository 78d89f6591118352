"""Signs of response_format, tools and tool_choice: whether the answer has the shape that was asked for.

Kept apart from the other signs because these read documents and not tokens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import from_json

from playground.events import Answer, ToolCall
from playground.insight.reading import count
from playground.insight.sign import Sign, no, unknown, yes
from playground.kinds import ToolChoice, Tools, shown
from playground.wire.response_format import schema_of

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def response_format(answer: Answer, value: Any) -> Sign:
    """Does the text parse, and does it have the fields that the schema names?"""
    schema = schema_of(value)
    if schema is None:
        return unknown("Plain text was asked for, and text is what comes anyway.")
    if answer.tool_calls and not answer.text:
        return unknown("It called a function, so there is no text to have a format.")
    try:
        document = json.loads(answer.text)
    except (ValueError, RecursionError):
        return _of_a_beginning(answer, schema)
    fault = misfit(document, schema)
    return (
        no(f"The text is JSON, but {fault}.") if fault else yes("The text is JSON with the fields asked for.")
    )


def _of_a_beginning(answer: Answer, schema: Mapping[str, Any]) -> Sign:
    """Text that is no JSON, or not yet: an answer that was cut off can still be seen to go wrong."""
    try:
        beginning = from_json(answer.text, allow_partial=True)
    except ValueError:
        return no("The text is not JSON.")
    if answer.ended == "done":
        return no("The text begins like JSON, but ends before it is whole.")
    if fault := misfit(beginning, {**schema, "required": ()}):
        return no(f"The text begins like JSON, but {fault}.")
    return unknown("It begins like JSON of this shape, and was cut off before its end.")


def misfit(document: Any, schema: Mapping[str, Any]) -> str:
    """The first thing in `document` that `schema` does not allow, as far as types, fields and choices go."""
    if not _has_type(document, schema.get("type")):
        return f"{shown(document)} is no {schema.get('type')}"
    if "enum" in schema and document not in schema["enum"]:
        return f"{shown(document)} is none of {shown(schema['enum'])}"
    if not isinstance(document, dict):
        return ""
    properties = schema.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    if missing := [name for name in schema.get("required") or () if name not in document]:
        return f"{missing[0]!r} is missing"
    if schema.get("additionalProperties") is False and (extra := document.keys() - properties.keys()):
        return f"{min(extra)!r} is not among its fields"
    for name, inner in properties.items():
        if name in document and isinstance(inner, Mapping) and (fault := misfit(document[name], inner)):
            return f"in {name!r} {fault}"
    return ""


def _has_type(document: Any, name: Any) -> bool:
    names = name if isinstance(name, list) else [name]
    allowed = [kind for n in names if isinstance(n, str) for kind in _TYPES.get(n, ())]
    if isinstance(document, bool):
        return not allowed or bool in allowed
    return not allowed or isinstance(document, tuple(allowed))


def tools(answer: Answer, value: Sequence[Mapping[str, Any]]) -> Sign:
    """Was a function called, and is it one of these?"""
    if not answer.tool_calls:
        return unknown("No function was called; unless tool_choice says so, none need be.")
    for call in answer.tool_calls:
        if fault := call_fault(call, value, answer.ended != "length"):
            return no(fault)
    return yes(f"It called {', '.join(call.name for call in answer.tool_calls)}.")


def call_fault(call: ToolCall, value: Sequence[Mapping[str, Any]], whole: bool = True) -> str:
    """What is wrong with a call, as a sentence: its name, or (where it is `whole`) its arguments; or empty."""
    functions = {name: tool["function"] for tool in value if (name := Tools.name_of(tool))}
    if call.name not in functions:
        return f"It called {call.name!r}, which is none of the functions given."
    if not whole:
        return ""
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return f"The arguments of {call.name!r} are not JSON: {shown(call.arguments)}."
    fault = misfit(arguments, functions[call.name].get("parameters") or {})
    return f"The arguments of {call.name!r} do not fit: {fault}." if fault else ""


def tool_choice(answer: Answer, value: Any) -> Sign:
    """Was a function called where one had to be, and none where none might be?"""
    called = [call.name for call in answer.tool_calls]
    if value == "auto":
        return unknown("It may call a function or not, so either is right.")
    if value == "none":
        if called:
            return no(f"It called {called[0]}, although none may be called.")
        return yes("It called none, as asked.")
    if not called:
        if _was_cut_early(answer):
            return unknown("It was cut off early, before it could call a function.")
        return no("It called no function, although it had to.")
    forced = ToolChoice.forced_name(value)
    if forced is not None and called[0] != forced:
        return no(f"It called {called[0]}, although it had to call {forced}.")
    return yes(f"It called {called[0]}.")


def _was_cut_early(answer: Answer) -> bool:
    """Whether some other limit than max_tokens ended it."""
    limit = answer.body.get("max_tokens")
    return answer.ended == "length" and isinstance(limit, int) and count(answer).tokens < limit
