"""Votes reach the Hub once each, whatever goes wrong there, and come back where the disk was lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi
from huggingface_hub.repocard import DatasetCard

from playground.errors import BackupError
from playground.votes.backup import hub as backing
from playground.votes.backup.card import CARD
from playground.votes.backup.hub import HubBackup
from playground.votes.store.store import Store
from playground.votes.vote import Consent, from_row
from tests.votes.hub_standin import Fault, HubStandin, release
from tests.votes.making import MAY_LEAVE, copies, vote

DATASET = "ada/votes"


@pytest.fixture
def hub() -> Iterator[HubStandin]:
    """A Hub on which the dataset does not exist yet."""
    with HubStandin() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Store:
    """The store of one machine."""
    return Store(tmp_path / "votes.db")


def backup(store: Store, hub: HubStandin, token: str = "a-token") -> HubBackup:
    """A backup that has just started."""
    return HubBackup(store, DATASET, HfApi(endpoint=hub.endpoint, token=token))


def ids_on(hub: HubStandin) -> Counter[str]:
    """How often each vote lies on the Hub."""
    return Counter(line["vote_id"] for line in hub.lines())


def test_votes_are_copied_whole_into_a_private_dataset(hub: HubStandin, home: Store) -> None:
    """The dataset is made private, says what it is, and holds every vote as the lossless export does."""
    cast = [vote(comment=f"number {i} \u2028") for i in range(5)]
    home.add_all(cast)
    assert backup(home, hub).push() == 5
    assert hub.created[0]["visibility"] == "private"
    assert [from_row(line) for line in hub.lines()] == cast
    card = DatasetCard(hub.files["README.md"].decode())
    assert card.data.to_dict()["configs"] == [{"config_name": "default", "data_files": "votes/*/*.jsonl"}]
    assert [c.title for c in hub.commits] == ["Say what these votes are", "5 votes"]


def test_saved_here_and_backed_up_are_told_apart(hub: HubStandin, home: Store) -> None:
    """A vote counts as saved at once, and as backed up only after the Hub has it."""
    copying = backup(home, hub)
    home.add_all(copies(vote(), 3))
    before = copying.status()
    assert (before.saved, before.waiting, before.backed_up_at) == (3, 3, None)
    assert "backed up: never yet; 3 not backed up" in str(before)
    copying.push()
    home.add(vote())
    after = copying.status()
    assert (after.saved, after.waiting) == (4, 1)
    assert after.backed_up_at is not None


def test_without_consent_nothing_leaves(hub: HubStandin, home: Store) -> None:
    """A vote whose voter did not agree stays here, through pushes and through the last one."""
    home.add_all([vote(consent=Consent()), vote(consent=MAY_LEAVE)])
    copying = backup(home, hub)
    copying.push()
    copying.flush(5)
    assert len(hub.lines()) == 1
    assert all(from_row(line).consent.publish for line in hub.lines())
    assert copying.status().waiting == 0


def test_a_public_dataset_gets_nothing(hub: HubStandin, home: Store) -> None:
    """Where the dataset can be read by others no vote is sent, and it is said why."""
    hub.private = False
    home.add(vote())
    with pytest.raises(BackupError, match="is public") as refused:
        backup(home, hub).push()
    assert "Make it private" in refused.value.next_step
    assert hub.commits == []


def test_a_refused_token_is_said(hub: HubStandin, home: Store) -> None:
    """A token without the right is named as the problem, and is not in the message."""
    home.add(vote())
    with pytest.raises(BackupError, match="refused the token") as refused:
        backup(home, hub, token="another-token").push()
    assert "another-token" not in str(refused.value)


def test_a_hub_that_is_away_is_said(home: Store) -> None:
    """Where nothing listens the votes stay here, and it is tried again later."""
    home.add(vote())
    away = HubBackup(home, DATASET, HfApi(endpoint="http://127.0.0.1:1", token="a-token"))
    with pytest.raises(BackupError, match="could not be reached"):
        away.push()
    assert away.status().waiting == 1


def test_a_limit_is_heeded(hub: HubStandin, home: Store) -> None:
    """When the Hub says to wait, so many seconds are waited."""
    home.add(vote())
    copying = backup(home, hub)
    copying._remote.prepare()
    hub.faults.append("429")
    with pytest.raises(BackupError, match="no more commits") as limited:
        copying.push()
    assert (limited.value.retry_after_s, limited.value.certain) == (7.0, True)
    assert copying.push() == 1


SAFE: list[Fault] = ["429", "500", "503", "403", "cut before", "cut after"]


def test_under_faults_every_vote_arrives(hub: HubStandin, home: Store) -> None:
    """Of 60 pushes a third meet a fault, some once applied: every vote is there, and no file lost a line."""
    draw = random.Random(7)
    copying = backup(home, hub)
    copying._remote.prepare()
    sent: list[str] = []
    for _ in range(60):
        more = copies(vote(), draw.randint(1, 3))
        home.add_all(more)
        sent += [each.vote_id for each in more]
        if draw.random() < 1 / 3:
            hub.faults.append(draw.choice(SAFE))
        try:
            copying.push()
        except BackupError as error:
            assert error.next_step
    hub.faults.clear()
    while copying.push():
        pass
    assert ids_on(hub).keys() == set(sent)
    assert hub.overwritten == []
    assert copying.status().waiting == 0


def test_a_commit_that_arrives_late_takes_nothing_back(hub: HubStandin, home: Store) -> None:
    """A push that hangs is given up; what it does later, after newer votes were copied, harms none of them."""
    copying = backup(home, hub)
    first = vote()
    home.add(first)
    copying._remote.prepare()
    hub.faults.append("hang before")
    with pytest.raises(BackupError, match="has not answered"):
        copying._within(2, copying.push)
    second = vote()
    home.add(second)
    assert copying._within(30, copying.push) == 2
    assert not hub.overwritten
    release(hub)
    assert ids_on(hub).keys() == {first.vote_id, second.vote_id}
    assert hub.overwritten == []
    third = vote()
    home.add(third)
    copying.push()
    assert ids_on(hub).keys() == {first.vote_id, second.vote_id, third.vote_id}


@pytest.mark.parametrize(
    ("fault", "left"),
    [("403", False), ("429", False), ("503", True), ("cut before", True), ("hang before", True)],
)
def test_what_may_have_left_counts_as_left(fault: Fault, left: bool, hub: HubStandin, home: Store) -> None:
    """From when a vote is chosen until the Hub says that it has not come; a refusal tells nothing of earlier tries."""
    copying, cast = backup(home, hub), vote()
    home.add(cast)
    copying._remote.prepare()
    assert not copying.has_left(cast.round_id)
    hub.faults.extend([fault, "403"])
    for _ in range(2):
        with pytest.raises(BackupError):
            copying._within(2 if hub.faults[0] == "hang before" else 30, copying.push)
        assert copying.has_left(cast.round_id) is left
    release(hub)
    copying.push()
    assert (copying.has_left(cast.round_id), copying._leaving) == (True, frozenset())


def test_a_segment_grows_until_it_is_large(
    hub: HubStandin, home: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small pushes share a file; a large one is closed, so that files stay small and few."""
    copying = backup(home, hub)
    for _ in range(4):
        home.add(vote())
        copying.push()
    assert len([p for p in hub.files if p.startswith("votes/")]) == 1
    monkeypatch.setattr(backing, "_SEGMENT_BYTES", 100)
    home.add(vote())
    copying.push()
    assert len([p for p in hub.files if p.startswith("votes/")]) == 2
    assert max(ids_on(hub).values()) == 1


