"""A lesson's experiment over the shared backend: every arm with every seed, an outcome as each comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Any, Final

from playground.answer import Answer
from playground.arriving import arriving
from playground.backend import Backend, draw, model_of
from playground.chat import ChatRequest
from playground.engine.slots import slots_of
from playground.errors import PlaygroundError
from playground.events import Fold
from playground.lessons.chance import NAME, Chances
from playground.lessons.lesson import Arm, Lesson
from playground.lessons.outcome import Outcome
from playground.servers import NOWHERE, Target

AT_ONCE: Final = 4
"""Answers at the same time at a server; the embedded model as many as its slots."""
EMBEDDED: Final = "embedded"
_GIVEN: Final = object()


def asked(arm: Arm, seed: int, model: str = EMBEDDED) -> dict[str, Any]:
    """All that one run asks with. A seed that the arm sets, or leaves unset (None), stays."""
    values = {"model": model, **arm.values}
    if values.get("seed", _GIVEN) is _GIVEN:
        values["seed"] = seed
    return {name: value for name, value in values.items() if value is not None}


def runs(lesson: Lesson) -> Iterator[tuple[int, int]]:
    """Each arm and seed of an experiment, first a seed of every arm, then the next: a stopped one has some of each."""
    return ((arm, seed) for seed in lesson.seeds for arm in range(len(lesson.arms)))


async def run(
    backend: Backend, lesson: Lesson, model: str = EMBEDDED, target: Target = NOWHERE
) -> AsyncGenerator[Outcome]:
    """The outcomes of a lesson's experiment as they come; closing this ends all that is under way.

    `model` is asked where an arm names none. A failure is an outcome too. Raises nothing that a server does.
    """
    left = runs(lesson)
    chances = Chances(backend) if lesson.measure.name == NAME else None

    async def work(hand_over: Callable[[Outcome], None]) -> None:
        for arm, seed in left:
            try:
                request, settled = await backend.request(
                    asked(lesson.arms[arm], seed, model), lesson.call, target
                )
            except PlaygroundError as error:
                hand_over(Outcome(arm, seed, (Answer(ended="error", error=error),)))
                continue
            answers = await _answers(backend, lesson, request, settled)
            chance = await chances.of(lesson.measure.of, request) if chances else None
            hand_over(Outcome(arm, seed, answers, chance))

    async def all_of_them(hand_over: Callable[[Outcome], None]) -> None:
        async with asyncio.TaskGroup() as workers:
            for _ in range(await _at_once(backend, model, target)):
                workers.create_task(work(hand_over))

    async with aclosing(arriving(all_of_them)) as outcomes:
        async for outcome in outcomes:
            yield outcome


async def _at_once(backend: Backend, model: str, target: Target) -> int:
    ref = model_of(model, target)
    if ref is None or ref.provider != "embedded":
        return AT_ONCE
    try:
        async with backend.engine.hold(ref.id) as loaded:
            return await slots_of(loaded.endpoint)
    except PlaygroundError:
        return 1  # the first run says why it cannot be asked


async def _answers(
    backend: Backend, lesson: Lesson, request: ChatRequest, target: Target
) -> tuple[Answer, ...]:
    """The answer of one run, or both of a pair that was drawn."""
    sides = draw(request) if lesson.call == "create_preference" else (request,)
    return tuple([await _answer(backend, side, target) for side in sides])


async def _answer(backend: Backend, request: ChatRequest, target: Target) -> Answer:
    fold = Fold()
    async with aclosing(backend.stream(request, target)) as events:
        async for event in events:
            fold.add(event)
    return fold.answer()
