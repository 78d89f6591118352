"""Throws fall as the bars say, and the test says when they do not."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from playground.dice.throws import fit, thrown

SHARES = np.array([0.5, 0.3, 0.2])


def test_the_same_seed_shows_the_same_face() -> None:
    """And another seed another one."""
    assert np.array_equal(thrown(SHARES, 100, 7), thrown(SHARES, 100, 7))
    assert not np.array_equal(thrown(SHARES, 100, 7), thrown(SHARES, 100, 8))


def test_the_statistic_is_scipys() -> None:
    """Where every token is thrown often enough, it is Pearson's plain test."""
    counts = thrown(SHARES, 1000, 3)
    other = scipy.stats.chisquare(counts, SHARES * 1000)
    ours = fit(counts, SHARES)
    assert (ours.statistic, ours.p_value, ours.degrees) == pytest.approx((other.statistic, other.pvalue, 2))


def test_rare_tokens_are_one_cell() -> None:
    """A thousand tokens that are hardly ever thrown make no thousand cells of nothing."""
    shares = np.append([0.6, 0.3], np.full(1000, 0.0001))
    assert fit(thrown(shares, 1000, 1), shares).degrees == 2


def test_p_values_of_honest_throws_are_spread_evenly() -> None:
    """Of 2,000 honest series one in twenty has a p-value below 0.05: 76 to 126 of them but for one in 100."""
    low = sum(fit(thrown(SHARES, 400, seed), SHARES).p_value < 0.05 for seed in range(2000))
    assert 76 <= low <= 126


def test_loaded_dice_are_found_out() -> None:
    """Throws over other bars do not fit these."""
    assert fit(thrown(np.array([0.4, 0.4, 0.2]), 1000, 1), SHARES).p_value < 1e-6


@pytest.mark.parametrize("times", [1, 4, 10])
def test_too_few_throws_are_no_proof(times: int) -> None:
    """With nothing to test there is no degree of freedom, and no doubt."""
    found = fit(thrown(SHARES, times, 1), SHARES)
    assert found.degrees <= 1 and 0 <= found.p_value <= 1
