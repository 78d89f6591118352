"""Lessons as rows of JSON: the list, one with its text as blocks, and what an experiment has found so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.lessons.finding import by_arm, findings
from playground.lessons.lesson import Lesson
from playground.lessons.measures import MEASURES, label, values
from playground.lessons.outcome import Outcome
from playground.lessons.shelf import Shelf
from playground.markdown.growing import document
from playground.sweeps.intervals import mean_of
from playground.sweeps.metrics import Metric

MOST_SAID: Final = 8
"""Different answers of an arm that are told; the others are counted."""


def shelf_row(shelf: Shelf) -> dict[str, Any]:
    """The list: each lesson in a line, the courses, and what is wrong with files of a teacher's own."""
    return {
        "lessons": [
            {
                "id": lesson.id,
                "title": lesson.title,
                "about": lesson.about,
                "minutes": lesson.minutes,
                "parameter": lesson.parameter,
                "ours": lesson.ours,
            }
            for lesson in shelf.lessons.values()
        ],
        "courses": [
            {"title": course.title, "about": course.about, "lessons": list(course.lessons)}
            for course in shelf.courses
        ],
        "mistakes": list(shelf.mistakes),
    }


def lesson_row(lesson: Lesson) -> dict[str, Any]:
    """One lesson, whole. What the page sets for it is what all its arms have in common, and the first arm's own."""
    measure = MEASURES[lesson.measure.name]
    return {
        "id": lesson.id,
        "title": lesson.title,
        "about": lesson.about,
        "minutes": lesson.minutes,
        "parameter": lesson.parameter,
        "call": lesson.call,
        "arms": [arm.label for arm in lesson.arms],
        "runs": len(lesson.seeds),
        "numbers": numbers(lesson),
        "measure": {
            "label": label(lesson.measure),
            "what": measure.what,
            "is_share": measure.is_share,
        },
        "plot": lesson.plot,
        "shown": list(lesson.shown),
        "locked": list(lesson.locked),
        "question": lesson.question,
        "choices": list(lesson.choices),
        "answer": lesson.answer,
        "texts": {name: document(text) for name, text in lesson.texts.items()},
        "sources": [{"title": source.title, "url": source.url} for source in lesson.sources],
        "setup": setup(lesson),
    }


def setup(lesson: Lesson) -> dict[str, Any]:
    """What the page's rows are set to, the messages before the question, and the question."""
    given = {name: value for name, value in lesson.arms[0].values.items() if value is not None}
    messages = list(given.pop("messages"))
    given.pop("model", None)
    last = messages[-1]
    asks = last.get("role") == "user" and isinstance(last.get("content"), str)
    return {
        "parameters": given,
        "messages": messages[:-1] if asks else messages,
        "draft": last["content"] if asks else "",
    }


def numbers(lesson: Lesson) -> list[float] | None:
    """The values of the arms where they are numbers, in the place of which a line can be drawn; else None."""
    found = [arm.values.get(lesson.parameter) for arm in lesson.arms]
    plain = [float(v) for v in found if isinstance(v, (int, float)) and not isinstance(v, bool)]
    return plain if len(plain) == len(found) and len(set(plain)) == len(plain) else None


def found_row(lesson: Lesson, outcomes: Sequence[Outcome], ids: Mapping[int, str]) -> dict[str, Any]:
    """What has come so far, arm by arm. `ids` has the answer of an arm whose dice can be opened."""
    arms = by_arm(lesson, outcomes)
    return {
        "done": len(outcomes),
        "total": lesson.runs,
        "arms": [
            {**_arm_row(lesson, came, arms[0]), "id": ids.get(arm, "")} for arm, came in enumerate(arms)
        ],
    }


def _arm_row(lesson: Lesson, came: Sequence[Outcome], first: Sequence[Outcome]) -> dict[str, Any]:
    measure = MEASURES[lesson.measure.name]
    metric = Metric(
        lesson.measure.name, label(lesson.measure), "", measure.what, is_share=measure.is_share,
        most=1.0 if measure.is_share else None,
    )  # fmt: skip
    measured = values(lesson.measure, came, first)
    mean = mean_of([measured], metric)
    said = Counter(outcome.said for outcome in sorted(came, key=lambda outcome: outcome.seed))
    return {
        "count": sum(value is not None for value in measured),
        "yes": sum(value == 1.0 for value in measured) if measure.is_share else None,
        "mean": mean.to_dict() if mean else None,
        "said": [[text, times] for text, times in said.most_common(MOST_SAID)],
        "more": max(0, len(said) - MOST_SAID),
        "failed": sum(outcome.failed for outcome in came),
    }


def claim_rows(lesson: Lesson, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Each claim of a lesson, in words, and whether what came bears it out."""
    is_share = MEASURES[lesson.measure.name].is_share
    return [
        {
            "arm": found.claim.arm,
            "expected": found.claim.words,
            "condition": "" if is_share else str(found.claim.condition),
            "count": found.count,
            "runs": found.measured,
            "held": found.held,
        }
        for found in findings(lesson, outcomes)
    ]
