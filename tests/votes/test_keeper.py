"""The settings decide where votes are kept, and what cannot be is said before the page is up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from playground.errors import SettingsError, StoreError
from playground.settings import Settings
from playground.votes.backup.vote_service import Keeper
from playground.votes.store.store import Store
from playground.votes.vote import Vote
from tests.asking import wait_until
from tests.votes.making import vote


def test_without_a_dataset_there_is_no_backup(tmp_path: Path) -> None:
    """By default votes lie in a file of the data folder, and start and stop have nothing to do."""
    keeper = Keeper.of(Settings(data_dir=str(tmp_path)))
    keeper.store.add(vote())
    keeper.start()
    assert (tmp_path / "votes.sqlite").exists()
    assert (keeper.backup, keeper.dataset, keeper.stop()) == (None, "", None)


@pytest.mark.parametrize("url", ["", "postgresql://ada@127.0.0.1:1/votes"], ids=["a file", "a server"])
def test_strangers_are_not_told_where_votes_lie(url: str, tmp_path: Path) -> None:
    """A public page says what is wrong without a path, a host or a user."""
    (tmp_path / "votes.sqlite").mkdir()
    with pytest.raises(StoreError, match="the votes' database") as caught:
        Keeper.of(Settings(data_dir=str(tmp_path), database_url=url, posture="public")).store.add(vote())
    assert not any(told in str(caught.value) for told in (str(tmp_path), "127.0.0.1", "ada"))


def test_a_dataset_makes_a_backup() -> None:
    """A dataset and a token are all that a backup needs."""
    keeper = Keeper.of(Settings(votes_dataset="ada/votes", hf_token="hf_x"))
    assert keeper.backup is not None
    assert keeper.dataset == "ada/votes"


def test_a_vote_that_comes_while_it_ends_is_saved_before_the_last_copy_or_not_at_all(tmp_path: Path) -> None:
    """What is being saved is waited for; what comes later is told that it is not saved, and is kept on its page."""
    keeper, early, late = Keeper.of(Settings(data_dir=str(tmp_path))), vote(), vote()
    begun, go_on = Event(), Event()

    class Slow(Store):
        def add(self, vote: Vote) -> bool:
            begun.set()
            assert go_on.wait(20)
            return super().add(vote)

    keeper = replace(keeper, store=Slow(tmp_path / "votes.sqlite"))
    with ThreadPoolExecutor() as threads:
        saving = threads.submit(keeper.add, early)
        assert begun.wait(20)
        ending = threads.submit(keeper.stop)
        wait_until(lambda: keeper._door._is_closed)
        with pytest.raises(StoreError, match="being stopped") as refused:
            keeper.add(late)
        assert "kept on the page" in refused.value.next_step
        assert not ending.done()
        go_on.set()
        saving.result()
        ending.result()
    assert [stored.vote for stored in keeper.store.votes()] == [early]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"votes_dataset": "votes", "hf_token": "hf_x"}, "which is no dataset"),
        ({"votes_dataset": "https://hf.co/datasets/a/b", "hf_token": "hf_x"}, "which is no dataset"),
        ({"votes_dataset": "ada/votes"}, "no token to write there with"),
    ],
)
def test_a_backup_that_cannot_be_is_refused(given: dict[str, str], said: str) -> None:
    """A name that is none, or no token, stops the start with a sentence that says what to set."""
    with pytest.raises(SettingsError, match=said) as refused:
        Keeper.of(Settings(**given))
    assert "PLAYGROUND_VOTES_DATASET" in str(refused.value)


def test_only_a_spaces_own_disk_forgets() -> None:
    """A Space forgets its files, and not what is in a database elsewhere."""
    assert Keeper.of(Settings(space_id="ada/space")).forgets
    assert not Keeper.of(Settings()).forgets
    assert not Keeper.of(Settings(space_id="ada/space", database_url="postgresql://x@y/z")).forgets
