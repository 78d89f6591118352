"""What its voter agreed to decides whether a vote may leave, until they say otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import HfApi

from playground.errors import BackupError, StoreError
from playground.votes.backup.hub import HubBackup
from playground.votes.backup.vote_service import Keeper
from playground.votes.pair import PendingPair
from playground.votes.store.store import Store
from tests.votes.hub_standin import HubStandin
from tests.votes.making import NOON
from tests.web.test_vote_routes import ballot, page, streamed
from tests.web.test_vote_routes import pair as pair  # the fixture


@pytest.mark.parametrize(
    ("dataset", "ticked", "leaves"),
    [("ada/votes", True, True), ("ada/votes", False, False), ("", True, False)],
)
def test_only_what_was_agreed_to_may_leave(
    dataset: str, ticked: bool, leaves: bool, pair: PendingPair, tmp_path: Path
) -> None:
    """A vote may leave this machine only if its voter was asked, and ticked it."""
    store = Store(tmp_path / "votes.db")
    backup = HubBackup(store, dataset, HfApi(token="a-token")) if dataset else None
    with page(streamed(pair), Keeper(store, backup, False)) as browser:
        browser.post("/playground/vote", json=ballot(pair, publish=ticked))
    (stored,) = store.votes()
    assert stored.vote.consent.publish is leaves
    assert bool(stored.vote.consent.version) is leaves


def test_who_withdraws_too_late_is_told(pair: PendingPair, tmp_path: Path) -> None:
    """A copy that has left stays until the vote is taken back: that is said of it, and of no other."""
    store = Store(tmp_path / "votes.db")
    keeper = Keeper(store, HubBackup(store, "ada/votes", HfApi(token="a-token")), False)
    told: list[bool] = []
    with page(streamed(pair), keeper) as browser:
        for ticked in (True, False, True, False):
            cast = ballot(pair, publish=ticked)
            told.append(browser.post("/playground/vote", json=cast).json()["copied"])
            if len(told) == 3:
                store.backed_up([str(cast["vote_id"])], "votes/a/1.jsonl", "c0ffee", NOON)
    assert told == [False, False, False, True]
    assert store.backup_counts().waiting == 0


def test_who_withdraws_while_the_copy_is_made_is_told(pair: PendingPair, tmp_path: Path) -> None:
    """What has been sent, and has perhaps arrived, stays there too."""
    store = Store(tmp_path / "votes.db")
    with HubStandin() as hub:
        backup = HubBackup(store, "ada/votes", HfApi(endpoint=hub.endpoint, token=hub.token))
        hub.exists, hub.files["README.md"] = True, b""
        hub.faults.append("cut before")
        with page(streamed(pair), Keeper(store, backup, False)) as browser:
            browser.post("/playground/vote", json=ballot(pair, publish=True))
            with pytest.raises(BackupError):
                backup.push()
            told = browser.post("/playground/vote", json=ballot(pair, publish=False)).json()
    assert told["copied"] is True


def test_a_saved_vote_is_never_called_unsaved(
    pair: PendingPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the store, once it has the vote, cannot say whether one before it has left."""
    store = Store(tmp_path / "votes.db")
    keeper = Keeper(store, HubBackup(store, "ada/votes", HfApi(token="a-token")), False)

    def busy(_: Store, round_id: str) -> bool:
        raise StoreError(f"Nothing can be read of {round_id}.", "")

    monkeypatch.setattr(Store, "has_left", busy)
    with page(streamed(pair), keeper) as browser:
        told = browser.post("/playground/vote", json=ballot(pair, publish=False))
    assert (told.status_code, told.json()["copied"], store.count()) == (200, False, 1)
