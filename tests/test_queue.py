"""The queue of the embedded model, as whoever asks it sees it: place, seconds, and a place that is given back."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing

from anyio.from_thread import BlockingPortal

from playground.backend import Backend
from playground.engine.turns import Ticket
from playground.events import Delayed, Ended, Event
from playground.servers import Target
from tests.asking import EMBEDDED, request

ASKED = request(EMBEDDED, "Say hello.", max_tokens=4)


def test_whoever_waits_is_told_and_comes_to_their_turn(backend: Backend, portal: BlockingPortal) -> None:
    """With all slots taken an answer tells its place, again when it moves up, and comes when a slot is free; who leaves
    the queue gives the place to others.
    """

    async def seen() -> tuple[list[str], Event]:
        async with asyncio.timeout(20), backend.engine.hold() as loaded:
            others: list[Ticket] = []
            while (ticket := loaded.turns.join()).seat is not None:
                others.append(ticket)
            async with aclosing(backend.stream(ASKED)) as left:
                told = [await anext(left)]
            async with aclosing(backend.stream(ASKED)) as events:
                told.append(await anext(events))
                loaded.turns.leave(ticket)
                told.append(await anext(events))
                loaded.turns.leave(others.pop())
                rest = [event async for event in events]
            for each in others:
                loaded.turns.leave(each)
            return [event.why for event in told if isinstance(event, Delayed)], rest[-1]

    words, last = portal.call(seen)
    assert [each.partition(" in the queue")[0] for each in words] == ["Place 2", "Place 2", "Place 1"]
    assert all("about" in each and " s." in each for each in words)
    assert isinstance(last, Ended) and last.error is None


def test_a_visitor_with_an_answer_is_behind_who_has_none(backend: Backend, portal: BlockingPortal) -> None:
    """Whose an answer is decides who goes first, whatever the order in which they were asked for."""

    async def first_words() -> list[str]:
        async with asyncio.timeout(20), backend.engine.hold() as loaded, AsyncExitStack() as places:
            while loaded.turns.free:
                places.enter_context(loaded.turns.place("greedy"))
            told = []
            for visitor in ("greedy", "newcomer"):
                events = backend.stream(ASKED, Target(visitor=visitor))
                event = await anext(await places.enter_async_context(aclosing(events)))
                told += [event.why] if isinstance(event, Delayed) else []
            return told

    assert [each.partition(" in the queue")[0] for each in portal.call(first_words)] == ["Place 1", "Place 1"]
