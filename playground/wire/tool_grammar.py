"""Tools for a model whose template knows none: a prompt, a grammar, and the way back to tool calls.

All three must agree on one format. The embedded model's template drops `tools` without a word, and shows a message of
tool calls (content null) as an empty one. As in TGI, the functions and tool_prompt go behind the last message, where
a small model heeds them most, and a grammar holds the model to them.

A call is `{"name": "f", "arguments": {...}}`. Under tool_choice auto, what does not begin with a brace is text.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

from playground.chat import ChatRequest
from playground.events import Ended, Event, Finished, TextDelta, ToolCallDelta
from playground.schema.llguidance_subset import held
from playground.schema.partial_json import begins_json, beyond_repair
from playground.schema.response_format import openai_form, schema_of
from playground.value_types import MAX_DOCUMENT_BYTES
from playground.wire.json_grammar import HEADER, JsonReader, grammar_behind, json_rule, not_held
from playground.wire.prefill import without_prefill
from playground.wire.reader import Reader
from playground.wire.rules import Noted, Withhold

DEFAULT_TOOL_PROMPT: Final = (
    "Please respond with a JSON object that calls the function which answers this best, "
    'as in {"name": ..., "arguments": {...}}.'
)
"""Stands in for tool_prompt. With it the embedded model calls a function in about 4 of 10 answers under auto;
most other wordings that were tried make it do so in fewer than 1 of 10."""

WHY_TOOLS: Final = "As a grammar, and behind the last message: this model's template drops tools unsaid."
WHY_CHOICE: Final = "It shapes the grammar that the tools became."
WHY_PROMPT: Final = "It stands behind the last message, before the list of functions."
_OPENING: Final = '{"name": "'
MOST_LET_GO: Final = 5
"""Parts of a schema that are named where the model is not held to them."""
_BEGUN: Final = "The last message has begun the JSON"
WHY_FORMAT: Final = "As a grammar without idle whitespace; beside tools it is the grammar of the text."


def tools_in_play(request: ChatRequest) -> tuple[Mapping[str, Any], ...]:
    """The functions that this answer may call: the forced one, all, or none (by tool_choice, or behind begun JSON)."""
    if request.parameters.get("tool_choice") == "none" or (leaves_a_choice(request) and _has_begun(request)):
        return ()
    forced = request.forced_tool()
    functions = [tool["function"] for tool in request.parameters.get("tools") or ()]
    return tuple(f for f in functions if forced is None or f["name"] == forced)


def leaves_a_choice(request: ChatRequest) -> bool:
    """Whether the model may also answer in text."""
    choice: object = request.parameters.get("tool_choice", "auto")
    return choice == "auto"


def encode_tools(request: ChatRequest) -> Mapping[str, Any] | Noted | Withhold:
    """The grammar field; the prompt is made by `messages`."""
    functions = tools_in_play(request)
    if not functions:
        why = _BEGUN if leaves_a_choice(request) else "tool_choice is none"
        return Withhold(f"{why}: the functions are neither in the prompt nor in the grammar.")
    return Noted({"grammar": grammar(request, functions)}, let_go(*map(_parameters, functions)))


def encode_choice(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """Nothing of its own: the choice is the shape of the grammar."""
    if not request.parameters.get("tools"):
        return Withhold("There are no tools to choose from.")
    if leaves_a_choice(request) and not tools_in_play(request):
        return Withhold(f"{_BEGUN}: there is nothing left to choose.")
    return {}


def encode_prompt(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """Nothing of its own: `messages` puts it before the list of functions."""
    return {} if tools_in_play(request) else Withhold("There is no list of functions to put it before.")


def encode_format(request: ChatRequest) -> Mapping[str, Any] | Noted | Withhold:
    """A grammar of its own without tools; else part of the tools' grammar."""
    if tools_in_play(request):
        return (
            {} if leaves_a_choice(request) else Withhold("A call is forced, so there is no text to format.")
        )
    schema = schema_of(request.parameters["response_format"])
    if schema is None:
        return {"response_format": openai_form(request.parameters["response_format"])}
    fault = _prefill_fault(request.prefill, schema)
    if fault or not request.prefill:
        fields = {"grammar": f"{HEADER}\nstart: {_rule(schema)}"}
        return Noted(fields, f"{fault} {let_go(schema)}".strip())
    fields = grammar_behind(request.prefill, held(schema).schema)
    return Noted(
        fields, f"It goes on from the last message, and is spaced as that is. {let_go(schema)}".strip()
    )


