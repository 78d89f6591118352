"""How answers begin, go on and end, whatever the server's dialect; played byte by byte by a stand-in.

Kept apart from the faults: here the server does what some real server is known to do.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from playground.chat import Endpoint
from playground.errors import ServerUnreachable, StreamFailed
from playground.events import (
    BROUGHT_TO_AN_END,
    Alternative,
    Connected,
    Ended,
    Finished,
    Started,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCall,
    fold,
)
from playground.testing.scripted_server import (
    DONE,
    END,
    SSE_HEAD,
    SSE_HEAD_UNTIL_CLOSE,
    Close,
    Reset,
    ScriptedServer,
    Step,
    answered,
    chunked,
    data,
    finish,
    streamed,
    text,
    whole,
)
from playground.wire.kinds.openai import OPENAI
from playground.wire.transport import Transport
from tests.wire.asking import KEY, answer_of, events_of, request

STREAMING = request(stream=True)
USAGE = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7, "cost": 0.01}


def play(*steps: Step, asked: Any = STREAMING) -> Any:
    with ScriptedServer(steps) as server:
        return answer_of(asked, server.base_url)


def test_the_events_of_a_stream_in_order() -> None:
    """Started with the exact body, Connected, the pieces, Finished once no more can come, Ended with the raw data."""
    with ScriptedServer(
        streamed(text("Hel"), text("lo"), finish(), data({"choices": [], "usage": USAGE}), DONE)
    ) as server:
        events = events_of(STREAMING, server.base_url)
        (visit,) = server.requests
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["Started", "Connected", "TextDelta", "TextDelta", "UsageReported", "Finished", "Ended"]
    started, connected, *_, ended = events
    assert isinstance(started, Started)
    assert started.body == visit.body
    assert isinstance(connected, Connected)
    assert (connected.status, connected.headers["content-type"]) == (200, "text/event-stream")
    assert isinstance(ended, Ended)
    assert len(ended.raw) == 5
    assert ended.raw[-1] == "[DONE]"
    answer = fold(events)
    assert (answer.text, answer.ended, answer.finish_reason) == ("Hello", "done", "stop")
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.raw) == (5, 2, USAGE)


def test_a_whole_answer_gives_the_same_events_as_a_stream() -> None:
    """Text, reasoning, tool calls, scores, usage and reason are the same whether streamed or not."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    scores = {"content": [{"token": "Hi", "logprob": -0.5, "bytes": None, "top_logprobs": []}]}
    message = {"content": "Hi", "reasoning": "Hm", "tool_calls": [call]}
    body = {
        "choices": [{"index": 0, "message": message, "logprobs": scores, "finish_reason": "length"}],
        "usage": USAGE,
    }
    delta = data({"choices": [{"index": 0, "delta": message, "logprobs": scores}]})
    whole_one = play(*answered(200, json.dumps(body).encode()), asked=request())
    streamed_one = play(*streamed(delta, finish("length", usage=USAGE)))
    for answer in (whole_one, streamed_one):
        assert (answer.text, answer.reasoning, answer.ended) == ("Hi", "Hm", "length")
        assert answer.tool_calls == (ToolCall("c1", "f", '{"a": 1}'),)
        assert answer.logprobs == (TokenScore("Hi", -0.5),)
        assert answer.usage.raw == USAGE
    assert json.loads(whole_one.raw[0]) == body


@pytest.mark.parametrize(
    ("steps", "ended"),
    [
        (streamed(text("x"), finish(), DONE), "done"),
        (streamed(text("x"), finish()), "done"),
        (streamed(text("x"), DONE), "done"),
        (streamed(text("x"), finish("length"), DONE), "length"),
        (streamed(text("x"), finish("max_tokens"), DONE), "length"),
        (streamed(text("x"), finish("eos_token"), DONE), "done"),
        (streamed(text("x"), finish("content_filter"), DONE), "filtered"),
        (streamed(text("x"), finish("bored"), DONE), "unclear"),
        (streamed(text("x")), "cut off"),
        ([SSE_HEAD + chunked(text("x")), Close()], "cut off"),
        ([SSE_HEAD + chunked(text("x")), Reset()], "cut off"),
        ([SSE_HEAD_UNTIL_CLOSE + text("x"), Close()], "cut off"),
        ([SSE_HEAD_UNTIL_CLOSE + text("x") + finish(), Close()], "done"),
        ([SSE_HEAD + chunked(text("x"), finish()), Reset()], "done"),
        (streamed(text("x"), finish("error")), "error"),
        (streamed(text("x"), data({"error": {"message": "boom", "code": 500}})), "error"),
    ],
)
def test_how_a_stream_ends(steps: list[Step], ended: str) -> None:
    """Done only if the server said so; what came is kept in every case."""
    answer = play(*steps)
    assert (answer.ended, answer.text) == (ended, "x")
    assert (answer.error is None) == (ended in BROUGHT_TO_AN_END)


