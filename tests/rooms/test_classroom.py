"""A room as it lives: what is under way when somebody cancels or closes, to the very moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from playground.errors import RoomError
from playground.events import Ended, Event, Started, TextDelta
from playground.rooms import classroom as module
from playground.rooms import rules
from playground.rooms.asking import Asker, Waiting
from playground.rooms.classroom import TEACHER, Classroom
from playground.rooms.room import Budget, Room
from playground.servers import NOWHERE
from tests.rooms.test_rules import room


class Slow:
    """Stands for the asker: an answer waits for `going` before it is sent."""

    def __init__(self) -> None:
        self.begun = 0
        self.settings: list[Any] = []
        self.checking = asyncio.Event()
        self.going = asyncio.Event()
        self.ending = asyncio.Event()
        self.checking.set()
        self.ending.set()

    async def request(self, settings: Any, target: Any) -> tuple[Any, Any]:
        """Settles where it goes."""
        self.settings.append(settings)
        await self.checking.wait()
        return settings, target

    async def asked(self, *asked: Any) -> AsyncGenerator[Event | Waiting]:
        """A place in the queue, and an answer."""
        self.begun += 1
        yield Waiting(1, 1.0)
        await self.going.wait()
        yield Started({}, cast(Any, None))
        yield TextDelta("Hi", 0.0)
        await self.ending.wait()
        yield Ended("done", 0.0)


def running(asker: Slow) -> Classroom:
    """A room with a budget and one student, which runs."""
    paid = replace(rules.moved(room(1), "run"), budget=Budget(90, 10**6))
    return Classroom(paid, cast(Asker, asker), NOWHERE, lambda _: None)


def within(lesson: Callable[[Slow], Awaitable[Room]]) -> Room:
    """What it leaves, in a loop of its own."""

    async def whole() -> Room:
        return await lesson(Slow())

    return asyncio.run(whole())


async def settle() -> None:
    """Lets everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("ticks", [0, 1, 5])
def test_a_call_that_was_cancelled_before_it_left_is_given_back(ticks: int) -> None:
    """Also where its task had not begun yet."""

    async def lesson(asker: Slow) -> Room:
        classroom = running(asker)
        for _ in range(10):
            await classroom.ask(1)
            for _ in range(ticks):
                await asyncio.sleep(0)
            classroom.cancel(1)
            await settle()
        assert not classroom.live
        return classroom.room

    left = within(lesson)
    assert (left.budget, left.members[1].asked) == (Budget(90, 10**6), 0)


def test_a_call_that_left_stays_counted() -> None:
    """With what it may have come to, where it was cut off."""

    async def lesson(asker: Slow) -> Room:
        classroom = running(asker)
        asker.going.set()
        asker.ending.clear()
        await classroom.ask(1)
        await settle()
        assert classroom.live[1].is_sent
        classroom.cancel(1)
        await settle()
        return classroom.room

    left = within(lesson)
    assert left.budget is not None
    assert left.budget.used_calls == 1 and left.budget.used_tokens > 0 and left.members[1].said is None


@pytest.mark.parametrize("ends", ["cancel", "close"])
def test_what_is_cancelled_while_it_is_checked_is_never_asked(ends: str) -> None:
    """The answer does not run on unseen."""

    async def lesson(asker: Slow) -> Room:
        classroom = running(asker)
        asker.checking.clear()
        asking = asyncio.create_task(classroom.ask(1))
        await settle()
        if ends == "cancel":
            classroom.cancel(1)
        else:
            classroom.change(replace(classroom.room, step="closed"))
        asker.checking.set()
        with pytest.raises(RoomError, match="cancelled"):
            await asking
        await settle()
        assert asker.begun == 0
        return classroom.room

    assert within(lesson).budget == Budget(90, 10**6)


def test_who_does_not_come_back_gives_the_place_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is back in time keeps it."""
    monkeypatch.setattr(module, "BACK_WITHIN_S", 0.01)

    async def lesson(asker: Slow) -> Room:
        classroom = running(asker)
        await classroom.ask(1)
        await settle()
        left, back = classroom.listen(1), classroom.listen(1)
        classroom.leave(left)
        await asyncio.sleep(0.03)
        assert 1 in classroom.live
        classroom.leave(back)
        async with asyncio.timeout(10):
            while classroom.live:
                await asyncio.sleep(0.005)
        await settle()
        return classroom.room

    assert within(lesson).budget == Budget(90, 10**6)


def test_the_teacher_asks_with_another_seed_each_time() -> None:
    """And each student with another one than the teacher."""

    async def lesson(asker: Slow) -> Room:
        classroom = running(asker)
        asker.going.set()
        for number in (TEACHER, 1, TEACHER, 1):
            await classroom.ask(number)
            await settle()
        assert len({each["seed"] for each in asker.settings}) == 4
        assert classroom.trial is not None and classroom.trial.text == "Hi"
        return classroom.room

    within(lesson)
