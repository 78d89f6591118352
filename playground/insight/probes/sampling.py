"""Probes of temperature, top_p and seed: whether the draw becomes colder, hotter, narrower, repeatable.

Kept apart from the other probes because what is left to chance can only be tested, not seen.

Where the server gives log probabilities, tokens are weighed against them (see `likelihood.py`): one or two
short answers decide. Where it gives none, or gives those after sampling, whole answers are compared.
"""

from __future__ import annotations

from collections import Counter
from math import exp, log
from typing import Final

from playground.events import Answer, TokenScore
from playground.insight.likelihood import REST, Expectation, by_chance, kept, stated_by, tempered
from playground.insight.probes.examiner import Examiner
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.reading import said
from playground.insight.significance import fisher, matched_pairs

CHANCE_OF_ERROR: Final = 1e-5
DECIDED: Final = log(1 / CHANCE_OF_ERROR)
RATIO_TEST: Final = "sequential probability ratio test (Wald)"

COLD: Final = 0.0
HOT: Final = 2.0
NARROW: Final = 0.1
_TOKENS: Final = 24
_ANSWERS_WEIGHED: Final = 5

_GROUP: Final = 6
_SHORT: Final = 12
CONVINCING: Final = 0.01
UNCONVINCING: Final = 0.1
"""Without log probabilities: below the first p-value an effect is taken as shown, above the second as absent."""

_ONE_SEED: Final = 1234567
_ANOTHER: Final = 7654321
_SEED_TOKENS: Final = 16
_SEED_PAIRS: Final = 5


async def temperature(examiner: Examiner) -> Finding:
    """At 0 the likeliest token must always win, and at 2 unlikely ones must gain."""
    first = await examiner.first()
    if not await examiner.alternatives():
        return await _colder_than(examiner, {"temperature": COLD}, {"temperature": HOT}, "at 0", "at 2")
    hot_start = await examiner.scored(1, temperature=HOT)
    if Examiner.stated_differently(first, hot_start):
        return await _stated_after_sampling(examiner, first, hot_start)
    hot = await _weighed(examiner, tempered(HOT), temperature=HOT)
    cold = await _weighed(examiner, kept(0.0), temperature=COLD)
    if hot <= -DECIDED:
        return no_effect("At 2 it draws its tokens no more boldly than at 1.", RATIO_TEST, _p(hot))
    if cold <= -DECIDED:
        return no_effect("At 0 it still draws other tokens than the likeliest.", RATIO_TEST, _p(cold))
    if min(hot, cold) < DECIDED:
        return cannot_tell(_UNDECIDED, RATIO_TEST, _p(min(hot, cold)))
    why = "At 0 it keeps to its likeliest tokens, and at 2 it draws unlikely ones far more often than at 1."
    return works(why, RATIO_TEST, _p(min(hot, cold)))


async def _stated_after_sampling(examiner: Examiner, first: Answer, hot: Answer) -> Finding:
    """Here the log probabilities are those after sampling parameters, and so show the heat themselves."""
    before, after = (max(a.logprob for a in answer.logprobs[0].top) for answer in (first, hot))
    if after >= before:
        return no_effect("At 2 it states its likeliest token to be no less likely than at 1.")
    finding = await _colder_than(examiner, {"temperature": COLD}, {"temperature": HOT}, "at 0", "at 2")
    if finding.outcome != "works":
        return finding
    stated = f"The likeliest first token, at {exp(before):.0%} before, is at {exp(after):.0%} at 2."
    return works(f"{finding.why} {stated}", finding.test, finding.p_value)


async def top_p(examiner: Examiner) -> Finding:
    """At 0.1 nearly always one token alone is left to draw from."""
    if not await examiner.alternatives() or not await examiner.states_plain():
        return await _colder_than(examiner, {"top_p": 0.01}, {}, "at 0.01", "without it")
    ratio = await _weighed(examiner, kept(NARROW), top_p=NARROW)
    if ratio <= -DECIDED:
        return no_effect(f"At {NARROW} it still draws tokens from outside.", RATIO_TEST, _p(ratio))
    if ratio < DECIDED:
        return cannot_tell(_UNDECIDED, RATIO_TEST, _p(ratio))
    if all(_is_likeliest(score) for score in (await examiner.first()).logprobs):
        return cannot_tell("It keeps to its likeliest tokens at 0.1, but so it does without top_p.")
    return works(f"At {NARROW} it draws from the likeliest tokens alone.", RATIO_TEST, _p(ratio))