@pytest.mark.parametrize(
    "payloads",
    [
        [b"data:[DONE]\n\n"],
        [b"data: [DONE]\r\n\r\n"],
        [b"data:  [DONE] \n\n"],
        [DONE, DONE],
        [DONE, text("after the end")],
        [b": OPENROUTER PROCESSING\n\n", DONE],
        [finish(), DONE],
        [data({"choices": None}), data({"choices": []}), DONE],
        [data({"choices": [{"index": 0, "delta": None}]}), DONE],
        [data({"choices": [{"index": 0, "delta": {"content": None, "role": "assistant"}}]}), DONE],
        [data({}), DONE],
        [b"event: ping\ndata: {}\n\n", DONE],
        [data({"choices": [{"index": 1, "delta": {"content": "of another answer"}}]}), DONE],
    ],
)
def test_oddities_that_change_nothing(payloads: list[bytes]) -> None:
    """Second ends, keep-alives, empty and foreign choices: the answer is the same, and it is told once."""
    with ScriptedServer(streamed(b"\xef\xbb\xbf" + text("x"), finish(), *payloads)) as server:
        events = events_of(STREAMING, server.base_url)
    answer = fold(events)
    assert (answer.text, answer.ended, answer.error) == ("x", "done", None)
    assert sum(isinstance(event, Finished) for event in events) == 1
    assert sum(isinstance(event, Ended) for event in events) == 1


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_under_either_name(field: str) -> None:
    """What a model thinks is kept apart from its answer."""
    delta = data({"choices": [{"index": 0, "delta": {field: "Hm", "content": ""}}]})
    answer = play(*streamed(delta, text("x"), finish()))
    assert (answer.reasoning, answer.text) == ("Hm", "x")


def test_content_in_parts() -> None:
    """A content that comes as a list of parts is its texts."""
    parts = [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}, "odd"]
    assert play(*streamed(data({"choices": [{"delta": {"content": parts}}]}), finish())).text == "abodd"


def test_odd_characters_arrive_whole() -> None:
    """Line separators of Python, emoji cut between bytes, and halves of a pair that come escaped in two chunks."""
    odd = "a\u2028b\u2029c\x85d\x0be 👩‍👩‍👧"
    halves = [
        rb'data: {"choices":[{"delta":{"content":"<\ud83d"}}]}',
        rb'data: {"choices":[{"delta":{"content":"\ude00>"}}]}',
    ]
    raw = text(odd) + b"\n\n".join(halves) + b"\n\n" + finish()
    answer = play(SSE_HEAD + chunked(*(raw[i : i + 1] for i in range(len(raw)))) + END)
    assert answer.text == odd + "<😀>"


def test_a_lone_half_of_a_character_becomes_a_mark() -> None:
    """No lone surrogate gets out: it could be neither stored nor sent on."""
    lone = rb'data: {"choices":[{"delta":{"content":"a\udc00b"}}]}' + b"\n\n"
    assert play(*streamed(lone, finish())).text == "a\ufffdb"


def piece(**call: Any) -> bytes:
    return data({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})


