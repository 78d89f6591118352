"""Probes of logprobs, top_logprobs and logit_bias: the numbers behind tokens, and their moving.

Kept apart because these three are about the model's tokens one by one.
"""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import Final

from playground.events import Answer
from playground.insight import signs
from playground.insight.likelihood import avoided_by_chance, mass
from playground.insight.probes.examiner import STORY, Examiner
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.probes.weighing import CHANCE_OF_ERROR, unlike
from playground.insight.reading import said

_FEW: Final = 8
_ASKED_FOR: Final = (5, 2)
_FORCED: Final = 6
_BANNED_TOKENS: Final = 48
_TRIES: Final = 4
_STATED_AWAY: Final = 1e-3
"""Where so little of what it thought of the banned words is left, its numbers are those after the ban."""

_FORCED_ALONE: Final = "One token forced is all that comes."
AVOIDED: Final = "the chance of drawing none of them, as the server states it"

_OVER_AND_OVER: Final = re.compile(r"(.+?)(?:\s*\1){2,}", re.DOTALL)

SOME_ID: Final = 5000
"""A token id that every vocabulary in use has, for servers that do not tell the ids of the tokens they chose."""


async def logprobs(examiner: Examiner) -> Finding:
    """Asked for, they must come, and be numbers that can be true; not asked for, they need not."""
    answer = await examiner.ask(_FEW, logprobs=True)
    sign = signs.logprobs(answer, True)
    if sign.seen == "no":
        return no_effect(sign.why)
    return works(sign.why) if sign.seen == "yes" else cannot_tell(sign.why)


async def top_logprobs(examiner: Examiner) -> Finding:
    """Five per token when five are asked for, and two when two."""
    if not (await examiner.first()).logprobs:
        return cannot_tell("It needs logprobs, and this server gives none.")
    for number in _ASKED_FOR:
        answer = await examiner.ask(_FEW, logprobs=True, top_logprobs=number)
        sign = signs.top_logprobs(answer, number)
        if sign.seen != "yes":
            return (no_effect if sign.seen == "no" else cannot_tell)(sign.why)
    one, other = _ASKED_FOR
    return works(
        f"Every token has {one} alternatives when {one} are asked for, and {other} when {other} are."
    )


async def logit_bias(examiner: Examiner) -> Finding:
    """Forced by 100, one token must come again and again; banned by -100, its own first words must not come."""
    first = await examiner.first()
    forced = _ordinary(first)
    answer = await examiner.scored(_FORCED, logit_bias={str(forced or SOME_ID): 100.0})
    if not said(answer):
        return cannot_tell("With one token forced, it wrote nothing that can be seen.")
    if not is_one_piece_repeated(answer, forced):
        return no_effect(f"One token was forced by 100, and yet it wrote {said(answer)[:60]!r}.")
    if all(score.id is None for score in first.logprobs):
        why = f"A token forced by 100 is all that comes: {said(answer)[:40]!r}."
        return works(f"{why} None could be banned, as the server tells no token's id.")
    return await _banned(examiner, first)


async def _banned(examiner: Examiner, first: Answer) -> Finding:
    """Bans its own first words, and asks until it is hardly by chance that none of them came."""
    tokens = {str(score.id): score.token for score in first.logprobs if score.id is not None}
    banned, words = dict.fromkeys(tokens, -100.0), set(tokens.values()) - {""}
    before, chance = mass(first.logprobs[0], words), 1.0
    banning = f"{_FORCED_ALONE} {len(words)} of its own words banned,"
    stories = (STORY,) * _TRIES
    async with aclosing(unlike(examiner, stories, _BANNED_TOKENS, logit_bias=banned)) as answers:
        async for answer in answers:
            sign = signs.logit_bias(answer, banned)
            if sign.seen == "no":
                return no_effect(f"A token can be forced but not banned: {sign.why}")
            if answer.logprobs and mass(answer.logprobs[0], words) < before * _STATED_AWAY:
                return works(f"{banning} it no longer thinks of them.")
            chance *= avoided_by_chance(answer.logprobs, words)
            if chance < CHANCE_OF_ERROR:
                return works(f"{banning} none comes.", AVOIDED, chance)
    return cannot_tell(f"{banning} none came, but that may be by chance.", AVOIDED, chance)


def _ordinary(answer: Answer) -> int | None:
    """A token of its own with letters in it and not the first, by the id that the server gives; None without."""
    for score in answer.logprobs[1:]:
        if score.id is not None and len(score.token.strip()) > 1 and score.token.strip().isalpha():
            return score.id
    return None


def is_one_piece_repeated(answer: Answer, token_id: int | None = None) -> bool:
    """Whether the answer is one token over and over (that with `token_id`), by its scores or else by its text."""
    if answer.logprobs:
        ids = {score.id for score in answer.logprobs}
        others = token_id is not None and None not in ids and ids != {token_id}
        return (
            not others and len(answer.logprobs) > 2 and len({score.token for score in answer.logprobs}) == 1
        )
    text = said(answer)
    return len(text) > 2 and (not text.strip() or _OVER_AND_OVER.fullmatch(text.strip()) is not None)


PROBES: Final = (
    Probe("logprobs", {"logprobs": True}, Plan(Cost(1, _FEW), Cost(1, _FEW)), logprobs),
    Probe(
        "top_logprobs",
        {"logprobs": True, "top_logprobs": 5},
        Plan(Cost(2, 2 * _FEW), Cost(2, 2 * _FEW)),
        top_logprobs,
        needs={"logprobs": True},
    ),
    Probe(
        "logit_bias",
        {"logit_bias": {str(SOME_ID): 100.0}},
        Plan(
            Cost(2, _FORCED + _BANNED_TOKENS), Cost(2 + 2 * _TRIES, 2 * (_FORCED + _TRIES * _BANNED_TOKENS))
        ),
        logit_bias,
    ),
)
