"""Probes of top_p, top_k and min_p: whether the draw is cut to the likeliest tokens, and no further than asked for.

Kept apart from temperature because all three cut alike, each by a rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from playground.evidence.likelihood import (
    DECIDED,
    Expectation,
    among,
    kept,
    log_ratio,
    log_ratio_between,
    tempered,
    within,
)
from playground.evidence.probes.examiner import Examiner
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.probes.sampling import (
    HOT,
    OPEN_MOST,
    OPEN_QUESTIONS,
    OPEN_TOKENS,
    UNDECIDED,
    colder_than,
    is_likeliest,
    weighable,
)
from playground.evidence.probes.twins import Ladder, held_back
from playground.evidence.probes.weighing import RATIO_TEST, RULED_OUT, p_value, unlike, weigh

_COLDER: Final = 0.5
_QUESTIONS: Final = (*OPEN_QUESTIONS, *OPEN_QUESTIONS)
"""Each a second time where the first answers left it open: in one run of a hundred they did."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A parameter that cuts, by `rule`: asked to be `narrow`, and held against a value that is less so; asked to be
    `wide`, and held against one that is less so. `widest` is a ladder to a value that cuts off next to nothing."""

    parameter: str
    rule: Callable[[Any], Expectation] = field(repr=False)
    narrow: float
    less_narrow: float
    wide: float
    less_wide: float
    widest: Ladder | None = None


async def _probe(cut: Cut, examiner: Examiner) -> Finding:
    """Narrow, hardly more than one token must be left to draw from; wide, more than where it is less so."""
    name, narrow, rule = cut.parameter, cut.narrow, cut.rule
    if not await weighable(examiner):
        return await colder_than(examiner, {name: narrow}, {}, f"at {narrow}", "without it")
    weights = await weigh(
        examiner, _QUESTIONS, OPEN_TOKENS, rule(narrow), rule(cut.less_narrow), **{name: narrow}
    )
    if weights.refuted:
        why = f"At {narrow} it still draws tokens from outside."
        return no_effect(why, RATIO_TEST, p_value(min(weights)))
    if weights.none < DECIDED:
        return cannot_tell(UNDECIDED, RATIO_TEST, p_value(weights.none))
    if all(is_likeliest(score) for score in (await examiner.first()).logprobs):
        return cannot_tell(f"It keeps to its likeliest tokens at {narrow}, but so it does without {name}.")
    if weights.close < 0.0:
        why = f"At {narrow} its tokens fit {cut.less_narrow} better, but that may be by chance."
        return cannot_tell(why, RATIO_TEST, p_value(weights.close))
    wide = await _wide(cut, examiner)
    if wide <= -DECIDED:
        why = f"At {cut.wide} it draws from no more tokens than it should at {cut.less_wide}."
        return no_effect(why, RATIO_TEST, p_value(-wide))
    held = ""
    if cut.widest:
        bounded = await held_back(
            examiner, cut.widest, {"temperature": HOT}
        )  # more tokens are left to cut off
        if bounded.seen == "yes":
            return no_effect(bounded.why)
        held = f" {bounded.why}"
    chance = (
        f"at {cut.less_narrow} with a chance of {p_value(weights.close):.2g}; a bound nearer may not show"
    )
    also = f", and at {cut.wide} from more than at {cut.less_wide}" if wide >= RULED_OUT else ""
    why = f"At {narrow} it draws from the likeliest tokens alone ({chance}){also}.{held}"
    return works(why, RATIO_TEST, p_value(weights.none))


async def _wide(cut: Cut, examiner: Examiner) -> float:
    """By what log ratio answers fit the wide value rather than the lesser one; 0 where it draws more coldly than it
    states."""
    ratio = 0.0
    if log_ratio((await examiner.first()).logprobs, tempered(_COLDER)) >= 0.0:
        return ratio
    rules = cut.rule(cut.wide), cut.rule(cut.less_wide)
    async with aclosing(
        unlike(examiner, OPEN_QUESTIONS, OPEN_TOKENS, **{cut.parameter: cut.wide})
    ) as answers:
        async for answer in answers:
            ratio += log_ratio_between(answer.logprobs, *rules)
            if not -DECIDED < ratio < RULED_OUT:
                break
    return ratio


_CUTS: Final = (
    Cut("top_p", kept, 0.01, 0.1, 0.7, 0.5, Ladder("top_p", 0.98, near=0.9, far=0.7, below=0.62, tokens=16)),
    Cut("top_k", among, 1, 2, 10, 4),
    Cut("min_p", within, 0.95, 0.7, 0.1, 0.3),
)


def _plan(cut: Cut) -> Plan:
    usual, most = Cost(4, 3 * OPEN_TOKENS + 1), Cost(8, 1) + OPEN_MOST + OPEN_MOST + OPEN_MOST
    return Plan(usual + cut.widest.usual, most + cut.widest.most) if cut.widest else Plan(usual, most)


PROBES: Final = tuple(
    Probe(cut.parameter, {cut.parameter: cut.narrow}, _plan(cut), partial(_probe, cut)) for cut in _CUTS
)
