"""A text that grows, and its blocks: those that are closed are made once, and the rest stays text until the end.

Kept apart from the parser because a stream may cost no more than its length: what is closed is never read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from markdown_it import MarkdownIt

from playground.markdown.blocks import Node
from playground.markdown.ends import end_of_closed, normalized
from playground.markdown.parser import parser
from playground.markdown.tree import blocks_of

LONGEST: Final = 60_000
"""Characters of a text of which blocks are made; what is behind them stays text."""
SHORT: Final = 2_000
"""Characters that are cheap to look through for an end; of more, only when they have grown by a share."""


class Grown(NamedTuple):
    """What has become known: the first `kept` blocks stay, `blocks` follow, and `end` is where the text begins.

    `end` counts UTF-16 units of the whole text, as JavaScript does.
    """

    kept: int
    blocks: tuple[Node, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the text that was closed at one time, and how many blocks there are before it."""

    source: str
    first: int
    sought: frozenset[str]
    """Labels that links in it have, and that were not defined by then."""


class _Definitions(dict[str, Any]):
    """Where links lead, by label; it notes which were looked for in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.missed: set[str] = set()

    def get(self, label: str, default: Any = None) -> Any:
        if label not in self:
            self.missed.add(label)
        return super().get(label, default)


@cache
def _parser() -> MarkdownIt:
    return parser()


class GrowingDocument:
    """Takes a text piece by piece. Whatever the pieces, what `finish` leaves is what the whole text means."""

    def __init__(self) -> None:
        self._rest = ""
        self._read = 0
        self._due = 0
        self._end = 0
        self._count = 0
        self._definitions = _Definitions()
        self._parts: list[_Part] = []

    def add(self, text: str) -> Grown | None:
        """More of the text; the blocks that it has closed, if it has."""
        may_close = self.may_close(text)
        self.wait(text)
        return self._close(end_of_closed(_parser(), self._rest)) if may_close else None

    def wait(self, text: str) -> None:
        """More of the text, which is not looked at before there is more still, or the end."""
        self._rest += text

    def may_close(self, text: str) -> bool:
        """Whether this text could close a block, and whether it is time again to look."""
        length = len(self._rest) + len(text)
        has_end = "\n" in text or "\r" in text or self._rest[-1:] in ("\n", "\r")
        return has_end and length >= self._due and self._read + length <= LONGEST

    @property
    def is_nearly_done(self) -> bool:
        """Whether `finish` is quick: little is left, and no link so far has its definition only now."""
        defines = "]:" in self._rest and any(part.sought for part in self._parts)
        return len(self._rest) <= SHORT and not defines and self._late() is None

    def finish(self) -> Grown:
        """No more will come: all is closed, and links lead where anything in the whole text says."""
        room = LONGEST - self._read
        all_of_it = len(self._rest) <= room
        kept = self._count
        made = self._made(len(self._rest) if all_of_it else end_of_closed(_parser(), self._rest[:room]))
        late = self._late()
        if late is None:
            return Grown(kept, made, self._end)
        return Grown(late, tuple(self._again(late)), self._end)

    def _late(self) -> int | None:
        """The first block with a link that has been defined since; None where there is none."""
        return next((part.first for part in self._parts if part.sought & self._definitions.keys()), None)

    def _close(self, length: int) -> Grown | None:
        kept = self._count
        made = self._made(length) if length else ()
        waiting = len(self._rest)
        self._due = waiting + max(0, waiting - SHORT) // 8
        return Grown(kept, made, self._end) if length else None

    def _made(self, length: int) -> tuple[Node, ...]:
        source, self._rest = self._rest[:length], self._rest[length:]
        self._definitions.missed.clear()
        blocks = self._blocks(source)
        self._parts.append(_Part(source, self._count, frozenset(self._definitions.missed)))
        self._read += length
        self._end += len(source.encode("utf-16-le", "surrogatepass")) // 2
        self._count += len(blocks)
        return blocks

    def _again(self, first: int) -> Iterator[Node]:
        for part in self._parts:
            if part.first >= first:
                yield from self._blocks(part.source)

    def _blocks(self, source: str) -> tuple[Node, ...]:
        return blocks_of(_parser().parse(normalized(source), {"references": self._definitions}))


def document(text: str) -> Grown:
    """All blocks of a text that is whole."""
    growing = GrowingDocument()
    growing.wait(text)
    return growing.finish()
