"""Short ways to ask the embedded model over plain HTTP, without the product's own transport."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import httpx

from playground.chat import Endpoint
from playground.engine.process import Engine
from playground.errors import EngineError

WHOLE_VOCABULARY = 49152
"""Tokens that SmolLM2 knows."""


def endpoint_of(engine: Engine) -> Endpoint:
    """Where the engine's model listens, from code without an event loop."""
    return asyncio.run(engine.endpoint())


class Asker:
    """A plain HTTP client of one endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.http = httpx.Client(
            base_url=endpoint.base_url,
            headers={**endpoint.headers, "Authorization": f"Bearer {endpoint.api_key}"},
            timeout=120,
            trust_env=False,
        )

    def post(self, text: str, **parameters: Any) -> httpx.Response:
        """The answer to one user message, as it came."""
        body = {"messages": [{"role": "user", "content": text}], **parameters}
        return self.http.post("/chat/completions", json=body)

    def choice(self, text: str, **parameters: Any) -> dict[str, Any]:
        """The first choice of the answer, which must have been given."""
        response = self.post(text, **parameters)
        assert response.status_code == 200, response.text
        choice: dict[str, Any] = response.json()["choices"][0]
        return choice

    def text(self, text: str, **parameters: Any) -> str:
        """What the model says."""
        return str(self.choice(text, **parameters)["message"]["content"])

    def distribution(self, text: str) -> list[tuple[str, float]]:
        """The model's own distribution of its first token: (token, log probability), likeliest first."""
        choice = self.choice(text, max_tokens=1, logprobs=True, top_logprobs=WHOLE_VOCABULARY)
        scores = choice["logprobs"]["content"][0]["top_logprobs"]
        return [(score["token"], score["logprob"]) for score in scores]


def crash(engine: Engine) -> tuple[Endpoint, EngineError]:
    """Kills the engine's process as a user can: with a grammar nested too deeply for llama.cpp.

    Gives where it listened, and how its death is explained.
    """
    endpoint = endpoint_of(engine)
    grammar = "root ::= " + "(" * 100_000 + '"a"' + ")" * 100_000
    with suppress(httpx.HTTPError):
        answer = Asker(endpoint).post("Hello", max_tokens=1, grammar=grammar)
        raise AssertionError(f"llama.cpp has survived; these tests need another way: {answer.text[:200]}")
    death = asyncio.run(engine.death(endpoint))
    assert death is not None
    return endpoint, death
