"""The embedded model without a page: the same process as the page's, asked by the barest of clients.

Kept apart from the case because it needs an event loop, and the thread that drives the browser has one already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from playground.engine.process import Engine
from playground.settings import Settings

T = TypeVar("T")


class Model:
    """A running model of our own; use it in a `with` block."""

    def __init__(self) -> None:
        self._engine = Engine(Settings())
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        self.run(self._engine.endpoint())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self._engine.close())
        self._thread.shutdown()

    @property
    def engine(self) -> Engine:
        """What runs it."""
        return self._engine

    def tokens_per_second(self, bodies: Sequence[Mapping[str, Any]], at_once: int = 1000) -> float:
        """All tokens over all the time, when it is asked with `bodies`, so many at once."""
        return self.run(self._ask(bodies, at_once))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it on the thread that the model is asked from."""
        return self._thread.submit(asyncio.run, work).result()

    async def _ask(self, bodies: Sequence[Mapping[str, Any]], at_once: int) -> float:
        endpoint = await self._engine.endpoint()
        headers = {"Authorization": f"Bearer {endpoint.api_key}", **endpoint.headers}
        async with httpx.AsyncClient(headers=headers, timeout=120, trust_env=False) as client:
            url = f"{endpoint.base_url}/chat/completions"
            turn = asyncio.Semaphore(at_once)
            start = monotonic()
            tokens = await asyncio.gather(*(_tokens(client, url, body, turn) for body in bodies))
            return sum(tokens) / (monotonic() - start)


async def _tokens(
    client: httpx.AsyncClient, url: str, body: Mapping[str, Any], turn: asyncio.Semaphore
) -> int:
    """Tokens of one answer, by the model's own count; nothing else of it is read."""
    tail = b""
    async with turn, client.stream("POST", url, json=body) as response:
        async for piece in response.aiter_raw():
            tail = (tail + piece)[-4096:]
    return int(tail.rpartition(b'"completion_tokens":')[2].partition(b",")[0])
