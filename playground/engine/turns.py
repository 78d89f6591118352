"""Turns at an engine: who is asked for next where more want an answer than it generates at once.

Kept apart from the engine because fairness is arithmetic on who came when, and can be tested without a model.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from statistics import fmean
from time import monotonic
from typing import Final

FIRST_GUESS_S: Final = 5.0
"""What an answer takes, as long as none has ended."""
_REMEMBERED: Final = 20


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
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def news(self) -> None:
        """Waits until its place has changed."""
        await self.moved.wait()
        self.moved.clear()


class Turns:
    """`seats` answers at once, and `reserved` ones beside them for whoever `is_first`.

    Nobody waits for two answers of another: whoever has one already is behind all who have none (start-time fair
    queueing: Goyal, Vin and Cheng 1996, with an answer as the unit).
    """

    def __init__(self, seats: int, reserved: int = 0, clock: Callable[[], float] = monotonic) -> None:
        self._free = list(range(seats))
        self._reserved = list(range(seats, seats + reserved))
        self._seats = seats
        self._clock = clock
        self._waiting: list[Ticket] = []
        self._rounds: dict[Hashable, int] = {}
        self._now = 0
        self._took: deque[float] = deque(maxlen=_REMEMBERED)

    def join(self, owner: Hashable, is_first: bool = False) -> Ticket:
        """A ticket behind whom it is fair to wait for; it has a seat already where one is free."""
        if not self._waiting and len(self._free) == self._seats:
            self._rounds.clear()  # nobody is here: nothing is owed
        ticket = Ticket(owner, is_first, max(self._now, self._rounds.get(owner, self._now - 1) + 1))
        self._rounds[owner] = ticket.round
        self._waiting.append(ticket)
        self._seat()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Gives its seat, or its place, to others; may be called again."""
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        elif ticket.seat is not None:
            self._took.append(self._clock() - ticket.since)
            (self._free if ticket.seat < self._seats else self._reserved).append(ticket.seat)
            ticket.seat = None
        self._seat()

    def _seat(self) -> None:
        self._waiting.sort(key=lambda ticket: (not ticket.is_first, ticket.round))  # stable: who came first
        left = []
        for ticket in self._waiting:
            seats = self._reserved if ticket.is_first and self._reserved else self._free
            if not seats:
                left.append(ticket)
                continue
            ticket.seat, ticket.place, ticket.seconds, ticket.since = seats.pop(0), 0, 0.0, self._clock()
            self._now = max(self._now, ticket.round)
            ticket.moved.set()
        self._waiting = left
        usual = fmean(self._took) if self._took else FIRST_GUESS_S
        for place, ticket in enumerate(left, 1):
            if ticket.place != place:
                ticket.place, ticket.seconds = place, usual * place / self._seats
                ticket.moved.set()
