"""How much one visitor of a public page may do, as data: so many of a kind in so many seconds, so many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

Kind = Literal[
    "answers",
    "votes",
    "comparisons",
    "withdrawals",
    "probes",
    "sweeps",
    "lessons",
    "rooms",
    "asks",
    "exports",
    "models",
    "dice",
    "requests",
    "bytes",
]
"""What is counted. `withdrawals` are votes to be taken back; `comparisons` are of an answer before and after a change;
`asks` are answers in rooms; `models` are loaded or fetched; `dice` are looked
at in an answer; `bytes` are sent here; `requests` are all of them
together."""

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_PERIODS: Final = {MINUTE: "a minute", HOUR: "an hour", DAY: "a day"}


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `amount` in `seconds`, from the first on."""

    amount: int
    seconds: int

    def of(self, what: str) -> str:
        """In words.

        >>> Quota(20, MINUTE).of("answers")
        '20 answers a minute'
        """
        return f"{self.amount:,} {what} {_PERIODS[self.seconds]}"


QUOTAS: Final[Mapping[Kind, Sequence[Quota]]] = {
    "answers": (Quota(20, MINUTE), Quota(600, DAY)),
    "votes": (Quota(60, MINUTE), Quota(500, DAY)),
    "comparisons": (Quota(30, HOUR),),
    "withdrawals": (Quota(30, MINUTE), Quota(300, DAY)),
    "probes": (Quota(6, HOUR),),
    "sweeps": (Quota(6, HOUR),),
    "lessons": (Quota(30, HOUR),),
    "rooms": (Quota(6, HOUR),),
    "asks": (Quota(90, MINUTE), Quota(1500, DAY)),
    "exports": (Quota(20, HOUR),),
    "models": (Quota(10, HOUR),),
    "dice": (Quota(90, MINUTE), Quota(1500, DAY)),
    "requests": (Quota(600, MINUTE),),
    "bytes": (Quota(200_000_000, HOUR),),
}

AT_ONCE: Final[Mapping[Kind, int]] = {
    "answers": 2,
    "comparisons": 1,
    "probes": 1,
    "sweeps": 1,
    "lessons": 1,
    "dice": 2,
}


def widened(times: int) -> tuple[Mapping[Kind, Sequence[Quota]], Mapping[Kind, int]]:
    """Both, so many times as wide: as for a school whose pupils all come from one address."""
    quotas = {k: tuple(replace(each, amount=each.amount * times) for each in q) for k, q in QUOTAS.items()}
    return quotas, {kind: most * times for kind, most in AT_ONCE.items()}
