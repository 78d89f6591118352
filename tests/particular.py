"""Servers that are particular about earlier turns, as their vendors document it: each refuses what it would refuse.

Tests of the client, of the wire and of the page's routes all ask them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from playground.testing.scripted_server import (
    DONE,
    Script,
    ScriptedServer,
    answered,
    data,
    finish,
    streamed,
    text,
)

Messages = Sequence[Mapping[str, Any]]
Fault = Callable[[Messages], str]

STANDARD: Final = {"role", "content", "tool_calls", "tool_call_id", "name"}
SIGNATURE: Final = {"google": {"thought_signature": "EjQKMgEMOdbH=="}}


def _calls(messages: Messages) -> list[Mapping[str, Any]]:
    return [call for message in messages for call in message.get("tool_calls", ())]


def _unknown(messages: Messages, known: set[str]) -> str:
    found = {name for message in messages for name in message} - known
    return f"Extra inputs are not permitted: {sorted(found)}" if found else ""


def gemini_fault(messages: Messages) -> str:
    """HTTP 400 where a call comes back without its signature."""
    missing = any(call.get("extra_content") != SIGNATURE for call in _calls(messages))
    return "Function call is missing a thought_signature in functionCall parts." if missing else ""


def deepseek_fault(messages: Messages) -> str:
    """HTTP 400 where a turn that calls comes back without what was thought in it."""
    turns = [message for message in messages if message.get("tool_calls")]
    missing = any(message.get("reasoning_content") != "I need the weather." for message in turns)
    return "The reasoning_content in the thinking mode must be passed back to the API." if missing else ""


def mistral_fault(messages: Messages) -> str:
    """Unknown fields, and ids in another form than its own."""
    for call in _calls(messages):
        if not re.fullmatch("[a-zA-Z0-9]{9}", call["id"]):
            return f"Tool call id was {call['id']} but must be a-z, A-Z, 0-9, with a length of 9."
        if set(call) - {"id", "type", "function", "index"}:
            return "Extra inputs are not permitted."
    return _null_fault(messages) or _unknown(messages, STANDARD)


def _null_fault(messages: Messages) -> str:
    is_null = any(message.get("content", "") is None for message in messages)
    return "Input should be a valid string or list: content" if is_null else ""


def strict_fault(messages: Messages) -> str:
    """A server that knows OpenAI's fields and no others, and wants each id of a call once."""
    ids = [call["id"] for call in _calls(messages)]
    return _unknown(messages, STANDARD) or ("Duplicate tool call id" if len(set(ids)) < len(ids) else "")


def _call(id: str, **extra: Any) -> dict[str, Any]:
    function = {"name": "weather", "arguments": '{"city": "Oslo"}'}
    return {"index": 0, "id": id, "type": "function", "function": function, **extra}


def _delta(**delta: Any) -> bytes:
    return data({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


GEMINI: Final = (_delta(role="assistant", tool_calls=[_call("fc1", extra_content=SIGNATURE)]),)
DEEPSEEK: Final = (
    _delta(role="assistant", content=None, reasoning_content=""),
    _delta(reasoning_content="I need "),
    _delta(reasoning_content="the weather."),
    _delta(tool_calls=[_call("call_00_a")]),
)
MISTRAL: Final = (_delta(role="assistant", content="", tool_calls=[_call("D681PevKs")]),)
SAME_ID: Final = (_delta(tool_calls=[_call("weather:0")]),)
NO_ID: Final = (_delta(tool_calls=[_call("")]),)


class Particular(ScriptedServer):
    """Calls `weather` until `turns` calls have results, then answers; refuses what `fault` finds."""

    def __init__(self, fault: Fault, calling: Sequence[bytes], turns: int = 1) -> None:
        super().__init__()
        self._fault = fault
        self._calling = calling
        self._turns = turns

    def script_for(self, number: int) -> Script:
        body = self.requests[number].body
        messages = body["messages"]
        if wrong := self._fault(messages):
            return answered(400, json.dumps({"error": {"message": wrong}}).encode())
        ids = [call["id"] for call in _calls(messages)]
        results = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
        if ids != results:
            return answered(400, b'{"error": {"message": "Each call needs its result."}}')
        done = len(results) >= self._turns
        pieces = (text("Rain."), finish()) if done else (*self._calling, finish("tool_calls"))
        return streamed(*pieces, DONE)
