"""The app's endpoints `create` and `create_preference`, for gradio_client and as MCP tools.

Kept apart from the page because programs call these, with JSON in and JSON out.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.events import api

from playground.backend import Backend, Target, draw
from playground.errors import InvalidRequest, PlaygroundError, Problem
from playground.events import Answer, Fold
from playground.limits.limiter import Limiter
from playground.parameters import (
    REQUIRED,
    UNSET,
    Call,
    FormatParameter,
    PreferenceParameters,
    StreamParameter,
    Unset,
    parameters_of,
    with_defaults,
)
from playground.share.preset_store import FOLDER, PresetStore, named
from playground.value_types import shown
from playground.web.chat.frames import (
    REPAINT_S,
    attachment_rows,
    error_row,
    own_summary,
    report_rows,
    score_rows,
    summary,
)
from playground.web.credentials import visitor_of

Endpoint = Callable[..., AsyncGenerator[dict[str, Any]]]

HEARTBEAT_S: Final = 1.0
"""While nothing comes the answer so far is given again this often, so that a caller who has gone is noticed."""

_ASKER: Final = "request"
"""What Gradio puts in by itself, and callers are not told of: who asks."""

_BESIDE: Final = {
    "extra_body": "Goes into the request body as it is.",
    "unset": "Names of parameters to leave to the server: not sent, and without the documented default.",
    "preset": "Settings under a name, below what the call says. What neither says is left to the server.",
}
"""What a call takes beside the parameters."""

_IN_JSON: Final = {str: str, bool: bool, int: int, float: float, Mapping: dict, Sequence: list, Literal: str}
"""Which of the types that Python takes JSON has, and as what; classes and functions it has not."""


def add_endpoints(backend: Backend, limiter: Limiter | None) -> None:
    """Registers both calls with the page that is being built."""
    for call in get_args(Call):
        api(_endpoint(backend, limiter, call), api_name=call, concurrency_limit=None)


def refuse_in_words(page: gr.Blocks) -> None:
    """Has the page refuse a call without enough inputs in a sentence: Gradio's own words hold what was typed, and go
    with a traceback into the log.
    """

    def check(called: BlockFunction, inputs: Sequence[Any]) -> None:
        wanted = len(called.inputs)
        if len(inputs) < wanted:
            raise gr.Error(
                f"{called.api_name or 'This call'} has {wanted} inputs, and {len(inputs)} came: nothing was sent. "
                "Give all of them in the order of /gradio_api/info, null where nothing is said.",
                print_exception=False,
            )

    def unread(called: BlockFunction, index: int, *_: Any, is_input: bool, original_error: Exception) -> str:
        what = "Input" if is_input else "Output"
        return f"{what} {index + 1} of {called.api_name} could not be read: {type(original_error).__name__}."

    # Both of this page alone; Gradio's own would put what was typed into the log.
    page.validate_inputs = check  # type: ignore[method-assign, assignment]
    page._format_processing_error = unread  # type: ignore[method-assign, assignment]


def answer_in_json(page: gr.Blocks) -> None:
    """Has the launched page's MCP tools answer in JSON: Gradio writes what a tool returns as Python would."""
    tools = page.mcp_server_obj
    if tools is None:
        return

    def text(data: list[Any], root_url: str) -> list[Any]:
        return [tools.types.TextContent(type="text", text=json.dumps(each)) for each in data]

    tools.postprocess_output_data = text  # type: ignore[method-assign]


