"""A vote that is taken back leaves the dataset with the next push, whoever wrote it there, and never comes back."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.errors import BackupError
from playground.votes.backup import remote
from playground.votes.backup.card import CARD
from playground.votes.backup.hub import HubBackup
from playground.votes.ballot import Ballot, changed
from playground.votes.pair import new_id
from playground.votes.store.store import Store
from playground.votes.vote import Vote
from tests.votes.hub_standin import Fault, HubStandin, release
from tests.votes.making import MAY_LEAVE, copies, pending, vote
from tests.votes.test_hub import SAFE, backup, ids_on
from tests.votes.test_hub import home as home  # the fixtures
from tests.votes.test_hub import hub as hub


def pushed(store: Store, hub: HubStandin, votes: list[Vote]) -> HubBackup:
    """A backup that has copied these votes."""
    copying = backup(store, hub)
    store.add_all(votes)
    assert copying.push() == len(votes)
    return copying


def listed(hub: HubStandin) -> set[str]:
    """The ids in the dataset's list of what was taken back."""
    return set(hub.files.get("taken_back.txt", b"").decode().split())


def test_the_next_push_takes_it_out(hub: HubStandin, home: Store) -> None:
    """All its versions, whole, in one commit with the new votes; the ids alone are listed, and a further push has
    nothing to do."""
    pair = pending("the words of the voter")
    first = vote(pair)
    mine = [first, changed(pair, first, Ballot(new_id(), "tie", consent=MAY_LEAVE))]
    others, new = copies(vote(), 3), vote()
    copying = pushed(home, hub, [others[0], *mine, *others[1:]])
    home.withdrawals.take_back([first.vote_id])
    home.add(new)
    assert "2 taken back, not yet out of the dataset" in str(copying.status())
    assert copying.push() == 1
    assert list(ids_on(hub)) == [*(each.vote_id for each in others), new.vote_id]
    assert not [path for path, content in hub.files.items() if b"words of the voter" in content]
    assert listed(hub) == {*(each.vote_id for each in mine), first.round_id}
    commits = len(hub.commits)
    assert (copying.push(), len(hub.commits), copying.status().going) == (0, commits, 0)


def test_a_file_without_lines_is_deleted(hub: HubStandin, home: Store) -> None:
    """No file of nothing stays for a loader to stumble over; lines that are no votes stay as they are."""
    lone, other = vote(), vote()
    copying = pushed(home, hub, [lone])
    home.withdrawals.take_back([lone.vote_id])
    assert copying.push() == 1
    assert hub.lines() == [] and not [path for path in hub.files if path.startswith("votes/")]
    home.add(other)
    assert copying.push() == 1
    (path,) = (path for path in hub.files if path.startswith("votes/"))
    hub.apply("by hand", {path: b"garbage\n" + hub.files[path] + b'["cut'})
    home.withdrawals.take_back([other.vote_id])
    copying.push()
    assert hub.files[path] == b'garbage\n["cut'


def test_under_faults_it_goes_and_nothing_else_does(hub: HubStandin, home: Store) -> None:
    """Of 36 pushes a third meet a fault, some once applied; of the votes a third are taken back before or after they
    were copied: in the end those are gone from every file, and all others are there."""
    draw = random.Random(11)
    copying = backup(home, hub)
    copying._remote.prepare()
    stay: list[str] = []
    gone: list[str] = []
    for _ in range(36):
        more = copies(vote(), draw.randint(1, 3))
        home.add_all(more)
        stay += [each.vote_id for each in more]
        if draw.random() < 1 / 2:
            gone.append(stay.pop(draw.randrange(len(stay))))
            home.withdrawals.take_back(gone[-1:])
        if draw.random() < 1 / 3:
            hub.faults.append(draw.choice(SAFE))
        try:
            copying.push()
        except BackupError as error:
            assert error.next_step
    hub.faults.clear()
    while copying.push():
        pass
    assert len(gone) > 12
    assert ids_on(hub).keys() == set(stay)
    assert listed(hub) >= set(gone)
    assert (copying.status().waiting, copying.status().going) == (0, 0)


@pytest.mark.parametrize("fault", ["hang before", "hang after", "cut after"])
def test_what_was_on_its_way_does_not_arrive_after_it(fault: Fault, hub: HubStandin, home: Store) -> None:
    """Taken back while the commit that brings it has no known outcome: whenever that one arrives, the vote is not
    there in the end."""
    mine, other = vote(), vote()
    home.add_all([mine, other])
    copying = backup(home, hub)
    copying._remote.prepare()
    hub.faults.append(fault)
    with pytest.raises(BackupError):
        copying._within(2 if fault.startswith("hang") else 30, copying.push)
    home.withdrawals.take_back([mine.vote_id])
    copying._within(30, copying.push)
    release(hub)
    copying.push()
    assert ids_on(hub).keys() == {other.vote_id}
    assert copying.status().going == 0


