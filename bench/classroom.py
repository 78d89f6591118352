"""A class of thirty that asks the embedded model all at once: thirty sessions, each with its own stream of views.

The app and the thirty are on one machine here, which the thirty's own devices would not be.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import httpx

from bench.figures import OURS
from bench.pace import SILENT
from bench.site import PLAYGROUND
from bench.workbench import Workbench

_STUDENTS: Final = 30
_TOKENS: Final = 64
_PLAN: Final = {
    "prompt": "Tell me a long story about a lighthouse keeper and the sea, with many details.",
    "varied": "temperature",
    "values": "0 to 2 step 0.25",
    "measure": "words",
    "parameters": {"max_tokens": _TOKENS},
}


@dataclass(frozen=True, slots=True)
class _Session:
    """When one student saw a first word, and the whole answer, in seconds from the moment that all asked."""

    first: float
    whole: float


def classroom(bench: Workbench) -> None:
    """All ask at once, as often as there are repeats, each time in a new room."""
    note = bench.noting(OURS)
    with bench.serving(PLAYGROUND, SILENT) as (_, address), ThreadPoolExecutor(1) as thread:
        for _ in range(bench.repeats):
            sessions = thread.submit(asyncio.run, _lesson(address.rstrip("/"))).result()
            firsts = sorted(session.first for session in sessions)
            took = max(session.whole for session in sessions)
            note("first of 30 first words", "s", firsts[0])
            note("last of 30 first words", "s", firsts[-1])
            note("last of 30 answers", "s", took)


async def _lesson(address: str) -> list[_Session]:
    """One room, from its opening to the last answer."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=180, limits=limits, trust_env=False) as client:
        opened = (await client.post("/playground/rooms", json=_PLAN)).raise_for_status().json()
        room = f"/playground/rooms/{opened['code']}"
        joins = (
            client.post("/playground/rooms/join", json={"code": opened["code"]}) for _ in range(_STUDENTS)
        )
        tokens = [answer.raise_for_status().json()["token"] for answer in await asyncio.gather(*joins)]
        for step in ("predict", "run"):
            await _act(client, room, opened["token"], "step", to=step)
            await asyncio.sleep(3)  # a class thinks for longer
        sessions = await asyncio.gather(*(_session(client, room, token) for token in tokens))
        await _act(client, room, opened["token"], "close")
        return list(sessions)


async def _session(client: httpx.AsyncClient, room: str, token: str) -> _Session:
    """One student, who asks and reads."""
    async with _views(client, room, token) as views:
        await anext(views)
        asked = monotonic()
        await _act(client, room, token, "ask")
        first = None
        async for view in views:
            said = view["said"]
            if said and said["error"]:
                raise RuntimeError(said["error"])
            if first is None and (said or (view["live"] and view["live"]["text"])):
                first = monotonic() - asked
            if said and first is not None:
                return _Session(first, monotonic() - asked)
    raise RuntimeError("The room ended before the answer was there.")


@asynccontextmanager
async def _views(client: httpx.AsyncClient, room: str, token: str) -> AsyncIterator[AsyncIterator[Any]]:
    async with client.stream("GET", f"{room}/events", headers={"x-room-token": token}) as response:
        lines = response.aiter_lines()
        yield (json.loads(line[6:]) async for line in lines if line.startswith("data: "))


async def _act(client: httpx.AsyncClient, room: str, token: str, act: str, **more: str) -> None:
    told = await client.post(f"{room}/act", json={"act": act, **more}, headers={"x-room-token": token})
    told.raise_for_status()
