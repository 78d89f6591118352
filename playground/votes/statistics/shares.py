"""What few votes can say, and what they cannot: shares with intervals, an exact test, and how many more are needed.

Kept apart as plain mathematics. Of SciPy it takes the special functions alone: `scipy.stats` adds two seconds and
50 MB, for formulas of a line (the tests hold them to its digits).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final

ALPHA: Final = 0.05
FEWEST: Final = 6
"""Decided votes below which no outcome is significant: five of five has p = 0.0625, six of six 0.031."""

_POWER: Final = 0.8
_MOST_PLANNED: Final = 2000
_NARROW: Final = 0.1
"""As wide an interval as "too close" can rest on: five points to each side, which takes about 380 decided votes."""
_WORTH_TELLING: Final = (0.6, 0.55)
"""Preferences that votes are planned for where those so far point nowhere."""

PLANNED: Final = (
    f'"About so many" is the fewest decided votes with which such a preference is found {_POWER:.0%} of the time, by '
    f"the exact sign test at {ALPHA:.0%}; the formula of Noether (1987, JASA 82, 645) gives about the same."
)
_Z: Final = NormalDist().inv_cdf(1 - ALPHA / 2)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the Wilson interval (95 %); without any votes it can be anything."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself, from 0 to 1; a half where nothing was counted."""
        return self.hits / self.total if self.total else 0.5

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 1927: holds its 95 % also for few votes, which the textbook interval does not."""
        n, p = self.total, self.value
        if not n:
            return 0.0, 1.0
        middle = p + _Z**2 / (2 * n)
        reach = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        low, high = (middle - reach) / (1 + _Z**2 / n), (middle + reach) / (1 + _Z**2 / n)
        return (0.0 if self.hits == 0 else low), (1.0 if self.hits == n else high)


@dataclass(frozen=True, slots=True)
class Counts:
    """How votes between a first and a second went; `decided` are those that chose one of them."""

    wins: int = 0
    losses: int = 0
    ties: int = 0
    both_bad: int = 0
    skips: int = 0

    @property
    def decided(self) -> int:
        """Votes for one of the two."""
        return self.wins + self.losses

    @property
    def total(self) -> int:
        """All votes, skips included."""
        return self.decided + self.ties + self.both_bad + self.skips

    @property
    def share(self) -> Share:
        """The first's wins among the decided votes."""
        return Share(self.wins, self.decided)

    @property
    def p_value(self) -> float:
        """The exact two-sided sign test: how often chance alone would be at least as lopsided."""
        return min(1.0, 2 * binomial_tail(min(self.wins, self.losses), self.decided, 0.5))

    @property
    def probability_first(self) -> float:
        """P(the first is preferred more often), if every preference was equally likely beforehand: Beta(1, 1)."""
        return binomial_tail(self.wins, self.decided + 1, 0.5)

    @property
    def significant(self) -> bool:
        """Whether there are enough votes, and lopsided enough, to speak of a difference."""
        return self.decided >= FEWEST and self.p_value < ALPHA

    @property
    def plan(self) -> Plan | None:
        """What it takes to tell; None where the difference is significant, or so small that no plan is practical.

        The preference is taken to be what the votes so far suggest, drawn a little to the middle: (wins + 1) /
        (decided + 2). Few votes that suggest a tie have not shown one: more may still tell a preference worth telling.
        """
        if self.significant:
            return None
        suggested = (self.wins + 1) / (self.decided + 2)
        if votes_needed(suggested) is not None:
            return Plan.of(suggested, self.decided)
        low, high = self.share.interval
        worth = (p for p in _WORTH_TELLING if (votes_needed(p) or 0) > self.decided)
        return None if high - low <= _NARROW else Plan.of(next(worth), self.decided)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.wins + other.wins,
            self.losses + other.losses,
            self.ties + other.ties,
            self.both_bad + other.both_bad,
            self.skips + other.skips,
        )

    def swapped(self) -> Counts:
        """The same votes, seen from the second's side."""
        return Counts(self.losses, self.wins, self.ties, self.both_bad, self.skips)


