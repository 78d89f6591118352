"""Twins: two answers of one seed, at a value and at one a little less, which are alike if the value is held back.

Temperature and the penalties are held against themselves alike: what no account of the stated tokens could tell, the
same dice do. Where they fall alike at once, chance is ruled out by further seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from playground.events import Answer
from playground.evidence.answer_facts import said
from playground.evidence.likelihood import Expectation, alike_by_chance
from playground.evidence.probes.examiner import Examiner, Rejected
from playground.evidence.probes.finding import Cost
from playground.evidence.sign import Sign, no, unknown, yes
from playground.evidence.significance import fisher

ONE_SEED: Final = 1234567
NEAR: Final = ONE_SEED - 1
ALIKE: Final = ONE_SEED + 2**16 * 5**6
"""Seeds that differ from it in the lowest bit alone, and in none of the lower sixteen nor the last six digits."""

_HARDLY: Final = 1e-4
"""A chance that is none: seeds that fall alike at first are few already."""

_SEEDS: Final = tuple(NEAR + number * 2**16 for number in range(10))
_SEEDS_WITHOUT_RULE: Final = 3
_TWIN_TOKENS: Final = 48
"""Where two values give the same so far, so many tokens of other seeds must too: a draw often falls alike."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """A value of a parameter, and lesser ones: `near` it, and a `far` one, from which the next differs as visibly.

    With a `rule`, by which the stated tokens are drawn at a value, it is known how often draws at two values fall
    alike, and no further value is asked for. Without, as where the rarest tokens matter, which no server states:
    draws hardly fall alike at `asked` and at `far`. At `near` they may, on servers that throw their dice for each
    token of the vocabulary, but then so they do at `far` and at `below`, which is as near to it.
    """

    parameter: str
    asked: float
    near: float
    tokens: int
    far: float = 0.0
    below: float = 0.0
    rule: Callable[[float], Expectation] | None = None

    @property
    def seeds(self) -> tuple[int, ...]:
        """Further seeds that are tried where the first does not tell."""
        return _SEEDS if self.rule else _SEEDS[:_SEEDS_WITHOUT_RULE]

    @property
    def least(self) -> float:
        """The value to which it would have to be held for that to be seen."""
        return self.near if self.rule else self.far

    @property
    def usual(self) -> Cost:
        """What it costs where the first seed tells: the value twice, and the lesser one."""
        return Cost(3, 3 * self.tokens)

    @property
    def most(self) -> Cost:
        """What it costs where none does."""
        times = 2 * len(self.seeds) if self.rule else 4 * len(self.seeds) + 2
        return self.usual + Cost(times, times * _TWIN_TOKENS)


async def held_back(examiner: Examiner, ladder: Ladder, beside: dict[str, Any] | None = None) -> Sign:
    """Whether the parameter is held to the lesser value: then each seed gives the same answer at both."""
    rungs = _Rungs(examiner, ladder, beside or {})
    untold = f"Whether {ladder.asked:g} is held back, even to {ladder.least:g}, cannot be seen, as"
    try:
        return await _compared(examiner, rungs, untold)
    except Rejected as rejected:
        return unknown(f"{untold} the server refuses to be asked so: {rejected.words}")


@dataclass(frozen=True, slots=True)
class _Rungs:
    """Answers of one seed at one value or another."""

    examiner: Examiner
    ladder: Ladder
    beside: dict[str, Any]

    async def at(self, value: float, seed: int, tokens: int) -> Answer:
        given = {**self.beside, self.ladder.parameter: value}
        return await self.examiner.scored(tokens, seed=seed, **given)


async def _compared(examiner: Examiner, rungs: _Rungs, untold: str) -> Sign:
    """The first seed, which tells as a rule, and where it does not the others too."""
    ladder = rungs.ladder
    if examiner.seeds_repeat is False:
        return unknown(f"{untold} no seed repeats an answer.")
    asked = await rungs.at(ladder.asked, ONE_SEED, ladder.tokens)
    near = await rungs.at(ladder.near, ONE_SEED, ladder.tokens)
    if examiner.seeds_repeat is None:
        again = await rungs.at(ladder.asked, ONE_SEED, ladder.tokens)
        examiner.seeds_repeat = said(asked) == said(again)
        if not examiner.seeds_repeat:
            return unknown(f"{untold} no seed repeats an answer.")
    otherwise = (
        f"With the same seed it writes otherwise at {ladder.asked:g} than at {ladder.near:g};"
        " a bound between the two would not show."
    )
    if said(asked) != said(near):
        return no(otherwise)
    alike = [asked]
    for seed in ladder.seeds:
        pair = [await rungs.at(value, seed, _TWIN_TOKENS) for value in (ladder.asked, ladder.near)]
        if said(pair[0]) != said(pair[1]):
            if ladder.rule:
                return no(otherwise)
            return unknown(f"{untold} one seed gives the same at both values, and another does not.")
        if said(pair[0]).startswith(said(asked)):  # it would have nothing else to say at any value
            return unknown(f"{untold} every seed gives the same answer.")
        alike.append(pair[0])
        if (chance := _alike_by_chance(ladder, alike)) < _HARDLY:
            return yes(
                f"{_same(ladder.asked, ladder.near, asked)} By chance so it would hardly do: {chance:.2g}."
            )
    if ladder.rule:
        return unknown(f"{untold} its seeds may give the same at both values by chance, with {chance:.2g}.")
    return await _without_rule(rungs, alike, untold)


def _alike_by_chance(ladder: Ladder, alike: Sequence[Answer]) -> float:
    """How likely it is, at most, that all these answers would be alike at both values; 1 without a rule."""
    if not ladder.rule:
        return 1.0
    rules = ladder.rule(ladder.asked), ladder.rule(ladder.near)
    return prod(alike_by_chance(answer.logprobs, *rules) for answer in alike)


def _same(asked: float, less: float, answer: Answer) -> str:
    return f"With the same seed it writes the same at {asked:g} as at {less:g}: {said(answer)[:40]!r}."


async def _without_rule(rungs: _Rungs, asked: Sequence[Answer], untold: str) -> Sign:
    """Whether seeds that give the same at both values would also do so by themselves, as draws at lesser ones show."""
    ladder = rungs.ladder
    far = [
        await rungs.at(ladder.far, seed, ladder.tokens if seed == ONE_SEED else _TWIN_TOKENS)
        for seed in (ONE_SEED, *ladder.seeds)
    ]
    if all(said(one) == said(other) for one, other in zip(asked, far, strict=True)):
        return yes(_same(ladder.asked, ladder.far, asked[0]))
    alike, apart = sum(len(_tokens(answer)) for answer in asked), 0
    compared = 0
    for seed, answer in zip((ONE_SEED, *ladder.seeds), far, strict=True):
        tokens = ladder.tokens if seed == ONE_SEED else _TWIN_TOKENS
        until, differs = _first_difference(answer, await rungs.at(ladder.below, seed, tokens))
        compared, apart = compared + until, apart + differs
    if fisher(apart, compared, 0, alike) < _HARDLY:
        return yes(_same(ladder.asked, ladder.near, asked[0]))
    return unknown(f"{untold} its seeds often give the same at values that are near each other.")


def _first_difference(one: Answer, other: Answer) -> tuple[int, bool]:
    """How many tokens were compared up to the first that differs, and whether there is one."""
    pairs = list(zip(_tokens(one), _tokens(other), strict=False))
    for number, (ours, theirs) in enumerate(pairs, 1):
        if ours != theirs:
            return number, True
    return len(pairs), False


def _tokens(answer: Answer) -> list[str]:
    """Its tokens, or its words where no scores name them."""
    return [score.token for score in answer.logprobs] or said(answer).split()
