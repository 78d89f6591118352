"""Probes of logprobs, top_logprobs and logit_bias: the numbers behind tokens, and their moving.

These three are about the model's tokens one by one.
"""

from __future__ import annotations

import re
from contextlib import aclosing
from math import log
from typing import Final, NamedTuple

from playground.events import Answer
from playground.evidence import signs
from playground.evidence.answer_facts import said
from playground.evidence.likelihood import CHANCE_OF_ERROR, REST, avoided_by_chance, mass, stated_by
from playground.evidence.probes.examiner import REFUSED, STORY, Examiner, Rejected
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.probes.scores import alternatives_amiss, missing
from playground.evidence.probes.weighing import unlike
from playground.evidence.sign import Sign, no, unknown, yes

_FEW: Final = 8
_ASKED_FOR: Final = (5, 2)
_FORCED: Final = 6
_FORCE: Final = 100.0
_LESS: Final = 50.0
"""A likelier token is forced by this much: one that is forced by as much as it would come first."""
_BANNED_TOKENS: Final = 48
_TRIES: Final = 4
_STATED_AWAY: Final = 1e-3
"""Where so little of what it thought of the banned words is left, its numbers are those after the ban."""

_COLD_TOKENS: Final = 24
_LEAST_LEAD: Final = 3.0
_ENOUGH: Final = 1.5
_MOST_LOWERED: Final = 30

_FORCED_ALONE: Final = "One token forced is all that comes."
AVOIDED: Final = "the chance of drawing none of them, as the server states it"

_OVER_AND_OVER: Final = re.compile(r"(.+?)(?:\s*\1){2,}", re.DOTALL)

SOME_ID: Final = 5000
"""A token id that every vocabulary in use has, for servers that do not tell the ids of the tokens they chose."""


async def logprobs(examiner: Examiner) -> Finding:
    """Asked for, they must come for every token, and be numbers that can be true; not asked for, they need not."""
    answer = await examiner.ask(_FEW, logprobs=True)
    sign = signs.logprobs(answer, True)
    if sign.seen == "unknown":
        return cannot_tell(sign.why)
    if sign.seen == "no" and not alternatives_amiss(answer):  # that is no fault of theirs
        return no_effect(sign.why)
    for scored in (answer, await examiner.first()):
        if scored.logprobs and (short := missing(scored)):
            return no_effect(f"They came, but not for every token: {short}.")
    return works(f"They came for {len(answer.logprobs)} tokens.")


async def top_logprobs(examiner: Examiner) -> Finding:
    """Five per token when five are asked for, and two when two; and they must fit the tokens that were chosen."""
    if not (await examiner.first()).logprobs:
        return cannot_tell(
            f"It needs logprobs, and this server gives none. {examiner.refusal('top_logprobs')}".rstrip()
        )
    for number in _ASKED_FOR:
        answer = await examiner.ask(_FEW, logprobs=True, top_logprobs=number)
        sign = signs.top_logprobs(answer, number)
        if sign.seen != "yes":
            return (no_effect if sign.seen == "no" else cannot_tell)(sign.why)
        if fault := alternatives_amiss(answer) or alternatives_amiss(await examiner.first()):
            return no_effect(f"{number} alternatives come, but they cannot be true: {fault}.")
    one, other = _ASKED_FOR
    asked, came = await _most_alternatives(examiner)
    if came < asked:
        return no_effect(f"{asked} alternatives per token were asked for, and {came} came.")
    return works(
        f"Every token has {one} alternatives when {one} are asked for, and {other} when {other} are;"
        f" a bound above {max(asked, one)} would not show."
    )


async def _most_alternatives(examiner: Examiner) -> tuple[int, int]:
    """How many the first question asked for, and how many came; as many where their number varies."""
    first = await examiner.first()
    asked = int(first.body.get("top_logprobs", 0))
    counts = {len(score.top) for score in first.logprobs}
    return asked, counts.pop() if len(counts) == 1 else asked


