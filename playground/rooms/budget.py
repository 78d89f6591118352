"""What a room may still spend of its teacher's key."""

from __future__ import annotations

from dataclasses import replace

from playground.errors import RoomError
from playground.rooms.room import Room


def reserved(room: Room, tokens: int) -> Room:
    """With one call more, which may come to so many tokens. Raises RoomError where the budget does not have them."""
    budget = room.budget
    if budget is None:
        return room
    if budget.used_calls >= budget.calls or budget.used_tokens + tokens > budget.tokens:
        said = f"This room's budget is spent: {budget.used_calls} of {budget.calls} calls, "
        raise RoomError(f"{said}{budget.used_tokens} of {budget.tokens} tokens.", "The teacher can raise it.")
    used = replace(budget, used_calls=budget.used_calls + 1, used_tokens=budget.used_tokens + tokens)
    return replace(room, budget=used)


def settled(room: Room, reserved_tokens: int, tokens: int) -> Room:
    """With what a call has come to, in place of what it might have."""
    if room.budget is None:
        return room
    used = max(0, room.budget.used_tokens - reserved_tokens + tokens)
    return replace(room, budget=replace(room.budget, used_tokens=used))


def given_back(room: Room, reserved_tokens: int) -> Room:
    """Without a call that was never made."""
    if room.budget is None:
        return room
    calls = max(0, room.budget.used_calls - 1)
    return settled(replace(room, budget=replace(room.budget, used_calls=calls)), reserved_tokens, 0)


def raised(room: Room, calls: int, tokens: int) -> Room:
    """With other bounds; what is used stays used."""
    if room.budget is None:
        return room
    return replace(room, budget=replace(room.budget, calls=calls, tokens=tokens))
