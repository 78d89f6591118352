"""Signing in with HuggingFace, on a Space and only there: the token goes from the session to the router alone.

It needs the app in an environment like a Space's, with a session as Gradio signs it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
from gradio import oauth
from itsdangerous import TimestampSigner
from starlette.requests import Request

from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, finish, streamed, text
from playground.web.credentials import keys_of, offers_sign_in
from tests.canaries import CANARIES, found_in, found_under

ROOT = Path(__file__).parents[2]
SECRET = "what-huggingface-gave-this-space"
TOKEN = CANARIES["typed-hf"]
SPACE = {
    "SYSTEM": "spaces",
    "SPACE_ID": "me/it",
    "SPACE_HOST": "me-it.hf.space",
    "OAUTH_CLIENT_ID": "a-client",
    "OAUTH_CLIENT_SECRET": SECRET,
    "OAUTH_SCOPES": "openid profile inference-api",
    "OPENID_PROVIDER_URL": "http://127.0.0.1:9",
}


def session(secret: str, **info: Any) -> str:
    """A session cookie as Starlette's middleware signs it under Gradio's key (gradio/oauth.py, attach_oauth)."""
    signed_in = {
        "access_token": TOKEN,
        "scope": "inference-api",
        "expires_at": time.time() + 3600,
        "userinfo": {"sub": "1", "name": "Ada", "preferred_username": "ada", "profile": "", "picture": ""},
        **info,
    }
    key = hashlib.sha256(f"{secret}-v4".encode()).hexdigest()
    payload = base64.b64encode(json.dumps({"oauth_info": signed_in}).encode())
    return TimestampSigner(key).sign(payload).decode()


def altered(cookie: str) -> str:
    """The cookie with another signature."""
    payload, _, signature = cookie.rpartition(".")
    return f"{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


class App:
    """A running app: its client, and what it prints."""

    def __init__(self, http: httpx.Client, folder: Path, output: Path) -> None:
        self.http = http
        self.folder = folder
        self._output = output

    @property
    def output(self) -> str:
        """Everything that it has printed so far, and why it failed if it did."""
        return self._output.read_text()

    def ask(self, cookie: str | None = None, model: str = "huggingface/a/b", **headers: str) -> str:
        """What the page is told when it asks for an answer."""
        asked = {
            "model": model,
            "messages": [{"role": "user", "content": "Hello"}],
            "parameters": {"stream": True},
        }
        cookies = {"cookie": f"session={cookie}"} if cookie else {}
        return self.http.post("/playground/stream", json=asked, headers={**cookies, **headers}).text


@contextmanager
def running(environment: dict[str, str], router: ScriptedServer, folder: Path) -> Iterator[App]:
    """The app in a process of its own with this environment, and no other."""
    output = folder / "output"
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    folders = {"PLAYGROUND_DATA_DIR": str(folder / "data"), "GRADIO_TEMP_DIR": str(folder / "gradio")}
    folders["PLAYGROUND_LIMITS_TIMES"] = "100"  # all visitors here come from one address
    with (
        output.open("wb") as printed,
        subprocess.Popen(
            [sys.executable, "-m", "tests.web.space", router.base_url],
            cwd=ROOT,
            env={**keep, **folders, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=printed,
        ) as process,
    ):
        try:
            assert process.stdout
            address = _address(process.stdout) or pytest.fail(f"it did not start: {output.read_text()}")
            with httpx.Client(base_url=address, timeout=60, trust_env=False) as http:
                yield App(http, folder, output)
        finally:
            process.terminate()
            process.wait(20)


def _address(printed: IO[bytes]) -> str:
    for line in printed:
        if line.startswith(b"ready "):
            return line.split()[1].decode().rstrip("/")
    return ""


@pytest.fixture(scope="module")
def router() -> Iterator[ScriptedServer]:
    """HuggingFace's router, which answers everyone."""
    with ScriptedServer(streamed(text("Hi"), finish())) as standin:
        yield standin


