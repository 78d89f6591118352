"""Votes leave as files that account for every vote, come back without doubling, and are nobody else's on a Space."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.settings import Settings
from playground.votes.files.export import CONTAINERS
from playground.votes.store.store import Store
from playground.web.votes import files
from playground.web.votes.files import Shelf, file_routes
from tests.votes.making import copies, pending, vote

OFFERED = [(content, container) for content, containers in CONTAINERS.items() for container in containers]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Four votes: two for a side, a tie, and a skip."""
    opened = Store(tmp_path / "votes.db")
    opened.add_all([vote(), vote(said="right"), vote(said="tie"), vote(pending("same", "same"), "skip")])
    return opened


def client(store: Store, **settings: str) -> TestClient:
    """A browser at these routes alone."""
    return TestClient(Starlette(routes=file_routes(store, Settings(**settings), Shelf())))


@pytest.fixture
def page(store: Store) -> Iterator[TestClient]:
    """The routes as the user's own machine has them."""
    with client(store) as opened:
        yield opened


@pytest.mark.parametrize(("content", "container"), OFFERED)
def test_every_export_accounts_for_every_vote(content: str, container: str, page: TestClient) -> None:
    """Each answer says exported + dropped by reason = stored, and the file that it names can be fetched."""
    made = page.post("/playground/exports", json={"content": content, "container": container}).json()
    assert made["summary"].endswith("= 4 stored")
    kept = made["votes"]
    assert made["summary"].startswith(f"{kept} exported + {4 - kept} dropped")
    assert kept == (4 if content in ("everything", "table") else 2)
    assert len(made["dropped"]) == (0 if kept == 4 else 2)
    fetched = page.get(f"/playground/exports/{made['id']}")
    assert len(fetched.content) == made["bytes"]
    assert made["name"] in fetched.headers["content-disposition"]
    assert fetched.headers["cache-control"] == "no-store"


def test_what_is_doubtful_is_left_out_unless_asked_for(page: TestClient, store: Store) -> None:
    """A pair that was stopped early is in the file only when that reason is ticked."""
    store.add(vote(pending(ended=("cancelled", "done"))))
    asked = {"content": "preference", "container": "parquet"}
    assert page.post("/playground/exports", json=asked).json()["rows"] == 2
    made = page.post(
        "/playground/exports", json={**asked, "keep": ["stopped early", "no such reason"]}
    ).json()
    assert made["rows"] == 3


def test_an_export_comes_back_without_doubling(page: TestClient, store: Store, tmp_path: Path) -> None:
    """Fetched in full and brought back: all recognised here, all new in an empty store; the same as Parquet."""
    for container in ("jsonl", "parquet"):
        made = page.post("/playground/exports", json={"content": "everything", "container": container}).json()
        raw = page.get(f"/playground/exports/{made['id']}").content
        again = page.post("/playground/import", params={"name": made["name"]}, content=raw).json()
        assert again["summary"].startswith("0 added + 4 there already")
        other = Store(tmp_path / f"{container}.db")
        with client(other) as elsewhere:
            new = elsewhere.post("/playground/import", params={"name": made["name"]}, content=raw).json()
        assert new["summary"].startswith("4 added + 0 there already")
        assert [s.body for s in other.votes()] == [s.body for s in store.votes()]


def test_what_is_no_export_is_said_line_by_line(page: TestClient) -> None:
    """Lines that are no votes are counted and told; a broken Parquet file is a sentence."""
    done = page.post("/playground/import", params={"name": "x.jsonl"}, content=b'{"a": 1}\nhello\n').json()
    assert "2 unreadable = 2 lines" in done["summary"]
    assert done["faults"][1].startswith("Line 2: it is not JSON")
    broken = page.post("/playground/import", params={"name": "x.parquet"}, content=b"PAR1 no")
    assert broken.status_code == 422
    assert re.fullmatch(r"x\.parquet cannot be read: .*[^.]\.", broken.json()["error"]["message"])


def test_a_file_that_is_too_large_is_refused(page: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limit the page says what to do, and nothing was imported."""
    monkeypatch.setattr(files, "IMPORT_LIMIT", 10)
    refused = page.post("/playground/import", params={"name": "x.jsonl"}, content=b"x" * 20)
    assert refused.status_code == 422
    assert "larger than" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"content": "kto", "container": "csv"},
        {"content": "x"},
        {"content": "kto", "container": "jsonl", "keep": 1},
    ],
)
def test_there_is_no_other_export(asked: dict[str, object], page: TestClient) -> None:
    """Anything else than what is on offer is refused."""
    assert page.post("/playground/exports", json=asked).status_code == 400


def test_files_are_kept_for_a_while_and_by_nobody_elses_name(page: TestClient) -> None:
    """Only the last files are kept, and an id is all that leads to one."""
    asked = {"content": "table", "container": "csv"}
    ids = [page.post("/playground/exports", json=asked).json()["id"] for _ in range(files.FILES_KEPT + 1)]
    found = [page.get(f"/playground/exports/{file_id}") for file_id in ids]
    assert [r.status_code for r in found] == [404, *[200] * files.FILES_KEPT]
    assert page.get("/playground/exports/..%2Fvotes.db").status_code == 404
    assert len(set(ids)) == len(ids)


def test_on_a_space_votes_are_not_for_visitors(store: Store) -> None:
    """Visitors of a Space can neither fetch nor bring votes; the owner can lend the fetching."""
    asked = {"content": "everything", "container": "jsonl"}
    with client(store, space_id="ada/space") as visitor:
        assert visitor.post("/playground/exports", json=asked).status_code == 403
        assert visitor.post("/playground/import", content=b"").status_code == 403
    with client(store, space_id="ada/space", share_votes="1") as invited:
        assert invited.post("/playground/exports", json=asked).status_code == 200
        assert invited.post("/playground/import", content=b"").status_code == 403
    assert store.count() == 4


def test_exports_hold_what_they_say(page: TestClient, store: Store, tmp_path: Path) -> None:
    """As many rows are in the file as the answer says, in JSONL and in Parquet."""
    store.add_all(copies(vote(), 1200))
    for container in ("jsonl", "parquet"):
        made = page.post("/playground/exports", json={"content": "kto", "container": container}).json()
        raw = page.get(f"/playground/exports/{made['id']}").content
        (tmp_path / "file").write_bytes(raw)
        lines = raw.split(b"\n")[:-1]
        rows = (
            [json.loads(line) for line in lines]
            if container == "jsonl"
            else pq.read_table(tmp_path / "file").to_pylist()
        )
        assert len(rows) == made["rows"] == 2404


def test_no_file_outlives_its_shelf() -> None:
    """Exports hold everybody's votes: they go with the page, and without a word."""
    shelf = files.Shelf()
    _, path = shelf.place("votes.jsonl")
    path.write_text("a vote")
    folder = path.parents[1]
    del shelf
    gc.collect()
    assert not folder.exists()
