"""Probes of frequency_penalty and presence_penalty: whether tokens come back more, or less.

Kept apart because both are weighed alike: at -2, where a model falls into loops, and at 2, where it must not
repeat itself. A server that takes only one of the two signs is found out by the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from math import exp
from typing import Final, Literal

from playground.insight.likelihood import penalised
from playground.insight.probes.examiner import Examiner
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.probes.sampling import CONVINCING, DECIDED, RATIO_TEST, UNCONVINCING
from playground.insight.reading import count, said
from playground.insight.significance import rank_sum

STRONGEST: Final = 2.0
_TOKENS: Final = 96
_ANSWERS_WEIGHED: Final = 5

_GROUP: Final = 8
_SPARE: Final = 3
_COMPARED_TOKENS: Final = 48
_ALTERNATIVES_NEEDED: Final = 3

Name = Literal["frequency_penalty", "presence_penalty"]


def _penalty(name: Name) -> Callable[[Examiner], Awaitable[Finding]]:
    async def probe(examiner: Examiner) -> Finding:
        if await examiner.alternatives() < _ALTERNATIVES_NEEDED or not await examiner.states_plain():
            return await _repeats_compared(examiner, name)
        inviting = await _weighed(examiner, name, -STRONGEST)
        if inviting <= -DECIDED:
            return no_effect("At -2 it repeats itself no more than without.", RATIO_TEST, _p(inviting))
        avoiding = await _weighed(examiner, name, STRONGEST)
        if avoiding <= -DECIDED:
            return no_effect("At 2 it repeats itself no less than without.", RATIO_TEST, _p(avoiding))
        weakest = min(inviting, avoiding)
        if weakest < DECIDED:
            why = f"After {_ANSWERS_WEIGHED} answers its tokens still fit either way."
            return cannot_tell(why, RATIO_TEST, _p(weakest))
        why = "At -2 tokens that came before come far more often than it would choose them, at 2 far less."
        return works(why, RATIO_TEST, _p(weakest))

    return probe


async def _weighed(examiner: Examiner, name: Name, value: float) -> float:
    frequency, presence = (value, 0.0) if name == "frequency_penalty" else (0.0, value)
    expectation = penalised(frequency, presence)
    return await examiner.weigh(expectation, _TOKENS, _ANSWERS_WEIGHED, DECIDED, **{name: value})


async def _repeats_compared(examiner: Examiner, name: Name) -> Finding:
    """Eight answers at each end: is the share of what is said again larger at -2?"""
    invited = await _shares(examiner, {name: -STRONGEST})
    avoided = await _shares(examiner, {name: STRONGEST})
    if min(len(invited), len(avoided)) < _GROUP:
        return cannot_tell("Its answers are too short to repeat anything.")
    chance = rank_sum(invited, avoided)
    test = "exact Mann-Whitney test"
    means = [sum(shares) / _GROUP for shares in (invited, avoided)]
    why = f"On average {means[0]:.0%} of its answers repeat what they said before at -2, and {means[1]:.0%} at 2."
    if chance < CONVINCING:
        return works(why, test, chance)
    return (no_effect if chance > UNCONVINCING else cannot_tell)(why, test, chance)


async def _shares(examiner: Examiner, given: dict[str, float]) -> list[float]:
    """How much each of eight answers repeats itself; those that end at once are asked for again, a few times."""
    shares: list[float] = []
    for _ in range(_GROUP + _SPARE):
        answer = await examiner.ask(_COMPARED_TOKENS, **given)
        if count(answer).tokens > _COMPARED_TOKENS // 2:
            shares.append(repeated(said(answer)))
        if len(shares) == _GROUP:
            break
    return shares


def repeated(text: str) -> float:
    """The share of runs of five characters that came before in the text.

    Runs, not words: a loop of line breaks has no words, and some languages write none.

    >>> repeated("abcabcabc")
    0.4
    """
    runs = [text[i : i + 5] for i in range(len(text) - 4)]
    return sum(run in runs[:i] for i, run in enumerate(runs)) / len(runs) if runs else 1.0


def _p(log_ratio: float) -> float:
    return min(1.0, exp(-log_ratio))


_PLAN: Final = Plan(Cost(3, 3 * _TOKENS), Cost(2 * (_GROUP + _SPARE) + 1, 2 * _ANSWERS_WEIGHED * _TOKENS + 1))

PROBES: Final = tuple(
    Probe(name, {name: STRONGEST}, _PLAN, _penalty(name))
    for name in ("frequency_penalty", "presence_penalty")
)
