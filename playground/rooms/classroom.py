"""A room as it lives: its value, who listens, and the answers that are under way.

Kept apart from the rules because here time, tasks and a model come in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from playground.chat import ChatRequest, JsonObject
from playground.errors import PlaygroundError, RoomError
from playground.events import Answer, Fold, Started, TextDelta
from playground.lessons.experiment import asked as asked_of
from playground.lessons.lesson import Arm
from playground.lessons.measures import values
from playground.lessons.outcome import Outcome
from playground.rooms import budget, rules
from playground.rooms.asking import Asker, Waiting
from playground.rooms.room import (
    LONGEST_PROMPT,
    LONGEST_PROMPT_BYTES,
    MOST_STUDENTS,
    MOST_TOKENS,
    Member,
    Plan,
    Room,
    Said,
    is_too_long,
    messages_of,
    prompt_of,
)
from playground.servers import Target

TEACHER: Final = 0
"""The number that the teacher asks under."""
PROJECTOR: Final = -1
"""The number of what stands on the wall, where nothing is done."""
BACK_WITHIN_S: Final = 10.0
"""A page that reloads is here again by then."""
_LETTERS_A_TOKEN: Final = 2
"""At least, in most texts: what a prompt may come to."""


@dataclass
class Live:
    """An answer under way: what has come of it, or the place in the queue."""

    text: str = ""
    place: int = 0
    seconds: float = 0.0
    is_sent: bool = False
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Classroom:
    """One room. `keep` is called with each new value of it, `target` is where a model is asked, keys and all."""

    def __init__(self, room: Room, asker: Asker, target: Target, keep: Callable[[Room], None]) -> None:
        self.room = room
        self.target = target
        self.live: dict[int, Live] = {}
        self.trial: Said | None = None
        self._trials = 0
        self.is_gone = False
        self._asker = asker
        self._keep = keep
        self._listeners: dict[asyncio.Event, int] = {}
        self._reading: asyncio.Task[None] | None = None

    def change(self, after: Room) -> None:
        """The room is another value from now on; it is kept, and all are told."""
        before, self.room = self.room, after
        if before == after:
            return
        if before.step != after.step == "closed":
            for number in list(self.live):
                self.cancel(number)
        self._keep(after)
        self.tell()

    def tell(self) -> None:
        """Wakes all who listen."""
        for listener in self._listeners:
            listener.set()

    def listen(self, number: int) -> asyncio.Event:
        """What is set at every change, until `leave`; for this student, or the teacher."""
        listener = asyncio.Event()
        listener.set()
        self._listeners[listener] = number
        return listener

    def leave(self, listener: asyncio.Event) -> None:
        """This page is closed, or reloads: whoever does not come back gives a place in the queue to others."""
        number = self._listeners.pop(listener, TEACHER)
        asyncio.get_running_loop().call_later(BACK_WITHIN_S, self._give_up, number)

    def _give_up(self, number: int) -> None:
        live = self.live.get(number)
        if live is not None and live.place and number not in self._listeners.values():
            self.cancel(number)

    def listeners(self, number: int) -> int:
        """How many pages of this student, of the teacher, or on walls are connected."""
        return list(self._listeners.values()).count(number)

    def prepare(self) -> None:
        """Has the engine read, meanwhile and once, what the whole class will ask."""
        if self._reading is not None or self.room.step == "closed":
            return
        if self.room.plan.model == "embedded" and not self.target.base_url:
            self._reading = asyncio.create_task(self._prepared(), name="class-reads")

    async def _prepared(self) -> None:
        with suppress(PlaygroundError):
            for arm in self.room.plan.arms:
                await self._asker.read(messages_of(arm))

    async def ask(self, number: int, prompt: object = "") -> None:
        """Asks for this student (or the teacher); a further ask waits for no earlier one, but takes its place.

        Raises RoomError, InvalidRequest.
        """
        plan = self.room.plan
        own = prompt.strip() if isinstance(prompt, str) else ""
        arm = plan.arms[0] if number == TEACHER else rules.arm_of(self.room, rules.may_ask(self.room, number))
        own = "" if own == prompt_of(arm) else own
        if own and number != TEACHER and not plan.is_free:
            raise RoomError("The prompt of this room is set by the teacher.", "Ask with it as it is.")
        if is_too_long(own):
            most = f"{LONGEST_PROMPT} letters and {LONGEST_PROMPT_BYTES} bytes"
            raise RoomError(
                f"A prompt has at most {most} here; an emoji is four bytes and more.", "Shorten it."
            )
        if number in self.live:
            raise RoomError("Your answer is still being written.", "Wait for it, or cancel it.")
        messages = messages_of(arm, own)
        settings = asked({"messages": messages}, arm, self._seed(number), plan.model)
        live = self.live[number] = Live()
        try:
            request, target = await self._asker.request(settings, self.target)
            if self.live.get(number) is not live:
                raise RoomError("This question has been cancelled.", "Ask again.")
            tokens = settings["max_tokens"] + len(str(messages)) // _LETTERS_A_TOKEN
            self.change(budget.reserved(self.room, number, tokens))
        except BaseException:
            self._forget(number, live)
            raise
        self._trials += number == TEACHER
        live.task = asyncio.create_task(
            self._follow(number, live, request, target, tokens, messages_of(arm), Said("", prompt=own)),
            name="class-answer",
        )
        live.task.add_done_callback(lambda task: self._over(task, number, live, tokens))
        self.tell()

    def _seed(self, number: int) -> int:
        """Of one's own, and another one at each further time."""
        member = self.room.members.get(number)
        times = member.asked if member is not None else self._trials
        return number + (MOST_STUDENTS + 1) * times

    def _over(self, task: asyncio.Task[None], number: int, live: Live, tokens: int) -> None:
        """Whatever ended it, it is over; what was never sent costs nothing, also where its task had not even begun."""
        self._forget(number, live)
        if task.cancelled() and not live.is_sent:
            self.change(budget.given_back(self.room, number, tokens))

    async def _follow(
        self,
        number: int,
        live: Live,
        request: ChatRequest,
        target: Target,
        tokens: int,
        shared: Sequence[JsonObject],
        said: Said,
    ) -> None:
        """One answer from its place in the queue to the room. `tokens` are those that the budget has
        set aside, `shared` are the messages of all who have the same arm."""
        fold = Fold()
        asked = self._asker.asked(request, target, shared, (self.room.code, number), number == TEACHER)
        try:
            async with aclosing(asked) as events:
                async for event in events:
                    if isinstance(event, Waiting):
                        live.place, live.seconds = event.place, event.seconds
                    else:
                        live.place = 0
                        live.is_sent = live.is_sent or isinstance(event, Started)
                        live.text += event.text if isinstance(event, TextDelta) else ""
                        fold.add(event)
                    self.tell()
            answer = fold.answer()
        except PlaygroundError as error:
            answer = Answer(ended="error", error=error)
        self._forget(number, live)
        cost = budget.cost_of(answer, tokens)
        room = self.room
        self.change(
            budget.settled(room, tokens, cost) if live.is_sent else budget.given_back(room, number, tokens)
        )
        self._take(number, said_of(said, answer, self.room.plan, number))

    def _forget(self, number: int, live: Live) -> None:
        """Another one may be under way for the same student already."""
        if self.live.get(number) is live:
            del self.live[number]

    def _take(self, number: int, said: Said) -> None:
        if number == TEACHER:
            self.trial = rules.latest(self.trial, said)
            self.tell()
        else:
            self.change(rules.answered(self.room, number, said))

    def cancel(self, number: int) -> None:
        """Ends what is under way for this one, and gives its place back."""
        live = self.live.pop(number, None)
        if live is not None and live.task is not None:
            live.task.cancel()
        self.tell()

    def end(self) -> None:
        """The room is gone: nothing is asked any more, and whoever listens is told."""
        self.is_gone = True
        for number in list(self.live):
            self.cancel(number)
        self.tell()


def asked(over: JsonObject, arm: Arm, number: int, model: str) -> dict[str, Any]:
    """All that a student asks with: the arm, with a seed of this student's own where it sets none, and an end."""
    values = {"stream": True, **asked_of(arm, number, model), **over}
    most = values.get("max_tokens")
    return {**values, "max_tokens": min(most, MOST_TOKENS) if type(most) is int and most > 0 else MOST_TOKENS}


def said_of(asked: Said, answer: Answer, plan: Plan, number: int) -> Said:
    """What a room keeps of an answer."""
    if answer.error is not None:
        return replace(asked, text=answer.text, ended=answer.ended, error=str(answer.error))
    outcome = Outcome(0, number, (answer,))
    (measured,) = values(plan.measure, [outcome], ())
    return replace(asked, text=outcome.said, ended=answer.ended, measured=measured)


def is_here(member: Member, live: dict[int, Live]) -> str:
    """Where a student is, in a word."""
    if (under_way := live.get(member.number)) is not None:
        return "waiting" if under_way.place else "reading"
    if member.said is not None:
        return "answered"
    return "predicted" if member.prediction is not None else "here"
