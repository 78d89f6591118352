"""Patience and retries: how long the transport waits, and when it asks again.

Kept apart from the dialects and the faults, because here the clock and the connection are what matters.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from playground.chat import Endpoint
from playground.errors import ServerRefused, ServerTimedOut, ServerUnreachable
from playground.events import Connected, Delayed, Event, fold
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Pause,
    Reset,
    Script,
    ScriptedServer,
    Stall,
    answered,
    chunked,
    finish,
    streamed,
    text,
    whole,
)
from playground.wire.kinds.openai import OPENAI
from playground.wire.retries import delay_before_retry, seconds_of
from playground.wire.transport import Timeouts, Transport
from tests.wire.asking import answer_of, events_of, request

STREAMING = request(stream=True)
GOOD = streamed(text("x"), finish(), DONE)
IMPATIENT = Timeouts(connect=0.3, first_byte=0.3, silence=0.3, total=1.0)


# -- timeouts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "word", "kept"),
    [
        ([Stall()], "begin", ""),
        ([SSE_HEAD, Stall()], "begin", ""),
        ([SSE_HEAD + chunked(text("x")), Stall()], "go on", "x"),
        ([SSE_HEAD + chunked(text("x"), b"data: {"), Stall()], "go on", "x"),
        ([SSE_HEAD, *[chunked(text("x")), Pause(0.02)] * 250], "finish", "x"),
        ([SSE_HEAD, *[chunked(b": still there\n\n"), Pause(0.02)] * 250], "finish", ""),
        ([SSE_HEAD, *[chunked(text("x") * 2000)] * 2000], "finish", "x"),
    ],
    ids=["no head", "no body", "after text", "within an event", "endless", "only comments", "flood"],
)
def test_patience_ends(script: Script, word: str, kept: str) -> None:
    """Whatever a server delays, the stream ends as timed out, says at what, keeps the text, and hangs up."""
    with ScriptedServer(script) as server:
        answer = answer_of(STREAMING, server.base_url, timeouts=IMPATIENT)
        assert server.requests[0].left.wait(20)
    assert (answer.ended, answer.text[:1]) == ("timeout", kept)
    assert isinstance(answer.error, ServerTimedOut)
    assert word in answer.error.message
    assert answer.error.next_step


def test_half_a_document_that_stalls_is_kept() -> None:
    """A whole answer that stalls in its middle has timed out, and its text so far is there."""
    head, body = answered(200, whole("Hello world"))[0].split(b"\r\n\r\n")  # type: ignore[union-attr]
    with ScriptedServer([head + b"\r\n\r\n" + body[: body.index(b" world")], Stall()]) as server:
        answer = answer_of(request(), server.base_url, timeouts=IMPATIENT)
    assert (answer.ended, answer.text) == ("timeout", "Hello")


@pytest.mark.parametrize(
    "more", [[Stall()], [chunked(text("y")), Pause(0.02)] * 500], ids=["silent", "endless"]
)
def test_an_answer_is_over_where_it_says_so(more: Script) -> None:
    """A server that keeps the connection open behind [DONE] is left soon, whatever else it says."""
    with ScriptedServer([SSE_HEAD + chunked(text("x"), finish(), DONE), *more]) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert server.requests[0].left.wait(20)
    assert (answer.ended, answer.text) == ("done", "x") and answer.total_s < 5


def test_what_comes_is_read_also_where_nobody_asks() -> None:
    """Whoever stops for a while to take events still has a limit to what a server can heap up: it is decoded."""

    async def main() -> None:
        async with Transport() as transport, asyncio.timeout(20):
            endpoint = Endpoint(server.base_url, "")
            async with aclosing(transport.stream(STREAMING, OPENAI, endpoint)) as events:
                async for event in events:
                    if isinstance(event, Connected):
                        while len(event.raw) < 100:
                            await asyncio.sleep(0.001)
                        return

    with ScriptedServer([SSE_HEAD, *[chunked(text("x" * 5000))] * 200, Stall()]) as server:
        asyncio.run(main())


def test_a_connection_that_is_never_accepted() -> None:
    """A host that drops packets is given up after the time to connect, not after the system's minutes."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        answer = answer_of(
            STREAMING, f"http://127.0.0.1:{port}/v1", timeouts=replace(IMPATIENT, first_byte=30.0, total=30.0)
        )
        for one in waiting:
            one.close()
    assert answer.ended == "timeout"
    assert isinstance(answer.error, ServerTimedOut)
    assert "connection" in answer.error.message


def test_an_error_body_that_stalls_still_gives_the_status() -> None:
    """A refusal whose words never end is a refusal with the words so far."""
    head = b"HTTP/1.1 400 X\r\ncontent-length: 1000\r\n\r\ntop_p must be"
    with ScriptedServer([head, Stall()]) as server:
        answer = answer_of(request(top_p=1.0), server.base_url, timeouts=IMPATIENT)
    assert isinstance(answer.error, ServerRefused)
    assert (answer.error.status, answer.error.parameter) == (400, "top_p")


def test_a_conversation_that_is_too_long_is_to_be_shortened() -> None:
    """llama.cpp advises to increase its context, which nobody can do here."""
    words = (
        b'{"error": {"message": "request (9999 tokens) exceeds the available context size (8192 tokens)"}}'
    )
    with ScriptedServer(answered(400, words)) as server:
        error = answer_of(request(), server.base_url).error
    assert error is not None and error.next_step.startswith("Shorten the conversation")


