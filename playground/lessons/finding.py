"""What an experiment has found: the measure of each answer, arm by arm, and whether each claim of the lesson holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.lessons.claim import Claim
from playground.lessons.lesson import Lesson
from playground.lessons.measures import Values, values
from playground.lessons.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """Of `measured` answers, `count` are as the claim says; whether it holds."""

    claim: Claim
    count: int
    measured: int
    held: bool


def by_arm(lesson: Lesson, outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """The outcomes of each arm."""
    return [[outcome for outcome in outcomes if outcome.arm == arm] for arm in range(len(lesson.arms))]


def findings(lesson: Lesson, outcomes: Sequence[Outcome]) -> list[Finding]:
    """Each claim of a lesson, held against what came."""
    arms = by_arm(lesson, outcomes)
    measured: dict[str, Values] = {
        arm.label: values(lesson.measure, came, arms[0]) for arm, came in zip(lesson.arms, arms, strict=True)
    }
    return [_found(claim, measured[claim.arm]) for claim in lesson.claims]


def _found(claim: Claim, measured: Values) -> Finding:
    known = sum(value is not None for value in measured)
    return Finding(claim, claim.count(measured), known, claim.held(measured))
