"""A plan out of what a teacher typed, or out of a lesson, within its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.rooms.room import LONGEST_PROMPT, LONGEST_TEXT, MOST_CHOICES, MOST_STUDENTS, MOST_TOKENS, Plan
from playground.sweeps.axis import Axis
from playground.sweeps.metrics import METRICS

_APART: Final = ("model", "messages", "stream", "diff_frequency", "pref_params", "n")
"""Of a room they have a place of their own, or none."""
_LONGEST_CHOICE: Final = 200


def typed_plan(sent: Mapping[str, Any]) -> Plan:
    """The plan that a teacher typed. Raises InvalidRequest with what is wrong, each under its field."""
    problems: list[Problem] = []

    def text(name: str, most: int, needed: str = "") -> str:
        said = sent.get(name) or ""
        said = said.strip() if isinstance(said, str) else ""
        if len(said) > most:
            problems.append(Problem(name, "", "", said=f"{name} has at most {most} letters."))
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
    metric = sent.get("metric") or "distinct_1"
    if metric not in METRICS:
        problems.append(Problem("metric", "", "", said=f"A measure is one of {', '.join(METRICS)}."))
    plan = Plan(
        prompt=text("prompt", LONGEST_PROMPT, "Type what the class asks the model."),
        title=text("title", 120),
        system=text("system", LONGEST_PROMPT),
        question=question,
        choices=choices,
        right=right if type(right := sent.get("right")) is int and 0 <= right < len(choices) else None,
        model=text("model", 300) or "embedded",
        parameters=_parameters(sent.get("parameters")),
        varied=text("varied", 60),
        metric=str(metric),
        is_free=sent.get("is_free") is True,
    )
    if problems:
        raise InvalidRequest(problems)
    return _dealing(plan, sent.get("values"))


def _dealing(plan: Plan, values: Any) -> Plan:
    """The plan with the values that are dealt out. Raises InvalidRequest."""
    if not plan.varied:
        return plan
    if plan.varied == "model":
        raise InvalidRequest(
            [Problem("varied", "", "", said="A class asks one model; vary a parameter of it.")]
        )
    axis = Axis.of(plan.varied, values if values is not None else "")
    if len(axis.values) > MOST_STUDENTS:
        said = f"At most {MOST_STUDENTS} values: as many as there are students."
        raise InvalidRequest([Problem("values", "", "", said=said)])
    fixed = {name: value for name, value in plan.parameters.items() if name != plan.varied}
    return replace(plan, parameters=fixed, values=tuple(axis.to_dict()["values"]))


def _parameters(sent: Any) -> dict[str, Any]:
    """What is set for the whole class; an answer always has an end."""
    given = {n: v for n, v in sent.items() if n not in _APART} if isinstance(sent, dict) else {}
    most = given.get("max_tokens")
    return {**given, "max_tokens": min(most, MOST_TOKENS) if type(most) is int and most > 0 else 64}
