"""A folder of lessons: a teacher's own beside ours, and every mistake with its file and line."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import pytest

from playground.command.main import main
from playground.lessons.claim import MOST_FALSE
from playground.lessons.shelf import LONGEST_BYTES, MOST_LESSONS, OURS, load, shelf_of
from tests.lessons.test_front_matter import BODY, HEAD

ROOT: Final = Path(__file__).parents[2]


def test_own_lessons_stand_beside_ours_and_before_those_of_the_same_name(tmp_path: Path) -> None:
    """A file with mistakes is left out and told; the others are there."""
    (tmp_path / "mine.md").write_text(HEAD + BODY, encoding="utf-8")
    (tmp_path / "seed.md").write_text(HEAD + BODY, encoding="utf-8")
    (tmp_path / "bad.md").write_text(HEAD.replace("minutes: 5", "minutes: 0") + BODY, encoding="utf-8")
    (tmp_path / "latin.md").write_bytes(b"---\n\xff")
    (tmp_path / "README.md").write_text("# About these", encoding="utf-8")
    (tmp_path / "courses.yaml").write_text(
        "- {title: Mine, about: Two., lessons: [mine, temperature, absent]}\n", encoding="utf-8"
    )
    shelf = shelf_of(tmp_path)
    assert len(shelf.lessons) == 21
    assert (shelf.lessons["mine"].ours, shelf.lessons["seed"].ours) == (False, False)
    assert [course.lessons for course in shelf.courses if course.title == "Mine"] == [("mine", "temperature")]
    said = "\n".join(shelf.mistakes)
    assert f"{tmp_path / 'bad.md'}:5: minutes: input should be greater than or equal to 1" in said
    assert f"{tmp_path / 'latin.md'}: it cannot be read" in said
    assert "Mine names lessons that are not here: absent" in said
    assert len(shelf.mistakes) == 3


def test_a_file_of_any_kind_stops_no_other(tmp_path: Path) -> None:
    """One in capitals is a lesson, a hidden one is none; pipes, folders, endless and unspeakable ones are told."""
    (tmp_path / "UPPER.MD").write_text(HEAD + BODY, encoding="utf-8")
    (tmp_path / "._mine.md").write_bytes(b"\0\5\x16\7")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "endless.md").symlink_to("/dev/zero")
    (tmp_path / "lost.md").symlink_to(tmp_path / "nowhere")
    with (tmp_path / "huge.md").open("wb") as huge:
        huge.truncate(LONGEST_BYTES + 1)
    (tmp_path / "digits.md").write_text(HEAD.replace("[0,", f"[0x{'f' * 6000},") + BODY, encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text(HEAD + BODY, encoding="utf-8")
    shelf = load(tmp_path)
    assert list(shelf.lessons) == ["UPPER"]
    told = "\n".join(shelf.mistakes).encode().decode()
    for says in (
        "caf\\xe9.md: give it a name",
        "huge.md: it has 256,001 bytes",
        "digits.md: it cannot be read",
    ):
        assert says in told
    for name in ("pipe", "folder", "endless", "lost"):
        assert f"{name}.md: it cannot be read" in told
    assert len(shelf.mistakes) == 7


def test_what_is_no_folder_or_no_list_of_courses_is_told(tmp_path: Path) -> None:
    """Ours are there all the same."""
    assert "is no folder" in shelf_of(tmp_path / "absent").mistakes[0]
    assert len(shelf_of(tmp_path / "absent").lessons) == 20
    for text, says in {
        "- {title: x": "courses.yaml:2: this is no YAML",
        "title: x": "courses.yaml:1: this: input should be a valid list",
        "- title: Mine\n  about: 3\n  lessons: []": "courses.yaml:2: 1.about: 3 is no text",
        "- title: Mine\n  about: x\n  lessons: [absent]": "courses.yaml:3: Mine names lessons that are not here",
    }.items():
        (tmp_path / "courses.yaml").write_text(text + "\n", encoding="utf-8")
        assert says in "\n".join(load(tmp_path).mistakes)


def test_a_folder_is_bounded(tmp_path: Path) -> None:
    """So many are read, and it is said that there are more."""
    for number in range(MOST_LESSONS + 1):
        (tmp_path / f"{number:03}.md").write_text(HEAD + BODY, encoding="utf-8")
    shelf = load(tmp_path)
    assert len(shelf.lessons) == MOST_LESSONS
    assert "the first 200 are read" in shelf.mistakes[0]


def test_the_command_checks_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every mistake on the standard error, exit code 1; so where a claim would fail too often though true."""
    assert main(["lessons"]) == 0
    assert "20 lessons can be read, and 0 mistakes" in capsys.readouterr().out
    (tmp_path / "bad.md").write_text("# Hello", encoding="utf-8")
    assert main(["lessons", str(tmp_path)]) == 1
    assert f"{tmp_path / 'bad.md'}:1: a lesson begins with ---" in capsys.readouterr().err
    (tmp_path / "bad.md").write_text(HEAD + BODY, encoding="utf-8")
    assert main(["lessons", str(tmp_path)]) == 1
    assert "bad: its claims would fail in 0.0006 of runs though they are true" in capsys.readouterr().err
    (tmp_path / "bad.md").write_text(HEAD.replace("95 of 100", "200 of 200") + BODY, encoding="utf-8")
    assert main(["lessons", str(tmp_path)]) == 0


def test_the_command_runs_what_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each claim in a line; exit code 0 where all hold."""
    assert main(["lessons", str(OURS), "--run", "--only", "max_tokens"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "holds  max_tokens, 3: ended by \u201clength\u201d = 1: 1 of 1, expected all",
        "holds  max_tokens, 30: ended by \u201clength\u201d = 1: 0 of 1, expected none",
    ]


def test_the_lesson_of_the_documentation_can_be_read(tmp_path: Path) -> None:
    """What docs/lessons.md shows is one, and its claims may be made."""
    shown = re.search(
        r"```markdown\n(.*?)\n```", (ROOT / "docs/lessons.md").read_text(encoding="utf-8"), re.S
    )
    assert shown
    (tmp_path / "shown.md").write_text(shown[1], encoding="utf-8")
    shelf = load(tmp_path)
    assert shelf.mistakes == ()
    assert sum(claim.false_failure for claim in shelf.lessons["shown"].claims) <= MOST_FALSE
