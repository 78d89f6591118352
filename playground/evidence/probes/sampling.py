"""Probes of temperature and seed: whether the draw becomes colder, hotter, repeatable.

Kept apart from the other probes because what is left to chance can only be tested, not seen.

Where the server gives log probabilities, tokens are weighed against them (see `likelihood.py`): one or two
short answers decide. Where it gives none, or gives those after sampling, whole answers are compared.
"""

from __future__ import annotations

from collections import Counter
from math import exp, inf
from typing import Final

from playground.events import Answer, TokenScore
from playground.evidence.answer_facts import said
from playground.evidence.likelihood import (
    CHANCE_OF_ERROR,
    DECIDED,
    REST,
    by_chance,
    kept,
    stated_by,
    tempered,
)
from playground.evidence.probes.examiner import STORY, Examiner, Messages, Rejected
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.probes.twins import ALIKE, NEAR, ONE_SEED, Ladder, held_back
from playground.evidence.probes.weighing import RATIO_TEST, p_value, weigh
from playground.evidence.significance import fisher, matched_pairs

COLD: Final = 0.0
COOL: Final = 0.1
HOT: Final = 2.0
_TOKENS: Final = 24
_ANSWERS_WEIGHED: Final = 5
_STORIES: Final = (STORY,) * _ANSWERS_WEIGHED
_DOUBTS: Final = 3

OPEN_QUESTIONS: Final[tuple[Messages, ...]] = tuple(
    ({"role": "user", "content": text},)
    for text in (
        "Name ten imaginary cities.",
        "Make up strange names for ten planets.",
        "Invent ten words that do not exist.",
        "Invent a new language and write a poem in it.",
        "Write a random hexadecimal number with 64 digits.",
        "Write random letters.",
        "Write a long list of made-up words.",
        "Write nonsense words.",
        "Tell me a story about nothing.",
        "Write fifty random digits without spaces.",
    )
)
"""Answered with tokens hardly likelier than the next ones, so that a little heat shows; those that show most first."""
OPEN_TOKENS: Final = 48

_GROUP: Final = 6
_SHORT: Final = 12
CONVINCING: Final = 0.01
UNCONVINCING: Final = 0.1
"""Without log probabilities: below the first p-value an effect is taken as shown, above the second as absent."""

_SEED_TOKENS: Final = 16
_HEATS: Final = Ladder("temperature", asked=HOT, near=1.95, far=1.8, below=1.76, tokens=_SEED_TOKENS)
_SEED_TRIES: Final = 3
_BY_CHANCE: Final = 1e-3
"""Two answers that share more of their beginning than so are of one seed, wherever last digits part them later."""
_SEED_PAIRS: Final = 5

UNDECIDED: Final = "After several answers its tokens still fit either way."

SAME_AGAIN: Final = "the chance of drawing the same tokens again, as the server states it"


async def temperature(examiner: Examiner) -> Finding:
    """At 0 the likeliest token must always win, and at 2 unlikely ones must gain, more than at 1 and at 1.95."""
    by_weight = await weighable(examiner)
    finding = await (_weighed if by_weight else _compared)(examiner)
    if finding.outcome == "no visible effect" or (finding.outcome == "cannot tell" and not by_weight):
        return finding
    bounded = await held_back(examiner, _HEATS)
    if bounded.seen == "yes":
        return no_effect(bounded.why)
    if finding.outcome == "cannot tell":  # what is held back often fits 1 as well as 2
        return finding
    return works(f"{finding.why} {bounded.why}", finding.test, finding.p_value)


async def weighable(examiner: Examiner) -> bool:
    """Whether tokens can be weighed: against log probabilities, and those before sampling parameters."""
    return await examiner.alternatives() > 0 and await examiner.states_plain()


