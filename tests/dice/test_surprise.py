"""What the scores of an answer tell: bounds that hold, and sums that are those of NumPy."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.dice.surprise import (
    LEAST_PEAK,
    MOST_PEAKS,
    UNSCORED,
    TokenScores,
    entropy_at_least,
    peaks,
    surprise_of,
    told,
)

shares = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=30).map(lambda xs: np.array(xs) / sum(xs))


@given(shares, st.integers(1, 30))
def test_the_entropy_is_never_overstated(distribution: np.ndarray, seen: int) -> None:
    """Whatever part of the likeliest came; where all came, it is the entropy itself."""
    ranked = -np.sort(-distribution)
    true = float(-(ranked * np.log2(ranked)).sum())
    found = entropy_at_least([log(share) for share in ranked[:seen]])
    assert found is not None and 0 <= found <= true + 1e-9
    if seen >= ranked.size:
        assert found == pytest.approx(true)


@given(st.lists(st.none() | st.floats(0, 8), max_size=60))
def test_peaks_are_the_most_open_places(entropies: list[float | None]) -> None:
    """Few, in order, none under the bound, and no other place of such a kind is higher."""
    found = peaks(entropies)
    known = [-1.0 if each is None else each for each in entropies]
    assert list(found) == sorted(set(found)) and len(found) <= MOST_PEAKS
    assert all(known[at] >= LEAST_PEAK for at in found)
    if known and max(known) >= LEAST_PEAK:
        assert max(known) == max(known[at] for at in found)


def test_the_whole_of_an_answer() -> None:
    """The sum, the perplexity and the sentence; what a server has not scored is counted and left out."""
    tokens = [
        TokenScores(log(0.5), (log(0.5), log(0.5))),
        TokenScores(log(0.125)),
        TokenScores(UNSCORED, (UNSCORED,)),
    ]
    found = surprise_of(tokens)
    assert found.log_probability == pytest.approx(float(np.log([0.5, 0.125]).sum()))
    assert found.perplexity == pytest.approx(4.0)
    assert found.entropies == (1.0, None, None) and found.peaks == (0,)
    assert told(found) == (
        "2 tokens, log probability -2.77 in all. Perplexity 4.00: on average each was drawn as from 4.0 tokens of "
        "equal chances. 1 more came without a usable score."
    )
    assert told(surprise_of([])) == "No token came with a score."
