"""The seats of a class, before a server that plays the engine's part: what is read once, and what a failure leaves."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from playground.chat import Endpoint, JsonObject
from playground.engine.library import Library
from playground.engine.process import Engine
from playground.engine.run import Loaded
from playground.engine.seats import Seats
from playground.engine.turns import Turns
from playground.errors import EngineError
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, answered
from playground.web.votes.files import Shelf


class Starts:
    """Stands for the engine: the first `failures` starts fail, then it is there."""

    def __init__(self, endpoint: Endpoint, failures: int = 0) -> None:
        self.endpoint = endpoint
        self.failures = failures

    @asynccontextmanager
    async def hold(self) -> AsyncGenerator[Loaded]:
        """As the engine's."""
        if self.failures:
            self.failures -= 1
            raise EngineError("The embedded model did not start.", "Try again.")
        yield Loaded(self.endpoint, None, cast(Any, None), Turns(1))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Says yes to whatever is asked."""
    with ScriptedServer(answered(200, b"{}")) as server:
        yield server


def seats_at(server: ScriptedServer, failures: int = 0) -> tuple[Seats, Starts]:
    """Seats over that server, and what stands for their engine."""
    seats = Seats(Settings(), Library(Settings()))
    engine = Starts(Endpoint(server.base_url, "key"), failures)
    seats.engine = cast(Engine, engine)
    return seats, engine


def asked(text: str) -> Sequence[JsonObject]:
    """What a class asks."""
    return ({"role": "user", "content": text},)


def told(server: ScriptedServer) -> list[str]:
    """What the engine was told, in order."""
    return [request.path for request in server.requests]


def test_what_a_class_shares_is_read_once_and_laid_into_each_seat(server: ScriptedServer) -> None:
    """By the seat that reads, then saved; every seat is laid it, also where nobody had it read before."""

    async def lesson() -> list[bool]:
        seats, _ = seats_at(server)
        return await asyncio.gather(*(seats.lay(seat, asked("Say a word.")) for seat in range(3)))

    assert asyncio.run(lesson()) == [True] * 3
    assert told(server)[:2] == ["/v1/chat/completions", "/slots/31?action=save"]
    assert sorted(told(server)[2:]) == [f"/slots/{seat}?action=restore" for seat in range(3)]
    assert server.requests[0].body["id_slot"] == 31
    assert len({request.body["filename"] for request in server.requests[1:]}) == 1


def test_a_start_that_failed_is_tried_again(server: ScriptedServer) -> None:
    """One failure of the engine is not what every later ask is told."""

    async def lesson() -> list[bool]:
        seats, engine = seats_at(server, failures=1)
        await seats.read(asked("Say a word."))
        first = await seats.lay(0, asked("Say a word."))
        engine.failures = 1
        return [first, await seats.lay(1, asked("Another.")), await seats.lay(1, asked("Another."))]

    assert asyncio.run(lesson()) == [True, False, True]


def test_another_run_of_the_engine_has_empty_seats(server: ScriptedServer) -> None:
    """What lay in a seat went with the process: it is laid anew, and not read anew."""

    async def lesson() -> None:
        seats, engine = seats_at(server)
        await seats.lay(0, asked("Say a word."))
        await seats.lay(0, asked("Say a word."))
        engine.endpoint = Endpoint(server.base_url, "another key")
        await seats.lay(0, asked("Say a word."))

    asyncio.run(lesson())
    assert told(server)[2:] == ["/slots/0?action=restore"] * 2


def test_what_was_asked_last_stays_read(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than are kept the one goes that was asked longest ago."""
    monkeypatch.setattr("playground.engine.seats._MOST_READ", 2)

    async def lesson() -> None:
        seats, _ = seats_at(server)
        for text in ("one", "two", "one", "three", "one"):
            await seats.lay(0, asked(text))

    asyncio.run(lesson())
    read = [r.body["messages"][0]["content"] for r in server.requests if r.path == "/v1/chat/completions"]
    assert read == ["one", "two", "three"]


def test_what_a_killed_process_left_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What of a process lives stays, and so does what is of somebody else."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    prefixes, owners = ("playground-class-", "playground-votes-"), (dead.pid, os.getpid(), "x")
    names = [f"{prefix}{owner}-abc" for prefix in prefixes for owner in owners]
    for name in names:
        (tmp_path / name).mkdir()
    Seats(Settings(), Library(Settings()))
    Shelf()
    assert [(tmp_path / name).exists() for name in names] == [False, True, True] * 2
