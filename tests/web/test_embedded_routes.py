"""The page's requests about embedded models: what it is told, and what it may have done.

The Hub is a stand-in, and the models are tiny.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.backend import Backend
from playground.engine.library import Library
from playground.engine.names import HubName
from playground.engine.offered import OFFERED
from playground.engine.process import Engine
from playground.settings import Settings
from playground.web.embedded import embedded_routes
from tests.engine.hub_standin import ModelHub
from tests.engine.tiny_models import TinyModel

NAME = "embedded/ada/tiny-GGUF"
OFFER = OFFERED[0]


@pytest.fixture(scope="module")
def hub() -> Iterator[ModelHub]:
    files = {
        "tiny-Q4_K_M.gguf": TinyModel().content(),
        "odd-Q2_K.gguf": TinyModel(architecture="abacus").content(),
    }
    with ModelHub(
        {"ada/tiny-GGUF": files, OFFER.repository: {OFFER.file: files["tiny-Q4_K_M.gguf"]}}
    ) as standin:
        yield standin


def page_over(hub: ModelHub, folder: Path, **settings: str) -> tuple[TestClient, Backend]:
    """The routes over a backend of its own, whose embedded model is a tiny one."""
    own = Settings(
        data_dir=str(folder / "data"), model_file=str(TinyModel().write(folder / "own.gguf")), **settings
    )
    backend = Backend(own)
    backend.engine = Engine(own, library=Library(own, hub.endpoint))
    return TestClient(Starlette(routes=embedded_routes(backend))), backend


@pytest.fixture
def page(hub: ModelHub, tmp_path: Path) -> Iterator[tuple[TestClient, Backend]]:
    client, backend = page_over(hub, tmp_path)
    with client:
        yield client, backend
        assert client.portal is not None
        client.portal.call(backend.aclose)


def do(client: TestClient, what: str, model: str = NAME) -> Any:
    """What comes of it."""
    return client.post(f"/playground/embedded/{what}", json={"model": model})


def row_of(client: TestClient, model: str) -> dict[str, Any]:
    """The row of one model."""
    rows = client.get("/playground/embedded").json()["rows"]
    (row,) = [row for row in rows if row["model"] == model]
    return dict(row)


def test_every_offer_is_told_with_its_size_licence_and_memory(page: tuple[TestClient, Backend]) -> None:
    """Beside the one that comes along; none of them is here, and the memory is more than the file."""
    told = page[0].get("/playground/embedded").json()
    assert [row["model"] for row in told["rows"]] == ["embedded", *(f"embedded/{o.name}" for o in OFFERED)]
    for row in told["rows"][1:]:
        assert (
            not row["here"] and row["licence"] and 100e6 < row["size"] < 2e9 and row["memory"] > row["size"]
        )
    assert told["free"] > 0 and told["is_public"] is False and told["loaded"] is None


def test_a_model_is_looked_up_fetched_loaded_and_removed(page: tuple[TestClient, Backend]) -> None:
    """As a person does it who types its name; only the fetching brings anything onto the disk."""
    client, backend = page
    found = do(client, "about").json()
    full = f"{NAME}:tiny-Q4_K_M.gguf"
    assert (found["model"], found["licence"], found["here"]) == (full, "apache-2.0", False)
    assert backend.engine.library.kept() == []
    assert do(client, "fetch", full).status_code == 200
    backend.engine.library.begin(backend.engine.library.about("ada/tiny-GGUF")).wait()
    assert row_of(client, full)["here"] and row_of(client, full)["own"] and row_of(client, full)["memory"]
    assert do(client, "load", full).status_code == 200
    assert client.get("/playground/embedded").json()["loaded"] == full
    assert do(client, "remove", full).status_code == 200
    assert not [row for row in client.get("/playground/embedded").json()["rows"] if row["model"] == full]


def test_what_does_not_load_is_said_and_stays_chosen_by_nobody(page: tuple[TestClient, Backend]) -> None:
    """In one sentence that names the cause."""
    client, backend = page
    assert do(client, "load", "embedded").status_code == 200
    backend.engine.library.fetch("ada/tiny-GGUF:Q2_K")
    refused = do(client, "load", f"{NAME}:Q2_K")
    assert refused.status_code == 400
    assert "unknown model architecture: 'abacus'. embedded goes on." in refused.json()["message"]


def test_a_download_is_told_while_it_runs_stopped_and_gone_on_with(
    page: tuple[TestClient, Backend], hub: ModelHub
) -> None:
    """Of an offer, by its own row; what an earlier program has left is told too."""
    client, backend = page
    library, name = backend.engine.library, f"embedded/{OFFER.name}"
    hub.held = 600_000
    hub.go_on.clear()
    do(client, "fetch", name)
    while row_of(client, name)["progress"]["done"] < 500_000:
        pass
    running = row_of(client, name)["progress"]
    assert running["state"] == "fetching" and running["total"] == len(TinyModel().content())
    do(client, "stop", name)
    assert row_of(client, name)["progress"]["state"] == "stopped"
    later = Library(backend.settings, hub.endpoint).progress(HubName(OFFER.repository, OFFER.file))
    assert later is not None and later.state == "stopped" and later.done >= 500_000
    hub.held = None
    hub.go_on.set()
    do(client, "fetch", name)
    library.begin(library.about(str(OFFER.name))).wait()
    assert row_of(client, name)["here"] and hub.seen[-1].startswith("bytes=")


@pytest.mark.parametrize("model", ["huggingface/a/b", "", 7, None])
def test_what_names_no_embedded_model_is_refused(page: tuple[TestClient, Backend], model: Any) -> None:
    """Nothing is done then."""
    refused = page[0].post("/playground/embedded/fetch", json={"model": model})
    assert refused.status_code == 400 and "must name an embedded one" in refused.json()["message"]


def test_a_space_has_the_offers_alone(hub: ModelHub, tmp_path: Path) -> None:
    """No other name is looked up; nobody stops another's download or removes a file."""
    client, _ = page_over(hub, tmp_path, space_id="ada/space")
    told = client.get("/playground/embedded").json()
    assert told["is_public"] and len(told["rows"]) == 1 + len(OFFERED)
    for what in ("about", "fetch", "load"):
        assert "public page" in do(client, what).json()["message"]
        assert do(client, what, "embedded//etc/hostname").status_code == 400
    for what in ("stop", "remove"):
        assert do(client, what).status_code == 404