def test_a_lost_disk_is_restored(hub: HubStandin, home: Store, tmp_path: Path) -> None:
    """A new machine with an empty store gets every vote back, and does not copy them once more."""
    cast = [vote() for _ in range(7)]
    home.add_all(cast)
    backup(home, hub).push()
    new = Store(tmp_path / "new" / "votes.db")
    copying = backup(new, hub)
    restored = copying.restore()
    assert (restored.added, restored.known, restored.unusable) == (7, 0, 0)
    assert [stored.vote for stored in new.votes()] == cast
    assert copying.push() == 0
    assert copying.restore().known == 7


def test_restoring_from_nothing_is_no_error(hub: HubStandin, home: Store) -> None:
    """The very first start finds an empty dataset."""
    restored = backup(home, hub).restore()
    assert (restored.added, restored.known, restored.unusable) == (0, 0, 0)


def test_what_is_damaged_on_the_hub_does_not_stop_the_rest(
    hub: HubStandin, home: Store, tmp_path: Path
) -> None:
    """Lines that are no votes are counted, and a vote that differs from the one here does not replace it."""
    cast = [vote() for _ in range(3)]
    home.add_all(cast)
    backup(home, hub).push()
    (path,) = (p for p in hub.files if p.startswith("votes/"))
    altered = cast[0].model_copy(update={"comment": "altered"})
    hub.files[path] = b"garbage\n" + hub.files[path] + b'{"record": "cut'
    new = Store(tmp_path / "new.db")
    new.add(altered)
    restored = backup(new, hub).restore()
    assert (restored.added, restored.unusable) == (2, 3)
    assert new.find(cast[0].vote_id) == altered


