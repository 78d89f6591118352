"""The statistics agree with SciPy to nine digits, and never claim more than the votes allow."""

from __future__ import annotations

import math
import random

import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from playground.votes.statistics.shares import (
    ALPHA,
    FEWEST,
    Counts,
    Share,
    binomial_tail,
    verdict,
    votes_needed,
)
from tests.votes.making import unhurried

MANY = st.one_of(st.integers(0, 40), st.integers(0, 3000), st.integers(0, 60_000))
COUNTS = st.builds(Counts, MANY, MANY, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


@unhurried
@given(MANY, MANY)
def test_wilson_and_sign_test_agree_with_scipy(wins: int, losses: int) -> None:
    """Interval, p-value and Beta(1, 1) probability are those of SciPy, to 1e-9, up to 100,000 votes."""
    counts = Counts(wins, losses)
    beta = scipy.stats.beta.sf(0.5, wins + 1, losses + 1)
    assert math.isclose(counts.probability_first, beta, rel_tol=1e-9, abs_tol=1e-9)
    if not counts.decided:
        assert (counts.share.interval, counts.p_value) == ((0.0, 1.0), 1.0)
        return
    theirs = scipy.stats.binomtest(wins, counts.decided)
    assert math.isclose(counts.p_value, theirs.pvalue, rel_tol=1e-8, abs_tol=1e-9)
    wilson = theirs.proportion_ci(method="wilson")
    assert counts.share.interval == pytest.approx((wilson.low, wilson.high), abs=1e-9)


@unhurried
@given(st.integers(0, 300), st.integers(-1, 300), st.sampled_from([(1, 2), (1, 10), (3, 5), (99, 100)]))
def test_the_binomial_tail_is_the_exact_sum(n: int, k: int, odds: tuple[int, int]) -> None:
    """The one sum that everything rests on, in whole numbers, far into its tails."""
    hit, of = odds
    ways = sum(math.comb(n, i) * hit**i * (of - hit) ** (n - i) for i in range(min(k, n) + 1))
    assert math.isclose(binomial_tail(k, n, hit / of), ways / of**n, rel_tol=1e-8, abs_tol=1e-300)


@pytest.mark.parametrize(("preference", "votes"), [(0.8, 20), (0.75, 30), (0.7, 49), (0.65, 90), (0.6, 199)])
def test_the_votes_needed_are_known_figures(preference: float, votes: int) -> None:
    """The plan for 80 % power is the one computed by full enumeration elsewhere, whichever side is preferred."""
    assert votes_needed(preference) == votes_needed(1 - preference) == votes


@pytest.mark.parametrize("hundredths", range(56, 100))
def test_the_votes_needed_are_the_fewest(hundredths: int) -> None:
    """No smaller number of votes reaches the power, by SciPy's count, and this one does."""
    preference = hundredths / 100

    def power(n: int) -> float:
        limit = int(scipy.stats.binom.ppf(ALPHA / 2, n, 0.5)) + 1
        while limit >= 0 and 2 * scipy.stats.binom.cdf(limit, n, 0.5) >= ALPHA:
            limit -= 1
        return float(
            scipy.stats.binom.cdf(limit, n, 1 - preference) + scipy.stats.binom.cdf(limit, n, preference)
        )

    needed = votes_needed(preference)
    assert needed is not None
    noether = ((scipy.stats.norm.isf(ALPHA / 2) + scipy.stats.norm.isf(0.2)) / (2 * preference - 1)) ** 2
    assert abs(needed - noether) <= 0.02 * noether + 3
    assert power(needed) >= 0.8
    assert all(power(n) < 0.8 for n in range(max(FEWEST, needed - 60), needed))


@unhurried
@given(COUNTS)
def test_better_is_never_said_too_early(counts: Counts) -> None:
    """ "Better" is said with at least six decided votes and p below 0.05, of the one that is ahead, and only then."""
    said = verdict(counts, "this one", "that one")
    allowed = counts.decided >= 6 and scipy.stats.binomtest(counts.wins, counts.decided).pvalue < 0.05
    assert ("better" in said) == allowed
    if allowed:
        ahead = "this one" if counts.wins > counts.losses else "that one"
        assert f"the voters like {ahead} better" in said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(), "No vote has decided"),
        (Counts(ties=40, both_bad=3), "No vote has decided"),
        (Counts(5, 0), "can be chance"),
        (Counts(6, 0), "the voters like A better"),
        (Counts(7, 3), "7 of 10 decided votes (70%, 95% interval 40% to 89%; p = 0.34)"),
        (Counts(14, 6), "can be chance"),
        (Counts(60, 40), "can be chance"),
        (Counts(40, 61), "the voters like B better"),
        (
            Counts(1, 1),
            "too few votes to tell. To tell 60:40 from a tie takes about 199 decided votes, 197 more.",
        ),
        (Counts(6, 7), "To tell 60:40 from a tie takes about 199 decided votes, 186 more."),
        (Counts(7, 3), "To tell 67:33 from a tie takes about 67 decided votes, 57 more."),
        (Counts(125, 125), "To tell 55:45 from a tie takes about 786 decided votes, 536 more."),
        (Counts(190, 190), "too few votes to tell"),
        (Counts(192, 192), "too close"),
        (Counts(5000, 5001), "too close"),
    ],
)
def test_verdicts(counts: Counts, said: str) -> None:
    """Known counts get known sentences: unanimity of five is not enough, six is."""
    assert said in verdict(counts, "A", "B")


@unhurried
@given(COUNTS)
def test_more_votes_are_asked_for_exactly_while_nothing_is_significant(counts: Counts) -> None:
    """None more once the difference is significant; before that at least one, or the interval shows a near tie."""
    plan, (low, high) = counts.plan, counts.share.interval
    if plan is None:
        assert counts.significant or (low < 0.5 < high and high - low <= 0.1)
        assert ("too close" in verdict(counts, "A", "B")) != counts.significant
    else:
        assert not counts.significant
        assert plan.more >= 1
        assert plan.votes == votes_needed(plan.preference)
    assert counts.swapped().plan == plan


@unhurried
@given(COUNTS, COUNTS)
def test_counts_add_up(a: Counts, b: Counts) -> None:
    """Adding loses no vote, and seeing them from the other side twice changes nothing."""
    assert (a + b).total == a.total + b.total
    assert a.swapped().swapped() == a
    assert (a + b).swapped() == a.swapped() + b.swapped()


@pytest.mark.parametrize("preference", [0.5, 0.65, 0.8, 0.9])
@pytest.mark.parametrize("votes", [20, 60])
def test_the_interval_holds_its_promise(preference: float, votes: int) -> None:
    """In 4,000 simulated collections the 95% interval covers the truth in at least 93 %."""
    draw = random.Random(f"{preference} {votes}")
    covered = 0
    for _ in range(4000):
        hits = sum(draw.random() < preference for _ in range(votes))
        low, high = Share(hits, votes).interval
        covered += low <= preference <= high
    assert covered >= 0.93 * 4000
