"""What can be done in a room, and what a room comes to."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.answer import Answer, Usage
from playground.errors import InvalidRequest, RoomError
from playground.lessons.shelf import shelf_of
from playground.rooms import budget, rules, sampler
from playground.rooms.attempts import MOST_WRONG, MOST_WRONG_IN_ALL, WINDOW_S, Attempts
from playground.rooms.csv_file import csv_of
from playground.rooms.deal import dealt, for_a_late_one
from playground.rooms.planning import fits_a_class, lesson_plan, typed_plan
from playground.rooms.room import MOST_STUDENTS, Budget, Candidate, Room, Said
from playground.rooms.tallies import histogram, means, points, wall_votes, word_votes
from playground.rooms.tokens import LETTERS, code_of, fits, fresh_code, fresh_token, hashed

PLAN = typed_plan(
    {
        "prompt": "Say something.",
        "question": "What happens?",
        "choices": ["Much", "Little"],
        "right": 0,
        "varied": "temperature",
        "values": "0, 1, 2",
        "measure": "words",
    }
)


def room(students: int = 0) -> Room:
    """A room with so many students."""
    opened = Room("ABCDEF", "hash", PLAN, 0.0, 3600.0)
    for number in range(students):
        opened, _ = rules.joined(opened, f"hash-{number}", f"Name {number}")
    return opened


@given(st.integers(1, 40), st.integers(1, 30))
def test_values_are_dealt_evenly(values: int, students: int) -> None:
    """No value is held by two more than any other, and with fewer students than values both ends are held."""
    held = Counter(dealt(values, students))
    assert sum(held.values()) == students
    assert max(held.values()) - min(held[value] for value in range(values)) <= 1
    if 1 < students <= values:
        assert {0, values - 1} <= held.keys()


def test_one_who_comes_late_has_the_value_that_is_missing() -> None:
    """Whoever joins while the class runs fills the gap."""
    assert for_a_late_one(5, (0, 1, 4)) == 2
    running = rules.moved(room(2), "run")
    after, late = rules.joined(running, "late")
    assert [member.place for member in after.members.values()] == [0, 2, 1]
    assert late.place == 1


def test_each_step_has_what_can_be_done_in_it() -> None:
    """A prediction before the run alone, an ask while it runs, a vote after the reveal; nothing while paused."""
    gathered = room(2)
    with pytest.raises(RoomError, match="before the class runs"):
        rules.predicted(gathered, 1, 0)
    predicting = rules.moved(gathered, "predict")
    predicted = rules.predicted(predicting, 1, 1)
    assert histogram(predicted) == (0, 1)
    for wrong in (2, -1, True, "0", None):
        with pytest.raises(RoomError, match="no such choice"):
            rules.predicted(predicting, 1, wrong)
    with pytest.raises(RoomError, match="paused"):
        rules.predicted(rules.paused(predicting, True), 1, 1)
    with pytest.raises(RoomError, match="asked when the class runs"):
        rules.may_ask(predicted, 1)
    running = rules.moved(predicted, "run")
    with pytest.raises(RoomError, match="before the class runs"):
        rules.predicted(running, 2, 0)
    answered = rules.answered(running, 1, Said("two words", measured=2.0))
    with pytest.raises(RoomError, match="revealed"):
        rules.chosen(answered, 2, 1)
    revealed = rules.moved(answered, "reveal")
    with pytest.raises(RoomError, match="no such answer"):
        rules.chosen(revealed, 1, 2)
    voted = rules.chosen(rules.chosen(revealed, 2, 1), 1, 1)
    assert wall_votes(voted) == {1: 2}
    closed = rules.moved(voted, "closed")
    with pytest.raises(RoomError, match="closed"):
        rules.joined(closed, "more")
    with pytest.raises(RoomError, match="Open a new one"):
        rules.moved(closed, "run")


def test_a_room_has_room_for_thirty() -> None:
    """The thirty-first is told that it is full."""
    full = room(MOST_STUDENTS)
    with pytest.raises(RoomError, match="full"):
        rules.joined(full, "more")


def test_the_whole_class_is_a_sweep() -> None:
    """A mean at each value of what was measured; a prompt of one's own and a failure are no part of it."""
    running = rules.moved(room(4), "run")
    for number, said in enumerate(
        (
            Said("a", measured=1.0),
            Said("b", measured=5.0),
            Said("", error="It failed."),
            Said("c", measured=2.0),
        ),
        1,
    ):
        running = rules.answered(running, number, said)
    assert means(running) == {0: 1.5, 1: 5.0}
    own = rules.answered(running, 4, Said("c", prompt="Something else.", measured=9.0))
    assert means(own) == {0: 1.0, 1: 5.0}
    changed = replace(running, plan=replace(PLAN, measure=replace(PLAN.measure, name="changed")))
    assert [point.measured for point in points(changed)] == [0.0, 1.0, 1.0]


