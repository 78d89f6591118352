"""The page's requests about probes: the price first, one line per step, and an end when the reader leaves.

Kept apart from the tests of the probes: here it is about what crosses the line, and what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from playground.evidence.probes.finding import Cost, Plan
from playground.evidence.probes.suite import PROBES
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, Stall, answered, finish, streamed, text
from playground.web.probes import price_of, probe_routes
from playground.wire.models import ModelInfo
from playground.wire.profiles import PROFILES
from tests.asking import wait_until
from tests.web.serving import alone

KEY = "sk-a-key-of-a-test-0123456789"
STORY = streamed(*(text(f" word{i}") for i in range(20)), finish("length"), DONE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path))


@pytest.fixture
def http(settings: Settings) -> Iterator[httpx.Client]:
    """The routes over a backend of their own."""
    with alone(probe_routes, settings) as client:
        yield client


def asked(server: ScriptedServer, *names: str, **more: Any) -> dict[str, Any]:
    """What the page sends to have these parameters probed at a stand-in."""
    base = {"model": "m", "base_url": server.base_url, "flavour": "openai"}
    return {**base, "parameters": list(names), **more}


def test_the_price_comes_first_and_costs_nothing(http: httpx.Client) -> None:
    """A plan names calls and tokens, usual and most, and what this kind of server is never sent; nobody is asked."""
    with ScriptedServer(STORY) as server:
        plan = http.post("/probe/plan", json=asked(server)).json()
        assert server.requests == []
    assert 0 < plan["usual"]["calls"] <= plan["most"]["calls"]
    assert 0 < plan["usual"]["tokens"] <= plan["most"]["tokens"]
    assert set(plan["withheld"]) == {"tool_prompt"} and plan["server"] == server.base_url.removesuffix("/v1")


def test_a_run_line_by_line(http: httpx.Client) -> None:
    """Each parameter is announced, judged with its evidence, and the last line holds the whole table."""
    with ScriptedServer(STORY) as server:
        response = http.post("/probe", json=asked(server, "stop", "seed"))
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert [line["parameter"] for line in lines[:-1]] == ["seed", "seed", "stop", "stop"]
    assert lines[3]["verdict"]["outcome"] == "no visible effect" and lines[3]["verdict"]["exchanges"]
    assert [v["parameter"] for v in lines[-1]["table"]["verdicts"]] == ["seed", "stop"]
    assert lines[-1]["remembered"] is True


def test_the_table_is_remembered_and_can_be_taken_along(http: httpx.Client) -> None:
    """The last table comes back as it was found, and as a file of JSON or Markdown."""
    with ScriptedServer(STORY) as server:
        where = {"model": "m", "base_url": server.base_url}
        assert http.get("/probe/last", params=where).status_code == 204
        assert http.get("/probe/last", params={**where, "as": "md"}).status_code == 404
        http.post("/probe", json=asked(server, "stop"))
    assert http.get("/probe/last", params=where).json()["verdicts"][0]["parameter"] == "stop"
    for kind, name in (("json", "probes.json"), ("md", "probes.md")):
        file = http.get("/probe/last", params={**where, "as": kind})
        assert name in file.headers["content-disposition"] and "stop" in file.text


def test_nothing_is_remembered_of_a_server_that_did_not_answer(http: httpx.Client) -> None:
    """What can be said without asking is no finding about it: no table, and the page is told why."""
    with ScriptedServer(answered(401, b"{}")) as server:
        lines = http.post("/probe", json=asked(server)).text.splitlines()
        last = http.get("/probe/last", params={"model": "m", "base_url": server.base_url})
    end = json.loads(lines[-1])
    assert not end["remembered"] and "nothing to remember" in end["message"]
    assert last.status_code == 204


def test_a_reader_who_leaves_ends_the_run(http: httpx.Client) -> None:
    """While the server is silent nothing is sent, and still its connection closes with the reader's."""
    with ScriptedServer([Stall()]) as server:
        with http.stream("POST", "/probe", json=asked(server, "seed", "stop")) as response:
            lines = response.iter_lines()  # held: dropping it would close the connection already
            assert json.loads(next(lines))["parameter"] == "seed"
            wait_until(lambda: bool(server.requests))
        assert server.requests[0].left.wait(10)
        assert len(server.requests) == 1


def test_a_key_is_neither_kept_nor_told(http: httpx.Client, settings: Settings) -> None:
    """The key goes to its server, and into no line and no file."""
    with ScriptedServer(STORY) as server:
        keys = json.dumps({server.base_url.removesuffix("/v1"): KEY})
        response = http.post("/probe", json=asked(server, "stop"), headers={"x-provider-keys": keys})
        assert any(KEY in visit.headers.get("authorization", "") for visit in server.requests)
    assert KEY not in response.text
    files = [path for path in settings.data_path.rglob("*") if path.is_file()]
    assert files and all(KEY not in path.read_text(encoding="utf-8", errors="replace") for path in files)


@pytest.mark.parametrize(
    "wrong",
    [
        {"parameters": ["nonsense"]},
        {"parameters": "seed"},
        {"parameters": [1]},
        {"thinking_tokens": -1},
        {"thinking_tokens": "many"},
        {"model": None},
        {"base_url": 5},
        {"base_url": "ftp://host"},
        {"flavour": "nonsense"},
    ],
)
def test_a_wrong_request_is_refused(http: httpx.Client, wrong: dict[str, Any]) -> None:
    """Whatever is wrong is said before anything is asked of a server."""
    with ScriptedServer(STORY) as server:
        for path in ("/probe/plan", "/probe"):
            assert http.post(path, json={**asked(server), **wrong}).status_code in (400, 422)
        assert server.requests == []


def test_all_is_probed_where_nothing_is_named(http: httpx.Client) -> None:
    """An empty list stands for every parameter."""
    with ScriptedServer(STORY) as server:
        every = http.post("/probe/plan", json=asked(server)).json()
        named = http.post("/probe/plan", json=asked(server, *PROBES)).json()
    assert every == named


def test_what_was_found_until_it_was_stopped_is_remembered(http: httpx.Client) -> None:
    """Verdicts that had come before the reader left are kept: they have been paid for."""
    with ScriptedServer(STORY) as server:
        where = {"model": "m", "base_url": server.base_url}
        wanted = asked(server, "stop", "frequency_penalty", "presence_penalty")
        with http.stream("POST", "/probe", json=wanted) as response:
            lines = (json.loads(line) for line in response.iter_lines())
            found = next(line["verdict"] for line in lines if line["verdict"])
        wait_until(lambda: http.get("/probe/last", params=where).status_code != 204)
        table = http.get("/probe/last", params=where)
    assert found["parameter"] in [verdict["parameter"] for verdict in table.json()["verdicts"]]


def test_the_price_in_money() -> None:
    """A provider that charges is said to, with a sum where its prices are known."""
    cost = Plan(Cost(10, 1000), Cost(20, 2000))
    known = ModelInfo("m", "m", price_in=1.0, price_out=2.0)
    assert "$0.0026, at most $0.0052" in price_of(cost, PROFILES["openrouter"], known)
    assert "not known" in price_of(cost, PROFILES["huggingface"], None)
    assert "$" not in price_of(cost, PROFILES["llamacpp"], known)
    assert "Mistral charges" in price_of(cost, PROFILES["mistral"], None)
