"""Patience, retries, leaving and keys: what the transport promises beside the answer itself.

Kept apart from the dialects and the faults, because here the clock and the connection are what matters.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from playground.chat import Endpoint
from playground.errors import KeyMissing, ServerRefused, ServerTimedOut, ServerUnreachable
from playground.events import Ended, Event, TextDelta, fold
from playground.wire.keys import headers
from playground.wire.profiles import HUGGINGFACE, OPENAI, OPENROUTER
from playground.wire.retries import delay_before_retry, seconds_of
from playground.wire.transport import Timeouts, Transport
from tests.standin import (
    DONE,
    SSE_HEAD,
    Pause,
    Reset,
    Script,
    Stall,
    Standin,
    Step,
    answered,
    chunked,
    finish,
    streamed,
    text,
    whole,
)
from tests.wire.asking import KEY, answer_of, events_of, request

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
        ([SSE_HEAD, *[chunked(text("x")), Pause(0.1)] * 50], "finish", "x"),
        ([SSE_HEAD, *[chunked(b": still there\n\n"), Pause(0.1)] * 50], "finish", ""),
        ([SSE_HEAD, *[chunked(text("x") * 2000)] * 2000], "finish", "x"),
    ],
    ids=["no head", "no body", "after text", "within an event", "endless", "only comments", "flood"],
)
def test_patience_ends(script: Script, word: str, kept: str) -> None:
    """Whatever a server delays, the stream ends as timed out, says at what, keeps the text, and hangs up."""
    with Standin(script) as server:
        answer = answer_of(STREAMING, server.base_url, timeouts=IMPATIENT)
        assert server.visits[0].left.wait(5)
    assert (answer.ended, answer.text[:1]) == ("timeout", kept)
    assert isinstance(answer.error, ServerTimedOut)
    assert word in answer.error.message
    assert answer.error.next_step


def test_half_a_document_that_stalls_is_kept() -> None:
    """A whole answer that stalls in its middle has timed out, and its text so far is there."""
    head, body = answered(200, whole("Hello world"))[0].split(b"\r\n\r\n")  # type: ignore[union-attr]
    with Standin([head + b"\r\n\r\n" + body[: body.index(b" world")], Stall()]) as server:
        answer = answer_of(request(), server.base_url, timeouts=IMPATIENT)
    assert (answer.ended, answer.text) == ("timeout", "Hello")


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
    with Standin([head, Stall()]) as server:
        answer = answer_of(request(top_p=1.0), server.base_url, timeouts=IMPATIENT)
    assert isinstance(answer.error, ServerRefused)
    assert (answer.error.status, answer.error.parameter) == (400, "top_p")


# -- retries -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_passing_fault_is_tried_again(status: int) -> None:
    """Twice at most, with the same body; the third answer counts."""
    failing = answered(status, b"later", retry_after="0")
    with Standin(failing, failing, GOOD) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert (answer.ended, answer.text) == ("done", "x")
        assert [visit.raw_body for visit in server.visits] == [server.visits[0].raw_body] * 3


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_the_third_refusal_is_told(status: int) -> None:
    """Three requests in all, then the server's words."""
    with Standin(answered(status, b"come back later", retry_after="0")) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert len(server.visits) == 3
    assert isinstance(answer.error, ServerRefused)
    assert "come back later" in answer.error.message


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 405, 409, 413, 422, 500, 501, 505])
def test_a_lasting_fault_is_not_tried_again(status: int) -> None:
    """Asking again would change nothing, or cost money."""
    with Standin(answered(status, b"no", retry_after="0"), GOOD) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert len(server.visits) == 1
    assert answer.ended == "error"


@pytest.mark.parametrize(
    "script",
    [[Reset()], [SSE_HEAD, Reset()], [SSE_HEAD + chunked(text("x")), Reset()], [b"HTTP/1.1 2", Reset()]],
    ids=["before the head", "before the first byte", "after text", "within the head"],
)
def test_nothing_is_asked_twice_that_a_server_has_seen(script: Script) -> None:
    """Once a request was received it may be billed: a broken connection is told, not retried."""
    with Standin(script, GOOD) as server:
        answer = answer_of(STREAMING, server.base_url)
        assert len(server.visits) == 1
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
    for nonsense in (None, "", "soon", "-1", "nan", "inf", "1e3", "²"):
        assert seconds_of(nonsense, now) is None
        waits = {delay_before_retry(1, nonsense) for _ in range(50)}
        assert all(wait is not None and 0.5 <= wait <= 1.0 for wait in waits)
        assert len(waits) > 1


