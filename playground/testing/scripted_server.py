"""A server on loopback that plays a script: any answer, byte by byte, and it records who asked and who left.

It runs in a thread of its own, so that it plays on while a test blocks.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

SOON_S: Final = 0.01
"""How soon it is noticed that a test has set an event."""


@dataclass(frozen=True)
class Pause:
    """Waits so many seconds before the next step."""

    seconds: float


@dataclass(frozen=True)
class Until:
    """Waits until this is set before the next step: by a test, once it has seen what came before."""

    event: threading.Event


class Stall:
    """Says nothing more until the client leaves; what follows is never played."""


class Close:
    """Closes the connection in an orderly way."""


class Reset:
    """Tears the connection down (TCP RST)."""


Step = bytes | Pause | Until | Stall | Close | Reset
"""One step of a script: bytes are sent as they are."""

Script = Sequence[Step]
"""What one request is answered with, from the status line on; `answered` and `streamed` make one."""


@dataclass
class ReceivedRequest:
    """One request as it came; `headers` by their names in lower case.

    `at` is when it came, and `left_at` when its client left before the end of the script, both on the monotonic
    clock, in seconds; `left` is set the moment it does.
    """

    path: str
    headers: Mapping[str, str]
    raw_body: bytes
    at: float
    left_at: float | None = None
    left: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def body(self) -> Any:
        """The body as JSON."""
        return json.loads(self.raw_body)


class ScriptedServer:
    """Plays `scripts` in order, one per request; the last one again for all that follow.

    What was posted is kept in `requests`. A GET is answered from `pages`, by path, or with 404, and kept in
    `page_requests`. `greeting` is sent to whoever connects, before anything was asked: no HTTP server does that.
    """

    def __init__(
        self, *scripts: Script, greeting: bytes = b"", pages: Mapping[str, Script] | None = None
    ) -> None:
        self.scripts: list[Script] = list(scripts)
        self.pages: dict[str, Script] = dict(pages or {})
        self.requests: list[ReceivedRequest] = []
        self.page_requests: list[ReceivedRequest] = []
        self.connections = 0
        self.open_connections = 0
        self.port = 0
        self.greeting = greeting
        self._ready = threading.Event()
        self._playing: set[asyncio.Transport] = set()

    @property
    def base_url(self) -> str:
        """What a client is given, up to and with the version part."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def script_for(self, number: int) -> Script:
        """What the request with this number (from 0) is answered with."""
        return self.scripts[min(number, len(self.scripts) - 1)]

    async def _serve(self) -> None:
        server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}:
            task.cancel()
        for transport in tuple(self._playing):
            transport.abort()
        while self._playing:
            await asyncio.sleep(0)


class _Connection(asyncio.Protocol):
    """One connection: reads requests one after the other and plays a script for each."""

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server
        self._received = b""
        self._request: ReceivedRequest | None = None
        self._playing: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections += 1
        self._server.open_connections += 1
        self._server._playing.add(transport)
        transport.write(self._server.greeting)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.open_connections -= 1
        self._server._playing.discard(self._transport)
        if self._playing is not None and not self._playing.done():
            self._playing.cancel()
            if self._request is not None:
                self._request.left_at = monotonic()
                self._request.left.set()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, rest = self._received.partition(b"\r\n\r\n")
        if not gap:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        size = int(headers.get("content-length", "0"))
        if len(rest) < size:
            return
        self._received = rest[size:]
        self._request = ReceivedRequest(first.split(" ")[1], headers, rest[:size], monotonic())
        if first.startswith("GET "):
            script = self._server.pages.get(self._request.path, answered(404, b"no such page", "text/plain"))
            self._server.page_requests.append(self._request)
        else:
            self._server.requests.append(self._request)
            script = self._server.script_for(len(self._server.requests) - 1)
        self._playing = asyncio.get_running_loop().create_task(self._play(script))

    async def _play(self, script: Script) -> None:
        for step in script:
            match step:
                case bytes():
                    await self._writable.wait()
                    if self._transport.is_closing():
                        await asyncio.sleep(
                            0
                        )  # else nobody learns that the client left before the script has ended
                    self._transport.write(step)
                case Pause(seconds):
                    await asyncio.sleep(seconds)
                case Until(event):
                    while not event.is_set():
                        await asyncio.sleep(SOON_S)
                case Stall():
                    await asyncio.Event().wait()
                case Close():
                    self._transport.close()
                    return
                case Reset():
                    self._reset()
                    return

    def _reset(self) -> None:
        raw = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


SSE_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
"""Begins a stream in HTTP chunks: follow it with `chunked(...)` and END."""

SSE_HEAD_UNTIL_CLOSE: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
)
"""Begins a stream of bare bytes that lasts until Close."""

END: Final = b"0\r\n\r\n"
DONE: Final = b"data: [DONE]\n\n"


def chunked(*payloads: bytes) -> bytes:
    """Each payload as one HTTP chunk."""
    return b"".join(b"%x\r\n%s\r\n" % (len(payload), payload) for payload in payloads)


def answered(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> list[Step]:
    """A whole response; `retry_after="1"` becomes the header retry-after."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n{extra}\r\n"
    )
    return [head.encode() + body]


def streamed(*steps: Step) -> list[Step]:
    """A whole stream: each piece of bytes as one HTTP chunk, anything else between them as it is.

    What stands side by side is sent at once.
    """
    parts = (SSE_HEAD, *(chunked(step) if isinstance(step, bytes) else step for step in steps), END)
    script: list[Step] = []
    for part in parts:
        if script and isinstance(part, bytes) and isinstance(script[-1], bytes):
            script[-1] += part
        else:
            script.append(part)
    return script


def data(document: Any) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps(document, ensure_ascii=False).encode() + b"\n\n"


def text(content: str, **choice: Any) -> bytes:
    """A chunk with a piece of text; `choice` adds fields such as logprobs beside the delta."""
    return data({"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": None, **choice}]})


def finish(reason: str = "stop", **chunk: Any) -> bytes:
    """A chunk that says why the answer ended; `chunk` adds fields such as usage."""
    return data({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}], **chunk})


def whole(content: str = "Hi", reason: str | None = "stop", **message: Any) -> bytes:
    """An answer that comes in one piece."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content, **message},
        "finish_reason": reason,
    }
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    return json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage}).encode()
