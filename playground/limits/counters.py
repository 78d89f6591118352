"""Counters that outlive a restart, in a file beside the data or in a Redis that several replicas share.

Where they cannot be reached, visitors are counted in memory, on from what was last known: a full disk shuts nobody out,
and opens nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, cast

from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string

from playground import whole_file
from playground.errors import SettingsError
from playground.limits.quotas import Quota
from playground.limits.sqlite_storage import SqliteStorage, kept_in
from playground.settings import Settings

_FILE: Final = "limits.sqlite"
RESTS_S: Final = 5.0
"""How long a place that has failed is left alone: it may take seconds to fail, and everybody waits for it."""

_SALT: Final = "visitor-salt"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """What has been used of a quota, and when it begins anew, as a time of day in seconds."""

    used: int
    ends_at: float


class Counters:
    """Counts under names, each for a quota's time."""

    def __init__(self, storage: Storage, clock: Callable[[], float] = monotonic) -> None:
        self._stored = storage
        self._spare = SqliteStorage(":memory:", _clock_of(storage))
        self._faults = _kinds(storage.base_exceptions)
        self._clock = clock
        self._tried_again_at = 0.0
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Counters:
        """Where the settings say. Raises SettingsError where that is no place for counters."""
        url = settings.limits_url
        if not url:
            return cls(kept_in(settings.data_path / _FILE))
        try:
            return cls(cast(Storage, storage_from_string(url, socket_timeout=2, socket_connect_timeout=2)))
        except (ConfigurationError, ValueError) as error:
            variable = Settings.variable("limits_url")
            raise SettingsError(
                f"{variable} is no address of counters: {error}.", "Write it as redis://host:6379."
            ) from error

    async def add(self, quota: Quota, *name: str, cost: int = 1) -> Window:
        """Counts, also beyond the quota, and says how many there are."""
        return await asyncio.to_thread(self._told, quota, name, cost)

    async def look(self, quota: Quota, *name: str) -> Window:
        """The same without counting."""
        return await asyncio.to_thread(self._told, quota, name, 0)

    def _told(self, quota: Quota, name: tuple[str, ...], cost: int) -> Window:
        key = _key(quota, name)
        with self._lock:  # else what one counts in both would be seen by another in one
            if self._clock() < self._tried_again_at:
                return _window(self._spare, quota, key, cost)
            try:
                window = _window(self._stored, quota, key, cost)
            except self._faults as error:
                if not self._tried_again_at:
                    log.warning("Visitors are counted in memory for now: %s.", error)
                self._tried_again_at = self._clock() + RESTS_S
                return _window(self._spare, quota, key, cost)
            self._tried_again_at = 0.0
            # What was counted in memory alone counts too: a place that comes and goes, or forgets, opens nothing.
            if not window.used:
                return _window(self._spare, quota, key, 0)
            ends_at = window.ends_at - time.time() + self._spare.clock()
            return Window(self._spare.raised(key, window.used, ends_at, cost), window.ends_at)


def _kinds(faults: type[Exception] | tuple[type[Exception], ...]) -> tuple[type[Exception], ...]:
    return (*(faults if isinstance(faults, tuple) else (faults,)), OSError)


def _key(quota: Quota, name: tuple[str, ...]) -> str:
    """A count goes on where its quota is made wider or narrower: how much that is, is not in its name."""
    return "/".join(("playground", *name, str(quota.seconds)))


def _clock_of(storage: Storage) -> Callable[[], float]:
    """The clock that a storage's times are of."""
    return storage.clock if isinstance(storage, SqliteStorage) else time.time


def _window(storage: Storage, quota: Quota, key: str, cost: int) -> Window:
    used = storage.incr(key, quota.seconds, cost) if cost else storage.get(key)
    ends_in = storage.get_expiry(key) - _clock_of(storage)()
    if ends_in > quota.seconds:  # begun by a clock that was ahead; who is only looked at is locked out too
        storage.incr(key, quota.seconds, 0)
    return Window(used, time.time() + min(ends_in, quota.seconds))


def salt_of(settings: Settings) -> bytes:
    """What makes visitors' names unguessable: of the settings, else drawn once and kept beside the data."""
    if settings.visitor_salt:
        return settings.visitor_salt.encode()
    path = settings.data_path / _SALT
    try:
        if not path.exists():
            whole_file.begin(path)
            path.write_bytes(secrets.token_bytes(32))
        return path.read_bytes() or secrets.token_bytes(32)
    except OSError:  # a disk that cannot be written: the names hold until the program ends
        return secrets.token_bytes(32)
