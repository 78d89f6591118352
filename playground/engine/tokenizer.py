"""The embedded model's own tokenizer, asked of the server that runs it.

Kept apart from the process: cutting a text is one more question to a server that may also be down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import httpx

from playground.chat import Endpoint
from playground.errors import EngineError
from playground.structured.bias import Token

TIMEOUT_S: Final = 10.0
LONGEST_TEXT: Final = 20_000


async def tokens_of(endpoint: Endpoint, texts: Sequence[str]) -> list[tuple[Token, ...]]:
    """How the model cuts each of these texts, nothing added at their ends. Raises EngineError.

    llama.cpp's tools/server/README.md, POST /tokenize: a piece that is no whole character comes as its bytes.
    """
    headers = {"authorization": f"Bearer {endpoint.api_key}", **endpoint.headers}
    base = endpoint.base_url.removesuffix("/v1")
    found: list[tuple[Token, ...]] = []
    try:
        async with httpx.AsyncClient(
            base_url=base, headers=headers, timeout=TIMEOUT_S, trust_env=False
        ) as client:
            for text in texts:
                body = {"content": text[:LONGEST_TEXT], "add_special": False, "with_pieces": True}
                answered = await client.post("/tokenize", json=body)
                answered.raise_for_status()
                found.append(tuple(map(_token, answered.json()["tokens"])))
    except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
        raise EngineError(
            f"The embedded model's tokenizer gave no answer: {type(error).__name__}.",
            "Try again in a moment.",
        ) from error
    return found


def _token(raw: Any) -> Token:
    piece = raw["piece"]
    return Token(int(raw["id"]), piece if isinstance(piece, str) else bytes(piece).decode(errors="replace"))
