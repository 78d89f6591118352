"""A long prompt, read a piece at a time before its answer is asked for, so that others have their words in between.

llama.cpp fills a batch slot by slot: one prompt of 4,000 tokens takes every batch for half a minute, and the first word
of whoever asks meanwhile waits. What is read here lies in the slot's cache, where the request of the answer finds it,
and goes on from it to the same words as without (tests/engine/test_reading.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Hashable, Mapping, Sequence
from time import monotonic
from typing import Any, Final

import httpx
from pydantic_core import from_json, to_json

from playground.engine.run import Loaded
from playground.wire.addresses import root_of
from playground.wire.certificates import certificates

PIECE: Final = 64
"""Tokens that are read in one go beside others: half a second, on a core that reads 130 of them a second."""
SHORT_BYTES: Final = 500
"""Messages of so many bytes have no more tokens, and mostly a quarter: they are read with the answer itself."""
_PATIENCE_S: Final = 120.0
_HEARD_WITHIN: Final = 2
"""Batches until llama.cpp has noticed that nobody listens any more, and the slot is free to be read on in."""


def is_long(body: Mapping[str, Any]) -> bool:
    """Whether a request's prompt may be so long that it is to be read in pieces."""
    return len(to_json([body.get("messages"), body.get("tools")])) > SHORT_BYTES


async def read(
    loaded: Loaded, ids: Sequence[int], owner: Hashable = None, slot: int | None = None
) -> AsyncGenerator[int]:
    """Has a prompt of these tokens read, but for the last one, with which the answer begins; gives how many are read.

    One prompt is read at a time, and whoever has had fewer pieces goes first. Nobody else there: all in one go. What
    goes wrong here, the request of the answer meets as well, and it is said there.
    """
    if len(ids) <= PIECE:
        return
    headers = {"authorization": f"Bearer {loaded.endpoint.api_key}", **loaded.endpoint.headers}
    async with httpx.AsyncClient(
        base_url=root_of(loaded.endpoint.base_url),
        headers=headers,
        timeout=_PATIENCE_S,
        trust_env=False,
        verify=certificates(),
    ) as client:
        prompt = _Prompt(client, loaded, list(ids[:-1]), {} if slot is None else {"id_slot": slot})
        while not prompt.is_read:
            with loaded.readers.place(owner) as ticket:
                async for _ in loaded.readers.waited(ticket):
                    pass
                try:
                    await prompt.go_on()
                except (httpx.HTTPError, LookupError, TypeError, ValueError):
                    return
            yield prompt.done


class _Prompt:
    """A prompt, and how much of it has been read."""

    def __init__(
        self, client: httpx.AsyncClient, loaded: Loaded, ids: list[int], where: Mapping[str, int]
    ) -> None:
        self.done = 0
        self._client = client
        self._loaded = loaded
        self._ids = ids
        self._where = where

    @property
    def is_read(self) -> bool:
        """Whether nothing is left."""
        return self.done >= len(self._ids)

    async def go_on(self) -> None:
        """Reads a piece more; the first time as long as nobody else is there. Raises HTTPError, and others."""
        if self.done:
            end = self.done + PIECE
            answer = await self._client.post("/completion", json=self._asked(self._ids[:end]))
            answer.raise_for_status()
            self.done = min(end, len(self._ids))
        else:
            await self._begin()

    async def _begin(self) -> None:
        """Asks for all, since llama.cpp alone knows how much lies in its cache, and is told by the progress when to
        stop. A shorter beginning would have it forget the rest."""
        asked = {**self._asked(self._ids), "stream": True, "return_progress": True}
        before, batch_s = monotonic(), 0.0
        async with self._client.stream("POST", "/completion", json=asked) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                told = _progress(line)
                if told is None:
                    continue
                before, batch_s = monotonic(), monotonic() - before
                self.done = told["processed"]
                left = told["total"] - told["processed"]
                if told["processed"] > told["cache"] and left > PIECE and not self._loaded.turns.alone:
                    break
            else:
                self.done = len(self._ids)
        if not self.is_read:
            await asyncio.sleep(_HEARD_WITHIN * batch_s)

    def _asked(self, ids: Sequence[int]) -> dict[str, Any]:
        return {"prompt": ids, "n_predict": 0, "cache_prompt": True, **self._where}


def _progress(line: str) -> Mapping[str, int] | None:
    """How far the reading is: llama.cpp's tools/server/README.md, `return_progress`."""
    if not line.startswith("data: {"):
        return None
    told: Mapping[str, int] | None = from_json(line.removeprefix("data: ")).get("prompt_progress")
    return told
