"""Short ways to ask, shared by the tests of backend, clients and page.

Kept apart from the wire's own, which need no backend: here a request goes the way that a user's does.
"""

from __future__ import annotations

import os
import select
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from playground.backend import NOWHERE, Backend, Target
from playground.chat import ChatRequest, ModelRef
from playground.events import Answer, fold
from playground.testing.scripted_server import (
    SSE_HEAD,
    Pause,
    ScriptedServer,
    Step,
    answered,
    chunked,
    finish,
    text,
    whole,
)

T = TypeVar("T")

MODEL = ModelRef("server", "some-model")
EMBEDDED = ModelRef("embedded", "")


def request(model: ModelRef = MODEL, content: str = "Hello", **parameters: Any) -> ChatRequest:
    """A request that says hello with these parameters set."""
    return ChatRequest(model, ({"role": "user", "content": content},), parameters)


async def listed(events: AsyncGenerator[T]) -> list[T]:
    """All that comes."""
    async with aclosing(events):
        return [event async for event in events]


async def answer_of(backend: Backend, asked: ChatRequest, target: Target = NOWHERE) -> Answer:
    """One answer, over the backend."""
    return fold(await listed(backend.stream(asked, target)))


class Together(ScriptedServer):
    """Answers no one until `number` requests are there, so that only requests side by side are ever answered.

    Each is answered with its own last message, so that it can be seen who got what.
    """

    def __init__(self, number: int) -> None:
        super().__init__([])
        self._number = number

    def script_for(self, number: int) -> Any:
        """What the request with this number is answered with, once all are there."""
        return self._play(number)

    def _play(self, number: int) -> Iterator[Step]:
        while len(self.requests) < self._number:
            yield Pause(0.002)
        body = self.requests[number].body
        content = body["messages"][-1]["content"]
        if body.get("stream"):
            yield SSE_HEAD + chunked(text(content), finish()) + b"0\r\n\r\n"
        else:
            yield from answered(200, whole(content))


def children(parent: int | None = None) -> set[int]:
    """The living child processes of `parent`, or of this one.

    Told by the parent that each process names: the kernel's own list of children stands under the thread that
    started them, and moves while it is read when that thread ends.
    """
    parent = parent or os.getpid()
    return {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == parent}


def _parent(stat: Path) -> int:
    try:
        state, parent = stat.read_text().rpartition(")")[2].split()[:2]
    except OSError:  # it has ended meanwhile
        return 0
    return 0 if state == "Z" else int(parent)


def ends_within(pid: int, seconds: float) -> bool:
    """Whether the process `pid` ends, or has ended, within so many seconds."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], seconds)[0])
    finally:
        os.close(process)


def seconds_until_left(server: ScriptedServer, since: float, visit: int = 0) -> float:
    """Seconds from `since` (on the monotonic clock) until the stand-in saw its client go."""
    gone = server.requests[visit]
    assert gone.left.wait(20), "the client is still there after 20 s"
    assert gone.left_at is not None
    return gone.left_at - since


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits for something that another thread brings about and that tells nobody."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, f"it has not come about within {seconds:g} s"
        sleep(0.001)
