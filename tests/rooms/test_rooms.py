"""All rooms over time: they end when their minutes are over, whatever a disk does, and come back after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from playground.errors import RoomError
from playground.rooms import rooms as module
from playground.rooms.asking import Asker
from playground.rooms.planning import typed_plan
from playground.rooms.room import Room
from playground.rooms.rooms import MOST_ROOMS, Rooms
from playground.rooms.store import RoomStore
from playground.servers import NOWHERE

PLAN = typed_plan({"prompt": "Say something."})


class Reader:
    """Stands for the asker: what it was to have read."""

    def __init__(self) -> None:
        self.read_times = 0

    async def read(self, messages: Any) -> None:
        """Counts."""
        self.read_times += 1


class Broken(RoomStore):
    """A disk that deletes nothing while it is `refusing`."""

    refusing = True

    def forget(self, code: str) -> None:
        """As the disk does."""
        if self.refusing:
            raise OSError("the disk refuses")
        super().forget(code)


def rooms_at(store: RoomStore | None, now: list[float], reader: Reader | None = None) -> Rooms:
    """Rooms by this clock."""
    return Rooms(cast(Asker, reader or Reader()), store, lambda: now[0])


async def until(holds: Callable[[], bool]) -> None:
    """Waits for it."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


def run(lesson: Callable[[], Awaitable[None]]) -> None:
    """Runs it, and ends what looks after the rooms."""

    async def whole() -> None:
        await lesson()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    asyncio.run(whole())


def test_rooms_end_on_time_whatever_the_disk_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """By the clock alone, all that are over, and their files as soon as the disk lets them; it is logged once."""
    monkeypatch.setattr(module, "LOOKS_S", 0.01)
    store, now = Broken(tmp_path), [0.0]

    async def lesson() -> None:
        rooms = rooms_at(store, now)
        short = [rooms.open(PLAN, 1, NOWHERE, None)[0] for _ in range(2)]
        long, _ = rooms.open(PLAN, 2, NOWHERE, None)
        await until(lambda: len(list(tmp_path.iterdir())) == 3)
        now[0] = 61.0
        await until(lambda: all(each.is_gone for each in short))
        assert rooms.find(short[0].room.code) is None and rooms.find(long.room.code) is long
        now[0] = 121.0
        await until(lambda: long.is_gone)
        store.refusing = False
        await until(lambda: not list(tmp_path.iterdir()))

    with caplog.at_level(logging.WARNING):
        run(lesson)
    assert len([r for r in caplog.records if "could not be deleted" in r.message]) == 3


def test_what_was_over_before_a_restart_is_deleted_by_it(tmp_path: Path) -> None:
    """Nobody has to ask for a room first; one that lives has its prompt read when somebody is there, once."""
    store, now, reader = RoomStore(tmp_path), [100.0], Reader()
    store.save(Room("ABCDEF", "hash", PLAN, 0.0, 60.0))
    store.save(Room("GHJKLM", "hash", PLAN, 0.0, 600.0))
    rooms = rooms_at(store, now, reader)
    assert [path.stem for path in tmp_path.iterdir()] == ["GHJKLM"]

    async def lesson() -> None:
        for _ in range(3):
            assert rooms.find("GHJKLM") is not None
        await until(lambda: reader.read_times == 1)

    run(lesson)
    assert reader.read_times == 1


def test_a_closed_room_takes_no_place() -> None:
    """There are so many open ones at a time, and the next as soon as one is closed."""

    async def lesson() -> None:
        rooms = rooms_at(None, [0.0])
        first, *_ = (rooms.open(PLAN, 1, NOWHERE, None)[0] for _ in range(MOST_ROOMS))
        with pytest.raises(RoomError, match="open here already"):
            rooms.open(PLAN, 1, NOWHERE, None)
        rooms.close(first)
        rooms.open(PLAN, 1, NOWHERE, None)

    run(lesson)
