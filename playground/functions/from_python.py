"""Plain Python functions as tools: their type hints become the schema, their docstrings the descriptions.

Kept apart from the tools that come as JSON: functions are for callers in the same process, and are never made from
text. Whatever pydantic has a type for may be a hint.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
from concurrent import futures
from typing import Any, Final

from pydantic import PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import ArgsKwargs, PydanticSerializationError, to_json

from playground.errors import InvalidRequest, PlaygroundError, Problem
from playground.functions.docstrings import read_docstring
from playground.functions.function_hints import Function, signature_of, written
from playground.schema.closed import closed
from playground.schema.left_out import without_fill
from playground.schema.limits import FUNCTION_NAME
from playground.schema.python_source.class_names import auto_title
from playground.wire.surrogates import mended

_PLAIN_PARAMETERS: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


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
    docstring = read_docstring(_docstring(function))
    parameters = closed(_schema_of(function))
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

    A null where an argument may be left out counts as left out: strict tools ask for it. A text is given as it is,
    anything else as JSON. An `async def` is run to its end, on an event loop of its own; where one runs already,
    PlaygroundError says to await `call_function_async`. What the function itself raises is not caught.
    """
    result = function(**_arguments(function, arguments))
    return _as_text(_awaited(function, result) if inspect.isawaitable(result) else result, function)


async def call_function_async(function: Function, arguments: str) -> str:
    """The same as `call_function`, on the event loop that runs: an `async def` is awaited, any other is called."""
    result = function(**_arguments(function, arguments))
    return _as_text(await result if inspect.isawaitable(result) else result, function)


def _arguments(function: Function, arguments: str) -> dict[str, Any]:
    """The arguments as the function's hints want them. Raises BadArguments."""
    try:
        given = json.loads(arguments.removeprefix("\ufeff").strip() or "{}")
    except (ValueError, RecursionError) as error:
        raise BadArguments(f"The arguments are no JSON: {error}.") from error
    if not isinstance(given, dict):
        raise BadArguments("The arguments are no JSON object.")
    if not _schema_problems(function, _name(function)):
        given = without_fill(given, _schema_of(function))
    stand_in = _stand_in(function)
    try:
        inspect.signature(stand_in).bind(**given)
    except TypeError as error:
        raise BadArguments(f"The arguments do not fit: {error}.") from error
    try:
        checked: dict[str, Any] = TypeAdapter(stand_in).validate_python(ArgsKwargs((), given))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise BadArguments(
            " ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}." for f in faults)
        ) from error
    return checked


def _awaited(function: Function, result: Any) -> Any:
    """What an awaitable comes to, where no event loop runs.

    Raises PlaygroundError where one does, and for a Future that waits for a loop of its own.
    """

    async def awaited() -> Any:
        return await result

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        if asyncio.isfuture(result):
            raise _no_result_yet(
                function, "a Future of an event loop that does not run", "wait for it"
            ) from None
        return asyncio.run(awaited())
    if inspect.iscoroutine(result):
        result.close()  # nothing of it has run
    raise PlaygroundError(
        f"{_name(function)} is asynchronous, and an event loop runs here already.",
        "Use `await call_function_async(...)` in place of `call_function(...)`.",
    )


def _as_text(result: Any, function: Function) -> str:
    """A text as it is, but for halves of characters; anything else as JSON. Raises PlaygroundError."""
    if inspect.isasyncgen(result):
        raise _no_result_yet(function, "an asynchronous generator", "collect what it yields")
    if isinstance(result, futures.Future):
        raise _no_result_yet(function, "a Future", "wait for it")
    if isinstance(result, str):
        return str(mended(result))
    try:
        return to_json(result, fallback=str).decode()
    except (PydanticSerializationError, ValueError) as error:  # bytes that are no text, a value within itself
        raise PlaygroundError(
            f"What {_name(function)} gave cannot be written as JSON: {error}.",
            "Have the function return text, or values that JSON can hold.",
        ) from error


def _no_result_yet(function: Function, what: str, instead: str) -> PlaygroundError:
    return PlaygroundError(
        f"{_name(function)} gave {what}, which is no result yet.",
        f"Have the function {instead}, and return that.",
    )


def _name(function: Function) -> str:
    """A function's own name, also within a partial; of an object that can be called its class's."""
    while isinstance(function, functools.partial):
        function = function.func
    return str(getattr(function, "__name__", type(function).__name__))


def _docstring(function: Function) -> str | None:
    """What is said of the function itself; of an object that can be called, its class may say it."""
    own = None if isinstance(function, functools.partial) else inspect.getdoc(function)
    return inspect.getdoc(written(function)) or own


def _stand_in(function: Function) -> Function:
    """A plain function with the same name and signature, which gives its arguments back: pydantic reads any of these.

    Raises as `signature_of`.
    """

    def stand_in(**arguments: Any) -> dict[str, Any]:
        return arguments

    signature = signature_of(function)
    stand_in.__name__ = stand_in.__qualname__ = _name(function)
    stand_in.__annotations__ = {n: p.annotation for n, p in signature.parameters.items()}
    stand_in.__signature__ = signature  # type: ignore[attr-defined]
    return stand_in


def _schema_of(function: Function) -> dict[str, Any]:
    """The JSON Schema of a function's parameters. Raises as `signature_of`, and PydanticUserError."""
    return TypeAdapter(_stand_in(function)).json_schema()


def _problems(function: Function) -> list[Problem]:
    """Why a function cannot be a tool."""
    name = _name(function)
    if not FUNCTION_NAME.fullmatch(name):
        return [
            Problem(
                "tools", repr(name), "a function with a name of letters, digits and underscores (no lambda)"
            )
        ]
    if inspect.isasyncgenfunction(function) or inspect.isasyncgenfunction(written(function)):
        return [Problem("tools", name, "a function that returns its result: no asynchronous generator")]
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
        _schema_of(function)
    except NameError as error:
        known = "type hints whose names are known where the function was written: at the top of its module"
        return [Problem("tools", f"{name} ({error})", known)]
    except (PydanticUserError, SyntaxError, TypeError) as error:
        reason = str(error).splitlines()[0]
        return [Problem("tools", f"{name} ({reason})", "type hints that a JSON Schema can say")]
    return []
