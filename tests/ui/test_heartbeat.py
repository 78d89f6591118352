"""A stream with a heartbeat loses nothing, and ends what it waits for when it is closed.

Kept apart from the tests of the endpoints: here nobody needs a server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from playground.ui.heartbeat import beating


async def slow(log: list[str]) -> AsyncGenerator[int]:
    """Two numbers, a pause, and a silence without end."""
    try:
        yield 1
        await asyncio.sleep(0.05)
        yield 2
        await asyncio.Event().wait()
    finally:
        log.append("closed")


def test_a_silent_stream_beats_and_is_closed() -> None:
    """Every item comes once and in order, pauses between; closing it cancels the wait for the next."""
    log: list[str] = []

    async def main() -> list[int | None]:
        items = slow(log)
        found: list[int | None] = []
        async with aclosing(items), aclosing(beating(items, 0.01)) as beats:
            async for item in beats:
                found.append(item)
                if found[-2:] == [None, None] and 2 in found:
                    break
        return found

    found = asyncio.run(main())
    assert [item for item in found if item is not None] == [1, 2]
    assert found.index(None) < found.index(2)
    assert log == ["closed"]


def test_an_end_and_a_fault_pass_through() -> None:
    """A stream that ends has ended, and one that fails fails."""

    async def ending() -> AsyncGenerator[int]:
        yield 1

    async def failing() -> AsyncGenerator[int]:
        yield 1
        raise ValueError("broken")

    async def all_of(items: AsyncGenerator[int]) -> list[int | None]:
        return [item async for item in beating(items, 5.0)]

    assert asyncio.run(all_of(ending())) == [1]
    with pytest.raises(ValueError, match="broken"):
        asyncio.run(all_of(failing()))
