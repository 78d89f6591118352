"""Four exact tests for small samples of answers: no approximation, so a p-value means what it says.

Kept apart from the probes because they are arithmetic alone, and are proven against brute force.

Each gives the probability, if the parameter had no effect at all, of a difference at least as large as the one
seen, in the direction in which the parameter should work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations
from math import comb


def fisher(hits: int, of: int, other_hits: int, of_others: int) -> float:
    """Fisher's exact test: how surprising it is that so many of the hits fell on the first group.

    >>> fisher(6, 6, 0, 6)  # six of six against none of six: 1 in 924
    0.0010822510822510823
    """
    total = hits + other_hits
    most = min(of, total)
    ways = sum(comb(of, k) * comb(of_others, total - k) for k in range(hits, most + 1))
    return ways / comb(of + of_others, total)


def rank_sum(larger: Sequence[float], smaller: Sequence[float]) -> float:
    """The Mann-Whitney test, by trying every way to deal the values into two groups; equal values count half.

    >>> rank_sum([4, 5, 6], [1, 2, 3])  # complete separation: 1 in 20
    0.05
    """
    values = [*larger, *smaller]
    ranks = [sum(1.0 if b < a else 0.5 for b in values if b <= a) for a in values]
    seen = sum(ranks[: len(larger)])
    deals = [sum(deal) for deal in combinations(ranks, len(larger))]
    return sum(deal >= seen for deal in deals) / len(deals)


def matched_pairs(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """How often pairs drawn blindly from the same answers would match at least as often as these pairs do.

    >>> matched_pairs([("a", "a"), ("b", "b"), ("c", "c")])  # one of the 15 ways to pair six answers
    0.06666666666666667
    """
    seen = sum(one == other for one, other in pairs)
    pairings = [
        sum(one == other for one, other in pairing)
        for pairing in _pairings([item for pair in pairs for item in pair])
    ]
    return sum(matches >= seen for matches in pairings) / len(pairings)


def swapped_pairs(pairs: Sequence[tuple[int, int]]) -> float:
    """Fisher's randomisation test of pairs: how often the first ones would be larger, in sum, by as much or more, if
    each pair were laid down either way round by a coin. Of yes and no (1 and 0) it is McNemar's test.

    Source: R. A. Fisher, The Design of Experiments (1935), section 21.

    >>> swapped_pairs([(1, 0)] * 5 + [(1, 1)])  # larger in five, equal in one: 1 in 32
    0.03125
    """
    ways = Counter({0: 1})
    for first, second in pairs:
        swapped: Counter[int] = Counter()
        for total, count in ways.items():
            for step in (first - second, second - first):
                swapped[total + step] += count
        ways = swapped
    seen = sum(first - second for first, second in pairs)
    as_much = sum(count for total, count in ways.items() if total >= seen)
    return float(as_much / 2 ** len(pairs))


def _pairings(items: Sequence[Hashable]) -> Iterator[list[tuple[Hashable, Hashable]]]:
    """Every way to put items into pairs: 945 for ten of them."""
    if not items:
        yield []
        return
    first, *others = items
    for place, partner in enumerate(others):
        for pairing in _pairings([*others[:place], *others[place + 1 :]]):
            yield [(first, partner), *pairing]
