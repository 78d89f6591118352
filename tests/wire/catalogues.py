"""What the tests of model lists share: lists that servers give, in order and not, and a clock that stands.

Lists and the details of one model are tested in files of their own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from playground.testing.scripted_server import Reset, Script, ScriptedServer, answered
from playground.wire.catalog import Catalogues, Source
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.transport import Transport
from tests.wire.test_models import OPENROUTER_LIST

T = TypeVar("T")

LIST = answered(200, json.dumps(OPENROUTER_LIST).encode())
NAMES = ["openai/gpt-4", "a/free:free", "openrouter/auto"]
JUNK: dict[str, Script] = {
    "an error": answered(500, b'{"error": {"message": "on fire"}}'),
    "not found": answered(404, b"nothing"),
    "a redirect": answered(302, b"", location="http://elsewhere.example/models"),
    "a web page": answered(200, b"<html>", "text/html"),
    "half a list": answered(200, b'{"data": [{"id": "a'),
    "NaN": answered(200, b'{"data": [NaN]}'),
    "no list": answered(200, b'{"models": 3}'),
    "an object": answered(200, b'{"object": "list"}'),
    "an empty list": answered(200, b'{"data": []}'),
    "deep": answered(200, b"[" * 100_000),
    "a broken connection": [Reset()],
    "half a response": [b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", Reset()],
}


class Clock:
    """Seconds since 1970, as the test will have them."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """The time that it is."""
        return self.now


def source_of(server: ScriptedServer) -> Source:
    """The list of OpenRouter, where its stand-in is."""
    return Source.hosted(replace(OPENROUTER, base_url=server.base_url))


def use(folder: Path, clock: Clock, steps: Callable[[Catalogues], Awaitable[T]]) -> T:
    """What `steps` does with the catalogues of one run of the program."""

    async def main() -> T:
        async with Transport() as transport:
            return await steps(Catalogues(transport, folder, clock))

    return asyncio.run(main())
