"""No answer, however odd its shape, makes the decoder raise.

Kept apart from the known dialects: here the shapes are drawn at random around the names that matter.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.events import (
    BROUGHT_TO_AN_END,
    Alternative,
    Finished,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCallDelta,
    UsageReported,
    fold,
)
from playground.wire.stream.answers import AnswerReader
from playground.wire.stream.chunks import ChunkDecoder
from playground.wire.stream.scores import LOGPROB_FLOOR

NAMES = st.sampled_from(
    [
        *(
            "choices",
            "delta",
            "message",
            "content",
            "text",
            "reasoning",
            "tool_calls",
            "index",
            "id",
            "function",
        ),
        *("name", "arguments", "logprobs", "token", "logprob", "top_logprobs", "bytes", "finish_reason"),
        *("usage", "prompt_tokens", "completion_tokens", "error", "object", "code", "metadata", "raw"),
    ]
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
JSON = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=25,
)


def chunk_of(delta: Any, logprobs: Any, usage: Any, error: Any, reason: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": logprobs, "finish_reason": reason}
    return {"choices": [choice], "usage": usage, "error": error}


SCORES = st.one_of(JSON, st.builds(lambda content: {"content": content}, JSON))
CHUNKS = st.one_of(JSON, st.builds(chunk_of, JSON, SCORES, JSON, JSON, JSON))
CALLS = st.lists(st.dictionaries(NAMES, JSON, max_size=5), max_size=3)


@given(
    st.lists(
        st.one_of(CHUNKS, st.builds(lambda calls: {"choices": [{"delta": {"tool_calls": calls}}]}, CALLS))
    )
)
def test_any_shape_is_survived(chunks: list[Any]) -> None:
    """Nothing is raised, and what comes out has the types that it promises."""
    decoder = ChunkDecoder()
    events = [event for chunk in chunks for event in decoder.data(json.dumps(chunk), 0.0)]
    for event in events:
        match event:
            case TextDelta(text=text):
                assert isinstance(text, str)
                assert text
            case ToolCallDelta():
                assert all(isinstance(part, str) for part in (event.id, event.name, event.arguments))
            case TokensScored(tokens):
                assert all(isinstance(t.token, str) and t.logprob >= LOGPROB_FLOOR for t in tokens)
                assert all(
                    isinstance(a.token, str) and a.logprob >= LOGPROB_FLOOR for t in tokens for a in t.top
                )
            case UsageReported():
                assert event.completion_tokens is None or isinstance(event.completion_tokens, int)
            case Finished(reason):
                assert isinstance(reason, str)
    fold(events)
    json.dumps([str(event) for event in events]).encode()


@pytest.mark.parametrize(
    "said",
    [
        '{"message": "boom"}',
        '{"error": {"message": "boom"}}',
        '{"detail": [{"msg": "boom"}]}',
        '"boom"',
        "boom",
        "[1] boom",
        '{"choices": [{"delta": {"content": "!"}}], "message": "boom"}',
    ],
)
@pytest.mark.parametrize("end", ["\n\n", ""])
def test_an_event_that_is_called_an_error_is_one(said: str, end: str) -> None:
    """In whatever shape: its words are in the error, and what came before is kept."""
    reader = AnswerReader("text/event-stream")
    stream = b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n'
    events = reader.feed(stream + f"event: error\ndata: {said}{end}".encode(), 0.0)
    events += [*reader.close(0.0), reader.ended(0.0)]
    answer = fold(events)
    assert (answer.ended, answer.text) == ("error", "x!" if "choices" in said else "x")
    assert "broke off with an error" in str(answer.error)
    assert "boom" in str(answer.error)
    assert answer.raw[-1] == said


@pytest.mark.parametrize(
    "after",
    [
        [],
        ['{"choices": [{"delta": {}, "finish_reason": "stop"}]}'],
        ["[DONE]"],
        ['{"error": "boom"}'],
        ['{"choices": [{"delta": {"content": "b"}}]}'],
        ['{"choices": [{"delta": {"content": "b"}}]}', '{"choices": [{"delta": {"content": "\\ude00"}}]}'],
    ],
)
def test_half_a_character_that_nothing_follows_becomes_a_mark(after: list[str]) -> None:
    """At the end of a stream as in its middle, where it stood."""
    reader = AnswerReader("text/event-stream")
    lines = ['{"choices": [{"delta": {"content": "a\\ud83d"}}]}', *after]
    events = [event for line in lines for event in reader.feed(f"data: {line}\n\n".encode(), 0.0)]
    events += [*reader.close(0.0), reader.ended(0.0)]
    follows = {1: "b", 2: "b\ufffd"}[len(after)] if after and "content" in after[0] else ""
    assert fold(events).text == f"a\ufffd{follows}"
    texts_end = max(place for place, event in enumerate(events) if isinstance(event, TextDelta))
    assert not any(isinstance(event, Finished) for event in events[:texts_end])


HUGE = 10**400


def test_a_number_too_large_for_any_float_is_no_score() -> None:
    """Neither a token's own nor an alternative's log probability; it counts as "never"."""
    score = {"token": "x", "logprob": HUGE, "top_logprobs": [{"token": "y", "logprob": HUGE}]}
    choice = {"delta": {}, "logprobs": {"content": [score]}}
    (scored,) = ChunkDecoder().data(json.dumps({"choices": [choice]}), 0.0)
    never = Alternative("y", LOGPROB_FLOOR)
    assert scored == TokensScored((TokenScore("x", LOGPROB_FLOOR, (never,)),))


@pytest.mark.parametrize(
    ("sent", "count"),
    [(0, 0), (10**12, 10**12), pytest.param(HUGE, None, id="huge"), (-1, None), (True, None)],
)
def test_an_absurd_count_of_tokens_is_unknown(sent: int, count: int | None) -> None:
    """No request has more tokens than that, and a page would show the count as infinity."""
    usage = {"prompt_tokens": sent, "completion_tokens": sent}
    (told,) = ChunkDecoder().data(json.dumps({"usage": usage}), 0.0)
    assert told == UsageReported(count, count, usage)


@given(
    st.sampled_from(["text/event-stream", "application/json", "text/plain", ""]),
    st.lists(st.binary()),
)
def test_any_bytes_are_survived(content_type: str, pieces: list[bytes]) -> None:
    """Whatever the body holds, it ends as something that an answer can end as."""
    reader = AnswerReader(content_type)
    for piece in pieces:
        reader.feed(piece, 0.0)
    reader.close(0.0)
    ended = reader.ended(0.0)
    assert ended.ended in ("done", "length", "filtered", "unclear", "cut off", "error")
    assert (ended.error is None) == (ended.ended in BROUGHT_TO_AN_END)
