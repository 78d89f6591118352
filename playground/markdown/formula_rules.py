r"""Where a formula stands in a text: between `$`, `$$`, `\(` and `\)`, or `\[` and `\]`, as rules of the parser.

Kept apart from setting it: what follows here is about the text alone, and looks no farther than a blank line.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

GROWING: Final = "growing"
"""In the parser's environment: more lines may follow, so that a formula without its end is taken for one."""
OPEN: Final = "formula_open"
"""The type of the token of such a formula."""

_BLOCKS: Final = {"$$": "$$", r"\[": r"\]"}
_INLINE: Final = {**_BLOCKS, r"\(": r"\)"}
_DOLLARS: Final = re.compile(
    r"(?<![0-9A-Za-z$\\])\$(?![\s$])((?:[^$\\`]|\\.)*?)(?<![\s\\])\$(?![0-9A-Za-z$])", re.DOTALL
)
"""A price is no formula: no space within, and neither a letter nor a digit without."""


def with_formulas(parser: MarkdownIt) -> None:
    """Adds both rules; a formula in lines of its own may stand right below a paragraph."""
    above: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("table", "formula", _block, above)
    parser.inline.ruler.before("escape", "formula", _inline)


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines of their own, from an opening at the beginning of one to the closing at the end of one."""
    if state.is_code_block(start) or (closing := _BLOCKS.get(_line(state, start)[:2])) is None:
        return False
    lines: list[str] = []
    for number in range(start, end):
        if number > start and (state.isEmpty(number) or state.sCount[number] < state.blkIndent):
            return False
        line = _line(state, number)[2 if number == start else 0 :]
        head, found, behind = line.partition(closing)
        lines.append(head)
        if found:
            return not behind and _push(state, "formula", lines, start, number + 1, silent)
    return bool(state.env.get(GROWING)) and _push(state, OPEN, lines, start, end, silent)


def _push(state: StateBlock, kind: str, lines: list[str], start: int, end: int, silent: bool) -> bool:
    if silent or not "".join(lines).strip():
        return silent and bool("".join(lines).strip())
    token = state.push(kind, "math", 0)
    token.content = "\n".join(lines)
    token.markup = _line(state, start)[:2]
    token.map = [start, end]
    token.meta = {"display": "block"}
    state.line = end
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip(" \t")


def _inline(state: StateInline, silent: bool) -> bool:
    opening = state.src[state.pos : state.pos + 2]
    if opening in _INLINE:
        begin = state.pos + 2
        end = state.src.find(_INLINE[opening], begin, state.posMax)
        behind = end + 2
        display = "inline" if opening == r"\(" else "block"
    elif found := _DOLLARS.match(state.src, state.pos, state.posMax) if opening[:1] == "$" else None:
        (begin, end), behind, opening, display = found.span(1), found.end(), "$", "inline"
    else:
        return False
    if end < 0 or not state.src[begin:end].strip():
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = state.src[begin:end]
        token.markup = opening
        token.meta = {"display": display}
    state.pos = behind
    return True


def source_of(markup: str, content: str) -> str:
    """The formula as it stands in the text, its delimiters included."""
    return f"{markup}{content}{_INLINE.get(markup, markup)}"
