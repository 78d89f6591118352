"""The owner's key pays for so much a day: what may be beyond it is not even asked for, and what came is counted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend, Target
from playground.errors import BudgetSpent, InvalidRequest, PlaygroundError
from playground.events import Answer, fold
from playground.limits.budget import MOST_ANSWER_TOKENS, Budget
from playground.limits.counters import Counters
from playground.limits.sqlite_storage import SqliteStorage
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, Stall, finish, streamed, text
from playground.wire.models import ModelInfo
from tests.documented import HELLO

KEY = "sk-owners-key-0123456789"
USED = {"prompt_tokens": 40, "completion_tokens": 60, "total_tokens": 100}
FINE = streamed(text("Fine."), finish(usage=USED), DONE)
MODEL = ModelInfo("m", "M", price_in=1.0, price_out=2.0)


def settings(server: ScriptedServer, folder: Path, **more: str) -> Settings:
    """A public page whose owner lends the key of one server."""
    lent = Settings(posture="public", share_owner_key="1", base_url=server.base_url, api_key=KEY)
    return replace(lent, data_dir=str(folder), **more)


A: Target = Target(visitor="a")


class Asking:
    """Asks for one answer after the other, on one event loop."""

    def __init__(self, portal: BlockingPortal) -> None:
        self._portal = portal

    def __call__(self, backend: Backend, target: Target = A, **values: Any) -> Answer:
        """An answer of the owner's server, as it ended."""

        async def asked() -> Answer:
            extra = values.pop("extra_body", None)
            called = {"model": "server/m", "messages": HELLO, "stream": True, "max_tokens": 60, **values}
            request, settled = await backend.request(
                called, "create", replace(target, flavour="openai"), extra
            )
            return fold([event async for event in backend.stream(request, settled)])

        return self._portal.call(asked)


@pytest.fixture
def ask(portal: BlockingPortal) -> Asking:
    return Asking(portal)


def test_what_came_is_counted_and_the_end_is_hard(ask: Asking, tmp_path: Path) -> None:
    """Answers come until the day's tokens could be gone; then nothing is sent, also after a restart."""
    with ScriptedServer(FINE) as server:
        backend = Backend(settings(server, tmp_path, owner_tokens="2000"))
        ended = [ask(backend, Target(visitor=str(n))).ended for n in range(25)]
        assert ended[:19] == ["done"] * 19 and ended[-5:] == ["error"] * 5
        assert len(server.requests) == ended.count("done") <= 20
        error = ask(Backend(settings(server, tmp_path, owner_tokens="2000"))).error
        assert isinstance(error, BudgetSpent) and "2,000 tokens a day" in error.message
        assert "Try again in" in error.next_step and error.ends_in_s > 80_000
        assert KEY not in repr(error)


def test_one_visitor_has_a_share(ask: Asking, tmp_path: Path) -> None:
    """Who has had a tenth is refused, and the next visitor is not."""
    with ScriptedServer(FINE) as server:
        backend = Backend(settings(server, tmp_path, owner_tokens="3000"))
        assert [ask(backend).ended for _ in range(4)] == ["done", "done", "done", "error"]
        assert ask(backend, Target(visitor="b")).ended == "done"


def test_a_key_of_one_s_own_is_nobody_s_budget(ask: Asking, tmp_path: Path) -> None:
    """With nothing left, a visitor's key works, and is the only one that is sent."""
    with ScriptedServer(FINE) as server:
        backend = Backend(settings(server, tmp_path, owner_tokens="1"))
        assert isinstance(ask(backend).error, BudgetSpent)
        own = Target(visitor="a", keys={"server": "sk-visitors-own-0123456789"})
        assert ask(backend, own).ended == "done"
        assert [r.headers["authorization"] for r in server.requests] == ["Bearer sk-visitors-own-0123456789"]


@pytest.mark.parametrize(
    "values",
    [
        {"max_tokens": MOST_ANSWER_TOKENS + 1},
        {"n": 2},
        {"extra_body": {"max_tokens": 100_000}},
        {"extra_body": {"model": "dearer"}},
        {"extra_body": {"models": ["dearer"]}},
        {"extra_body": {"plugins": [{"id": "web"}]}},
    ],
    ids=repr,
)
def test_what_makes_an_answer_dearer_is_refused(values: dict[str, Any], ask: Asking, tmp_path: Path) -> None:
    """On the owner's key, and before anything is sent."""
    with ScriptedServer(FINE) as server:
        error = ask(Backend(settings(server, tmp_path)), **values).error
        assert isinstance(error, InvalidRequest) and "owner's key" in str(error)
        assert not server.requests


def test_answers_under_way_are_held_back_for() -> None:
    """Two that could together be too much are not both begun; what an answer did not use is free again."""

    async def course() -> None:
        budget = Budget(Counters(SqliteStorage(":memory:")), 10_000, None)
        body = {"messages": [], "max_tokens": 900}
        bills = [await budget.open(str(n), body, None) for n in range(11)]
        with pytest.raises(BudgetSpent):
            await budget.open("x", body, None)
        await bills[0].settle(None)
        await budget.open("x", body, None)
        assert (await budget.left()).tokens < 900

    asyncio.run(course())


def test_dollars_are_counted_where_prices_are_known() -> None:
    """By the list, or as the server says; a model without a price costs tokens alone."""

    async def course() -> None:
        budget = Budget(Counters(SqliteStorage(":memory:")), 10**9, 0.01)
        body = {"messages": [], "max_tokens": 4000}
        bill = await budget.open("a", body, MODEL)
        with pytest.raises(BudgetSpent, match=r"\$0.01 a day"):
            await budget.open("a", body, MODEL)
        await bill.settle(fold([]).usage)
        await budget.open("a", body, ModelInfo("free", "F"))
        assert (await budget.left()).share > 0.99

    asyncio.run(course())


def test_who_leaves_has_paid_for_the_prompt(tmp_path: Path) -> None:
    """An answer that is broken off is counted as far as it came, so that leaving early is no way around."""
    with ScriptedServer(streamed(text("one "), text("two "), Stall())) as server:
        backend = Backend(settings(server, tmp_path, owner_tokens="100000"))

        async def left() -> int:
            values = {"model": "server/m", "messages": HELLO, "stream": True, "max_tokens": 60}
            request, target = await backend.request(values, "create", Target(flavour="openai", visitor="a"))
            events = backend.stream(request, target)
            seen = 0
            async for event in events:
                seen += type(event).__name__ == "TextDelta"
                if seen == 2:
                    break
            await events.aclose()
            assert backend.budget
            return 100_000 - (await backend.budget.left()).tokens

        assert 2 < asyncio.run(left()) < 100


def test_nobody_s_key_is_nobody_s_budget(tmp_path: Path) -> None:
    """A local page, and a public one that lends nothing, have none."""
    assert Backend(Settings(data_dir=str(tmp_path))).budget is None
    assert Backend(Settings(data_dir=str(tmp_path), posture="public")).budget is None


def test_its_refusals_are_in_the_tree() -> None:
    """Whoever catches what a user can meet catches this too."""
    assert issubclass(BudgetSpent, PlaygroundError)
