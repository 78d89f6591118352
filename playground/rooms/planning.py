"""A plan out of what a teacher typed, or out of a lesson, within its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.lessons.lesson import Arm, Lesson, Measure
from playground.lessons.measures import MEASURES
from playground.rooms.room import (
    LONGEST_PROMPT,
    LONGEST_PROMPT_BYTES,
    LONGEST_TEXT,
    MOST_CHOICES,
    MOST_STUDENTS,
    MOST_TOKENS,
    Plan,
    is_too_long,
)
from playground.sweeps.axis import SWEPT, Axis

_APART: Final = ("model", "messages", "stream", "diff_frequency", "pref_params", "n")
"""Of a room they have a place of their own, or none."""
VARIED: Final = tuple(name for name in SWEPT if name not in _APART)
"""The parameters whose values can be dealt out."""
MEASURED: Final = {n: kind for n, kind in MEASURES.items() if not kind.of and n not in ("pair", "differ")}
"""What can be measured of one answer, without a word to look for."""
USUAL_TOKENS: Final = 64
"""Of one answer, where the teacher says nothing."""
_LONGEST_CHOICE: Final = 200


def typed_plan(sent: Mapping[str, Any]) -> Plan:
    """The plan that a teacher typed. Raises InvalidRequest with what is wrong, each under its field."""
    problems: list[Problem] = []

    def text(name: str, most: int, needed: str = "") -> str:
        said = sent.get(name) or ""
        said = said.strip() if isinstance(said, str) else ""
        if len(said) > most:
            problems.append(Problem(name, "", "", said=f"{name} has at most {most} letters."))
        if most == LONGEST_PROMPT >= len(said) and is_too_long(said):
            said_so = f"{name} has at most {LONGEST_PROMPT_BYTES} bytes, of which emoji take four and more."
            problems.append(Problem(name, "", "", said=said_so))
        if needed and not said:
            problems.append(Problem(name, "", "", said=needed))
        return said

    listed = sent.get("choices")
    choices = tuple(
        each.strip() for each in (listed if isinstance(listed, list) else ()) if isinstance(each, str)
    )
    choices = tuple(each for each in choices if each)
    if len(choices) > MOST_CHOICES or any(len(each) > _LONGEST_CHOICE for each in choices):
        said = f"Up to {MOST_CHOICES} choices, each of at most {_LONGEST_CHOICE} letters."
        problems.append(Problem("choices", "", "", said=said))
    question = text("question", LONGEST_TEXT)
    if bool(question) != (len(choices) > 1):
        problems.append(
            Problem("choices", "", "", said="A question has two choices or more, one on each line.")
        )
    measure = str(sent.get("measure") or "distinct_1")
    if measure not in MEASURED:
        said = f"A measure is one of {', '.join(MEASURED)}."
        problems.append(Problem("measure", "", "", said=said))
    prompt = text("prompt", LONGEST_PROMPT, "Type what the class asks the model.")
    system = text("system", LONGEST_PROMPT)
    instruction = [{"role": "system", "content": system}] if system else []
    given = {
        **_parameters(sent.get("parameters")),
        "messages": [*instruction, {"role": "user", "content": prompt}],
    }
    varied = text("varied", 60)
    title, model = text("title", 120), text("model", 300) or "embedded"
    if problems:
        raise InvalidRequest(problems)
    arms, numbers = _arms(given, varied, sent.get("values"))
    right = sent.get("right")
    return Plan(
        arms,
        Measure(measure),
        title=title,
        question=question,
        choices=choices,
        right=right if type(right) is int and 0 <= right < len(choices) else None,
        model=model,
        varied=varied,
        numbers=numbers,
        is_free=sent.get("is_free") is True,
    )


def fits_a_class(lesson: Lesson) -> bool:
    """Whether a lesson can be given in a room: each arm is one answer of the model that the room asks."""
    return lesson.call == "create" and all("model" not in arm.values for arm in lesson.arms)


def lesson_plan(lesson: Lesson, model: str = "embedded", is_free: bool = False) -> Plan:
    """The plan that gives this lesson: its arms are dealt out, its question is predicted, its measure is plotted."""
    values = [arm.values.get(lesson.parameter) for arm in lesson.arms]
    numbers = tuple(float(each) for each in values if isinstance(each, (int, float)))
    return Plan(
        lesson.arms,
        lesson.measure,
        title=lesson.title,
        question=lesson.question,
        choices=lesson.choices,
        right=lesson.answer,
        model=model,
        varied=lesson.parameter,
        numbers=numbers if len(numbers) == len(values) else None,
        is_free=is_free,
        predict=lesson.texts.get("Predict", ""),
        reveal=lesson.texts.get("Reveal", ""),
    )


def _arms(
    given: Mapping[str, Any], varied: str, values: Any
) -> tuple[tuple[Arm, ...], tuple[float, ...] | None]:
    """An arm for each value that is dealt out, and the values as numbers. Raises InvalidRequest."""
    if not varied:
        return (Arm("", given),), None
    if varied == "model":
        raise InvalidRequest(
            [Problem("varied", "", "", said="A class asks one model; vary a parameter of it.")]
        )
    axis = Axis.of(varied, values if values is not None else "")
    if len(axis.values) > MOST_STUDENTS:
        said = f"At most {MOST_STUDENTS} values: as many as there are students."
        raise InvalidRequest([Problem("values", "", "", said=said)])
    arms = zip(axis.labels, axis.values, strict=True)
    return tuple(Arm(label, axis.beside(value, given)) for label, value in arms), axis.numbers


def _parameters(sent: Any) -> dict[str, Any]:
    """What is set for the whole class; an answer always has an end."""
    given = {n: v for n, v in sent.items() if n not in _APART} if isinstance(sent, dict) else {}
    most = given.get("max_tokens")
    return {**given, "max_tokens": min(most, MOST_TOKENS) if type(most) is int and most > 0 else USUAL_TOKENS}