def test_a_vote_that_goes_while_it_is_chosen_goes(
    hub: HubStandin, home: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the choice of what is copied and the commit: it is not in that one, or not after the next."""
    early, late, other = vote(), vote(), vote()
    home.add_all([early, late, other])
    copying = backup(home, hub)
    choose = HubBackup._choose

    def and_take_back(self: HubBackup) -> object:
        chosen = choose(self)
        home.withdrawals.take_back([early.vote_id])
        return chosen

    monkeypatch.setattr(HubBackup, "_choose", and_take_back)
    hub.exists, hub.files["README.md"] = True, b""
    hub.meanwhile = lambda: home.withdrawals.take_back([late.vote_id])
    assert copying.push() == 2
    assert ids_on(hub).keys() == {late.vote_id, other.vote_id}
    copying.push()
    assert ids_on(hub).keys() == {other.vote_id}


def test_replicas_with_one_database_take_out_each_others_lines(hub: HubStandin, home: Store) -> None:
    """And the replica that wrote them, which has them in memory still, does not write them again."""
    mine, other, new = vote(), vote(), vote()
    writer, another = pushed(home, hub, [mine, other]), backup(home, hub)
    home.withdrawals.take_back([mine.vote_id])
    assert another.push() == 1
    assert ids_on(hub).keys() == {other.vote_id}
    home.add(new)
    assert writer.push() == 1
    assert ids_on(hub).keys() == {other.vote_id, new.vote_id}


def test_replicas_with_disks_of_their_own_hear_of_it(hub: HubStandin, home: Store, tmp_path: Path) -> None:
    """A vote that was cast elsewhere is taken back here, where nobody knows it, and goes there too; from a copy that
    was restored, and for good."""
    elsewhere, third = Store(tmp_path / "b.db"), Store(tmp_path / "c.db")
    mine, other = vote(), vote()
    there, here = pushed(elsewhere, hub, [mine, other]), backup(home, hub)
    backup(third, hub).restore()
    assert home.withdrawals.take_back([mine.vote_id]) == 0
    here.push()
    assert third.count() == 2
    there.push()
    assert ids_on(hub).keys() == {other.vote_id}
    assert listed(hub) == {mine.vote_id, mine.round_id}
    backup(third, hub).push()
    new = Store(tmp_path / "new.db")
    backup(new, hub).restore()
    for store in (elsewhere, third, new):
        assert (store.count(), store.add_all([mine])) == (1, ["taken back"])


def test_a_replica_that_writes_at_the_same_time_loses_nothing(hub: HubStandin, home: Store) -> None:
    """What it adds while its file is read to be written without a line: the later of both commits is made anew."""
    mine, other, new = vote(), vote(), vote()
    writer, another = pushed(home, hub, [mine, other]), backup(home, hub)
    another._remote.prepare()
    home.withdrawals.take_back([mine.vote_id])
    hub.meanwhile = lambda: (home.add(new), writer.push())
    with pytest.raises(BackupError, match="at the same time") as refused:
        another.push()
    assert refused.value.certain
    another.push()
    assert ids_on(hub).keys() == {other.vote_id, new.vote_id}
    assert another.status().going == 0


def test_a_restore_brings_nothing_back(hub: HubStandin, home: Store, tmp_path: Path) -> None:
    """A disk that was lost gets the votes of before, but for one that was taken back meanwhile; then its line goes."""
    mine, other = vote(), vote()
    pushed(home, hub, [mine, other])
    new = Store(tmp_path / "new.db")
    new.withdrawals.take_back([mine.vote_id])
    copying = backup(new, hub)
    restored = copying.restore()
    assert (restored.added, restored.unusable, new.count()) == (1, 0, 1)
    copying.push()
    assert ids_on(hub).keys() == {other.vote_id}


@pytest.mark.parametrize("when", ["taken back", "committed"])
def test_a_kill_between_delete_and_push_keeps_nothing_there(
    when: str, hub: HubStandin, home: Store, place: str
) -> None:
    """Killed once the vote is deleted, or once the Hub knows and this side does not: the next start ends it."""
    mine, other = vote(), vote()
    store = Store(place, patience_s=60)
    pushed(store, hub, [mine, other])
    store.close()

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    killed = os.fork()
    if killed == 0:
        _life(Store(place, patience_s=60), hub, mine, die if when == "taken back" else None, die)
    assert os.waitstatus_to_exitcode(os.waitpid(killed, 0)[1]) == -signal.SIGKILL
    again = Store(place, patience_s=60)
    assert again.count() == 1
    copying = backup(again, hub)
    copying.push()
    assert ids_on(hub).keys() == {other.vote_id}
    assert copying.status().going == 0
    again.close()


def _life(
    store: Store, hub: HubStandin, mine: Vote, deleted: Callable[[], None] | None, told: Callable[[], None]
) -> None:
    """A program that takes the vote back, and dies before or after it has told the Hub: never returns."""
    try:
        store.withdrawals.take_back([mine.vote_id])
        if deleted:
            deleted()
        store.withdrawals.told = lambda done: told()  # type: ignore[method-assign]  # it dies instead of noting it
        backup(store, hub).push()
    finally:
        os._exit(1)


def test_the_card_says_how_a_vote_is_taken_back(
    hub: HubStandin, home: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a dataset of an earlier version, unless its owner has written another one."""
    assert all(word in CARD for word in ("receipt", "taken_back.txt", "super_squash_history"))
    earlier = CARD.partition("## Votes that are taken back")[0].rstrip() + "\n"
    hub.exists = True
    for text, becomes in ((earlier, CARD), ("my own words", "my own words")):
        hub.files["README.md"] = text.encode()
        remote.Remote("ada/votes", backup(home, hub)._remote._api).prepare()
        assert hub.files["README.md"].decode() == becomes
