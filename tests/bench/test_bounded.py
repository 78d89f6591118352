"""No case runs past its time, and all together end within theirs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import __main__ as program
from bench.cases import CASES


def test_a_case_is_given_up_in_time(capfd: pytest.CaptureFixture[str]) -> None:
    """It ends with the processes that it started, and that is said."""
    assert program.values_of("dice", 1, 1, lambda value: None) == []
    assert "dice was GIVEN UP after 1 s" in capfd.readouterr().err


def test_what_all_have_no_time_for_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each case that could not begin is said, and none of them begins."""
    monkeypatch.setattr(program, "WHOLE_S", 0)
    monkeypatch.setattr(program, "RESULTS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["bench"])
    assert program.main() == 0
    said = capfd.readouterr().err
    assert said.count("was LEFT OUT") == sum(not case.by_name for case in CASES.values())
    assert "measuring" not in said
