"""What the README claims holds: its commands exist, its examples run, its Space header is right.

Kept apart from the tests of its generated tables: these are mended by thought.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools import docs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WITH_PROGRAMS = ("testing", "sweeps", "parameters", "replay")
"""The pages of docs/ whose Python is whole programs; that of the others is parts of some."""
DOCS = "\n".join((ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in WITH_PROGRAMS)
OTHERS = [ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
HEADER = yaml.safe_load(README.split("---\n")[1])
PINS = dict(pin.split("==") for pin, _ in docs.pins(ROOT / "requirements.txt"))


def blocks(language: str, page: str = README) -> list[str]:
    """The code blocks in this language on a page."""
    return re.findall(f"(?ms)^```{language}\n(.*?)^```", page)


@pytest.mark.parametrize("source", [*blocks("python"), *blocks("python", DOCS)])
def test_python_example_runs(source: str, tmp_path: Path) -> None:
    """A Python example, copied as it stands, runs on the embedded model and prints something."""
    example = tmp_path / "example.py"
    example.write_text(source, encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": ""}
    ended = subprocess.run(
        [sys.executable, str(example)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()


def test_there_are_python_examples() -> None:
    """The test above has something to run."""
    assert len(blocks("python")) >= 2 and len(blocks("python", DOCS)) >= 5


@pytest.mark.parametrize("target", sorted({*re.findall(r"(?m)^make (\w+)$", README), "run", "test"}))
def test_make_target_is_there(target: str) -> None:
    """A make command that the README shows exists."""
    make = shutil.which("make")
    assert make
    ended = subprocess.run(
        [make, "--dry-run", target], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("page", [ROOT / "README.md", *OTHERS], ids=lambda page: page.name)
def test_linked_files_are_there(page: Path) -> None:
    """What the README and the other pages link or show is in the repository, seen from where the page is."""
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in linked if not (page.parent / target).exists()] == []


def test_the_readme_is_short() -> None:
    """It is for who uses the playground: what they need is read in a few minutes."""
    assert len(README.encode()) < 12_000


def test_space_header_names_what_is_there() -> None:
    """A Space installs the pinned Gradio and starts a file that exists."""
    assert HEADER["sdk"] == "gradio"
    assert HEADER["sdk_version"] == PINS["gradio[mcp,oauth]"]
    assert (ROOT / HEADER["app_file"]).is_file()


def test_space_header_is_one_that_the_hub_takes() -> None:
    """The fields that the Hub checks on a push: its colours, its licence names, a description within 60 letters."""
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {HEADER["colorFrom"], HEADER["colorTo"]} <= colours
    assert HEADER["license"] == "apache-2.0"
    assert 0 < len(HEADER["short_description"]) <= 60
    assert HEADER["title"] == "Parameter Playground"
