"""What the scores of an answer's tokens tell: how surprising each was, where it could have gone elsewhere.

Bits are logarithms to base 2: a token of 1 bit was as likely as heads of a coin, one of 3 bits as a face of a die with
eight. Sources: Shannon 1948, "A Mathematical Theory of Communication" (surprise, entropy); Jelinek et al. 1977,
"Perplexity, a measure of the difficulty of speech recognition tasks".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, log, log2
from typing import Final

LEAST_PEAK: Final = 1.0
"""Bits of entropy below which no place is called a peak: less than between two tokens as likely as each other."""
MOST_PEAKS: Final = 5
UNSCORED: Final = -9999.0
"""What OpenAI's API gives for a token that is very unlikely, in place of its log probability (reference of
`logprobs`); no number to reckon with."""
ROUNDING: Final = 0.05
"""How far above 0 a log probability may stand for its server's rounding; beyond, it is none."""


@dataclass(frozen=True, slots=True)
class TokenScores:
    """The natural-log probability of a token that came, and those of the likeliest at its place, itself included."""

    logprob: float
    top: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Surprise:
    """An answer's tokens as a whole.

    `log_probability` is the sum of the natural logs of `scored` tokens, `perplexity` is None where there are none.
    `entropies` are of each place in bits, at least; None where no alternatives came. `peaks` are the places, from 0,
    at which the answer could most easily have gone elsewhere.
    """

    scored: int
    log_probability: float
    perplexity: float | None
    entropies: tuple[float | None, ...]
    peaks: tuple[int, ...]


def bits(logprob: float) -> float:
    """How surprising a token of this natural-log probability is.

    >>> bits(log(1 / 8))
    3.0
    """
    return -logprob / log(2)


def is_usable(logprob: float) -> bool:
    """Whether a number that a server gave can be a log probability.

    >>> [is_usable(each) for each in (-9999.0, -0.5, 0.0, 0.5)]
    [False, True, True, False]
    """
    return UNSCORED < logprob <= ROUNDING


def entropy_at_least(top: Sequence[float]) -> float | None:
    """The entropy of a draw in bits, as far as the likeliest tokens tell: all others count as one; None without any.

    However the rest is spread, the true entropy is not less.

    >>> round(entropy_at_least([log(0.5), log(0.25)]), 3)
    1.5
    """
    if not top:
        return None
    shares = [exp(each) for each in top]
    rest = 1.0 - fsum(shares)
    return max(0.0, -fsum(share * log2(share) for share in (*shares, rest) if share > 0.0))


def perplexity(logprobs: Sequence[float]) -> float | None:
    """Among how many equally likely tokens each was chosen, on average (geometric mean); None without any.

    >>> round(perplexity([log(0.5), log(0.125)]), 3)
    4.0
    """
    return exp(-fsum(logprobs) / len(logprobs)) if logprobs else None


def peaks(entropies: Sequence[float | None]) -> tuple[int, ...]:
    """The places of the highest entropy, of LEAST_PEAK bits or more and none lower than its neighbours, in order.

    >>> peaks([0.1, 2.0, 0.3, None, 1.2, 1.1])
    (1, 4)
    """
    known = [-1.0 if each is None else each for each in entropies]
    beside = zip([-1.0, *known], known, [*known[1:], -1.0], strict=False)
    tops = [
        at for at, (left, here, right) in enumerate(beside) if here >= LEAST_PEAK and left < here >= right
    ]
    return tuple(sorted(sorted(tops, key=lambda at: -known[at])[:MOST_PEAKS]))


def surprise_of(tokens: Sequence[TokenScores]) -> Surprise:
    """All of it for the tokens of an answer, in order."""
    scored = [token.logprob for token in tokens if is_usable(token.logprob)]
    entropies = tuple(entropy_at_least([each for each in token.top if is_usable(each)]) for token in tokens)
    return Surprise(len(scored), fsum(scored), perplexity(scored), entropies, peaks(entropies))


def told(surprise: Surprise) -> str:
    """The whole in a sentence or two."""
    if surprise.perplexity is None:
        return "No token came with a score."
    many = f"{surprise.scored} tokens" if surprise.scored != 1 else "1 token"
    unscored = len(surprise.entropies) - surprise.scored
    without = f" {unscored} more came without a usable score." if unscored else ""
    return (
        f"{many}, log probability {surprise.log_probability:.2f} in all. Perplexity {surprise.perplexity:.2f}: on "
        f"average each was drawn as from {surprise.perplexity:.1f} tokens of equal chances.{without}"
    )
