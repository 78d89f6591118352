"""Whatever file comes in, good votes are taken once, stored ones stay, and the rest is accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import StoreError
from playground.votes.files.export import export
from playground.votes.files.importing import Imported, import_file, import_rows
from playground.votes.pair import new_id
from playground.votes.store.store import Store
from playground.votes.vote import to_row
from tests.votes.making import NOON, copies, pending, unhurried, vote


def line(record: str, **fields: object) -> bytes:
    """A line of an export that holds this record."""
    return json.dumps({"record": record, **fields}).encode() + b"\n"


def test_an_export_can_be_imported_twice(tmp_path: Path) -> None:
    """The first import adds every vote, the second recognises each of them; the same for a mixture."""
    one, other = Store(tmp_path / "one.db"), Store(tmp_path / "other.db")
    one.add_all(copies(vote(), 1201))
    export(one.votes(), tmp_path / "all.jsonl", "everything", "jsonl")
    first = import_file(other, tmp_path / "all.jsonl")
    assert (first.added, first.duplicates, first.lines) == (1201, 0, 1201)
    one.add(vote())
    export(one.votes(), tmp_path / "all.parquet", "everything", "parquet")
    second = import_file(other, tmp_path / "all.parquet")
    assert (second.added, second.duplicates) == (1, 1201)
    assert [s.body for s in other.votes()] == [s.body for s in one.votes()]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be with its mark"])
def test_a_byte_order_mark_costs_no_vote(encoding: str, tmp_path: Path) -> None:
    """Nor does a file in UTF-16: what an editor or a shell saved anew is read to the first and the last vote."""
    store, file = Store(tmp_path / "votes.db"), tmp_path / "saved.jsonl"
    text = b"".join(line(each.to_json()) for each in copies(vote(), 3)).decode()
    text = text.replace("\n", "\r\n").rstrip()
    file.write_bytes(("\ufeff" + text).encode("utf-16-be") if "be" in encoding else text.encode(encoding))
    done = import_file(store, file)
    assert (done.added, done.lines) == (3, 3)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe{", b"\n\n"])
def test_a_file_of_next_to_nothing_holds_no_vote(content: bytes, tmp_path: Path) -> None:
    """An empty file, a lone mark, half a character: nothing is added, and nothing fails."""
    file = tmp_path / "saved.jsonl"
    file.write_bytes(content)
    assert import_file(Store(tmp_path / "votes.db"), file).added == 0


def test_a_vote_that_differs_does_not_replace_the_stored_one(tmp_path: Path) -> None:
    """The same id with other words is a conflict, counted and left out."""
    store, cast = Store(tmp_path / "votes.db"), vote()
    store.add(cast)
    other = cast.model_copy(update={"comment": "altered"})
    done = import_rows(store, [line(other.to_json())])
    assert (done.added, done.conflicts) == (0, 1)
    assert store.find(cast.vote_id) == cast


def altered(**fields: object) -> bytes:
    """A line with a vote that has been given these fields."""
    return line(vote(pending(left="first")).model_copy(update=fields).to_json())


SELF = new_id()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"{cut off", "not JSON"),
        (b"[1, 2]", "no object"),
        (b"\xff\xfe", "not JSON"),
        (b'{"prompt": [], "chosen": []}', 'no text named "record"'),
        (line("{}"), "no vote of schema version 1"),
        (line(vote().to_json().replace("Blue.", "Red!!", 1)), "not the one that was voted on"),
        (line(vote().to_json().replace('"schema_version":1', '"schema_version":9')), "newer version"),
        (altered(prompt=({"nope": 1},)), "no conversation"),
        (altered(prompt=({"role": "user", "content": 1},)), "no conversation"),
        (altered(vote_id=SELF, supersedes=SELF), "supersedes itself"),
        (altered(shown_left="second"), "does not show 'second' on the left"),
        (altered(voted_at=NOON.replace(year=2101)), "year 2101"),
    ],
    ids=[
        *("cut", "list", "bytes", "training row", "empty", "altered", "newer", "no role", "no text"),
        *("itself", "other side", "far future"),
    ],
)
def test_bad_lines_are_told_and_do_not_stop_the_rest(bad: bytes, said: str, tmp_path: Path) -> None:
    """A line that is no vote is counted and told with its number; the votes around it are imported."""
    store = Store(tmp_path / "votes.db")
    done = import_rows(store, [line(vote().to_json()), b"\n", bad, line(vote().to_json())])
    assert (done.added, done.unreadable, done.lines) == (2, 1, 3)
    assert done.faults[0].startswith("Line 3: ")
    assert said in done.faults[0]


def test_a_thousand_bad_lines_are_not_a_thousand_messages(tmp_path: Path) -> None:
    """All bad lines are counted, the first of them are told."""
    done = import_rows(Store(tmp_path / "votes.db"), [b"x"] * 1000)
    assert (done.unreadable, len(done.faults)) == (1000, 20)
    assert str(done).endswith("1,000 unreadable = 1,000 lines")


@settings(unhurried, max_examples=40)
@given(st.binary(max_size=300), st.integers(0, 5000))
def test_any_bytes_are_survived(noise: bytes, cut: int) -> None:
    """Random bytes, and an export cut anywhere, are imported as far as they are whole, and never an error."""
    store = Store("file-that-is-never-opened.db")
    whole = line(vote().to_json())
    rows = (noise + b"\n" + whole[:cut]).splitlines(keepends=True)
    seen: list[str] = []
    done = import_rows(_Nowhere(store), rows, lambda each, outcome: seen.append(outcome))
    assert done.added == len(seen) <= 1
    assert done.lines == sum(1 for row in rows if row.strip())


class _Nowhere(Store):
    """A store that takes everything and keeps nothing: what is tested is the reading."""

    def __init__(self, _: Store) -> None:
        pass

    def add_all(self, votes):  # type: ignore[no-untyped-def]
        return ["added"] * len(votes)


@pytest.mark.parametrize("name", ["votes.parquet", "missing.jsonl", "missing.parquet"])
def test_a_file_that_cannot_be_read_is_said(name: str, tmp_path: Path) -> None:
    """A file that is no Parquet, or none at all, is an error that says what to choose."""
    (tmp_path / "votes.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(StoreError, match="cannot be read") as failed:
        import_file(Store(tmp_path / "votes.db"), tmp_path / name)
    assert "lossless export" in failed.value.next_step


def test_rows_are_what_the_export_writes() -> None:
    """The flat columns beside the record are for readers; only the record is imported."""
    cast = vote()
    row = {**to_row(cast, cast.to_json()), "choice": "someone edited this column"}
    store = _Nowhere(Store("x"))
    found = []
    assert import_rows(store, [row], lambda each, _: found.append(each)).added == 1
    assert found == [cast]
    assert str(Imported(1, 2, 3, 4, ())).endswith("= 10 lines")
