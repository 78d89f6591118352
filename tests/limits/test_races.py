"""At the edge of a limit nothing slips through: a hundred at once, a place of counters that goes away, a sudden end."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from fakeredis import FakeRedis, FakeServer
from limits.storage import RedisStorage

from playground.backend import Backend, Target
from playground.errors import BudgetSpent, InvalidRequest, LimitReached
from playground.limits.budget import MOST_ANSWER_TOKENS, Budget
from playground.limits.counters import RESTS_S, Counters
from playground.limits.limiter import Limiter
from playground.limits.quotas import AT_ONCE, DAY, QUOTAS, Quota
from playground.limits.sqlite_storage import SqliteStorage
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, Stall
from tests.documented import HELLO

CROWD = 100
BODY = {"messages": [], "max_tokens": 1000}


def in_memory() -> Counters:
    """Counters that nobody else has."""
    return Counters(SqliteStorage(":memory:"))


def test_of_a_hundred_at_once_as_many_are_paid_for_as_the_budget_has_room_for() -> None:
    """Two answers fit in; the others are refused, whoever asks, and nothing stays held when all have ended."""

    async def course() -> None:
        budget = Budget(in_memory(), 2_100, None)
        opened = await asyncio.gather(
            *(budget.open(str(n), {**BODY, "max_tokens": 200}, None) for n in range(CROWD)),
            return_exceptions=True,
        )
        bills = [each for each in opened if not isinstance(each, BaseException)]
        assert len(bills) == 10
        assert all(isinstance(each, BudgetSpent) for each in opened if each not in bills)
        await asyncio.gather(*(bill.settle(None) for bill in bills))
        assert (await budget.left()).tokens == 2_100

    asyncio.run(course())


def test_of_a_hundred_at_once_two_answers_are_admitted() -> None:
    """What is at once is counted before anything is waited for; so is what is a minute."""

    async def course() -> None:
        limiter = Limiter(in_memory(), QUOTAS, AT_ONCE)
        met = asyncio.Barrier(AT_ONCE["answers"])

        async def answer() -> None:
            async with limiter.admitted("answers", "a"), asyncio.timeout(10):
                await met.wait()

        told = await asyncio.gather(*(answer() for _ in range(CROWD)), return_exceptions=True)
        assert (told.count(None), sum(isinstance(each, LimitReached) for each in told)) == (2, CROWD - 2)
        votes = await asyncio.gather(
            *(limiter.take("votes", "a") for _ in range(CROWD)), return_exceptions=True
        )
        assert votes.count(None) == QUOTAS["votes"][0].amount

    asyncio.run(course())


def test_the_budget_is_never_owed_anything() -> None:
    """Over a thousand answers that end in every way, in any order: what is left and what is held never go below 0."""

    async def course() -> None:
        chance, budget = random.Random(1), Budget(in_memory(), 50_000, 0.5)
        bills: list[Any] = []
        for _ in range(1000):
            if bills and chance.random() < 0.6:
                bill = bills.pop(chance.randrange(len(bills)))
                await (bill.settle_unanswered() if chance.random() < 0.2 else bill.settle(None))
            else:
                try:
                    bills.append(await budget.open(str(chance.randrange(12)), {**BODY, "stream": True}, None))
                except BudgetSpent:
                    continue
            left = await budget.left()
            assert 0 <= left.tokens <= 50_000 and 0 <= left.share <= 1
        await asyncio.gather(*(bill.settle(None) for bill in bills))
        assert not any(budget._held.values()) and budget._held_micros == 0

    asyncio.run(course())


@pytest.mark.parametrize("streams", [True, False])
def test_who_leaves_before_the_answer_has_paid_all_the_same(streams: bool, tmp_path: Path) -> None:
    """Of a stream the prompt; of an answer that comes whole, which its server may write to the end, all of it."""
    with ScriptedServer((Stall(),)) as server:
        backend = Backend(
            Settings(
                posture="public",
                share_owner_key="1",
                base_url=server.base_url,
                api_key="sk-0123456789",
                data_dir=str(tmp_path),
            )
        )

        async def left() -> int:
            values = {"model": "server/m", "messages": HELLO, "stream": streams, "max_tokens": 600}
            request, target = await backend.request(values, "create", Target(flavour="openai", visitor="a"))
            events = backend.stream(request, target)
            await anext(events)
            going_on = asyncio.ensure_future(anext(events))
            while not server.requests:
                await asyncio.sleep(0.01)
            going_on.cancel()
            await asyncio.gather(going_on, return_exceptions=True)
            await events.aclose()
            assert backend.budget
            return backend.settings.tokens_a_day - (await backend.budget.left()).tokens

        spent = asyncio.run(left())
        assert 0 < spent < 100 if streams else 600 < spent < 700


@pytest.mark.parametrize(
    "body",
    [
        {"max_tokens": 9, "max_completion_tokens": MOST_ANSWER_TOKENS + 1},
        {"max_completion_tokens": 9, "max_tokens": MOST_ANSWER_TOKENS + 1},
        {"max_tokens": -1},
        {"max_tokens": 9, "service_tier": "priority"},
        {"max_tokens": 9, "model": "a/b:online"},
        {"max_tokens": 9, "n": 4},
    ],
    ids=repr,
)
def test_a_body_that_is_dearer_than_it_looks(body: dict[str, Any]) -> None:
    """Two limits of which one is wide, a tier, a plug-in by the model's name: refused before anything is held."""

    async def course() -> None:
        budget = Budget(in_memory(), 10**9, None)
        with pytest.raises(InvalidRequest, match="owner's key"):
            await budget.open("a", {"messages": [], **body}, None)
        assert (await budget.left()).tokens == 10**9

    asyncio.run(course())


def test_the_wider_of_two_limits_is_held_back_for() -> None:
    """A server may go by either name; and a Chinese character is a token, however few bytes of JSON it takes."""

    async def course() -> None:
        budget = Budget(in_memory(), 10**6, None)
        bill = await budget.open("a", {"messages": [], "max_completion_tokens": 9, "max_tokens": 900}, None)
        assert 900 <= bill.tokens < 910
        long = [{"role": "user", "content": "好" * 3000}]
        assert (await budget.open("b", {"messages": long, "max_tokens": 1}, None)).tokens > 3000

    asyncio.run(course())


def test_redis_goes_and_comes_back() -> None:
    """While it is gone, and after it has forgotten everything, counting goes on from what was known."""
    server = FakeServer()
    redis = FakeRedis(server=server)
    now = 1000.0
    storage = RedisStorage("redis://shared", connection_pool=redis.connection_pool)
    counters = Counters(storage, lambda: now)
    day = Quota(100, DAY)

    def add() -> int:
        return asyncio.run(counters.add(day, "owner-tokens", cost=10)).used

    def look() -> int:
        return asyncio.run(counters.look(day, "owner-tokens")).used

    assert [add(), add()] == [10, 20]
    server.connected = False
    assert [look(), add(), look()] == [20, 30, 30]
    server.connected = True
    now += RESTS_S
    assert [add(), look()] == [40, 40]
    redis.flushall()
    assert [look(), add(), look()] == [40, 50, 50]
