"""Ratings agree with other people's programs, find the truth in simulations, and are refused where there is none."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
import scipy

from playground.votes.statistics.comparisons import Comparison
from playground.votes.statistics.ratings import Rating, ratings
from playground.votes.statistics.shares import Counts

ELO = 400 / math.log(10)


def tournament(seed: int, models: int, votes: int, tie: float) -> tuple[dict[str, float], list[Comparison]]:
    """True strengths (natural log, 0 on average) and votes drawn from Davidson's model with them."""
    rng = np.random.default_rng(seed)
    strengths = rng.normal(0, 0.8, models)
    strengths -= strengths.mean()
    found: Counter[tuple[int, int, int]] = Counter()
    for _ in range(votes):
        i, j = sorted(rng.choice(models, 2, replace=False))
        odds = np.exp([strengths[i], strengths[j], (strengths[i] + strengths[j]) / 2])
        odds[2] *= tie
        found[i, j, int(rng.choice(3, p=odds / odds.sum()))] += 1
    pairs = sorted({key[:2] for key in found})
    played = [
        Comparison(f"m{i:02}", f"m{j:02}", Counts(found[i, j, 0], found[i, j, 1], found[i, j, 2]))
        for i, j in pairs
    ]
    return {f"m{i:02}": float(s) for i, s in enumerate(strengths)}, played


def by_likelihood(played: list[Comparison]) -> tuple[dict[str, float], float]:
    """Strengths and tie parameter by maximising Davidson's likelihood with SciPy, written out anew."""
    models = sorted({m for c in played for m in (c.first, c.second)})
    first = np.array([models.index(c.first) for c in played])
    second = np.array([models.index(c.second) for c in played])
    outcomes = np.array([[c.counts.wins, c.counts.losses, c.counts.ties] for c in played], float)

    def loss(x: np.ndarray) -> float:
        scores = np.stack([x[first], x[second], (x[first] + x[second]) / 2 + x[-1]], axis=1)
        return float(-(outcomes * (scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))).sum())

    best = scipy.optimize.minimize(loss, np.zeros(len(models) + 1), method="BFGS", options={"gtol": 1e-7}).x
    strengths = best[:-1] - best[:-1].mean()
    return dict(zip(models, map(float, strengths), strict=True)), float(np.exp(best[-1]))