def test_the_room_draws_from_its_votes_and_from_the_models_bars() -> None:
    """A word comes as often as it has votes, or as the model's bars say; none without votes or bars."""
    begun = sampler.begun(room(3), "Once", (1, 2))
    offered = sampler.offered(begun, (Candidate(7, " upon", 0.9), Candidate(8, " more", 0.1)))
    weights: list[object] = []

    def draw(given: object) -> int:
        weights.append(given)
        return 0

    with pytest.raises(RoomError, match="Nobody has voted"):
        sampler.drawn(offered, "class", draw)
    voted = sampler.voted(sampler.voted(sampler.voted(offered, 1, 0, 0), 2, 0, 0), 1, 1, 0)
    assert voted.sampler is not None
    assert word_votes(voted.sampler) == (1, 1)
    after = sampler.drawn(voted, "class", draw).sampler
    assert after is not None
    assert (sampler.text_of(after), after.ids, after.candidates, after.votes) == (
        "Once more",
        (1, 2, 8),
        (),
        {},
    )
    sampler.drawn(voted, "model", draw)
    assert weights == [(1, 1), [0.1, 0.9]]
    for wrong in (2, True, "0"):
        with pytest.raises(RoomError, match="no such word"):
            sampler.voted(offered, 1, wrong, 0)


def test_a_late_vote_counts_for_no_other_word() -> None:
    """Words are offered by the alphabet, and a vote says behind how many it is; where none are there, none is drawn."""
    words = (Candidate(3, " the", 0.5), Candidate(1, "An", 0.1), Candidate(2, " a", 0.4))
    offered = sampler.offered(sampler.begun(room(1), "Once", (1,)), words)
    assert offered.sampler is not None
    assert [each.text for each in offered.sampler.candidates] == [" a", "An", " the"]
    after = sampler.drawn(offered, "model", lambda _: 0)
    assert sampler.has_lost_its_words(after) and not sampler.has_lost_its_words(offered)
    again = sampler.offered(after, words)
    for late in (0, None, 2):
        with pytest.raises(RoomError, match="drawn already"):
            sampler.voted(again, 1, 0, late)
    assert sampler.voted(again, 1, 0, 1).sampler != again.sampler


def test_a_name_is_what_is_seen() -> None:
    """Nothing that turns what stands beside it, or that nobody sees; other scripts and emoji stay."""
    assert rules.named("\u202eevil\x00\u200b\tname\ud800") == "evil name"
    assert [rules.named(each) for each in ("\u3164", "\u200b\u2060", " \x7f ", 5)] == [""] * 4
    assert (
        rules.named("\u017diga \u0939\u093f\u0928\u094d\u0926\u0940 \U0001f600")
        == "\u017diga \u0939\u093f\u0928\u094d\u0926\u0940 \U0001f600"
    )


def test_what_failed_takes_nothing_away() -> None:
    """The first answer stays, and is measured; the error of the second stands beside it until another one comes."""
    running = rules.moved(room(1), "run")
    good = Said("One two", ended="done", measured=2.0)
    failed = Said("One", ended="error", error="It broke.", measured=None)
    first = rules.answered(running, 1, failed)
    assert first.members[1].said == failed and not points(first)
    both = rules.answered(rules.answered(rules.answered(first, 1, good), 1, failed), 1, failed)
    assert both.members[1].said == replace(good, error="It broke.")
    assert [point.measured for point in points(both)] == [2.0]
    later = Said("Three", ended="done", measured=1.0)
    assert rules.answered(both, 1, later).members[1].said == later


def test_a_budget_is_held() -> None:
    """What is under way counts whole; what it came to takes its place; what was never asked is given back."""
    paid = replace(room(1), budget=Budget(2, 100))
    once = budget.reserved(paid, 1, 80)
    with pytest.raises(RoomError, match="1 of 2 calls, 80 of 100 tokens"):
        budget.reserved(once, 1, 30)
    twice = budget.reserved(budget.settled(once, 80, 10), 1, 80)
    with pytest.raises(RoomError, match="spent"):
        budget.reserved(budget.settled(twice, 80, 1), 1, 1)
    assert budget.given_back(once, 1, 80) == paid
    assert budget.reserved(room(1), 1, 10**9).budget is None
    assert budget.cost_of(Answer(usage=Usage(None, 1, True)), 80) == 80
    assert budget.cost_of(Answer(usage=Usage(None, 0, True), ended="error"), 80) == 0
    assert budget.cost_of(Answer(usage=Usage(5, 2, False)), 80) == 7


