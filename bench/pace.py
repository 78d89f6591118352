"""How the upstream shall answer: so many words, so far apart, and whether it ends; written into its base URL.

Kept apart from the upstream because both sides need it: the upstream to play it, the cases to name it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, Self

_IN_A_PATH: Final = re.compile(r"/(\d+)x(\d+)(apart)?(marked)?(stall)?/")
_WORDS: Final = (
    "so",
    "a",
    "model",
    "says",
    "one",
    "word",
    "after",
    "the",
    "other",
    "until",
    "told",
    "otherwise",
)
_MARKED: Final = (
    "\n\n- so",
    " a",
    " **model**",
    " says",
    " `one`",
    " word",
    "\n- after",
    " *the*",
    " other",
    "\n\nuntil",
    " ***told***",
    " otherwise",
)
"""The same in Markdown: blocks that close every few words, with code and weight."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`words` words, `gap_ms` milliseconds apart (0: as fast as the socket takes them).

    `then` says what follows: "end" finishes the stream properly, "stall" says nothing more. With no words at all
    a stall comes before the first byte of the answer. `apart`: each word is written by itself, as servers do, and
    all clients get theirs in turn. `marked`: the words are Markdown.
    """

    words: int
    gap_ms: int = 0
    then: Literal["end", "stall"] = "end"
    apart: bool = False
    marked: bool = False

    @classmethod
    def of(cls, path: str) -> Self | None:
        """The pace that a request's path asks for, if it asks for one."""
        found = _IN_A_PATH.match(path)
        if not found:
            return None
        then: Literal["end", "stall"] = "stall" if found[5] else "end"
        return cls(int(found[1]), int(found[2]), then, bool(found[3]), bool(found[4]))

    @property
    def path(self) -> str:
        """The part of the base URL before /v1."""
        kinds = "apart" * self.apart + "marked" * self.marked + "stall" * (self.then == "stall")
        return f"/{self.words}x{self.gap_ms}{kinds}"

    @property
    def pieces(self) -> list[str]:
        """The answer, a word at a time, each but the first with the space before it."""
        if self.marked:
            return [_MARKED[i % len(_MARKED)] for i in range(self.words)]
        return [(" " if i else "") + _WORDS[i % len(_WORDS)] for i in range(self.words)]


BURST: Final = Pace(2000)
BURST_APART: Final = Pace(2000, apart=True)
STEADY: Final = Pace(500, 20)
STEADY_MARKED: Final = Pace(500, 20, marked=True)
STALLED: Final = Pace(20, 20, "stall")
SILENT: Final = Pace(0, 0, "stall")