# -- retries -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_passing_fault_is_tried_again(status: int) -> None:
    """Twice at most, with the same body; the third answer counts."""
    failing = answered(status, b"later", retry_after="0")
    with ScriptedServer(failing, failing, GOOD) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert (answer.ended, answer.text) == ("done", "x")
        assert [visit.raw_body for visit in server.requests] == [server.requests[0].raw_body] * 3


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_the_third_refusal_is_told(status: int) -> None:
    """Three requests in all, then the server's words."""
    with ScriptedServer(answered(status, b"come back later", retry_after="0")) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert len(server.requests) == 3
    assert isinstance(answer.error, ServerRefused)
    assert "come back later" in answer.error.message


def test_a_wait_before_another_try_is_told() -> None:
    """With the server's words, and the seconds that it asked for."""
    with ScriptedServer(answered(429, b"come back later", retry_after="0.1"), GOOD) as server:
        delays = [event for event in events_of(STREAMING, server.base_url) if isinstance(event, Delayed)]
    assert [(delay.seconds, "come back later" in delay.why) for delay in delays] == [(0.1, True)]


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 405, 409, 413, 422, 500, 501, 505])
def test_a_lasting_fault_is_not_tried_again(status: int) -> None:
    """Asking again would change nothing, or cost money."""
    with ScriptedServer(answered(status, b"no", retry_after="0"), GOOD) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert len(server.requests) == 1
    assert answer.ended == "error"


@pytest.mark.parametrize(
    "script",
    [[Reset()], [SSE_HEAD, Reset()], [SSE_HEAD + chunked(text("x")), Reset()], [b"HTTP/1.1 2", Reset()]],
    ids=["before the head", "before the first byte", "after text", "within the head"],
)
def test_nothing_is_asked_twice_that_a_server_has_seen(script: Script) -> None:
    """Once a request was received it may be billed: a broken connection is told, not retried."""
    with ScriptedServer(script, GOOD) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert len(server.requests) == 1
    assert answer.ended in ("error", "cut off")


def test_a_refused_connection_is_tried_again() -> None:
    """A server that starts a moment later is reached: the first attempts found nobody."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]

    async def ask() -> list[Event]:
        async with Transport() as transport:
            events = []
            async for event in transport.stream(STREAMING, OPENAI, Endpoint(f"http://127.0.0.1:{port}/v1")):
                events.append(event)
                if len(events) == 1:
                    asyncio.get_running_loop().call_later(0.1, start.set)
            return events

    async def serve() -> asyncio.Server:
        await start.wait()

        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"".join(part for part in GOOD if isinstance(part, bytes)))
            await writer.drain()
            writer.close()

        return await asyncio.start_server(reply, "127.0.0.1", port)

    async def both() -> list[Event]:
        events, server = await asyncio.gather(ask(), serve())
        server.close()
        return events

    start = asyncio.Event()
    answer = fold(asyncio.run(both()))
    assert (answer.ended, answer.text) == ("done", "x")


def test_nobody_there() -> None:
    """After three refused connections: the address, and what to check."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        answer = answer_of(STREAMING, f"http://127.0.0.1:{reserved.getsockname()[1]}/v1")
    assert isinstance(answer.error, ServerUnreachable)
    assert "127.0.0.1 cannot be reached" in answer.error.message


def test_how_long_to_wait() -> None:
    """Retry-After as a number or a date, up to a minute; else half a second that doubles, drawn at random."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert delay_before_retry(0, "0") == 0.0
    assert delay_before_retry(1, " 7.5 ") == 7.5
    assert delay_before_retry(0, "60") == 60.0
    assert delay_before_retry(0, "61") is None
    assert delay_before_retry(2, "0") is None
    assert seconds_of("Thu, 01 Jan 2026 00:00:30 GMT", now) == 30.0
    assert seconds_of("Wed, 31 Dec 2025 00:00:00 GMT", now) == 0.0
    assert seconds_of("Thu, 01 Jan 2026 00:00:30", now) == 30.0
    for nonsense in (
        None,
        "",
        "soon",
        "-1",
        "nan",
        "inf",
        "1e3",
        "²",
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
    ):
        assert seconds_of(nonsense, now) is None
        waits = {delay_before_retry(1, nonsense) for _ in range(50)}
        assert all(wait is not None and 0.5 <= wait <= 1.0 for wait in waits)
        assert len(waits) > 1


def test_a_date_counts_from_the_servers_own_clock() -> None:
    """Where ours is years behind, a server that says "from now on" is asked again at once, and not given up."""
    when = "Thu, 01 Jan 2099 00:00:00 GMT"
    with ScriptedServer(answered(503, b"later", retry_after=when, date=when), GOOD) as server:
        assert answer_of(STREAMING, server.base_url).text == "x"


def test_an_endless_retry_after_is_a_number() -> None:
    """Four hundred digits are more than a number can be, and still no reason to break."""
    with ScriptedServer(answered(429, b"limit", retry_after="9" * 400), GOOD) as server:
        assert "asks to wait 1,000,000,000 s" in str(answer_of(STREAMING, server.base_url).error)


def test_a_long_retry_after_is_not_waited_for() -> None:
    """A server that wants an hour gets no second request, and the reader is told now how long it wants."""
    with ScriptedServer(answered(429, b"limit", retry_after="3600"), GOOD) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert len(server.requests) == 1
    assert answer.ended == "error"
    assert "asks to wait 3,600 s" in str(answer.error)


def test_the_total_time_counts_while_waiting_to_retry() -> None:
    """A Retry-After beyond the total time ends as timed out at that time."""
    with ScriptedServer(answered(503, b"later", retry_after="30")) as server:
        answer = answer_of(STREAMING, server.base_url, timeouts=IMPATIENT)
    assert answer.ended == "timeout"
