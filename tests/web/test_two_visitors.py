"""Two visitors of a public page: whoever knows every id that another was told gets nothing by them, and does nothing.

The routes that take an id are those of the app itself, so that one that is added is tried, or asked for by its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from playground.backend import Backend
from playground.engine.process import Engine
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text
from playground.votes.backup.vote_service import Keeper
from playground.votes.receipt import vote_id_of
from playground.web.assets import ASSETS_URL
from playground.web.holder import SESSION_COOKIE, SESSION_HEADER
from playground.web.routes import routes
from tests.votes.making import receipt
from tests.web.serving import plain_client, served

SAID = "the-secret-of-a"
KEY = "sk-the-key-of-a-0123456789"
ANSWER = "told-to-a-alone"


class Visitor:
    """A browser of its own, at the same address as all others."""

    def __init__(self, address: str, base_url: str) -> None:
        self.http = plain_client(address)
        self.base_url = base_url

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> httpx.Response:
        """What comes of it."""
        return self.http.post(f"/playground/{path}", json=body, headers=headers)

    def asked(self, **parameters: Any) -> dict[str, Any]:
        """What the page asks for."""
        return {
            "model": "m",
            "messages": [{"role": "user", "content": SAID}],
            "base_url": self.base_url,
            "flavour": "openai",
            "parameters": {"stream": True, "max_tokens": 9, **parameters},
        }

    def streamed(self, path: str, body: Mapping[str, Any]) -> list[Any]:
        """Every line of a stream."""
        keys = json.dumps({self.base_url.removesuffix("/v1"): KEY})
        answer = self.post(path, body, **{"x-provider-keys": keys})
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[tuple[str, str, Backend]]:
    """A public page that lets its visitors name one server: its address, the server's, and what serves it."""
    one, other = (streamed(text(said), finish(), DONE) for said in (ANSWER, f"also {ANSWER}"))
    with ScriptedServer(one, one, other) as server:
        here = server.base_url.removeprefix("http://").removesuffix("/v1")
        folder = str(tmp_path_factory.mktemp("data"))
        settings = Settings(posture="public", allowed_hosts=here, data_dir=folder, limits_times="999")
        backend = Backend(settings)
        backend.engine = engine
        with served(backend) as address:
            yield address, server.base_url, backend


@pytest.fixture(scope="module")
def a(page: tuple[str, str, Backend]) -> Visitor:
    return Visitor(page[0], page[1])


@pytest.fixture
def b(page: tuple[str, str, Backend]) -> Visitor:
    """One who has been here before."""
    visitor = Visitor(page[0], page[1])
    assert SESSION_COOKIE in visitor.http.get("/playground/posture").cookies
    file = httpx.get(f"{page[0].rstrip('/')}/{ASSETS_URL}/page.js")
    assert "immutable" in file.headers["cache-control"] and "set-cookie" not in file.headers
    return visitor


@pytest.fixture(scope="module")
def ids(a: Visitor) -> dict[str, str]:
    """Every id that A was told, by what it is of."""
    single = [item for line in a.streamed("stream", a.asked()) for item in line]
    answer = next(told["id"] for _, kind, told in single if kind == "started")
    items = [item for line in a.streamed("stream", a.asked(diff_frequency=1.0)) for item in line]
    pair = next(told["round_id"] for _, kind, told in items if kind == "pair")
    mine = receipt()
    voted = a.post("vote", {"round_id": pair, "receipt": mine, "said": "left"})
    assert voted.status_code == 200, voted.text
    swept = {"model": "m", "base_url": a.base_url, "flavour": "openai", "prompts": SAID, "seeds": "1"}
    axes = [{"parameter": "temperature", "values": "0, 1"}]
    sweep = a.streamed("sweep", {**swept, "axes": axes, "parameters": {"max_tokens": 9}})[0]["id"]
    place = a.post("dice/place", {"ids": [1, 2, 3], "model": "embedded"}).json()["key"]
    return {"answer": answer, "pair": pair, "receipt": mine, "sweep": sweep, "place": place}


Ids = Mapping[str, str]
Try = Callable[[Visitor, Ids], httpx.Response]

