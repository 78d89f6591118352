"""A change of mind on a pair that only its saved vote tells of."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from playground.errors import VoteError
from playground.votes.ballot import Ballot, Said, changed
from playground.votes.pair import PendingPair, new_id
from playground.votes.recall import can_be_superseded, pair_of
from playground.votes.vote import Vote
from tests.votes.making import NOON, pending, vote

MARK = "a" * 32


def second(said: Said, annotator: str = MARK, comment: str = "") -> Ballot:
    """What the voter says now."""
    return Ballot(new_id(), said, annotator=annotator, comment=comment)


def reconsidered(previous: Vote, ballot: Ballot, now: datetime | None = None) -> Vote | None:
    """The vote in place of one that is all that is left of its pair; None where it does not tell enough."""
    return changed(pair_of(previous), previous, ballot, now) if can_be_superseded(previous, ballot) else None


@pytest.mark.parametrize(("said", "comment"), [("tie", ""), ("right", ""), ("left", "and shorter")])
def test_it_is_the_vote_that_a_pair_in_memory_would_have_given(said: Said, comment: str) -> None:
    """Another choice is an open one without a time to decide; the same with more words stays what it was."""
    pair, later = pending(), NOON + timedelta(days=1)
    before, ballot = vote(pair, annotator=MARK), second(said, comment=comment)
    assert reconsidered(before, ballot, later) == changed(pair, before, ballot, later)


@pytest.mark.parametrize("annotator", ["", "b" * 32])
def test_only_the_voters_own_is_superseded(annotator: str) -> None:
    """A vote without a mark is nobody's."""
    assert reconsidered(vote(annotator=MARK), second("tie", annotator)) is None
    assert reconsidered(vote(annotator=""), second("tie", annotator)) is None


def test_answers_that_went_on_after_the_vote_are_judged_by_no_record_of_before() -> None:
    """Words can still be added to the choice that was made of them."""
    early = vote(annotator=MARK).model_copy(update={"unfinished": ("first",)})
    assert reconsidered(early, second("tie")) is None
    more = reconsidered(early, second("left", comment="at once"))
    assert more is not None and (more.comment, more.unfinished) == ("at once", ("first",))


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        (pending("same", "same"), "the same, word for word"),
        (pending("", "words"), "is empty"),
        (pending("half", "whole", ended=("cut off", "done")), "did not come to its end"),
    ],
)
def test_a_skip_is_still_no_way_round_a_refusal(pair: PendingPair, why: str) -> None:
    """What the pair was refused for is in the record too."""
    skipped = vote(pair, "skip", annotator=MARK)
    with pytest.raises(VoteError, match=why):
        reconsidered(skipped, second("left"))
