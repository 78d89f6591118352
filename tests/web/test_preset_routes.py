"""Presets over HTTP: a pair of two of them is what they say, blind until the vote; one is kept as judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground import Preset
from playground.settings import Settings
from playground.share.preset_store import FOLDER, PresetStore
from playground.testing.scripted_server import DONE, Script, ScriptedServer, finish, streamed, text
from playground.votes.pair import new_id
from playground.web.presets import preset_routes
from tests.asking import Together
from tests.web.test_routes import asked, items_of

PIECES: Script = streamed(text("a"), finish(), DONE)
COLD: dict[str, Any] = {"name": "Mint", "parameters": {"temperature": 0.1, "stream": False, "logprobs": True}}
HOT: dict[str, Any] = {
    "name": "Lime",
    "parameters": {"temperature": 1.9, "seed": 4},
    "extra_body": {"top_a": 1},
}
ROWS = {"stream": True, "diff_frequency": 1.0, "max_tokens": 9}


def contest(*presets: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the page sends beside the rest."""
    return {"contest": {"presets": list(presets), **more}}


def test_each_side_is_what_its_preset_says(http: httpx.Client) -> None:
    """And not what the rows have, but for how the answer comes; before the vote nothing names a preset."""
    with Together(2) as server:
        sent = asked(server, ROWS, mode="blind", **contest(COLD, HOT, against="Mint"))
        told = http.post("/playground/stream", json=sent)
    bodies = sorted((visit.body for visit in server.requests), key=lambda body: float(body["temperature"]))
    for body in bodies:
        del body["model"], body["messages"]
    assert bodies == [
        {"temperature": 0.1, "stream": True},
        {"temperature": 1.9, "seed": 4, "top_a": 1, "stream": True},
    ]
    assert not any(word in told.text for word in ("Mint", "Lime", "temperature", "top_a"))
    (begun,) = [data for _, kind, data in items_of(told) if kind == "pair"]
    ballot = {"round_id": begun["round_id"], "vote_id": new_id(), "said": "skip"}
    reveal = http.post("/playground/vote", json=ballot).json()["reveal"]
    assert {side["slot"]: side["preset"] for side in reveal.values()} == {"first": "Mint", "second": "Lime"}


def test_without_a_draw_the_rows_are_asked(http: httpx.Client) -> None:
    """A reply that is no pair is of what is set; with a second side of its own, presets do not compete."""
    with ScriptedServer(PIECES, PIECES, PIECES) as server:
        alone = asked(server, {**ROWS, "diff_frequency": 0.0}, **contest(COLD, HOT))
        items_of(http.post("/playground/stream", json=alone))
        assert server.requests[0].body["max_tokens"] == 9
        second = asked(server, ROWS, second={"seed": 7}, **contest(COLD, HOT))
        items_of(http.post("/playground/stream", json=second))
        assert {visit.body.get("seed") for visit in server.requests[1:]} == {None, 7}


def test_a_preset_that_cannot_be_sent_is_named(http: httpx.Client) -> None:
    """Before anything is sent, by its name and its parameter; a contest of one, or of too many, is none."""
    wrong = {"name": "Lime", "parameters": {"top_logprobs": 3, "tool_choice": "required"}}
    told = http.post(
        "/playground/preview", json=asked(None, ROWS, model="embedded", **contest(COLD, wrong))
    ).json()
    assert any("'Lime'" in row["text"] and "tool_choice" in row["text"] for row in told["problems"])
    many = [{"name": f"p{number}"} for number in range(30)]
    assert (
        "presets compete" in http.post("/playground/preview", json=asked(None, ROWS, **contest(*many))).text
    )
    with ScriptedServer(PIECES) as server:
        one = http.post("/playground/code/json", json=asked(server, ROWS, **contest(COLD, HOT)))
    assert [side["name"] for side in one.json()["sides"]] == ["Mint", "Lime"]


# -- keeping them ------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Iterator[TestClient]:
    """A browser at the routes, off a Space."""
    yield TestClient(Starlette(routes=preset_routes(Settings(data_dir=str(tmp_path)))))


def test_off_a_space_the_data_folder_has_them(home: TestClient, tmp_path: Path) -> None:
    """Python finds what the page has saved; renamed it is not there twice, and a taken name takes nothing."""
    store = PresetStore(tmp_path / FOLDER)
    for preset in (COLD, HOT):
        assert home.post("/playground/presets/save", json={"preset": preset}).json()["kept"] is True
    assert store.find("Lime") == Preset("Lime", HOT["parameters"], {"top_a": 1})
    taken = home.post("/playground/presets/save", json={"preset": COLD | {"name": "Lime"}, "was": "Mint"})
    assert taken.status_code == 400 and "already" in taken.json()["message"]
    home.post("/playground/presets/save", json={"preset": COLD | {"name": "Ice"}, "was": "Mint"})
    listed = home.get("/playground/presets").json()
    assert [each["name"] for each in listed["presets"]] == ["Ice", "Lime"]
    assert listed["mark"] == store.mark() != ""
    home.post("/playground/presets/delete", json={"name": "Ice"})
    assert [each.name for each in store.kept().presets] == ["Lime"]


def test_what_is_no_preset_is_refused(home: TestClient) -> None:
    """With a key in it, under a shipped name, or none at all; what of it cannot be set is named."""
    key = "hf_" + "a1" * 17
    for document, words in (
        ({"name": "K", "extra_body": {"k": key}}, "looks like a key"),
        ({"name": "Chat"}, "shipped"),
        ({}, "needs a name"),
        (None, "no preset"),
    ):
        told = home.post("/playground/presets/save", json={"preset": document})
        assert told.status_code == 400 and words in told.json()["message"] and key not in told.text
    saved = home.post("/playground/presets/save", json={"preset": {"name": "S", "parameters": {"speed": 1}}})
    assert "'speed'" in saved.json()["lost"][0]


def test_a_disk_that_refuses_leaves_it_to_the_browser(tmp_path: Path) -> None:
    """The preset is judged and given back, with the folder that could not be written."""
    (tmp_path / FOLDER).write_text("no folder")
    browser = TestClient(Starlette(routes=preset_routes(Settings(data_dir=str(tmp_path)))))
    told = browser.post("/playground/presets/save", json={"preset": COLD}).json()
    assert told["kept"] is False and FOLDER in told["why"] and told["preset"]["name"] == "Mint"
    assert browser.get("/playground/presets").json()["mark"] == ""


def test_on_a_space_nothing_is_kept(tmp_path: Path) -> None:
    """Presets belong to a visitor's own browser there: they are judged, and no list shows them to others."""
    browser = TestClient(
        Starlette(routes=preset_routes(Settings(data_dir=str(tmp_path), space_id="someone/space")))
    )
    assert browser.post("/playground/presets/save", json={"preset": COLD}).json()["kept"] is False
    assert json.loads(browser.get("/playground/presets").text) == {"mark": "", "presets": [], "problems": []}
    assert list(tmp_path.iterdir()) == []
