"""What a teacher opens a room with, read from the page's JSON and held against what the model takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ModelRef
from playground.errors import InvalidRequest, Problem
from playground.lessons.lesson import Lesson
from playground.rooms.asking import Asker
from playground.rooms.classroom import asked
from playground.rooms.planning import fits_a_class, lesson_plan, typed_plan
from playground.rooms.room import MOST_MINUTES, MOST_STUDENTS, Budget, Plan
from playground.servers import Target

_MOST_CALLS: Final = 10_000
_MOST_TOKENS: Final = 10_000_000


async def checked_plan(
    sent: Mapping[str, Any], lessons: Mapping[str, Lesson], asker: Asker, target: Target
) -> Plan:
    """The plan, each of whose arms the model takes. Raises InvalidRequest."""
    plan = _plan(sent, lessons)
    if (model := ModelRef.parse(plan.model)) is not None and model.provider == "embedded" and model.id:
        said = "A class asks the model that comes along (embedded), or one of a server: others have too few seats."
        raise InvalidRequest([Problem("model", "", "", said=said)])
    for arm in plan.arms:
        typed = {name: value for name, value in arm.values.items() if name == "max_tokens"}
        await asker.request({**asked({}, arm, 1, plan.model), **typed}, target)
    return plan


def _plan(sent: Mapping[str, Any], lessons: Mapping[str, Lesson]) -> Plan:
    if not (name := sent.get("lesson")):
        return typed_plan(sent)
    lesson = lessons.get(str(name))
    if lesson is None or not fits_a_class(lesson):
        raise InvalidRequest([Problem("lesson", "", "", said="There is no such lesson for a class.")])
    return lesson_plan(lesson, str(sent.get("model") or "embedded"), sent.get("is_free") is True)


def minutes_of(sent: Mapping[str, Any]) -> int:
    """How long the room lives. Raises InvalidRequest."""
    return _whole(sent, "minutes", 90, MOST_MINUTES)


def bounds_of(sent: Mapping[str, Any]) -> Budget:
    """What asking may cost, where it costs something. Raises InvalidRequest."""
    calls = _whole(sent, "calls", 10 * MOST_STUDENTS, _MOST_CALLS)
    return Budget(calls, _whole(sent, "tokens", 100_000, _MOST_TOKENS))


def _whole(sent: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    said = sent.get(name)
    if said is None:
        return usual
    if type(said) is not int or not 1 <= said <= most:
        raise InvalidRequest([Problem(name, "", "", said=f"{name} is a whole number from 1 to {most:,}.")])
    return said
