"""The settings decide where votes are kept, and what cannot be is said before the page is up."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.errors import SettingsError
from playground.settings import Settings
from playground.votes.backup.vote_service import Keeper
from tests.votes.making import vote


def test_without_a_dataset_there_is_no_backup(tmp_path: Path) -> None:
    """By default votes lie in a file of the data folder, and start and stop have nothing to do."""
    keeper = Keeper.of(Settings(data_dir=str(tmp_path)))
    keeper.store.add(vote())
    keeper.start()
    assert (tmp_path / "votes.sqlite").exists()
    assert (keeper.backup, keeper.dataset, keeper.stop()) == (None, "", None)


def test_a_dataset_makes_a_backup() -> None:
    """A dataset and a token are all that a backup needs."""
    keeper = Keeper.of(Settings(votes_dataset="ada/votes", hf_token="hf_x"))
    assert keeper.backup is not None
    assert keeper.dataset == "ada/votes"


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