BY_ID: Mapping[str, Try] = {
    "GET raw/{answer_id}": lambda who, ids: who.http.get(f"/playground/raw/{ids['answer']}"),
    "GET stopped/{answer_id}": lambda who, ids: who.http.get(f"/playground/stopped/{ids['answer']}"),
    "GET prompt/{answer_id}": lambda who, ids: who.http.get(f"/playground/prompt/{ids['answer']}"),
    "GET stopped-pair/{round_id}": lambda who, ids: who.http.get(f"/playground/stopped-pair/{ids['pair']}"),
    "GET sweep/{sweep_id}": lambda who, ids: who.http.get(f"/playground/sweep/{ids['sweep']}"),
    "GET sweep/{sweep_id}/cell": lambda who, ids: who.http.get(f"/playground/sweep/{ids['sweep']}/cell?at=0"),
    "GET sweep/{sweep_id}/file": lambda who, ids: who.http.get(
        f"/playground/sweep/{ids['sweep']}/file?as=csv"
    ),
    "POST sweep/{sweep_id}/go-on": lambda who, ids: who.post(f"sweep/{ids['sweep']}/go-on", {}),
    "POST sweep/{sweep_id}/again": lambda who, ids: who.post(f"sweep/{ids['sweep']}/again", {}),
    "POST sweep/{sweep_id}/name": lambda who, ids: who.post(f"sweep/{ids['sweep']}/name", {"name": "mine"}),
    "POST sweep/{sweep_id}/delete": lambda who, ids: who.post(f"sweep/{ids['sweep']}/delete", {}),
    "POST vote again": lambda who, ids: who.post(
        "vote", {"round_id": ids["pair"], "receipt": ids["receipt"], "said": "left"}
    ),
    "POST vote anew": lambda who, ids: who.post(
        "vote", {"round_id": ids["pair"], "receipt": receipt(), "said": "right"}
    ),
    "POST dice/answer": lambda who, ids: who.post("dice/answer", {"id": ids["answer"]}),
    "POST dice/chain": lambda who, ids: who.post("dice/chain", {"key": ids["place"], "values": {}}),
    "POST dice/throws": lambda who, ids: who.post(
        "dice/throws", {"key": ids["place"], "values": {}, "times": 1, "seed": 1}
    ),
    "POST replay/plan": lambda who, ids: who.post(f"replay/plan?answer={ids['answer']}", who.asked(seed=7)),
    "POST replay": lambda who, ids: who.post(f"replay?answer={ids['answer']}", who.asked(seed=7)),
}
"""Each way in that takes an id, as the page goes it."""

ELSEWHERE = {
    "exports/{file_id}": "closed on a public page, or everybody's",
    "rooms/{code}/events": "a room's token is its key, in a header; a code alone opens nothing (test_room_routes.py)",
    "rooms/{code}/act": "the same",
    "rooms/{code}/csv": "the same",
    "rooms/{code}/link": "the same",
    "lessons/{id}": "lessons are everybody's",
    "lessons/{id}/run": "the same",
    "lessons/{id}/hand-out": "the same",
    "code/{form}": "a form is a word of this program's",
}


def test_every_route_with_an_id_is_tried(tmp_path: Path) -> None:
    """A route whose path takes something is tried here, or it is said why not."""
    backend = Backend(Settings(data_dir=str(tmp_path)))
    own = routes(backend, Keeper.of(backend.settings), None)
    paths = {each.path.removeprefix("/playground/") for each in own if isinstance(each, Route)}
    tried = {name.partition(" ")[2] for name in BY_ID}
    assert {path for path in paths if "{" in path} - tried == set(ELSEWHERE)


@pytest.mark.parametrize("way", BY_ID)
def test_who_knows_an_id_of_another_has_nothing(way: str, b: Visitor, ids: Ids) -> None:
    """No word, no key, no vote of A's; and nothing done in A's name."""
    told = BY_ID[way](b, ids)
    assert 400 <= told.status_code < 500, (told.status_code, told.text[:300])
    assert not re.search(f"{SAID}|{ANSWER}|{KEY}|left|temperature", told.text), told.text[:300]


def test_whose_they_are_has_all_of_it_still(a: Visitor, ids: Ids, page: tuple[str, str, Backend]) -> None:
    """After all that B has tried A's vote is as it was, A's sweep is there, and each way in leads A somewhere."""
    store = Keeper.of(page[2].settings).store
    vote = store.find(vote_id_of(ids["receipt"]))
    assert vote and store.count() == 1 and store.last_of(vote.round_id) == vote
    for way in (each for each in BY_ID if each not in ("POST sweep/{sweep_id}/delete", "POST vote anew")):
        told = BY_ID[way](a, ids)
        assert told.status_code == 200, (way, told.text[:300])
    assert ANSWER in BY_ID["GET raw/{answer_id}"](a, ids).text


def test_a_page_without_cookies_is_known_by_its_header(
    a: Visitor, ids: Ids, page: tuple[str, str, Backend]
) -> None:
    """In the frame of another site a browser may send no cookies: the page says who it is by itself."""
    mine = {SESSION_HEADER: a.http.cookies[SESSION_COOKIE]}
    for headers, status in ((mine, 200), ({SESSION_HEADER: "x" * 32}, 404), ({}, 404)):
        bare = httpx.get(f"{page[0]}/playground/raw/{ids['answer']}", headers=headers, trust_env=False)
        assert bare.status_code == status
