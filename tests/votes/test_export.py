"""Exports account for every vote, lose no byte, have the same types whatever they hold, and hurt no spreadsheet."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.errors import StoreError
from playground.events import ToolCall
from playground.votes.files.export import CONTAINERS, SUFFIXES, Container, Content, Exported, export, harmless
from playground.votes.files.importing import import_file
from playground.votes.files.trl_rows import ON_REQUEST, Reason
from playground.votes.store.store import Store, Stored
from playground.votes.vote import Vote
from tests.votes.making import copies, pending, unhurried, vote, votes, with_calls

FILES = [(content, container) for content, containers in CONTAINERS.items() for container in containers]
TRAINING = [(content, container) for content, container in FILES if content not in ("everything", "table")]
FEW = settings(unhurried, max_examples=25)


def as_stored(cast: list[Vote], superseded: int = 0) -> list[Stored]:
    """Votes as a store gives them, the first few of which have been replaced."""
    return [Stored(i, each.to_json(), i > superseded) for i, each in enumerate(cast, 1)]


def rows_in(path: Path) -> list[dict[str, object]]:
    """What a file holds, read without this project's code."""
    if path.suffix == ".parquet":
        rows: list[dict[str, object]] = pq.read_table(path).to_pylist()
        return rows
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


@pytest.fixture(scope="module")
def mixed() -> list[Stored]:
    """One vote of each kind, among them doubtful ones, one with function calls, and one that import should not take."""
    pair = with_calls(pending(), "first", ToolCall("1", "clock", "{}"))
    cast = [
        *[vote(said=said) for said in ("left", "right", "tie", "both_bad", "skip")],
        vote(pending("same", "same"), "skip"),
        vote(pending(ended=("cancelled", "done"))),
        vote(pair),
        vote(pending(messages=[{"nope": 1}])),
    ]
    return as_stored([vote(), *cast], superseded=1)


@pytest.mark.parametrize(("content", "container"), FILES)
def test_a_known_collection_is_accounted_for(
    content: Content, container: Container, mixed: list[Stored], tmp_path: Path
) -> None:
    """Of ten votes each export says which came and why the others did not."""
    done = export(iter(mixed), tmp_path / f"x{SUFFIXES[container]}", content, container)
    dropped: dict[Content, dict[str, int]] = {
        "preference": {
            "superseded": 1,
            "skipped": 2,
            "tie": 1,
            "both bad": 1,
            "stopped early": 1,
            "broken prompt": 1,
            "tools": container != "parquet_tools",
        },
        "kto": {
            "superseded": 1,
            "skipped": 2,
            "tie": 1,
            "stopped early": 1,
            "broken prompt": 1,
            "tools": container != "parquet_tools",
        },
    }
    dropped["reward"] = dropped["preference"]
    expected = {reason: n for reason, n in dropped.get(content, {}).items() if n}
    assert done.dropped == expected
    assert done.votes == 10 - sum(expected.values())
    assert len(rows_in(done.path)) == done.rows == done.votes * (2 if content == "kto" else 1)
    assert str(done).endswith("= 10 stored")


