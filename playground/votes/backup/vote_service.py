"""Where this program's votes are kept: the store, and beside it the backup on the Hub where one is set up.

It is decided by the settings once, and started and ended with the program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from huggingface_hub import HfApi

from playground.errors import SettingsError
from playground.settings import Settings
from playground.votes.backup.hub import BackupStatus, HubBackup
from playground.votes.store.store import Store

LAST_PUSH_S = 8.0
"""Time for the last push: a container that was told to stop is killed 10 s later, if nobody has said otherwise."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """The votes of one program. `forgets`: its disk is lost when it ends, as on a Space."""

    store: Store
    backup: HubBackup | None
    forgets: bool

    @classmethod
    def of(cls, settings: Settings) -> Keeper:
        """What the settings ask for. Raises SettingsError, StoreError where they ask for what cannot be."""
        store = Store(settings.database_url or settings.data_path / "votes.sqlite")
        return cls(store, _backup(store, settings), settings.on_space and not settings.database_url)

    @property
    def dataset(self) -> str:
        """The dataset that votes are copied to; empty where there is none."""
        return self.backup.dataset if self.backup else ""

    def start(self) -> None:
        """Begins to copy votes, and to fetch back those of before where the disk forgets. Returns at once."""
        if self.backup:
            self.backup.start(restoring=self.forgets)

    def stop(self) -> BackupStatus | None:
        """Copies what waits, for a few seconds at most; what is left is in the status. None without a backup."""
        return self.backup.flush(LAST_PUSH_S) if self.backup else None


def _backup(store: Store, settings: Settings) -> HubBackup | None:
    dataset, variable = settings.votes_dataset, Settings.variable("votes_dataset")
    if not dataset:
        return None
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", dataset):
        raise SettingsError(
            f"{variable} is {dataset!r}, which is no dataset.", "Write it as owner/name, or remove it."
        )
    if not settings.hf_token:
        raise SettingsError(
            f"{variable} is set, but no token to write there with.",
            f"Set {Settings.variable('hf_token')} to one that may write to {dataset}, or remove {variable}.",
        )
    return HubBackup(store, dataset, HfApi(token=settings.hf_token))
