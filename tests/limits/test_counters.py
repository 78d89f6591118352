"""Counters hold over a restart, over replicas, over a clock that jumps, and where their place cannot be reached."""

from __future__ import annotations

import asyncio
import time
from inspect import signature
from pathlib import Path

import pytest
from fakeredis import FakeRedis, FakeServer
from limits.storage import RedisStorage

from playground import steady_time
from playground.errors import SettingsError
from playground.limits.counters import Counters, salt_of
from playground.limits.limiter import seconds_until
from playground.limits.quotas import DAY, MINUTE, Quota
from playground.limits.sqlite_storage import CLEANED_EVERY, SqliteStorage, kept_in
from playground.rooms.rooms import Rooms
from playground.settings import Settings
from playground.wire.catalog import Catalogues

A_MINUTE = Quota(2, MINUTE)


def add(counters: Counters, *name: str, cost: int = 1) -> int:
    """What is counted after one more."""
    return asyncio.run(counters.add(A_MINUTE, *name, cost=cost)).used


def test_they_outlive_a_restart(tmp_path: Path) -> None:
    """What was counted in the data folder is counted on; each name by itself."""
    settings = Settings(data_dir=str(tmp_path))
    assert [add(Counters.of(settings), "votes", "a") for _ in range(3)] == [1, 2, 3]
    assert add(Counters.of(settings), "votes", "b") == 1
    assert asyncio.run(Counters.of(settings).look(A_MINUTE, "votes", "a")).used == 3


def test_replicas_share_them() -> None:
    """Two replicas with one Redis count together."""
    redis = FakeServer()
    pools = [FakeRedis(server=redis).connection_pool for _ in "ab"]
    replicas = [Counters(RedisStorage("redis://shared", connection_pool=pool)) for pool in pools]
    assert [add(replica, "votes", "a") for replica in replicas * 2] == [1, 2, 3, 4]


def test_a_clock_that_jumps(tmp_path: Path) -> None:
    """Ahead: what has run out begins anew. Back, by a year: nobody is locked out for longer than a window."""
    now = 1_000_000_000.0
    storage = SqliteStorage(tmp_path / "limits.sqlite", clock=lambda: now)
    assert [storage.incr("x", DAY), storage.incr("x", DAY)] == [1, 2]
    now += 2 * DAY
    assert (storage.get("x"), storage.incr("x", DAY)) == (0, 1)
    now -= 365 * DAY
    assert storage.incr("x", DAY) == 2
    assert storage.get_expiry("x") == now + DAY


def test_a_day_that_began_by_a_wrong_clock_ends_for_who_only_looks(tmp_path: Path) -> None:
    """A budget that is spent is only looked at: begun two days ahead, before a restart, it ends within a day too."""
    day, now = Quota(5, DAY), 1_000_000_000.0
    storage = SqliteStorage(tmp_path / "limits.sqlite", clock=lambda: now)
    counters = Counters(storage)
    asyncio.run(counters.add(day, "tokens", cost=5))
    now -= 2 * DAY
    window = asyncio.run(counters.look(day, "tokens"))
    assert window.used == 5 and seconds_until(window.ends_at) <= DAY + 1
    now += DAY
    assert asyncio.run(counters.look(day, "tokens")).used == 0


def test_what_lasts_goes_by_a_clock_that_does_not_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock is put back by a day, or ahead: limits, rooms and lists of models count what has passed."""
    before = steady_time.now()
    for jump in (-DAY, DAY):
        monkeypatch.setattr(time, "time", lambda jump=jump: before + jump)
        assert 0 <= steady_time.now() - before < 600
    for clocked in (SqliteStorage, Rooms, Catalogues):
        assert signature(clocked).parameters["clock"].default is steady_time.now


def test_those_that_have_run_out_are_deleted(tmp_path: Path) -> None:
    """A million visitors of yesterday take no place."""
    now = 0.0
    storage = SqliteStorage(tmp_path / "limits.sqlite", clock=lambda: now)
    for number in range(CLEANED_EVERY - 1):
        storage.incr(str(number), MINUTE)
    now = 2.0 * MINUTE
    storage.incr("now", MINUTE)
    assert storage.reset() == 1


def test_where_they_cannot_be_reached_visitors_are_counted_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No folder to write to, a file that breaks, no Redis there: in memory, and the log says so."""
    in_the_way = tmp_path / "a-file"
    in_the_way.write_text("")
    for settings in (Settings(data_dir=str(in_the_way)), Settings(limits_url="redis://127.0.0.1:9")):
        counters = Counters.of(settings)
        assert [add(counters, "votes", "a") for _ in range(3)] == [1, 2, 3]
    broken = SqliteStorage(tmp_path / "limits.sqlite")
    counters = Counters(broken)
    broken.close()
    assert [add(counters, "votes", "a") for _ in range(3)] == [1, 2, 3]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 3


def test_what_is_no_place_for_counters() -> None:
    """An address that nobody knows is said to be none when the program starts."""
    with pytest.raises(SettingsError, match="PLAYGROUND_LIMITS_URL"):
        Counters.of(Settings(limits_url="nosql://x"))


def test_the_salt_is_drawn_once_and_nobody_else_s(tmp_path: Path) -> None:
    """It is kept for the next start, and for nobody else to read; the settings' own wins."""
    settings = Settings(data_dir=str(tmp_path / "new"))
    salt = salt_of(settings)
    assert salt == salt_of(settings) and len(salt) == 32
    assert (tmp_path / "new/visitor-salt").stat().st_mode & 0o077 == 0
    assert salt_of(Settings(visitor_salt="s")) == b"s"


def test_what_is_counted_is_nobody_elses_to_read(tmp_path: Path) -> None:
    """Also in a folder that others may look into, and of what SQLite puts beside the file."""
    tmp_path.chmod(0o755)
    storage = kept_in(tmp_path / "limits.sqlite")
    storage.incr("a", 60)
    assert {each.stat().st_mode & 0o077 for each in tmp_path.iterdir()} == {0}


def test_a_quota_that_is_changed_counts_on(tmp_path: Path) -> None:
    """What has been spent of a day stays spent where more, or less, is allowed; another period is another count."""
    counters = Counters.of(Settings(data_dir=str(tmp_path)))
    assert add(counters, "owner-tokens", "all", cost=2) == 2
    wider, longer = Quota(200, MINUTE), Quota(2, DAY)
    assert asyncio.run(counters.add(wider, "owner-tokens", "all", cost=3)).used == 5
    assert asyncio.run(counters.look(longer, "owner-tokens", "all")).used == 0