async def _weighed(examiner: Examiner) -> Finding:
    """Whether 0 is colder, and 2 hotter, than without it; and 1 no hotter than the tokens are said to be likely."""
    heated = await examiner.heated()
    if 0.0 < heated < DECIDED:
        heated += (await weigh(examiner, _STORIES[:_DOUBTS], _TOKENS, tempered(HOT), temperature=1.0)).none
    if heated >= DECIDED:
        return no_effect(
            "At 1 it draws unlikely tokens as often as it should at 2.", RATIO_TEST, p_value(heated)
        )
    hot = await weigh(examiner, _STORIES, _TOKENS, tempered(HOT), temperature=HOT)
    if hot.refuted:
        return no_effect("At 2 it draws its tokens no more boldly than at 1.", RATIO_TEST, p_value(hot.none))
    cold = await weigh(examiner, OPEN_QUESTIONS, OPEN_TOKENS, kept(0.0), tempered(COOL), temperature=COLD)
    if cold.refuted:
        why = "At 0 it still draws other tokens than the likeliest."
        return no_effect(why, RATIO_TEST, p_value(min(cold)))
    weakest = min(hot.none, cold.none)
    if weakest < DECIDED:
        return cannot_tell(UNDECIDED, RATIO_TEST, p_value(weakest))
    if cold.close < 0.0:
        why = f"At 0 its tokens fit a temperature of {COOL} better than 0, but that may be by chance."
        return cannot_tell(why, RATIO_TEST, p_value(cold.close))
    chance = f"at {COOL} with a chance of {p_value(cold.close):.2g}; a floor below it may not show"
    why = f"At 0 it keeps to its likeliest tokens ({chance}),"
    return works(
        f"{why} and at 2 it draws unlikely ones far more often than at 1.", RATIO_TEST, p_value(weakest)
    )


async def _compared(examiner: Examiner) -> Finding:
    """The same by whole answers. Log probabilities after sampling parameters must show the heat themselves."""
    stated = ""
    if await examiner.alternatives():
        before = _surest(await examiner.first())
        after = _surest(await examiner.scored(1, temperature=HOT))
        if after >= before:
            return no_effect("At 2 it states its likeliest token to be no less likely than at 1.")
        stated = f" The likeliest first token, at {exp(before):.0%} before, is at {exp(after):.0%} at 2."
    finding = await colder_than(examiner, {"temperature": COLD}, {"temperature": HOT}, "at 0", "at 2")
    if finding.outcome != "works":
        return finding
    return works(f"{finding.why}{stated}", finding.test, finding.p_value)


async def seed(examiner: Examiner) -> Finding:
    """The same seed must give the same answer again, whole or as a stream, and any other seed another one."""
    if not await weighable(examiner):
        return await _seeds_compared(examiner)
    one = await examiner.scored(_SEED_TOKENS, seed=ONE_SEED)
    whole = await _whole(examiner)
    together = 1.0
    for number in range(_SEED_TRIES):
        told = whole if number == 0 and whole and _reads_alike(one, whole) else None
        again = told or await examiner.scored(_SEED_TOKENS, seed=ONE_SEED)
        same, chance = _agreement(one, again)
        together *= chance
        if chance > UNCONVINCING and not _reads_alike(one, again):
            return no_effect("The same seed gives different answers.", SAME_AGAIN, chance)
        if together < CHANCE_OF_ERROR:
            break
    if together > CHANCE_OF_ERROR:
        why = f"Two answers of the same seed share their first {same} tokens."
        return cannot_tell(why, SAME_AGAIN, together)
    for number in (ALIKE, NEAR):
        other = await examiner.scored(_SEED_TOKENS, seed=number)
        if _agreement(one, other)[1] < CHANCE_OF_ERROR:
            return await _whatever_the_seed(examiner, f"The seeds {ONE_SEED} and {number} give", one, other)
    alike = _reads_alike(one, again)
    if alike and whole and not _reads_alike(one, whole) and _agreement(one, whole)[1] > _BY_CHANCE:
        return no_effect("The same seed gives the same stream, but another answer where it comes whole.")
    how = "the same answer" if alike else f"the same first {same} tokens, then others"
    return works(f"The same seed gives {how}, other seeds other answers.", SAME_AGAIN, together)


