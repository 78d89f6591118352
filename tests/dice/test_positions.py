"""Places are asked of the engine in turn, once for all who look, and for nobody when all have gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

from anyio.from_thread import BlockingPortal
from starlette.requests import Request
from starlette.types import Message

from playground.dice.positions import Positions
from playground.engine.process import Engine
from playground.web.leaving import unless_left


async def until(condition: Callable[[], bool]) -> None:
    """Lets others run until it holds."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_place_waits_for_its_turn_and_ends_with_who_asked(engine: Engine, portal: BlockingPortal) -> None:
    """While all seats are taken nothing is asked; who leaves gives their place back, and others still get theirs."""

    async def told() -> None:
        positions = Positions(engine)
        async with engine.hold() as loaded:
            with ExitStack() as taken:
                while taken.enter_context(loaded.turns.place("answers")).seat is not None:
                    pass
                ahead = len(loaded.turns._waiting)
                one, other, gone = (
                    asyncio.create_task(positions.at(ids, owner="a")) for ids in ([1, 2], [1, 2], [1, 3])
                )
                await until(lambda: len(loaded.turns._waiting) == ahead + 2)
                gone.cancel()
                one.cancel()
                await until(lambda: len(loaded.turns._waiting) == ahead + 1)
            assert (await other).ids == (1, 2)
            assert (await positions.at([1, 3])).ids == (1, 3)

    portal.call(told)


def test_work_ends_when_who_asked_has_left() -> None:
    """The connection's end cancels it; work that ends first is told."""

    async def left() -> Message:
        return {"type": "http.disconnect"}

    async def stays() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def told() -> None:
        scope = {"type": "http", "headers": []}
        endless = asyncio.Event()
        assert await asyncio.wait_for(unless_left(Request(scope, left), endless.wait()), 60) is None
        assert await unless_left(Request(scope, stays), asyncio.sleep(0, "done")) == "done"

    asyncio.run(told())