@pytest.mark.parametrize(
    "payloads",
    [
        # OpenAI: the id once, then pieces by index, interleaved
        [
            piece(index=0, id="a", type="function", function={"name": "f", "arguments": ""}),
            piece(index=1, id="b", function={"name": "g", "arguments": '{"y"'}),
            piece(index=0, function={"arguments": '{"x": 1}'}),
            piece(index=1, function={"arguments": ": 2}"}),
        ],
        # transformers serve: whole calls, all with index 0 and the same id
        [
            piece(index=0, id="a", function={"name": "f", "arguments": '{"x": 1}'}),
            piece(index=0, id="a", function={"name": "g", "arguments": '{"y": 2}'}),
        ],
        # the same index, told apart by a new id
        [
            piece(index=0, id="a", function={"name": "f", "arguments": '{"x": 1}'}),
            piece(index=0, id="", function={"arguments": ""}),
            piece(index=0, id="b", function={"name": "g", "arguments": '{"y": 2}'}),
        ],
        # no index at all
        [
            piece(id="a", function={"name": "f", "arguments": '{"x"'}),
            piece(function={"arguments": ": 1}"}),
            piece(id="b", function={"name": "g", "arguments": '{"y": 2}'}),
        ],
        # the name and the id in every piece
        [
            piece(index=0, id="a", function={"name": "f", "arguments": '{"x"'}),
            piece(index=0, id="a", function={"name": "f", "arguments": ": 1}"}),
            piece(index=1, id="b", function={"name": "g", "arguments": '{"y": 2}'}),
        ],
        # arguments as an object, and nonsense between
        [
            piece(index=0, id="a", function={"name": "f", "arguments": {"x": 1}}),
            data({"choices": [{"delta": {"tool_calls": [None, 5, {"function": None, "index": 0}]}}]}),
            piece(index=1, id="b", function={"name": "g", "arguments": {"y": 2}}),
        ],
    ],
    ids=["openai", "transformers", "new id", "no index", "repeated name", "objects"],
)
def test_tool_calls_in_every_dialect(payloads: list[bytes]) -> None:
    """Pieces find their call, however a server numbers them."""
    calls = play(*streamed(*payloads, finish("tool_calls"))).tool_calls
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [("f", {"x": 1}), ("g", {"y": 2})]
    assert calls[0].id == "a"


@pytest.mark.parametrize("first", ["", '{"city": ', "[1]", "null", '"x"'])
@pytest.mark.parametrize("id", ["a", "b"])
def test_a_new_id_or_name_is_a_new_call(first: str, id: str) -> None:
    """Also where the index stays, and where what the call before was given is empty, broken or no object."""
    one = piece(index=0, id="a", function={"name": "f", "arguments": first})
    other = piece(index=0, id=id, function={"name": "g", "arguments": "{}"})
    calls = play(*streamed(one, other, finish("tool_calls"))).tool_calls
    assert calls == (ToolCall("a", "f", first), ToolCall(id, "g", "{}"))


def test_log_probabilities_in_every_dialect() -> None:
    """Several tokens per chunk, bytes or alternatives missing, impossible values: all become finite scores."""
    tokens = [
        {
            "token": "a",
            "logprob": -0.1,
            "bytes": [97],
            "top_logprobs": [{"token": "a", "logprob": -0.1}],
            "id": 7,
        },
        {"token": "b", "logprob": -3.4028234663852886e38, "bytes": None, "top_logprobs": None},
        {"token": "b", "logprob": -1.0, "top_logprobs": [{"token": "h", "logprob": -3.4028234663852886e38}]},
        {"token": "c", "logprob": None},
        {
            "token": "d",
            "logprob": -1,
            "top_logprobs": [{"token": "e", "logprob": None}, {"token": 5, "logprob": -1}],
        },
        {"token": "f", "logprob": 0.0, "top_logprobs": [None, {"logprob": -2.0}]},
        "nonsense",
    ]
    answer = play(
        *streamed(text("abc", logprobs={"content": tokens}), text("d", logprobs={"content": None}), finish())
    )
    assert answer.logprobs == (
        TokenScore("a", -0.1, (Alternative("a", -0.1),), 7),
        TokenScore("b", -9999.0),
        TokenScore("b", -1.0, (Alternative("h", -9999.0),)),
        TokenScore("c", -9999.0),
        TokenScore("d", -1.0, (Alternative("e", -9999.0), Alternative("5", -1.0))),
        TokenScore("f", 0.0, (Alternative("None", -2.0),)),
    )


def test_bare_infinity_and_nan() -> None:
    """Servers in Python write -Infinity and NaN, which is no JSON, and mean it."""
    tokens = b'[{"token":"x","logprob":-Infinity},{"token":"y","logprob":NaN}]'
    raw = b'data: {"choices":[{"delta":{},"logprobs":{"content":%s}}]}\n\n' % tokens
    assert play(*streamed(raw, finish())).logprobs == (TokenScore("x", -9999.0), TokenScore("y", -9999.0))