async def logit_bias(examiner: Examiner) -> Finding:
    """Forced by 100, one token must come again and again; banned by -100, its own first words must not come."""
    first = await examiner.first()
    forced = _ordinary(first)
    bias = {str(forced or SOME_ID): _FORCE}
    if forced is not None and (rival := _likelier(first, forced)) is not None:
        bias[str(rival)] = _LESS
    answer = await examiner.scored(_FORCED, logit_bias=bias)
    if not said(answer):
        return cannot_tell("With one token forced, it wrote nothing that can be seen.")
    if not is_one_piece_repeated(answer, forced):
        beside = f" beside a likelier one by {_LESS:g}" if len(bias) > 1 else ""
        return no_effect(
            f"One token was forced by {_FORCE:g}{beside}, and yet it wrote {said(answer)[:60]!r}."
        )
    if all(score.id is None for score in first.logprobs):
        why = f"A token forced by 100 is all that comes: {said(answer)[:40]!r}."
        return works(f"{why} None could be banned, as the server tells no token's id.")
    finding = await _banned(examiner, first)
    if finding.outcome != "works":
        return finding
    lowered = await _lowered(examiner)
    if lowered.seen == "no":
        return no_effect(lowered.why)
    return works(f"{finding.why} {lowered.why}", finding.test, finding.p_value)


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


class _Leader(NamedTuple):
    """A token far ahead of the second likeliest, and the bias that must put it behind, of which half must not."""

    place: int
    token: str
    id: int
    bias: int


async def _lowered(examiner: Examiner) -> Sign:
    """Whether a bias is taken for as much as it says: one that is just enough must be enough, at temperature 0."""
    untold = unknown("Whether one of a few points is taken for less cannot be seen.")
    if not await examiner.alternatives() or not await examiner.states_plain():
        return untold
    try:
        cold = await examiner.at(0.0, _COLD_TOKENS, **examiner.scoring())
        leader = _leader(cold) if cold else None
        if not cold or not leader:
            return untold
        bias = {str(leader.id): leader.bias}
        again = await examiner.at(0.0, leader.place + 1, **examiner.scoring(), logit_bias=bias)
    except Rejected:
        return untold
    before, after = ([score.token for score in answer.logprobs] for answer in (cold, again or cold))
    if len(after) <= leader.place or after[: leader.place] != before[: leader.place]:
        return untold
    by = f"{leader.token!r} lowered by {-leader.bias}, which is enough to put it second,"
    if after[leader.place] == leader.token:
        return no(f"{by} still comes first.")
    return yes(f"{by} another comes; a bound beyond {leader.bias} or {_LESS:g} would not show.")


def _leader(cold: Answer) -> _Leader | None:
    """Found in an answer at temperature 0, in which every token is the likeliest; its token did not come before."""
    found, before = None, set[str]()
    for place, score in enumerate(cold.logprobs):
        stated = {token: p for token, p in stated_by(score).items() if token != REST}
        first, *others = sorted(stated, key=stated.__getitem__, reverse=True)
        if score.token != first:
            return None
        lead = log(stated[first] / stated[others[0]]) if others else 0.0
        if found is None and score.id is not None and score.token not in before and lead > _LEAST_LEAD:
            bias = round(lead * _ENOUGH)
            if bias <= _MOST_LOWERED:
                found = _Leader(place, score.token, score.id, -bias)
        before.add(score.token)
    return found


def _ordinary(answer: Answer) -> int | None:
    """A token of its own with letters in it and not the first, by the id that the server gives; None without."""
    for score in answer.logprobs[1:]:
        if score.id is not None and len(score.token.strip()) > 1 and score.token.strip().isalpha():
            return score.id
    return None


def _likelier(answer: Answer, forced: int) -> int | None:
    """A token with which it began, or might have gone on: one that would come first if both were forced alike."""
    return next((s.id for s in answer.logprobs if s.id not in (None, forced)), None)


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


_LOWERED: Final = Cost(2, 2 * _COLD_TOKENS)

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
            Cost(2, _FORCED + _BANNED_TOKENS) + _LOWERED,
            Cost(2 + 2 * _TRIES, 2 * (_FORCED + _TRIES * _BANNED_TOKENS)) + _LOWERED + _LOWERED + REFUSED,
        ),
        logit_bias,
    ),
)
