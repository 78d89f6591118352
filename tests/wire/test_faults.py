"""The fault matrix: whatever goes wrong at a server, its stream ends, says why, and hurts no other.

Kept apart, and by name, because this list is what "every stream ends well" means.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from playground.chat import Endpoint
from playground.events import Answer, Ended, EndedAs, Event, TextDelta, fold
from playground.testing.scripted_server import (
    DONE,
    END,
    SSE_HEAD,
    SSE_HEAD_UNTIL_CLOSE,
    Close,
    Pause,
    Reset,
    Script,
    ScriptedServer,
    Stall,
    Step,
    answered,
    chunked,
    data,
    finish,
    streamed,
    text,
    whole,
)
from playground.wire.addresses import origin
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.transport import Timeouts, Transport
from tests.wire.asking import KEY, answer_of, here, request

STREAMING = request(stream=True, temperature=0.7, top_p=0.9, max_tokens=9)
IMPATIENT = Timeouts(connect=1.0, first_byte=0.4, silence=0.4, total=10.0)
HTML = b"<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Fault:
    """What a server does, how the stream must end, what its message must say, and the text that must be kept."""

    script: Script
    ended: EndedAs
    says: str
    kept: str = ""
    parameter: str | None = None


def refused(status: int, document: Any, says: str, parameter: str | None = None, **headers: str) -> Fault:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Fault(answered(status, body, retry_after="0", **headers), "error", says, parameter=parameter)


def message(words: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": words, **more}}


def packed(content: bytes) -> list[Step]:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
    return [head + b"content-length: %d\r\n\r\n" % len(content) + content]


X = text("x")
HALF = 'data: {"choices": [{"delta": {"content": "😀'.encode()[:-2]
GONE = {
    "error": {"message": "gone", "code": "server_error"},
    "choices": [{"delta": {}, "finish_reason": "error"}],
}
HOT = message("At most 1.", param="temperature", code=400)
FAULTS: Mapping[str, Fault] = {
    # refused, in every shape of words
    "400 with the parameter named": refused(400, message("Bad value", param="top_p"), "Bad value", "top_p"),
    "400 with a path to the parameter": refused(400, message("No", param="top_p[0].x"), "No", "top_p"),
    "400 that mentions the parameter": refused(400, message("`max_tokens` is too large"), "too large", "max_tokens"),
    "400 in vLLM's older shape": refused(400, {"object": "error", "message": "top_p?"}, "top_p?", "top_p"),
    "401": refused(401, message("Incorrect API key"), "Check the key"),
    "402": refused(402, message("Insufficient credits", code=402), "credit"),
    "403": refused(403, {"error": "gated model"}, "gated model"),
    "404 of a model": refused(404, message("The model `x` does not exist"), "does not exist", "model"),
    "404 of a path": refused(404, b"404 page not found", "base URL"),
    "405": refused(405, {"detail": "Method Not Allowed"}, "base URL"),
    "408": refused(408, message("Timeout"), "Timeout"),
    "413": refused(413, b"Payload Too Large", "Shorten"),
    "422 of FastAPI": refused(
        422, {"detail": [{"loc": ["body", "top_p"], "msg": "must be below 1"}]}, "must be below 1", "top_p"
    ),
    "422 of TGI": refused(
        422,
        {"error": "Input validation error: `top_p` must be > 0.0 and < 1.0", "error_type": "validation"},
        "Leave top_p unset",
        "top_p",
    ),
    "422 of transformers serve": refused(
        422, {"detail": "Unexpected keys in the request: {'max_tokens'}"}, "Unexpected keys", "max_tokens"
    ),
    "429 to the end": refused(429, message("Rate limit reached"), "Rate limit reached"),
    "429 without a body": refused(429, b"", "Wait a little"),
    "500 with JSON": refused(500, message("CUDA out of memory"), "CUDA out of memory"),
    "500 with nothing": refused(500, b"", "gave no reason"),
    "502 with a web page": refused(502, HTML, "502 Bad Gateway"),
    "503 loading": refused(503, {"error": "Model is loading", "estimated_time": 20}, "Model is loading"),
    "504": refused(504, HTML, "HTTP 504"),
    "529": refused(529, message("Overloaded"), "Overloaded"),
    "provider error behind a router": refused(
        400, message("Provider returned error", metadata={"raw": '{"error": {"message": "no"}}'}), "error (no)"
    ),
    "error without words": refused(400, {"error": {"code": 17}}, "17"),
    "error of nonsense": refused(400, b"\xff\xfe\x00", "HTTP 400"),
    "error of a megabyte": refused(400, b"top_p " * 170_000, "top_p", "top_p"),
    "error nested deeply": refused(400, b"[" * 100_000, "HTTP 400"),
    "error body that breaks off": Fault(
        [b"HTTP/1.1 400 X\r\ncontent-length: 99\r\n\r\ntop_p is", Close()], "error", "top_p is", parameter="top_p"
    ),
    "error body in chunks": Fault(
        [b"HTTP/1.1 400 X\r\ntransfer-encoding: chunked\r\n\r\n" + chunked(b'{"error":', b'"seen"}') + END],
        "error",
        "seen",
    ),
    "error body packed badly": refused(400, b"junk", "HTTP 400", content_encoding="gzip"),
    "redirect": refused(307, b"", "http://elsewhere/", location="http://elsewhere/"),
    # no HTTP, or broken HTTP
    "closed before the head": Fault([Close()], "error", "broke off before it answered"),
    "reset before the head": Fault([Reset()], "error", "broke off before it answered"),
    "garbage for a head": Fault([b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Close()], "error", "broke off before it answered"),
    "a head without an end": Fault([b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000, Stall()], "error", "broke off"),
    "a status that is none": Fault([b"HTTP/1.1 9999 X\r\n\r\n", Close()], "error", "broke off"),
    "broken chunk sizes": Fault([SSE_HEAD + chunked(X) + b"zz\r\n", Stall()], "cut off", "connection broke", "x"),
    "shorter than promised": Fault(
        [b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n" + X, Close()],
        "cut off",
        "connection broke",
        "x",
    ),
    "no content": Fault([b"HTTP/1.1 204 No Content\r\n\r\n"], "cut off", "sent no answer"),
    "an empty body": Fault(answered(200, b""), "cut off", "sent no answer"),
    "an empty stream": Fault(streamed(), "cut off", "sent no answer"),
    "only comments": Fault(streamed(b": OPENROUTER PROCESSING\n\n"), "cut off", "sent no answer"),
    "gzip that is none": Fault(packed(b"junk"), "cut off", "unpacked"),
    "gzip that is cut": Fault([*packed(gzip.compress(X * 50)[:40]), Close()], "cut off", "sent no answer"),
    # something else than an answer
    "a web page": Fault(answered(200, HTML, "text/html"), "error", "text/html"),
    "a web page that calls itself JSON": Fault(answered(200, HTML), "error", "not an answer"),
    "plain text": Fault(answered(200, b"It works!", "text/plain"), "error", "It works!"),
    "JSON that is no answer": Fault(answered(200, b'{"status": "ok"}'), "error", "no choices"),
    "JSON without choices": Fault(answered(200, b'{"choices": []}'), "error", "no choices"),
    "JSON of another kind": Fault(answered(200, b"[1, 2]"), "error", "not an answer"),
    "JSON that breaks off": Fault(answered(200, whole("x")[:60]), "error", "not JSON"),
    "an error with HTTP 200": Fault(answered(200, b'{"error": "no such model"}'), "error", "no such model"),
    # within the stream
    "stall before the head": Fault([Stall()], "timeout", "begin its answer"),
    "stall before the first byte": Fault([SSE_HEAD, Stall()], "timeout", "begin its answer"),
    "stall after the first token": Fault([SSE_HEAD + chunked(X), Stall()], "timeout", "go on", "x"),
    "stall within a character": Fault([SSE_HEAD + chunked(X, HALF), Stall()], "timeout", "go on", "x"),
    "closed within a character": Fault([SSE_HEAD_UNTIL_CLOSE + X + HALF, Close()], "cut off", "neither", "x"),
    "closed in the middle": Fault([SSE_HEAD + chunked(X), Close()], "cut off", "connection broke", "x"),
    "reset in the middle": Fault([SSE_HEAD + chunked(X), Pause(0.1), Reset()], "cut off", "connection broke", "x"),
    "closed in the middle, without chunks": Fault([SSE_HEAD_UNTIL_CLOSE + X, Close()], "cut off", "neither", "x"),
    "an end that says nothing": Fault(streamed(X), "cut off", "neither a finish reason nor [DONE]", "x"),
    "an error event": Fault(streamed(X, data(message("boom", code=502)), DONE), "error", "boom", "x"),
    "an error event of vLLM": Fault(streamed(X, data({"object": "error", "message": "boom"})), "error", "boom", "x"),
    "an error event of TGI": Fault(
        streamed(X, data(message("boom", http_status_code=422)), DONE), "error", "boom", "x"
    ),
    "an error event of transformers serve": Fault(
        streamed(X, b'data: {"error": "shape "mismatch""}\n\n'), "error", "mismatch", "x"
    ),
    "an error event of OpenRouter": Fault(streamed(X, data(GONE)), "error", "gone", "x"),
    "a refusal in a stream": Fault(streamed(data(HOT), DONE), "error", "Leave temperature", parameter="temperature"),
    "a refusal of TGI in a stream": Fault(
        streamed(data({"error": "Input validation error: `top_p` must be > 0.0", "error_type": "validation"})),
        "error",
        "within an answer of HTTP 200: Input validation error: `top_p` must be > 0.0. Leave top_p unset",
        parameter="top_p",
    ),
    "a refusal with HTTP 200": Fault(
        answered(200, json.dumps(HOT).encode()), "error", "Leave temperature unset", parameter="temperature"
    ),
    "a parameter named too late": Fault(
        streamed(X, data(HOT)), "error", "broke off with an error: At most 1. Leave", "x", parameter="temperature"
    ),
    "an error before anything": Fault(streamed(data(message("boom."))), "error", "answered with an error: boom. Try"),
    "finish_reason error alone": Fault(streamed(X, finish("error")), "error", "did not say which", "x"),
    "an error and then a stall": Fault([SSE_HEAD + chunked(X, data({"error": "boom"})), Stall()], "error", "boom", "x"),
    "data that is no JSON": Fault(streamed(X, b"data: hello\n\n"), "error", "not JSON: 'hello'", "x"),
    "data that is no JSON, and nothing else": Fault(streamed(b"data: hello\n\n", DONE), "error", "not JSON: 'hello'"),
    "data that is half JSON": Fault(streamed(X, b'data: {"choices": [\n\n'), "error", "not JSON", "x"),
    "data that is a number": Fault(streamed(X, b"data: 5\n\n"), "error", "an object was expected", "x"),
    "data nested deeply": Fault(streamed(X, b"data: " + b"[" * 100_000 + b"\n\n"), "error", "not JSON", "x"),
    "an event of 17 MB": Fault(streamed(X, b"data: " + b"y" * 17 * 2**20), "error", "more than 16,777,216 bytes", "x"),
}  # fmt: skip

HARMLESS: Mapping[str, Script] = {
    "two ends": streamed(X, finish(), DONE, DONE),
    "two finish reasons": streamed(X, finish(), finish(), DONE),
    "no end mark": streamed(X, finish()),
    "no finish reason": streamed(X, DONE),
    "empty choices": streamed(data({"choices": []}), X, data({"choices": []}), finish()),
    "null choices": streamed(data({"choices": None}), X, finish()),
    "null content": streamed(data({"choices": [{"delta": {"content": None}}]}), X, finish()),
    "null delta": streamed(data({"choices": [{"delta": None}]}), X, finish()),
    "choices of nonsense": streamed(data({"choices": [None, 1, "a", []]}), data({"choices": 7}), X, finish()),
    "everything of the wrong type": streamed(
        data({"choices": [{"delta": {"content": {}, "reasoning": {}, "tool_calls": "x"}, "logprobs": []}]}),
        data({"choices": [{"delta": {"content": []}}], "usage": 3}),
        data({"choices": [{"delta": 7, "logprobs": {"content": "x"}}], "usage": {"prompt_tokens": "many"}}),
        X,
        finish(),
    ),
    "empty data": streamed(b"data:\n\n", b"data: \n\n", b"data: null\n\n", X, finish()),
    "a text between chunks": streamed(X, b"data: hello\n\n", finish()),
    "an empty list between chunks": streamed(b"data: []\n\n", X, b"data: []\n\n", finish(), DONE),
    "wrong content type": [*answered(200, X + finish() + DONE, "application/octet-stream")],
    "no content type": [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + X + finish() + DONE, Close()],
    "an answer instead of a stream": answered(200, whole("x")),
    "gzip nobody asked for": packed(gzip.compress(X + finish() + DONE)),
    "HTTP/1.0": [b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + X + finish() + DONE, Close()],
    "a connection reset after the end": [SSE_HEAD + chunked(X, finish(), DONE), Reset()],
    "a stall after the end": [SSE_HEAD + chunked(X, finish(), DONE), Stall()],
    "one byte at a time": [SSE_HEAD, *[chunked(bytes([b])) for b in X + finish() + DONE], END],
}  # fmt: skip


async def beside(faulty: ScriptedServer, healthy: ScriptedServer) -> tuple[list[Event], list[Event]]:
    """The events of two streams over one transport, at the same time."""
    async with Transport() as transport:

        async def events(server: ScriptedServer, timeouts: Timeouts) -> list[Event]:
            endpoint = Endpoint(server.base_url, KEY)
            return [event async for event in transport.stream(STREAMING, OPENAI, endpoint, timeouts)]

        # A busy machine may let the sound one wait for longer than the faulty one is waited for.
        both = asyncio.gather(events(faulty, IMPATIENT), events(healthy, Timeouts()))
        return tuple(await both)  # type: ignore[return-value]


def told_once(events: list[Event]) -> Answer:
    """The answer, whose end is the last event and came once."""
    assert [isinstance(event, Ended) for event in events].count(True) == 1
    assert isinstance(events[-1], Ended)
    return fold(events)


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str) -> None:
    """The stream ends as it must, with one message and a next step, keeps its text, and leaves its neighbour alone."""
    fault = FAULTS[name]
    with ScriptedServer(fault.script) as faulty, ScriptedServer(streamed(X, finish(), DONE)) as healthy:
        broken, good = (told_once(events) for events in asyncio.run(beside(faulty, healthy)))
    assert (good.ended, good.text, good.error) == ("done", "x", None)
    assert (broken.ended, broken.text) == (fault.ended, fault.kept)
    assert broken.error is not None
    assert fault.says in str(broken.error)
    assert broken.error.parameter == fault.parameter
    assert broken.error.next_step.endswith(".")
    assert "\n" not in str(broken.error)
    assert len(str(broken.error)) < 2500


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_oddity(name: str) -> None:
    """What is odd but clear is an answer like any other."""
    with ScriptedServer(HARMLESS[name]) as server:
        answer = answer_of(STREAMING, server.base_url)
    assert (answer.ended, answer.text, answer.error) == ("done", "x", None)


def test_there_are_enough_of_them() -> None:
    """At least forty faults by name."""
    assert len(FAULTS) >= 40


@pytest.mark.parametrize("how", [Close(), Reset()], ids=["close", "reset"])
def test_cut_at_every_place(how: Step) -> None:
    """A stream cut at any of its bytes is cut off and keeps a beginning of its text, until its finish reason came."""
    words = ["One", " two", " 😀", "\u2028", " four"]
    payload = b"".join(text(word) for word in words)
    whole_text, end = "".join(words), payload + finish()
    steps = [[SSE_HEAD_UNTIL_CLOSE + end[:cut], how] for cut in range(0, len(end), 9)]
    with ScriptedServer(*steps) as server:
        answers = asyncio.run(one_after_the_other(server, len(steps)))
    for cut, answer in zip(range(0, len(end), 9), answers, strict=True):
        assert whole_text.startswith(answer.text), cut
        assert answer.ended == ("done" if answer.finish_reason else "cut off"), cut
        assert answer.finish_reason is None or cut > len(payload), cut


async def one_after_the_other(server: ScriptedServer, count: int) -> list[Answer]:
    async with Transport() as transport:
        return [
            fold([e async for e in transport.stream(STREAMING, OPENAI, Endpoint(server.base_url), IMPATIENT)])
            for _ in range(count)
        ]


def test_a_name_that_nobody_knows() -> None:
    """DNS: said with the host, and not tried again."""
    answer = answer_of(STREAMING, "http://no-such-host.invalid/v1", timeouts=IMPATIENT)
    assert answer.ended in ("error", "timeout")
    assert "no-such-host.invalid" in str(answer.error)


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example"])
def test_a_name_that_cannot_be(host: str) -> None:
    """A host that breaks the rules of names is an unreachable one."""
    answer = answer_of(STREAMING, f"http://{host}/v1", timeouts=IMPATIENT)
    assert answer.ended == "error"
    assert "cannot be reached" in str(answer.error)


def test_a_closed_port() -> None:
    """Nobody listens: said with the host."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        answer = answer_of(STREAMING, f"http://127.0.0.1:{reserved.getsockname()[1]}/v1", timeouts=IMPATIENT)
    assert "cannot be reached" in str(answer.error)