async def seed(examiner: Examiner) -> Finding:
    """The same seed must give the same answer again, and another seed another one."""
    if not await examiner.alternatives() or not await examiner.states_plain():
        return await _seeds_compared(examiner)
    one = await examiner.scored(_SEED_TOKENS, seed=_ONE_SEED)
    again = await examiner.scored(_SEED_TOKENS, seed=_ONE_SEED)
    other = await examiner.scored(_SEED_TOKENS, seed=_ANOTHER)
    same, chance = _agreement(one, again)
    test = "the chance of drawing the same tokens again, as the server states it"
    if chance > UNCONVINCING:
        return no_effect("The same seed gives different answers.", test, chance)
    if chance > CHANCE_OF_ERROR:
        return cannot_tell(f"Two answers of the same seed share their first {same} tokens.", test, chance)
    if _agreement(one, other)[1] < CHANCE_OF_ERROR:
        return await _whatever_the_seed(examiner, one, other)
    how = "the same answer" if said(one) == said(again) else f"the same first {same} tokens, then others"
    return works(f"The same seed gives {how}, another seed another answer.", test, chance)


async def _whatever_the_seed(examiner: Examiner, *seeded: Answer) -> Finding:
    """All seeds gave the same. If it draws its tokens at all, then every seed is taken for the same one."""
    unseeded = {said(await examiner.ask(_SEED_TOKENS)) for _ in range(3)}
    if len(unseeded) > 1:
        return no_effect("Every seed gives the same answer, although without one its answers differ.")
    if any(score.top and not _is_likeliest(score) for answer in seeded for score in answer.logprobs):
        return no_effect(
            "Every seed gives the same answer, although its tokens are drawn and not the likeliest."
        )
    return cannot_tell("It gives the same answer with any seed and with none, so no seed can show.")


async def _seeds_compared(examiner: Examiner) -> Finding:
    """Five seeds, each asked for twice: do the answers of a seed match more often than blind pairs would?"""
    pairs = []
    for number in range(_SEED_PAIRS):
        given = _ONE_SEED + 1000 * number
        pairs.append([await examiner.ask(_SHORT, seed=given) for _ in range(2)])
    texts = [(said(one), said(again)) for one, again in pairs]
    chance = matched_pairs(texts)
    test = "exact test of matched pairs"
    if len({text for pair in texts for text in pair}) == 1:
        return await _whatever_the_seed(examiner, *pairs[0])
    if chance < CONVINCING:
        return works("The same seed gives the same answer, another seed another one.", test, chance)
    if any(one == again for one, again in texts):
        return cannot_tell("The same seed gives the same answer now and then.", test, chance)
    return no_effect("The same seed gives different answers.", test, chance)


async def _colder_than(
    examiner: Examiner, colder: dict[str, float], hotter: dict[str, float], when: str, otherwise: str
) -> Finding:
    """Six answers each: do the colder ones repeat themselves, and the hotter ones not?"""
    cold = [said(await examiner.ask(_SHORT, **colder)) for _ in range(_GROUP)]
    hot = [said(await examiner.ask(_SHORT, **hotter)) for _ in range(_GROUP)]
    usual, times = Counter(cold).most_common(1)[0]
    chance = fisher(times, _GROUP, hot.count(usual), _GROUP)
    test = "Fisher's exact test"
    if chance < CONVINCING:
        why = f"Of {_GROUP} answers {when} {times} are the same, and {hot.count(usual)} of {_GROUP} {otherwise}."
        return works(why, test, chance)
    if len({*cold, *hot}) == 1:
        return cannot_tell("All its answers are the same, whatever is set.", test, chance)
    if chance > UNCONVINCING:
        return no_effect(f"Its answers differ from one another {when} as they do {otherwise}.", test, chance)
    return cannot_tell(f"Its answers {when} are a little more alike than {otherwise}.", test, chance)


async def _weighed(examiner: Examiner, expectation: Expectation, **parameters: float) -> float:
    return await examiner.weigh(expectation, _TOKENS, _ANSWERS_WEIGHED, DECIDED, **parameters)


_UNDECIDED: Final = "After five answers its tokens still fit either way."


def _p(log_ratio: float) -> float:
    """The probability, at most, of so large a ratio if there is no effect (Ville's inequality)."""
    return min(1.0, exp(-log_ratio))


def _is_likeliest(score: TokenScore) -> bool:
    stated = {token: p for token, p in stated_by(score).items() if token != REST}
    return bool(stated) and stated.get(score.token, 0.0) >= max(stated.values())


def _agreement(one: Answer, other: Answer) -> tuple[int, float]:
    """How many first tokens two answers share, and the chance that another draw would share them."""
    same = 0
    for ours, theirs in zip(one.logprobs, other.logprobs, strict=False):
        if ours.token != theirs.token:
            break
        same += 1
    return same, by_chance(one.logprobs[:same])


PROBES: Final = (
    Probe(
        "temperature",
        {"temperature": HOT},
        Plan(Cost(3, 2 * _TOKENS + 1), Cost(14, 1 + 2 * _ANSWERS_WEIGHED * _TOKENS)),
        temperature,
    ),
    Probe("top_p", {"top_p": NARROW}, Plan(Cost(2, _TOKENS + 1), Cost(13, 1 + 12 * _SHORT)), top_p),
    Probe("seed", {"seed": _ONE_SEED}, Plan(Cost(3, 3 * _SEED_TOKENS), Cost(13, 13 * _SHORT + 48)), seed),
)
