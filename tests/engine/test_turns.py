"""Turns at the engine: fair, visible, and given back."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.turns import PASSED_AT_MOST, Ticket, Turns
from playground.errors import EngineBusy


def test_nobody_waits_for_two_answers_of_another() -> None:
    """Who asks again while others wait is behind them."""
    turns = Turns(1)
    first, again = turns.join("a"), turns.join("a")
    other = turns.join("b")
    assert (first.seat, other.place, again.place) == (0, 1, 2)
    turns.leave(first)
    assert (other.seat, again.place) == (0, 1)
    turns.leave(other)
    assert again.seat == 0


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=30))
def test_nobody_is_ahead_by_two(owners: list[str]) -> None:
    """However the queue stands, whoever gets an answer has had at most as many as each who still waits."""
    turns = Turns(1)
    tickets = [turns.join(owner) for owner in owners]
    served = dict.fromkeys(owners, 0)
    while seated := [ticket for ticket in tickets if ticket.seat is not None]:
        (ticket,) = seated
        waiting = {each.owner for each in tickets if each.place}
        assert all(served[str(ticket.owner)] <= served[str(owner)] for owner in waiting)
        served[str(ticket.owner)] += 1
        turns.leave(ticket)
    assert sum(served.values()) == len(owners)


def test_nobody_starves() -> None:
    """However many newcomers come, and they go first, whoever has had an answer has another after a few of them."""
    turns = Turns(1)
    seated, again = turns.join("a"), turns.join("a")
    for served in range(PASSED_AT_MOST + 1):
        newcomer = turns.join(served)
        turns.leave(seated)
        if again.seat is not None:
            break
        seated = newcomer
    assert served == PASSED_AT_MOST
    assert newcomer.place == 1


def test_a_full_queue_says_when_to_come_again() -> None:
    """Nobody waits behind more than there is room for; with a place given back there is room again."""
    turns = Turns(1, room=2)
    _, waiting, last = (turns.join(owner) for owner in "abc")
    with pytest.raises(EngineBusy, match=r"2 wait.*in about 10 s"):
        turns.join("d")
    turns.leave(waiting)
    assert (last.place, turns.join("d").place) == (1, 2)


def test_the_teacher_goes_first() -> None:
    """There is a seat for the teacher while all others are taken; a second question is before everybody else's."""
    turns = Turns(2, reserved=1)
    students = [turns.join(number) for number in range(4)]
    teacher, more = turns.join("teacher", is_first=True), turns.join("teacher", is_first=True)
    assert (teacher.seat, more.place, [each.place for each in students]) == (2, 1, [0, 0, 2, 3])
    turns.leave(students[0])
    turns.leave(students[1])
    assert (more.seat, students[2].seat) == (0, 1)


def test_a_place_is_told_in_seconds_and_given_back() -> None:
    """By how long the last answers took; who leaves makes room for who is behind."""
    now = [0.0]
    turns = Turns(1, clock=lambda: now[0])
    first, second, third = (turns.join(owner) for owner in "abc")
    assert (second.place, second.seconds, third.place) == (1, 5.0, 2)
    second.moved.clear()
    third.moved.clear()
    turns.leave(second)
    assert (third.place, third.moved.is_set()) == (1, True)
    now[0] = 8.0
    turns.end(first)
    turns.leave(first)
    assert third.seat == 0
    assert turns.join("d").seconds == 8.0


def test_the_seconds_are_those_that_pass() -> None:
    """Of seats that were taken together nobody gets up before the usual time: who waits is told what is left of it."""
    now = [0.0]
    turns = Turns(30, clock=lambda: now[0])
    seated = [turns.join(number) for number in range(30)]
    first, second = turns.join("first"), turns.join("second")
    assert first.seconds == 37.5 < second.seconds < 39
    now[0] = 10.0
    asyncio.run(told(turns, first))
    assert first.seconds == 27.5
    now[0] = 40.0
    for each in seated:
        turns.end(each)
    again = [turns.join(number) for number in range(28)]
    late = turns.join("late")
    assert late.seconds == 40.0
    now[0] = 55.0
    turns.leave(again[0])
    assert late.seat is not None


def test_who_leaves_early_tells_nothing_of_how_long_others_take() -> None:
    """Nor does a failure; an answer that runs to its end does."""
    now = [0.0]
    turns = Turns(1, clock=lambda: now[0])
    with suppress(EngineBusy), turns.place():
        now[0] += 0.1
        raise EngineBusy("It is gone.")
    with turns.place():
        assert turns.join().seconds == 5.0
        now[0] += 9.0
    assert turns.join().seconds == 9.0


def test_an_answer_that_takes_longer_than_usual_makes_all_wait_longer() -> None:
    """Nobody is told "about 1 s" for ten seconds: what is overdue is shared by the seats, and is the pace from now."""
    now = [0.0]
    turns = Turns(2, clock=lambda: now[0])
    turns.join("a"), turns.join("b")
    first, second = turns.join("c"), turns.join("d")
    now[0] = 15.0
    asyncio.run(told(turns, first))
    assert (first.seconds, second.seconds) == (5.0, 12.5)


async def told(turns: Turns, ticket: Ticket) -> None:
    """Whoever waits has been told once more."""
    await anext(turns.waited(ticket))
