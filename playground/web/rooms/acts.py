"""What a student and a teacher can do in a room, each by its name; what cannot be done raises in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from random import SystemRandom
from typing import Any, Final

from playground.errors import RoomError
from playground.rooms import budget, rules, sampler
from playground.rooms.asking import Asker
from playground.rooms.classroom import TEACHER, Classroom
from playground.rooms.room import LONGEST_PROMPT, LONGEST_PROMPT_BYTES, is_too_long
from playground.rooms.rooms import Rooms
from playground.web.rooms.opening import bounds_of

Sent = Mapping[str, Any]


async def student_act(classroom: Classroom, number: int, sent: Sent) -> None:
    """Does what a student asks for. Raises RoomError, InvalidRequest."""
    room = classroom.room
    rules.needs_open(room)
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
            classroom.change(sampler.voted(room, number, sent.get("choice"), sent.get("round")))
        case "name":
            classroom.change(rules.renamed(room, number, str(sent.get("name") or "")))
        case _:
            raise RoomError("Only the teacher can do this.", "")


class Teacher:
    """What a teacher can do."""

    def __init__(self, rooms: Rooms, asker: Asker) -> None:
        self._rooms = rooms
        self._asker = asker
        self._acts: Final[Mapping[str, Callable[[Classroom, Sent], Awaitable[None]]]] = {
            "step": self._step,
            "pause": self._pause,
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
        if act != self._close:
            rules.needs_open(classroom.room)
        await act(classroom, sent)

    async def _step(self, classroom: Classroom, sent: Sent) -> None:
        if sent.get("to") == "closed":
            self._rooms.close(classroom)
        else:
            classroom.change(rules.moved(classroom.room, sent.get("to")))

    async def _pause(self, classroom: Classroom, sent: Sent) -> None:
        classroom.change(rules.paused(classroom.room, sent.get("on") is True))

    async def _ask(self, classroom: Classroom, sent: Sent) -> None:
        await classroom.ask(TEACHER, sent.get("prompt"))

    async def _cancel(self, classroom: Classroom, sent: Sent) -> None:
        classroom.cancel(TEACHER)

    async def _sample(self, classroom: Classroom, sent: Sent) -> None:
        start = sent.get("start")
        if not isinstance(start, str) or not start.strip() or is_too_long(start):
            most = f"{LONGEST_PROMPT} letters and {LONGEST_PROMPT_BYTES} bytes"
            raise RoomError("The class goes on from a text.", f"Type one, of at most {most}.")
        ids = await self._asker.tokens(start.strip())
        found = await self._asker.candidates(ids, sampler.CANDIDATES)
        rules.needs_open(classroom.room)
        begun = sampler.begun(classroom.room, start.strip(), ids)
        classroom.change(sampler.offered(begun, found))

    async def _stop_sampling(self, classroom: Classroom, sent: Sent) -> None:
        classroom.change(sampler.ended(classroom.room))

    async def _draw(self, classroom: Classroom, sent: Sent) -> None:
        by: sampler.By = "model" if sent.get("by") == "model" else "class"
        random = SystemRandom()

        def draw(weights: Any) -> int:
            return random.choices(range(len(weights)), weights)[0]

        if not sampler.has_lost_its_words(classroom.room):
            classroom.change(sampler.drawn(classroom.room, by, draw))
        await self._offer(classroom)

    async def _offer(self, classroom: Classroom) -> None:
        """Looks up what can come next; where that fails, the next draw looks it up again before it draws."""
        ids = classroom.room.sampler.ids if classroom.room.sampler else ()
        found = await self._asker.candidates(ids, sampler.CANDIDATES)
        now = classroom.room
        if now.sampler is not None and now.sampler.ids == ids and now.step != "closed":
            classroom.change(sampler.offered(now, found))

    async def _budget(self, classroom: Classroom, sent: Sent) -> None:
        bounds = bounds_of(sent)
        classroom.change(budget.raised(classroom.room, bounds.calls, bounds.tokens))

    async def _close(self, classroom: Classroom, sent: Sent) -> None:
        self._rooms.close(classroom)
