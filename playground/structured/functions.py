"""Plain Python functions as tools: their type hints become the schema, their docstrings the descriptions.

Kept apart from the tools that come as JSON: functions are for callers in the same process, and are never made from
text. Whatever pydantic has a type for may be a hint.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import PydanticUserError, TypeAdapter, ValidationError, validate_call
from pydantic_core import to_json

from playground.errors import InvalidRequest, Problem
from playground.structured.docstrings import read_docstring
from playground.structured.limits import FUNCTION_NAME
from playground.structured.schema_names import auto_title

_PLAIN_PARAMETERS: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

Function = Callable[..., Any]


def offered(tools: Any) -> tuple[Any, list[Problem]]:
    """A value for `tools` with each function in it as OpenAI's JSON, and what keeps functions from being tools.

    What is no list, and what is no function, stays as it is; so does everything where there are problems.
    """
    if not isinstance(tools, (list, tuple)) or not any(map(callable, tools)):
        return tools, []
    problems = [problem for tool in tools if callable(tool) for problem in _problems(tool)]
    return (tools if problems else [tool_of(tool) if callable(tool) else tool for tool in tools]), problems


def tool_of(function: Function) -> dict[str, Any]:
    """OpenAI's JSON for a function: its name, what its docstring says, and the schema of its parameters.

    Descriptions of arguments are taken from docstrings in Google's, NumPy's or Sphinx's style; one in
    `Annotated[..., Field(description=...)]` wins. Raises InvalidRequest.
    """
    if problems := _problems(function):
        raise InvalidRequest(problems)
    docstring = read_docstring(inspect.getdoc(function))
    parameters = TypeAdapter(function).json_schema()
    for name, schema in parameters["properties"].items():
        if schema.get("title") == auto_title(name):
            del schema["title"]
        if name in docstring.arguments:
            schema.setdefault("description", docstring.arguments[name])
    described = {"description": docstring.summary} if docstring.summary else {}
    return {"type": "function", "function": {"name": _name(function), **described, "parameters": parameters}}


class BadArguments(ValueError):
    """A function cannot be called with these arguments; the message is made of sentences."""


def call_function(function: Function, arguments: str) -> str:
    """The result of a function for arguments in JSON, as text for a tool message. Raises BadArguments.

    A text is given as it is, anything else as JSON. What the function itself raises is not caught.
    """
    try:
        given = json.loads(arguments.strip() or "{}")
    except (ValueError, RecursionError) as error:
        raise BadArguments(f"The arguments are no JSON: {error}.") from error
    if not isinstance(given, dict):
        raise BadArguments("The arguments are no JSON object.")
    try:
        inspect.signature(function).bind(**given)
    except TypeError as error:
        raise BadArguments(f"The arguments do not fit: {error}.") from error
    checked: Function = validate_call(function)
    try:
        result = checked(**given)
    except ValidationError as error:
        if error.title != _name(function):  # raised within the function, which is none of our business
            raise
        faults = error.errors(include_url=False)
        raise BadArguments(
            " ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}." for f in faults)
        ) from error
    return result if isinstance(result, str) else to_json(result, fallback=str).decode()


def _name(function: Function) -> str:
    """A function's own name; that of the function within a partial."""
    inner = getattr(function, "func", function)
    return str(getattr(inner, "__name__", type(inner).__name__))


def _problems(function: Function) -> list[Problem]:
    """Why a function cannot be a tool."""
    name = _name(function)
    if not FUNCTION_NAME.fullmatch(name):
        return [
            Problem(
                "tools", repr(name), "a function with a name of letters, digits and underscores (no lambda)"
            )
        ]
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return [Problem("tools", name, "a function written in Python")]
    found = [
        Problem(
            "tools", f"{name}({parameter})", "plain parameters: no *args, no **kwargs, none by position only"
        )
        for parameter in parameters
        if parameter.kind not in _PLAIN_PARAMETERS
    ]
    found += [
        Problem("tools", f"{name}({parameter})", "a type hint for every parameter")
        for parameter in parameters
        if parameter.annotation is inspect.Parameter.empty
    ]
    return found or _schema_problems(function, name)


def _schema_problems(function: Function, name: str) -> list[Problem]:
    try:
        TypeAdapter(function).json_schema()
    except (PydanticUserError, NameError) as error:
        reason = str(error).splitlines()[0]
        return [Problem("tools", f"{name} ({reason})", "type hints that a JSON Schema can say")]
    return []
