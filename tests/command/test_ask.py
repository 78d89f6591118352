"""`ask` and `probe` in a terminal: what they print, for people and for machines, and how they end."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from playground.command.main import main, parser
from playground.sweeps.axis import SWEPT
from playground.testing.scripted_server import DONE, ScriptedServer, answered, finish, streamed, text
from playground.web import start


def test_an_answer_comes_as_it_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its parameters are read as on the page; what would steer the terminal is not printed; the report is last."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Why?"))
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
    with ScriptedServer(streamed(text("Be\x1b[2J"), text("cause"), finish(usage=usage), DONE)) as server:
        asked = ["ask", "-", "--base-url", server.base_url, "--model", "m", "--system", "Be brief."]
        assert main([*asked, "--temperature", "0.2", "--stop", "x", "--max-tokens", "unset", "--report"]) == 0
    (visit,) = server.requests
    assert [message["content"] for message in visit.body["messages"]] == ["Be brief.", "Why?"]
    assert (visit.body["temperature"], visit.body["stop"]) == (0.2, ["x"]) and "max_tokens" not in visit.body
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "Be\ufffd[2Jcause"
    assert printed[2] == "ended: done; 9 tokens in, 2 out"
    assert any(line.split()[:2] == ["temperature", "sent"] for line in printed[3:])


def test_a_preset_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    """What it sets is sent, what is given beside it is over that, and an unknown one is a sentence."""
    with ScriptedServer(streamed(text("Fine."), finish(), DONE)) as server:
        asked = ["ask", "Why?", "--base-url", server.base_url, "--model", "m", "--max-tokens", "7"]
        assert main([*asked, "--preset", "Show me the tokens"]) == 0
        assert main([*asked, "--preset", "Show me tokens"]) == 2
    (visit,) = server.requests
    assert (visit.body["top_logprobs"], visit.body["max_tokens"]) == (5, 7)
    said = capsys.readouterr()
    assert said.out == "Fine.\n" and "Show me tokens" in said.err


def test_a_machine_gets_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object, with what was said and what was sent, also where the server refuses: the exit code tells."""
    refusal = answered(400, b'{"error": {"message": "no such model"}}')
    with ScriptedServer(streamed(text("Fine."), finish(), DONE), refusal) as server:
        asked = ["ask", "Why?", "--base-url", server.base_url, "--model", "m", "--json"]
        codes = [main(asked), main(asked)]
    said = capsys.readouterr()
    fine, refused = map(json.loads, said.out.splitlines())
    assert codes == [0, 1]
    assert (fine["text"], fine["ended"], fine["error"], fine["body"]["model"]) == ("Fine.", "done", None, "m")
    assert "no such model" in refused["error"] and "no such model" in said.err


def test_each_parameter_is_an_argument(capsys: pytest.CaptureFixture[str]) -> None:
    """With the range of its record in the help, for an answer and for a sweep."""
    for command in ("ask", "sweep"):
        with pytest.raises(SystemExit):
            parser().parse_args([command, "--help"])
        told = capsys.readouterr().out
        assert all(f"--{name.replace('_', '-')}" in told for name in SWEPT)
        assert "a number from 0.0 to 2.0, or unset" in " ".join(told.split())


def test_a_slip_is_a_sentence_and_no_call(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its exit code."""
    assert main(["ask", "Why?", "--temperature", "9"]) == 2
    assert "temperature is 9.0; allowed is a number from 0.0 to 2.0" in capsys.readouterr().err
    assert main(["probe", "nope"]) == 2
    assert "parameter is 'nope'; allowed is one of model, messages" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["ask"])


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_who_has_gone_is_no_failure_to_be_told(form: list[str]) -> None:
    """As with `| head`: it ends without a word, with the exit code that shells have for it."""
    words = [text("word ")] * 2000
    with ScriptedServer(streamed(*words, finish(), DONE)) as server:
        asked = ["-m", "playground", "ask", "Why?", "--base-url", server.base_url, "--model", "m", *form]
        with subprocess.Popen(
            [sys.executable, *asked], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout is not None and program.stderr is not None
            program.stdout.close()
            assert (program.stderr.read(), program.wait()) == ("", 141)


def test_a_probe_tells_each_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """In a line, or as JSON; a parameter that the server refuses ends it with 1."""
    refusal = answered(400, b'{"error": {"message": "Unknown parameter: user", "param": "user"}}')
    with ScriptedServer(refusal) as server:
        asked = ["probe", "user", "--base-url", server.base_url, "--model", "m"]
        codes = [main(asked), main([*asked, "--json"])]
    line, row = capsys.readouterr().out.splitlines()
    verdict = json.loads(row)
    assert line.split()[0] == verdict["parameter"] == "user" and verdict["outcome"] in line
    assert codes == [int(verdict["outcome"] == "rejected")] * 2


def test_without_a_command_it_serves_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """As app.py does."""
    monkeypatch.setattr(start, "main", lambda: 7)
    assert main([]) == 7