@pytest.fixture(scope="module")
def space(router: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a Space whose owner has keys of their own, which they do not lend."""
    owners = {"HF_TOKEN": CANARIES["env-hf"], "OPENROUTER_API_KEY": CANARIES["env-router"]}
    with running({**SPACE, **owners}, router, tmp_path_factory.mktemp("space")) as app:
        yield app


@pytest.fixture
def asked(router: ScriptedServer) -> ScriptedServer:
    """The router, with nobody having asked it anything."""
    router.requests.clear()
    return router


def test_who_is_signed_in_asks_with_their_own_token(space: App, asked: ScriptedServer) -> None:
    """The session's token reaches the router, and neither the page, a file nor the log ever holds it."""
    cookie = session(SECRET)
    said = space.ask(cookie)
    assert '"Hi"' in said
    assert [visit.headers["authorization"] for visit in asked.requests] == [f"Bearer {TOKEN}"]
    pages = ["/", "/config", "/gradio_api/info", "/playground/models?provider=huggingface"]
    shown = [space.http.get(page, headers={"cookie": f"session={cookie}"}).text for page in pages]
    preview = space.http.post(
        "/playground/preview", json={"model": "huggingface/a/b"}, headers={"cookie": f"session={cookie}"}
    )
    assert not found_in("".join([said, preview.text, *shown, space.output]))
    assert not found_under(space.folder)


def test_who_is_not_signed_in_is_asked_to(space: App, asked: ScriptedServer) -> None:
    """Without a session nobody's key is used, the owner's least of all; the next step is to sign in."""
    assert "Sign in with HuggingFace, or type a key" in space.ask()
    assert asked.requests == []


def test_a_typed_key_wins(space: App, asked: ScriptedServer) -> None:
    """Who is signed in and types a key for HuggingFace means that key."""
    keys = json.dumps({"huggingface": CANARIES["typed-other"]})
    space.ask(session(SECRET), **{"x-provider-keys": keys})
    assert [visit.headers["authorization"] for visit in asked.requests] == [
        f"Bearer {CANARIES['typed-other']}"
    ]


@pytest.mark.parametrize(
    "cookie",
    [
        session("somebody else's secret"),
        session(""),
        altered(session(SECRET)),
        session(SECRET, expires_at=time.time() - 1),
        session(SECRET, access_token=""),
        session(SECRET, access_token=None),
        session(SECRET, access_token="mock-oauth-token-for-local-dev"),
        "nonsense",
    ],
    ids=["foreign", "Gradio's own off a Space", "altered", "expired", "empty", "null", "mock", "nonsense"],
)
def test_a_session_that_is_not_valid_is_none(cookie: str, space: App, asked: ScriptedServer) -> None:
    """A forged, altered, expired or empty session is nobody's, and no other key is used in its place."""
    said = space.ask(cookie)
    assert '"error"' in said and "key" in said
    assert asked.requests == []


@pytest.mark.parametrize("model", ["openrouter/a/b", "server/x"])
def test_the_token_is_for_huggingface_only(model: str, space: App, asked: ScriptedServer) -> None:
    """Another provider's model is not reached with it."""
    said = space.ask(session(SECRET), model)
    assert "needs a key" in said or "base_url is missing" in said
    assert not found_in(said)
    assert asked.requests == []


def test_another_site_cannot_spend_it(space: App, asked: ScriptedServer) -> None:
    """A request from another page, which browsers send along with the cookie, is refused."""
    assert "other sites" in space.ask(session(SECRET), origin="https://evil.example")
    assert asked.requests == []


def test_a_session_off_a_space_is_not_even_read() -> None:
    """Off a Space anybody could have signed it, so what it holds is no key, whoever put it there."""
    request = Request(
        {"type": "http", "headers": [], "session": {"oauth_info": {"access_token": TOKEN, "expires_at": 9e9}}}
    )
    assert keys_of(request, Settings()) == {}
    assert keys_of(request, Settings(space_id="me/it", oauth_client_id="x")) == {}


def has_button(app: App) -> bool:
    """Whether the page has HuggingFace's button."""
    components = app.http.get("/config").json()["components"]
    return any(component["props"].get("elem_id") == "sign-in" for component in components)


def test_the_button_is_there(space: App) -> None:
    """On a Space the page has HuggingFace's button, and its way in exists."""
    assert has_button(space)
    assert space.http.get("/logout").status_code in (302, 307)


@pytest.mark.parametrize("missing", ["SYSTEM", "OAUTH_CLIENT_ID"])
def test_where_it_cannot_work_there_is_no_button(
    missing: str, router: ScriptedServer, tmp_path: Path
) -> None:
    """Off a Space, or on one without hf_oauth, the app starts, without a button, and reads no session."""
    environment = {name: value for name, value in SPACE.items() if name != missing}
    with running(environment, router, tmp_path) as app:
        assert not has_button(app)
        router.requests.clear()
        for secret in (SECRET, ""):
            assert "needs a key, and none was given" in app.ask(session(secret))
        assert router.requests == []


@pytest.mark.parametrize("missing", [*SPACE, None])
def test_it_works_only_where_everything_is_there(
    missing: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What .env says is not enough: Gradio itself must see a Space, or its button would stop the start."""
    for name, value in SPACE.items():
        monkeypatch.setenv(name, "" if name == missing else value)
        if hasattr(oauth, name):
            monkeypatch.setattr(oauth, name, None if name == missing else value)
    settings = Settings(space_id="me/it", oauth_client_id="a-client")
    assert offers_sign_in(settings) == (missing in (None, "SPACE_HOST"))
    assert not offers_sign_in(Settings())
