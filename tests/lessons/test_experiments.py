"""What our lessons claim, held against the embedded model; and that a dropped parameter makes each of them fail.

Seeds are fixed, and the chance that true claims fail is chosen beforehand (`MOST_FALSE`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from math import exp
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend, request_of
from playground.chat import ChatRequest, JsonObject
from playground.lessons.chance import Chances
from playground.lessons.claim import MOST_FALSE
from playground.lessons.experiment import EMBEDDED, run
from playground.lessons.front_matter import read
from playground.lessons.lesson import Arm, Lesson
from playground.lessons.outcome import Outcome
from playground.lessons.shelf import OURS, load
from playground.parameters import Call, parameters_of
from playground.servers import Target
from playground.web.lessons.rows import claim_rows
from tests.documented import NAMES
from tests.lessons.test_front_matter import BODY, HEAD

SHELF: Final = load(OURS, ours=True)


class Dropping:
    """A backend that takes one parameter out of every request before anything else sees it.

    Of `messages`, without which nothing can be asked, the last stays; `model` becomes the embedded one.
    """

    def __init__(self, backend: Backend, parameter: str) -> None:
        self._backend = backend
        self._parameter = parameter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    async def request(
        self, values: dict[str, Any], call: Call, target: Target, extra_body: JsonObject | None = None
    ) -> tuple[ChatRequest, Target]:
        """The request, without the parameter and what makes no sense without it."""
        kept = {name: value for name, value in values.items() if name != self._parameter}
        for record in parameters_of(call):
            if record.requires == self._parameter:
                kept.pop(record.name, None)
        if self._parameter == "messages":
            kept["messages"] = list(values["messages"])[-1:]
        return await self._backend.request({"model": EMBEDDED, **kept}, call, target, extra_body)


def outcomes(portal: BlockingPortal, backend: Any, lesson: Lesson) -> list[Outcome]:
    """All that a lesson's experiment brings."""

    async def all_of_them() -> list[Outcome]:
        async with aclosing(run(backend, lesson)) as coming:
            return [outcome async for outcome in coming]

    return portal.call(all_of_them)


def test_there_is_a_lesson_for_each_documented_parameter_and_no_mistake() -> None:
    """Each of the twenty has one, all can be read, and every one stands in a course."""
    assert SHELF.mistakes == ()
    assert sorted(lesson.parameter for lesson in SHELF.lessons.values()) == sorted(NAMES[:20])
    assert {id for course in SHELF.courses for id in course.lessons} == set(SHELF.lessons)
    assert [course.title for course in SHELF.courses][:2] == [
        "From logits to text",
        "Getting structured answers",
    ]


@pytest.mark.parametrize("lesson", SHELF.lessons.values(), ids=lambda lesson: lesson.id)
def test_what_a_lesson_claims_happens(lesson: Lesson, backend: Backend, portal: BlockingPortal) -> None:
    """On the embedded model all its claims hold, and true ones fail in one run of 10,000 at most."""
    assert sum(claim.false_failure for claim in lesson.claims) <= MOST_FALSE
    came = outcomes(portal, backend, lesson)
    assert len(came) == lesson.runs
    assert [row for row in claim_rows(lesson, came) if not row["held"]] == []


@pytest.mark.parametrize("lesson", SHELF.lessons.values(), ids=lambda lesson: lesson.id)
def test_a_lesson_fails_where_its_parameter_is_dropped(
    lesson: Lesson, backend: Backend, portal: BlockingPortal
) -> None:
    """The same experiment, with the parameter taken out on its way to the engine: some claim does not hold."""
    came = outcomes(portal, Dropping(backend, lesson.parameter), lesson)
    assert len(came) == lesson.runs
    assert [row for row in claim_rows(lesson, came) if not row["held"]] != []


def pictures() -> Iterator[tuple[Lesson, str, str, int, int]]:
    """Each share in a table of first words: its lesson, the word, the value above it, the bar's length, the percent."""
    for lesson in SHELF.lessons.values():
        for table in re.findall(
            r"^\| first word \|.*?(?:\n\n|\Z)", "\n\n".join(lesson.texts.values()), re.M | re.S
        ):
            head, _, *rows = [
                [cell.strip() for cell in line.split("|")[1:-1]] for line in table.strip().split("\n")
            ]
            for word, *cells in rows:
                for value, cell in zip(head[1:], cells, strict=True):
                    bar, percent = re.fullmatch(r"(█*) ?(\d+) %", cell).groups()  # type: ignore[union-attr]
                    yield lesson, word, value, len(bar), int(percent)


def test_the_pictures_of_first_words_are_true(backend: Backend, portal: BlockingPortal) -> None:
    """Each percent is the chain's, and each bar as long as it says."""
    drawn = list(pictures())
    assert {lesson.id for lesson, *_ in drawn} == {"temperature", "top_p"}
    chances = Chances(backend)
    for lesson, word, value, length, percent in drawn:
        values = {"temperature": 1, **lesson.arms[0].values, lesson.parameter: float(value)}
        chance = portal.call(chances.of, word, request_of({"model": EMBEDDED, **values}, "create"))
        assert chance is not None
        assert abs(100 * chance - percent) <= 1, (lesson.id, word, value, chance)
        assert length == round(percent / 10), (lesson.id, word, value)


def test_a_position_of_the_chain_is_measured(backend: Backend, portal: BlockingPortal) -> None:
    """At temperature 1 it is the model's own score, at 0 all or nothing; a ban takes it all."""
    head = HEAD.replace("[0, 1.5]", "[0, 1]").replace("at: 1.5", "at: 1")
    lesson = read(head.replace("measure: changed", 'measure: {chance: "The"}') + BODY, "mine")
    cold, plain = (Arm(arm.label, {**arm.values, "logprobs": True, "top_logprobs": 5}) for arm in lesson.arms)
    banned = Arm("banned", {**plain.values, "logit_bias": {"The": -100}})
    lesson = replace(lesson, arms=(cold, plain, banned), seeds=(1,))
    came = sorted(outcomes(portal, backend, lesson), key=lambda outcome: outcome.arm)
    top = {each.token: each.logprob for each in came[1].answers[0].logprobs[0].top}
    assert [outcome.chance for outcome in came] == pytest.approx(
        [1.0, exp(top["The"]), 0.0], rel=0.01, abs=1e-6
    )