def _endpoint(backend: Backend, limiter: Limiter | None, call: Call) -> Endpoint:
    """A function with the registry's parameters as its own, so that Gradio and MCP describe them all."""
    store = PresetStore(backend.settings.data_path / FOLDER)

    async def endpoint(*given: Any) -> AsyncGenerator[dict[str, Any]]:
        visitor = visitor_of(given[-1])
        try:
            async with AsyncExitStack() as held:
                if limiter is not None:
                    await held.enter_async_context(limiter.admitted("answers", visitor))
                steps = await held.enter_async_context(aclosing(answers(given[:-1], visitor)))
                async for step in steps:
                    yield step
        except PlaygroundError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def answers(given: Sequence[Any], visitor: str) -> AsyncGenerator[dict[str, Any]]:
        bound = dict(zip(names, given, strict=True))
        extra, unset, preset = (bound.pop(name) for name in _BESIDE)
        values = {name: value for name, value in bound.items() if value is not None}
        values |= _left_to_the_server(unset, call, values)
        if preset:
            own = () if backend.settings.is_public else store.kept().presets
            found = named(str(preset), own)
            values, extra = found.values(values, call), found.extra_body if extra is None else extra
        filled = with_defaults(values, call)
        request, target = await backend.request(filled, call, Target(visitor=visitor), extra)
        requests = draw(request)
        folds = [Fold() for _ in requests]
        panes = backend.panes(requests, target)
        async with panes.told(lambda side, event: folds[side].add(event)):
            while panes.streaming:
                came = await panes.news(HEARTBEAT_S)
                if panes.streaming and (not came or (request.streams and any(fold.begun for fold in folds))):
                    yield _answers(folds)
                    await panes.rest(
                        REPAINT_S
                    )  # each time it is whole answers that are written: not at every token
        yield _answers(folds)

    names = [*(p.name for p in parameters_of(call)), *_BESIDE]
    endpoint.__name__ = call
    endpoint.__doc__ = _description(call)
    types = _types()
    endpoint.__signature__ = _signature(names, types)  # type: ignore[attr-defined]
    endpoint.__annotations__ = {**{name: types[name] for name in names}, _ASKER: gr.Request}
    return endpoint


def _types() -> dict[str, Any]:
    """What JSON each argument may be, from the hints of the registry: Gradio and MCP tell callers."""
    hints = {
        "model": str,
        "messages": Sequence[Any],
        **get_type_hints(PreferenceParameters),
        **get_type_hints(StreamParameter),
        **get_type_hints(FormatParameter),
        "extra_body": Mapping[str, Any],
        "unset": Sequence[str],
        "preset": str,
    }
    return {name: _type_of(name, hint) for name, hint in hints.items()}


def _type_of(name: str, hint: Any) -> Any:
    given = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kinds = [_IN_JSON[kind] for one in given if (kind := get_origin(one) or one) in _IN_JSON]
    return Union[tuple(kinds if name in REQUIRED else [*kinds, None])]  # noqa: UP007


def _left_to_the_server(unset: Any, call: Call, values: Mapping[str, Any]) -> dict[str, Unset]:
    """The parameters named in `unset`, as UNSET, which JSON does not have; null says nothing.

    Raises InvalidRequest, also for one that has a value beside it.
    """
    names = [p.name for p in parameters_of(call) if p.name not in REQUIRED]
    if unset is None:
        return {}
    if not isinstance(unset, list) or not all(name in names for name in unset):
        raise InvalidRequest([Problem("unset", shown(unset), f"a list of any of {', '.join(names)}")])
    if both := [name for name in dict.fromkeys(unset) if name in values]:
        raise InvalidRequest(
            [Problem(n, shown(values[n]), "a value, or its name in unset, not both") for n in both]
        )
    return dict.fromkeys(unset, UNSET)


def _signature(names: Sequence[str], types: Mapping[str, Any]) -> inspect.Signature:
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty if name in REQUIRED else None,
            annotation=types[name],
        )
        for name in names
    ]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters.append(inspect.Parameter(_ASKER, kind, default=None, annotation=gr.Request))
    # Gradio drops what is returned by a function that does not say that it returns anything.
    return inspect.Signature(parameters, return_annotation=dict[str, Any])


def _description(call: Call) -> str:
    what = {
        "create": "One answer of a chat model.",
        "create_preference": "One answer of a chat model or, with probability diff_frequency, two different ones.",
    }[call]
    lines = [f"    {p.name}: {p.help}" for p in parameters_of(call)]
    lines += [f"    {name}: {help}" for name, help in _BESIDE.items()]
    return "\n".join([what, "", "Parameters:", *lines])


def _answers(folds: list[Fold]) -> dict[str, Any]:
    return {"answers": [answer_json(fold.answer()) for fold in folds]}


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as plain JSON: what it says, how it ended, what was sent and what became of each parameter."""
    return {
        **_words(answer),
        **summary(answer),
        "others": [{**_words(other), **own_summary(other)} for other in answer.others],
        "error": error_row(answer.error),
        "body": dict(answer.body),
        "report": report_rows(answer.report),
    }


def _words(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "reasoning": answer.reasoning,
        "tool_calls": [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in answer.tool_calls],
        "logprobs": score_rows(answer),
        "attachments": attachment_rows(answer),
    }
