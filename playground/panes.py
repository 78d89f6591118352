"""Several answers at once: each streams in a task of its own, and what comes is taken the moment that it is there.

It is the one place where answers meet: the page, the API and Python all read them here.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from time import monotonic
from typing import NamedTuple

from playground.errors import PlaygroundError
from playground.events import Ended, Event

log = logging.getLogger(__name__)

Take = Callable[[int, Event], None]
"""Takes an event of the answer with this number. It must not wait."""


class SideEvent(NamedTuple):
    """An event of one of two answers that stream at the same time."""

    side: int
    event: Event


class Panes:
    """Several answers at once: none waits for another, and each can be stopped alone.

    There is no queue between an answer and who takes it: whoever paints or gives out what has come waits for `news`,
    and may `rest` before that, so that a burst is taken in a few goes.
    """

    def __init__(self, streams: Sequence[AsyncGenerator[Event]]) -> None:
        self._streams = streams
        self._tasks: list[asyncio.Task[None]] = []
        self._take: Take = lambda side, event: None
        self._ended: set[int] = set()
        self._news = asyncio.Event()
        self._begun = monotonic()

    @asynccontextmanager
    async def told(self, take: Take) -> AsyncIterator[None]:
        """Streams into `take`, each side's last event being `Ended`. Leaving closes what still streams.

        Raises what `take` raised, if it did so of the end of a side too.
        """
        self._take = take
        self._tasks = [asyncio.create_task(self._stream(side)) for side in range(len(self._streams))]
        for task in self._tasks:
            task.add_done_callback(lambda _: self._news.set())
        try:
            yield
            for task in self._tasks:
                if task.done() and not task.cancelled():
                    task.result()
        finally:
            # Nothing is taken any more, also not of a late `stop`.
            self._ended.update(range(len(self._tasks)))
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def streaming(self) -> bool:
        """Whether more may come."""
        return any(side not in self._ended and not task.done() for side, task in enumerate(self._tasks))

    async def news(self, within_s: float | None = None) -> bool:
        """Waits until something has come since it was last asked, or all is over; False where nothing did in time."""
        try:
            async with asyncio.timeout(within_s):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def rest(self, seconds: float) -> None:
        """Lets more come, so long as there is more to come."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def events(self) -> AsyncGenerator[SideEvent]:
        """All events one by one. Closing this closes what still streams."""
        came: deque[SideEvent] = deque()
        async with self.told(lambda side, event: came.append(SideEvent(side, event))):
            while came or self.streaming:
                await self.news()
                while came:
                    yield came.popleft()

    def stop(self, side: int) -> None:
        """Ends one side as cancelled, and closes its connection; the others go on."""
        if self._tasks:
            self._tasks[side].cancel()
            self._give(side, Ended("cancelled", monotonic() - self._begun))

    def _give(self, side: int, event: Event) -> None:
        if side in self._ended:
            return
        self._take(side, event)
        if isinstance(event, Ended):
            self._ended.add(side)
        self._news.set()

    async def _stream(self, side: int) -> None:
        try:
            async with aclosing(self._streams[side]) as events:
                async for event in events:
                    self._give(side, event)
        except Exception:  # the edge of a pane: a fault in one must never hang or hurt the other
            log.exception("a pane failed")
            fault = PlaygroundError(
                "The playground itself failed on this answer.", "Its log says how; try again."
            )
            self._give(side, Ended("error", monotonic() - self._begun, fault))
