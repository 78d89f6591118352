"""How many calls of a run are under way at one server at once: fewer once it says that this is too many.

Kept apart from the run because it is arithmetic on a count and a clock, and can be tested without a server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from time import monotonic


class Pace:
    """At most `most` calls at once. Half as many, after a pause, whenever the server has too much to do; one more
    again once as many have gone well as may be under way (additive increase, multiplicative decrease: Chiu and Jain
    1989).
    """

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        self.limit = most
        self._most = most
        self._clock = clock
        self._under_way = 0
        self._not_before = 0.0
        self._well = 0
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Waits until another call may be made; it counts as under way for as long as this is held."""
        while not self._may_begin():
            self._changed.clear()
            pause = self._not_before - self._clock()
            try:
                async with asyncio.timeout(pause if pause > 0 else None):
                    await self._changed.wait()
            except TimeoutError:
                pass  # the pause is over
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._changed.set()

    def slower(self, pause_s: float) -> None:
        """The server has too much to do: nothing new for so many seconds, and then half as many.

        Calls that were under way together say so together, which counts once.
        """
        now = self._clock()
        if now >= self._not_before:
            self.limit = max(1, self.limit // 2)
        self._well = 0
        self._not_before = max(self._not_before, now + pause_s)

    def went_well(self) -> None:
        """A call was answered."""
        self._well += 1
        if self._well >= self.limit and self.limit < self._most:
            self.limit, self._well = self.limit + 1, 0
            self._changed.set()

    def _may_begin(self) -> bool:
        return self._under_way < self.limit and self._clock() >= self._not_before
