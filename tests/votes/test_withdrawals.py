"""A vote that is taken back is gone with all its versions, from all that is made of votes, and stays gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest

from playground.errors import VoteTakenBack
from playground.votes.ballot import Ballot, changed
from playground.votes.files.export import CONTAINERS, export
from playground.votes.files.importing import import_file
from playground.votes.files.trl_rows import Shape
from playground.votes.pair import PendingPair, new_id
from playground.votes.store.store import Store
from playground.votes.store.vote_facts import facts_of
from playground.votes.vote import Vote
from tests.votes.making import MAY_LEAVE, NOON, copies, pending, tallies_of, vote


def versions(pair: PendingPair, number: int) -> list[Vote]:
    """A vote on this pair, and as many changes of mind as make so many."""
    cast = [vote(pair)]
    while len(cast) < number:
        cast.append(changed(pair, cast[-1], Ballot(new_id(), "tie", consent=MAY_LEAVE)))
    return cast


@pytest.mark.parametrize("by", range(3))
def test_a_vote_goes_with_all_its_versions(store: Store, by: int, tmp_path: Path) -> None:
    """By the id of any of them, and nothing else goes: not from the counts, nor from any export, each of which still
    accounts for every stored vote."""
    mine, others = versions(pending("the words of the voter"), 3), copies(vote(), 4)
    store.add_all([others[0], *mine, *others[1:]])
    assert store.withdrawals.take_back([mine[by].vote_id]) == 3
    assert [stored.vote for stored in store.votes()] == others
    assert (store.count(), store.backup_counts().saved, store.backup_counts().waiting) == (4, 4, 4)
    assert store.tallies() == tallies_of([facts_of(each) for each in others])
    assert [store.find(each.vote_id) for each in mine] == [None] * 3
    assert store.last_of(mine[0].round_id) is None
    for content, containers in CONTAINERS.items():
        done = export(store.votes(), tmp_path / "votes", content, containers[0])
        assert done.votes + sum(done.dropped.values()) == done.stored == 4
        assert b"words of the voter" not in (tmp_path / "votes").read_bytes()
        assert done.votes == 4 or content not in get_args(Shape)
    assert store.withdrawals.take_back([mine[by].vote_id]) == 0


def test_what_was_taken_back_stays_away(store: Store, place: str, tmp_path: Path) -> None:
    """Whoever brings it: a page that tries again, a change of mind on its way, an old export, another replica."""
    first, second, third = versions(pending(), 3)
    other = vote()
    store.add_all([first, second, other])
    export(store.votes(), tmp_path / "old.jsonl", "everything", "jsonl")
    replica = Store(place)
    assert replica.count() == 3
    store.withdrawals.take_back([first.vote_id])
    for where in (store, replica):
        for each in (first, third):
            with pytest.raises(VoteTakenBack, match="taken back"):
                where.add(each)
    done = import_file(replica, tmp_path / "old.jsonl")
    assert (done.taken_back, done.duplicates, done.lines) == (2, 1, 3)
    assert "2 taken back by their voters" in str(done)
    replica.close()
    again = Store(place)
    assert again.add_all([second, other]) == ["taken back", "already there"]
    assert [stored.vote for stored in again.votes()] == [other]
    again.close()


def test_a_vote_that_is_still_on_its_way_never_arrives(store: Store) -> None:
    """Taken back before the store has heard of it: neither it nor a later vote on its pair is saved, even one that came
    first."""
    first, second, third = versions(pending(), 3)
    store.add(third)
    assert store.withdrawals.take_back([first.vote_id]) == 0
    assert store.add_all([first, second]) == ["taken back", "taken back"]
    assert store.count() == 0
    assert store.withdrawals.take_back([new_id()]) == 0


def test_a_vote_that_is_kept_out_takes_no_other_with_it(store: Store) -> None:
    """Whoever casts a vote on a pair of their own that is taken back can name any other vote's id in it, and one that
    lies on another replica as yet."""
    own, theirs, elsewhere = vote(), vote(), vote()
    store.add_all([own, theirs])
    store.withdrawals.take_back([own.vote_id])
    named = [own.model_copy(update={"vote_id": each.vote_id}) for each in (theirs, elsewhere)]
    assert store.add_all(named) == ["conflict", "taken back"]
    assert store.add_all([theirs, elsewhere]) == ["already there", "added"]
    assert not store.withdrawals.among(
        [each for v in (theirs, elsewhere) for each in (v.vote_id, v.round_id)]
    )


def test_at_once_it_ends_without_the_vote(store: Store) -> None:
    """Versions that arrive from many threads while the vote is taken back, from several: none of them stays."""
    pairs = [versions(pending(), 3) for _ in range(8)]
    store.add_all([mine[0] for mine in pairs])
    with ThreadPoolExecutor(12) as threads:
        for mine in pairs:
            threads.submit(store.add_all, mine[1:])
            threads.submit(store.withdrawals.take_back, [mine[0].vote_id])
            threads.submit(store.add_all, mine)
    assert store.count() == 0
    assert store.tallies() == []


def bytes_of(folder: Path) -> bytes:
    """All files of a database, its log among them."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_no_byte_of_it_stays_in_the_file(tmp_path: Path) -> None:
    """Neither in the pages that were freed nor in the log; where somebody reads meanwhile, from the next write on."""
    store = Store(tmp_path / "votes.db")
    short, long = vote(comment="SHORTWORDS"), vote(pending("LONGWORDS " * 3000))
    store.add_all([*copies(vote(), 50), short, long, *copies(vote(), 50)])
    assert b"SHORTWORDS" in bytes_of(tmp_path) and b"LONGWORDS" in bytes_of(tmp_path)
    store.withdrawals.take_back([short.vote_id])
    assert b"SHORTWORDS" not in bytes_of(tmp_path)
    with store._database.reading() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM votes").scalar()
        store.withdrawals.take_back([long.vote_id])
    store.add(vote())
    assert b"LONGWORDS" not in bytes_of(tmp_path)
    assert long.vote_id.encode() in bytes_of(tmp_path)


def test_what_the_hub_is_to_be_told_is_known_until_it_was(store: Store) -> None:
    """Of what was taken back and may lie there: which ids, and in which files; nothing of what was not."""
    mine, other = versions(pending(), 2), vote()
    ids = [each.vote_id for each in mine]
    store.add_all([*mine, other])
    assert store.withdrawals.note([*ids, other.vote_id], "votes/a/1.jsonl") == frozenset()
    store.withdrawals.note(ids[:1], "votes/a/2.jsonl")
    store.withdrawals.note(ids[:1], "votes/a/2.jsonl")
    store.backed_up([ids[0]], "votes/a/2.jsonl", "c0ffee", NOON)
    assert store.withdrawals.outstanding(9) == ((), {})
    store.withdrawals.take_back(ids[1:])
    told = store.withdrawals.outstanding(9)
    assert set(told.ids) == {*ids, mine[0].round_id}
    assert told.lines == {"votes/a/1.jsonl": frozenset(ids), "votes/a/2.jsonl": frozenset(ids[:1])}
    assert (store.withdrawals.lying(), store.withdrawals.wait_for_the_hub(ids[:1])) == (2, True)
    assert store.withdrawals.outstanding(1).lines.keys() == {"votes/a/1.jsonl"}
    assert store.withdrawals.note([ids[0], other.vote_id], "votes/a/3.jsonl") == {ids[0]}
    store.withdrawals.told(told)
    assert store.withdrawals.outstanding(9) == ((), {"votes/a/3.jsonl": frozenset(ids[:1])})
