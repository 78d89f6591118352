"""Ratings of models, or presets, that met in votes: Bradley-Terry with ties (Davidson 1970), where votes connect them.

Kept apart from the other statistics because it needs a library, and because most collections cannot have it: a
rating exists only where every model has, through others, both lost to and won against every other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from playground.votes.statistics.comparisons import Comparison
from playground.votes.statistics.shares import FEWEST, Counts

_Z: Final = 1.959963984540054
_PLENTY: Final = 100_000
_ELO: Final = 400 / math.log(10)


@dataclass(frozen=True, slots=True)
class Rating:
    """A model's strength in points (400 mean ten times the odds), 0 on average; with its 95 % interval.

    `decided`: how many of its votes chose a side.
    """

    model: str
    points: float
    low: float
    high: float
    decided: int

    @property
    def too_few(self) -> bool:
        """Whether no test could find anything in so few votes, however they went."""
        return self.decided < FEWEST


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings, best first, or none and the reason why; `tie_chance` is that of two equally strong models."""

    ratings: tuple[Rating, ...]
    tie_chance: float = 0.0
    why_not: str = ""


Results = Mapping[tuple[str, str], Counts]


def ratings(met: Iterable[Comparison], what: str = "models") -> Ratings:
    """Ratings of all that met in these comparisons; both-bad votes count as ties, skips not at all.

    `what` they are is for the words.
    """
    results = {(c.first, c.second): c.counts for c in met if _says_something(c.counts)}
    models = sorted({model for pair in results for model in pair})
    if len(models) < 2:
        return Ratings((), why_not=f"No two different {what} have met in a vote that said something.")
    if not any(counts.decided for counts in results.values()):
        return Ratings((), why_not="Every vote was a tie so far.")
    apart = _apart(models, results)
    if apart:
        return Ratings((), why_not=f"Not comparable yet: {apart}")
    return _fitted(models, results)


def _fitted(models: Sequence[str], results: Results) -> Ratings:
    import evalica  # slow to import: with SciPy's statistics it takes a second, and few votes need it

    winner = evalica.Winner
    games = [
        (*pair, outcome, float(weight))
        for pair, c in results.items()
        for outcome, weight in (
            (winner.X, c.wins),
            (winner.Y, c.losses),
            (winner.Draw, c.ties + c.both_bad),
        )
        if weight
    ]
    xs, ys, winners, weights = (list(column) for column in zip(*games, strict=True))
    if winner.Draw in winners:
        fit = evalica.newman(xs, ys, winners, weights=weights, tolerance=1e-10, limit=_PLENTY)
        if (
            fit.iterations == 1
        ):  # equal from the start: it ends when strengths rest, and ties have had no turn
            fit = evalica.newman(xs, ys, winners, weights=weights, tolerance=0.0, limit=_PLENTY)
        tie, scores = 2 * float(fit.v), fit.scores
    else:  # without ties that iteration may rest at a point that is not the likeliest
        alone = evalica.bradley_terry(xs, ys, winners, weights=weights, tolerance=1e-10, limit=_PLENTY)
        tie, scores = 0.0, alone.scores
    strengths = np.log([float(scores[model]) for model in models])
    return Ratings(_with_intervals(models, strengths - strengths.mean(), tie, results), tie / (2 + tie))


def _says_something(counts: Counts) -> bool:
    return counts.total > counts.skips


def _apart(models: Sequence[str], results: Results) -> str:
    """Who cannot be compared, in words; empty where wins lead from each model to each other and back.

    A win is a way from the loser to the winner. A tie is none: where one side never lost, the likelihood grows for
    ever with its lead, as long as the chance of a tie grows too.
    """
    upward: dict[str, set[str]] = {model: set() for model in models}
    for (first, second), counts in results.items():
        if counts.wins:
            upward[second].add(first)
        if counts.losses:
            upward[first].add(second)
    downward = {model: {m for m in models if model in upward[m]} for model in models}
    start, everyone = models[0], set(models)
    for weaker in sorted(everyone - _reached(start, upward)):
        return f"{weaker} has never won against {start}, not even through others."
    for stronger in sorted(everyone - _reached(start, downward)):
        return f"{start} has never won against {stronger}, not even through others."
    return ""


def _reached(start: str, ways: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = ways[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def _with_intervals(
    models: Sequence[str], strengths: np.ndarray, tie: float, results: Results
) -> tuple[Rating, ...]:
    """Wald intervals from the Fisher information of Davidson's model, a multinomial logit.

    Its three outcomes have the scores s_i, s_j and (s_i + s_j) / 2 + log(tie); the strengths sum to 0.
    """
    place = {model: i for i, model in enumerate(models)}
    size = len(models) + (tie > 0)
    information = np.zeros((size, size))
    for (first, second), c in results.items():
        i, j = place[first], place[second]
        features = np.zeros((3 if tie > 0 else 2, size))
        features[0, i] = features[1, j] = 1.0
        scores = [strengths[i], strengths[j]]
        if tie > 0:
            features[2, [i, j, -1]] = 0.5, 0.5, 1.0
            scores.append((strengths[i] + strengths[j]) / 2 + math.log(tie))
        odds = np.exp(np.array(scores) - max(scores))
        chances = odds / odds.sum()
        centred = features - chances @ features
        information += (c.total - c.skips) * (centred.T * chances) @ centred
    reach = _Z * np.sqrt(np.clip(np.diag(np.linalg.pinv(information))[: len(models)], 0, None))
    decided = {m: sum(c.wins + c.losses for pair, c in results.items() if m in pair) for m in models}
    made = [
        Rating(model, float(_ELO * s), float(_ELO * (s - r)), float(_ELO * (s + r)), decided[model])
        for model, s, r in zip(models, strengths, reach, strict=True)
    ]
    return tuple(sorted(made, key=lambda rating: -rating.points))
