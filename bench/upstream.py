"""The upstream that all are measured against: a process that plays a pace, and says who came and who left when.

Kept apart, and in a process of its own, so that its work is in nobody's figures. It speaks HTTP by hand: what it
costs must be little and always the same.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import cache
from itertools import count
from time import time
from typing import Any, Final

from bench.pace import Pace

_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_NOT_HERE: Final = b"HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
_LIKE_A_SERVER: Final = {
    "id": "chatcmpl-0123456789abcdef",
    "object": "chat.completion.chunk",
    "created": 1_800_000_000,
    "model": "some/model-of-average-name",
}
_AT_ONCE: Final = 16
"""Words written before another client gets its turn."""
_ids = count()


def _event(data: Any) -> bytes:
    """One server-sent event as one HTTP chunk."""
    text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    event = b"data: " + text.encode() + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(event), event)


def _choice(delta: dict[str, str], reason: str | None, piece: str, alternatives: int) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": reason}
    if alternatives and piece:
        top = [
            {"token": f"{piece}{i}", "logprob": -0.1234567 - i, "bytes": list(piece.encode())}
            for i in range(alternatives)
        ]
        choice["logprobs"] = {"content": [{**top[0], "top_logprobs": top}]}
    return choice


@cache
def _words(pace: Pace, alternatives: int) -> list[bytes]:
    """The words of the answer, as they go over the wire."""
    return [
        _event({**_LIKE_A_SERVER, "choices": [_choice({"content": piece}, None, piece, alternatives)]})
        for piece in pace.pieces
    ]


def _ending(pace: Pace) -> bytes:
    usage = {"prompt_tokens": 9, "completion_tokens": pace.words, "total_tokens": 9 + pace.words}
    last = {**_LIKE_A_SERVER, "choices": [_choice({}, "stop", "", 0)], "usage": usage}
    return _event(last) + _event("[DONE]") + b"0\r\n\r\n"


def _say(what: str, visit: int) -> None:
    print(json.dumps({"what": what, "visit": visit, "at": time()}), flush=True)


class _Connection(asyncio.Protocol):
    """One client; `asked`, `left` (before the end) and `served` are said with the time of the wall clock."""

    def __init__(self) -> None:
        self._received = b""
        self._visit = -1
        self._playing: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, error: Exception | None) -> None:
        if self._playing is not None and not self._playing.done():
            self._playing.cancel()
            _say("left", self._visit)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, rest = self._received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        size = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
        if not gap or len(rest) < size:
            return
        self._received = rest[size:]
        pace = Pace.of(lines[0].split()[1])
        if pace is None or not lines[0].startswith("post"):
            self._transport.write(_NOT_HERE)
            return
        self._visit = next(_ids)
        _say("asked", self._visit)
        words = _words(pace, json.loads(rest[:size]).get("top_logprobs") or 0)
        self._playing = asyncio.get_running_loop().create_task(self._play(pace, words))

    async def _play(self, pace: Pace, words: list[bytes]) -> None:
        clock = asyncio.get_running_loop().time
        start = clock()
        if words:
            self._transport.write(_HEAD)
        for i, word in enumerate(words):
            if pace.gap_ms:
                await asyncio.sleep(start + i * pace.gap_ms / 1000 - clock())
            elif pace.apart or i % _AT_ONCE == 0:
                await asyncio.sleep(0)
            await self._writable.wait()
            self._transport.write(word)
        if pace.then == "stall":
            await asyncio.Event().wait()
        self._transport.write(_ending(pace))
        _say("served", self._visit)


async def main() -> None:
    """Serves on a free port of loopback, whose number is the first line it prints, until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
