"""Counters that outlive a restart, in a file beside the data or in a Redis that several replicas share.

Where they cannot be reached, visitors are counted in memory: a full disk shuts nobody out, and opens nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass
from typing import Final, cast

from limits import RateLimitItemPerSecond
from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from playground.errors import SettingsError
from playground.limits.quotas import Quota
from playground.limits.sqlite_storage import SqliteStorage, kept_in
from playground.settings import Settings

_FILE: Final = "limits.sqlite"
_SALT: Final = "visitor-salt"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """What has been used of a quota, and when it begins anew, as a time of day in seconds."""

    used: int
    ends_at: float


class Counters:
    """Counts under names, each for a quota's time."""

    def __init__(self, storage: Storage) -> None:
        self._stored = FixedWindowRateLimiter(storage)
        self._spare = FixedWindowRateLimiter(SqliteStorage(":memory:"))
        self._faults = _kinds(storage.base_exceptions)
        self._is_failing = False

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
        try:
            window = _window(self._stored, quota, name, cost)
        except self._faults as error:
            if not self._is_failing:
                log.warning("Visitors are counted in memory for now: %s.", error)
            self._is_failing = True
            return _window(self._spare, quota, name, cost)
        self._is_failing = False
        return window


def _kinds(faults: type[Exception] | tuple[type[Exception], ...]) -> tuple[type[Exception], ...]:
    return (*(faults if isinstance(faults, tuple) else (faults,)), OSError)


def _window(counted: FixedWindowRateLimiter, quota: Quota, name: tuple[str, ...], cost: int) -> Window:
    item = RateLimitItemPerSecond(quota.amount, quota.seconds, namespace="playground")
    key = item.key_for(*name)
    storage = counted.storage
    used = storage.incr(key, item.get_expiry(), cost) if cost else storage.get(key)
    return Window(used, storage.get_expiry(key))


def salt_of(settings: Settings) -> bytes:
    """What makes visitors' names unguessable: of the settings, else drawn once and kept beside the data."""
    if settings.visitor_salt:
        return settings.visitor_salt.encode()
    path = settings.data_path / _SALT
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        return path.read_bytes() or secrets.token_bytes(32)
    except OSError:  # a disk that cannot be written: the names hold until the program ends
        return secrets.token_bytes(32)
