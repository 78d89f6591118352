"""`export` and `import` in a terminal: votes leave as files, and come back from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.command.main import main
from playground.votes.store.store import Store
from tests.votes.making import vote


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, which the commands use."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    return tmp_path


def test_votes_leave_and_come_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything goes through a file unchanged; rows to train on say why some votes are in none."""
    votes = [vote(), vote(said="tie")]
    Store(folder / "votes.sqlite").add_all(votes)
    everything, rows = folder / "all.jsonl", folder / "rows.parquet"
    assert main(["export", str(everything)]) == 0
    assert main(["export", str(rows), "--content", "preference"]) == 0
    assert rows.stat().st_size > 0
    assert main(["export", str(folder / "look.csv"), "--content", "table", "--json"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{everything}: 2 exported + 0 dropped = 2 stored"
    assert said[1:3] == [
        f"{rows}: 1 exported + 1 dropped (tie 1) = 2 stored",
        "  tie, 1: neither was preferred",
    ]
    assert json.loads(said[3])["rows"] == 2
    (folder / "votes.sqlite").unlink()
    with everything.open("a") as file:
        file.write("[]\n")
    assert main(["import", str(everything)]) == 1
    printed = capsys.readouterr().out
    assert (
        printed.startswith("2 added + 0 there already + 0 in conflict")
        and "Line 3: it is no object." in printed
    )
    assert [each.vote for each in Store(folder / "votes.sqlite").votes()] == votes


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export", "votes.csv"], "everything is written as .jsonl or .parquet"),
        (["export", "none/votes.jsonl"], "cannot be written: No such file or directory"),
        (["import", "absent.jsonl"], "absent.jsonl cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """On the standard error, with the exit code of a failure, and no file is left."""
    command, name = arguments
    assert main([command, str(folder / name)]) == (2 if name == "votes.csv" else 1)
    assert says in capsys.readouterr().err
    assert not (folder / name).exists()