async def _whole(examiner: Examiner) -> Answer | None:
    """An answer of the seed that is no stream, where the server gives such: some take a seed in streams alone."""
    try:
        return await examiner.scored(_SEED_TOKENS, seed=ONE_SEED, stream=False)
    except Rejected:
        return None


def _reads_alike(one: Answer, other: Answer) -> bool:
    """Whether both say the same, but for blanks, which some servers cut off an answer that comes whole."""
    return said(one).split() == said(other).split()


async def _whatever_the_seed(examiner: Examiner, they_give: str, *seeded: Answer) -> Finding:
    """Different seeds gave the same. If it draws its tokens at all, then they are taken for the same one."""
    unseeded = {said(await examiner.ask(_SEED_TOKENS)) for _ in range(3)}
    if len(unseeded) > 1:
        return no_effect(f"{they_give} the same answer, although without one its answers differ.")
    if any(score.top and not is_likeliest(score) for answer in seeded for score in answer.logprobs):
        return no_effect(f"{they_give} the same answer, although its tokens are drawn and not the likeliest.")
    return cannot_tell("It gives the same answer with any seed and with none, so no seed can show.")


async def _seeds_compared(examiner: Examiner) -> Finding:
    """Five seeds, each asked for twice: do the answers of a seed match more often than blind pairs would?"""
    pairs = []
    for number in range(_SEED_PAIRS):
        given = ONE_SEED + 2**16 * number  # alike in their lower sixteen bits
        pairs.append([await examiner.ask(_SHORT, seed=given) for _ in range(2)])
    texts = [(said(one), said(again)) for one, again in pairs]
    chance = matched_pairs(texts)
    test = "exact test of matched pairs"
    if len({text for pair in texts for text in pair}) == 1:
        return await _whatever_the_seed(examiner, "Five seeds give", *pairs[0])
    if chance < CONVINCING:
        return works("The same seed gives the same answer, another seed another one.", test, chance)
    if any(one == again for one, again in texts):
        return cannot_tell("The same seed gives the same answer now and then.", test, chance)
    return no_effect("The same seed gives different answers.", test, chance)


async def colder_than(
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


def is_likeliest(score: TokenScore) -> bool:
    """Whether the server states no token of this place to be likelier."""
    stated = {token: p for token, p in stated_by(score).items() if token != REST}
    return bool(stated) and stated.get(score.token, 0.0) >= max(stated.values())


def _surest(answer: Answer) -> float:
    """The logarithm of what the likeliest first token was stated to be."""
    return max((a.logprob for score in answer.logprobs[:1] for a in score.top), default=-inf)


def _agreement(one: Answer, other: Answer) -> tuple[int, float]:
    """How many first tokens two answers share, and the chance that another draw would share them."""
    same = 0
    for ours, theirs in zip(one.logprobs, other.logprobs, strict=False):
        if ours.token != theirs.token:
            break
        same += 1
    return same, by_chance(one.logprobs[:same])


OPEN_MOST: Final = Cost(len(OPEN_QUESTIONS), len(OPEN_QUESTIONS) * OPEN_TOKENS)
_WEIGHED_MOST: Final = Cost(_DOUBTS + _ANSWERS_WEIGHED, (_DOUBTS + _ANSWERS_WEIGHED) * _TOKENS)

PROBES: Final = (
    Probe(
        "temperature",
        {"temperature": HOT},
        Plan(
            Cost(5, 1 + _TOKENS + 3 * OPEN_TOKENS) + _HEATS.usual,
            Cost(1, 1) + _WEIGHED_MOST + OPEN_MOST + _HEATS.most,
        ),
        temperature,
    ),
    Probe(
        "seed",
        {"seed": ONE_SEED},
        Plan(Cost(4, 4 * _SEED_TOKENS), Cost(15, 13 * _SHORT + 4 * _SEED_TOKENS)),
        seed,
    ),
)