def test_a_long_retry_after_is_not_waited_for() -> None:
    """A server that wants an hour gets no second request, and the reader an answer now."""
    with Standin(answered(429, b"limit", retry_after="3600"), GOOD) as server:
        assert answer_of(STREAMING, server.base_url).ended == "error"
        assert len(server.visits) == 1


def test_the_total_time_counts_while_waiting_to_retry() -> None:
    """A Retry-After beyond the total time ends as timed out at that time."""
    with Standin(answered(503, b"later", retry_after="30")) as server:
        answer = answer_of(STREAMING, server.base_url, timeouts=IMPATIENT)
    assert answer.ended == "timeout"


# -- leaving -----------------------------------------------------------------------------------------------------

DRIP: list[Step] = [chunked(text("x")), Pause(0.01)]
MOMENTS: Mapping[str, Script] = {
    "before the head": [Stall()],
    "before the first byte": [SSE_HEAD, Stall()],
    "stalled in the middle": [SSE_HEAD + chunked(text("x")), Stall()],
    "while it writes": [SSE_HEAD, *DRIP * 500],
    "within an error body": [b"HTTP/1.1 500 X\r\ncontent-length: 9\r\n\r\nx", Stall()],
}


async def wait_for(condition: Callable[[], Any]) -> None:
    """Until `condition` holds; the test's own patience bounds it."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


async def left_after(server: Standin, leave: Callable[[], Any]) -> float:
    """Seconds from `leave()` until the stand-in saw its client go."""
    before = monotonic()
    pending = leave()
    if pending is not None:
        await pending
    await wait_for(server.visits[0].left.is_set)
    assert server.visits[0].left_at is not None
    return server.visits[0].left_at - before


@pytest.mark.parametrize("moment", MOMENTS)
def test_cancelling_the_task_hangs_up(moment: str) -> None:
    """Whoever waits is cancelled: the server's connection closes at once, and no task or socket stays behind."""

    async def main() -> float:
        async with Transport() as transport:

            async def read() -> None:
                async with aclosing(transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))) as events:
                    async for _ in events:
                        pass

            task = asyncio.create_task(read())
            await wait_for(lambda: server.visits)
            await asyncio.sleep(0.05)
            seconds = await left_after(server, lambda: task.cancel() and None)
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)
            assert asyncio.all_tasks() == {asyncio.current_task()}
            return seconds

    with Standin(MOMENTS[moment]) as server:
        assert asyncio.run(main()) < 1.0
        assert server.open_connections == 0


def test_closing_the_generator_hangs_up() -> None:
    """A reader that has had enough after the first word leaves nothing running at the server."""

    async def main() -> float:
        async with Transport() as transport:
            events = transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))
            async for event in events:
                if isinstance(event, TextDelta):
                    break
            return await left_after(server, events.aclose)

    with Standin(MOMENTS["stalled in the middle"]) as server:
        assert asyncio.run(main()) < 1.0


def test_one_stream_leaves_and_the_other_stays() -> None:
    """Two answers over one transport: cancelling one does not touch the other."""

    async def main() -> list[Event]:
        async with Transport() as transport:
            other = transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))
            await anext(other)
            leaving = asyncio.create_task(anext(other))
            await wait_for(lambda: server.visits)
            staying = asyncio.create_task(collected(transport))
            await wait_for(lambda: len(server.visits) == 2)
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            await other.aclose()
            return await staying

    async def collected(transport: Transport) -> list[Event]:
        return [event async for event in transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))]

    with Standin(
        [Stall()], [SSE_HEAD, Pause(0.2), chunked(text("x"), finish(), DONE) + b"0\r\n\r\n"]
    ) as server:
        assert fold(asyncio.run(main())).ended == "done"


def test_two_hundred_cancelled_streams_leave_nothing() -> None:
    """Connections, tasks and file descriptors are back where they were."""

    async def main() -> None:
        async with Transport() as transport:
            for _ in range(200):
                events = transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))
                async for event in events:
                    if isinstance(event, TextDelta):
                        break
                await events.aclose()
            await wait_for(lambda: server.open_connections == 0)
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert not transport._client._transport._pool.connections  # type: ignore[attr-defined]

    with Standin(MOMENTS["stalled in the middle"]) as server:
        asyncio.run(main())


# -- keys --------------------------------------------------------------------------------------------------------


def test_the_key_goes_to_the_server_and_nowhere_else() -> None:
    """It arrives as a bearer token; no key, no header."""
    with Standin(GOOD) as server:
        answer_of(STREAMING, server.base_url)
        answer_of(STREAMING, server.base_url, key="")
        first, second = server.visits
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in second.headers


