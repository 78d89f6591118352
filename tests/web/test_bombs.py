"""Schemas and grammars that crash, stall or defeat an engine, sent through the page and the API.

Kept apart from hostile JSON: these are well-formed requests, and each was seen to bring something down.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Iterator
from time import monotonic
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from playground.backend import Backend
from playground.settings import Settings
from playground.testing.scripted_server import (
    DONE,
    END,
    SSE_HEAD,
    Pause,
    ScriptedServer,
    Step,
    chunked,
    finish,
    text,
)
from playground.value_types import MAX_DOCUMENT_BYTES
from tests.asking import children
from tests.documented import HELLO
from tests.schema.bombs import REFUSED, REFUSED_BY_LLAMA_CPP, with_property
from tests.web.serving import served

OTHERS = ("no object", "no JSON", "much too deep", "a name that only Python has")
SENDABLE = {name: case for name, case in {**REFUSED, **REFUSED_BY_LLAMA_CPP}.items() if name not in OTHERS}
"""Those that are JSON objects; what is not is refused by other rules."""

AT_ONCE_S = 10.0


def posted(http: httpx.Client, **request: Any) -> httpx.Response:
    """What the page's server answers to a request for the embedded model, at once: what a bomb does takes minutes."""
    begun = monotonic()
    answer = http.post("/playground/stream", json={"model": "embedded", "messages": HELLO, **request})
    assert monotonic() - begun < AT_ONCE_S
    return answer


def tool(schema: Any) -> list[Any]:
    """A list with one function of these parameters."""
    return [{"type": "function", "function": {"name": "f", "parameters": schema}}]


@pytest.mark.parametrize("name", SENDABLE)
def test_a_bomb_is_a_message_beside_its_parameter(name: str, http: httpx.Client) -> None:
    """As a format, as the parameters of a function, and in the extra JSON: nothing is sent, and it is said where."""
    schema, _, words = SENDABLE[name]
    form = {"type": "json_schema", "json_schema": {"schema": schema}}
    asked: dict[str, dict[str, Any]] = {
        "response_format": {"parameters": {"response_format": form}},
        "tools": {"parameters": {"tools": tool(schema)}},
        "extra_body": {"extra_body": {"response_format": form}},
    }
    for parameter, request in asked.items():
        answer = posted(http, **request)
        assert answer.status_code == 422
        (first, *_) = answer.json()["problems"]
        assert first["parameter"] == parameter
        assert words in first["text"] or "at most" in first["text"]


def test_the_extra_json_of_llama_cpp_has_limits_too(http: httpx.Client) -> None:
    """Its server takes schemas under two more names."""
    bomb = with_property({"type": "string", "pattern": "((a{100}){100}){100}"})
    for extra in ({"json_schema": bomb}, {"tools": tool(bomb)}):
        (problem,) = posted(http, extra_body=extra).json()["problems"]
        assert problem["parameter"] == "extra_body" and "multiply" in problem["text"]


@pytest.mark.parametrize(
    ("grammar", "words"),
    [
        ("root ::= " + "(" * 30_000 + '"a"' + ")" * 30_000, "30,000 deep"),
        ("%llguidance {}\nstart: /((a{100}){100}){100}/", "multiply to 1,000,000"),
        ('%llguidance {}\nstart: %json {"multipleOf": 999983}', "too many digits"),
    ],
)
def test_a_grammar_of_ones_own_has_limits(grammar: str, words: str, http: httpx.Client) -> None:
    """60,000 brackets crash llama.cpp, the others stall it for seconds; one as llama.cpp documents it may go."""
    (problem,) = posted(http, extra_body={"grammar": grammar}).json()["problems"]
    assert problem["parameter"] == "extra_body" and words in problem["text"]
    fine = 'root ::= "yes" | "no" | [0-9]{1,3} (("a" | "b") ("c"))'
    assert posted(http, extra_body={"grammar": fine}, parameters={"max_tokens": 1}).status_code == 200


def test_the_api_says_the_same(app: str) -> None:
    """By gradio_client, for a recursive model and for a list of tools past 64 KB."""
    client = Client(app, verbose=False)
    endless, _, _ = REFUSED["objects without end"]
    large = tool(with_property({"enum": ["x" * MAX_DOCUMENT_BYTES]}))
    for parameters, words in (({"response_format": endless}, "without end"), ({"tools": large}, "at most")):
        with pytest.raises(AppError, match=words):
            client.predict(api_name="/create", model="embedded", messages=HELLO, **parameters)
    client.close()


class TwoWords(ScriptedServer):
    """A remote server that says one word, and the second only when it is told to."""

    def __init__(self) -> None:
        super().__init__([])
        self.go_on = threading.Event()

    def script_for(self, number: int) -> Any:
        """The same for every request."""
        return self._play()

    def _play(self) -> Iterator[Step]:
        yield SSE_HEAD + chunked(text("once "))
        while not self.go_on.is_set():
            yield Pause(0.005)
        yield chunked(text("more"), finish(), DONE) + END


@pytest.fixture
def mortal(own_settings: Settings) -> Iterator[tuple[httpx.Client, int]]:
    """A client of an app whose engine may be killed, and that engine's process."""
    before = children()
    backend = Backend(own_settings)
    with served(backend) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        client.post("/playground/tokens", json={"model": "embedded"})  # answered once the engine runs
        (child,) = children() - before
        yield client, child
    asyncio.run(backend.engine.close())


def test_a_dead_engine_takes_nothing_with_it(mortal: tuple[httpx.Client, int]) -> None:
    """Its own answer ends in a message; a remote stream goes on, and the engine is back by itself."""
    client, child = mortal
    with TwoWords() as server:
        remote = {
            "model": "m",
            "messages": HELLO,
            "parameters": {"stream": True},
            "base_url": server.base_url,
        }
        with client.stream("POST", "/playground/stream", json=remote) as other:
            lines = other.iter_lines()
            while '"text"' not in next(lines):
                pass
            (died,) = endings(killed(client, child))
            server.go_on.set()
            (went_on,) = endings(lines)
    assert died["ended"] == "cut off" and died["error"]["next_step"]
    assert "died (SIGKILL)" in died["error"]["message"]
    assert went_on["ended"] == "done"
    asked = {"model": "embedded", "messages": HELLO, "parameters": {"max_tokens": 4, "temperature": 0.0}}
    (again,) = endings(client.post("/playground/stream", json=asked).iter_lines())
    assert again["ended"] == "length"


def killed(client: httpx.Client, child: int) -> Iterator[str]:
    """What the page is sent of a long answer whose engine dies as soon as it has begun."""
    asked = {"model": "embedded", "messages": HELLO, "parameters": {"stream": True, "max_tokens": 2_000}}
    with client.stream("POST", "/playground/stream", json=asked) as answer:
        lines = answer.iter_lines()
        while '"text"' not in next(lines):
            pass
        os.kill(child, signal.SIGKILL)
        yield from lines


def endings(lines: Iterator[str]) -> list[dict[str, Any]]:
    """How the answers in these lines ended."""
    return [data for line in lines for _, kind, data in json.loads(line) if kind == "ended"]
