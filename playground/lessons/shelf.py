"""The shelf: all lessons of a folder, courses through them, and every mistake with its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from playground.lessons.front_matter import Mistake, Mistakes, read
from playground.lessons.lesson import Course, Lesson

OURS: Final = Path(__file__).parent / "texts"
COURSES: Final = "courses.yaml"
MOST_LESSONS: Final = 200


class _Course(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: str
    about: str
    lessons: list[str]


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


def load(folder: Path, ours: bool = False) -> Shelf:
    """All that is in a folder. A file with mistakes is left out and told; nothing is raised."""
    lessons: dict[str, Lesson] = {}
    mistakes: list[str] = []
    if not folder.is_dir():
        return Shelf({}, (), (f"{folder} is no folder: set it to one with lessons, or leave it empty.",))
    files = sorted(path for path in folder.glob("*.md") if path.name.lower() != "readme.md")
    if len(files) > MOST_LESSONS:
        mistakes.append(f"{folder} has {len(files)} lessons; the first {MOST_LESSONS} are read.")
    for path in files[:MOST_LESSONS]:
        try:
            lessons[path.stem] = read(path.read_text(encoding="utf-8"), path.stem, ours)
        except Mistakes as error:
            mistakes += (_told(path, mistake) for mistake in error.mistakes)
        except (OSError, UnicodeError) as error:
            mistakes.append(f"{path}: it cannot be read: {error}")
    courses = tuple(_courses(folder / COURSES, lessons, mistakes))
    return Shelf(lessons, courses, tuple(mistakes))


def shelf_of(own: Path | None) -> Shelf:
    """Our own lessons, and beside them those of a teacher's folder."""
    ours = load(OURS, ours=True)
    return load(own).beside(ours) if own else ours


def _told(path: Path, mistake: Mistake) -> str:
    return f"{path}:{mistake.line}: {mistake.said}"


def _courses(path: Path, lessons: Mapping[str, Lesson], mistakes: list[str]) -> Iterator[Course]:
    if not path.is_file():
        return
    try:
        told: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        given = TypeAdapter(list[_Course]).validate_python(told)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        mistakes.append(f"{path}:{line}: this is no YAML: {error.problem}")
        return
    except ValidationError as error:
        for each in error.errors():
            way = ".".join(str(part) for part in each["loc"])
            mistakes.append(f"{path}: {way}: {each['msg']}")
        return
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        mistakes.append(f"{path}: it cannot be read: {error}")
        return
    for course in given:
        absent = [name for name in course.lessons if name not in lessons]
        if absent:
            mistakes.append(f"{path}: {course.title} names lessons that are not here: {', '.join(absent)}")
        yield Course(course.title, course.about, tuple(n for n in course.lessons if n in lessons))
