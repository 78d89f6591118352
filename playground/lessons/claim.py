"""What a lesson claims of its experiment: of how many answers of an arm a measure is what it should be.

A claim is held against runs, and says beforehand how likely it fails though it is true: so a lesson's test is no
gamble, and a lesson that failed on a server means something.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOST_FALSE: Final = 1e-4
"""How likely all claims of one lesson together may fail at most, though they are true: once in 10,000 runs."""

_RELATIONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_CONDITION: Final = re.compile(r"(?P<relation>=|<=|>=|<|>)\s*(?P<number>-?\d+(?:\.\d+)?)")
_COUNT: Final = re.compile(
    r"(?P<word>all|none)|at (?P<side>least|most) (?P<one>\d+)|(?P<low>\d+) to (?P<high>\d+)"
)
_SEEN: Final = re.compile(r"(?P<yes>\d+) of (?P<all>\d+)")


@dataclass(frozen=True, slots=True)
class Condition:
    """What the measure of one answer should be: a relation and a number, such as `<= 5`."""

    relation: str
    number: float

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Out of a lesson's text. Raises ValueError.

        >>> Condition.parse("<= 5").holds(4.0)
        True
        """
        found = _CONDITION.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no condition; allowed is a relation and a number, such as <= 5")
        return cls(found["relation"], float(found["number"]))

    def holds(self, value: float | None) -> bool:
        """Whether it is so; a measure that an answer does not have is never so."""
        return value is not None and _RELATIONS[self.relation](value, self.number)

    def __str__(self) -> str:
        return f"{self.relation} {self.number:g}"


YES: Final = Condition("=", 1.0)
"""Of a measure that an answer has or has not."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Of the answers of the arm `arm`, from `least` to `most` are as `condition` says.

    `chance` is how likely one answer is so, known or seen with many seeds beforehand. None: the answer is bound to
    be so, or not, by the arithmetic of the parameter.
    """

    arm: str
    least: int
    most: int
    runs: int
    condition: Condition = YES
    chance: float | None = None

    def count(self, values: Sequence[float | None]) -> int:
        """Of how many answers it is so."""
        return sum(self.condition.holds(value) for value in values)

    def held(self, values: Sequence[float | None]) -> bool:
        """Whether as many answers are so as it says, whatever those would be that did not come or have no measure."""
        unknown = self.runs - sum(value is not None for value in values)
        return self.least <= self.count(values) and self.count(values) + unknown <= self.most

    @property
    def false_failure(self) -> float:
        """How likely it fails though the chance is right: both tails of a binomial, exact.

        >>> Claim("hot", 8, 20, runs=20, chance=0.9).false_failure < 1e-7
        True
        """
        from scipy.special import bdtr, bdtrc  # slow to import, and only who checks a lesson needs it

        if self.chance is None:
            return 0.0
        below = bdtr(self.least - 1, self.runs, self.chance) if self.least else 0.0
        return float(below + bdtrc(self.most, self.runs, self.chance))

    @property
    def words(self) -> str:
        """As it is told: `all`, `none`, `at least 12`, `at most 3`, `8 to 32`."""
        if self.least == self.most:
            return "all" if self.least == self.runs else "none" if not self.most else str(self.least)
        if self.most == self.runs:
            return f"at least {self.least}"
        return f"{self.least} to {self.most}" if self.least else f"at most {self.most}"


def counts(text: str, runs: int) -> tuple[int, int]:
    """From how many to how many answers a text means. Raises ValueError.

    >>> counts("at least 12", 20)
    (12, 20)
    """
    found = _COUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no count; allowed is all, none, at least 12, at most 3 or 8 to 32")
    if found["word"]:
        least, most = (runs, runs) if found["word"] == "all" else (0, 0)
    elif found["one"]:
        one = int(found["one"])
        least, most = (one, runs) if found["side"] == "least" else (0, one)
    else:
        least, most = int(found["low"]), int(found["high"])
    if not 0 <= least <= most <= runs:
        raise ValueError(f"{text!r} does not fit: each arm is asked {runs} times")
    if (least, most) == (0, runs):
        raise ValueError(f"{text!r} cannot fail")
    return least, most


def seen(text: str) -> float:
    """The chance that answers tell of, such as `195 of 200`. Raises ValueError.

    All or none leave the chance of the other unknown, so half an answer of each kind is added: the estimate of
    Krichevsky and Trofimov (1981), (k + 1/2) / (n + 1).

    >>> seen("99 of 99")
    0.995
    """
    found = _SEEN.fullmatch(text.strip())
    if found is None or not 0 <= int(found["yes"]) <= int(found["all"]) or not int(found["all"]):
        raise ValueError(f"{text!r} is no share of answers; allowed is such as 195 of 200")
    return (int(found["yes"]) + 0.5) / (int(found["all"]) + 1)
