"""A disk without room takes no vote, says so, and takes it once there is room.

Kept apart from the other faults of a store because a disk is filled here, and not only said to be full.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from playground.errors import StoreError
from playground.votes.store.store import Store
from tests.votes.making import pending, vote


def test_a_disk_that_is_really_full_is_said(small_disk: Path) -> None:
    """The system itself has no room left, at each vote until there is: none is half saved, none is there twice."""
    store, filling = Store(small_disk / "votes.db"), small_disk / "filling"
    store.add(vote())
    kept, refused = 1, []
    filling.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 4096 * 30))
    for cast in (vote(pending("x" * 30_000)) for _ in range(8)):
        try:
            store.add(cast)
            kept += 1
        except StoreError as error:
            assert "no space left" in error.message and "kept on the page" in error.next_step
            refused.append(cast)
    assert refused and store.count() == kept
    filling.unlink()
    assert [store.add(cast) for cast in refused] == [True] * len(refused)
    assert [store.add(cast) for cast in refused] == [False] * len(refused)
    assert store.count() == 9
    with sqlite3.connect(small_disk / "votes.db") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()
