"""What is generated is up to date: tables in Markdown files, .env.example, the client without asyncio, and contract.js.

Kept apart from the README's other tests: these are mended by one command, `make docs`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground import settings
from playground.parameters import REGISTRY
from tools import docs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FURTHER = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")


def test_generated_text_is_up_to_date() -> None:
    """`make docs` would change nothing."""
    written = docs.generated(ROOT)
    stale = [
        path.relative_to(ROOT).as_posix() for path, text in written.items() if path.read_text("utf-8") != text
    ]
    assert stale == [], "run make docs"
    assert written.keys() >= {ROOT / "README.md", ROOT / "docs/map.md", ROOT / ".env.example"}


def test_every_module_is_on_the_map(tmp_path: Path) -> None:
    """The map is read from the files themselves: their paths, and the first lines of their docstrings."""
    (tmp_path / "playground" / "wire").mkdir(parents=True)
    (tmp_path / "playground" / "wire" / "sse.py").write_text('"""Reads | <streams>.\n\nApart.\n"""\n')
    (tmp_path / "playground" / "chat.py").write_text('"""Holds a chat."""\n')
    (tmp_path / "assets" / "js").mkdir(parents=True)
    (tmp_path / "assets" / "js" / "row.js").write_text("// Makes a row.\n//\n// Apart.\n")
    (tmp_path / "assets" / "css").mkdir()
    (tmp_path / "assets" / "css" / "row.css").write_text("/* How a row looks. */\n")
    found = [line for line in docs.file_map(tmp_path).splitlines() if "." in line or line.startswith("#")]
    assert found == [
        "## playground/",
        "| `chat.py` | Holds a chat. |",
        "## playground/wire/",
        "| `sse.py` | Reads \\| &lt;streams>. |",
        "## assets/js/",
        "| `row.js` | Makes a row. |",
        "## assets/css/",
        "| `row.css` | How a row looks. |",
    ]


def test_every_file_on_the_map_says_what_it_does() -> None:
    """No line of the map is empty."""
    rows = re.findall(r"(?m)^\| `[^`]+` \| (.*) \|$", (ROOT / "docs/map.md").read_text(encoding="utf-8"))
    assert len(rows) > 200 and all(len(row) > 10 for row in rows)


@pytest.mark.parametrize("name", REGISTRY)
def test_every_parameter_is_in_the_table(name: str) -> None:
    """The README has exactly one row for each documented parameter and docs/parameters.md for each further one."""
    page = FURTHER if REGISTRY[name].group == "More" else README
    (row,) = (line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
    assert REGISTRY[name].kind.allowed.replace("|", "\\|") in row


def test_a_stale_block_is_replaced_and_the_prose_is_kept() -> None:
    """Only the text between a block's marks is written anew."""
    before = "prose\n<!-- files -->\nstale\n<!-- /files -->\nmore prose"
    after = "prose\n<!-- files -->\nfresh \\1\n<!-- /files -->\nmore prose"
    assert docs.filled(before, {"files": "fresh \\1"}) == after


@pytest.mark.parametrize("readme", ["", "<!-- files -->", "<!-- files --><!-- /files -->" * 2])
def test_a_lost_mark_is_said(readme: str) -> None:
    """A README whose marks were lost or doubled is an error, not a README without the table."""
    with pytest.raises(SystemExit, match="<!-- files --> and <!-- /files --> are needed"):
        docs.filled(readme, {"files": ""})


def test_the_example_settings_are_the_defaults() -> None:
    """.env.example, copied to .env unchanged, changes nothing."""
    assert settings.load({}, ROOT / ".env.example") == settings.load({}, ROOT / "no such file")