@dataclass(frozen=True, slots=True)
class Plan:
    """To tell this preference from a tie takes about so many decided votes, of which some are there already."""

    preference: float
    votes: int
    more: int

    @classmethod
    def of(cls, preference: float, decided: int) -> Plan:
        """The plan for a preference that is large enough to plan for, whichever side has it."""
        votes = votes_needed(preference) or _MOST_PLANNED
        return cls(_hundredths(preference), votes, max(1, votes - decided))

    @property
    def odds(self) -> str:
        """The preference as a reader says it, such as 60:40."""
        return f"{self.preference * 100:.0f}:{(1 - self.preference) * 100:.0f}"


def binomial_tail(k: int, n: int, p: float) -> float:
    """P(X <= k) for X ~ Binomial(n, p).

    >>> binomial_tail(0, 6, 0.5)
    0.015625
    """
    from scipy.special import bdtr  # slow to import, and only who looks at votes needs it

    return float(bdtr(min(k, n), n, p)) if k >= 0 else 0.0


def votes_needed(preference: float) -> int | None:
    """Decided votes for an 80 % chance that the sign test finds this true preference, or None above 2,000.

    Counted exactly. The formula of Noether (1987), ((1.96 + 0.84) / (2 * preference - 1)) ** 2, gives about the same.

    >>> votes_needed(0.8), votes_needed(0.6), votes_needed(0.5)
    (20, 199, None)
    """
    return _votes_needed(_hundredths(preference))


def _hundredths(preference: float) -> float:
    return round(max(preference, 1 - preference), 2)


@lru_cache(maxsize=64)
def _votes_needed(preference: float) -> int | None:
    if preference == 0.5:
        return None
    spread = _Z / 2 + NormalDist().inv_cdf(_POWER) * math.sqrt(preference * (1 - preference))
    about = (spread / (preference - 0.5)) ** 2
    if about > _MOST_PLANNED:
        return None
    for n in range(max(FEWEST, int(0.7 * about)), _MOST_PLANNED + 1):
        limit = _most_lopsided(n)
        found = binomial_tail(limit, n, 1 - preference) + binomial_tail(limit, n, preference)
        if found >= _POWER:
            return n
    return None


def _most_lopsided(n: int) -> int:
    """The largest number of votes for the rarer side that the test still calls significant; -1 where none is."""
    limit = max(-1, int(n / 2 - math.sqrt(n)) - 2)
    while 2 * binomial_tail(limit + 1, n, 0.5) < ALPHA:
        limit += 1
    return limit


def chance_words(p_value: float) -> str:
    """A p-value as it is read, with its sign.

    >>> chance_words(0.3438), chance_words(4.6e-06)
    ('= 0.34', '< 0.001')
    """
    return f"= {p_value:.2g}" if p_value >= 0.001 else "< 0.001"


def likelihood_words(probability: float) -> str:
    """A probability as it is read: never as certain.

    >>> likelihood_words(0.887), likelihood_words(0.9999), likelihood_words(0.0001)
    ('89%', 'over 99%', 'under 1%')
    """
    if probability > 0.99:
        return "over 99%"
    return "under 1%" if probability < 0.01 else f"{probability:.0%}"


def verdict(counts: Counts, first: str, second: str) -> str:
    """What these votes allow to be said, in one or two sentences; "better" only where that is more than chance."""
    if not counts.decided:
        return f"No vote has decided between {first} and {second} yet."
    low, high = counts.share.interval
    subject = first[:1].upper() + first[1:]
    chosen = (
        f"{subject} won {counts.wins:,} of {counts.decided:,} decided votes "
        f"({counts.share.value:.0%}, 95% interval {low:.0%} to {high:.0%}; p {chance_words(counts.p_value)})."
    )
    if counts.significant:
        ahead = first if counts.wins > counts.losses else second
        return f"{chosen} Chance alone rarely does that: the voters like {ahead} better."
    if counts.plan is None:
        return f"{chosen} The two are too close to tell apart with a practical number of votes."
    return (
        f"{chosen} That can be chance: these are too few votes to tell. To tell {counts.plan.odds} from a tie takes "
        f"about {counts.plan.votes:,} decided votes, {counts.plan.more:,} more."
    )
