"""What a server needs back, collected from pieces: whole again as its vendor documents it."""

from __future__ import annotations

from typing import Any

import pytest

from playground.events import Answer, Returned, ToolCall, ToolCallDelta, fold
from playground.functions.tool_calls import assistant_message
from playground.testing.scripted_server import DONE, ScriptedServer, answered, data, finish, streamed, whole
from playground.wire.returned import ReturnedFields, extra_of
from playground.wire.words import said_in
from tests.wire.asking import KEY, answer_of, events_of, request

CLAUDE = {"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0}


@pytest.mark.parametrize(
    ("deltas", "fields"),
    [
        ([{"content": "Hi"}, {"role": "assistant", "content": ""}], {}),
        ([{"reasoning_content": "a"}, {"reasoning_content": "a"}], {"reasoning_content": "aa"}),
        ([{"reasoning_content": ""}, {"reasoning_content": None}], {"reasoning_content": ""}),
        ([{"reasoning": "a", "reasoning_content": "a"}], {"reasoning_content": "a"}),
        (
            [
                {"reasoning": "Let", "reasoning_details": [{**CLAUDE, "text": "Let"}]},
                {"reasoning": " me", "reasoning_details": [{**CLAUDE, "text": " me", "signature": None}]},
                {"reasoning_details": [{**CLAUDE, "signature": "Et8B"}]},
                {"reasoning_details": [{"type": "reasoning.encrypted", "id": "f", "data": "x", "index": 1}]},
            ],
            {
                "reasoning_details": [
                    {**CLAUDE, "text": "Let me", "signature": "Et8B"},
                    {"type": "reasoning.encrypted", "id": "f", "data": "x", "index": 1},
                ]
            },
        ),
        (
            [
                {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "I "}]}]},
                {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "see"}]}]},
                {"content": [{"type": "text", "text": "R"}]},
                {"content": "ain"},
            ],
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "I see"}]},
                    {"type": "text", "text": "Rain"},
                ]
            },
        ),
        (
            [
                {"content": "We"},
                {"content": [{"type": "text", "text": "ll. "}]},
                {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]},
                {"content": "Rain"},
            ],
            {
                "content": [
                    {"type": "text", "text": "Well. "},
                    {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]},
                    {"type": "text", "text": "Rain"},
                ]
            },
        ),
        (
            [
                {"thinking_blocks": [{"type": "thinking", "thinking": "a"}]},
                {"thinking_blocks": [{"type": "thinking", "thinking": "b", "signature": "s"}]},
                {"thinking_blocks": [{"type": "thinking", "thinking": "c"}]},
            ],
            {
                "thinking_blocks": [
                    {"type": "thinking", "thinking": "ab", "signature": "s"},
                    {"type": "thinking", "thinking": "c"},
                ]
            },
        ),
        (
            [{"reasoning_details": [{"type": "reasoning.text", "text": text}]} for text in ("I", "I should")],
            {"reasoning_details": [{"type": "reasoning.text", "text": "I should"}]},
        ),
        (
            [{"reasoning_text": "I ", "reasoning_opaque": "s"}, {"reasoning_text": "see"}],
            {"reasoning_text": "I see", "reasoning_opaque": "s"},
        ),
        ([{"extra_content": {"google": {"thought_signature": "s"}}}], None),
        ([{"content": [{"type": "text", "text": "Hi"}]}], {}),
        ([{"reasoning_details": 3, "extra_content": True, "content": [1, None]}], {}),
    ],
    ids=[
        "none",
        "text",
        "empty",
        "twice",
        "openrouter",
        "mistral",
        "words before thoughts",
        "litellm",
        "minimax",
        "copilot",
        "gemini",
        "words",
        "nonsense",
    ],
)
def test_pieces_become_whole(deltas: list[dict[str, Any]], fields: dict[str, Any] | None) -> None:
    """Texts in order, parts by index or neighbour, signatures once, thoughts under one name, behind earlier words."""
    collected, before = ReturnedFields(), ""
    for delta in deltas:
        collected.take(delta, before)
        before += said_in(delta).text
    assert collected.fields == (deltas[0] if fields is None else fields)


def test_a_field_within_a_function_is_of_the_call() -> None:
    """LiteLLM hands a signature on in both places; what OpenAI's form knows is nothing extra."""
    function = {"name": "f", "arguments": "{}", "provider_specific_fields": {"thought_signature": "s"}}
    assert extra_of({"index": 0, "id": "x", "type": "function", "function": function}) == {
        "function": {"provider_specific_fields": {"thought_signature": "s"}}
    }


def test_a_signature_of_a_call_stays_with_the_call() -> None:
    """Also one that comes in pieces of its own, or is said again; index, id and type are nothing extra."""
    long = {"extra_content": {"google": {"thought_signature": "s" * 40}}}
    pieces: list[dict[str, Any]] = [{"google": {"a": "1"}}, {"google": {"a": "2"}, "vertex": 1}]
    deltas = [ToolCallDelta(0, "x", "f", "", 0.1, {"extra_content": piece}) for piece in pieces]
    again = [ToolCallDelta(1, "y", "g", "", 0.1, long)] * 2
    first, second = fold([*deltas, *again]).tool_calls
    assert first.extra == {"extra_content": {"google": {"a": "12"}, "vertex": 1}}
    assert second == ToolCall("y", "g", "", long)


@pytest.mark.parametrize("whole_answer", [True, False])
def test_the_message_says_whence_it_came(*, whole_answer: bool) -> None:
    """Server by host and port, and the model as it was asked for."""
    script = (
        answered(200, whole("Hi", extra_content={"s": 1}))
        if whole_answer
        else streamed(
            data({"choices": [{"delta": {"content": "Hi", "extra_content": {"s": 1}}}]}), finish(), DONE
        )
    )
    with ScriptedServer(script) as server:
        answer = answer_of(request(stream=not whole_answer), server.base_url)
    assert assistant_message(answer)["returned"] == {
        "server": f"127.0.0.1:{server.port}",
        "model": "some-model",
        "fields": {"extra_content": {"s": 1}},
        "calls": {},
    }
    assert "returned" not in assistant_message(Answer(text="Hi"))


def test_a_key_is_kept_out_of_it() -> None:
    """A server that puts the key into what goes back, in one piece or two, gets a mask, or nothing."""
    half = len(KEY) // 2
    call = {"index": 0, "id": "x", "function": {"name": "f", "arguments": "{}"}}
    chunks = [
        {"reasoning_content": KEY[:half], "tool_calls": [{**call, "extra_content": {"a": KEY[:half]}}]},
        {"reasoning_content": KEY[half:], "tool_calls": [{"index": 0, "extra_content": {"a": KEY[half:]}}]},
    ]
    with ScriptedServer(
        streamed(*(data({"choices": [{"delta": delta}]}) for delta in chunks), finish(), DONE)
    ) as server:
        events = events_of(request(stream=True), server.base_url)
    assert KEY not in str(assistant_message(fold(events)))
    (told,) = [event for event in events if isinstance(event, Returned)]
    assert told.fields == {"reasoning_content": "[key]"}