def test_partial_scores_survive_an_error() -> None:
    """An error chunk ends the answer; text, scores and usage that came before, or with it, are kept."""
    bad = data(
        {
            "error": {"message": "Provider overloaded", "code": "server_error"},
            "choices": [{"index": 0, "delta": {"content": "!"}, "finish_reason": "error"}],
            "usage": USAGE,
        }
    )
    answer = play(*streamed(text("x", logprobs={"content": [{"token": "x", "logprob": -1.0}]}), bad))
    assert (answer.text, answer.ended, answer.finish_reason) == ("x!", "error", "error")
    assert answer.logprobs == (TokenScore("x", -1.0),)
    assert answer.usage.raw == USAGE
    assert isinstance(answer.error, StreamFailed)
    assert "Provider overloaded" in answer.error.message


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"message": "boom", "type": "x", "code": 500}},
        {"error": {"message": "boom", "code": "server_error"}},
        {"error": "boom"},
        {"object": "error", "message": "boom", "code": 400},
        {
            "error": {
                "message": "Provider returned error",
                "metadata": {"raw": '{"error": {"message": "boom"}}'},
            }
        },
        {"error": {"http_status_code": 422, "message": "boom"}},
        {"detail": "x", "error": {"message": "", "detail": "boom"}},
    ],
)
def test_an_error_within_a_stream_keeps_its_words(error: dict[str, Any]) -> None:
    """In whatever shape it comes, with HTTP 200, in a stream or as a whole answer."""
    for steps, asked in (
        (streamed(text("x"), data(error), DONE), STREAMING),
        (answered(200, json.dumps(error).encode()), request()),
        (answered(200, json.dumps(error).encode()), STREAMING),
    ):
        answer = play(*steps, asked=asked)
        assert answer.ended == "error"
        assert "boom" in str(answer.error)


def test_the_body_decides_and_not_the_request() -> None:
    """A stream that nobody asked for, a whole answer to a streaming request, a stream that calls itself JSON."""
    stream = text("x") + finish() + DONE
    assert play(*streamed(text("x"), finish(), DONE), asked=request()).text == "x"
    assert play(*answered(200, whole("x"))).text == "x"
    assert play(*answered(200, stream)).text == "x"
    assert play(*answered(200, stream, "text/plain")).text == "x"
    assert play(*answered(200, whole("x"), "text/plain"), asked=request()).text == "x"
    assert play(*answered(200, b"\xef\xbb\xbf" + whole("x")), asked=request()).ended == "done"


def test_half_a_document_keeps_its_text() -> None:
    """A whole answer that breaks off is cut off, and its text so far is kept."""
    head, body = answered(200, whole("Hello world"))[0].split(b"\r\n\r\n")  # type: ignore[union-attr]
    answer = play(head + b"\r\n\r\n" + body[: body.index(b" world")], Close(), asked=request())
    assert (answer.ended, answer.text) == ("cut off", "Hello")
    assert answer.error is not None


def test_one_connection_serves_many_answers() -> None:
    """After [DONE] the rest is read, so that the next request needs no new connection."""

    async def three() -> None:
        async with Transport() as transport:
            for _ in range(3):
                events = [e async for e in transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))]
                assert isinstance(events[-1], Ended)
                assert events[-1].ended == "done"

    with ScriptedServer(streamed(text("x"), finish(), DONE)) as server:
        asyncio.run(three())
        assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://host/v1", "http://", "http://127.0.0.1:99999999/v1"])
def test_a_base_url_that_is_none(url: str) -> None:
    """Said in one sentence, and nothing is sent."""
    answer = answer_of(request(), url)
    assert answer.ended == "error"
    assert isinstance(answer.error, ServerUnreachable)
    assert "base URL" in answer.error.message
    assert answer.error.next_step


def test_text_deltas_carry_the_time() -> None:
    """Times count from the moment the request left, and never run back."""
    with ScriptedServer(streamed(text("a"), text("b"), finish())) as server:
        events = events_of(STREAMING, server.base_url)
    times = [event.at for event in events if isinstance(event, (Connected, TextDelta, Ended))]
    assert times == sorted(times)
    assert times[0] > 0


def test_scores_come_before_the_end_and_after_their_text() -> None:
    """The order within one chunk: text first, then what is known of it."""
    scored = text("x", logprobs={"content": [{"token": "x", "logprob": -1.0}]}, finish_reason="stop")
    with ScriptedServer(streamed(scored)) as server:
        events = events_of(STREAMING, server.base_url)
    assert [type(e) for e in events[2:]] == [TextDelta, TokensScored, Finished, Ended]
    assert KEY not in repr(events)
