"""The shelf: all lessons of a folder, courses through them, and every mistake with its file and line."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from playground.lessons.front_matter import LONGEST, read
from playground.lessons.lesson import Course, Lesson
from playground.lessons.yaml_lines import Mistake, Mistakes, Strict, line_of, validated

OURS: Final = Path(__file__).parent / "texts"
COURSES: Final = "courses.yaml"
MOST_LESSONS: Final = 200
LONGEST_BYTES: Final = 4 * LONGEST
"""Of a file that is read at all: no character takes more than four."""


class _Course(Strict):
    title: str
    about: str
    lessons: list[str]


_COURSES: Final = TypeAdapter(list[_Course])


@dataclass(frozen=True, slots=True)
class Shelf:
    """Lessons by their ids, the courses through them, and what was wrong with which file."""

    lessons: Mapping[str, Lesson]
    courses: tuple[Course, ...] = ()
    mistakes: tuple[str, ...] = ()

    def beside(self, other: Shelf) -> Shelf:
        """This shelf and another one; a lesson of this one goes before one of the same name."""
        return Shelf(
            {**other.lessons, **self.lessons},
            (*self.courses, *other.courses),
            (*self.mistakes, *other.mistakes),
        )


def load(folder: Path, ours: bool = False, others: Collection[str] = ()) -> Shelf:
    """All that is in a folder. A file with mistakes is left out and told; nothing is raised.

    `others` are lessons that stand beside these, and can be in their courses too.
    """
    lessons: dict[str, Lesson] = {}
    mistakes: list[str] = []
    if not folder.is_dir():
        return Shelf({}, (), (f"{folder} is no folder: set it to one with lessons, or leave it empty.",))
    files = sorted(path for path in folder.iterdir() if _is_named_as_one(path.name))
    if len(files) > MOST_LESSONS:
        mistakes.append(f"{folder} has {len(files)} lessons; the first {MOST_LESSONS} are read.")
    for path in files[:MOST_LESSONS]:
        found = _lesson(path, ours)
        if isinstance(found, Lesson):
            lessons[found.id] = found
        else:
            mistakes += found
    courses = tuple(_courses(folder / COURSES, {*lessons, *others}, mistakes))
    return Shelf(lessons, courses, tuple(mistakes))


def shelf_of(own: Path | None) -> Shelf:
    """Our own lessons, and beside them those of a teacher's folder."""
    ours = load(OURS, ours=True)
    return load(own, others=ours.lessons).beside(ours) if own else ours


def _is_named_as_one(name: str) -> bool:
    """Hidden files are none: file managers and editors leave such."""
    return name.lower().endswith(".md") and not name.startswith(".") and name.lower() != "readme.md"


def _lesson(path: Path, ours: bool) -> Lesson | tuple[str, ...]:
    """The lesson of a file, or what is wrong with it."""
    told = _printable(path)
    if told != str(path):
        return (f"{told}: give it a name in UTF-8.",)
    try:
        state = path.stat()
        if not path.is_file():
            return (f"{path}: it cannot be read: it is no file.",)
        if state.st_size > LONGEST_BYTES:
            return (f"{path}: it has {state.st_size:,} bytes; at most {LONGEST_BYTES:,}",)
        return _read(path, ours, state.st_mtime_ns, state.st_size)
    except (OSError, ValueError) as error:
        return (f"{path}: it cannot be read: {error}",)


@lru_cache(maxsize=2 * MOST_LESSONS)
def _read(path: Path, ours: bool, changed_ns: int, size: int) -> Lesson | tuple[str, ...]:
    """The same, read once for each state of the file, since this takes a while. Raises OSError and ValueError."""
    try:
        return read(path.read_text(encoding="utf-8"), path.stem, ours)
    except Mistakes as error:
        return tuple(_told(path, mistake) for mistake in error.mistakes)


def _told(path: Path, mistake: Mistake) -> str:
    return f"{path}:{mistake.line}: {mistake.said}"


def _printable(path: Path) -> str:
    """A path as it can be written into JSON: bytes of its name that are no UTF-8 are told by their numbers."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _courses(path: Path, known: Collection[str], mistakes: list[str]) -> Iterator[Course]:
    if not path.is_file():
        return
    try:
        if path.stat().st_size > LONGEST_BYTES:
            raise Mistakes([Mistake(1, f"it has {path.stat().st_size:,} bytes; at most {LONGEST_BYTES:,}")])
        given, lines = validated(path.read_text(encoding="utf-8"), _COURSES)
    except Mistakes as error:
        mistakes += (_told(path, mistake) for mistake in error.mistakes)
        return
    except (OSError, UnicodeError) as error:
        mistakes.append(f"{path}: it cannot be read: {error}")
        return
    for at, course in enumerate(given):
        absent = [name for name in course.lessons if name not in known]
        if absent:
            said = f"{course.title} names lessons that are not here: {', '.join(absent)}"
            mistakes.append(_told(path, Mistake(line_of(lines, (at, "lessons")), said)))
        yield Course(course.title, course.about, tuple(n for n in course.lessons if n in known))
