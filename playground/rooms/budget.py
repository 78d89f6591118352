"""What a room may still spend of its teacher's key, and how much of that one student may."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from playground.answer import Answer
from playground.errors import RoomError
from playground.rooms.room import MOST_STUDENTS, Room

LEAST_SHARE: Final = 3
"""Calls that every student has, however small the budget."""


def reserved(room: Room, number: int, tokens: int) -> Room:
    """With one call more for this student or the teacher, which may come to so many tokens.

    Raises RoomError where the budget, or a student's share of it, does not have them.
    """
    member, budget = room.members.get(number), room.budget
    if budget is not None:
        if budget.used_calls >= budget.calls or budget.used_tokens + tokens > budget.tokens:
            said = f"This room's budget is spent: {budget.used_calls} of {budget.calls} calls, "
            said += f"{budget.used_tokens} of {budget.tokens} tokens."
            raise RoomError(said, "The teacher can raise it.")
        share = max(LEAST_SHARE, budget.calls // MOST_STUDENTS)
        if member is not None and member.asked >= share:
            said = f"You have asked {member.asked} times, which is your share of this room's budget."
            raise RoomError(said, "The teacher can raise it.")
    return _counted(room, number, 1, tokens)


def settled(room: Room, reserved_tokens: int, tokens: int) -> Room:
    """With what a call has come to, in place of what it might have."""
    return _counted(room, None, 0, tokens - reserved_tokens)


def given_back(room: Room, number: int, reserved_tokens: int) -> Room:
    """Without a call that was never made."""
    return _counted(room, number, -1, -reserved_tokens)


def cost_of(answer: Answer, reserved_tokens: int) -> int:
    """The tokens of an answer; where its server counts none, all that it may have come to."""
    usage = answer.usage
    if usage.prompt_tokens is not None:
        return usage.prompt_tokens + usage.completion_tokens
    return reserved_tokens if usage.completion_tokens else 0


def raised(room: Room, calls: int, tokens: int) -> Room:
    """With other bounds; what is used stays used."""
    if room.budget is None:
        return room
    return replace(room, budget=replace(room.budget, calls=calls, tokens=tokens))


def _counted(room: Room, number: int | None, calls: int, tokens: int) -> Room:
    member, budget = room.members.get(number or 0), room.budget
    if member is not None:
        counted = replace(member, asked=max(0, member.asked + calls))
        room = replace(room, members={**room.members, member.number: counted})
    if budget is None:
        return room
    used_calls, used_tokens = max(0, budget.used_calls + calls), max(0, budget.used_tokens + tokens)
    return replace(room, budget=replace(budget, used_calls=used_calls, used_tokens=used_tokens))
