"""A vote is taken back by its receipt alone, from any browser, and the receipt is kept nowhere here."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.settings import Settings
from playground.votes.backup.hub import HubBackup
from playground.votes.backup.vote_service import Keeper
from playground.votes.pair import PendingPair
from playground.votes.receipt import vote_id_of
from playground.votes.store.store import Store
from playground.web.votes.files import Shelf, file_routes
from playground.web.votes.rounds import Rounds
from playground.web.votes.routes import vote_routes
from playground.web.votes.withdrawing import withdrawal_routes
from tests.votes.making import vote
from tests.votes.test_receipt import DRAWN
from tests.web.test_vote_routes import ballot, page, streamed
from tests.web.test_vote_routes import pair as pair  # the fixture

OTHER = "0000-0000-0000-0000-0000-0000-0000"


def client(keeper: Keeper, *pairs: PendingPair) -> TestClient:
    """A browser at the routes of votes, of files, and of taking back."""
    rounds, shelf, settings = Rounds(), Shelf(), Settings()
    for each in pairs:
        rounds.keep(streamed(each))
    routes = [
        *vote_routes(rounds, keeper, settings),
        *file_routes(keeper.store, settings, shelf),
        *withdrawal_routes(keeper, shelf),
    ]
    return TestClient(Starlette(routes=routes))


def take_back(browser: TestClient, *receipts: Any) -> tuple[int, Any]:
    """What the server says to it."""
    told = browser.post("/playground/take-back", json={"receipts": receipts})
    return told.status_code, told.json()


def test_a_receipt_takes_its_vote_back(
    pair: PendingPair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """However often, after a restart too; and of the receipt nothing is stored, logged or exported."""
    caplog.set_level(logging.DEBUG)
    keeper, cast = Keeper(Store(tmp_path / "votes.db"), None, False), {"receipt": DRAWN}
    with client(keeper, pair) as browser:
        assert browser.post("/playground/vote", json=ballot(pair, **cast)).status_code == 200
        other = browser.post("/playground/vote", json=ballot(pair, said="tie")).json()
        assert other["choice"] == "tie"
        (first, second) = (stored.vote for stored in keeper.store.votes())
        assert (first.vote_id, second.supersedes) == (vote_id_of(DRAWN), first.vote_id)
        everything = browser.post(
            "/playground/exports", json={"content": "everything", "container": "jsonl"}
        ).json()
        exported = browser.get(f"/playground/exports/{everything['id']}").content
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        for form in (DRAWN, DRAWN.replace("-", "")):
            assert form.encode() not in files + exported and form not in caplog.text
        assert take_back(browser, DRAWN.lower()) == (200, {"votes": 2, "waits": False})
        assert browser.get(f"/playground/exports/{everything['id']}").status_code == 404
        again = browser.post("/playground/vote", json=ballot(pair, **cast))
        assert again.status_code == 422 and "taken back" in again.json()["error"]["message"]
    with client(Keeper(Store(tmp_path / "votes.db"), None, False)) as restarted:
        assert take_back(restarted, DRAWN) == (200, {"votes": 0, "waits": False})
    assert keeper.store.count() == 0


def test_unknown_and_taken_back_are_told_alike(tmp_path: Path) -> None:
    """A receipt of nothing, and one whose vote is gone: also while the Hub is still to be told."""
    store = Store(tmp_path / "votes.db")
    store.add(vote(vote_id=vote_id_of(DRAWN)))
    copying = HubBackup(store, "ada/votes", HfApi(token="a-token"))
    with client(Keeper(store, copying, False)) as browser:
        assert take_back(browser, DRAWN) == (200, {"votes": 1, "waits": True})
        assert take_back(browser, DRAWN) == take_back(browser, OTHER) == (200, {"votes": 0, "waits": True})
        store.withdrawals.told(store.withdrawals.outstanding(9))
        assert take_back(browser, DRAWN) == take_back(browser, OTHER) == (200, {"votes": 0, "waits": False})


@pytest.mark.parametrize(
    ("receipts", "status", "said"),
    [
        ([DRAWN[:-1] + "Z"], 422, "at least one character"),
        (["x"], 422, "28 letters"),
        ([7], 422, "28 letters"),
        ([], 400, "1 to 8"),
        ([DRAWN] * 9, 400, "1 to 8"),
        (DRAWN, 400, "1 to 8"),
    ],
)
def test_what_is_no_receipt_is_refused_in_words(
    receipts: Any, status: int, said: str, tmp_path: Path
) -> None:
    """And nothing is taken back with it, not even by a good one beside it."""
    store = Store(tmp_path / "votes.db")
    store.add(vote(vote_id=vote_id_of(DRAWN)))
    with client(Keeper(store, None, False)) as browser:
        told = browser.post("/playground/take-back", json={"receipts": receipts})
    assert told.status_code == status and said in told.json()["error"]["message"]
    assert store.count() == 1


def test_a_vote_with_a_receipt_that_is_none_is_refused(pair: PendingPair, tmp_path: Path) -> None:
    """It would be one that nobody could take back."""
    store = Store(tmp_path / "votes.db")
    with client(Keeper(store, None, False), pair) as browser:
        told = browser.post("/playground/vote", json=ballot(pair, receipt="my receipt"))
    assert (told.status_code, store.count()) == (422, 0)


def test_on_a_public_page_a_receipt_alone_gives_a_vote_its_id(pair: PendingPair, tmp_path: Path) -> None:
    """Else a visitor could say which id a vote has, and so name another's."""
    keeper = Keeper(Store(tmp_path / "votes.db"), None, False)
    with page(streamed(pair), keeper, space_id="ada/space") as browser:
        told = browser.post("/playground/vote", json=ballot(pair))
        assert (told.status_code, keeper.store.count()) == (422, 0)
        assert browser.post("/playground/vote", json=ballot(pair, receipt=DRAWN)).status_code == 200


def test_a_store_that_cannot_delete_says_so(tmp_path: Path) -> None:
    """Then nothing is said to be taken back."""
    (tmp_path / "votes.db").write_bytes(b"no database at all" * 100)
    with client(Keeper(Store(tmp_path / "votes.db"), None, False)) as browser:
        status, told = take_back(browser, DRAWN)
    assert status == 503 and "damaged" in told["error"]["message"]
    assert told["error"]["next_step"].endswith("a new one is made.")


def test_an_export_that_is_being_written_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vote that is taken back meanwhile may be in it already: the file goes, and it is said why."""
    store, shelf = Store(tmp_path / "votes.db"), Shelf()
    store.add_all([vote(), vote()])
    votes = store.votes

    def and_take_back() -> Any:
        yield from votes()
        shelf.clear()

    monkeypatch.setattr(store, "votes", and_take_back)
    with TestClient(Starlette(routes=file_routes(store, Settings(), shelf))) as browser:
        told = browser.post("/playground/exports", json={"content": "everything", "container": "jsonl"})
    assert told.status_code == 503 and "taken back" in told.json()["error"]["message"]
    assert not [path for path in shelf.folder.rglob("*") if path.is_file()]
