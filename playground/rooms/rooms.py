"""All rooms of this app: opened, found by their code, kept over a restart, and ended on time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from playground import steady_time
from playground.errors import RoomError
from playground.rooms.asking import Asker
from playground.rooms.classroom import Classroom
from playground.rooms.room import Budget, Plan, Room
from playground.rooms.store import RoomStore
from playground.rooms.tokens import fits, fresh_code, fresh_token, hashed, projector_of
from playground.servers import Target

MOST_ROOMS: Final = 20
MOST_OF_ONE: Final = 3
AFTER_CLOSING_S: Final = 1800.0
"""How long the answers of a closed room can still be fetched."""

LOOKS_S: Final = 5.0

log = logging.getLogger(__name__)


class Rooms:
    """The rooms; `store` is None where nothing is to be kept on the disk, `most_of_one` is how many a visitor of a
    public page may have open."""

    def __init__(
        self,
        asker: Asker,
        store: RoomStore | None,
        clock: Callable[[], float] = steady_time.now,
        most_of_one: int = MOST_OF_ONE,
    ) -> None:
        self._most_of_one = most_of_one
        self._asker = asker
        self._store = store
        self._clock = clock
        self._rooms: dict[str, Classroom] = {}
        self._unsaved: set[str] = set()
        self._saving: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._undeleted: set[str] = set()
        for room in store.rooms() if store else ():
            self._rooms[room.code] = self._living(room, _target(room))
        self._end_what_is_over()

    def open(self, plan: Plan, minutes: int, target: Target, budget: Budget | None) -> tuple[Classroom, str]:
        """A new room, and the teacher's token. Raises RoomError where there are too many."""
        self._watch()
        self._end_what_is_over()
        are_open = [each for each in self._rooms.values() if each.room.step != "closed"]
        own = sum(each.target.visitor == target.visitor for each in are_open)
        if target.visitor and own >= self._most_of_one:
            raise RoomError(f"You have {own} rooms open here already.", "Close one, or wait for one to end.")
        if len(are_open) >= MOST_ROOMS:
            raise RoomError(
                f"{MOST_ROOMS} rooms are open here already.", "Close one, or wait for one to end."
            )
        code = next(code for code in iter(fresh_code, "") if code not in self._rooms)
        token, now = fresh_token(), self._clock()
        where = {"base_url": target.base_url, "flavour": target.flavour, "bill_to": target.bill_to}
        room = Room(
            code,
            hashed(token),
            plan,
            now,
            now + 60 * minutes,
            where=where,
            budget=budget,
            projector=hashed(projector_of(token)),
        )
        classroom = self._rooms[code] = self._living(room, target)
        self._keep(room)
        classroom.prepare()
        return classroom, token

    def find(self, code: str) -> Classroom | None:
        """The room with this code, while it lives."""
        self._watch()
        self._end_what_is_over()
        found = self._rooms.get(code)
        if found is not None:
            found.prepare()
        return found

    def teacher(self, code: str, token: str) -> Classroom | None:
        """The room whose teacher this token is."""
        found = self.find(code)
        return found if found is not None and fits(token, found.room.teacher) else None

    def projector(self, code: str, token: str) -> Classroom | None:
        """The room on whose wall this token stands."""
        found = self.find(code)
        return found if found is not None and fits(token, found.room.projector) else None

    def student(self, code: str, token: str) -> tuple[Classroom, int] | None:
        """The room and the number of whom this token is."""
        found = self.find(code)
        members = found.room.members.values() if found else ()
        number = next((member.number for member in members if fits(token, member.token)), None)
        return (found, number) if found is not None and number is not None else None

    def close(self, classroom: Classroom) -> None:
        """Nobody does anything there any more; what was said can be fetched for a while."""
        room = classroom.room
        ends_at = min(room.ends_at, self._clock() + AFTER_CLOSING_S)
        classroom.change(replace(room, step="closed", is_paused=False, ends_at=ends_at))

    def seconds_left(self, room: Room) -> float:
        """Until the room ends."""
        return max(0.0, room.ends_at - self._clock())

    def _living(self, room: Room, target: Target) -> Classroom:
        return Classroom(room, self._asker, target, self._keep)

    def _keep(self, room: Room) -> None:
        if self._store is not None and room.code in self._rooms:
            self._unsaved.add(room.code)
            if self._saving is None or self._saving.done():
                self._saving = asyncio.create_task(self._save(self._store), name="rooms-kept")

    async def _save(self, store: RoomStore) -> None:
        """Writes rooms as they are now, one after the other, until none has changed meanwhile."""
        while self._unsaved:
            classroom = self._rooms.get(self._unsaved.pop())
            try:
                if classroom is not None:
                    await asyncio.to_thread(store.save, classroom.room)
                    if classroom.is_gone:
                        store.forget(classroom.room.code)
            except OSError as error:  # a class goes on without a disk
                log.warning("A room could not be kept for a restart: %s", error)

    def _end_what_is_over(self) -> None:
        over = {code for code, each in self._rooms.items() if each.room.ends_at <= self._clock()}
        for code in over:
            self._rooms.pop(code).end()
        if self._store is not None:
            self._forget(self._store, over)

    def _forget(self, store: RoomStore, over: set[str]) -> None:
        """Deletes what is kept of rooms that are over; what the disk refuses is tried again at the next look."""
        refused: set[str] = set()
        for code in over | self._undeleted:
            try:
                store.forget(code)
            except OSError as error:
                refused.add(code)
                if code not in self._undeleted:
                    log.warning("A room that is over could not be deleted, and is tried again: %s", error)
        self._undeleted = refused

    def _watch(self) -> None:
        """Ends rooms on time, from the first time that anybody asks for one."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._ending(), name="rooms-end")

    async def _ending(self) -> None:
        while True:
            await asyncio.sleep(LOOKS_S)
            self._end_what_is_over()


def _target(room: Room) -> Target:
    """Where a room that outlived a restart asks: its key went with the process."""
    where = room.where
    flavour = where.get("flavour")  # a word that was written from a Flavour; JSON knows no such type
    return Target(base_url=where.get("base_url") or "", flavour=flavour, bill_to=where.get("bill_to") or "")  # type: ignore[arg-type]
