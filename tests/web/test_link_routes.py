"""The page's requests about links: what goes into one, what is said of it, and what opening one would set."""

from __future__ import annotations

from typing import Any

import httpx

from playground.backend import Backend
from playground.settings import Settings
from tests.web.serving import served

MESSAGES = [{"role": "user", "content": "Hello"}]
PAGE = {
    "model": "m",
    "base_url": "http://127.0.0.1:9/v1",
    "flavour": "vllm",
    "mode": "open",
    "bill_to": "some-org",
    "messages": MESSAGES,
    "parameters": {"temperature": 1.0},
    "extra_body": {},
    "second": {"top_p": None},
}


def opened(http: httpx.Client, text: str) -> Any:
    """What the page is told of a link."""
    return http.post("/playground/link/open", json={"text": text}).json()


def test_a_link_and_what_it_would_set(http: httpx.Client) -> None:
    """All of it or the settings alone; who pays is nobody else's; the server that it names is said."""
    whole = http.post("/playground/link", json={**PAGE, "whole": True, "draft": "And"}).json()
    assert whole["said"] == ["It names your server: http://127.0.0.1:9/v1."]
    assert "some-org" not in whole["file"]
    told = opened(http, f"https://example.org/#{whole['fragment']}")
    assert told == opened(http, whole["file"])
    assert told["target"] == {"model": "m", "base_url": "http://127.0.0.1:9/v1", "flavour": "vllm"}
    assert (told["messages"], told["draft"], told["mode"]) == (MESSAGES, "And", "open")
    assert (told["parameters"], told["second"], told["lost"]) == ({"temperature": 1.0}, {"top_p": None}, [])
    alone = http.post("/playground/link", json={**PAGE, "draft": "And"}).json()
    assert {"messages", "draft"}.isdisjoint(opened(http, alone["fragment"]))


def test_what_is_not_handed_on(http: httpx.Client) -> None:
    """A key is refused by the place it is in; one too long is a file; garbage is refused in a sentence."""
    keyed = {**PAGE, "extra_body": {"api_key": "hf_" + "a1" * 17}}
    told = http.post("/playground/link", json=keyed)
    assert told.status_code == 400 and "extra_body looks like a key" in told.json()["message"]
    long = {**PAGE, "whole": True, "messages": [{"role": "user", "content": "x" * 70_000}]}
    told = http.post("/playground/link", json=long)
    assert told.json()["fragment"] == "" and "Save it as a file" in told.json()["why"]
    assert opened(http, told.json()["file"])["messages"] == long["messages"]
    assert "damaged" in opened(http, "#set=1.x")["message"]
    assert "nothing in it" in http.post("/playground/link/open", json={"text": 5}).json()["message"]


def test_a_space_asks_no_server_that_a_link_names(http: httpx.Client, tmp_path: Any) -> None:
    """The model stays as it is there, which is said, and the rest is restored."""
    fragment = http.post("/playground/link", json=PAGE).json()["fragment"]
    with (
        served(Backend(Settings(data_dir=str(tmp_path), space_id="a/b"))) as address,
        httpx.Client(base_url=address, trust_env=False) as space,
    ):
        told = opened(space, fragment)
    assert told["target"] is None and told["parameters"] == {"temperature": 1.0}
    assert len(told["lost"]) == 1 and "on this public page" in told["lost"][0]
