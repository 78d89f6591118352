"""`strict`, by which OpenAI's form has a server keep to a schema: switched on where nobody has said otherwise.

response_format and tools carry it alike. What the user has set is sent as it was given, the schema untouched. Who
knows it:

    OpenAI       both; it refuses a schema outside its subset (guides: structured outputs, function calling)
    OpenRouter   both, and hands it on (docs: structured outputs; SDK: ToolDefinitionJsonFunction.strict)
    HuggingFace  both, where the provider does (docs: inference-providers guides/structured-output, function-calling)
    vLLM         both; any schema will do. It holds answers to the format anyway, and calls under tool_choice auto
                 only with it (engine/protocol.py; vllm-project/vllm pull request 45600)
    llama.cpp    neither: it holds to every schema anyway, as TGI does (its form has no place for it)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.schema.response_format import openai_form
from playground.schema.strict import StrictForm, strict_form
from playground.schema.tree import Schema
from playground.wire.rules import Encode, Noted, Rule, Withhold, tool_list

MOST_TOLD: Final = 5
"""Functions whose changes are told."""

Bring = Callable[[Schema], StrictForm]
"""What makes a schema one that a server takes with strict."""


def _rules(bring: Bring) -> Mapping[str, Rule]:
    """The rules for the two parameters that carry strict."""
    return {
        "response_format": Encode(lambda request: _format(request, bring), "In OpenAI's form."),
        "tools": Encode(lambda request: _tools(request, bring), ""),
    }


STRICT_SUBSET: Final = _rules(strict_form)
"""For servers that take OpenAI's subset alone with it."""
STRICT: Final = _rules(StrictForm)
"""For servers that take any schema with it."""


def _format(request: ChatRequest, bring: Bring) -> Mapping[str, Any] | Noted:
    form = openai_form(request.parameters["response_format"])
    named = form.get("json_schema")
    if form["type"] != "json_schema" or not isinstance(named, Mapping) or named.get("strict") is not None:
        return {"response_format": form}
    found = bring(named["schema"])
    if found.schema is None:
        return Noted({"response_format": form}, _told(found))
    strict = {**named, "strict": True, "schema": found.schema}
    return Noted({"response_format": {**form, "json_schema": strict}}, _told(found))


def _tools(request: ChatRequest, bring: Bring) -> Mapping[str, Any] | Noted | Withhold:
    fields = tool_list(request)
    if isinstance(fields, Withhold):
        return fields
    functions = [tool["function"] for tool in fields["tools"]]
    found = {
        place: bring(function["parameters"])
        for place, function in enumerate(functions)
        if function.get("parameters") and function.get("strict") is None
    }
    if not found:
        return fields
    tools = [_tool(tool, found.get(place)) for place, tool in enumerate(fields["tools"])]
    return Noted({"tools": tools}, _told_of_all(tools, found))


def _tool(tool: Mapping[str, Any], found: StrictForm | None) -> Mapping[str, Any]:
    if found is None or found.schema is None:
        return tool
    return {**tool, "function": {**tool["function"], "strict": True, "parameters": found.schema}}


def _told(found: StrictForm) -> str:
    """What was made of a schema, in sentences."""
    if found.schema is None:
        return f"Without strict: {found.why_not}."
    return " ".join(["With strict.", *found.changes])


def _told_of_all(tools: list[Mapping[str, Any]], found: Mapping[int, StrictForm]) -> str:
    """What was made of the functions: one word where there is nothing to tell of any."""
    if all(one.schema is not None and not one.changes for one in found.values()):
        return "With strict."
    told = [f"{tools[place]['function']['name']}: {_told(one)}" for place, one in found.items()]
    more = len(told) - MOST_TOLD
    return " ".join([*told[:MOST_TOLD], *([f"And so on for {more} more."] if more > 0 else [])])
