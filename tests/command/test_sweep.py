"""The sweep of the command line: its arguments are the registry's, its output a table and a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.command.main import main
from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text


def test_a_sweep_is_a_table_and_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values are read as they are typed on the page; what is set is sent; the file has every answer."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    out = tmp_path / "rows.csv"
    with ScriptedServer(streamed(text("Fine."), finish(), DONE)) as server:
        asked = ["--base-url", server.base_url, "--model", "m", "--prompt", "Why?", "--max-tokens", "7"]
        assert (
            main(["sweep", *asked, "--over", "temperature", "0, 1", "--seeds", "1 to 2", "--out", str(out)])
            == 0
        )
    assert [request.body["max_tokens"] for request in server.requests] == [7] * 4
    head, *cells = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["temperature", "answers"]
    assert [cell.split()[:4] for cell in cells] == [["0", "2", "1", "0"], ["1", "2", "1", "0"]]
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 5


def test_a_sweep_over_a_preset(capsys: pytest.CaptureFixture[str]) -> None:
    """What it sets is sent, what is swept or given beside it is over that, and what neither says is not sent."""
    with ScriptedServer(streamed(text("Fine."), finish(), DONE)) as server:
        asked = ["--base-url", server.base_url, "--model", "m", "--prompt", "Why?", "--max-tokens", "7"]
        assert main(["sweep", *asked, "--preset", "Chat", "--over", "temperature", "0, unset"]) == 0
    kept = [
        {n: v for n, v in each.body.items() if n not in ("model", "messages")} for each in server.requests
    ]
    always = {"max_tokens": 7, "stream": True, "stream_options": {"include_usage": True}}
    assert sorted(kept, key=len) == [always, {**always, "temperature": 0.0}]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--over", "temperature", "nan", "--prompt", "?"], "not a finite number"),
        (
            ["--over", "temperature", "1", "--prompt", "?", "--top-p", "0.1, 0.2"],
            "give several by sweep --over",
        ),
        (["--over", "top_p", "1", "--over", "top_p", "0", "--prompt", "?"], "both axes vary it"),
        (["--over", "temperature", "1"], "type a question"),
        (["--over", "seed", "1", "--prompt", "?", "--preset", "Chatt"], "allowed is one of Chat,"),
        (["--over", "temperature", "1", "--prompts", "/nowhere"], "No such file"),
    ],
)
def test_a_slip_is_a_sentence(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, and nothing asked."""
    assert main(["sweep", *arguments]) == (1 if "/nowhere" in arguments else 2)
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("out", "says"),
    [("x.txt", "neither .csv nor .parquet"), ("nowhere/x.csv", "no folder"), (".", "is a folder")],
)
def test_a_file_that_cannot_be_is_refused_before_the_first_call(
    out: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers cost time and money; a slip in the name of the file must not throw them away."""
    with ScriptedServer(streamed(text("Fine."), finish(), DONE)) as server:
        asked = ["--base-url", server.base_url, "--model", "m", "--prompt", "?", "--over", "temperature", "0"]
        assert main(["sweep", *asked, "--out", str(tmp_path / out)]) == 1
    assert says in capsys.readouterr().err
    assert not server.requests


def test_the_table_is_there_before_the_file_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only writing finds out, such as a full disk, takes nothing from the terminal."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with ScriptedServer(streamed(text("Fine."), finish(), DONE)) as server:
        asked = ["--base-url", server.base_url, "--model", "m", "--prompt", "?", "--over", "temperature", "0"]
        assert main(["sweep", *asked, "--out", str(tmp_path / "x.csv")]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("temperature")
    assert "cannot be written: No space left" in told.err
