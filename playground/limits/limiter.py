"""The limiter: whether a visitor may do one more thing of a kind, and if not, when."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Final, Self

from playground.errors import LimitReached
from playground.limits.counters import Counters
from playground.limits.quotas import Kind, Quota, widened
from playground.settings import Settings

WORDS: Final[Mapping[Kind, str]] = {
    "answers": "answers",
    "votes": "votes",
    "comparisons": "comparisons",
    "withdrawals": "votes to take back",
    "probes": "runs of probes",
    "sweeps": "sweeps",
    "lessons": "runs of lessons",
    "rooms": "rooms to open",
    "asks": "answers in rooms",
    "exports": "exports",
    "models": "models to load or to fetch",
    "dice": "looks at the dice",
    "requests": "requests",
    "bytes": "bytes to send",
}

ENOUGH_FOR_A_REST_S: Final = 5
"""How soon it makes sense to try again where only an own answer must end."""


class Limiter:
    """Quotas of each visitor, counted in `counters`, and what each has under way in this process."""

    def __init__(
        self, counters: Counters, quotas: Mapping[Kind, Sequence[Quota]], at_once: Mapping[Kind, int]
    ) -> None:
        self._counters = counters
        self._quotas = quotas
        self._at_once = at_once
        self._under_way: Counter[tuple[Kind, str]] = Counter()

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """What the settings ask for: none on a local page. Raises SettingsError."""
        if not settings.is_public:
            return None
        return cls(Counters.of(settings), *widened(settings.limits_widened))

    async def take(self, kind: Kind, visitor: str, amount: int = 1) -> None:
        """Counts one more. Raises LimitReached where that is too many."""
        if not amount:
            return
        for quota in self._quotas.get(kind, ()):
            window = await self._counters.add(quota, kind, visitor, cost=amount)
            if window.used > quota.amount:
                raise reached(f"{quota.of(WORDS[kind])} are the limit of a visitor here", window.ends_at)

    async def check(self, kind: Kind, visitor: str) -> None:
        """The same without counting."""
        for quota in self._quotas.get(kind, ()):
            window = await self._counters.look(quota, kind, visitor)
            if window.used > quota.amount:
                raise reached(f"{quota.of(WORDS[kind])} are the limit of a visitor here", window.ends_at)

    @contextmanager
    def place(self, kind: Kind, visitor: str) -> Iterator[None]:
        """Holds a place among those under way. Raises LimitReached where the visitor has none left."""
        most = self._at_once.get(kind)
        if most is None:
            yield
            return
        who = (kind, visitor)
        if self._under_way[who] >= most:
            raise LimitReached(
                f"{most} {WORDS[kind]} at once are the limit of a visitor here, and as many of yours are under way.",
                "Try again when one of them has ended.",
                ends_in_s=ENOUGH_FOR_A_REST_S,
            )
        self._under_way[who] += 1
        try:
            yield
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]

    @asynccontextmanager
    async def admitted(self, kind: Kind, visitor: str) -> AsyncIterator[None]:
        """One more of a kind, for as long as it is under way. Raises LimitReached."""
        with self.place(kind, visitor):
            await self.take(kind, visitor)
            yield

    def words(self) -> str:
        """What a visitor may do, in one sentence."""
        minute, day = self._quotas["answers"]
        answers = f"{minute.of('answers')} and {day.amount:,} a day, {self._at_once['answers']} at once"
        return f"A visitor has {answers}, and {self._quotas['votes'][1].of('votes')}. A refusal says when it ends."


def reached(what: str, ends_at: float) -> LimitReached:
    """The refusal, which says in seconds and by the clock when it ends."""
    return LimitReached(f"{what}.", next_time(ends_at), ends_in_s=seconds_until(ends_at))


def seconds_until(ends_at: float) -> int:
    """Whole seconds from now, at least one."""
    return max(1, round(ends_at - time.time() + 0.5))


def next_time(ends_at: float) -> str:
    """What to do next where it is only to wait."""
    seconds = seconds_until(ends_at)
    wait = (
        f"{seconds} s"
        if seconds < 120
        else f"{seconds // 60} min"
        if seconds < 7200
        else f"{seconds // 3600} h"
    )
    return f"Try again in {wait}, at {datetime.fromtimestamp(ends_at, UTC):%H:%M:%S} UTC."
