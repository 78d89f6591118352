"""Model servers on this machine are found at the ports that are named, at once, and are only looked at.

Kept apart from the tests of kinds: here nobody has named a server.
"""

from __future__ import annotations

import asyncio
import json
from time import perf_counter
from typing import Any

import pytest

from playground.testing.scripted_server import Reset, Script, ScriptedServer, Stall, answered
from playground.wire.models import ModelInfo
from playground.wire.neighbours import Look, Neighbour, chat_model, neighbours
from playground.wire.transport import Transport
from tests.wire.kinds_of_servers import ASKED, CLOSED, OLLAMAS_VERSION


def listed(*ids: str) -> Script:
    """A list of these models."""
    return answered(200, json.dumps({"data": [{"id": id, "owned_by": "me"} for id in ids]}).encode())


def found(*ports: int) -> tuple[Neighbour, ...]:
    """Who answers at these ports, with time enough on a machine where other tests run."""

    async def main() -> tuple[Neighbour, ...]:
        async with Transport() as transport:
            return (await neighbours(transport, ports, within_s=9.0)).found

    return asyncio.run(main())


def closed_port() -> int:
    """A port at which nobody listens."""
    with ScriptedServer() as gone:
        return gone.port


def test_who_answers_is_found_in_the_order_of_the_ports() -> None:
    """Its kind, its base URL, how many models it has, and one of them to ask; whatever else answers is none."""
    ollama = {"/v1/models": listed("nomic-embed-text:latest", "llama3.2:1b"), "/api/version": OLLAMAS_VERSION}
    with (
        ScriptedServer(pages=ollama) as first,
        ScriptedServer(pages={"/": answered(200, b"<html>", "text/html")}) as website,
        ScriptedServer(pages={"/models": listed()}) as second,
        ScriptedServer(greeting=b"220 mail\r\n", pages={path: [Reset()] for path in ASKED}) as mail,
    ):
        ports = (second.port, closed_port(), website.port, first.port, mail.port)
        assert found(*ports) == (
            Neighbour("openai", f"http://127.0.0.1:{second.port}", 0, ""),
            Neighbour("ollama", first.base_url, 2, "llama3.2:1b"),
        )


def test_they_are_only_looked_at() -> None:
    """Nothing but GET, no key, and nothing that a person has typed."""
    with ScriptedServer(pages={"/v1/models": listed("m")}) as server:
        found(server.port)
        assert sorted(look.path for look in server.page_requests) == sorted(ASKED)
        assert server.requests == []
        assert not any(look.raw_body or "authorization" in look.headers for look in server.page_requests)


def test_a_closed_one_wants_a_key() -> None:
    """Where its kind can be told all the same, it is offered; a stranger who refuses is left alone."""
    vllm = {"/v1/models": CLOSED, "/version": answered(200, b'{"version": "1"}')}
    with ScriptedServer(pages=vllm) as server, ScriptedServer(pages={"/v1/models": CLOSED}) as stranger:
        assert found(server.port, stranger.port) == (Neighbour("vllm", server.base_url, None, ""),)


def test_nobody_waits_for_one_that_never_answers() -> None:
    """All is known within 0.3 s, and what answered in time too; the best of five, since other tests run beside."""
    silent: dict[str, Script] = {path: [Stall()] for path in ASKED}
    slow: dict[str, Script] = {**silent, "/v1/models": listed("m")}

    async def looks(*ports: int) -> list[tuple[Look, float]]:
        told = []
        async with Transport() as transport:
            for _ in range(5):
                begun = perf_counter()
                who = await neighbours(transport, ports)
                told.append((who, perf_counter() - begun))
        return told

    with ScriptedServer(pages=silent) as never, ScriptedServer(pages=slow) as half:
        told = asyncio.run(looks(never.port, half.port))
        expected = Look((Neighbour(None, half.base_url, 1, "m"),), complete=False)  # its kind was not heard
        assert min(seconds for who, seconds in told if who == expected) < 0.3
        assert all(look.left.wait(20) for look in never.page_requests)


@pytest.mark.parametrize(
    ("ids", "described", "chosen"),
    [
        (["nomic-embed-text:latest", "llama3.2:1b"], {}, "llama3.2:1b"),
        (["bge-m3:latest", "all-minilm:33m", "text-embedding-3"], {}, ""),
        (["a", "b"], {"a": {"state": "not-loaded"}, "b": {"state": "loaded"}}, "b"),
        (["a", "b"], {"a": {"type": "embeddings", "state": "loaded"}}, "b"),
        (["bgeneral"], {}, "bgeneral"),
        ([], {}, ""),
    ],
)
def test_a_model_that_writes_is_chosen(ids: list[str], described: dict[str, Any], chosen: str) -> None:
    """Not one for embeddings; one that is loaded before one that must be loaded first."""
    assert chat_model([ModelInfo(id, id) for id in ids], described) == chosen
