"""Probes of frequency_penalty and presence_penalty: whether tokens come back more, or less.

Kept apart because both are weighed alike: at -2, where a model falls into loops, and at 2, where it must not
repeat itself. A server that takes only one of the two signs is found out by the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Literal

from playground.insight.likelihood import DECIDED, Expectation, likeliest, penalised, unchanged
from playground.insight.probes.examiner import STORY, Examiner, Rejected
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.probes.sampling import CONVINCING, UNCONVINCING
from playground.insight.probes.weighing import RATIO_TEST, RULED_OUT, Weights, p_value, weigh
from playground.insight.reading import count, said
from playground.insight.sign import Sign, no, unknown, yes
from playground.insight.significance import rank_sum

STRONGEST: Final = 2.0
_TOKENS: Final = 96
_ANSWERS_WEIGHED: Final = 5

_GROUP: Final = 8
_SPARE: Final = 3
_COMPARED_TOKENS: Final = 48
_ALTERNATIVES_NEEDED: Final = 3
_FITTING: Final = 0.875
_AHEAD: Final = 3
_AHEAD_OF_HALF: Final = 2
"""By how many tokens one account must be ahead: seldom is a token not the likeliest by the one that is right."""

_NO_LESS: Final = "At 2 it repeats itself no less than without."
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
    if cold.seen == "no":
        return no_effect(cold.why)
    inviting = await _drawn(examiner, name, -STRONGEST, _rule(_other(name), -STRONGEST))
    if inviting.refuted:
        instead = f"At -2 its tokens come back as {_other(name)} would have them."
        why = "At -2 it repeats itself no more than without." if inviting.none <= inviting.close else instead
        return no_effect(why, RATIO_TEST, p_value(min(inviting)))
    weakest = inviting.none
    if cold.seen == "unknown":
        avoiding = await _drawn(examiner, name, STRONGEST)
        if avoiding.refuted:
            return no_effect(_NO_LESS, RATIO_TEST, p_value(avoiding.none))
        weakest = min(inviting.none, avoiding.none)
    if weakest < DECIDED:
        why = f"After {_ANSWERS_WEIGHED} answers its tokens still fit either way."
        return cannot_tell(why, RATIO_TEST, p_value(weakest))
    why = "At -2 tokens that came before come far more often than it would choose them, at 2 far less."
    which = "" if inviting.close >= RULED_OUT else f" It may be {_other(name)} that does it."
    return works(f"{why}{which} {cold.why}", RATIO_TEST, p_value(weakest))


async def _avoiding_when_cold(examiner: Examiner, name: Name) -> Sign:
    """At temperature 0 every token tells, for it must be the likeliest once the penalty at 2 is applied.

    Nothing is drawn there, so no chance can be stated: tokens are counted that are the likeliest by each account.
    """
    untold = unknown("Whether half as far as asked for does not show.")
    try:
        answer = await examiner.at(0.0, _TOKENS, **examiner.scoring(), **{name: STRONGEST})
    except Rejected:  # be it only beside temperature 0: drawn answers are asked for without
        return untold
    if answer is None:
        return untold
    accounts = (_rule(name, STRONGEST), unchanged, _rule(name, STRONGEST / 2))
    question = str(STORY[0]["content"])
    found = [likeliest(answer.logprobs, account, question) for account in accounts]
    full, none, half = map(sum, found)
    if max(full, none, half) < len(found[0]) * _FITTING:
        return untold
    if max(none, half) >= full + _AHEAD:
        return no(_NO_LESS if none >= half else _HALF)
    if full >= none + _AHEAD and full >= half + _AHEAD_OF_HALF:
        return yes(f"At temperature 0 its tokens are the likeliest at {STRONGEST:g}, and not at half of it.")
    return untold


async def _drawn(examiner: Examiner, name: Name, value: float, close: Expectation | None = None) -> Weights:
    stories = (STORY,) * _ANSWERS_WEIGHED
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
