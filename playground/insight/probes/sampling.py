"""Probes of temperature, top_p and seed: whether the draw becomes colder, hotter, narrower, repeatable.

Kept apart from the other probes because what is left to chance can only be tested, not seen.

Where the server gives log probabilities, tokens are weighed against them (see `likelihood.py`): one or two
short answers decide. Where it gives none, or gives those after sampling, whole answers are compared.
"""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from math import exp, inf
from typing import Final

from playground.events import Answer, TokenScore
from playground.insight.likelihood import (
    CHANCE_OF_ERROR,
    DECIDED,
    REST,
    by_chance,
    kept,
    log_ratio,
    log_ratio_between,
    stated_by,
    tempered,
)
from playground.insight.probes.examiner import STORY, Examiner, Messages, Rejected
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.probes.weighing import RATIO_TEST, RULED_OUT, p_value, unlike, weigh
from playground.insight.reading import said
from playground.insight.sign import Sign, no, unknown, yes
from playground.insight.significance import fisher, matched_pairs

COLD: Final = 0.0
COOL: Final = 0.1
MILD: Final = 1.8
HOT: Final = 2.0
NARROW: Final = 0.1
WIDER: Final = 0.3
WIDE: Final = 0.7
_LESS_WIDE: Final = 0.5
_COLDER: Final = 0.5
_TOKENS: Final = 24
_ANSWERS_WEIGHED: Final = 5
_STORIES: Final = (STORY,) * _ANSWERS_WEIGHED
_DOUBTS: Final = 3

OPEN_QUESTIONS: Final[tuple[Messages, ...]] = tuple(
    ({"role": "user", "content": text},)
    for text in (
        "Write a long list of made-up words.",
        "Write random letters.",
        "Write a random hexadecimal number with 64 digits.",
        "Make up strange names for ten planets.",
        "Invent a new language and write a poem in it.",
        "Invent ten words that do not exist.",
        "Write nonsense words.",
        "Name ten imaginary cities.",
        "Tell me a story about nothing.",
        "Write fifty random digits without spaces.",
    )
)
"""Answered with tokens hardly likelier than the next ones, so that a little heat shows."""
_OPEN_TOKENS: Final = 48

_GROUP: Final = 6
_SHORT: Final = 12
CONVINCING: Final = 0.01
UNCONVINCING: Final = 0.1
"""Without log probabilities: below the first p-value an effect is taken as shown, above the second as absent."""

_ONE_SEED: Final = 1234567
_NEAR: Final = _ONE_SEED - 1
_ALIKE: Final = _ONE_SEED + 7 * 2**16
"""Seeds that differ from it in the lowest bit alone, and in none of the lower sixteen."""
_SEED_TOKENS: Final = 16
_TWIN_TOKENS: Final = 48
"""Where two temperatures give the same so far, so many tokens of other seeds must too: a draw often falls alike."""
_SEED_TRIES: Final = 3
_SEED_PAIRS: Final = 5

SAME_AGAIN: Final = "the chance of drawing the same tokens again, as the server states it"


async def temperature(examiner: Examiner) -> Finding:
    """At 0 the likeliest token must always win, and at 2 unlikely ones must gain, more than at 1 and at 1.8."""
    weighable = await _weighable(examiner)
    finding = await (_weighed if weighable else _compared)(examiner)
    if finding.outcome == "no visible effect" or (finding.outcome == "cannot tell" and not weighable):
        return finding
    bounded = await _bounded(examiner)
    if bounded.seen == "yes":
        return no_effect(bounded.why)
    if finding.outcome == "cannot tell":  # what is held back often fits 1 as well as 2
        return finding
    return works(f"{finding.why} {bounded.why}", finding.test, finding.p_value)


