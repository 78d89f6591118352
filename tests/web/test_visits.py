"""A public page counts each visitor, whatever they say of themselves and whichever way they come in.

Over HTTP and over the whole app: that is what a stranger meets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from starlette.routing import Route

from playground.backend import Backend
from playground.limits.quotas import QUOTAS
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, Stall, finish, streamed, text
from playground.votes.backup.vote_service import Keeper
from playground.web.routes import routes
from playground.web.visits import KINDS, kind_of
from tests.asking import wait_until
from tests.documented import HELLO
from tests.votes.making import receipt
from tests.web.serving import plain_client, served
from tests.web.tools import ask_tool

ANSWERS = QUOTAS["answers"][0].amount
VOTES = QUOTAS["votes"][0].amount
ASKED = {
    "model": "server/m",
    "messages": HELLO,
    "flavour": "openai",
    "parameters": {"stream": True, "max_tokens": 9},
}
FORGED = [
    {"x-forwarded-for": "8.8.8.8"},
    {"x-forwarded-for": "1.1.1.1, 127.0.0.1"},
    {"x-real-ip": "8.8.8.8"},
    {"forwarded": "for=8.8.8.8"},
    {"x-playground-visitor": "somebody-else"},
    {"X-Playground-Visitor": ""},
    {"x-ip-token": "x"},
    {"cookie": "session=x"},
]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    """The owner's server, which answers everybody."""
    with ScriptedServer(streamed(text("Hi"), finish(), DONE)) as standin:
        yield standin


@contextmanager
def public(server: ScriptedServer, folder: Path, **more: str) -> Iterator[httpx.Client]:
    """A client of a public page whose owner lends the key of one server."""
    lent = Settings(posture="public", share_owner_key="1", base_url=server.base_url, api_key="sk-0123456789")
    with (
        served(Backend(replace(lent, data_dir=str(folder), **more))) as address,
        plain_client(address) as http,
    ):
        yield http


def vote(http: httpx.Client, prefix: str = "", **headers: str) -> httpx.Response:
    """A vote on nothing: counted, and refused for other reasons."""
    return http.post(f"{prefix}/playground/vote", json={"receipt": receipt()}, headers=headers)


def test_nobody_is_somebody_else_by_a_header(server: ScriptedServer, tmp_path: Path) -> None:
    """One visitor's votes are counted together whatever stands in the header, and after a restart too.

    The refusal says when it ends, in words and for programs.
    """
    with public(server, tmp_path) as http:
        told = [vote(http, **FORGED[n % len(FORGED)]) for n in range(VOTES + len(FORGED))]
        assert {each.status_code for each in told[:VOTES]} == {400}
        for refused in told[VOTES:]:
            assert refused.status_code == 429
            assert 0 < int(refused.headers["retry-after"]) <= 60
            assert (
                "Try again in" in refused.json()["error"]["next_step"] and "UTC" in refused.json()["message"]
            )
            assert refused.headers["content-security-policy"]
    with public(server, tmp_path) as http:
        assert vote(http).status_code == 429


def test_behind_a_proxy_each_visitor_is_one(server: ScriptedServer, tmp_path: Path) -> None:
    """What the owner's proxy has written tells visitors apart, and what stands before it does not."""
    with public(server, tmp_path, proxies="1") as http:
        told = [vote(http, **{"x-forwarded-for": f"8.8.8.{n % 250}, 203.0.113.1"}) for n in range(VOTES + 1)]
        assert [each.status_code for each in told[-2:]] == [400, 429]
        assert vote(http, **{"x-forwarded-for": "203.0.113.1, 203.0.113.2"}).status_code == 400


def test_a_stranger_has_no_long_place_read(server: ScriptedServer, tmp_path: Path) -> None:
    """It would hold up the answers of all others."""
    with public(server, tmp_path) as http:
        refused = http.post("/playground/dice/place", json={"ids": [1] * 1025})
    assert (refused.status_code, "between 1 and 1024 tokens" in refused.text) == (400, True)


def test_each_receipt_counts(server: ScriptedServer, tmp_path: Path) -> None:
    """However many a request has: a quota of 30 is gone after three of eight, and the fourth is refused."""
    with public(server, tmp_path) as http:
        asked = [{"receipts": [receipt() for _ in range(8)]} for _ in range(4)]
        told = [http.post("/playground/take-back", json=each) for each in asked]
    assert [each.status_code for each in told] == [200, 200, 200, 429]
    assert "30 votes to take back a minute" in told[-1].json()["message"]


