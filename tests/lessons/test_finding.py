"""What an experiment has found: an answer that failed bears out nothing."""

from __future__ import annotations

from typing import Final

import pytest

from playground.answer import Answer
from playground.errors import StreamFailed
from playground.lessons.claim import Claim
from playground.lessons.finding import findings
from playground.lessons.lesson import Lesson
from playground.lessons.outcome import Outcome
from playground.lessons.shelf import OURS, load

LESSONS: Final = load(OURS, ours=True).lessons
FAILED: Final = Answer(ended="error", error=StreamFailed("It refuses that parameter.", "Leave it out."))


def said(text: str) -> Answer:
    """A whole answer."""
    return Answer(text=text, ended="done", finish_reason="stop")


def came(lesson: Lesson, *answers: Answer) -> list[Outcome]:
    """The same answer of an arm at each of its seeds."""
    return [Outcome(arm, seed, (answer,)) for arm, answer in enumerate(answers) for seed in lesson.seeds]


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("logit_bias", (said("Paris."), FAILED)),  # no Paris in it, since there is nothing in it
        ("temperature", (said("A cat."), FAILED, FAILED)),  # another text than the first
        ("temperature", (FAILED, said("A dog."), said("A cow."))),
        ("stop", (said("4, 5, 6"), FAILED)),
    ],
)
def test_a_refused_parameter_bears_out_nothing(name: str, answers: tuple[Answer, ...]) -> None:
    """Where an arm got no answer, no claim of it holds, though it says that something does not come."""
    lesson = LESSONS[name]
    failed = {lesson.arms[at].label for at, answer in enumerate(answers) if answer is FAILED}
    for found in findings(lesson, came(lesson, *answers)):
        if found.claim.arm in failed:
            assert (found.count, found.measured, found.held) == (0, 0, False)


def test_a_refusal_is_what_one_lesson_measures() -> None:
    """Of a model that is not there."""
    assert [f.held for f in findings(LESSONS["model"], came(LESSONS["model"], said("Paris"), FAILED))] == [
        True,
        True,
    ]


def test_a_claim_holds_whatever_is_unknown() -> None:
    """Six of eight are enough where two are missing; with five and three missing it is not known."""
    six = Claim("hot", 6, 8, 8)
    assert six.held([1.0] * 6 + [None] * 2)
    assert not six.held([1.0] * 5 + [None] * 3)
    assert not Claim("cold", 0, 0, 8).held([0.0] * 7)
