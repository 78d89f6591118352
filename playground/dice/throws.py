"""Throws of our own dice over the bars of a chain, and whether they fall as the bars say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from playground.dice.arithmetic import Counts, Probabilities

SMALLEST_EXPECTED: Final = 5.0
"""Throws that a cell of the test must expect (Cochran 1954, "Some methods for strengthening the common chi-square
tests"): rarer tokens are put together."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How the throws fit the bars: Pearson's statistic, its degrees of freedom, and the probability of one as large.

    With no degree of freedom there is nothing to test, and the probability is 1.
    """

    statistic: float
    degrees: int
    p_value: float


def thrown(shares: Probabilities, times: int, seed: int) -> Counts:
    """How often each token falls in so many throws. The same seed throws the same.

    >>> int(thrown(np.array([0.5, 0.5]), 100, seed=1).sum())
    100
    """
    exact = shares / shares.sum()  # what rounding left must not be what is missing to 1
    return np.asarray(np.random.default_rng(seed).multinomial(times, exact))


def fit(counts: Counts, shares: Probabilities) -> Fit:
    """Pearson's chi-square test of throws against the bars, the rare tokens as one cell.

    >>> fit(np.array([50, 50]), np.array([0.5, 0.5]))
    Fit(statistic=0.0, degrees=1, p_value=1.0)
    """
    from scipy.special import chdtrc  # slow to import, and only who throws dice needs it

    expected = shares * counts.sum()
    common = expected >= SMALLEST_EXPECTED
    cells = np.append(counts[common], counts[~common].sum()).astype(float)
    wanted = np.append(expected[common], expected[~common].sum())
    cells, wanted = _rest_joined(cells, wanted)
    statistic = float(((cells - wanted) ** 2 / wanted).sum()) if wanted.size else 0.0
    degrees = max(int(wanted.size) - 1, 0)
    return Fit(statistic, degrees, float(chdtrc(degrees, statistic)) if degrees else 1.0)


def _rest_joined(cells: Probabilities, wanted: Probabilities) -> tuple[Probabilities, Probabilities]:
    """The rest, which stands last, goes to the smallest cell where it is too small to be one itself."""
    if wanted[-1] >= SMALLEST_EXPECTED or wanted.size == 1:
        return cells, wanted
    smallest = int(wanted[:-1].argmin())
    cells[smallest] += cells[-1]
    wanted[smallest] += wanted[-1]
    return cells[:-1], wanted[:-1]
