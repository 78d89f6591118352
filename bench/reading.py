"""What others see while the embedded model reads long prompts: a question's first word, and an answer's longest gap."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from itertools import pairwise
from time import monotonic
from typing import Final

from bench.figures import OURS
from bench.workbench import Workbench
from playground.backend import Backend, Target
from playground.chat import ChatRequest, ModelRef
from playground.events import TextDelta
from playground.settings import Settings

READERS: Final = 2
_WORDS: Final = 400
"""With a number behind each: 1,600 tokens."""


def reading(bench: Workbench) -> None:
    """One answer runs, two long prompts come, and then a short question, each of another visitor."""
    note = bench.noting(OURS)
    with ThreadPoolExecutor(1) as thread:  # the thread that drives the browser has an event loop already
        first, gap, longest = thread.submit(asyncio.run, _seen(str(bench.home))).result()
    note("first word of a question meanwhile", "s", first)
    note("longest gap of an answer meanwhile", "s", gap)
    note("first word behind the last long prompt", "s", longest)


async def _seen(folder: str) -> tuple[float, float, float]:
    """The seconds of each."""
    backend = Backend(Settings(data_dir=folder))
    try:
        await _came(backend, "hello", "Say hello.", 1)
        running = asyncio.create_task(_came(backend, "runs", "Tell me a long story about the sea.", 300))
        await asyncio.sleep(1)
        texts = [" ".join(f"word {at + 7 * reader}" for at in range(_WORDS)) for reader in range(READERS)]
        readers = [
            asyncio.create_task(_came(backend, f"reads {number}", text, 1))
            for number, text in enumerate(texts)
        ]
        await asyncio.sleep(2)
        asked = await _came(backend, "asks", "Name three animals.", 8)
        read = [await each for each in readers]
        gaps = [after - before for before, after in pairwise(await running)]
        return asked[0], max(gaps), max(came[0] for came in read)
    finally:
        await backend.aclose()


async def _came(backend: Backend, visitor: str, what: str, tokens: int) -> list[float]:
    """When each piece of an answer came, in seconds since it was asked for."""
    values = {"stream": True, "temperature": 0.0, "max_tokens": tokens}
    asked = ChatRequest(
        ModelRef("embedded", ""), ({"role": "user", "content": what},), values, {"ignore_eos": True}
    )
    begun = monotonic()
    async with aclosing(backend.stream(asked, Target(visitor=visitor))) as events:
        return [monotonic() - begun async for event in events if isinstance(event, TextDelta)]