@FEW
@given(
    st.lists(votes(), max_size=6),
    st.integers(0, 2),
    st.sampled_from(FILES),
    st.sets(st.sampled_from(sorted(ON_REQUEST))),
)
def test_exported_and_dropped_are_all(
    cast: list[Vote], superseded: int, file: tuple[Content, Container], keep: set[Reason]
) -> None:
    """Whatever the votes, exported + dropped = stored, and as many rows are in the file as were said."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"x{SUFFIXES[file[1]]}"
        done = export(iter(as_stored(cast, superseded)), path, *file, frozenset(keep))
        assert done.votes + sum(done.dropped.values()) == done.stored == len(cast)
        assert len(rows_in(path)) == done.rows
        assert all(done.dropped.values())


@FEW
@given(st.lists(votes(), min_size=1, max_size=5))
def test_everything_comes_back_byte_for_byte(cast: list[Vote]) -> None:
    """JSONL and Parquet both bring every vote into an empty store, the very bytes of it, in order."""
    for container in CONTAINERS["everything"]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"all.{container}"
            export(iter(as_stored(cast)), path, "everything", container)
            store = Store(Path(folder) / "votes.db")
            assert import_file(store, path).added == len(cast)
            assert [stored.body for stored in store.votes()] == [each.to_json() for each in cast]
            store.close()


@FEW
@given(st.lists(votes(), max_size=6), st.sampled_from(["preference", "kto", "reward"]))
@example([vote(pending("line\u2028two\u0085three\r\n\x00", "🎨\ufeff")) for _ in range(2)], "preference")
def test_both_containers_hold_the_same_rows(cast: list[Vote], content: Content) -> None:
    """Read back by other programs, JSONL and Parquet have equal rows, texts byte for byte."""
    with TemporaryDirectory() as folder:
        jsonl, parquet = Path(folder) / "x.jsonl", Path(folder) / "x.parquet"
        export(iter(as_stored(cast)), jsonl, content, "jsonl")
        export(iter(as_stored(cast)), parquet, content, "parquet")
        assert rows_in(jsonl) == rows_in(parquet)


def features(path: Path, folder: Path) -> object:
    """The types that `datasets` finds in a file."""
    kind = "json" if path.suffix == ".jsonl" else "parquet"
    loaded = load_dataset(kind, data_files=str(path), split="train", cache_dir=str(folder / "cache"))
    return loaded.features


def large(content: Content, container: Container) -> Iterator[Stored]:
    """12 MB of votes with other parameters, other fields and, at the end, function calls: more than one chunk."""
    filler = vote(pending("long " * 1000, own={"stop": ["x"], "seed": 1}, other={"stop": "y"}), strength=2)
    pair = pending("calls", own={"tools": [{"type": "function"}], "logit_bias": {"1": 2}}, other={"n": None})
    special = [
        vote(pair, after=timedelta(seconds=1.5)),
        vote(with_calls(pair, "first", ToolCall("1", "clock", '{"a": 1}'))),
        vote(with_calls(pair, "second", ToolCall("1", "clock", '["broken"]'))),
    ]
    return iter(as_stored([*copies(filler, 2300), *special]))


@pytest.mark.parametrize(("content", "container"), [f for f in FILES if f[0] != "table"])
def test_the_types_do_not_depend_on_the_rows(content: Content, container: Container, tmp_path: Path) -> None:
    """`datasets` finds the same features in a file of one plain vote and in a large one with all kinds of votes."""
    small, big = tmp_path / f"small{SUFFIXES[container]}", tmp_path / f"big{SUFFIXES[container]}"
    export(iter(as_stored([vote()])), small, content, container)
    done = export(large(content, container), big, content, container)
    assert done.votes >= 2300
    assert done.dropped.get("tools", 0) == ((content, container) in TRAINING and container != "parquet_tools")
    assert features(small, tmp_path) == features(big, tmp_path)
    if container == "parquet":
        in_jsonl = tmp_path / "small.jsonl"
        export(iter(as_stored([vote()])), in_jsonl, content, "jsonl")
        assert features(small, tmp_path) == features(in_jsonl, tmp_path)


def test_messages_in_parquet_are_messages_for_datasets(tmp_path: Path) -> None:
    """What `datasets` gives a trainer are lists of dicts, with function calls where there were some."""
    pair = with_calls(pending(), "first", ToolCall("1", "clock", '{"zone": "UTC"}'))
    cast = vote(pair, "left" if pair.left == "first" else "right")
    export(iter(as_stored([cast])), tmp_path / "x.parquet", "preference", "parquet_tools")
    loaded = load_dataset("parquet", data_files=str(tmp_path / "x.parquet"), cache_dir=str(tmp_path / "c"))
    (row,) = loaded["train"]
    assert row["prompt"] == [{"role": "user", "content": "Name a colour."}]
    assert row["chosen"][0]["tool_calls"][0]["function"]["arguments"] == {"zone": "UTC"}
    assert row["rejected"] == [{"role": "assistant", "content": "Green, like the sea."}]


def test_an_export_is_whole_or_not_there(tmp_path: Path) -> None:
    """Where reading the votes fails halfway, no file is left, and an older export stays."""
    path = tmp_path / "x.jsonl"
    path.write_text("older")

    def failing() -> Iterator[Stored]:
        yield from as_stored([vote()])
        raise StoreError("the database went away")

    for container in CONTAINERS["preference"]:
        with pytest.raises(StoreError, match="went away"):
            export(failing(), path, "preference", container)
    assert [p.name for p in tmp_path.iterdir()] == ["x.jsonl"]
    assert path.read_text() == "older"


def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    """A file that cannot be written is an error with a next step."""
    for container in CONTAINERS["everything"]:
        with pytest.raises(StoreError, match="cannot be written") as failed:
            export(iter([]), tmp_path / "no" / "x", "everything", container)
        assert "Choose another folder" in failed.value.next_step


def test_a_wrong_container_is_said(tmp_path: Path) -> None:
    """Training rows are not written as CSV, which would lose them."""
    with pytest.raises(StoreError, match="jsonl or parquet"):
        export(iter([]), tmp_path / "x", "preference", "csv")


def test_what_is_said_of_an_export() -> None:
    """The sentence gives the sum and every reason."""
    done = Exported(Path("x"), 1204, 1204, Counter[Reason]({"tie": 50, "skipped": 46}), 1300)
    assert str(done) == "1,204 exported + 96 dropped (tie 50, skipped 46) = 1,300 stored"
    assert str(Exported(Path("x"), 0, 0, {}, 0)) == "0 exported + 0 dropped = 0 stored"


PADDING = " \u3000\u200b\ufeff\u00a0\0\x0b\x0c\u2003\u2028"
DANGEROUS = "=+-@\t\r\n＝＋－＠"


@unhurried
@given(
    st.text(st.sampled_from(PADDING), max_size=3),
    st.sampled_from(DANGEROUS),
    st.text(max_size=9),
)
def test_no_cell_is_a_formula(padding: str, start: str, rest: str) -> None:
    """Whatever begins like a formula, after padding of any kind too, gets an apostrophe; nothing else changes."""
    cell = padding + start + rest
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["plain", "", "1-2", "a=b", "it's", "'=1", "ünï"])
def test_ordinary_cells_are_untouched(cell: str) -> None:
    """Ordinary text is written as it is."""
    assert harmless(cell) == cell


@FEW
@given(st.lists(votes(), max_size=3), st.sampled_from(DANGEROUS))
@example([vote(pending("=HYPERLINK(1)", '\r=cmd|"x"'), comment="＝1")], "=")
def test_the_table_is_harmless_and_whole(cast: list[Vote], start: str) -> None:
    """No cell of the table begins like a formula, and every vote has its row however odd its texts."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        export(iter(as_stored(cast)), path, "table", "csv")
        rows = rows_in(path)
        assert [row["vote_id"] for row in rows] == [each.vote_id for each in cast]
        for row in rows:
            assert not any(str(cell).lstrip(PADDING).startswith(start) for cell in row.values())