def _has_begun(request: ChatRequest) -> bool:
    """Whether the last message is the beginning of the JSON that response_format asks for."""
    asked = request.parameters.get("response_format")
    schema = schema_of(asked) if asked is not None and request.prefill else None
    return schema is not None and not _prefill_fault(request.prefill, schema)


def _prefill_fault(prefill: str, schema: Mapping[str, Any]) -> str:
    """Why JSON of this schema cannot go on from the prefill, and what happens then; nothing where it can."""
    return _fault_found(prefill, json.dumps(schema)) if prefill else ""


@lru_cache(maxsize=8)
def _fault_found(prefill: str, schema: str) -> str:
    """Asked several times while one body is made, hence remembered. What no model could read is not looked at."""
    if not begins_json(prefill):
        return "The last message is no beginning of JSON, so the JSON begins behind it."
    if len(prefill) <= MAX_DOCUMENT_BYTES and (faults := beyond_repair(prefill, json.loads(schema))):
        return (
            f"The last message cannot become JSON of this schema ({faults[0]}), so the JSON begins behind it."
        )
    return ""


def _parameters(function: Mapping[str, Any]) -> Mapping[str, Any]:
    return function.get("parameters") or {"type": "object"}


def _rule(schema: Mapping[str, Any]) -> str:
    """JSON of this schema, without what would make the engine let go of all of it."""
    return json_rule(held(schema).schema)


def let_go(*schemas: Mapping[str, Any]) -> str:
    """What of some schemas the model is not held to, each with its place; nothing where it is held to all."""
    left_out = [part for schema in schemas for part in held(schema).left_out]
    return " ".join(f"{part.pointer}: {part.what}" for part in left_out[:MOST_LET_GO])


def grammar(request: ChatRequest, functions: Sequence[Mapping[str, Any]]) -> str:
    """A grammar in llguidance's Lark dialect: one alternative per function, and text where it is allowed."""
    ways = [f"call_{i}" for i in range(len(functions))]
    rules = []
    for way, function in zip(ways, functions, strict=True):
        rules.append(f'{way}: {json.dumps(call_head(function["name"]))} {way}_arguments "}}"')
        rules.append(f"{way}_arguments: {_rule(_parameters(function))}")
    if leaves_a_choice(request):
        ways.append("text")
        rules += _text_rules(request)
    return "\n".join([HEADER, f"start: {' | '.join(ways)}", *rules])


def _text_rules(request: ChatRequest) -> list[str]:
    """Text that no call begins like; JSON of a schema has no space behind a colon, and a call has."""
    asked = request.parameters.get("response_format")
    schema = None if asked is None else schema_of(asked)
    if schema is not None:
        return [f"text: {_rule(schema)}"]
    return ["text: TEXT |", r"TEXT: /[^{](.|\n)*/"]


def call_head(name: str) -> str:
    """What stands before the arguments of a call."""
    return f'{{"name": {json.dumps(name)}, "arguments": '


def messages(request: ChatRequest) -> list[dict[str, Any]]:
    """The conversation in text only: calls and results written out, the functions in the system message."""
    plain = [_as_text(message) for message in request.messages]
    functions = tools_in_play(request)
    if not functions:
        return plain
    sentence = request.parameters.get("tool_prompt", DEFAULT_TOOL_PROMPT)
    listed = "\n".join(json.dumps(function, ensure_ascii=False) for function in functions)
    last = _last_asked(plain)
    told = {**plain[last], "content": f"{_text_of(plain[last])}\n\n{sentence}\n{listed}"}
    return [*plain[:last], told, *plain[last + 1 :]]


def _last_asked(messages: Sequence[Mapping[str, Any]]) -> int:
    """The place of the last message that is not the model's own: a prefilled answer must stay as it begins."""
    places = [place for place, message in enumerate(messages) if message["role"] != "assistant"]
    return places[-1] if places else len(messages) - 1


def _as_text(message: Mapping[str, Any]) -> dict[str, Any]:
    """One message as the template can show it; most go as they are."""
    if message["role"] == "tool":
        return {"role": "user", "content": f"The function returned: {_text_of(message)}"}
    if not message.get("tool_calls"):
        return dict(message)
    calls = [_call_text(call.get("function", {})) for call in message["tool_calls"]]
    return {"role": message["role"], "content": "\n".join([_text_of(message), *calls]).strip()}


