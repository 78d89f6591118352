"""Counters of `limits` in an SQLite file: the library has none, and what is in memory is forgotten at a restart."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from limits.storage import Storage

from playground import steady_time, whole_file

CLEANED_EVERY: Final = 500
"""Counts after which those that have run out are deleted."""

_TABLE: Final = (
    "create table if not exists counters (name text primary key, amount integer, ends_at real) strict"
)
_ADD: Final = """
insert into counters (name, amount, ends_at) values (:name, :amount, :ends_at)
on conflict (name) do update set
  amount = case when ends_at <= :now then 0 else amount end + :amount,
  ends_at = case when ends_at <= :now then :ends_at else min(ends_at, :ends_at) end
returning amount
"""
"""A counter that has run out begins anew. None ends later than one that begins now, so that a clock which was wrong
and has been put right locks nobody out."""

_RAISE: Final = """
insert into counters (name, amount, ends_at) values (:name, :least, :ends_at)
on conflict (name) do update set
  amount = max(case when ends_at <= :now then 0 else amount end + :amount, :least),
  ends_at = :ends_at
returning amount
"""
"""What was counted elsewhere, where that is more."""

log = logging.getLogger(__name__)


class SqliteStorage(Storage):
    """Fixed windows in a file, or in memory with `:memory:`; any thread may ask."""

    STORAGE_SCHEME = ["sqlite"]  # noqa: RUF012 - as the library declares it

    def __init__(self, path: Path | str, clock: Callable[[], float] = steady_time.now) -> None:
        super().__init__(None)
        self.clock = clock
        self._lock = threading.Lock()
        self._since_cleaning = 0
        self._file = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
        self._file.execute("pragma journal_mode = wal")
        self._file.execute("pragma synchronous = normal")
        self._file.execute(_TABLE)

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = self.clock()
        values = {"name": key, "amount": amount, "now": now, "ends_at": now + expiry}
        with self._lock:
            self._clean(now)
            return int(self._file.execute(_ADD, values).fetchone()[0])

    def raised(self, key: str, least: int, ends_at: float, amount: int) -> int:
        """The count after `amount` more, and at least what another storage has counted until `ends_at`."""
        now = self.clock()
        values = {"name": key, "amount": amount, "least": least, "now": now, "ends_at": ends_at}
        with self._lock:
            self._clean(now)
            return int(self._file.execute(_RAISE, values).fetchone()[0])

    def get(self, key: str) -> int:
        return int(self._read(key)[0])

    def get_expiry(self, key: str) -> float:
        return float(self._read(key)[1])

    def check(self) -> bool:
        return self._read("")[0] == 0

    def reset(self) -> int:
        with self._lock:
            return self._file.execute("delete from counters").rowcount

    def clear(self, key: str) -> None:
        with self._lock:
            self._file.execute("delete from counters where name = ?", (key,))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _read(self, key: str) -> tuple[int, float]:
        now = self.clock()
        with self._lock:
            row = self._file.execute("select amount, ends_at from counters where name = ?", (key,)).fetchone()
        return (row[0], row[1]) if row and row[1] > now else (0, now)

    def _clean(self, now: float) -> None:
        self._since_cleaning += 1
        if self._since_cleaning >= CLEANED_EVERY:
            self._since_cleaning = 0
            self._file.execute("delete from counters where ends_at <= ?", (now,))


def kept_in(path: Path) -> SqliteStorage:
    """Counters in this file; in memory, with a word in the log, where it cannot be written."""
    try:
        whole_file.begin(path)
        return SqliteStorage(path)
    except (OSError, sqlite3.Error) as error:
        log.warning("Limits do not outlive a restart: %s cannot be written: %s.", path, error)
        return SqliteStorage(":memory:")
