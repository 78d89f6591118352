"""A receipt names its vote however it is typed, and a slip is told as one."""

from __future__ import annotations

import pytest

from playground.errors import VoteError
from playground.votes.receipt import ALPHABET, LETTERS, vote_id_of

DRAWN = "0102-0304-0506-0708-090A-0B0C-0D0H"
"""The one that tests/js/receipts.test.js spells."""


def test_the_page_and_the_server_spell_alike() -> None:
    """What the page draws is a receipt here; its id is a vote's, and always the same."""
    assert vote_id_of(DRAWN) == "874355b9-09e3-4e06-9906-bd82af9ede02"


@pytest.mark.parametrize(
    "typed", [DRAWN.lower(), DRAWN.replace("-", " "), DRAWN.replace("-", "\u2013"), f" {DRAWN}\n"]
)
def test_how_it_is_typed_does_not_matter(typed: str) -> None:
    """Small letters, blanks or dashes of any kind between its parts."""
    assert vote_id_of(typed) == vote_id_of(DRAWN)
    assert vote_id_of(typed.replace("0", "O").replace("1", "l")) == vote_id_of(DRAWN)


def test_any_single_slip_is_told() -> None:
    """One character for another, at any place."""
    plain = DRAWN.replace("-", "")
    for at in range(LETTERS):
        for other in set(ALPHABET) - {plain[at]}:
            with pytest.raises(VoteError, match="at least one character"):
                vote_id_of(plain[:at] + other + plain[at + 1 :])


@pytest.mark.parametrize(
    "typed", ["", "x", DRAWN[:-1], DRAWN + "0", DRAWN[:-1] + "U", None, 7, ["0"], "\u0660" * 28]
)
def test_what_is_none_is_told(typed: object) -> None:
    """Too short, too long, other characters, or no text."""
    with pytest.raises(VoteError, match="28 letters and digits"):
        vote_id_of(typed)
