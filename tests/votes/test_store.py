"""Votes are kept once, whole and for good, on both databases; and where they are not, the store says so."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from playground.errors import StoreError, VoteConflict
from playground.votes.ballot import Ballot, changed
from playground.votes.pair import new_id
from playground.votes.statistics.comparisons import findings
from playground.votes.store.store import Store
from playground.votes.store.vote_facts import facts_of
from playground.votes.vote import Consent, Vote
from tests.votes.making import MAY_LEAVE, NOON, copies, pending, tallies_of, unhurried, vote, votes
from tests.votes.unprivileged import run_unprivileged


def test_a_saved_vote_is_there_for_another_program(store: Store, place: str) -> None:
    """What `add` has returned for is read, unaltered, through a connection of another store."""
    cast = vote(comment="  ünïcode \u2028 \x00 🎨")
    assert store.add(cast) is True
    other = Store(place)
    assert other.find(cast.vote_id) == cast
    (stored,) = other.votes()
    assert (stored.vote, stored.body, stored.counts) == (cast, cast.to_json(), True)
    assert other.find(new_id()) is None
    other.close()


def test_an_odd_model_name_hinders_no_vote(store: Store) -> None:
    """A name that no server would have, NUL characters and all, is stored and counted."""
    cast = vote(pending(models=("a\x00b", "c'; DROP TABLE votes; --")))
    store.add(cast)
    assert store.find(cast.vote_id) == cast
    assert len(store.tallies()) == 1


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    """Making a store touches no disk, so that a program starts whatever is wrong with its votes."""
    Store(tmp_path / "new" / "votes.db")
    assert list(tmp_path.iterdir()) == []


def test_a_retry_is_the_same_vote(store: Store) -> None:
    """The same id with the same words twice is one row, also when the retry comes later."""
    pair, vote_id = pending(), new_id()
    assert store.add(vote(pair, vote_id=vote_id, comment="x")) is True
    assert store.add(vote(pair, after=timedelta(hours=1), vote_id=vote_id, comment="x")) is False
    assert store.count() == 1


def test_the_same_id_with_other_words_is_a_conflict(store: Store) -> None:
    """Another vote under a stored id is refused, and the stored one stays."""
    pair, vote_id = pending(), new_id()
    first = vote(pair, "left", vote_id=vote_id)
    store.add(first)
    with pytest.raises(VoteConflict, match="stays as it is"):
        store.add(vote(pair, "right", vote_id=vote_id))
    assert [stored.vote for stored in store.votes()] == [first]


def test_a_hundred_at_once_are_one(store: Store) -> None:
    """The same vote from 100 threads becomes one row, and exactly one of them is told that it is new."""
    cast = vote()
    with ThreadPoolExecutor(100) as threads:
        new = list(threads.map(lambda _: store.add(cast), range(100)))
    assert Counter(new) == {True: 1, False: 99}
    assert store.count() == 1


def test_a_hundred_different_ones_at_once_are_a_hundred(store: Store) -> None:
    """Writers wait for each other; none fails and none is lost."""
    many = [vote() for _ in range(100)]
    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(store.add, many))
    assert {stored.vote.vote_id for stored in store.votes()} == {each.vote_id for each in many}


def test_the_last_vote_on_a_pair_counts(store: Store) -> None:
    """A change of mind adds a row; both are kept, the last one counts, in whatever order they arrive."""
    first = vote(said="left", vote_id=new_id())
    second = changed(pending(), first, Ballot(new_id(), "right", consent=MAY_LEAVE))
    third = changed(pending(), second, Ballot(new_id(), "tie", consent=MAY_LEAVE))
    store.add_all([third, first, second])
    assert [(stored.vote, stored.counts) for stored in store.votes()] == [
        (third, True),
        (first, False),
        (second, False),
    ]
    assert store.tallies() == tallies_of([facts_of(third)])


@settings(unhurried, max_examples=15)
@given(
    st.lists(st.tuples(votes(), st.lists(st.sampled_from(["left", "right", "tie"]), max_size=2)), max_size=5)
)
def test_the_database_counts_as_the_definition_does(cast: list[tuple[Vote, list[Any]]]) -> None:
    """Counted in SQL or in Python from the votes that count, by all facts or by some, it is the same."""
    folder = TemporaryDirectory()
    store = Store(Path(folder.name) / "votes.db")
    last, everything = [], []
    for each, minds in cast:
        everything.append(each)
        for said in minds:
            everything.append(changed(pending(), everything[-1], Ballot(new_id(), said), NOON))
        last.append(everything[-1])
    store.add_all(everything)
    facts = [facts_of(each) for each in last]
    assert Counter(dict(store.tallies())) == Counter(facts)
    assert [s.vote for s in store.votes() if s.counts] == last
    assert findings(store.tallies, store.tallies) == findings(*[lambda by: tallies_of(facts)] * 2)
    blind = [each for each in facts if each.mode == "blind"]
    assert sum(t.votes for t in store.tallies(mode="blind")) == len(blind)
    store.close()
    folder.cleanup()


def test_votes_of_one_voter_are_counted_apart(store: Store) -> None:
    """Counted for one mark, the votes of others, and of nobody known, are left out."""
    marks = ("ada", "ada", "bob", "")
    store.add_all([vote(said=said, annotator=mark) for mark in marks for said in ("left", "tie")])
    votes_of = {
        mark: sum(t.votes for t in store.tallies(("left",), "blind", mark)) for mark in ("ada", "bob", "eve")
    }
    assert votes_of == {"ada": 4, "bob": 2, "eve": 0}
    assert sum(t.votes for t in store.tallies(("left",))) == 8


def test_reading_all_votes_sees_those_that_were_there(store: Store) -> None:
    """Votes that come while the rows are being read are not in that reading, and do not replace what is."""
    many = copies(vote(), 1201)
    store.add_all(many)
    reading = store.votes()
    seen = [next(reading)]
    store.add_all([vote(), changed(pending(), many[-1], Ballot(new_id(), "tie"))])
    seen += reading
    assert [stored.vote.vote_id for stored in seen] == [each.vote_id for each in many]
    assert all(stored.counts for stored in seen)
    assert [stored.seq for stored in seen] == sorted(stored.seq for stored in seen)


def test_all_or_none_of_several_are_saved(postgresql: Callable[[], str]) -> None:
    """A vote that the database refuses takes the others of its batch back; without it they can be saved again."""
    store, good, bad = Store(postgresql()), vote(), vote(pending("refuse me"))
    store.add_all([])
    with store._database.writing() as connection:
        connection.execute(text("ALTER TABLE votes ADD CHECK (body NOT LIKE '%refuse me%')"))
    with pytest.raises(StoreError, match="check constraint"):
        store.add_all([good, bad])
    assert store.count() == 0
    assert store.add_all([good, good]) == ["added", "already there"]
    store.close()


def test_what_may_leave_and_has_not_is_known(store: Store) -> None:
    """Only votes with consent wait for the backup, oldest first, until they are noted as copied."""
    stays = vote(consent=Consent())
    leaving = [vote() for _ in range(5)]
    store.add_all([leaving[0], stays, *leaving[1:]])
    waiting = store.not_backed_up(3)
    assert [stored.vote for stored in waiting] == leaving[:3]
    ids = [each.vote_id for each in leaving]
    store.backed_up(ids[:3], "votes/a/1.jsonl", "c0ffee", NOON)
    store.backed_up([ids[2], stays.vote_id], "votes/a/2.jsonl", "beef", NOON + timedelta(days=1))
    assert [stored.vote for stored in store.not_backed_up(9)] == leaving[3:]
    counts = store.backup_counts()
    assert (counts.saved, counts.waiting) == (6, 2)
    assert counts.at == NOON + timedelta(days=1)


def test_who_withdraws_consent_keeps_the_votes_before_here_too(store: Store) -> None:
    """What a voter said last on a pair decides for all their votes on it, whatever another voter says of the pair."""
    pair = pending()

    def said(minute: int, consent: Consent, annotator: str = "") -> Vote:
        return vote(pair, after=timedelta(minutes=minute), consent=consent, annotator=annotator)

    given, another = said(1, MAY_LEAVE), said(4, MAY_LEAVE, "another")
    store.add(given)
    assert [stored.vote for stored in store.not_backed_up(9)] == [given]
    store.add_all([said(2, Consent()), another])
    assert [stored.vote for stored in store.not_backed_up(9)] == [another]
    counts = store.backup_counts()
    assert (counts.saved, counts.waiting, counts.staying) == (3, 1, 2)
    assert not store.has_left(pair.round_id)
    again = said(3, MAY_LEAVE)
    store.add(again)
    assert [stored.vote for stored in store.not_backed_up(9)] == [given, another, again]
    store.backed_up([given.vote_id], "votes/a/1.jsonl", "c0ffee", NOON)
    assert store.has_left(pair.round_id)
    assert not store.has_left(new_id())


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    """Every connection uses the write-ahead log and waits for the disk at each commit."""
    store = Store(tmp_path / "votes.db")
    store.add(vote())
    with store._database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_postgresql_is_set_to_survive_a_power_cut(postgresql: Callable[[], str]) -> None:
    """A commit waits for the disk whatever the server's default is."""
    store = Store(postgresql())
    with store._database.writing() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    store.close()


