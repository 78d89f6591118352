"""The parser: CommonMark with tables, strikethrough and formulas, without HTML, and with bounds.

Kept apart from what is made of its tokens. What is past a bound stays text: nothing of an answer may be lost, and
none may take seconds.
"""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore

from playground.markdown.formula_rules import with_formulas

DEEPEST: Final = 20
"""Levels of lists and quotes; a list has two."""
MOST_COLUMNS: Final = 64
ROWS_OF_MISSING: Final = 4
MOST_MISSING: Final = 48
"""So many cells, and whole rows of them, may be missing in a table; each is made up for by an empty one."""
LONGEST_PARAGRAPH: Final = 10_000
"""Characters of one paragraph, heading or cell in which emphasis, links and the like are looked for."""
MOST_BRACKETS: Final = 300
"""Opening brackets in one: each is followed to the end of the paragraph."""
MOST_MARKS: Final = 2_000
"""Marks of emphasis in one."""

PLAIN: Final = "plain"
"""The type of the token of lines that are nested too deeply: they stay as they are."""


def parser() -> MarkdownIt:
    """A parser of its own, which keeps nothing of what it has read."""
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 2 * DEEPEST, "inline_definitions": True})
    made.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    made.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    made.block.ruler.before("table", "deep", _deep)
    made.core.ruler.at("inline", _bounded_inline)
    with_formulas(made)
    return made


def _deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """All lines of a container that is nested too deeply, as they are: the library would drop them."""
    if state.level < DEEPEST:
        return False
    last = start
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    token = state.push(PLAIN, "", 0)
    token.content = state.getLines(start, last, state.blkIndent, False)
    token.map = [start, last]
    state.line = last
    return True


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table of so many columns, which ends where too many cells are missing: each one costs as if it were there."""
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    if columns > MOST_COLUMNS or not table(state, start, end, True):
        return False
    if silent:
        return True
    missing, last = 0, start + 2
    while last < end and missing <= min(ROWS_OF_MISSING * columns, MOST_MISSING):
        cells = state.src.count("|", state.bMarks[last], state.eMarks[last])
        missing += max(0, columns - cells - 1)
        last += 1
    return table(state, start, last, False)


def _bounded_inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if token.content and _is_quick(token.content):
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _is_quick(text: str) -> bool:
    """Whether reading it takes no longer than its length says."""
    if len(text) > LONGEST_PARAGRAPH or text.count("[") > MOST_BRACKETS or text.count("<") > MOST_BRACKETS:
        return False
    return sum(map(text.count, "*_~")) <= MOST_MARKS