def test_no_tls_behind_https() -> None:
    """A server that speaks plain HTTP at an https address: said at once, with the address to try."""
    with ScriptedServer([Stall()], greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        answer = answer_of(STREAMING, server.base_url.replace("http:", "https:"), timeouts=IMPATIENT)
        assert server.connections == 1
    assert answer.ended == "error"
    assert f"answers in plain HTTP at this address. Try {origin(server.base_url)}" in str(answer.error)


def test_a_tls_handshake_that_never_ends() -> None:
    """A server that is silent where it should shake hands is given up after the time to connect."""
    with ScriptedServer([Stall()]) as server:
        limits = Timeouts(connect=0.2, first_byte=30.0)
        answer = answer_of(STREAMING, server.base_url.replace("http:", "https:"), timeouts=limits)
    assert answer.ended == "timeout"


def test_openrouter_without_a_provider_for_all_parameters() -> None:
    """Its 404 tells which way out there is: leave one unset, or let providers ignore what they do not take."""
    error = {
        "message": "No endpoints found that can handle the requested parameters.",
        "code": 404,
        "availability": {"code": "constraint_filtered", "excluded_by": ["require_parameters"]},
    }
    with ScriptedServer(answered(404, json.dumps({"error": error}).encode())) as server:
        answer = answer_of(STREAMING, server.base_url, here(OPENROUTER))
    assert "require_parameters" in str(answer.error)
    assert "Leave one of the set parameters unset" in str(answer.error)


def test_the_text_before_a_fault_came_when_it_was_sent() -> None:
    """Kept text is not gathered at the end: it was given before the fault came."""
    with ScriptedServer(FAULTS["stall after the first token"].script) as server:

        async def first() -> Event:
            async with Transport() as transport:
                events = transport.stream(STREAMING, OPENAI, Endpoint(server.base_url), IMPATIENT)
                try:
                    async for event in events:
                        if isinstance(event, TextDelta):
                            return event
                finally:
                    await events.aclose()
            raise AssertionError("no text")

        assert asyncio.run(first()).at < IMPATIENT.silence  # type: ignore[union-attr]
