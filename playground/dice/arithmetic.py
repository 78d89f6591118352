"""What each parameter does to the scores of the next token, as short functions over arrays, written to be read.

A model gives every token of its vocabulary a score, its *logit*. Arrays here have one entry for each token, at the
place of its id. A token that can no longer be drawn has the logit minus infinity. Each function takes logits and gives
new ones, so that any order of them can be tried; `order.py` says which orders there are.

In the examples a vocabulary has three tokens, whose probabilities are one half, three tenths and one fifth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float64]
Probabilities = NDArray[np.float64]
Counts = NDArray[np.int64]
"""How often each token has occurred."""


def probabilities(logits: Logits) -> Probabilities:
    """The softmax: each token's share, exp(logit) over the sum of them all.

    >>> probabilities(np.log([0.5, 0.3, 0.2])).round(3).tolist()
    [0.5, 0.3, 0.2]
    """
    # The largest is taken off first, which changes no share and keeps exp() from overflowing.
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum())


def biased(logits: Logits, bias: Mapping[int, float]) -> Logits:
    """logit_bias: adds to the logits of the tokens named (OpenAI's API reference, `logit_bias`).

    Ids that the vocabulary does not have are left out.

    >>> probabilities(biased(np.log([0.5, 0.3, 0.2]), {2: 5.0})).round(3).tolist()
    [0.016, 0.01, 0.974]
    """
    moved = logits.copy()
    for token, amount in bias.items():
        if 0 <= token < moved.size:
            moved[token] += amount
    return moved


def penalised(logits: Logits, counts: Counts, frequency_penalty: float, presence_penalty: float) -> Logits:
    """frequency_penalty and presence_penalty: takes off count x frequency, and presence once for what has occurred.

    OpenAI's guide to text generation: mu[j] - c[j] * alpha_frequency - float(c[j] > 0) * alpha_presence.

    >>> penalised(np.log([0.5, 0.3, 0.2]), np.array([2, 1, 0]), 1.0, 0.5).round(3).tolist()
    [-3.193, -2.704, -1.609]
    """
    return np.asarray(logits - counts * frequency_penalty - (counts > 0) * presence_penalty)


def repetition_penalised(logits: Logits, counts: Counts, repetition_penalty: float) -> Logits:
    """repetition_penalty: divides the logits of what has occurred, or multiplies them where they are below 0.

    Keskar et al. 2019 (CTRL, arXiv:1909.05858, section 4.1) divide alone; the negative case is from the program that
    HuggingFace made of it, and llama.cpp has it too: dividing would raise those tokens. It is the one step that minds
    where 0 is, so logits must be the model's own and not logarithms of probabilities.

    >>> repetition_penalised(np.array([2.0, 1.0, -1.0]), np.array([1, 0, 3]), 2.0).tolist()
    [1.0, 1.0, -2.0]
    """
    lowered = np.where(logits > 0, logits / repetition_penalty, logits * repetition_penalty)
    return np.where(counts > 0, lowered, logits)


def heated(logits: Logits, temperature: float) -> Logits:
    """temperature: divides every logit; 0 leaves the likeliest token alone (Ackley, Hinton, Sejnowski 1985).

    >>> probabilities(heated(np.log([0.5, 0.3, 0.2]), 0.5)).round(3).tolist()
    [0.658, 0.237, 0.105]
    >>> probabilities(heated(np.log([0.5, 0.3, 0.2]), 0.0)).tolist()
    [1.0, 0.0, 0.0]
    """
    if temperature > 0:
        # From the likeliest down, which changes no probability: near 0 all others fall below any number, and none rises
        # above.
        below: Logits = logits - logits.max()
        with np.errstate(over="ignore"):
            return below / temperature
    only = np.full_like(logits, -np.inf)
    only[logits.argmax()] = 0.0
    return only


def cut_to_top_k(logits: Logits, top_k: int) -> Logits:
    """top_k: keeps this many of the likeliest tokens; 0 keeps all (Fan et al. 2018, arXiv:1805.04833).

    >>> probabilities(cut_to_top_k(np.log([0.5, 0.3, 0.2]), 2)).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    if not 0 < top_k < logits.size:
        return logits
    least = np.partition(logits, -top_k)[-top_k]  # so that a few are sorted, and not the whole vocabulary
    return _only(logits, _by_likelihood(np.where(logits >= least, logits, -np.inf))[:top_k])


def cut_to_top_p(logits: Logits, top_p: float) -> Logits:
    """top_p: keeps the likeliest tokens until their shares reach it (Holtzman et al. 2020, arXiv:1904.09751).

    The token with which it is reached stays, so one always does.

    >>> probabilities(cut_to_top_p(np.log([0.5, 0.3, 0.2]), 0.7)).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    if top_p >= 1:
        return logits
    order = _by_likelihood(logits)
    reached = np.cumsum(probabilities(logits)[order]) >= top_p
    return _only(logits, order[: int(reached.argmax()) + 1])


def cut_to_min_p(logits: Logits, min_p: float) -> Logits:
    """min_p: keeps what is at least this share as likely as the likeliest (Nguyen et al. 2024, arXiv:2407.01082).

    >>> probabilities(cut_to_min_p(np.log([0.5, 0.3, 0.2]), 0.5)).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    if min_p <= 0:
        return logits
    return np.where(logits >= logits.max() + np.log(min_p), logits, -np.inf)


def fallen_on(shares: Probabilities, number: float) -> int:
    """The token that a number from 0 up to 1 falls on, where the shares are laid end to end, the likeliest first.

    >>> fallen_on(np.array([0.5, 0.3, 0.2]), 0.75)
    1
    """
    order = np.argsort(-shares, kind="stable")
    place = int(np.searchsorted(np.cumsum(shares[order]), number, side="right"))
    return int(order[min(place, order.size - 1)])


def _by_likelihood(logits: Logits) -> NDArray[np.int64]:
    """The ids of the tokens that can be drawn, the likeliest first; of equals the lower id."""
    drawable = np.flatnonzero(logits > -np.inf)
    return np.asarray(drawable[np.argsort(-logits[drawable], kind="stable")])


def _only(logits: Logits, kept: NDArray[np.int64]) -> Logits:
    cut = np.full_like(logits, -np.inf)
    cut[kept] = logits[kept]
    return cut