def not_saved(store: Store, *words: str) -> None:
    """Saving fails with these words and a next step; the same vote can be saved once the fault is gone."""
    with pytest.raises(StoreError) as failed:
        store.add(vote())
    assert all(word in str(failed.value) for word in words), str(failed.value)
    assert failed.value.next_step
    assert "Traceback" not in str(failed.value)


def test_votes_are_nobody_elses_to_read(tmp_path: Path) -> None:
    """Also in a folder that others may look into, and of what SQLite puts beside the file."""
    tmp_path.chmod(0o755)
    store = Store(tmp_path / "votes.db")
    store.add(vote())
    assert {each.stat().st_mode & 0o077 for each in tmp_path.iterdir()} == {0}


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """SQLite's own "full" becomes a sentence, nothing is half saved, and with space the vote goes in."""
    store, cast = Store(tmp_path / "votes.db"), vote(pending("x" * 1_000_000))
    store.add(vote())
    limits = ["40"]

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limits[0]}")

    event.listen(store._database.engine, "checkout", limit)
    with pytest.raises(StoreError, match="no space left") as failed:
        store.add_all([vote(), cast])
    assert "Free some space" in failed.value.next_step
    assert store.count() == 1
    limits[0] = "100000"
    assert store.add(cast) is True


def test_a_locked_file_is_said(tmp_path: Path) -> None:
    """Where another program holds the file it is said after the patience is up; afterwards the vote goes in."""
    store, cast = Store(tmp_path / "votes.db", patience_s=0.1), vote()
    store.add(vote())
    other = sqlite3.connect(tmp_path / "votes.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    not_saved(store, "Another program holds", "votes.db")
    assert store.count() == 1
    other.execute("ROLLBACK")
    assert store.add(cast) is True
    other.close()


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_is_said_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """A damaged file is named as such and not touched; moved aside, a new one is made."""
    path = tmp_path / "votes.db"
    path.write_bytes(content)
    store = Store(path)
    not_saved(store, "damaged", str(path), "Move it aside")
    assert path.read_bytes() == content
    path.rename(tmp_path / "old.db")
    assert store.add(vote()) is True


@pytest.mark.parametrize("aside", [True, False], ids=["moved", "deleted"])
def test_a_folder_that_is_gone_is_missed(tmp_path: Path, aside: bool) -> None:
    """Nothing is written where votes were and are no more, until the folder is back or the program starts anew."""
    folder, elsewhere, old, cast = tmp_path / "data", tmp_path / "elsewhere", vote(), vote()
    store = Store(folder / "votes.db")
    store.add(old)
    folder.rename(elsewhere) if aside else shutil.rmtree(folder)
    not_saved(store, "not there any more", str(folder), "Put it back", "kept on the page")
    with pytest.raises(StoreError, match="moved or deleted"):
        store.tallies()
    assert not folder.exists()
    if aside:
        elsewhere.rename(folder)
    else:
        store = Store(folder / "votes.db")
    assert store.add(cast) is True
    assert [stored.vote for stored in Store(folder / "votes.db").votes()] == ([old] if aside else []) + [cast]


def test_another_file_at_the_path_takes_the_votes(tmp_path: Path) -> None:
    """A vote goes into the file that others find at the path, never into the one that lay there before."""
    path, old, cast = tmp_path / "votes.db", vote(), vote()
    store = Store(path)
    store.add(old)
    Store(tmp_path / "other.db").add_all([])
    path.rename(tmp_path / "old.db")
    (tmp_path / "other.db").rename(path)
    assert store.add(cast) is True
    assert [stored.vote for stored in Store(path).votes()] == [cast]
    assert store.find(old.vote_id) is None


def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    """Where this user may not write, saving says so, for an old file and for a new one."""
    path = tmp_path / "shut" / "votes.db"
    Store(path).add(vote())
    path.chmod(0o444)
    path.parent.chmod(0o555)

    def try_both() -> list[str]:
        said = []
        for where in (path, path.parent / "new" / "votes.db"):
            try:
                Store(where).add(vote())
            except StoreError as error:
                said.append(str(error))
        return said

    old, new = run_unprivileged(try_both, tmp_path)
    assert "can be read but not written" in old or "cannot be opened" in old
    assert "cannot be opened or made" in new
    assert "PLAYGROUND_DATA_DIR" in old
    assert "PLAYGROUND_DATA_DIR" in new


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    """A data folder that is no folder is an error in words."""
    (tmp_path / "data").write_text("not a folder")
    not_saved(Store(tmp_path / "data" / "votes.db"), "cannot be")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://ada:pa55word@127.0.0.1:1/votes", "does not answer"),
        ("postgresql+psycopg://ada:pa55word@127.0.0.1:1/votes", "does not answer"),
    ],
)
def test_a_database_that_is_away_is_said_without_its_password(url: str, said: str) -> None:
    """A server that cannot be reached is named, its password is not."""
    with pytest.raises(StoreError, match=said) as failed:
        Store(url).add(vote())
    assert "pa55word" not in str(failed.value)
    assert "127.0.0.1" in str(failed.value)


def test_a_database_that_does_not_exist_is_said(postgresql: Callable[[], str]) -> None:
    """A wrong name in the URL is an error that says to check the URL."""
    with pytest.raises(StoreError, match=r"refused: database .nosuch_.* does not exist"):
        Store(postgresql().replace("/votes_", "/nosuch_")).add(vote())


def test_another_kind_of_database_is_refused() -> None:
    """Only the two kinds that are tested can be used."""
    with pytest.raises(StoreError, match="postgresql://"):
        Store("mysql://host/votes")


def test_a_restarted_server_is_found_again(postgresql: Callable[[], str]) -> None:
    """Connections that the server has closed are replaced without an error."""
    url = postgresql()
    store, admin = Store(url), Store(url)
    store.add(vote())
    with admin._database.writing() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    assert store.add(vote()) is True
    store.close()
    admin.close()
