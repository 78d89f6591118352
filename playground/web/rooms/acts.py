"""What a student and a teacher can do in a room, each by its name; what cannot be done raises in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from random import SystemRandom
from typing import Any, Final

from playground.errors import RoomError
from playground.lessons.lesson import Lesson
from playground.rooms import budget, rules, sampler
from playground.rooms.asking import Asker
from playground.rooms.classroom import TEACHER, Classroom
from playground.rooms.room import LONGEST_PROMPT
from playground.rooms.rooms import Rooms
from playground.web.rooms.opening import bounds_of, checked_plan

Sent = Mapping[str, Any]


async def student_act(classroom: Classroom, number: int, sent: Sent) -> None:
    """Does what a student asks for. Raises RoomError, InvalidRequest."""
    room = classroom.room
    match sent.get("act"):
        case "predict":
            classroom.change(rules.predicted(room, number, sent.get("choice")))
        case "ask":
            await classroom.ask(number, sent.get("prompt"))
        case "cancel":
            classroom.cancel(number)
        case "vote":
            classroom.change(rules.chosen(room, number, sent.get("whose")))
        case "word":
            classroom.change(sampler.voted(room, number, sent.get("choice")))
        case "name":
            classroom.change(rules.renamed(room, number, str(sent.get("name") or "")))
        case _:
            raise RoomError("Only the teacher can do this.", "")


class Teacher:
    """What a teacher can do."""

    def __init__(self, rooms: Rooms, asker: Asker, lessons: Mapping[str, Lesson]) -> None:
        self._rooms = rooms
        self._lessons = lessons
        self._asker = asker
        self._acts: Final[Mapping[str, Callable[[Classroom, Sent], Awaitable[None]]]] = {
            "step": self._step,
            "pause": self._pause,
            "plan": self._plan,
            "ask": self._ask,
            "cancel": self._cancel,
            "sample": self._sample,
            "stop-sampling": self._stop_sampling,
            "draw": self._draw,
            "budget": self._budget,
            "close": self._close,
        }

    async def act(self, classroom: Classroom, sent: Sent) -> None:
        """Does what the teacher asks for. Raises RoomError, InvalidRequest, EngineError."""
        act = self._acts.get(str(sent.get("act")))
        if act is None:
            raise RoomError("A teacher cannot do this.", "")
        await act(classroom, sent)

    async def _step(self, classroom: Classroom, sent: Sent) -> None:
        if sent.get("to") == "closed":
            self._rooms.close(classroom)
        else:
            classroom.change(rules.moved(classroom.room, sent.get("to")))

    async def _pause(self, classroom: Classroom, sent: Sent) -> None:
        classroom.change(rules.paused(classroom.room, sent.get("on") is True))

    async def _plan(self, classroom: Classroom, sent: Sent) -> None:
        classroom.plan(await checked_plan(sent, self._lessons, self._asker, classroom.target))

    async def _ask(self, classroom: Classroom, sent: Sent) -> None:
        await classroom.ask(TEACHER, sent.get("prompt"))

    async def _cancel(self, classroom: Classroom, sent: Sent) -> None:
        classroom.cancel(TEACHER)

    async def _sample(self, classroom: Classroom, sent: Sent) -> None:
        start = sent.get("start")
        if not isinstance(start, str) or not start.strip() or len(start) > LONGEST_PROMPT:
            raise RoomError(
                "The class goes on from a text.", f"Type one, of at most {LONGEST_PROMPT} letters."
            )
        ids = await self._asker.tokens(start.strip())
        found = await self._asker.candidates(ids, sampler.CANDIDATES)
        begun = sampler.begun(classroom.room, start.strip(), ids)
        classroom.change(sampler.offered(begun, found))

    async def _stop_sampling(self, classroom: Classroom, sent: Sent) -> None:
        classroom.change(sampler.ended(classroom.room))

    async def _draw(self, classroom: Classroom, sent: Sent) -> None:
        by: sampler.By = "model" if sent.get("by") == "model" else "class"
        random = SystemRandom()

        def draw(weights: Any) -> int:
            return random.choices(range(len(weights)), weights)[0]

        after = sampler.drawn(classroom.room, by, draw)
        classroom.change(after)
        ids = after.sampler.ids if after.sampler else ()
        found = await self._asker.candidates(ids, sampler.CANDIDATES)
        if (now := classroom.room.sampler) is not None and now.ids == ids:
            classroom.change(sampler.offered(classroom.room, found))

    async def _budget(self, classroom: Classroom, sent: Sent) -> None:
        bounds = bounds_of(sent)
        classroom.change(budget.raised(classroom.room, bounds.calls, bounds.tokens))

    async def _close(self, classroom: Classroom, sent: Sent) -> None:
        self._rooms.close(classroom)
