"""The page's styles keep their rules, and each rule is seen to object to a breach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import styles as rules

FILES = rules.sources(Path(__file__).parents[2])

SIDED = (
    "margin-left: 1px;",
    "border-right-color: red;",
    "  left: 0;",
    "text-align: right;",
    "float: left;",
    "border-top-left-radius: 4px;",
    "scroll-padding-left: 4px;",
    "padding: 0 calc(1px + (2px)) 0 0;",
)
SIDELESS = (
    "margin-inline-start: 1px;",
    "text-align: start;",
    "padding: 0 calc(1px + 2px) 0 calc(1px + 2px);",
    "inset: auto 0 0 0;",
    "padding-top: 0;",
)


def test_no_style_has_a_side() -> None:
    """The page can be turned round: its layout knows start and end alone."""
    assert "assets/css/page.css" in FILES
    assert list(rules.sideless(FILES)) == []


@pytest.mark.parametrize("line", SIDED)
def test_a_side_is_reported(line: str) -> None:
    """A declaration that tells left from right is named."""
    (report,) = rules.sideless({"assets/css/a.css": f"a {{\n{line}\n}}"})
    assert report.startswith("assets/css/a.css:2")


@pytest.mark.parametrize("line", SIDELESS)
def test_what_has_no_side_is_not_reported(line: str) -> None:
    """A declaration that is the same turned round is allowed."""
    assert list(rules.sideless({"assets/css/a.css": line})) == []
