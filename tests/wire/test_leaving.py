"""Whoever leaves takes the request along: the server's connection closes at once, whatever it was doing.

A stream that goes on unseen costs money and slots, and nothing on the page would show it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from time import monotonic
from typing import Any

import pytest

from playground.chat import Endpoint
from playground.events import Event, TextDelta, fold
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Pause,
    Script,
    ScriptedServer,
    Stall,
    Step,
    chunked,
    finish,
    streamed,
    text,
)
from playground.wire.kinds.openai import OPENAI
from playground.wire.transport import Transport
from tests.wire.asking import request

STREAMING = request(stream=True)
GOOD = streamed(text("x"), finish(), DONE)

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


async def left_after(server: ScriptedServer, leave: Callable[[], Any]) -> float:
    """Seconds from `leave()` until the stand-in saw its client go."""
    before = monotonic()
    pending = leave()
    if pending is not None:
        await pending
    await wait_for(server.requests[0].left.is_set)
    assert server.requests[0].left_at is not None
    return server.requests[0].left_at - before


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
            await wait_for(lambda: server.requests)
            await asyncio.sleep(0.05)
            seconds = await left_after(server, lambda: task.cancel() and None)
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)
            assert asyncio.all_tasks() == {asyncio.current_task()}
            return seconds

    with ScriptedServer(MOMENTS[moment]) as server:
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

    with ScriptedServer(MOMENTS["stalled in the middle"]) as server:
        assert asyncio.run(main()) < 1.0


def test_one_stream_leaves_and_the_other_stays() -> None:
    """Two answers over one transport: cancelling one does not touch the other."""

    async def main() -> list[Event]:
        async with Transport() as transport:
            other = transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))
            await anext(other)
            leaving = asyncio.create_task(anext(other))
            await wait_for(lambda: server.requests)
            staying = asyncio.create_task(collected(transport))
            await wait_for(lambda: len(server.requests) == 2)
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
            await other.aclose()
            return await staying

    async def collected(transport: Transport) -> list[Event]:
        return [event async for event in transport.stream(STREAMING, OPENAI, Endpoint(server.base_url))]

    with ScriptedServer(
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

    with ScriptedServer(MOMENTS["stalled in the middle"]) as server:
        asyncio.run(main())