@pytest.mark.parametrize(("calls", "share"), [(30, 3), (300, 10)])
def test_no_student_spends_what_is_others(calls: int, share: int) -> None:
    """Each has a share of the calls; the teacher has them all."""
    paid = replace(room(2), budget=Budget(calls, 10**6))
    for _ in range(share):
        paid = budget.reserved(paid, 1, 1)
    with pytest.raises(RoomError, match=f"asked {share} times"):
        budget.reserved(paid, 1, 1)
    paid = budget.reserved(paid, 2, 1)
    for _ in range(share + 1):
        paid = budget.reserved(paid, 0, 1)
    assert paid.budget is not None and paid.budget.used_calls == 2 * share + 2


def test_the_csv_has_no_names_and_runs_nothing() -> None:
    """A row for each student, by number; a cell that a spreadsheet would run is text."""
    running = rules.answered(rules.moved(room(2), "run"), 1, Said('=HYPERLINK("x")', measured=1.0))
    text = csv_of(running)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["student"] for row in rows] == ["1", "2"]
    assert rows[0]["answer"] == '\'=HYPERLINK("x")'
    assert rows[0]["words"] == "1.0"
    assert "Name" not in text


def test_codes_are_of_letters_that_nobody_confuses() -> None:
    """Six of them; typed with spaces and small letters they are the same."""
    codes = {fresh_code() for _ in range(1000)}
    assert len(codes) > 990 and all(len(code) == 6 and set(code) <= set(LETTERS) for code in codes)
    assert not set("IOS") & set(LETTERS)
    assert [code_of(typed) for typed in ("abc-def ", "ABCDE", "ABCDEO", None, "A" * 50)] == [
        "ABCDEF",
        *[""] * 4,
    ]
    token = fresh_token()
    assert fits(token, hashed(token)) and not fits(token + "x", hashed(token))


def test_codes_cannot_be_guessed() -> None:
    """After ten wrong ones an address waits a minute, and after a hundred everybody does."""
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(MOST_WRONG):
        attempts.check("a")
        attempts.wrong("a")
    with pytest.raises(RoomError, match="in 60 s"):
        attempts.check("a")
    attempts.check("b")
    for number in range(MOST_WRONG_IN_ALL):
        attempts.wrong(f"other-{number}")
    with pytest.raises(RoomError):
        attempts.check("b")
    now[0] = WINDOW_S
    attempts.check("a")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"prompt": " "}, "prompt"),
        ({"prompt": "a" * 601}, "prompt"),
        ({"prompt": "\U0001f600" * 176}, "prompt"),
        ({"question": "What?", "choices": ["One"]}, "choices"),
        ({"question": "", "choices": ["One", "Two"]}, "choices"),
        ({"question": "What?", "choices": ["a"] * 9}, "choices"),
        ({"measure": "beauty"}, "measure"),
        ({"measure": "contains"}, "measure"),
        ({"varied": "model", "values": "a, b"}, "varied"),
        ({"varied": "temperature", "values": ""}, "temperature"),
        ({"varied": "temperature", "values": "0 to 2 step 0.05"}, "values"),
    ],
)
def test_a_plan_keeps_its_bounds(sent: dict[str, object], field: str) -> None:
    """What a teacher typed wrong is told under its field."""
    with pytest.raises(InvalidRequest) as told:
        typed_plan({"prompt": "Say something.", **sent})
    assert field in {problem.parameter for problem in told.value.problems}


def test_the_lessons_are_given_in_a_room() -> None:
    """Each lesson of one answer an arm becomes a plan with its question; the others are not offered."""
    lessons = shelf_of(None).lessons
    fitting = [lesson for lesson in lessons.values() if fits_a_class(lesson)]
    assert {"temperature", "tools", "messages"} <= {lesson.id for lesson in fitting}
    assert "diff_frequency" not in {lesson.id for lesson in fitting}
    for lesson in fitting:
        plan = lesson_plan(lesson)
        assert (plan.question, plan.choices, plan.right) == (lesson.question, lesson.choices, lesson.answer)
        assert plan.prompt
    temperature = lesson_plan(lessons["temperature"])
    assert temperature.numbers == (0.0, 0.7, 1.5)
    assert json.dumps(temperature.reveal).count("At 0 the seed had nothing to decide") == 1
