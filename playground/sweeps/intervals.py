"""A mean with what it can be trusted to: the 95 % interval over the answers of a cell.

Kept apart as plain mathematics; a share of answers has the interval that shares of votes have.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from playground.sweeps.metrics import Metric
from playground.votes.statistics.shares import ALPHA, Share


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of `count` values, and its 95 % interval (None: one value has none)."""

    value: float
    low: float | None
    high: float | None
    count: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"value": self.value, "low": self.low, "high": self.high, "count": self.count}


def mean_of(by_prompt: Iterable[Sequence[float | None]], metric: Metric) -> Mean | None:
    """The mean of the values that there are, given prompt by prompt, with its interval; None where there are none.

    Each prompt weighs the same, also where one has more answers so far: it is the mean of the prompts' own means.

    The interval of a share is Wilson's (1927), of the nearest number of answers, and rather too wide where prompts
    differ. Of any other measure it is Student's (1908), cut where the measure cannot go. It tells of fresh draws for
    these very prompts: values are held against the mean of their own prompt (the variance within groups, Fisher 1925),
    so that ten equal answers to each of two prompts are not taken for twenty witnesses. Where each prompt was asked
    once, nothing is known of draws: it tells of prompts.

    >>> from playground.sweeps.metrics import METRICS
    >>> mean = mean_of([[10, 12, 14, None]], METRICS["tokens"])
    >>> mean.value, round(mean.low, 2), round(mean.high, 2), mean.count
    (12.0, 7.03, 16.97, 3)
    >>> mean_of([[10, 10], [40, 40]], METRICS["tokens"])
    Mean(value=25.0, low=25.0, high=25.0, count=4)
    """
    groups = [known for values in by_prompt if (known := _known(values))]
    every = [value for group in groups for value in group]
    if not every:
        return None
    value = fmean(map(fmean, groups))
    if metric.is_share:
        low, high = Share(round(value * len(every)), len(every)).interval
        return Mean(value, low, high, len(every))
    if len(groups) == len(every):
        groups = [every]  # each prompt asked once, or one of them: these are the draws
    freedom = len(every) - len(groups)
    if not freedom:
        return Mean(value, None, None, 1)
    squares = sum((each - fmean(group)) ** 2 for group in groups if _varies(group) for each in group)
    spread = squares / freedom * sum(1 / len(group) for group in groups)
    reach = _student(freedom) * math.sqrt(spread) / len(groups)
    least = -math.inf if metric.least is None else metric.least
    most = math.inf if metric.most is None else metric.most
    return Mean(value, max(least, value - reach), min(most, value + reach), len(every))


def _known(values: Sequence[float | None]) -> list[float]:
    return [float(value) for value in values if value is not None and math.isfinite(value)]


def _varies(group: Sequence[float]) -> bool:
    """Whether its values differ: the mean of equal ones may be off by a rounding, and would seem to have a spread."""
    return min(group) < max(group)


def _student(freedom: int) -> float:
    """How many standard errors reach to each side: the quantile of Student's t."""
    from scipy.special import stdtrit  # slow to import, and only who looks at a sweep needs it

    return float(stdtrit(freedom, 1 - ALPHA / 2))
