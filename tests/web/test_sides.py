"""The fault matrix against both panes: a fault on the left, on the right, or on both hurts no other pane.

Kept apart from the matrix itself, which is about one stream: here two share a transport and every frame.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from playground.backend import Backend, Target, request_of
from playground.chat import ChatRequest, Endpoint
from playground.events import Event
from playground.settings import Settings
from playground.testing.scripted_server import DONE, Script, ScriptedServer, Step, finish, streamed, text
from playground.web.chat.frames import Frames, paced
from playground.wire.breaker import Call
from playground.wire.kinds.profile import Profile
from playground.wire.transport import Timeouts, Transport
from tests.wire.test_faults import FAULTS, IMPATIENT

GOOD: Final = streamed(text("x"), finish(), DONE)
SIDES: Final = {"left": ("broken", "sound"), "right": ("sound", "broken"), "both": ("broken", "broken")}
PARAMETERS: Final = {"stream": True, "temperature": 0.7, "top_p": 0.9, "max_tokens": 9}
SECONDS: Final = 20.0


class TwoModels(ScriptedServer):
    """Plays one script to whoever asks for the model `broken`, and a whole answer to all others."""

    def __init__(self, broken: Script) -> None:
        super().__init__([])
        self._broken = broken

    def script_for(self, number: int) -> Any:
        """Decided when it is played: only then is the request known."""
        return self._played(number)

    def _played(self, number: int) -> Iterator[Step]:
        yield from self._broken if self.requests[number].body["model"] == "broken" else GOOD


class Timed(Transport):
    """The real one, with a patience of the test's own."""

    def __init__(self, patience: Timeouts) -> None:
        super().__init__()
        self._patience = patience

    def stream(
        self,
        request: ChatRequest,
        profile: Profile,
        endpoint: Endpoint,
        timeouts: Timeouts | None = None,
        call: Call | None = None,
    ) -> AsyncGenerator[Event]:
        return super().stream(request, profile, endpoint, timeouts or self._patience, call)


@dataclass
class Pane:
    """What the page was told of one pane."""

    text: str = ""
    ends: list[dict[str, Any]] = field(default_factory=list)
    after_its_end: int = 0

    def take(self, kind: str, data: Any) -> None:
        self.after_its_end += bool(self.ends)
        if kind == "text":
            self.text += data
        elif kind == "ended":
            self.ends.append(data)


async def shown(backend: Backend, server: ScriptedServer, models: tuple[str, str]) -> tuple[Pane, Pane]:
    """What two panes show that ask these models, by way of the frames that the page is sent."""
    target = Target(base_url=server.base_url, flavour="openai", api_key="sk-a-key-of-a-test-0123456789")
    hello = [{"role": "user", "content": "Hello"}]
    requests = [request_of({"model": m, "messages": hello, **PARAMETERS}, "create", target) for m in models]
    panes = (Pane(), Pane())
    async with asyncio.timeout(SECONDS):
        lines = paced(backend.panes(requests, target), Frames(("a", "b")))
        async with aclosing(lines):
            async for line in lines:
                for side, kind, data in json.loads(line):
                    panes[side].take(kind, data)
    return panes


async def all_sides(server: ScriptedServer, patience: Timeouts) -> dict[str, tuple[Pane, Pane]]:
    """A fault on each side, all at the same time."""
    backend = Backend(Settings())
    await backend.transport.aclose()
    backend.transport = Timed(patience)
    try:
        found = await asyncio.gather(*(shown(backend, server, models) for models in SIDES.values()))
        return dict(zip(SIDES, found, strict=True))
    finally:
        await backend.aclose()


@pytest.mark.parametrize("name", FAULTS)
def test_fault_on_either_side(name: str) -> None:
    """The broken pane ends once, with one clear message and its text kept; the other pane is whole."""
    fault = FAULTS[name]
    patience = IMPATIENT if fault.ended == "timeout" else Timeouts()
    with TwoModels(fault.script) as server:
        found = asyncio.run(all_sides(server, patience))
    for side, panes in found.items():
        for model, pane in zip(SIDES[side], panes, strict=True):
            (end,) = pane.ends
            assert pane.after_its_end == 0, side
            if model == "sound":
                assert (end["ended"], pane.text, end["error"]) == ("done", "x", None), side
                continue
            assert (end["ended"], pane.text) == (fault.ended, fault.kept), side
            assert fault.says in f"{end['error']['message']} {end['error']['next_step']}", side
            assert end["error"]["parameter"] == fault.parameter, side
            assert end["why"], side