async def _weighable(examiner: Examiner) -> bool:
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
    cold = await weigh(examiner, OPEN_QUESTIONS, _OPEN_TOKENS, kept(0.0), tempered(COOL), temperature=COLD)
    if cold.refuted:
        why = "At 0 it still draws other tokens than the likeliest."
        return no_effect(why, RATIO_TEST, p_value(min(cold)))
    weakest = min(hot.none, cold.none)
    if weakest < DECIDED:
        return cannot_tell(_UNDECIDED, RATIO_TEST, p_value(weakest))
    if cold.close < 0.0:
        why = f"At 0 its tokens fit a temperature of {COOL} better than 0, but that may be by chance."
        return cannot_tell(why, RATIO_TEST, p_value(cold.close))
    why = f"At 0 it keeps to its likeliest tokens (at {COOL} with a chance of {p_value(cold.close):.2g}),"
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
    finding = await _colder_than(examiner, {"temperature": COLD}, {"temperature": HOT}, "at 0", "at 2")
    if finding.outcome != "works":
        return finding
    return works(f"{finding.why}{stated}", finding.test, finding.p_value)


async def _bounded(examiner: Examiner) -> Sign:
    """Whether 2 is held back to 1.8 or less: then each seed gives the same answer at both, word for word.

    No account of the stated tokens could tell, since no server states how likely its rarest ones are.
    """
    untold = f"Whether it is bolder than at {MILD} cannot be seen, as"
    try:
        hot, mild, again = [await _seeded(examiner, _ONE_SEED, heat) for heat in (HOT, MILD, HOT)]
        if hot == again != mild:
            return no(f"With the same seed it writes otherwise at 2 than at {MILD}.")
        if hot != mild:
            return unknown(f"{untold} no seed repeats an answer.")
        for number in (_NEAR, _ALIKE, _NEAR + _ALIKE):  # draws may fall alike for one seed, hardly for all
            pair = [await _seeded(examiner, number, heat, _TWIN_TOKENS) for heat in (HOT, MILD)]
            if pair[0] != pair[1]:
                return unknown(f"{untold} one seed gives the same at both, and another does not.")
            if pair[0].startswith(hot):  # it would have nothing else to say at any heat
                return unknown(f"{untold} every seed gives the same answer.")
    except Rejected as rejected:
        return unknown(f"{untold} the server refuses to be asked so: {rejected.words}")
    return yes(f"With the same seed it writes the same at 2 as at {MILD}: {hot[:40]!r}.")


async def _seeded(examiner: Examiner, number: int, heat: float, tokens: int = _SEED_TOKENS) -> str:
    return said(await examiner.scored(tokens, seed=number, temperature=heat))


async def top_p(examiner: Examiner) -> Finding:
    """At 0.1 nearly always one token alone is left to draw from, and at 0.7 more than at 0.5."""
    if not await _weighable(examiner):
        return await _colder_than(examiner, {"top_p": 0.01}, {}, "at 0.01", "without it")
    weights = await weigh(examiner, OPEN_QUESTIONS, _OPEN_TOKENS, kept(NARROW), kept(WIDER), top_p=NARROW)
    if weights.refuted:
        why = f"At {NARROW} it still draws tokens from outside."
        return no_effect(why, RATIO_TEST, p_value(min(weights)))
    if weights.none < DECIDED:
        return cannot_tell(_UNDECIDED, RATIO_TEST, p_value(weights.none))
    if all(_is_likeliest(score) for score in (await examiner.first()).logprobs):
        return cannot_tell("It keeps to its likeliest tokens at 0.1, but so it does without top_p.")
    wide = await _wide(examiner)
    if wide <= -DECIDED:
        why = f"At {WIDE} it draws from no more tokens than it should at {_LESS_WIDE}."
        return no_effect(why, RATIO_TEST, p_value(-wide))
    why = f"At {NARROW} it draws from the likeliest tokens alone (at {WIDER} with a chance of {{:.2g}})"
    also = f", and at {WIDE} from more than at {_LESS_WIDE}" if wide >= RULED_OUT else ""
    return works(f"{why.format(p_value(weights.close))}{also}.", RATIO_TEST, p_value(weights.none))


async def _wide(examiner: Examiner) -> float:
    """By what log ratio answers at 0.7 fit that rather than 0.5; 0 where it draws more coldly than it states."""
    ratio = 0.0
    if log_ratio((await examiner.first()).logprobs, tempered(_COLDER)) >= 0.0:
        return ratio
    async with aclosing(unlike(examiner, OPEN_QUESTIONS, _OPEN_TOKENS, top_p=WIDE)) as answers:
        async for answer in answers:
            ratio += log_ratio_between(answer.logprobs, kept(WIDE), kept(_LESS_WIDE))
            if not -DECIDED < ratio < RULED_OUT:
                break
    return ratio


