"""Bars judge the right way round, and the report hides nothing.

Kept apart from the cases: no server, no browser, only numbers.
"""

from __future__ import annotations

import pytest

from bench import report
from bench.figures import BARS, NEVER, OURS, Figure, Value, figures, verdict


def figure(case: str, measure: str, *values: float, subject: str = OURS) -> Figure:
    """A figure in milliseconds."""
    return Figure(case, measure, "ms", subject, values, 0.5)


@pytest.mark.parametrize(
    ("case", "measure", "values", "said"),
    [
        ("burst", "last word painted", (100, 250, 900), "pass"),
        ("burst", "last word painted", (100, 350, 360), "miss"),
        ("leaving", "Stop, silent server", (20, NEVER, NEVER), "miss"),
        ("embedded", "speed kept, one pane", (94.9, 94.9, 99), "miss"),
        ("embedded", "speed kept, one pane", (95, 96, 97), "pass"),
        ("burst", "browser main thread", (1, 2, 3), ""),
    ],
)
def test_the_median_is_judged(case: str, measure: str, values: tuple[float, ...], said: str) -> None:
    """One bad value of three spoils nothing, two do; what never came is a miss; no bar, no verdict."""
    assert verdict(figure(case, measure, *values), []) == said


def test_others_are_not_judged() -> None:
    """The bars are ours: a yardstick is only shown."""
    assert verdict(figure("burst", "last word painted", 9000, subject="gr.load_chat"), []) == ""


@pytest.mark.parametrize(("ours", "said"), [(25, "pass"), (35, "miss")])
def test_a_bar_may_be_a_share_of_a_yardstick(ours: float, said: str) -> None:
    """Held against what another subject took in the same run; where that is missing, nothing is said to hold."""
    mine = figure("transport", "CPU per plain chunk", ours)
    theirs = figure("transport", "CPU per plain chunk", 100, subject="huggingface_hub")
    assert verdict(mine, [mine, theirs]) == said
    assert verdict(mine, [mine]) == ""
    assert "not measured" in report.closing([mine])


def test_a_miss_is_said_at_the_end() -> None:
    """Missed bars are named in the last lines with their figure, and so are the two that nobody measured."""
    found = [figure("burst", "last word painted", 716), figure("burst", "first word painted", 80)]
    lines = report.closing(found).splitlines()
    assert lines[0].startswith("1 bars held, 3 MISSED")
    assert "burst, last word painted: 716" in lines[1]


def test_a_bar_without_its_figure_is_said() -> None:
    """A bar of a case that ran, but was not measured, is not taken for one that held."""
    said = report.closing([figure("burst", "last word painted", 100)])
    unmeasured = [measure for case, measure in BARS if case == "burst" and measure != "last word painted"]
    assert unmeasured
    assert all(f"burst, {measure}: not measured" in said for measure in unmeasured)


def test_table_shows_bar_verdict_and_yardstick() -> None:
    """Ours, the bar, how it stands and the others stand in one row."""
    found = [
        figure("burst", "last word painted", 200, 250, 300),
        figure("burst", "last word painted", 7386, subject="gr.load_chat"),
    ]
    assert "| last word painted, ms | 250 (200 to 300) | at most 300 | pass | 7,386 |" in report.markdown(
        found
    )


@pytest.mark.parametrize("number", [1.5, NEVER])
def test_a_value_survives_its_line(number: float) -> None:
    """What one process prints is what the other reads, one that never came too; all of a measure are one figure."""
    value = Value("leaving", "Stop, silent server", "ms", OURS, number, 0.5)
    assert Value.of_json(value.to_json()) == value
    assert figures([value, value]) == [figure("leaving", "Stop, silent server", number, number)]
