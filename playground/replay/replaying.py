"""The run of a comparison: one answer after the other, until it is done or stopped.

Answers are never asked for side by side: servers compute batches with other last digits, and a difference would be
theirs. The order within a trial turns with each, so that nothing that warms up falls on one side alone.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Literal

from playground.answer import Answer
from playground.chat import ChatRequest
from playground.errors import ServerRefused
from playground.events import Event, Fold, RefusalDelta, TextDelta
from playground.replay.comparison import Comparison
from playground.replay.cost import CONTROLS_FROM
from playground.replay.sides import Sides, notes_of
from playground.replay.trials import Trial

Side = Literal["before", "after", "again"]

FAILURES_IN_A_ROW: Final = 3
"""After so many trials in a row that failed the rest is not asked."""

_ORDERS: Final[tuple[tuple[Side, ...], ...]] = (("before", "again", "after"), ("after", "before", "again"))
_WITHOUT_CONTROL: Final[tuple[Side, ...]] = ("before", "after")


@dataclass(frozen=True, slots=True)
class Asking:
    """An answer is asked for; `done` calls of `total` have been made."""

    trial: int
    side: Side
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text of the answer in hand."""

    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """All that is known by now; comes after each trial, and last when no more will be asked."""

    comparison: Comparison


Step = Asking | Piece | Compared
Stream = Callable[[Side, ChatRequest], AsyncGenerator[Event]]
"""The events of an answer to the request of a side, at that side's server."""


async def replay(sides: Sides, stream: Stream) -> AsyncGenerator[Step]:
    """Asks trial after trial. Closing this generator ends the call in hand at once.

    Where what was added beside the settings is refused (a seed, log probabilities), the trial is asked anew without.
    """
    trials: list[Trial] = []
    failures = 0
    while len(trials) < sides.trials and failures < FAILURES_IN_A_ROW:
        answers: dict[Side, Answer] = {}
        plainer: Sides | None = None
        for side in _order(sides, len(trials)):
            yield Asking(len(trials), side, _calls(sides) * len(trials) + len(answers), _total(sides))
            folded = Fold()
            async with aclosing(stream(side, _request(sides, len(trials), side))) as events:
                async for event in events:
                    folded.add(event)
                    if isinstance(event, TextDelta | RefusalDelta):
                        yield Piece(side, event.text)
            answers[side] = folded.answer()
            plainer = _plainer(sides, answers[side])
            if plainer:
                break
        if plainer:
            sides = plainer
            continue
        seed = sides.seeds[len(trials)] if sides.seeds else None
        trials.append(Trial(answers["before"], answers["after"], answers.get("again"), seed))
        failures = 0 if trials[-1].whole else failures + 1
        yield Compared(_so_far(sides, trials))
        if sides.trials == 1:
            return


async def compared(sides: Sides, stream: Stream) -> Comparison:
    """The whole comparison at once."""
    comparison = Comparison(sides.changes, (), sides.notes)
    async with aclosing(replay(sides, stream)) as steps:
        async for step in steps:
            if isinstance(step, Compared):
                comparison = step.comparison
    return comparison


def _order(sides: Sides, trial: int) -> tuple[Side, ...]:
    return _ORDERS[trial % 2] if sides.trials >= CONTROLS_FROM else _WITHOUT_CONTROL


def _calls(sides: Sides) -> int:
    return len(_order(sides, 0))


def _total(sides: Sides) -> int:
    return _calls(sides) * sides.trials


def _request(sides: Sides, trial: int, side: Side) -> ChatRequest:
    before, after = sides.at(trial)
    return after if side == "after" else before


def _plainer(sides: Sides, answer: Answer) -> Sides | None:
    """The sides with less added, where that is what was refused."""
    if not isinstance(answer.error, ServerRefused) or answer.text:
        return None
    if answer.error.status in (401, 402, 403, 429):
        return None  # about the key, the account or the load
    return sides.without(answer.error.parameter)


def _so_far(sides: Sides, trials: list[Trial]) -> Comparison:
    reports = (line for answer in trials[0].answers for line in answer.report)
    return Comparison(sides.changes, tuple(trials), (*sides.notes, *notes_of(sides.changes, reports)))
