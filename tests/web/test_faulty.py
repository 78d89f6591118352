"""The offer of a server with a fault: off a Space it is started on loopback and said to be one; on one it is closed.

That probing it names its parameter is shown in tests/browser/test_faulty.py.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.backend import Backend
from playground.settings import Settings
from playground.testing import FAULTS, ScriptedServer
from playground.votes.backup.vote_service import Keeper
from playground.web.faulty import OFFERS, FaultyModels, faulty_routes, offers_of
from playground.web.page import build
from playground.wire.addresses import host_of

SPACE = Settings(space_id="someone/playground")


def built(http: httpx.Client, base_url: str) -> Any:
    """What the page is told of the models at this base URL."""
    query = {"provider": "server", "base_url": base_url}
    return http.get("/playground/models", params=query).json()["server"]["built"]


def test_one_server_for_all_offers(http: httpx.Client) -> None:
    """It is started once, on loopback; it lists each offer as a model, and the page is told what each is built for."""
    first, second = (http.post("/playground/faulty").json()["base_url"] for _ in range(2))
    assert first == second and host_of(first) == "127.0.0.1"
    said = built(http, first)
    assert said["temperature-dropped"] == "This server is built to drop temperature. Probe it and see."
    listed = http.get("/playground/models", params={"provider": "server", "base_url": first}).json()
    assert [model["id"] for model in listed["models"]] == list(said) == [offer.model for offer in OFFERS]


def test_nothing_is_said_of_another_server(http: httpx.Client) -> None:
    """Whatever its models are called."""
    with ScriptedServer() as server:
        assert built(http, server.base_url) == {}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.model)
def test_an_offer_names_its_parameter(offer: Any) -> None:
    """What it is built to do is said with the parameter that the probes will name, or in its words."""
    assert FAULTS[offer.fault].parameter in offer.built_to


def test_another_site_has_no_server_started(http: httpx.Client) -> None:
    """The guard stands before this route as before any other."""
    answer = http.post("/playground/faulty", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


class NeverStarted(FaultyModels):
    """One that must not be started."""

    def start(self) -> str:
        raise AssertionError("a server was started")


def test_on_a_space_there_is_no_offer_and_no_route() -> None:
    """Nothing is offered on the page, and who asks all the same has nothing started."""
    with TestClient(Starlette(routes=faulty_routes(NeverStarted(Backend(SPACE)), SPACE))) as client:
        assert client.post("/playground/faulty").status_code == 404
    assert offers_of(SPACE) == []


@pytest.mark.parametrize(("settings", "number"), [(SPACE, 0), (Settings(), len(OFFERS))])
def test_the_page_offers_what_it_may(settings: Settings, number: int, tmp_path: Path) -> None:
    """The choice of a model holds the offers off a Space alone."""
    settings = Settings(space_id=settings.space_id, data_dir=str(tmp_path))
    config = build(Backend(settings), Keeper.of(settings)).get_config_file()
    (chooser,) = (c["props"] for c in config["components"] if c["props"].get("elem_id") == "models")
    assert len(chooser["props"]["faults"]) == number


def test_it_ends_with_the_app(tmp_path: Path) -> None:
    """Whoever forgets it has its port closed."""
    faulty = FaultyModels(Backend(Settings(data_dir=str(tmp_path))))
    base_url = faulty.start()
    del faulty
    port = int(base_url.split(":")[2].removesuffix("/v1"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
