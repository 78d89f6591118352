"""The queue of the embedded model, as whoever asks it sees it: place, seconds, and a place that is given back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend
from playground.engine.turns import Ticket
from playground.events import Answer, Delayed, Ended, Event, TextDelta, fold
from playground.servers import Target
from playground.settings import Settings
from tests.asking import EMBEDDED, children, request

ASKED = request(EMBEDDED, "Say hello.", max_tokens=4)


@pytest.fixture
def mortal(own_settings: Settings, portal: BlockingPortal) -> Iterator[Backend]:
    """A backend with an engine of its own, which a test may kill."""
    own = Backend(own_settings)
    yield own
    portal.call(own.aclose)


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the process by /proc")
@pytest.mark.parametrize("deaths", [1, 2])
def test_a_death_fails_none_who_only_waits(deaths: int, mortal: Backend, portal: BlockingPortal) -> None:
    """Who waits keeps the place, and is answered by the process that is started next; of the answer that was cut the
    text stays. Where the next process dies as well, who still waits is told so, and nothing is started again.
    """
    begun: list[str] = []

    async def told(what: str, tokens: int) -> Answer:
        asked = request(EMBEDDED, what, stream=True, max_tokens=tokens, temperature=0.0)
        events: list[Event] = []
        async with aclosing(mortal.stream(asked)) as stream:
            async for event in stream:
                events.append(event)
                if isinstance(event, TextDelta) and what not in begun:
                    begun.append(what)
                    if len(begun) <= deaths:
                        (process,) = children() - before
                        os.kill(process, signal.SIGKILL)
        return fold(events)

    async def seen() -> list[Answer]:
        async with asyncio.timeout(60), mortal.engine.hold() as loaded, AsyncExitStack() as places:
            while len(loaded.turns.free) > 1:
                places.enter_context(loaded.turns.place("others"))
            stories = "Tell me a long story.", "Tell me another story.", "Say hello."
            tokens = [300] * deaths + [4, 4]
            answers = await asyncio.gather(*map(told, stories, tokens))
            assert mortal.engine.turns is loaded.turns  # whoever comes later is behind those who waited
            return answers

    before = children()
    cut, *waited = portal.call(seen)
    assert (bool(cut.text), cut.ended) == (True, "cut off") and "died (SIGKILL)" in str(cut.error)
    if deaths == 1:
        assert [(each.complete, bool(each.text)) for each in waited] == [(True, True)] * 2
    else:
        assert [each.ended for each in waited] == ["cut off", "error"]
        assert "died twice while this answer waited" in str(waited[1].error)
    assert len(children() - before) == 2 - deaths
