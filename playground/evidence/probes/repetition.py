"""Probes of the three penalties: whether tokens come back more, or less.

All are weighed alike: where a model falls into loops, at -2 (repetition_penalty: 0.8), and at 2, where it must not
repeat itself. A server that takes only one of the two ends is found out by the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import takewhile
from typing import Final, Literal

from playground.evidence.answer_facts import count, said
from playground.evidence.likelihood import DECIDED, Expectation, likeliest, penalised, unchanged
from playground.evidence.probes.examiner import REFUSED, STORY, Examiner, Rejected
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.probes.sampling import CONVINCING, UNCONVINCING
from playground.evidence.probes.twins import Ladder, held_back
from playground.evidence.probes.weighing import RATIO_TEST, RULED_OUT, Weights, p_value, weigh
from playground.evidence.sign import Sign, no, unknown, yes
from playground.evidence.significance import rank_sum

STRONGEST: Final = 2.0
INVITING: Final = 0.8
_CHANGED_TOKENS: Final = 24
_TOKENS: Final = 96
_ANSWERS_WEIGHED: Final = 5

_GROUP: Final = 8
_SPARE: Final = 3
_COMPARED_TOKENS: Final = 48
_ALTERNATIVES_NEEDED: Final = 3
_FITTING: Final = 0.875
_AHEAD: Final = 3
_AHEAD_OF_RIVAL: Final = 2
"""By how many tokens one account must be ahead: seldom is a token not the likeliest by the one that is right."""

_NO_LESS: Final = "At 2 it repeats itself no less than without."
_BOUNDS: Final = tuple(tenths / 10 for tenths in range(10, 20))
"""To these a penalty of 2 might be held, half of it first."""

Name = Literal["frequency_penalty", "presence_penalty"]


def _penalty(name: Name) -> Callable[[Examiner], Awaitable[Finding]]:
    async def probe(examiner: Examiner) -> Finding:
        if await examiner.alternatives() < _ALTERNATIVES_NEEDED or not await examiner.states_plain():
            return await _repeats_compared(examiner, name, -STRONGEST)
        return await _weighed(examiner, name)

    return probe


async def _weighed(examiner: Examiner, name: Name) -> Finding:
    """Must have its effect at both ends, at -2 not that of the other penalty, and neither held to less."""
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
    held = await held_back(examiner, _LADDERS[name])
    if held.seen == "yes":
        return no_effect(held.why)
    if weakest < DECIDED:
        why = f"After {_ANSWERS_WEIGHED} answers its tokens still fit either way."
        return cannot_tell(why, RATIO_TEST, p_value(weakest))
    why = "At -2 tokens that came before come far more often than it would choose them, at 2 far less."
    which = "" if inviting.close >= RULED_OUT else f" It may be {_other(name)} that does it."
    return works(f"{why}{which} {held.why} {cold.why}", RATIO_TEST, p_value(weakest))


async def _avoiding_when_cold(examiner: Examiner, name: Name) -> Sign:
    """At temperature 0 every token tells, for it must be the likeliest once the penalty at 2 is applied.

    Nothing is drawn there, so no chance can be stated: tokens are counted that are the likeliest by each account.
    """
    untold = unknown("Whether half as far as asked for does not show, nor whether it is held to less.")
    try:
        answer = await examiner.at(0.0, _TOKENS, **examiner.scoring(), **{name: STRONGEST})
    except Rejected:  # be it only beside temperature 0: drawn answers are asked for without
        return untold
    if answer is None:
        return untold
    question = str(STORY[0]["content"])

    def fitting(account: Expectation) -> int:
        return sum(likeliest(answer.logprobs, account, question))

    of_all = len(likeliest(answer.logprobs, unchanged, question))
    full, none = fitting(_rule(name, STRONGEST)), fitting(unchanged)
    held = {bound: fitting(_rule(name, bound)) for bound in _BOUNDS}
    best = max(held, key=held.__getitem__)
    if max(full, none, held[best]) < of_all * _FITTING:
        return untold
    if max(none, held[best]) >= full + _AHEAD:
        strength = "half the strength" if best == _BOUNDS[0] else f"{best:g}"
        held_to = f"At 2 it repeats itself as a penalty of {strength} would have it."
        return no(_NO_LESS if none >= held[best] else held_to)
    ruled_out = list(takewhile(lambda bound: full >= held[bound] + _AHEAD_OF_RIVAL, _BOUNDS))
    if full >= none + _AHEAD and ruled_out:
        return yes(
            f"At temperature 0 its tokens are the likeliest at {STRONGEST:g}, and not at half of it;"
            f" a bound above {ruled_out[-1]:g} would not show."
        )
    return untold


async def _drawn(examiner: Examiner, name: Name, value: float, close: Expectation | None = None) -> Weights:
    stories = (STORY,) * _ANSWERS_WEIGHED
    return await weigh(examiner, stories, _TOKENS, _rule(name, value), close, **{name: value})


def _rule(name: Name, value: float) -> Expectation:
    return penalised(frequency=value) if name == "frequency_penalty" else penalised(presence=value)


def _other(name: Name) -> Name:
    return "presence_penalty" if name == "frequency_penalty" else "frequency_penalty"


async def _multiplied(examiner: Examiner) -> Finding:
    """repetition_penalty: must have its effect at both ends. How large it is cannot be told: it changes scores of which
    servers state no more than their differences. It is weighed as another penalty, of which no effect at all is as far.
    """
    name = "repetition_penalty"
    if await examiner.alternatives() < _ALTERNATIVES_NEEDED or not await examiner.states_plain():
        return await _repeats_compared(examiner, name, INVITING)
    stories, rule = (STORY,) * _ANSWERS_WEIGHED, penalised(presence=STRONGEST)
    avoiding = await weigh(examiner, stories, _COMPARED_TOKENS, rule, **{name: STRONGEST})
    if avoiding.refuted:
        return no_effect(_NO_LESS, RATIO_TEST, p_value(avoiding.none))
    inviting = await _changed_when_cold(examiner, name)
    if inviting.seen == "no":
        return no_effect(inviting.why)
    if avoiding.none < DECIDED:
        why = f"After {_ANSWERS_WEIGHED} answers its tokens still fit either way."
        return cannot_tell(why, RATIO_TEST, p_value(avoiding.none))
    why = f"At 2 tokens that came before come far less often than it would choose them. {inviting.why}"
    return works(f"{why} How strong it is does not show.", RATIO_TEST, p_value(avoiding.none))


async def _changed_when_cold(examiner: Examiner, name: str) -> Sign:
    """Whether repetition that is invited changes the likeliest answer at all: some models then recite their prompt."""
    without = await examiner.at(0.0, _CHANGED_TOKENS)
    invited = await examiner.at(0.0, _CHANGED_TOKENS, **{name: INVITING})
    if without is None or invited is None:
        return unknown("What it does below 1 does not show.")
    if said(without) == said(invited):
        return no(f"At {INVITING:g} and temperature 0 it writes the same as without.")
    return yes(f"At {INVITING:g} and temperature 0 it writes otherwise than without.")


async def _repeats_compared(examiner: Examiner, name: str, inviting: float) -> Finding:
    """Eight answers at each end: is the share of what is said again larger where repetition is invited?"""
    invited = await _shares(examiner, {name: inviting})
    avoided = await _shares(examiner, {name: STRONGEST})
    if min(len(invited), len(avoided)) < _GROUP:
        return cannot_tell("Its answers are too short to repeat anything.")
    chance = rank_sum(invited, avoided)
    test = "exact Mann-Whitney test"
    means = [sum(shares) / _GROUP for shares in (invited, avoided)]
    ends = f"at {inviting:g}, and {means[1]:.0%} at {STRONGEST:g}"
    why = f"On average {means[0]:.0%} of its answers repeat what they said before {ends}."
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


_LADDERS: Final[dict[Name, Ladder]] = {
    name: Ladder(name, asked=-STRONGEST, near=-1.5, tokens=20, rule=partial(_rule, name))
    for name in ("frequency_penalty", "presence_penalty")
}
_BOUND_COST: Final = _LADDERS["frequency_penalty"]

_PLAN: Final = Plan(
    Cost(3, 2 * _TOKENS + 1) + _BOUND_COST.usual,
    Cost(2 * (_GROUP + _SPARE) + 1, (2 * _ANSWERS_WEIGHED + 1) * _TOKENS + 1) + _BOUND_COST.most,
)

_PLAN_MULTIPLIED: Final = Plan(
    Cost(4, 2 * _CHANGED_TOKENS + _COMPARED_TOKENS + 1),
    Cost(2 * (_GROUP + _SPARE) + 1, 2 * (_GROUP + _SPARE) * _COMPARED_TOKENS + 1) + REFUSED,
)

PROBES: Final = (
    *(Probe(name, {name: STRONGEST}, _PLAN, _penalty(name)) for name in _LADDERS),
    Probe("repetition_penalty", {"repetition_penalty": STRONGEST}, _PLAN_MULTIPLIED, _multiplied),
)
