"""What the profile says of `transformers serve` is true of that server itself. Run it with `make thirdparty`.

Kept apart, and not found by pytest on its own, because it needs an environment of 1.2 GB. The server runs there, in
a process; the playground speaks to it as to any typed base URL.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from playground.backend import Backend, Target
from playground.engine.model_file import find
from playground.events import Answer, fold
from playground.settings import Settings
from playground.wire.detection import Detected

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get("THIRDPARTY_PYTHON", ROOT / ".venv/thirdparty/bin/python"))
READY_WITHIN_S = 180.0
HELLO = [{"role": "user", "content": "Name a colour."}]
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a tiny model, which is also its name."""
    assert PYTHON.exists(), "make thirdparty makes the environment that this needs"
    folder = tmp_path_factory.mktemp("model")
    making = [
        str(PYTHON),
        str(ROOT / "tests/thirdparty/make_model.py"),
        str(find(Settings()).path),
        str(folder),
    ]
    subprocess.run(making, check=True, timeout=300, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    return str(folder)


@pytest.fixture(scope="session")
def base_url(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `transformers serve` listens, once it does."""
    home = tmp_path_factory.mktemp("home")
    (home / "hub").mkdir()  # without it, its list of models is HTTP 500
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(PYTHON.parent / "transformers"),
        "serve",
        model,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen([*command, "--device", "cpu"], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + READY_WITHIN_S
    while monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            sleep(0.5)
    pytest.fail("transformers serve did not start")


def answer(base_url: str, model: str, **values: Any) -> Answer:
    """An answer as the playground gets it, with its kind found out and its body made by the profile."""

    async def main() -> Answer:
        backend = Backend(Settings())
        try:
            given = {"model": model, "messages": HELLO, "max_tokens": 12, **values}
            request, target = await backend.request(given, "create", Target(base_url=base_url))
            return fold([event async for event in backend.stream(request, target)])
        finally:
            await backend.aclose()

    return asyncio.run(main())


def raw(base_url: str, model: str, **fields: Any) -> httpx.Response:
    """What the server itself makes of a body that no profile has touched."""
    body = {"model": model, "messages": HELLO, "max_tokens": 12, **fields}
    headers = {"connection": "close"}  # it closes the connection after a fault of its own
    return httpx.post(f"{base_url}/chat/completions", json=body, headers=headers, timeout=60, trust_env=False)


def text_of(response: httpx.Response) -> str:
    """The text of a whole answer."""
    return str(response.json()["choices"][0]["message"]["content"])


def test_its_kind_is_found_out(base_url: str) -> None:
    """The real server is told from all others."""

    async def main() -> Detected:
        backend = Backend(Settings())
        try:
            return await backend.servers.kind(Target(base_url=base_url))
        finally:
            await backend.aclose()

    assert asyncio.run(main()).flavour == "transformers"


EVERYTHING = {
    "temperature": 0.7,
    "top_p": 0.9,
    "seed": 7,
    "stop": ["zzz"],
    "logit_bias": {"504": 5},
    "frequency_penalty": 0.5,
    "presence_penalty": 0.5,
    "logprobs": True,
    "top_logprobs": 2,
    "response_format": {"type": "object", "properties": {}},
    "tools": TOOLS,
    "tool_choice": "auto",
    "tool_prompt": "Use these.",
}


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("stream", [False, True])
def test_every_parameter_gets_an_answer(name: str, stream: bool, base_url: str, model: str) -> None:
    """Set one by one, none is refused: what it would refuse or fail on is withheld or encoded."""
    beside = {"top_logprobs": "logprobs", "tool_choice": "tools", "tool_prompt": "tools"}.get(name)
    values = {n: EVERYTHING[n] for n in (name, beside) if n}
    got = answer(base_url, model, stream=stream, **values)
    assert got.ended in ("done", "length"), got.error


def test_a_stream_ends_well(base_url: str, model: str) -> None:
    """It sends no [DONE], and is complete all the same, with its usage."""
    got = answer(base_url, model, stream=True, logit_bias={"504": 100}, temperature=0.0)
    assert (got.ended, got.usage.completion_tokens, got.usage.counted) == ("length", 12, False)
    assert "data: [DONE]" not in raw(base_url, model, stream=True).text


def test_what_is_encoded_has_its_effect(base_url: str, model: str) -> None:
    """A bias forces a token; a whole number, as it was typed, would be a fault of the server."""
    got = answer(base_url, model, logit_bias={"504": 100}, temperature=0.0)
    assert len(set(got.text.split("The"))) == 1 and got.text.startswith("The")
    assert raw(base_url, model, logit_bias={"504": 100}).status_code == 500


@pytest.mark.parametrize(
    "fields",
    [
        {"logprobs": True},
        {"presence_penalty": 1.0},
        {"response_format": {"type": "json_object"}},
        {"tool_choice": "none"},
    ],
)
def test_what_is_withheld_would_do_nothing(fields: dict[str, Any], base_url: str, model: str) -> None:
    """It ignores these without a word in its answer, which is why the report says that they were not sent."""
    plain, sent = (raw(base_url, model, temperature=0.0, **more) for more in ({}, fields))
    assert (plain.status_code, sent.status_code) == (200, 200)
    assert text_of(plain) == text_of(sent)
    assert "logprobs" not in sent.json()["choices"][0]


def test_what_is_withheld_would_be_refused(base_url: str, model: str) -> None:
    """An unknown field is refused, and a frequency_penalty of -1 is a fault."""
    assert raw(base_url, model, tool_prompt="x").status_code == 422
    assert raw(base_url, model, frequency_penalty=-1.0).status_code == 500
    assert answer(base_url, model, frequency_penalty=-1.0).ended in ("done", "length")


def test_the_seed_decides(base_url: str, model: str) -> None:
    """Where the model samples, one seed gives one answer and another seed another."""
    texts = [answer(base_url, model, seed=seed, temperature=1.0).text for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_a_wrong_model_is_told(base_url: str, model: str) -> None:
    """The server's own words reach the reader."""
    got = answer(base_url, "no/such")
    assert got.ended == "error"
    assert "pinned" in str(got.error)
