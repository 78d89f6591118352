"""The faulty server has the fault that the asked model is listed with, and no page of another site may ask it.

What its faults do is shown in tests/evidence/test_probes.py, by the probes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest

from playground.engine.process import Engine
from playground.testing import FAULTS, FaultyServer

BODY = {"messages": [{"role": "user", "content": "Count to twenty."}], "max_tokens": 2}


@pytest.fixture(scope="module")
def server(engine: Engine) -> Iterator[FaultyServer]:
    """One that has a fault for all, and two models with faults of their own."""
    models = {"a": FAULTS["max_tokens one more"], "b": FAULTS["seed refused"]}
    with FaultyServer(FAULTS["temperature refused"], models=models, engine=engine) as running:
        yield running


@pytest.fixture(scope="module")
def http(server: FaultyServer) -> Iterator[httpx.Client]:
    """A plain client of it."""
    with httpx.Client(base_url=server.base_url, timeout=60, trust_env=False) as client:
        yield client


def written(answer: httpx.Response) -> int:
    """How many tokens the answer says that it has."""
    return int(answer.json()["usage"]["completion_tokens"])


def test_a_model_has_its_own_fault(http: httpx.Client) -> None:
    """The models with a fault are listed; each has that one alone, and any other name the server's."""
    assert [model["id"] for model in http.get("/models").json()["data"]] == ["a", "b"]
    hot = {**BODY, "temperature": 0.0, "seed": 1}
    told = {name: http.post("/chat/completions", json={**hot, "model": name}) for name in ("a", "b", "c")}
    assert {name: answer.status_code for name, answer in told.items()} == {"a": 200, "b": 400, "c": 400}
    assert [told[name].json()["error"]["param"] for name in ("b", "c")] == ["seed", "temperature"]
    assert written(told["a"]) == 3
    assert written(http.post("/chat/completions", json={**BODY, "model": "b"})) == 2


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example"}]
)
def test_a_browser_is_refused(headers: dict[str, str], server: FaultyServer, http: httpx.Client) -> None:
    """A page of another site names its origin, or comes under a name that points here: no model answers it."""
    before = server.calls
    answer = http.post("/chat/completions", json={**BODY, "model": "a"}, headers=headers)
    assert answer.status_code in (400, 403)
    assert "access-control-allow-origin" not in answer.headers
    assert server.calls == before


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"model": "a"}', "nonsense"])
def test_no_request_is_no_crash(body: str, http: httpx.Client) -> None:
    """What is no request is refused in words."""
    answer = http.post("/chat/completions", content=body)
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        400,
        "The body must be JSON with model and messages.",
    )


def test_the_logs_of_the_program_stay_as_they_are(engine: Engine) -> None:
    """It may run within an app that is served by uvicorn too."""
    loggers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error", "uvicorn.access")]
    before = [(logger.level, logger.propagate, [*logger.handlers]) for logger in loggers]
    with FaultyServer(engine=engine):
        pass
    assert [(logger.level, logger.propagate, [*logger.handlers]) for logger in loggers] == before
