"""Probes of frequency_penalty and presence_penalty: whether tokens come back more, or less.

Kept apart because both are weighed alike: at -2, where a model falls into loops, and at 2, where it must not
repeat itself. A server that takes only one of the two signs is found out by the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from math import log
from typing import Final, Literal

from playground.insight.likelihood import Expectation, likeliest, penalised, unchanged
from playground.insight.probes.examiner import STORY, Examiner, Rejected
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.probes.sampling import CONVINCING, UNCONVINCING
from playground.insight.probes.weighing import DECIDED, RATIO_TEST, RULED_OUT, Weights, p_value, weigh
from playground.insight.reading import count, said
from playground.insight.significance import rank_sum

STRONGEST: Final = 2.0
_TOKENS: Final = 96
_ANSWERS_WEIGHED: Final = 5

_GROUP: Final = 8
_SPARE: Final = 3
_COMPARED_TOKENS: Final = 48
_ALTERNATIVES_NEEDED: Final = 3
_FITTING: Final = 0.875
_PLACE: Final = log(100)
"""What one place tells at temperature 0: seldom is a token not the likeliest by the account that is right."""

_HALF: Final = "At 2 it repeats itself as a penalty of half the strength would have it."

Name = Literal["frequency_penalty", "presence_penalty"]


def _penalty(name: Name) -> Callable[[Examiner], Awaitable[Finding]]:
    async def probe(examiner: Examiner) -> Finding:
        if await examiner.alternatives() < _ALTERNATIVES_NEEDED or not await examiner.states_plain():
            return await _repeats_compared(examiner, name)
        return await _weighed(examiner, name)

    return probe


async def _weighed(examiner: Examiner, name: Name) -> Finding:
    """Must have its effect at both ends, at -2 not that of the other penalty and at 2 not half of it."""
    cold = await _avoiding_when_cold(examiner, name)
    if cold.refuted:
        return _refuted(cold, "At 2 it repeats itself no less than without.", _HALF)
    inviting = await _weighed_at(examiner, name, -STRONGEST)
    if inviting.refuted:
        instead = f"At -2 its tokens come back as {_other(name)} would have them."
        return _refuted(inviting, "At -2 it repeats itself no more than without.", instead)
    avoiding = cold if cold.decided else await _weighed_at(examiner, name, STRONGEST)
    if avoiding.refuted:
        return _refuted(avoiding, "At 2 it repeats itself no less than without.", _HALF)
    weakest = min(inviting.none, avoiding.none)
    if weakest < DECIDED:
        why = f"After {_ANSWERS_WEIGHED} answers its tokens still fit either way."
        return cannot_tell(why, RATIO_TEST, p_value(weakest))
    why = "At -2 tokens that came before come far more often than it would choose them, at 2 far less."
    return works(f"{why}{_unseen(name, inviting, cold)}", RATIO_TEST, p_value(weakest))


def _refuted(weights: Weights, nothing: str, instead: str) -> Finding:
    """What is found where the tokens fit no effect better, or another one."""
    why = nothing if weights.none <= weights.close else instead
    return no_effect(why, RATIO_TEST, p_value(min(weights)))


def _unseen(name: Name, inviting: Weights, cold: Weights) -> str:
    """What the answers do not show, as further sentences."""
    lines = [f" It may be {_other(name)} that does it."] * (inviting.close < RULED_OUT)
    lines += [" Whether half as far as asked for does not show."] * (cold.close < RULED_OUT)
    return "".join(lines)


async def _avoiding_when_cold(examiner: Examiner, name: Name) -> Weights:
    """At temperature 0 every token tells, for it must be the likeliest once the penalty at 2 is applied.

    Weighs nothing where temperature 0 is refused, or where too many tokens are the likeliest by no account.
    """
    if not examiner.takes("temperature"):
        return Weights()
    try:
        answer = await examiner.scored(_TOKENS, temperature=0.0, **{name: STRONGEST})
    except Rejected:
        return Weights()
    accounts = (_rule(name, STRONGEST), unchanged, _rule(name, STRONGEST / 2))
    question = str(STORY[0]["content"])
    found = [likeliest(answer.logprobs, account, question) for account in accounts]
    full, none, half = map(sum, found)
    if max(full, none, half) < len(found[0]) * _FITTING:
        return Weights()
    return Weights((full - none) * _PLACE, (full - half) * _PLACE)


async def _weighed_at(examiner: Examiner, name: Name, value: float) -> Weights:
    stories = (STORY,) * _ANSWERS_WEIGHED
    close = _rule(_other(name), value) if value < 0 else None
    return await weigh(examiner, stories, _TOKENS, _rule(name, value), close, **{name: value})


def _rule(name: Name, value: float) -> Expectation:
    return penalised(frequency=value) if name == "frequency_penalty" else penalised(presence=value)


def _other(name: Name) -> Name:
    return "presence_penalty" if name == "frequency_penalty" else "frequency_penalty"


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
        return works(f"{why} Whether it is only one of them that does it, this does not show.", test, chance)
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


_PLAN: Final = Plan(
    Cost(3, 2 * _TOKENS + 1), Cost(2 * (_GROUP + _SPARE) + 1, (2 * _ANSWERS_WEIGHED + 1) * _TOKENS + 1)
)

PROBES: Final = tuple(
    Probe(name, {name: STRONGEST}, _PLAN, _penalty(name))
    for name in ("frequency_penalty", "presence_penalty")
)
