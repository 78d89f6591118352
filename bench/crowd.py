"""`python -m bench.crowd WHAT ADDRESS BASE_URL`: many visitors of one app, in a process that is not the app's.

Kept apart, and in a process of its own, so that its work is in nobody's figures, and so that what it costs can be said
beside them: on a machine of two cores it takes its share. It speaks HTTP by hand, as the upstream does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlsplit

NONE: Final[Mapping[str, str]] = {}
TURNS: Final = 20
_LONGEST_LINE: Final = 16 * 1024 * 1024


@dataclass(slots=True)
class Pane:
    """One answer: when each piece of it came, in seconds since it was asked for; its words; and how it ended."""

    came: list[float] = field(default_factory=list)
    text: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What all visitors saw, in seconds: each first word, and each gap between two pieces of an answer; how many
    answers were asked for, how many of them are whole, and how others ended; and this process's own CPU time.
    """

    first: list[float]
    gaps: list[float]
    asked: int
    whole: int
    others: list[str]
    took: float
    cpu: float


@asynccontextmanager
async def exchange(
    address: str, method: str, path: str, asked: Any = None, headers: Mapping[str, str] = NONE
) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
    """The status of one answer, and its lines as they come; leaving hangs up."""
    url = urlsplit(address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port, limit=_LONGEST_LINE)
    try:
        body = b"" if asked is None else json.dumps(asked).encode()
        own = {"host": url.netloc, "content-type": "application/json", "content-length": str(len(body))}
        said = "".join(f"{name}: {value}\r\n" for name, value in {**own, **headers}.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{said}\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        async with aclosing(_lines(reader, head)) as lines:
            yield int(head.split()[1]), lines
    finally:
        writer.close()


async def _lines(reader: asyncio.StreamReader, head: str) -> AsyncGenerator[bytes]:
    if "transfer-encoding: chunked" not in head:
        size = next(int(line[15:]) for line in head.splitlines() if line.startswith("content-length:"))
        yield await reader.readexactly(size)
        return
    rest = b""
    while size := int(await reader.readline(), 16):
        *whole, rest = (rest + (await reader.readexactly(size + 2))[:-2]).split(b"\n")
        for line in whole:
            yield line
    if rest:
        yield rest


@dataclass(frozen=True, slots=True)
class Visitor:
    """One visitor of the page at `address`, who has the upstream at `base_url` asked, from a network of its own."""

    address: str
    base_url: str
    number: int

    @property
    def whose(self) -> Mapping[str, str]:
        """What a proxy in front would say of it."""
        return {"x-forwarded-for": f"203.0.{self.number >> 8}.{self.number & 255}"}

    async def asks(self) -> list[Pane]:
        """One question in two panes, read to the end."""
        return await self._answered([{"role": "user", "content": "Speak."}], lambda panes: False)

    async def leaves(self) -> list[Pane]:
        """One question, and gone once both panes have words."""
        asked = [{"role": "user", "content": "Speak."}]
        return await self._answered(asked, lambda panes: all(pane.came for pane in panes))

    async def talks(self) -> list[Pane]:
        """A conversation, in which each question takes along all that was said before."""
        said: list[dict[str, str]] = []
        found: list[Pane] = []
        for turn in range(TURNS):
            said.append({"role": "user", "content": f"And then, number {turn}?"})
            panes = await self._answered(said, lambda panes: False)
            said.append({"role": "assistant", "content": panes[0].text})
            found += panes
        return found

    async def chats(self) -> list[Pane]:
        """One question to Gradio's own chat, which has one pane, by its endpoint."""
        path, pane, begun = "/gradio_api/call/open_api_stream", Pane(), time.monotonic()
        async with exchange(self.address, "POST", path, {"data": ["Speak."]}) as (_, lines):
            event = json.loads(await anext(lines))["event_id"]
        async with exchange(self.address, "GET", f"{path}/{event}") as (_, lines):
            async for line in lines:
                if line == b"event: generating":
                    pane.came.append(time.monotonic() - begun)
                elif line.startswith(b"event: ") and line != b"event: heartbeat":
                    pane.ended = "done" if line == b"event: complete" else line.decode()
        return [pane]

    async def _answered(
        self, messages: list[dict[str, str]], has_enough: Callable[[list[Pane]], bool]
    ) -> list[Pane]:
        """Both panes' answers, until their ends or until that is enough."""
        asked = {
            "model": "words",
            "messages": messages,
            "base_url": self.base_url,
            "parameters": {"diff_frequency": 1},
        }
        panes, begun = [Pane(), Pane()], time.monotonic()
        way = exchange(self.address, "POST", "/playground/stream", asked, self.whose)
        async with way as (status, lines):
            async for line in lines:
                if status != 200:
                    return [Pane(ended=f"{status} {line.decode()}") for _ in panes]
                at = time.monotonic() - begun
                for row in json.loads(line):
                    if row[1] == "text":
                        panes[row[0]].came.append(at)
                        panes[row[0]].text += row[2]
                    elif row[1] == "ended":
                        panes[row[0]].ended = row[2]["ended"]
                if has_enough(panes):
                    break
        return panes


DOINGS: Final[Mapping[str, Callable[[Visitor], Awaitable[list[Pane]]]]] = {
    "ask": Visitor.asks,
    "leave": Visitor.leaves,
    "talk": Visitor.talks,
    "chat": Visitor.chats,
}


async def crowd(what: str, address: str, base_url: str, visitors: int, at_once: int) -> Seen:
    """All do the same, so many at once."""
    begun, places = time.monotonic(), asyncio.Semaphore(at_once)

    async def one(number: int) -> list[Pane]:
        async with places:
            return await DOINGS[what](Visitor(address, base_url, number))

    panes = [pane for found in await asyncio.gather(*map(one, range(visitors))) for pane in found]
    return Seen(
        first=[pane.came[0] for pane in panes if pane.came],
        gaps=[after - before for pane in panes for before, after in pairwise(pane.came)],
        asked=len(panes),
        whole=sum(pane.ended == "done" for pane in panes),
        others=sorted({pane.ended for pane in panes} - {"done"}),
        took=time.monotonic() - begun,
        cpu=time.process_time(),
    )


def main() -> None:
    """Prints what was seen as JSON."""
    arguments = argparse.ArgumentParser(prog="python -m bench.crowd", description="Many visitors of one app.")
    arguments.add_argument("what", choices=DOINGS)
    arguments.add_argument("address")
    arguments.add_argument("base_url")
    arguments.add_argument("--visitors", type=int, default=50)
    arguments.add_argument("--at-once", type=int, default=50)
    given = arguments.parse_args()
    seen = asyncio.run(crowd(given.what, given.address, given.base_url, given.visitors, given.at_once))
    print(json.dumps(asdict(seen)))


if __name__ == "__main__":
    main()
