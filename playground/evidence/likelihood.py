"""How much better the tokens of an answer fit what a parameter should do than that it does nothing.

Kept apart from the probes because it is arithmetic alone.

A server that gives log probabilities says, for every token, how likely it was before any sampling parameter. If
a parameter is ignored, tokens come as often as that says. If it works, they come as often as the same numbers
say after the parameter has been applied. The ratio of the two, multiplied over the tokens, is Wald's sequential
probability ratio test: one may look after every answer and stop as soon as the ratio is past 1/p or below p,
and is then wrong with a probability of at most about p, either way (A. Wald, Sequential Analysis, 1947).
Only what a server states is used: its likeliest tokens one by one, and all others taken together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from math import exp, log, prod
from typing import Final

from playground.events import TokenScore

REST: Final = "\0rest"
"""Stands for all tokens that the server did not name; no token reads so (half a character reads as nothing)."""

Stated = Mapping[str, float]
"""Probabilities by token, and that of the rest under `REST`."""

Expectation = Callable[[Stated, Mapping[str, int]], Mapping[str, float]]
"""By what factor a parameter changes each stated probability, up to a common factor, given how often each token
has come before in the answer."""

CHANCE_OF_ERROR: Final = 1e-5
DECIDED: Final = log(1 / CHANCE_OF_ERROR)
"""A log ratio from here on decides."""

_LEAST_REST: Final = 1e-4
_RARER_THAN_STATED: Final = 30.0
_DROPPED: Final = 1e-3
_A_TIE: Final = 0.97
_NEARLY_A_TIE: Final = 0.9
_LARGEST_STEP: Final = 7.0
_LEAST_SHARE: Final = 1e-300


def unchanged(stated: Stated, before: Mapping[str, int]) -> Mapping[str, float]:
    """What is expected of a parameter that does nothing."""
    return dict.fromkeys(stated, 1.0)


def tempered(temperature: float) -> Expectation:
    """Every probability to the power 1/temperature.

    How the rest spreads is not stated. Its tokens are taken to be thirty times rarer than the rarest stated one;
    a bad guess makes the test slower, never wrong.
    """

    def factors(stated: Stated, before: Mapping[str, int]) -> Mapping[str, float]:
        power = 1.0 / temperature - 1.0
        named = {token: p for token, p in stated.items() if token != REST}
        rest = min(named.values()) / _RARER_THAN_STATED
        return {**{token: p**power for token, p in named.items()}, REST: rest**power}

    return factors


def kept(top_p: float) -> Expectation:
    """Only the likeliest tokens that together reach `top_p`; 0 keeps the likeliest, as temperature 0 does."""

    def factors(stated: Stated, before: Mapping[str, int]) -> Mapping[str, float]:
        mass, edge = 0.0, 1.0
        for p in _ranked(stated):
            mass, edge = mass + p, p
            if mass >= top_p:
                break
        return _cut(stated, edge, mass >= top_p)

    return factors


def among(top_k: int) -> Expectation:
    """Only so many of the likeliest tokens."""

    def factors(stated: Stated, before: Mapping[str, int]) -> Mapping[str, float]:
        left = _ranked(stated)[:top_k]
        return _cut(stated, left[-1], len(left) == top_k)

    return factors


def within(min_p: float) -> Expectation:
    """Only tokens that are at least this share as likely as the likeliest."""

    def factors(stated: Stated, before: Mapping[str, int]) -> Mapping[str, float]:
        ranked = _ranked(stated)
        edge = min_p * ranked[0]
        return _cut(stated, edge, ranked[-1] < edge)

    return factors


def _ranked(stated: Stated) -> list[float]:
    """The probabilities of the named tokens, the largest first."""
    return sorted((p for token, p in stated.items() if token != REST), reverse=True)


def _cut(stated: Stated, edge: float, cuts_rest: bool) -> Mapping[str, float]:
    """Without the tokens below the edge.

    Those that are as good as tied with it are kept: last digits may differ from one computation to the next.
    """
    inside = {token: 1.0 if p >= edge * _A_TIE else _DROPPED for token, p in stated.items() if token != REST}
    return {**inside, REST: _DROPPED if cuts_rest else 1.0}


def penalised(frequency: float = 0.0, presence: float = 0.0) -> Expectation:
    """A token that came n times is divided by e to the power of frequency * n + presence.

    Of the rest it is guessed, as above, how much of it are tokens that came before.
    """

    def factors(stated: Stated, before: Mapping[str, int]) -> Mapping[str, float]:
        changed = {token: exp(-(frequency * times + presence)) for token, times in before.items()}
        rare = min(p for token, p in stated.items() if token != REST) / _RARER_THAN_STATED
        share = min(rare / stated[REST], 1.0 / max(len(before), 1))
        rest = 1.0 + sum(share * (factor - 1.0) for token, factor in changed.items() if token not in stated)
        return {**{token: changed.get(token, 1.0) for token in stated}, REST: rest}

    return factors


def stated_by(score: TokenScore) -> dict[str, float]:
    """What the server said of one place: tokens of the same text together, and the rest."""
    stated: dict[str, float] = {}
    for alternative in score.top:
        stated[alternative.token] = stated.get(alternative.token, 0.0) + exp(alternative.logprob)
    return {**stated, REST: max(1.0 - sum(stated.values()), _LEAST_REST)} if stated else {}


def log_ratio(scores: Sequence[TokenScore], expectation: Expectation) -> float:
    """The natural logarithm of the ratio: above 0 the parameter seems to work, below 0 to be ignored."""
    return sum(steps(scores, expectation), 0.0)


def steps(scores: Sequence[TokenScore], expectation: Expectation) -> Iterator[float]:
    """What each token adds to it: at most 7 either way, so that no single odd token decides."""
    before: Counter[str] = Counter()
    for score in scores:
        if stated := stated_by(score):
            factors = expectation(stated, before)
            expected = sum(p * factors[token] for token, p in stated.items())
            step = log(factors[score.token if score.token in stated else REST] / expected)
            yield max(-_LARGEST_STEP, min(_LARGEST_STEP, step))
        before[score.token] += 1


def log_ratio_between(scores: Sequence[TokenScore], asked_for: Expectation, rival: Expectation) -> float:
    """The same against a rival, by the stated tokens alone: above 0 they fit better what was asked for.

    Of what two parameters make of the rest nothing is known. A token that is not among the stated ones counts
    for neither, and all others are held against each other, whose odds are exact.
    """
    before: Counter[str] = Counter()
    total = 0.0
    for score in scores:
        stated = stated_by(score)
        if score.token in stated:
            shares = [_log_share(score.token, stated, rule(stated, before)) for rule in (asked_for, rival)]
            total += max(-_LARGEST_STEP, min(_LARGEST_STEP, shares[0] - shares[1]))
        before[score.token] += 1
    return total


def likeliest(scores: Sequence[TokenScore], expectation: Expectation, question: str) -> list[bool]:
    """Of each token, whether none was likelier once the parameter was applied, as it must be at temperature 0.

    Tokens that stand in the question are left out, and places where one came: some servers take what was asked
    for as having come before, and others do not.
    """
    before: Counter[str] = Counter()
    found = []
    for score in scores:
        stated = {score.token: exp(score.logprob), **stated_by(score)}
        factors = expectation(stated, before)
        asked = {token for token in stated if token == REST or token.strip() in question}
        weights = {token: p * factors[token] for token, p in stated.items() if token not in asked}
        if score.token in weights:
            found.append(weights[score.token] >= max(weights.values()) * _NEARLY_A_TIE)
        before[score.token] += 1
    return found


def _log_share(token: str, stated: Stated, factors: Mapping[str, float]) -> float:
    """The logarithm of a token's probability among the named ones."""
    weights = {name: p * factors[name] for name, p in stated.items() if name != REST}
    return log(max(weights[token], _LEAST_SHARE)) - log(max(sum(weights.values()), _LEAST_SHARE))


