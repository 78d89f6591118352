"""The page's question for servers on this machine: what a browser gets, and where it gets nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.backend import Backend
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, answered
from playground.web.neighbours import neighbour_routes, neighbour_row
from playground.wire.neighbours import Neighbour

OLLAMA: Mapping[str, object] = {"data": [{"id": "bge-m3"}, {"id": "a"}, {"id": "b"}]}


def asked(**settings: str) -> tuple[int, str]:
    """Status and body of the answer."""
    backend = Backend(Settings(**settings))

    @asynccontextmanager
    async def closing(app: Starlette) -> AsyncIterator[None]:
        yield
        await backend.aclose()

    with TestClient(Starlette(routes=neighbour_routes(backend), lifespan=closing)) as client:
        answer = client.get("/playground/neighbours")
    return answer.status_code, answer.text


def test_who_answers_is_offered() -> None:
    """In words, with where it is and what to ask there."""
    pages = {
        "/v1/models": answered(200, json.dumps(OLLAMA).encode()),
        "/api/version": answered(200, b'{"version": "0.33.0"}'),
    }
    with ScriptedServer(pages=pages) as server:
        for _ in range(5):  # a machine on which other tests run may need another look, as the page takes one
            status, body = asked(local_ports=f"{server.port}", api_key="secret", hf_token="secret")
            if json.loads(body)["complete"]:
                break
        assert not any("secret" in str(look.headers) for look in server.page_requests)
    assert (status, json.loads(body)) == (
        200,
        {
            "found": [{"text": "Ollama, 3 models", "base_url": server.base_url, "model": "a"}],
            "complete": True,
        },
    )


@pytest.mark.parametrize(("space_id", "local_ports"), [("me/it", ""), ("", "none"), ("", "None")])
def test_where_it_is_closed(space_id: str, local_ports: str) -> None:
    """On a Space nobody's ports are looked at, whatever is set; elsewhere whoever runs it can switch it off."""
    with ScriptedServer() as server:
        status, body = asked(space_id=space_id, local_ports=local_ports or f"{server.port}")
        assert (status, server.connections) == (404, 0)
    assert "switched off" in body


@pytest.mark.parametrize(
    ("models", "text"),
    [(None, "vLLM, wants a key"), (0, "vLLM, no models"), (1, "vLLM, 1 model"), (2, "vLLM, 2 models")],
)
def test_words(models: int | None, text: str) -> None:
    """How many models there are."""
    assert neighbour_row(Neighbour("vllm", "http://127.0.0.1:8000/v1", models, ""))["text"] == text
