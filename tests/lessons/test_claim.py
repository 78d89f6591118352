"""How likely a true claim fails is exact, at its ends too."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from playground.lessons.claim import Claim


@pytest.mark.parametrize("chance", [0.0, 0.001, 0.5, 0.975, 1.0])
@pytest.mark.parametrize("runs", [1, 8, 20])
def test_the_chance_of_a_false_failure(runs: int, chance: float) -> None:
    """Every count from none to all, against the sum of its terms in fractions."""
    sure = Fraction(chance)
    terms = [comb(runs, k) * sure**k * (1 - sure) ** (runs - k) for k in range(runs + 1)]
    for least in range(runs + 1):
        for most in range(least, runs + 1):
            exact = float(sum(terms[:least]) + sum(terms[most + 1 :]))
            claim = Claim("arm", least, most, runs, chance=chance)
            assert claim.false_failure == pytest.approx(exact, rel=1e-9, abs=1e-15)
