"""A table of verdicts is kept, recalled and shown as it was found, and a broken file hurts nobody.

Kept apart from the run: here no model is asked.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from playground.errors import PlaygroundError
from playground.evidence.probes import probe_store
from playground.evidence.probes.finding import Exchange, Finding, cannot_tell, no_effect, works
from playground.evidence.probes.table import PROBES_VERSION, ProbeTable, Verdict
from playground.parameters import REGISTRY

EXCHANGE = Exchange({"model": "m", "seed": 1}, {"text": "Hi ☃", "error": None})
SEED = Verdict.of("seed", works("Same again.", "a test", 1e-9), [EXCHANGE])
STOP = Verdict.of("stop", no_effect("It went on."), [])
VAIN = Verdict.of("top_p", Finding("cannot tell", "No key.", in_vain=True), [])
UNPROBED = Verdict.of("top_p", Finding("no probe yet", "Nobody has written one."), [])
TABLE = ProbeTable("m", "https://host", "2026-01-02T03:04:05Z").with_verdicts([STOP, SEED])


def test_json_and_back() -> None:
    """What is written is what was found, exchanges and all."""
    assert ProbeTable.from_dict(json.loads(json.dumps(TABLE.to_dict()))) == TABLE


def test_newer_verdicts_win_in_the_order_of_the_registry() -> None:
    """One verdict per parameter, whatever order they come in."""
    newer = TABLE.with_verdicts([Verdict.of("seed", cannot_tell("Unclear."), [])])
    assert [(v.parameter, v.outcome) for v in newer.verdicts] == [
        ("seed", "cannot tell"),
        ("stop", "no visible effect"),
    ]


def test_markdown() -> None:
    """A row per parameter, with verdict, reason and test; and when, by what, of which model and server."""
    text = TABLE.to_markdown()
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [row.split("|")[1].strip() for row in rows] == ["`seed`", "`stop`"]
    assert "✓ works" in rows[0] and "a test, p \\< 0.000001" in rows[0] and "✗ no visible effect" in rows[1]
    assert "https://host" in text and "2026-01-02T03:04:05Z" in text


def test_markdown_cannot_be_broken_by_a_server() -> None:
    """A server's words stay in their cell, and become neither link nor picture nor code."""
    hostile = "a | b\n\n![x](http://evil) `c` <script>"
    table = replace(TABLE, model=hostile).with_verdicts(
        [Verdict.of("stop", Finding("rejected", hostile), [])]
    )
    text = table.to_markdown()
    assert len(text.splitlines()) == len(TABLE.to_markdown().splitlines())
    assert "![x]" not in text and "<script>" not in text and " | b" not in text.replace("\\|", "")


@pytest.mark.parametrize(("p_value", "shown"), [(0.05, "p = 0.05"), (1.0, "p = 1"), (1e-12, "p < 0.000001")])
def test_a_p_value_in_words(p_value: float, shown: str) -> None:
    """The test is named beside its p-value."""
    assert Verdict("seed", "works", "", "a test", p_value).statistics == f"a test, {shown}"


def test_nothing_left_to_chance_has_no_p_value() -> None:
    """A verdict without a test says nothing of one."""
    assert STOP.statistics == ""


def test_remembered_and_recalled(tmp_path: Path) -> None:
    """A table comes back for its own model and server, and for no other."""
    probe_store.remember(tmp_path, TABLE)
    assert probe_store.recall(tmp_path, "m", "https://host") == TABLE
    assert probe_store.recall(tmp_path, "m", "https://other") is None
    assert probe_store.recall(tmp_path, "M", "https://host") is None


def test_a_later_run_of_a_few_keeps_the_others(tmp_path: Path) -> None:
    """Probing one parameter again does not forget the rest."""
    probe_store.remember(tmp_path, TABLE)
    probe_store.remember(
        tmp_path, replace(TABLE, started_at="later", verdicts=(replace(STOP, outcome="works"),))
    )
    recalled = probe_store.recall(tmp_path, "m", "https://host")
    assert recalled is not None and recalled.started_at == "later"
    assert {v.parameter: v.outcome for v in recalled.verdicts} == {"seed": "works", "stop": "works"}


@pytest.mark.parametrize("verdict", [VAIN, UNPROBED], ids=["in vain", "no probe yet"])
def test_what_was_asked_in_vain_is_not_remembered(tmp_path: Path, verdict: Verdict) -> None:
    """A missing key, network or probe is no property of a server: it neither replaces a verdict nor makes a table."""
    probe_store.remember(tmp_path, replace(TABLE, verdicts=(verdict,)))
    assert probe_store.recall(tmp_path, "m", "https://host") is None
    probe_store.remember(tmp_path, TABLE.with_verdicts([verdict]))
    assert probe_store.recall(tmp_path, "m", "https://host") == TABLE


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"model": 1}', '{"verdicts": 3}', '{"verdicts": [{}]}', "\ud800"]
)
def test_a_broken_file_is_no_table(tmp_path: Path, text: str) -> None:
    """Half a file, another program's, or none: nothing is remembered, and the next run writes a good one."""
    path = probe_store.path_of(tmp_path, "m", "https://host")
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert probe_store.recall(tmp_path, "m", "https://host") is None
    probe_store.remember(tmp_path, TABLE)
    assert probe_store.recall(tmp_path, "m", "https://host") == TABLE


def test_a_table_of_other_probes_is_not_compared(tmp_path: Path) -> None:
    """When the probes have changed, what older ones found is not shown as if these had."""
    probe_store.remember(tmp_path, replace(TABLE, probes_version=PROBES_VERSION + 1))
    assert probe_store.recall(tmp_path, "m", "https://host") is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "x" * 500, "", "con", "ü:*?", "."])
def test_any_name_makes_a_file_in_the_folder(tmp_path: Path, name: str) -> None:
    """However odd the names of model and server are, the table stays in its folder."""
    probe_store.remember(tmp_path, replace(TABLE, model=name, server=name))
    assert [path.parent for path in tmp_path.rglob("*.json")] == [tmp_path / probe_store.FOLDER]
    assert probe_store.recall(tmp_path, name, name) is not None


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    """Files are written aside and then put in place, and none is left aside."""
    probe_store.remember(tmp_path, TABLE)
    probe_store.remember(tmp_path, TABLE)
    assert len(list((tmp_path / probe_store.FOLDER).iterdir())) == 1


def test_the_oldest_tables_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public page cannot be made to fill the disk with tables."""
    monkeypatch.setattr(probe_store, "MOST_TABLES", 3)
    for number in range(5):
        probe_store.remember(tmp_path, replace(TABLE, model=f"m{number}"))
        path = probe_store.path_of(tmp_path, f"m{number}", TABLE.server)
        os.utime(path, (number, number))
    probe_store.remember(tmp_path, replace(TABLE, model="last"))
    names = [
        name
        for name in ("m0", "m1", "m2", "m3", "m4", "last")
        if probe_store.recall(tmp_path, name, TABLE.server)
    ]
    assert names == ["m3", "m4", "last"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The reader is told where, why and what to do."""
    (tmp_path / probe_store.FOLDER).write_text("a file where a folder should be")
    with pytest.raises(PlaygroundError, match="could not be remembered") as caught:
        probe_store.remember(tmp_path, TABLE)
    assert "PLAYGROUND_DATA_DIR" in caught.value.next_step


def test_the_order_is_the_registrys() -> None:
    """A table of everything lists parameters as the page does."""
    verdicts = [Verdict.of(name, works("Yes."), []) for name in sorted(REGISTRY)]
    assert [v.parameter for v in TABLE.with_verdicts(verdicts).verdicts] == list(REGISTRY)