def test_answers_are_counted_on_every_way_in(server: ScriptedServer, tmp_path: Path) -> None:
    """The page's route and Gradio's endpoints spend one quota; what is beyond it never reaches a server."""
    del server.requests[:]
    with public(server, tmp_path) as http:
        for _ in range(ANSWERS - 1):
            assert http.post("/playground/stream", json=ASKED).status_code == 200
        client = Client(str(http.base_url), verbose=False)
        called = {"model": "server/m", "messages": HELLO, "max_tokens": 9, "api_name": "/create"}
        assert client.predict(**called)["answers"][0]["text"] == "Hi"
        with pytest.raises(AppError, match="20 answers a minute are the limit"):
            client.predict(**called)
        client.close()
        refused = http.post("/playground/stream", json=ASKED)
        assert refused.status_code == 429 and "20 answers a minute" in refused.json()["message"]
        assert sum(each.path.endswith("/completions") for each in server.requests) == ANSWERS


def test_who_asks_by_a_tool_is_no_other_visitor(server: ScriptedServer, tmp_path: Path) -> None:
    """Gradio's MCP server asks the app once more, from this machine: the answers are its caller's all the same."""
    with public(server, tmp_path) as http:
        called: dict[str, Any] = {"model": "server/m", "messages": HELLO, "max_tokens": 9}
        answers = [ask_tool(str(http.base_url), "create", **called) for _ in range(2)]
        assert not any(each.isError for each in answers)
        for _ in range(ANSWERS - 2):
            assert http.post("/playground/stream", json=ASKED).status_code == 200
        assert http.post("/playground/stream", json=ASKED).status_code == 429
        assert "20 answers a minute" in str(ask_tool(str(http.base_url), "create", **called))


def test_a_prefix_goes_around_nothing(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a proxy serves the page under a prefix, what is counted or closed is so under it too."""
    monkeypatch.setenv("GRADIO_ROOT_PATH", "/app")
    with public(server, tmp_path) as http:
        told = [vote(http, at) for at in ["/app", ""] * (VOTES // 2)]
        assert {each.status_code for each in told} == {400}
        assert vote(http, "/app").status_code == 429
        for at in ("/app", ""):
            assert http.post(f"{at}/gradio_api/upload", files={"files": b"x"}).status_code == 404
            assert http.get(f"{at}/gradio_api/deep_link?session_hash=x").status_code == 404


def test_so_many_at_once(tmp_path: Path) -> None:
    """A third answer is refused while two are being written, and taken once one has been left."""
    with ScriptedServer(streamed(text("Hi"), Stall())) as slow, public(slow, tmp_path) as http:
        with beginning(http) as left, beginning(http) as right:
            assert (left.status_code, right.status_code) == (200, 200)
            refused = http.post("/playground/stream", json=ASKED)
            assert refused.status_code == 429 and "when one of them has ended" in refused.json()["message"]
        wait_until(lambda: begins(http))


def beginning(http: httpx.Client) -> AbstractContextManager[httpx.Response]:
    """An answer that does not end."""
    return http.stream("POST", "/playground/stream", json=ASKED)


def begins(http: httpx.Client) -> bool:
    """Whether an answer may begin now."""
    with beginning(http) as answer:
        return answer.status_code == 200


def test_a_spent_budget_is_told_in_the_answer(server: ScriptedServer, tmp_path: Path) -> None:
    """The stream ends with the reason and with what helps; the page says how much is left."""
    with public(server, tmp_path, owner_tokens="50") as http:
        lines = http.post("/playground/stream", json=ASKED).text
        assert "tokens a day" in lines and "Type a key of your own" in lines
        told = http.get("/playground/posture").json()
        assert told["posture"] == "public" and any("owner's key" in word for word in told["words"])


CHEAP = """
call check code/{form} dice/chain dice/surprise dice/throws diff embedded/about
embedded/remove embedded/stop faulty import link link/open markdown presets/delete presets/read presets/save preview
probe/plan replay/plan rooms/join rooms/{code}/act rooms/{code}/link shape
sweep/plan sweep/{sweep_id}/delete sweep/{sweep_id}/name tokens
"""
"""What asks no model for a whole answer, is closed on a public page, or is bounded by its room: requests alone."""


def test_every_way_to_ask_for_much_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """Each path of the app to which something can be posted is of a kind that is counted, or is known to be cheap."""
    backend = Backend(Settings(data_dir=str(tmp_path)))
    all_routes = routes(backend, Keeper.of(backend.settings), None)
    posted = [each.path for each in all_routes if isinstance(each, Route) and "POST" in (each.methods or ())]
    uncounted = {path for path in posted if kind_of("POST", re.sub("{.*?}", "x", path)) is None}
    assert {path.removeprefix("/playground/") for path in uncounted} == set(CHEAP.split())
    assert {kind_of("POST", re.sub("{.*?}", "x", path)) for path in posted} == {*KINDS.values(), None}


def test_a_local_page_counts_nobody(http: httpx.Client) -> None:
    """However often, and with any header."""
    told: set[Any] = {vote(http, **{"x-playground-visitor": "x"}).status_code for _ in range(VOTES + 5)}
    assert told == {400}
