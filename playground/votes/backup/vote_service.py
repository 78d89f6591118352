"""Where this program's votes are kept: the store, and beside it the backup on the Hub where one is set up.

It is decided by the settings once, and started and ended with the program.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from huggingface_hub import HfApi

from playground.errors import SettingsError, StoreError
from playground.settings import Settings
from playground.votes.backup.hub import BackupStatus, HubBackup
from playground.votes.store.store import Store
from playground.votes.vote import Vote

BEING_SAVED_S = 1.0
"""Time for votes that are being saved as the program is told to stop: they are copied too."""

LAST_PUSH_S = 8.0
"""Time for the last push: a container that was told to stop is killed 10 s later, if nobody has said otherwise."""

STRANGERS_NAME = "the votes' database"
"""What strangers are told of where the votes lie: no path, no host and no user."""


class _Door:
    """Where votes come in, until it is closed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_closed = False
        self._within = 0

    @contextmanager
    def passed(self) -> Iterator[None]:
        """One vote is being saved. Raises StoreError once the door is closed."""
        with self._changed:
            if self._is_closed:
                raise StoreError(
                    "The playground is being stopped.", "The vote is kept on the page, and tried again."
                )
            self._within += 1
        try:
            yield
        finally:
            with self._changed:
                self._within -= 1
                self._changed.notify_all()

    def close(self, within_s: float) -> None:
        """Lets nothing in any more, and waits a little for what is within."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: not self._within, within_s)


@dataclass(frozen=True, slots=True)
class Keeper:
    """The votes of one program. `forgets`: its disk is lost when it ends, as on a Space."""

    store: Store
    backup: HubBackup | None
    forgets: bool
    _door: _Door = field(default_factory=lambda: _Door(), repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Keeper:
        """What the settings ask for. Raises SettingsError, StoreError where they ask for what cannot be."""
        called = STRANGERS_NAME if settings.is_public else ""
        store = Store(settings.database_url or settings.data_path / "votes.sqlite", called=called)
        return cls(store, _backup(store, settings), settings.on_space and not settings.database_url)

    @property
    def dataset(self) -> str:
        """The dataset that votes are copied to; empty where there is none."""
        return self.backup.dataset if self.backup else ""

    def start(self) -> None:
        """Begins to copy votes, and to fetch back those of before where the disk forgets. Returns at once."""
        if self.backup:
            self.backup.start(restoring=self.forgets)

    def add(self, vote: Vote) -> None:
        """Saves a vote; none any more once this ends, so that what is saved is copied, or told as not copied.

        Raises as the store does.
        """
        with self._door.passed():
            self.store.add(vote)

    def stop(self) -> BackupStatus | None:
        """Copies what waits, for a few seconds at most; what is left is in the status. None without a backup."""
        self._door.close(BEING_SAVED_S)
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
