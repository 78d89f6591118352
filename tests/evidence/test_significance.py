"""The exact tests: right by brute force, and as often wrong by chance as they say.

Nothing here knows of models.
"""

from __future__ import annotations

from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.evidence.significance import fisher, matched_pairs, rank_sum, swapped_pairs

SIZES = st.integers(1, 5)


@given(SIZES, SIZES, st.data())
def test_fisher_counts_all_ways_to_deal_the_hits(of: int, of_others: int, data: st.DataObject) -> None:
    """The p-value is the share of all ways to deal the hits that give the first group as many or more."""
    hits, other_hits = data.draw(st.integers(0, of)), data.draw(st.integers(0, of_others))
    deals = list(combinations(range(of + of_others), hits + other_hits))
    as_many = [deal for deal in deals if sum(place < of for place in deal) >= hits]
    assert fisher(hits, of, other_hits, of_others) == pytest.approx(len(as_many) / len(deals))


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=4), st.lists(st.integers(0, 5), min_size=1, max_size=4)
)
def test_rank_sum_counts_wins(larger: list[int], smaller: list[int]) -> None:
    """It orders deals as the number of won comparisons does, where a tie is half a win."""
    values = [*larger, *smaller]

    def wins(first: tuple[int, ...]) -> float:
        ours = [values[i] for i in first]
        theirs = [values[i] for i in range(len(values)) if i not in first]
        return sum((a > b) + (a == b) / 2 for a in ours for b in theirs)

    deals = list(combinations(range(len(values)), len(larger)))
    seen = wins(tuple(range(len(larger))))
    expected = sum(wins(deal) >= seen - 1e-9 for deal in deals) / len(deals)
    assert rank_sum(larger, smaller) == pytest.approx(expected)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=3))
def test_matched_pairs_by_brute_force(pairs: list[tuple[str, str]]) -> None:
    """The p-value is the share of all orders of the answers that match as often, paired from left to right."""
    items = [item for pair in pairs for item in pair]
    seen = sum(one == other for one, other in pairs)
    orders = list(permutations(items))
    matching = [sum(a == b for a, b in zip(order[::2], order[1::2], strict=True)) for order in orders]
    assert matched_pairs(pairs) == pytest.approx(sum(m >= seen for m in matching) / len(orders))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6))
def test_swapped_pairs_by_brute_force(pairs: list[tuple[int, int]]) -> None:
    """The p-value is the share of all ways to swap the two of some pairs that give as large a sum of differences."""
    seen = sum(one - other for one, other in pairs)
    sums = [
        sum(sign * (one - other) for sign, (one, other) in zip(signs, pairs, strict=True))
        for signs in product((1, -1), repeat=len(pairs))
    ]
    assert swapped_pairs(pairs) == pytest.approx(sum(each >= seen for each in sums) / len(sums))


@pytest.mark.parametrize(
    "worst",
    [
        fisher(6, 6, 6, 6),
        fisher(0, 6, 6, 6),
        rank_sum([1, 2, 3], [4, 5, 6]),
        rank_sum([1, 1], [1, 1]),
        matched_pairs([("a", "b"), ("a", "b")]),
        swapped_pairs([(1, 1), (2, 2)]),
        swapped_pairs([(1, 2), (1, 3)]),
    ],
)
def test_no_difference_is_never_surprising(worst: float) -> None:
    """No difference, or one in the wrong direction, has a p-value of 1 or near it."""
    assert worst > 0.8
