"""Votes on pairs that this process does not know: they were before a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.votes.backup.vote_service import Keeper
from playground.votes.pair import PendingPair, new_id
from playground.votes.store.store import Store
from tests.votes.making import receipt
from tests.web.test_vote_routes import ballot, page, restarted, streamed
from tests.web.test_vote_routes import pair as pair  # the fixture


@pytest.mark.parametrize("space_id", ["", "ada/space"])
def test_a_change_of_mind_outlives_a_restart(pair: PendingPair, tmp_path: Path, space_id: str) -> None:
    """The voter's own vote is superseded from what is in the store, each time the last one, and told as ever; another
    browser is told as before that the pair is gone."""
    keeper, own = Keeper(Store(tmp_path / "votes.db"), None, False), {"annotator": new_id()}
    with page(streamed(pair), keeper) as browser:
        before = browser.post("/playground/vote", json=ballot(pair, **own)).json()
    second, third = (ballot(pair, said=said, receipt=receipt(), **own) for said in ("right", "tie"))
    with restarted(keeper, space_id) as browser:
        told = [browser.post("/playground/vote", json=cast) for cast in (second, second, third)]
        other = browser.post("/playground/vote", json=ballot(pair, annotator=new_id(), receipt=receipt()))
    assert [(answer.status_code, answer.json()["context"]) for answer in told] == [(200, "right")] * 3
    assert told[0].json()["reveal"]["left"]["model"] == before["reveal"]["left"]["model"]
    assert other.status_code == 422 and "not in memory any more" in other.json()["error"]["message"]
    votes = [stored.vote for stored in keeper.store.votes()]
    assert [vote.supersedes for vote in votes] == [None, votes[0].vote_id, votes[1].vote_id]
    assert [vote.choice for vote in votes] == ["second", "first", "tie"]
