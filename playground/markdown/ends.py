"""Where a text that still grows can be cut: whatever comes behind the cut, the blocks before it stay as they are.

Kept apart from the growing document because this is what must be exactly right: CommonMark decides a block by its
lines, but a few kinds are open to what follows, and a few look ahead.
"""

from __future__ import annotations

import re
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from playground.markdown.formula_rules import GROWING, OPEN

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ENDED_BY_A_BLANK: Final = frozenset(
    {"paragraph_open", "heading_open", "table_open", "blockquote_open", "definition"}
)
_SINGLE: Final = frozenset({"hr", "formula"})


def normalized(text: str) -> str:
    """The text as the parser counts its lines."""
    return re.sub(r"\r\n?", "\n", text).replace("\0", "\ufffd")


def end_of_closed(parser: MarkdownIt, text: str) -> int:
    """The characters at the beginning of `text` that are whole blocks, be it none."""
    lines = _considered(_LINE.findall(text))
    if not lines:
        return 0
    tokens: list[Token] = []
    environment: dict[str, Any] = {"references": {}, GROWING: True}
    parser.block.parse(normalized("".join(lines)), parser, environment, tokens)
    tops = [token for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
    return sum(map(len, lines[: _cut(tops, lines)]))


def _considered(lines: list[str]) -> list[str]:
    """The whole lines, and the beginning of one that can be nothing but that of a new block: a letter behind a blank.

    A carriage return at the very end may be half of a line's end.
    """
    if not lines or lines[-1].endswith("\n"):
        return lines
    begins_anew = len(lines) > 1 and _is_blank(lines[-2]) and lines[-1][0].isalpha()
    return lines if begins_anew and not lines[-1].endswith("\r") else lines[:-1]


def _is_blank(line: str) -> bool:
    return not line.strip(" \t\r\n")


def _cut(tops: list[Token], lines: list[str]) -> int:
    """The line before which all is closed."""
    if not tops:
        return len(lines) if _is_blank(lines[-1]) else 0
    begin, end = _span(tops[-1])
    if _is_ended(tops[-1], lines, begin, end):
        return end
    cut = begin
    for token in reversed(tops):
        first, last = _span(token)
        adjoins = not any(map(_is_blank, lines[last:cut])) if first < cut else False
        # What begins with a bracket may yet turn out to define a link, up to the next blank line; an open formula
        # may yet turn out to be none, and then goes on what stands right above it.
        if first < cut and (_may_define(lines, first, cut) or (tops[-1].type == OPEN and adjoins)):
            cut = first
    return cut


def _span(token: Token) -> tuple[int, int]:
    begin, end = token.map or (0, 0)
    return begin, end


def _may_define(lines: list[str], first: int, cut: int) -> bool:
    return lines[first].lstrip(" ").startswith("[") and not any(map(_is_blank, lines[first:cut]))


def _is_ended(token: Token, lines: list[str], begin: int, end: int) -> bool:
    """Whether nothing that follows can be of this block, nor make another one of it."""
    if token.type in _SINGLE or (token.type == "heading_open" and token.markup.startswith("#")):
        return not _may_define(lines, begin, end)
    if token.type == "fence":
        return end - begin > 1 and _closes(lines[end - 1], token.markup)
    followed = end < len(lines) and _is_blank(lines[end])
    return token.type in _ENDED_BY_A_BLANK and followed


def _closes(line: str, markup: str) -> bool:
    bare = line.strip(" \t\r\n")
    indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))
    return indent < 4 and len(bare) >= len(markup) and not bare.strip(markup[0])