def _text_of(message: Mapping[str, Any]) -> str:
    """The content of a message as text, also where it came as a list of parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))


def _call_text(function: Mapping[str, Any]) -> str:
    arguments = function.get("arguments") or {}
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return f"{call_head(str(function.get('name', '')))}{text}}}"


def translator(request: ChatRequest) -> Reader | None:
    """What reads the answer to `request`, or None where its text is just text."""
    functions = tools_in_play(request)
    asked = request.parameters.get("response_format")
    wants_json = asked is not None and schema_of(asked) is not None
    if not functions:
        begun = request.prefill if _has_begun(request) else ""
        return without_prefill(request, JsonReader(begun) if wants_json else None)
    names = [function["name"] for function in functions]
    if not leaves_a_choice(request):
        return without_prefill(request, ToolCallReader(names, otherwise="nothing"))
    return without_prefill(request, ToolCallReader(names, otherwise="json" if wants_json else "text"))


class ToolCallReader:
    """Turns the text that the grammar allows into tool-call events as it grows, or leaves it text.

    `otherwise` is what the grammar allows instead of a call.
    """

    def __init__(self, names: Sequence[str], otherwise: Literal["nothing", "text", "json"]) -> None:
        self._heads = {call_head(name): name for name in names}
        self._otherwise = otherwise
        self._text = ""
        self._state: Literal["undecided", "text", "call"] = "undecided"
        self._held = ""
        self._arguments = ""
        self._complete = False
        self._at = 0.0

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to, in order; none while it is undecided what the text is."""
        if isinstance(event, TextDelta):
            return self._grow(event)
        if isinstance(event, Finished):
            rest = self._close()
            return [*rest, Finished("tool_calls") if self._complete and event.reason == "stop" else event]
        if isinstance(event, Ended):
            return [*self._close(), self._judged(event)]
        return [event]

    def _grow(self, delta: TextDelta) -> list[Event]:
        if self._state == "text":
            self._text += delta.text
            return [delta]
        self._held += delta.text
        self._at = delta.at
        if self._state == "call":
            return self._arguments_so_far()
        for head, name in self._heads.items():
            if self._held.startswith(head):
                self._state = "call"
                self._held = self._held[len(head) :]
                call = ToolCallDelta(0, f"call_{secrets.token_hex(6)}", name, "", delta.at)
                return [call, *self._arguments_so_far()]
        if any(head.startswith(self._held) for head in self._heads):
            return []
        self._state = "text"
        return self._release()

    def _arguments_so_far(self) -> list[Event]:
        """All but a brace at the end, which may be the one that closes the call."""
        keep = self._held.rfind("}") if self._held.endswith("}") else len(self._held)
        ready, self._held = self._held[:keep], self._held[keep:]
        self._arguments += ready
        return [ToolCallDelta(0, "", "", ready, self._at)] if ready else []

    def _close(self) -> list[Event]:
        """What was held back: the brace that closes a whole call is dropped, all else is given."""
        if self._state == "undecided" and self._held and self._otherwise != "json":
            return [self._unfinished()]
        if self._state != "call":
            return self._release()
        self._complete = self._complete or (self._held.startswith("}") and _is_object(self._arguments))
        held, self._held = self._held, ""
        self._arguments += "" if self._complete else held
        return [ToolCallDelta(0, "", "", held, self._at)] if held and not self._complete else []

    def _unfinished(self) -> Event:
        """A call that was cut before its arguments: the grammar allows nothing else that begins so."""
        begun = self._held.removeprefix(_OPENING) if self._held.startswith(_OPENING) else ""
        self._state, self._held = "call", ""
        name = next((name for name in self._heads.values() if begun.startswith(json.dumps(name)[1:])), "")
        return ToolCallDelta(0, f"call_{secrets.token_hex(6)}", name or begun, "", self._at)

    def _release(self) -> list[Event]:
        text, self._held = self._held, ""
        self._text += text
        return [TextDelta(text, self._at)] if text else []

    def _judged(self, event: Ended) -> Ended:
        """An error where what came is nothing that the grammar allows: then llama.cpp did not use it."""
        if event.error is not None or self._was_held_to():
            return event
        return Ended("error", event.at, not_held("tools"), event.raw)

    def _was_held_to(self) -> bool:
        if self._state != "text":
            return begins_json(self._arguments)
        if self._otherwise == "json":
            return begins_json(self._text)
        return self._otherwise == "text" and not self._text.startswith("{")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
