"""What can be done in a room, each a function from the room before to the room after; what cannot raises RoomError."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from unicodedata import category

from playground.errors import RoomError
from playground.lessons.lesson import Arm
from playground.rooms.deal import dealt, for_a_late_one
from playground.rooms.room import LONGEST_NAME, MOST_STUDENTS, STEPS, Member, Room, Said, Step

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Kinds of characters: controls, marks of direction, halves, and what no font has."""
_FILLERS: Final = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters by their kind, of which nothing is seen."""


def needs_open(room: Room) -> None:
    """Raises RoomError where nothing can be done any more."""
    if room.step == "closed":
        raise RoomError("This room has been closed.", "Ask your teacher for a new code.")


def joined(room: Room, token: str, name: str = "") -> tuple[Room, Member]:
    """With one student more; `token` is the hash of what this one is known by."""
    needs_open(room)
    if len(room.members) >= MOST_STUDENTS:
        raise RoomError(f"This room is full: {MOST_STUDENTS} students are in it.", "Ask your teacher.")
    place = None
    if _is_dealt(room):
        held = [each.place for each in room.members.values() if each.place is not None]
        place = for_a_late_one(len(room.plan.arms), held)
    member = Member(max(room.members, default=0) + 1, token, named(name), place)
    return _with(room, member), member


def named(name: object) -> str:
    """A name as it is shown: one line, not long, nothing in it that cannot be seen or turns what stands beside it.

    >>> named(" Ada\\u202e\\n Lovelace\\u200b ")
    'Ada Lovelace'
    """
    if not isinstance(name, str):
        return ""
    return " ".join("".join(filter(_is_seen, name)).split())[:LONGEST_NAME].strip()


def _is_seen(letter: str) -> bool:
    return letter.isspace() or not (category(letter) in _UNSEEN or letter in _FILLERS)


def renamed(room: Room, number: int, name: str) -> Room:
    """With this student's name, which no file keeps: the student's own browser brings it again."""
    return _with(room, replace(_member(room, number), name=named(name)))


def predicted(room: Room, number: int, choice: object) -> Room:
    """With this student's prediction; it can be changed until the class runs."""
    _needs(room, "predict", "A prediction is made before the class runs.")
    if type(choice) is not int or not 0 <= choice < len(room.plan.choices):
        raise RoomError("The question has no such choice.", "Choose one of those that are shown.")
    return _with(room, replace(_member(room, number), prediction=choice))


def may_ask(room: Room, number: int) -> Member:
    """The student who asks the model now."""
    _needs(room, "run", "The model is asked when the class runs.")
    return _member(room, number)


def answered(room: Room, number: int, said: Said) -> Room:
    """With the answer that came for this student."""
    member = _member(room, number)
    return _with(room, replace(member, said=latest(member.said, said)))


def latest(before: Said | None, said: Said) -> Said:
    """What stays of two answers: the later one; but where it failed, its error beside the one that was there."""
    if said.error and before is not None and before.is_good and before.text:
        return replace(before, error=said.error)
    return said


def chosen(room: Room, number: int, whose: object) -> Room:
    """With this student's vote for an answer on the wall, which is there after the reveal."""
    _needs(room, "reveal", "Answers are voted on when the teacher has revealed them.")
    other = room.members.get(whose) if type(whose) is int else None
    if other is None or other.said is None:
        raise RoomError("There is no such answer on the wall.", "Choose one of those that are shown.")
    return _with(room, replace(_member(room, number), vote=other.number))


def moved(room: Room, step: object) -> Room:
    """At this step; back too. With the run each student gets one of the arms."""
    found: Step | None = next((each for each in STEPS if each == step), None)
    if found is None or room.step == "closed":
        raise RoomError("A room goes from gathering to predict, run, reveal and closed.", "Open a new one.")
    moved = replace(room, step=found, is_paused=False)
    return _dealt_out(moved) if found == "run" and not _is_dealt(room) else moved


def paused(room: Room, is_paused: bool) -> Room:
    """Paused, where nothing can be done but by the teacher, or going on."""
    return replace(room, is_paused=is_paused)


def arm_of(room: Room, member: Member) -> Arm:
    """What this student asks with."""
    return room.plan.arms[member.place or 0]


def without_names(room: Room) -> Room:
    """What may be kept on a disk."""
    return replace(room, members={n: replace(member, name="") for n, member in room.members.items()})


def _is_dealt(room: Room) -> bool:
    return any(member.place is not None for member in room.members.values()) or room.step == "run"


def _dealt_out(room: Room) -> Room:
    places = dealt(len(room.plan.arms), len(room.members))
    members = dict(room.members)
    for (number, member), place in zip(room.members.items(), places, strict=False):
        members[number] = replace(member, place=place)
    return replace(room, members=members)


def _needs(room: Room, step: Step, why: str) -> None:
    if room.step != step:
        raise RoomError(why, "Wait for your teacher.")
    if room.is_paused:
        raise RoomError("The room is paused.", "Wait for your teacher.")


def _member(room: Room, number: int) -> Member:
    found = room.members.get(number)
    if found is None:
        raise RoomError("You are not in this room any more.", "Join it again with its code.")
    return found


def _with(room: Room, member: Member) -> Room:
    return replace(room, members={**room.members, member.number: member})
