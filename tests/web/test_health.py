"""Whoever runs the page can see whether it is well, what it does and what is on; and nobody's text is in any of it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from playground.backend import Backend
from playground.errors import SettingsError, StoreError
from playground.operations.logs import JsonLines, Words, set_up
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text
from playground.votes.backup.vote_service import Keeper
from playground.web.self_check import self_check
from tests.documented import HELLO
from tests.web.serving import served

KEY = "sk-a-key-of-a-test-0123456789"
SECRET = "nobody-may-read-this"
USED = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Keeper:
    return Keeper.of(Settings(data_dir=str(tmp_path_factory.mktemp("votes"))))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a page that shows its figures."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("data")), metrics="1")
    with (
        served(Backend(settings)) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        yield client


def test_alive_and_ready_are_two_things(watched: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where votes cannot be read the page is alive and not ready; it says no more than which part is amiss."""
    assert watched.get("/playground/health/live").json() == {"live": True}
    told = watched.get("/playground/health", headers={"host": "10.0.0.7"})
    assert told.status_code == 200 and told.json()["ready"]

    def broken(store: object) -> int:
        raise StoreError(f"/a/path/{SECRET} is broken.")

    monkeypatch.setattr("playground.votes.store.store.Store.count", broken)
    told = watched.get("/playground/health/ready")
    assert told.status_code == 503 and told.json()["votes"] == "cannot be read" and SECRET not in told.text
    assert watched.get("/playground/health/live").status_code == 200


def test_figures(watched: httpx.Client, http: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """An answer, its tokens and its times are counted; no text, id or key is in the figures, nor in the log.

    Where nobody has switched them on there are none.
    """
    caplog.set_level(logging.INFO, "playground")
    with ScriptedServer(streamed(text(SECRET), finish(usage=USED), DONE)) as server:
        said = [{**HELLO[0], "content": SECRET}]
        asked = {"model": "m", "base_url": server.base_url, "flavour": "openai", "messages": said}
        keys = {"x-provider-keys": json.dumps({server.base_url.removesuffix("/v1"): KEY})}
        sent = watched.post(
            "/playground/stream", json={**asked, "parameters": {"stream": True}}, headers=keys
        )
    assert SECRET in sent.text and re.fullmatch("[0-9a-f]{16}", sent.headers["x-request-id"])
    watched.get(f"/playground/raw/{SECRET}")
    watched.get(f"/playground/{SECRET}")
    figures = watched.get("/playground/metrics").text
    assert 'playground_answers_total{ended="done",provider="server"} 1.0' in figures
    assert 'playground_tokens_total{provider="server",side="answer"} 2.0' in figures
    assert 'playground_requests_total{about="stream",status="200"} 1.0' in figures
    assert 'about="unknown",status="404"' in figures
    logged = [JsonLines().format(record) for record in caplog.records]
    assert any(json.loads(line).get("about") == "stream" for line in logged)
    for where in (figures, *logged):
        assert SECRET not in where and KEY not in where and "127.0.0.1" not in where
    assert http.get("/playground/metrics").status_code == 404


def test_an_id_that_came_along_is_kept_and_a_forged_one_is_not(watched: httpx.Client) -> None:
    """A proxy's id goes into our log and back; what is no id is replaced."""
    told = watched.get("/playground/health/live", headers={"x-request-id": "proxy-7"})
    assert told.headers["x-request-id"] == "proxy-7"
    told = watched.get("/playground/health/live", headers={"x-request-id": 'x" injected=1'})
    assert re.fullmatch("[0-9a-f]{16}", told.headers["x-request-id"])


def test_a_failure_of_our_own_is_logged_without_its_words() -> None:
    """What an exception says may be what somebody typed: its kind and its lines are enough."""
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("playground", logging.ERROR, __file__, 1, "It failed.", None, info)
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ValueError" and "test_health.py" in line["at"][0]
    words = Words().format(record)
    assert "ValueError at test_health.py" in words
    assert SECRET not in json.dumps(line) + words


def test_a_form_of_log_that_there_is_not() -> None:
    """It is said at the start."""
    with pytest.raises(SettingsError, match="PLAYGROUND_LOG is 'xml'"):
        set_up(Settings(log="xml"))


def test_what_is_on_is_said_at_the_start(keeper: Keeper, tmp_path: Path) -> None:
    """Each part, in either posture, and no key."""
    local = Settings(data_dir=str(tmp_path), hf_token=KEY)
    lent = replace(
        local, posture="public", share_owner_key="1", allowed_hosts="a.example", owner_dollars="2.5"
    )
    said = {
        settings: dict(line.split(": ", 1) for line in self_check(settings, keeper))
        for settings in (local, lent)
    }
    assert said[local]["posture"] == "local" and said[local]["limits"] == "off"
    assert said[lent]["owner's keys"] == "HF_TOKEN; lent for 200,000 tokens and $2.5 a day"
    assert said[lent]["base URLs"] == "a.example" and said[lent]["limits"].startswith(
        "on, in the data folder"
    )
    assert KEY not in repr(said)
