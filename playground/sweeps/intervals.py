"""A mean with what it can be trusted to: the 95 % interval over the answers of a cell.

Kept apart as plain mathematics; a share of answers has the interval that shares of votes have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Final

from playground.sweeps.metrics import Metric
from playground.votes.statistics.shares import ALPHA, Share

FEWEST: Final = 2
"""One value has a mean and no interval."""


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


def mean_of(values: Sequence[float | None], metric: Metric) -> Mean | None:
    """The mean of the values that there are, with its interval; None where there are none.

    Of a share Wilson's interval (1927); of any other measure Student's (1908), cut where the measure cannot go: the
    answers of a cell are taken as drawn independently, which answers to different prompts are only roughly.

    >>> from playground.sweeps.metrics import METRICS
    >>> mean = mean_of([10, 12, 14, None], METRICS["tokens"])
    >>> mean.value, round(mean.low, 2), round(mean.high, 2), mean.count
    (12.0, 7.03, 16.97, 3)
    """
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    value = fmean(known)
    if metric.is_share:
        low, high = Share(round(sum(known)), len(known)).interval
        return Mean(value, low, high, len(known))
    if len(known) < FEWEST:
        return Mean(value, None, None, 1)
    reach = _student(len(known) - 1) * stdev(known) / math.sqrt(len(known))
    least = -math.inf if metric.least is None else metric.least
    most = math.inf if metric.most is None else metric.most
    return Mean(value, max(least, value - reach), min(most, value + reach), len(known))


def _student(freedom: int) -> float:
    """How many standard errors reach to each side: the quantile of Student's t."""
    from scipy.special import stdtrit  # slow to import, and only who looks at a sweep needs it

    return float(stdtrit(freedom, 1 - ALPHA / 2))