def mass(score: TokenScore, tokens: Container[str]) -> float:
    """How likely it was that one of these tokens would stand at this place, as the server states it."""
    return sum(exp(alternative.logprob) for alternative in score.top if alternative.token in tokens)


def avoided_by_chance(scores: Sequence[TokenScore], tokens: Container[str]) -> float:
    """The probability that a draw which nothing holds back would have come upon none of these tokens."""
    return prod(max(1.0 - mass(score, tokens), _LEAST_REST) for score in scores)


def by_chance(scores: Sequence[TokenScore]) -> float:
    """The probability that another draw would give these same tokens again, as the server states it."""
    return exp(sum(score.logprob for score in scores))


def alike_by_chance(scores: Sequence[TokenScore], one: Expectation, other: Expectation) -> float:
    """The probability, at most, that draws by two accounts are these same tokens throughout, be their dice the same.

    However dice are thrown, at each place two draws fall apart with at least the total variation distance of what
    they are drawn from (the coupling inequality). One may look after every answer (Ville's inequality). The rest is
    taken to be changed by neither, as a penalty changes hardly any of it.
    """
    before: Counter[str] = Counter()
    chance = 1.0
    for score in scores:
        if stated := stated_by(score):
            ours, theirs = (_shares(stated, {**rule(stated, before), REST: 1.0}) for rule in (one, other))
            chance *= sum(min(ours[token], theirs[token]) for token in stated)
        before[score.token] += 1
    return chance


def _shares(stated: Stated, factors: Mapping[str, float]) -> dict[str, float]:
    """What each probability becomes."""
    weights = {token: p * factors[token] for token, p in stated.items()}
    whole = max(sum(weights.values()), _LEAST_SHARE)
    return {token: weight / whole for token, weight in weights.items()}


def sound(scores: Sequence[TokenScore]) -> str:
    """What about these numbers cannot be true, as the end of a sentence; empty when they could be."""
    values = [score.logprob for score in scores]
    if not values:
        return "there are none"
    if any(value > 1e-3 for value in values):
        return "some are above 0, which no logarithm of a probability is"
    if len(values) > 3 and len(set(values)) == 1:
        return f"all of them are {values[0]:g}"
    for score in scores:
        if sum(exp(alternative.logprob) for alternative in score.top) > 1.01:
            return f"the alternatives of {score.token!r} have more than 100% together"
        named = [a.logprob for a in score.top if a.token == score.token]
        if named and all(abs(logprob - score.logprob) > 0.05 for logprob in named):
            return f"{score.token!r} has another number among its own alternatives"
    return ""
