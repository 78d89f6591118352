"""One client of a chat-completion server in a process of its own: the CPU time that a chunk costs it.

Kept apart, and in a process of its own, so that neither the upstream nor another client is in the figure.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from time import process_time
from typing import Any, Final

from bench.pace import BURST
from playground.chat import ChatRequest, Endpoint, ModelRef
from playground.wire.profiles import PROFILES
from playground.wire.transport import Transport

Stream = Callable[[], Awaitable[int]]
"""Reads one whole answer; returns how many pieces of text it held."""

_MODEL: Final = "words"
_MESSAGES: Final[list[Any]] = [{"role": "user", "content": "Speak."}]
SCORED: Final = {"logprobs": True, "top_logprobs": 5}
_WARM_UP: Final = 2


def ours(base_url: str, parameters: Mapping[str, Any]) -> Stream:
    """The playground's transport, with its events folded by nobody."""
    transport = Transport()
    request = ChatRequest(ModelRef("server", _MODEL), tuple(_MESSAGES), {"stream": True, **parameters})

    async def read() -> int:
        pieces = 0
        async with aclosing(transport.stream(request, PROFILES["openai"], Endpoint(base_url))) as events:
            async for event in events:
                pieces += hasattr(event, "text")
        return pieces

    return read


def hub(base_url: str, parameters: Mapping[str, Any]) -> Stream:
    """huggingface_hub's client."""
    from huggingface_hub import AsyncInferenceClient  # slow to import, and only this client needs it

    client = AsyncInferenceClient(base_url=base_url, api_key="none")

    async def read() -> int:
        chunks = await client.chat_completion(messages=_MESSAGES, model=_MODEL, stream=True, **parameters)
        return sum([bool(chunk.choices and chunk.choices[0].delta.content) async for chunk in chunks])

    return read


def openai(base_url: str, parameters: Mapping[str, Any]) -> Stream:
    """The openai package's client."""
    from openai import AsyncOpenAI  # slow to import, and only this client needs it

    client = AsyncOpenAI(base_url=base_url, api_key="none")

    async def read() -> int:
        chunks = await client.chat.completions.create(
            model=_MODEL, messages=_MESSAGES, stream=True, **parameters
        )
        return sum([bool(chunk.choices and chunk.choices[0].delta.content) async for chunk in chunks])

    return read


CLIENTS: Final = {"playground": ours, "huggingface_hub": hub, "openai": openai}


async def microseconds(read: Stream, repeats: int) -> list[float]:
    """CPU microseconds per chunk of each of `repeats` answers; the first ones warm up and do not count."""
    # What the other clients leave unclosed is complained of when the loop ends; it is none of our figures.
    asyncio.get_running_loop().set_exception_handler(lambda loop, complaint: None)
    spent: list[float] = []
    for _ in range(_WARM_UP + repeats):
        before = process_time()
        pieces = await read()
        spent.append((process_time() - before) / BURST.words * 1e6)
        if pieces != BURST.words:
            raise RuntimeError(f"The client saw {pieces} of {BURST.words} words.")
    return spent[_WARM_UP:]


def main() -> None:
    """Prints the figures of one client as a line of JSON."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("client", choices=CLIENTS)
    arguments.add_argument("base_url")
    arguments.add_argument("parameters", type=json.loads)
    arguments.add_argument("repeats", type=int)
    given = arguments.parse_args()
    read = CLIENTS[given.client](given.base_url, given.parameters)
    print(json.dumps(asyncio.run(microseconds(read, given.repeats))), flush=True)


if __name__ == "__main__":
    main()
