"""Turns at an engine: who is asked for next where more want an answer than it generates at once.

Kept apart from the engine because fairness is arithmetic on who came when, and can be tested without a model.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from statistics import fmean
from time import monotonic
from typing import Final

from playground.errors import EngineBusy

FIRST_GUESS_S: Final = 5.0
"""What an answer takes beside a few others, as long as none has ended."""
A_FEW: Final = 4
"""More at once share the same processor, and each takes as much longer."""
_REMEMBERED: Final = 20
PASSED_AT_MOST: Final = 8
"""How many who came later may go before somebody who has had an answer: then it is their turn, whoever comes."""
TOLD_ANEW_S: Final = 2.0
"""How often the seconds are told again to who waits."""


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


@dataclass(eq=False)
class Ticket:
    """A place in the queue. `seat` is which of the answers at once it is, None while it waits; `place` counts from 1
    while it waits, and is 0 then; `seconds` is how long that may take, by how long the last answers took.
    """

    owner: Hashable
    is_first: bool
    round: int
    seat: int | None = None
    place: int = 0
    seconds: float = 0.0
    since: float = 0.0
    number: int = 0
    passed: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop | None = field(default_factory=_loop)

    @property
    def words(self) -> str:
        """Where it stands, in a sentence."""
        return f"Place {self.place} in the queue of the embedded model, about {max(1.0, self.seconds):.0f} s."

    async def news(self, within_s: float) -> None:
        """Waits until its place has changed, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.moved.wait()
        self.moved.clear()

    def tell(self) -> None:
        """Its place has changed. Others may wait in event loops of their own."""
        if self.loop is None:
            self.moved.set()
            return
        with suppress(RuntimeError):  # its loop is closed: nobody waits there
            self.loop.call_soon_threadsafe(self.moved.set)


class Turns:
    """Safe to use from any thread. `seats` answers at once, and `reserved` ones beside them for whoever `is_first`.

    Nobody waits for two answers of another: whoever has one already is behind all who have none (start-time fair
    queueing: Goyal, Vin and Cheng 1996, with an answer as the unit), unless `PASSED_AT_MOST` have gone before.
    `room` may wait at once.
    """

    def __init__(
        self, seats: int, reserved: int = 0, clock: Callable[[], float] = monotonic, room: float = inf
    ) -> None:
        self._free = list(range(seats))
        self._reserved = list(range(seats, seats + reserved))
        self._seats = seats
        self._room = room
        self._seated: list[Ticket] = []
        self._clock = clock
        self._waiting: list[Ticket] = []
        self._rounds: dict[Hashable, int] = {}
        self._now = 0
        self._came = 0
        self._took: deque[float] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    def join(self, owner: Hashable = None, is_first: bool = False) -> Ticket:
        """A ticket behind whom it is fair to wait for; it has a seat already where one is free.

        Without an owner it is of somebody who has had nothing yet. Raises EngineBusy where too many wait.
        """
        with self._lock:
            return self._join(owner, is_first)

    def _join(self, owner: Hashable, is_first: bool) -> Ticket:
        if not self._waiting and len(self._free) == self._seats:
            self._rounds.clear()  # nobody is here: nothing is owed
        if not self._free and len(self._waiting) >= self._room:
            raise self._full()
        ticket = Ticket(owner, is_first, max(self._now, self._rounds.get(owner, self._now - 1) + 1))
        ticket.number = self._came = self._came + 1
        if owner is not None:
            self._rounds[owner] = ticket.round
        self._waiting.append(ticket)
        self._seat()
        return ticket

    @property
    def free(self) -> tuple[int, ...]:
        """The seats that nobody has, but for the reserved ones."""
        return tuple(self._free)

    @property
    def alone(self) -> bool:
        """Whether one at most has a seat, and nobody waits."""
        return len(self._seated) <= 1 and not self._waiting

    def end(self, ticket: Ticket) -> None:
        """The same as `leave` for an answer that ran to its end: how long it took tells how long others may."""
        with self._lock:
            if ticket.seat is not None:
                self._took.append(self._clock() - ticket.since)
        self.leave(ticket)

    def leave(self, ticket: Ticket) -> None:
        """Gives its seat, or its place, to others; may be called again."""
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            elif ticket.seat is not None:
                self._seated.remove(ticket)
                (self._free if ticket.seat < self._seats else self._reserved).append(ticket.seat)
                ticket.seat = None
            self._seat()

    @contextmanager
    def place(self, owner: Hashable = None, is_first: bool = False) -> Iterator[Ticket]:
        """A ticket as `join` gives it, given back when this is left."""
        ticket = self.join(owner, is_first)
        try:
            yield ticket
            self.end(ticket)
        finally:
            self.leave(ticket)

    async def waited(self, ticket: Ticket) -> AsyncIterator[Ticket]:
        """The ticket each time that its place has changed, or its seconds have been told anew, until it has a seat."""
        while ticket.seat is None:
            with self._lock:
                self._reckon()
            yield ticket
            await ticket.news(TOLD_ANEW_S)

    def _full(self) -> EngineBusy:
        return EngineBusy(
            f"The embedded model's queue is full: {len(self._waiting)} wait.",
            f"Try again in about {max(1.0, self._waiting[-1].seconds):.0f} s, or take a model of another provider.",
        )

    def _order(self, ticket: Ticket) -> tuple[bool, bool, int, int]:
        return not ticket.is_first, ticket.passed < PASSED_AT_MOST, ticket.round, ticket.number

    def _pass(self, seated: Ticket) -> None:
        """Whoever came before it, and is the next of their owner, has been passed."""
        owners: set[Hashable] = set()
        for ticket in self._waiting:
            if ticket.owner is not None and ticket.owner in owners:
                continue
            owners.add(ticket.owner)
            ticket.passed += ticket.number < seated.number

    def _seat(self) -> None:
        self._waiting.sort(key=self._order)
        left: list[Ticket] = []
        seated: list[Ticket] = []
        for ticket in self._waiting:
            seats = self._reserved if ticket.is_first and self._reserved else self._free
            if not seats:
                left.append(ticket)
                continue
            ticket.seat, ticket.place, ticket.seconds, ticket.since = seats.pop(0), 0, 0.0, self._clock()
            self._now = max(self._now, ticket.round)
            seated.append(ticket)
            ticket.tell()
        self._waiting = left
        self._seated += seated
        for ticket in seated:
            self._pass(ticket)
        for place, ticket in enumerate(left, 1):
            if ticket.place != place:
                ticket.place = place
                ticket.tell()
        self._reckon()

    def _reckon(self) -> None:
        """Seats are given back when those who sit there have had what is usual, and then at the usual pace.

        Who sits there for longer tells that the pace is slower now, and the seats share what is overdue.
        """
        guess = FIRST_GUESS_S * max(1.0, len(self._seated) / A_FEW)
        usual = fmean(self._took) if self._took else guess
        longest = max((self._clock() - each.since for each in self._seated), default=0.0)
        first = usual - longest if longest <= usual else (longest - usual) / self._seats
        pace = max(usual, longest)
        for place, ticket in enumerate(self._waiting, 1):
            ticket.seconds = first + pace * (place - 1) / self._seats
