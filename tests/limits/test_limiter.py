"""A visitor has so many of a kind, and so many at once; each refusal says when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import get_args

import pytest

from playground.errors import LimitReached
from playground.limits.counters import Counters
from playground.limits.limiter import WORDS, Limiter
from playground.limits.quotas import AT_ONCE, DAY, MINUTE, QUOTAS, Kind, Quota, widened
from playground.limits.sqlite_storage import SqliteStorage
from playground.settings import Settings


@pytest.fixture
def limiter() -> Limiter:
    return Limiter(Counters(SqliteStorage(":memory:")), *widened(1))


def refusal(limiter: Limiter, kind: Kind, visitor: str, times: int) -> LimitReached:
    """What comes after so many that are let through."""
    for _ in range(times):
        asyncio.run(limiter.take(kind, visitor))
    with pytest.raises(LimitReached) as caught:
        asyncio.run(limiter.take(kind, visitor))
    return caught.value


def test_so_many_and_no_more(limiter: Limiter) -> None:
    """The one after the last is refused until the minute is over, and another visitor is not."""
    error = refusal(limiter, "votes", "a", 60)
    assert 0 < error.ends_in_s <= MINUTE
    assert (
        "60 votes a minute" in error.message
        and "Try again in" in error.next_step
        and "UTC" in error.next_step
    )
    asyncio.run(limiter.take("votes", "b"))


def test_the_day_has_a_limit_of_its_own() -> None:
    """Who stays below the minute's still comes to the day's end."""
    quotas: dict[Kind, Sequence[Quota]] = {"votes": (Quota(10, MINUTE), Quota(3, DAY))}
    error = refusal(Limiter(Counters(SqliteStorage(":memory:")), quotas, {}), "votes", "a", 3)
    assert error.ends_in_s > DAY - MINUTE and " h, at " in error.next_step


def test_so_many_at_once(limiter: Limiter) -> None:
    """A place is held for as long as something is under way, and given back however that ends."""
    with limiter.place("answers", "a"):
        with pytest.raises(RuntimeError), limiter.place("answers", "a"):
            with pytest.raises(LimitReached, match="2 answers at once"), limiter.place("answers", "a"):
                pass
            with limiter.place("answers", "b"), limiter.place("votes", "a"):
                raise RuntimeError
        with limiter.place("answers", "a"):
            pass


def test_every_kind_is_told_and_bounded() -> None:
    """None is without a quota or a word; and all can be had many times as wide."""
    assert set(QUOTAS) == set(WORDS) == set(get_args(Kind))
    quotas, at_once = widened(30)
    assert at_once["answers"] == 30 * AT_ONCE["answers"]
    assert quotas["votes"][1] == Quota(15_000, DAY)


def test_a_local_page_has_no_limits() -> None:
    """There is nothing that could refuse."""
    assert Limiter.of(Settings()) is None


def test_looking_counts_nothing(limiter: Limiter) -> None:
    """What was sent is counted once it is there, and who has sent too much is refused the next time."""
    most = QUOTAS["bytes"][0].amount
    asyncio.run(limiter.take("bytes", "a", most))
    for _ in range(3):
        asyncio.run(limiter.check("bytes", "a"))
    with pytest.raises(LimitReached):
        asyncio.run(limiter.take("bytes", "a", 1))
    with pytest.raises(LimitReached):
        asyncio.run(limiter.check("bytes", "a"))
