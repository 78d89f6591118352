"""How a class asks the embedded model: each at its seat, where what the class shares has been laid."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from playground.backend import Backend, request_of
from playground.chat import ChatRequest, JsonObject
from playground.dice.positions import Positions
from playground.engine.seats import Seats
from playground.engine.turns import Turns
from playground.events import Ended, Event
from playground.rooms.asking import Asker, Waiting
from playground.servers import NOWHERE

SHARED = ({"role": "user", "content": "Say a word."},)


class Backends:
    """Stands for both backends: what they were asked."""

    def __init__(self) -> None:
        self.asked: list[ChatRequest] = []

    def beside(self, engine: object) -> Backends:
        """The one with the class's engine."""
        return self

    async def stream(self, request: ChatRequest, target: object) -> AsyncGenerator[Event]:
        """One that ends at once."""
        self.asked.append(request)
        await asyncio.sleep(0)
        yield Ended("done", 0.0)


class Laid:
    """Stands for the seats: where what was laid."""

    def __init__(self, seats: int, can_lay: bool = True) -> None:
        self.turns = Turns(seats, 1)
        self.engine = None
        self.laid: list[int] = []
        self.can_lay = can_lay
        self.is_cleared = False

    async def lay(self, seat: int, messages: Sequence[JsonObject]) -> bool:
        """Says whether it did."""
        assert messages == SHARED
        self.laid.append(seat)
        return self.can_lay

    def unlay(self, seat: int) -> None:
        """Nothing to see."""

    def clear(self) -> None:
        """Something else is at the seats."""
        self.is_cleared = True


def asker_at(backends: Backends, laid: Laid) -> Asker:
    """An asker over both."""
    asker = Asker(cast(Backend, backends))
    asker._seats = cast(Seats, laid)
    return asker


async def follow(asker: Asker, number: int) -> list[int]:
    """The places that one was told."""
    request = request_of({"model": "embedded", "messages": list(SHARED), "seed": number}, "create", NOWHERE)
    asked = asker.asked(request, NOWHERE, SHARED, number, number == 0)
    return [event.place async for event in asked if isinstance(event, Waiting)]


def test_each_is_asked_at_a_seat_of_their_own() -> None:
    """Where what the class shares has been laid; the teacher has a seat while all others are taken."""

    async def lesson() -> tuple[Backends, Laid, list[list[int]]]:
        backends, laid = Backends(), Laid(2)
        asker = asker_at(backends, laid)
        places = await asyncio.gather(*(follow(asker, number) for number in (1, 2, 3, 0)))
        return backends, laid, places

    backends, laid, places = asyncio.run(lesson())
    seats = {request.extra["id_slot"] for request in backends.asked[:2]}
    assert seats == {0, 1} and set(laid.laid) == {0, 1, 2}
    teacher = next(request for request in backends.asked if request.parameters["seed"] == 0)
    assert teacher.extra["id_slot"] == 2
    assert places == [[], [], [1], []]


def test_where_nothing_is_laid_any_seat_reads() -> None:
    """The engine chooses the slot."""

    async def lesson() -> Backends:
        backends = Backends()
        await follow(asker_at(backends, Laid(1, can_lay=False)), 1)
        return backends

    assert "id_slot" not in asyncio.run(lesson()).asked[0].extra


def test_only_whole_words_are_offered() -> None:
    """No half of a character, and no token that is no text."""

    async def lesson() -> list[str]:
        laid = Laid(1)
        asker = asker_at(Backends(), laid)
        scores = SimpleNamespace(logits=np.array([3.0, 2.0, 1.0, 0.0]), pieces=["\ufffd", "", " a", "b"])

        async def at(ids: Sequence[int]) -> Any:
            return SimpleNamespace(scores=scores)

        asker._positions = cast(Positions, SimpleNamespace(at=at))
        found = await asker.candidates((1,), 2)
        assert laid.is_cleared
        return [each.text for each in found]

    assert asyncio.run(lesson()) == [" a", "b"]
