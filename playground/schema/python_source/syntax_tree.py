"""Pasted Python as a syntax tree, or the place where it cannot be read.

Kept apart from the reading of classes because this is the gate: what passes it is small enough, and only ever
looked at. Nothing in this package evaluates, imports or calls what was pasted.
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from typing import Final

from playground.syntax import module_of
from playground.value_types import MAX_DOCUMENT_BYTES

LONGEST_EXCERPT: Final = 60


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """What cannot be used of a pasted source, where (line and column from 1), and what to do next."""

    line: int
    column: int
    what: str
    next_step: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.what} {self.next_step}".strip()


class SourceUnreadable(ValueError):
    """The source is no Python, or too large; `problem` says where."""

    def __init__(self, problem: SourceProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class SourceTree:
    """A parsed source, and its lines for excerpts."""

    module: ast.Module
    lines: tuple[str, ...]

    def excerpt(self, node: ast.AST) -> str:
        """The text of a node as it was pasted, cut to one short line."""
        first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        line = self.lines[first - 1].encode(errors="replace")  # the parser counts columns in bytes
        end = getattr(node, "end_col_offset", None) if first == last else None
        text = line[getattr(node, "col_offset", 0) : end].decode(errors="replace").strip()
        return text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 3] + "..."


def parse(source: str) -> SourceTree:
    """The tree of a pasted source, a Markdown fence around it and a common indentation taken off.

    Python's own parser answers too deep a source with RecursionError or MemoryError, and never by crashing, as
    long as the source is short. Raises SourceUnreadable.
    """
    if len(source.encode(errors="replace")) > MAX_DOCUMENT_BYTES:
        what = f"The source is longer than {MAX_DOCUMENT_BYTES:,} bytes."
        raise _unreadable(1, 1, what, "Paste only the classes.")
    bare = _bare(source)
    try:
        return SourceTree(module_of(bare), tuple(bare.split("\n")))
    except SyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        raise _unreadable(line, column, f"This is not Python: {error.msg}.", "Correct this line.") from error
    except (RecursionError, MemoryError) as error:
        raise _unreadable(1, 1, "The source is nested too deeply to be read.", "Simplify it.") from error
    except ValueError as error:
        raise _unreadable(1, 1, f"This is not Python: {error}.", "Paste it as plain text.") from error


def _bare(source: str) -> str:
    """Fences become empty lines, so that line numbers stay what the user sees."""
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return textwrap.dedent("\n".join("" if line.lstrip().startswith("```") else line for line in lines))


def _unreadable(line: int, column: int, what: str, next_step: str) -> SourceUnreadable:
    return SourceUnreadable(SourceProblem(line, column, what, next_step))
