"""The embedded model's own tokenizer, asked of the server that runs it.

Kept apart from the process: cutting a text is one more question to a server that may also be down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx

from playground.chat import Endpoint
from playground.errors import EngineError
from playground.logit_bias import Token
from playground.wire.addresses import root_of
from playground.wire.certificates import certificates

TIMEOUT_S: Final = 10.0
LONGEST_TEXT: Final = 20_000


async def tokens_of(endpoint: Endpoint, texts: Sequence[str]) -> list[tuple[Token, ...]]:
    """How the model cuts each of these texts, nothing added at their ends. Raises EngineError.

    llama.cpp's tools/server/README.md, POST /tokenize: a piece that is no whole character comes as its bytes.
    """
    bodies = [{"content": text[:LONGEST_TEXT], "add_special": False, "with_pieces": True} for text in texts]
    answers = await _asked(endpoint, "/tokenize", bodies)
    try:
        return [tuple(map(Token.of, answer.raise_for_status().json()["tokens"])) for answer in answers]
    except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
        raise _no_answer(error) from error


async def pieces_of(endpoint: Endpoint, ids: Sequence[int]) -> list[str]:
    """The text that each id stands for; empty for one that the model does not have, which llama.cpp answers with 500.

    Raises EngineError.
    """
    answers = await _asked(endpoint, "/detokenize", [{"tokens": [id]} for id in ids])
    try:
        return [str(answer.json()["content"]) if answer.is_success else "" for answer in answers]
    except (KeyError, TypeError, ValueError) as error:
        raise _no_answer(error) from error


def vocabulary_of(endpoint: Endpoint) -> int | None:
    """How many tokens the model has (llama.cpp's tools/server/README.md, GET /v1/models); None where it is not said."""
    headers = {"authorization": f"Bearer {endpoint.api_key}"}
    try:
        with httpx.Client(
            headers=headers, timeout=TIMEOUT_S, trust_env=False, verify=certificates()
        ) as client:
            return int(client.get(f"{endpoint.base_url}/models").json()["data"][0]["meta"]["n_vocab"])
    except (httpx.HTTPError, LookupError, TypeError, ValueError):
        return None


async def _asked(endpoint: Endpoint, path: str, bodies: Sequence[Mapping[str, Any]]) -> list[httpx.Response]:
    headers = {"authorization": f"Bearer {endpoint.api_key}", **endpoint.headers}
    base = root_of(endpoint.base_url)
    try:
        async with httpx.AsyncClient(
            base_url=base, headers=headers, timeout=TIMEOUT_S, trust_env=False, verify=certificates()
        ) as client:
            return [await client.post(path, json=body) for body in bodies]
    except httpx.HTTPError as error:
        raise _no_answer(error) from error


def _no_answer(error: Exception) -> EngineError:
    what = f"The embedded model's tokenizer gave no answer: {type(error).__name__}."
    return EngineError(what, "Try again in a moment.")