async def seed(examiner: Examiner) -> Finding:
    """The same seed must give the same answer again, and another seed another one, be it ever so alike."""
    if not await _weighable(examiner):
        return await _seeds_compared(examiner)
    one = await examiner.scored(_SEED_TOKENS, seed=_ONE_SEED)
    together = 1.0
    for _ in range(_SEED_TRIES):
        again = await examiner.scored(_SEED_TOKENS, seed=_ONE_SEED)
        same, chance = _agreement(one, again)
        together *= chance
        if chance > UNCONVINCING and said(one) != said(again):
            return no_effect("The same seed gives different answers.", SAME_AGAIN, chance)
        if together < CHANCE_OF_ERROR:
            break
    if together > CHANCE_OF_ERROR:
        why = f"Two answers of the same seed share their first {same} tokens."
        return cannot_tell(why, SAME_AGAIN, together)
    for number in (_ALIKE, _NEAR):
        other = await examiner.scored(_SEED_TOKENS, seed=number)
        if _agreement(one, other)[1] < CHANCE_OF_ERROR:
            return await _whatever_the_seed(examiner, f"The seeds {_ONE_SEED} and {number} give", one, other)
    how = "the same answer" if said(one) == said(again) else f"the same first {same} tokens, then others"
    return works(f"The same seed gives {how}, other seeds other answers.", SAME_AGAIN, together)


async def _whatever_the_seed(examiner: Examiner, they_give: str, *seeded: Answer) -> Finding:
    """Different seeds gave the same. If it draws its tokens at all, then they are taken for the same one."""
    unseeded = {said(await examiner.ask(_SEED_TOKENS)) for _ in range(3)}
    if len(unseeded) > 1:
        return no_effect(f"{they_give} the same answer, although without one its answers differ.")
    if any(score.top and not _is_likeliest(score) for answer in seeded for score in answer.logprobs):
        return no_effect(f"{they_give} the same answer, although its tokens are drawn and not the likeliest.")
    return cannot_tell("It gives the same answer with any seed and with none, so no seed can show.")


async def _seeds_compared(examiner: Examiner) -> Finding:
    """Five seeds, each asked for twice: do the answers of a seed match more often than blind pairs would?"""
    pairs = []
    for number in range(_SEED_PAIRS):
        given = _ONE_SEED + 2**16 * number  # alike in their lower sixteen bits
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


_UNDECIDED: Final = "After several answers its tokens still fit either way."


def _is_likeliest(score: TokenScore) -> bool:
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


_OPEN_MOST: Final = Cost(len(OPEN_QUESTIONS), len(OPEN_QUESTIONS) * _OPEN_TOKENS)
_WEIGHED_MOST: Final = Cost(_DOUBTS + _ANSWERS_WEIGHED, (_DOUBTS + _ANSWERS_WEIGHED) * _TOKENS)
_BOUNDED_USUAL: Final = Cost(3, 3 * _SEED_TOKENS)
_BOUNDED_MOST: Final = _BOUNDED_USUAL + Cost(6, 6 * _TWIN_TOKENS)

PROBES: Final = (
    Probe(
        "temperature",
        {"temperature": HOT},
        Plan(
            Cost(5, 1 + _TOKENS + 3 * _OPEN_TOKENS) + _BOUNDED_USUAL,
            Cost(1, 1) + _WEIGHED_MOST + _OPEN_MOST + _BOUNDED_MOST,
        ),
        temperature,
    ),
    Probe(
        "top_p",
        {"top_p": NARROW},
        Plan(Cost(3, 2 * _OPEN_TOKENS + 1), Cost(8, 1) + _OPEN_MOST + _OPEN_MOST),
        top_p,
    ),
    Probe(
        "seed",
        {"seed": _ONE_SEED},
        Plan(Cost(4, 4 * _SEED_TOKENS), Cost(14, 13 * _SHORT + 3 * _SEED_TOKENS)),
        seed,
    ),
)
