"""`lessons`: checks a folder of lessons, every mistake with its file and line; and on request runs what they claim."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Final

from playground.backend import Backend
from playground.errors import SettingsError
from playground.lessons.claim import MOST_FALSE
from playground.lessons.experiment import run as outcomes_of
from playground.lessons.finding import findings
from playground.lessons.lesson import Lesson
from playground.lessons.measures import label
from playground.lessons.outcome import Outcome
from playground.lessons.shelf import OURS, load

DOES: Final = "Checks a folder of lessons, and on request runs their experiments on the embedded model."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `lessons`."""
    parser.add_argument(
        "folder", nargs="?", type=Path, default=OURS, help="the folder; without it, our own lessons"
    )
    parser.add_argument("--run", action="store_true", help="runs each experiment, and says which claims hold")
    parser.add_argument("--only", default="", metavar="LESSON", help="the lesson of this name alone")


def run(said: argparse.Namespace) -> int:
    """Prints every mistake, then what became of each lesson; 1 where anything is wrong. Raises SettingsError."""
    shelf = load(said.folder, others=load(OURS).lessons)
    for mistake in shelf.mistakes:
        print(mistake, file=sys.stderr)
    lessons = [lesson for lesson in shelf.lessons.values() if said.only in ("", lesson.id)]
    if not lessons:
        raise SettingsError(
            f"{said.folder} has no lesson{f' named {said.only}' if said.only else ''} that can be read.",
            "A lesson is a file whose name ends in .md: docs/lessons.md shows one.",
        )
    unsure = [print_unsure(lesson) for lesson in lessons]
    held = asyncio.run(_all_held(lessons)) if said.run else True
    if not said.run:
        print(
            f"{len(lessons)} lessons can be read, and {len(shelf.mistakes)} mistakes stand in the way of others."
        )
    return int(bool(shelf.mistakes) or any(unsure) or not held)


def print_unsure(lesson: Lesson) -> bool:
    """Whether its claims fail too often though they are true, which is printed then."""
    chance = sum(claim.false_failure for claim in lesson.claims)
    if chance > MOST_FALSE:
        words = f"its claims would fail in {chance:.1g} of runs though they are true; at most {MOST_FALSE:g}"
        print(f"{lesson.id}: {words}. Claim less, or run it more often.", file=sys.stderr)
    return chance > MOST_FALSE


async def _all_held(lessons: Sequence[Lesson]) -> bool:
    backend = Backend()
    try:
        return all([await _held(backend, lesson) for lesson in lessons])
    finally:
        await backend.aclose()


async def _held(backend: Backend, lesson: Lesson) -> bool:
    """Whether all its claims hold; each is printed."""
    outcomes: list[Outcome] = []
    async with aclosing(outcomes_of(backend, lesson)) as coming:
        async for outcome in coming:
            outcomes.append(outcome)
    found = findings(lesson, outcomes)
    for each in found:
        claim = each.claim
        what = f"{label(lesson.measure)} {claim.condition}: {each.count} of {each.measured}"
        print(
            f"{'holds ' if each.held else 'FAILS '} {lesson.id}, {claim.arm}: {what}, expected {claim.words}"
        )
    for why in dict.fromkeys(str(a.error) for outcome in outcomes for a in outcome.answers if a.error):
        print(f"       {lesson.id}: {why}")
    return all(each.held for each in found)
