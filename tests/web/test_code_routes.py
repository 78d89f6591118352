"""The page's request for code: of what it is set to now, for each answer it would ask for, and never with a key."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from playground.backend import Backend
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, answered, whole
from tests.share.test_code import run
from tests.web.serving import served

KEY = "sk-a-key-of-a-visitor-0123456789"
MESSAGES = [{"role": "user", "content": "Hello"}]


def asked(**beside: Any) -> dict[str, Any]:
    """What the page would send."""
    return {"model": "embedded", "messages": MESSAGES, "parameters": {"temperature": 0.5}, **beside}


def code(http: httpx.Client, form: str, body: dict[str, Any], keys: dict[str, str] | None = None) -> Any:
    """What the page is told."""
    headers = {"x-provider-keys": json.dumps(keys or {})}
    return http.post(f"/playground/code/{form}", json=body, headers=headers).json()


def test_it_sends_what_the_page_sends(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a real server, found out by both; with a key that is named and not told, and the kind chosen by hand."""
    monkeypatch.setenv("PLAYGROUND_API_KEY", KEY)
    with ScriptedServer(answered(200, whole("hi"))) as server:
        here = server.base_url.removesuffix("/v1")
        parameters = {"temperature": 0.5, "user": "me", "seed": 3}
        body = asked(model="m", base_url=here, parameters=parameters, extra_body={"a": [None, 1]})
        for flavour in ("", "vllm"):
            set_so = {**body, "flavour": flavour}
            server.requests.clear()
            headers = {"x-provider-keys": json.dumps({here: KEY})}
            http.post("/playground/stream", json=set_so, headers=headers)
            for form in ("playground", "openai"):
                (side,) = code(http, form, set_so, {here: KEY})["sides"]
                assert KEY not in side["code"] and side["name"] == ""
                assert "user: withheld." in side["code"] or not flavour
                run(side["code"])
            bodies = [received.body for received in server.requests]
            assert len(bodies) == 3 and bodies[1] == bodies[0] == bodies[2]
            sent = [received.headers["authorization"] for received in server.requests]
            assert sent == [f"Bearer {KEY}"] * 3


def test_both_answers_of_a_pair(http: httpx.Client) -> None:
    """As soon as there can be two, whatever would be drawn; the second may be at another provider."""
    pair = asked(parameters={"temperature": 0.5, "diff_frequency": 0.1, "pref_params": {"temperature": 1.5}})
    sides = code(http, "json", pair)["sides"]
    assert [json.loads(side["code"])["temperature"] for side in sides] == [0.5, 1.5]
    second = asked(second={"model": "openrouter/a/b", "temperature": None})
    one, other = code(http, "curl", second)["sides"]
    assert "llama-server" in one["code"] and '"temperature": 0.5' in one["code"]
    assert "openrouter.ai" in other["code"] and "$OPENROUTER_API_KEY" in other["code"]
    assert '"temperature"' not in other["code"] and '"require_parameters": true' in other["code"]
    assert [side["name"] for side in (one, other)] == ["first answer", "second answer"]


def test_what_cannot_be_sent_has_no_code(http: httpx.Client) -> None:
    """The reasons are those of a request; a form that is none is not found."""
    assert (
        code(http, "curl", asked(parameters={"temperature": 3}))["problems"][0]["parameter"] == "temperature"
    )
    assert "message" in http.post("/playground/code/curl", content=b"[").json()
    assert http.post("/playground/code/perl", json=asked()).status_code == 404


def test_a_space_does_not_tell_its_own_server(tmp_path: Any) -> None:
    """Nor its owner's key: both are in its settings."""
    settings = Settings(
        data_dir=str(tmp_path),
        space_id="a/b",
        base_url="http://secret.example/v1",
        api_key=KEY,
        share_owner_key="1",
    )
    with served(Backend(settings)) as address, httpx.Client(base_url=address, trust_env=False) as http:
        body = asked(model="server/m", flavour="vllm")
        for form in ("playground", "hub", "curl"):
            (side,) = code(http, form, body)["sides"]
            assert "secret.example" not in side["code"] and KEY not in side["code"]
