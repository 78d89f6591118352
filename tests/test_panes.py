"""Answers that stream at once are taken as they come, silence is told, and what is stopped or left is closed.

Kept apart from the backend's tests, which have servers: here the streams are made by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from playground.events import Ended, Event, Started, TextDelta
from playground.panes import Panes


async def slow(log: list[str]) -> AsyncGenerator[Event]:
    """A word, a pause, another word, and a silence without end."""
    try:
        yield TextDelta("one", 0.0)
        await asyncio.sleep(0.05)
        yield TextDelta("two", 0.05)
        await asyncio.Event().wait()
    finally:
        log.append("closed")


def test_silence_is_told() -> None:
    """Who asks for news is told when there are none for a while, loses nothing, and closes all by leaving."""
    log: list[str] = []

    async def main() -> list[Event | None]:
        panes, found = Panes([slow(log)]), list[Event | None]()
        async with panes.told(lambda side, event: found.append(event)):
            while found[-2:] != [None, None] or TextDelta("two", 0.05) not in found:
                if not await panes.news(0.01):
                    found.append(None)
        return found

    found = asyncio.run(main())
    assert [event for event in found if event is not None] == [TextDelta("one", 0.0), TextDelta("two", 0.05)]
    assert found.index(None) < found.index(TextDelta("two", 0.05))
    assert log == ["closed"]


def test_a_rest_ends_with_the_answers() -> None:
    """Nobody rests longer than there is something to wait for."""

    async def one() -> AsyncGenerator[Event]:
        yield Started({}, ())
        await asyncio.sleep(0)
        yield Ended("done", 0.1)

    async def main() -> None:
        panes = Panes([one(), one()])
        async with asyncio.timeout(20), panes.told(lambda side, event: None):
            await panes.news()
            await panes.rest(3600)
            assert not panes.streaming

    asyncio.run(main())


def test_what_is_left_takes_nothing_any_more() -> None:
    """A side that is stopped after its reader has gone does not end a second time."""
    taken: list[Event] = []

    async def main() -> None:
        panes = Panes([slow([])])
        async with panes.told(lambda side, event: taken.append(event)):
            await panes.news()
        panes.stop(0)

    asyncio.run(main())
    assert taken == [TextDelta("one", 0.0)]


def test_a_stopped_side_ends_at_once_and_once() -> None:
    """Its end does not wait for its stream to be closed, and nothing comes behind it."""
    taken: list[tuple[int, Event]] = []

    async def stubborn() -> AsyncGenerator[Event]:
        try:
            await asyncio.Event().wait()
            yield Started({}, ())
        finally:
            await asyncio.sleep(0.01)

    async def main() -> None:
        panes = Panes([stubborn(), slow([])])
        async with panes.told(lambda side, event: taken.append((side, event))):
            await panes.news()
            panes.stop(0)
            panes.stop(0)
            assert [type(event) for side, event in taken if side == 0] == [Ended]
            assert panes.streaming
            panes.stop(1)
            assert not panes.streaming

    asyncio.run(main())
    assert [type(event) for side, event in taken if side == 0] == [Ended]
