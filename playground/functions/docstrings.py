"""Docstrings in the styles of Google, NumPy and Sphinx: what a function does, and what each argument is.

Kept apart from the making of tools because a docstring is text with habits, not a format.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

_ARGUMENTS: Final = frozenset({"args", "arguments", "parameters", "params", "keyword args", "keyword arguments",
                               "other parameters"})  # fmt: skip
_SECTIONS: Final = _ARGUMENTS | frozenset({
    "returns", "return", "yields", "raises", "warns", "example", "examples", "note", "notes", "references", "see also",
    "attributes", "todo", "warning", "warnings",
})  # fmt: skip
_GOOGLE: Final = re.compile(r"(\*{0,2}\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)")
_NUMPY: Final = re.compile(r"(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?")
_SPHINX: Final = re.compile(r"[:@](\w+)(?:\s+([^:]*?))?\s*:\s*(.*)")
_SPHINX_ARGUMENTS: Final = frozenset({"param", "parameter", "arg", "argument", "key", "keyword"})


@dataclass(frozen=True, slots=True)
class Docstring:
    """What a function does, in full, and the description of each argument that has one."""

    summary: str = ""
    arguments: dict[str, str] = field(default_factory=dict)


def read_docstring(text: str | None) -> Docstring:
    """A docstring taken apart; sections about anything but arguments are left out.

    >>> read_docstring("Adds.\\n\\nArgs:\\n    a (int): The first.").arguments
    {'a': 'The first.'}
    """
    lines = inspect.cleandoc(text or "").splitlines()
    sections = _sections(lines)
    before = sections[0].lines
    arguments: dict[str, str] = {}
    for section in sections[1:]:
        if section.title in _ARGUMENTS:
            arguments |= dict(_numpy(section.lines) if section.underlined else _google(section.lines))
    summary = "\n".join(_before_fields(before)).strip()
    return Docstring(summary, {**arguments, **dict(_sphinx(before))})


@dataclass(slots=True)
class _Section:
    title: str = ""
    underlined: bool = False
    lines: list[str] = field(default_factory=list)


def _sections(lines: list[str]) -> list[_Section]:
    """The text before the first section, then each section with its title in small letters."""
    found = [_Section()]
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        title = line.strip().rstrip(":").lower()
        underlined = _is_rule(following)
        if title in _SECTIONS and not line.startswith(" ") and (underlined or line.rstrip().endswith(":")):
            found.append(_Section(title, underlined))
        elif not _is_rule(line):
            found[-1].lines.append(line)
    return found


def _is_rule(line: str) -> bool:
    return bool(re.fullmatch(r"-{3,}|={3,}", line.strip()))


def _google(body: list[str]) -> Iterator[tuple[str, str]]:
    margin = min((_indent(line) for line in body if line.strip()), default=0)
    for head, rest in _entries(body, margin):
        if match := _GOOGLE.fullmatch(head):
            yield match[1].lstrip("*"), _joined([match[2], *rest])


def _numpy(body: list[str]) -> Iterator[tuple[str, str]]:
    for head, rest in _entries(body, 0):
        if match := _NUMPY.fullmatch(head):
            for name in match[1].split(","):
                yield name.strip().lstrip("*"), _joined(rest)


def _sphinx(lines: list[str]) -> Iterator[tuple[str, str]]:
    for head, rest in _entries(lines, 0):
        match = _SPHINX.fullmatch(head)
        if match and match[1] in _SPHINX_ARGUMENTS and match[2]:
            yield match[2].split()[-1].lstrip("*"), _joined([match[3], *rest])


def _before_fields(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if _SPHINX.match(line):
            return
        yield line


def _entries(lines: list[str], margin: int) -> Iterator[tuple[str, list[str]]]:
    """Each line at the margin, with the lines that are indented below it."""
    head, rest = "", []
    for line in [*(line for line in lines if line.strip()), ""]:
        if line and _indent(line) > margin:
            rest.append(line)
            continue
        if head:
            yield head, rest
        head, rest = line.strip(), []


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _joined(lines: Iterable[str]) -> str:
    return " ".join(line.strip() for line in lines if line.strip())