def test_replicas_do_not_touch_each_others_files(hub: HubStandin, tmp_path: Path) -> None:
    """Two programs, and one that starts again, write files of their own; each gets the others' votes at its start."""
    stores = [Store(tmp_path / name / "votes.db") for name in ("a", "b")]
    copying = [backup(store, hub) for store in stores]
    for store, each in [*zip(stores, copying, strict=True)] * 2:
        store.add(vote())
        each.push()
    again = backup(stores[0], hub)
    assert again.restore().added == 2
    stores[0].add(vote())
    again.push()
    assert len([p for p in hub.files if p.startswith("votes/")]) == 3
    assert hub.overwritten == []
    assert sorted(ids_on(hub).values()) == [1] * 5


def test_votes_are_pushed_by_themselves(hub: HubStandin, home: Store) -> None:
    """Once started it copies what waits, through a fault, without being called."""
    home.add_all(copies(vote(), 3))
    copying = HubBackup(home, DATASET, HfApi(endpoint=hub.endpoint, token="a-token"), interval_s=0.05)
    copying._remote.prepare()
    hub.faults.extend(["503", "cut after"])
    copying.start()
    arrived = threading.Event()
    watcher = threading.Thread(target=lambda: _until(lambda: copying.status().waiting == 0, arrived))
    watcher.start()
    assert arrived.wait(30)
    assert len(ids_on(hub)) == 3
    assert copying.flush(5).problem == ""
    watcher.join()


def _until(holds: object, reached: threading.Event) -> None:
    tick = threading.Event()
    while callable(holds) and not holds():
        tick.wait(0.02)
    reached.set()


def test_the_last_push_does_not_wait_for_ever(hub: HubStandin, home: Store) -> None:
    """Told to stop while the Hub hangs, it ends in time and says how many votes are not backed up."""
    copying = backup(home, hub)
    copying._remote.prepare()
    home.add_all(copies(vote(), 4))
    hub.faults.append("hang before")
    status = copying.flush(0.5)
    assert status.waiting == 4
    assert "has not answered" in status.problem
    assert status.problem.endswith("no time was left to try again.")


def test_the_last_push_is_tried_again_while_there_is_time(hub: HubStandin, home: Store) -> None:
    """A Hub that refuses twice as the program ends gets the votes at the third attempt."""
    copying = backup(home, hub)
    copying._remote.prepare()
    home.add_all(copies(vote(), 4))
    hub.faults.extend(["503", "cut after"])
    status = copying.flush(8)
    assert (status.waiting, status.problem) == (0, "")
    assert len(ids_on(hub)) == 4


def test_the_app_copies_its_last_votes_when_it_is_told_to_stop(hub: HubStandin, tmp_path: Path) -> None:
    """On SIGTERM, as a Space is stopped, the vote of a moment ago reaches the Hub before `app.py` ends."""
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token,
        "PLAYGROUND_DATA_DIR": str(tmp_path),
        "PLAYGROUND_VOTES_DATASET": DATASET,
    }
    command = [sys.executable, "-u", "app.py"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=environment
    ) as app:
        assert app.stdout is not None
        assert "Playground is at" in app.stdout.readline()
        cast = vote()
        Store(tmp_path / "votes.sqlite").add(cast)
        app.send_signal(signal.SIGTERM)
        said = app.communicate(timeout=30)[0]
    assert app.returncode == 0
    assert cast.vote_id in ids_on(hub)
    assert "1 vote saved here" in said
    assert "not backed up" not in said


def test_what_forgets_is_restored_through_faults(hub: HubStandin, home: Store, tmp_path: Path) -> None:
    """A machine that forgets fetches its votes by itself once the Hub answers; until then it says that it has not."""
    home.add_all(copies(vote(), 3))
    backup(home, hub).push()
    new = Store(tmp_path / "new.db")
    hub.token = "nobody has this one"
    copying = HubBackup(new, DATASET, HfApi(endpoint=hub.endpoint, token="a-token"), interval_s=0.05)
    copying.start(restoring=True)
    _until(lambda: "not back yet" in copying.status().problem, threading.Event())
    hub.token = "a-token"
    _until(lambda: copying.status().saved == 3 and not copying.status().problem, threading.Event())
    assert copying.flush(5).problem == ""


def test_the_card_says_what_the_columns_mean() -> None:
    """The card explains slots and duplicates, and begins with metadata."""
    assert CARD.startswith("---\n")
    assert all(word in CARD for word in ("record", "shown_left", "supersedes", "twice"))
