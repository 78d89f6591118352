"""The page of votes says what is counted, where the votes are, and no more than the counts allow."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import HfApi

from playground.votes.backup.hub import HubBackup
from playground.votes.backup.vote_service import Keeper
from playground.votes.ballot import Ballot, changed
from playground.votes.pair import new_id
from playground.votes.statistics.comparisons import Comparison, findings
from playground.votes.statistics.ratings import Rating, Ratings
from playground.votes.statistics.shares import Counts, Share
from playground.votes.store.store import Store
from playground.votes.vote import Consent
from playground.web.votes.page import (
    comparison_row,
    contents,
    finding_rows,
    formats,
    rated_rows,
    rating_rows,
    share_row,
    whereabouts,
)
from tests.votes.hub_standin import HubStandin
from tests.votes.making import copies, pending, vote

ADA = "a" * 32


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Nine votes for the second answer, three of them on two models, and one tie."""
    opened = Store(tmp_path / "votes.db")
    opened.add_all(copies(vote(pending(left="first"), "right", annotator=ADA), 6))
    opened.add_all(copies(vote(pending(left="first", models=("a", "b")), "right"), 3))
    opened.add(vote(pending(mode="open"), "tie"))
    return opened


def test_the_page_holds_every_finding(store: Store) -> None:
    """Counts, verdict, comparisons, days and mirror are all there, as plain values."""
    shown = contents(Keeper(store, None, False), None, ADA)
    assert {n: shown["overall"][n] for n in ("wins", "losses", "ties", "skips")} == {
        "wins": 0,
        "losses": 9,
        "ties": 1,
        "skips": 0,
    }
    assert "the voters like the second answer better" in shown["verdict"]
    assert [(r["first"], r["second"], r["losses"]) for r in shown["models"]] == [("server/a", "server/b", 3)]
    assert [r["second"] for r in shown["settings"]] == ["temperature 1.3"]
    assert [day["votes"] for day in shown["days"]] == [10]
    assert shown["mirror"][0]["says"].startswith("You chose the answer on the left in 0 of 6")


@pytest.mark.parametrize(("mark", "own"), [(ADA, 6), ("eve", 0), ("", 0)])
def test_the_mirror_is_of_the_one_who_asks(store: Store, mark: str, own: int) -> None:
    """What somebody else chose, or nobody that is known, is never told as "you"; everything else counts them all."""
    shown = contents(Keeper(store, None, False), None, mark)
    assert [row["total"] for row in shown["mirror"]] == [own, own]
    assert shown["overall"]["losses"] == 9


def test_blind_and_open_votes_can_be_told_apart(store: Store) -> None:
    """A choice of mode counts the votes of that mode alone."""
    keeper = Keeper(store, None, False)
    assert contents(keeper, "open", ADA)["overall"]["ties"] == 1
    assert contents(keeper, "open", ADA)["overall"]["losses"] == 0
    assert contents(keeper, "blind", ADA)["overall"]["ties"] == 0


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(5, 0), "can be chance"),
        (Counts(6, 0), "better: one"),
        (Counts(0, 6), "better: other"),
        (Counts(1, 1), "can be chance; about 197 more to tell 60:40 from a tie"),
        (Counts(5000, 5001), "too close to tell"),
        (Counts(ties=9), "no decided vote yet"),
    ],
)
def test_better_only_above_chance(counts: Counts, said: str) -> None:
    """Below six decided votes, or above p 0.05, no row says better."""
    row = comparison_row(Comparison("one", "other", counts))
    assert row["says"].startswith(said)
    assert ("better" in row["says"]) == counts.significant


def test_without_votes_nothing_is_claimed() -> None:
    """An empty store gives no shares, and no day."""
    shown = finding_rows(findings(lambda by: [], lambda by: []))
    assert shown["overall"]["share"] is None
    assert shown["overall"]["p"] == ""
    assert shown["days"] == []
    assert share_row(Share(0, 0)) == {"share": None, "low": None, "high": None, "total": 0}


def test_saved_here_and_backed_up_stand_apart(store: Store) -> None:
    """One sentence says what is saved here, another when and how much of it is backed up, and what does not leave."""
    with HubStandin() as hub:
        backup = HubBackup(store, "ada/votes", HfApi(endpoint=hub.endpoint, token="a-token"))
        keeper = Keeper(store, backup, True)
        here, there = whereabouts(keeper)
        assert here.startswith("10 votes are saved here, in ")
        assert there == "Backed up at: not yet, in the private dataset ada/votes; 10 wait for the next copy."
        backup.push()
        store.add(vote(consent=Consent()))
        _, there = whereabouts(keeper)
        assert "not yet" not in there
        assert "1 stay here only" in there
        assert "wait" not in there


def test_replaced_votes_are_named(store: Store) -> None:
    """The counts come to less than what is saved, by just the votes that a later one has replaced."""
    before = contents(Keeper(store, None, False), "open", ADA)["whereabouts"][0]
    assert "superseded" not in before
    pair, first = pending(), vote(said="tie")
    second = changed(pair, first, Ballot(new_id(), "left"))
    store.add_all([first, second])
    shown = contents(Keeper(store, None, False), None, ADA)
    assert shown["whereabouts"][0].startswith("12 votes are saved here, in ")
    assert "1 of them is superseded by a later vote" in shown["whereabouts"][0]
    assert sum(shown["overall"][n] for n in ("wins", "losses", "ties", "both_bad", "skips")) == 11
    store.add(changed(pair, second, Ballot(new_id(), "tie")))
    assert "2 of them are superseded" in whereabouts(Keeper(store, None, False))[0]


def test_a_backup_in_trouble_is_said(store: Store) -> None:
    """What is wrong with the backup is a sentence of its own."""
    backup = HubBackup(store, "ada/votes", HfApi(endpoint="http://127.0.0.1:1", token="a-token"))
    backup.flush(5)
    assert "could not be reached" in whereabouts(Keeper(store, backup, False))[2]


def test_a_disk_that_forgets_is_said(store: Store) -> None:
    """On a Space without a dataset the page says that votes are lost; elsewhere it says nothing of the kind."""
    assert "forgets" in whereabouts(Keeper(store, None, True))[1]
    assert len(whereabouts(Keeper(store, None, False))) == 1


def test_a_store_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A file that is no database is a sentence on the page, in every part of it."""
    (tmp_path / "votes.db").write_bytes(b"no database at all" * 100)
    keeper = Keeper(Store(tmp_path / "votes.db"), None, False)
    assert "damaged" in contents(keeper, None, ADA)["problem"]
    assert "damaged" in whereabouts(keeper)[0]
    assert "damaged" in rating_rows(keeper, None)["why_not"]


def test_ratings_or_the_reason_why_not(store: Store) -> None:
    """Ratings come with their intervals; where votes do not connect the models there is a sentence."""
    assert "has never won against" in rating_rows(Keeper(store, None, False), None)["why_not"]
    rated = rated_rows(Ratings((Rating("a", 12.0, -3.0, 27.0, 9),), 0.25))
    assert rated["rows"] == [{"name": "a", "points": 12.0, "low": -3.0, "high": 27.0, "few": ""}]
    assert rated["tie_chance"] == "25%"


def test_every_export_is_on_offer() -> None:
    """The page offers each content in each of its files."""
    offered = {f["content"]: [c["container"] for c in f["files"]] for f in formats()}
    assert offered["preference"] == ["jsonl", "parquet", "parquet_tools"]
    assert offered.keys() == {"preference", "kto", "reward", "everything", "table"}
    assert offered["table"] == ["csv"]
