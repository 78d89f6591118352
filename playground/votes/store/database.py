"""Opens the database of votes, SQLite or PostgreSQL, and says in words what is wrong with it.

Kept apart from the store so that its queries are not mixed with locks, settings of a connection and error codes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from playground import whole_file
from playground.errors import StoreError
from playground.votes.store.migrations import MIGRATIONS, RECORD, SERIAL

_WRITERS: Final = 4_021_985
"""The advisory lock of PostgreSQL under which votes are written one after the other, so that their numbers
grow in the order in which they are committed. SQLite does the same by itself."""

KEPT: Final = "Until then the vote is kept on the page."


class Database:
    """A database that is opened and brought up to date at its first use, and again after that has failed.

    Once opened, a file that vanishes is missed, and not made a second time.

    `where` is the path of a SQLite file, or the URL of a PostgreSQL database. `patience_s`: how long to wait for
    a file that another program has locked. `called`: its name in what is said of it where not its place is to be told.
    """

    def __init__(self, where: str | Path, patience_s: float = 5.0, called: str = "") -> None:
        self.url = make_url(str(where)) if "://" in str(where) else None
        self.path = Path(where) if self.url is None else None
        self.name = str(self.path) if self.url is None else self.url.render_as_string(hide_password=True)
        self.called = called or self.name
        self._patience_s = patience_s
        self.engine = self._engine()
        self._migrated = False
        self._file: tuple[int, int] | None = None
        self._to_scrub = False

    def _engine(self) -> Engine:
        if self.url is None:
            engine = create_engine(f"sqlite:///{self.path}", connect_args={"timeout": self._patience_s})
            event.listen(engine, "connect", _careful_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        if self.url.get_backend_name() != "postgresql":
            raise StoreError(
                f"{self.called} is no database that votes can be kept in.",
                "Give a postgresql:// URL, or none for a file of this machine.",
            )
        try:
            import psycopg  # optional dependency
        except ImportError:
            raise StoreError(
                "PostgreSQL needs the package psycopg, which is not installed.",
                "pip install 'psycopg[binary]', or give no database URL.",
            ) from None
        url = self.url.set(drivername="postgresql+psycopg")
        engine = create_engine(url, module=psycopg, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        event.listen(engine, "connect", _careful_postgresql)
        return engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write: alone of its kind, and committed when the block ends. Raises StoreError."""
        with self._said_in_words():
            self._look_for_file()
            self._migrate()
            with self.engine.begin() as connection:
                _lock(connection)
                yield connection
            if self._to_scrub:
                self.scrub()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for no writer. Raises StoreError."""
        with self._said_in_words():
            self._look_for_file()
            self._migrate()
            with self.engine.connect().execution_options(only_reads=True) as connection:
                yield connection

    def _look_for_file(self) -> None:
        """Opens the file anew where another one lies at its path: the old one would take votes unseen.

        Where none lies there any more it is not made: its votes are elsewhere, and a new file would hide that.
        """
        if self.path is None or self._file == (found := _identity(self.path)):
            return
        if found is None:
            raise StoreError(
                f"{self.called} is not there any more: it, or a folder that it is in, was moved or deleted.",
                f"Put it back, or start the playground again to begin a new one. {KEPT}",
            )
        self.engine.dispose()
        self._migrated = False

    def _migrate(self) -> None:
        """Runs the steps that this database has not seen yet, all or none."""
        if self._migrated:
            return
        if self.path is not None:
            whole_file.begin(self.path)
        with self.engine.begin() as connection:
            _lock(connection)
            migrate(connection)
        self._file = _identity(self.path) if self.path is not None else None
        self._migrated = True

    @contextmanager
    def _said_in_words(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise self._in_words(error) from error

    def _in_words(self, error: SQLAlchemyError | OSError) -> StoreError:
        original: Any = error.orig if isinstance(error, DBAPIError) else error
        code = _sqlite_code(original) or getattr(original, "sqlstate", None) or ""
        for prefixes, message, next_step in _WORDS:
            if code.startswith(prefixes):
                return StoreError(message.format(called=self.called), next_step)
        reason = str(original).strip().partition("\n")[0]
        if self.url is not None and not code:
            refused = reason.partition("FATAL:")[2].strip()
            return StoreError(
                f"The database {self.called} refused: {refused}."
                if refused
                else f"The database {self.called} does not answer.",
                f"Start it, or check address, user, password and name in the database URL. {KEPT}",
            )
        return StoreError(f"The votes in {self.called} cannot be used: {reason}.", KEPT)

    def scrub(self) -> None:
        """Empties SQLite's write-ahead log, where what was deleted can still be read: again at the next write if
        somebody reads there now. What a PostgreSQL server keeps is its own matter. Raises StoreError.
        """
        if self.path is None:
            return
        with self._said_in_words():
            connection = self.engine.raw_connection()
            try:
                ask = connection.cursor()
                ask.execute("PRAGMA busy_timeout = 0")
                is_busy, *_ = ask.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                ask.execute(f"PRAGMA busy_timeout = {round(self._patience_s * 1000)}")
            finally:
                connection.close()
        self._to_scrub = bool(is_busy)

    def close(self) -> None:
        """Closes all connections; the next use opens new ones."""
        self.engine.dispose()


def migrate(connection: Connection, up_to: int | None = None) -> None:
    """Runs, in order, the steps that are not recorded yet; `up_to` stops earlier. Raises StoreError."""
    connection.execute(text(RECORD))
    done = set(connection.scalars(text("SELECT name FROM migrations")))
    if unknown := done - {migration.name for migration in MIGRATIONS}:
        raise StoreError(
            f"A newer version of this program has changed the votes' database ({min(unknown)}).",
            "Update this program.",
        )
    for migration in MIGRATIONS[:up_to]:
        if migration.name not in done:
            for statement in migration.statements:
                connection.execute(text(statement.format(serial=SERIAL[connection.dialect.name])))
            connection.execute(
                text("INSERT INTO migrations (name, at) VALUES (:name, :at)"),
                {"name": migration.name, "at": time.time_ns() // 1000},
            )


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of the file at this path; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})


def _careful_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """WAL, so that readers and the writer do not wait for each other; FULL, so that a commit survives a power cut;
    what is deleted is overwritten with zeros."""
    connection.isolation_level = (
        None  # transactions begin where _begin_sqlite says, not where the module guesses
    )
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: one taken later can fail in the middle of the transaction."""
    reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _careful_postgresql(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    connection.commit()


def _sqlite_code(error: object) -> str | None:
    if isinstance(error, PermissionError):
        return "SQLITE_CANTOPEN"
    return getattr(error, "sqlite_errorname", None) if isinstance(error, sqlite3.Error) else None


_WORDS: Final[tuple[tuple[tuple[str, ...], str, str], ...]] = (
    (
        ("SQLITE_FULL", "53100"),
        "There is no space left for {called}.",
        f"Free some space on that disk. {KEPT}",
    ),
    (
        ("SQLITE_READONLY", "25006"),
        "{called} can be read but not written.",
        f"Make it writable, or name another folder with PLAYGROUND_DATA_DIR. {KEPT}",
    ),
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03"),
        "Another program holds {called}.",
        f"Close whatever else has it open. {KEPT}",
    ),
    (
        ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"),
        "{called} cannot be opened or made: this user may not, or the folder is missing.",
        f"Give this user the right to its folder, or name another one with PLAYGROUND_DATA_DIR. {KEPT}",
    ),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        "{called} is damaged, or is no database.",
        f"Move it aside but keep it (its votes may be recovered), and a new one is made. {KEPT}",
    ),
    (
        ("SQLITE_IOERR", "58"),
        "The disk under {called} failed.",
        f"Look at the disk, or name a folder on another one with PLAYGROUND_DATA_DIR. {KEPT}",
    ),
    (
        ("28", "3D", "42501"),
        "The database {called} refused this user.",
        f"Check user, password and name in the database URL. {KEPT}",
    ),
    (
        ("08", "57", "53"),
        "The database {called} is not taking connections.",
        f"Start it, or wait a moment. {KEPT}",
    ),
)
"""Beginnings of SQLite's error names and of PostgreSQL's SQLSTATE codes, what they mean, and what to do."""