@pytest.mark.parametrize(
    "script",
    [
        answered(401, f'{{"error": {{"message": "Incorrect API key: {KEY}"}}}}'.encode()),
        answered(500, f"<html>{KEY}</html>".encode(), "text/html"),
        answered(302, b"", location=f"http://elsewhere/?key={KEY}"),
        answered(200, f"<html>{KEY}</html>".encode(), "text/html"),
        streamed(text(f"your key is {KEY}"), finish()),
        streamed(text("x"), f'data: {{"error": "bad key {KEY}"}}\n\n'.encode()),
        streamed(text("x"), f"data: {KEY} is no JSON\n\n".encode()),
        answered(200, whole(f"your key is {KEY}")),
        [SSE_HEAD.replace(b"\r\n\r\n", f"\r\nx-echo: {KEY}\r\n\r\n".encode()), Reset()],
        [KEY.encode() + b" is no HTTP\r\n\r\n", Reset()],
    ],
)
def test_an_echoed_key_is_masked(script: Script) -> None:
    """A server that repeats the key cannot make it appear in any event."""
    with Standin(script) as server:
        events = events_of(STREAMING, server.base_url)
    assert KEY not in "".join(map(str, events))
    assert KEY not in "".join(str(e.error) + repr(e.error) for e in events if isinstance(e, Ended))


def test_a_key_stays_with_its_provider() -> None:
    """A hosted provider's profile, or a HuggingFace token, at a foreign address: nothing is sent."""
    with Standin(GOOD) as server:
        for profile, key in ((OPENROUTER, KEY), (HUGGINGFACE, "hf_test")):

            async def ask(profile: Any = profile, key: str = key) -> list[Event]:
                async with Transport() as transport:
                    endpoint = Endpoint(server.base_url, key)
                    return [event async for event in transport.stream(STREAMING, profile, endpoint)]

            answer = fold(asyncio.run(ask()))
            assert isinstance(answer.error, KeyMissing)
            assert key not in str(answer.error)
        assert not server.visits


@pytest.mark.parametrize(
    ("key", "host", "goes"),
    [
        ("hf_x", "router.huggingface.co", True),
        ("hf_x", "huggingface.co", True),
        ("hf_x", "abc.us-east-1.aws.endpoints.huggingface.cloud", True),
        ("hf_x", "127.0.0.1", True),
        ("hf_x", "evilhuggingface.co", False),
        ("hf_x", "huggingface.co.evil.example", False),
        ("hf_x", "openrouter.ai", False),
        ("sk-x", "any.example", True),
    ],
)
def test_where_a_key_may_go(key: str, host: str, goes: bool) -> None:
    """A HuggingFace token goes to HuggingFace or stays on this machine; other keys go to the endpoint's own host."""
    if goes:
        assert headers(OPENAI, Endpoint(f"https://{host}/v1", key), host)["Authorization"] == f"Bearer {key}"
    else:
        with pytest.raises(KeyMissing, match="another provider"):
            headers(OPENAI, Endpoint(f"https://{host}/v1", key), host)


@pytest.mark.parametrize("key", ["", "  ", "two words", "new\nline", "naïve", "\x00"])
def test_a_missing_or_broken_key_is_an_error(key: str) -> None:
    """Where a key is needed, an empty one is an error, and one that no provider ever made is too."""
    with Standin(GOOD) as server:
        answer = answer_of(STREAMING, server.base_url, OPENROUTER, key=key)
        assert not server.visits
    assert isinstance(answer.error, KeyMissing)
    assert answer.error.next_step


def test_no_cookies_come_or_go() -> None:
    """Cookies of a response are neither shown nor sent back."""
    steps = answered(200, whole(), set_cookie="session=secret")
    with Standin(steps) as server:

        async def twice() -> list[Event]:
            async with Transport() as transport:
                endpoint = Endpoint(server.base_url)
                _ = [e async for e in transport.stream(request(), OPENAI, endpoint)]
                return [e async for e in transport.stream(request(), OPENAI, endpoint)]

        events = asyncio.run(twice())
        assert "cookie" not in server.visits[1].headers
    assert "secret" not in str(events)


def test_a_body_that_is_no_json_is_not_sent() -> None:
    """NaN or an object of Python in the extra JSON: said, and nothing leaves."""
    with Standin(GOOD) as server:
        for nonsense in (float("nan"), object()):
            answer = answer_of(request({"x": nonsense}), server.base_url)
            assert answer.ended == "error"
            assert "extra JSON" in str(answer.error)
        assert not server.visits


def test_loopback_is_reached_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment does not stand between the playground and a model on this machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Standin(GOOD) as server:
        assert answer_of(STREAMING, server.base_url).ended == "done"