@pytest.mark.parametrize("seed", range(12))
def test_with_ties_they_agree_with_the_likelihood(seed: int) -> None:
    """Over random tournaments of 200 to 4,000 votes ratings and tie chance are the likeliest, to 1e-3 log-odds."""
    _, played = tournament(seed, models=2 + seed % 6, votes=200 + 350 * seed, tie=0.2 + seed % 3 * 0.4)
    found = ratings(played)
    strengths, tie = by_likelihood(played)
    assert {r.model for r in found.ratings} == strengths.keys()
    assert all(abs(r.points / ELO - strengths[r.model]) < 1e-3 for r in found.ratings)
    assert found.tie_chance == pytest.approx(tie / (2 + tie), abs=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_without_ties_they_agree_with_choix(seed: int) -> None:
    """Where nobody tied they are plain Bradley-Terry ratings, as another library finds them."""
    import choix  # slow to import, for each worker that collects this

    _, played = tournament(100 + seed, models=3 + seed % 5, votes=400 * (seed + 1), tie=0.0)
    found = ratings(played)
    models = sorted(r.model for r in found.ratings)
    won = np.zeros((len(models), len(models)))
    for c in played:
        i, j = models.index(c.first), models.index(c.second)
        won[i, j], won[j, i] = c.counts.wins, c.counts.losses
    theirs = choix.ilsr_pairwise_dense(won)
    ours = {r.model: r.points / ELO for r in found.ratings}
    assert [ours[m] for m in models] == pytest.approx(list(theirs - theirs.mean()), abs=1e-3)
    assert found.tie_chance == 0


def test_the_tie_parameter_is_recovered() -> None:
    """From 10,000 votes the chance of a tie comes back within a tenth."""
    _, played = tournament(5, models=4, votes=10_000, tie=0.6)
    assert ratings(played).tie_chance == pytest.approx(0.6 / 2.6, rel=0.1)


def test_the_intervals_hold_the_truth() -> None:
    """In 100 simulated tournaments of 5 models the 95 % intervals hold the true strength in at least 92 %."""
    held = 0
    for seed in range(100):
        strengths, played = tournament(1000 + seed, models=5, votes=300, tie=0.5)
        found = ratings(played).ratings
        held += sum(r.low <= strengths[r.model] * ELO <= r.high for r in found)
    assert 460 <= held <= 495


def test_they_are_sorted_and_centred() -> None:
    """The best comes first, and the points are 0 on average."""
    found = ratings(tournament(3, models=6, votes=2000, tie=0.3)[1]).ratings
    assert list(found) == sorted(found, key=lambda r: -r.points)
    assert sum(r.points for r in found) == pytest.approx(0, abs=1e-6)
    assert all(r.low < r.points < r.high for r in found)


def beat(winner: str, loser: str, wins: int = 5, losses: int = 0, **counts: int) -> Comparison:
    """One model against another."""
    return Comparison(winner, loser, Counts(wins, losses, **counts))


@pytest.mark.parametrize(
    ("played", "said"),
    [
        ([], "No two different models"),
        ([beat("a", "b", 0, 0, skips=9)], "No two different models"),
        ([beat("a", "b", 0, 0, ties=9)], "Every vote was a tie"),
        ([beat("a", "b")], "b has never won against a"),
        ([beat("a", "b", 5, 4), beat("c", "d", 5, 4)], "c has never won against a"),
        ([beat("a", "b"), beat("b", "c"), beat("a", "c", 4, 0, ties=0)], "b has never won against a"),
        ([beat("b", "a"), beat("c", "b", 3, 3)], "a has never won against b"),
        ([beat("a", "b", 20, ties=5)], "b has never won against a"),
        ([beat("a", "b", 50, ties=50)], "b has never won against a"),
        ([beat("a", "b", both_bad=1)], "b has never won against a"),
        ([beat("a", "b", 5, 4), beat("c", "b", 0, ties=9)], "c has never won against a"),
    ],
    ids=[
        *("nothing", "skips", "ties", "undefeated", "apart", "a line", "winless"),
        *("a few ties", "many ties", "both bad", "only ties"),
    ],
)
def test_what_the_votes_do_not_connect_is_not_rated(played: list[Comparison], said: str) -> None:
    """Without a way of wins from each model to each other there is no rating, and the reason is said."""
    found = ratings(played)
    assert found.ratings == ()
    assert said in found.why_not


@pytest.mark.parametrize(
    "played",
    [
        [beat("a", "b"), beat("b", "c"), beat("c", "a", 1)],
        [beat("a", "b", 9999, 1)],
        [beat("a", "b", 50, 1, ties=50)],
        [beat("a", "b", 20, 1), beat("a", "c", 3, 8)],
        [beat("a", "b", 1, 1, ties=10_000)],
    ],
    ids=["a circle", "one loss", "one loss and ties", "a star", "nearly only ties"],
)
def test_a_circle_or_an_upset_connects(played: list[Comparison]) -> None:
    """A circle of wins or one upset is enough for finite ratings, and they are the likeliest."""
    found = ratings(played).ratings
    strengths, tie = by_likelihood(played)
    assert ratings(played).tie_chance == pytest.approx(tie / (2 + tie), abs=1e-3)
    assert [r.points / ELO for r in found] == pytest.approx([strengths[r.model] for r in found], abs=1e-2)
    assert found
    assert all(isinstance(r, Rating) and math.isfinite(r.low) and math.isfinite(r.high) for r in found)
