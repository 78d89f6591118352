"""However a text is cut into pieces, its blocks are in the end those of the whole; what was set is set once.

Kept apart from what the blocks are: here only the growing is tried.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.markdown import growing
from playground.markdown.blocks import Node
from playground.markdown.ends import normalized
from playground.markdown.growing import GrowingDocument, Grown, document
from playground.markdown.parser import parser
from playground.markdown.tree import blocks_of

LINES = (
    "word",
    "more *words*",
    "",
    "",
    " ",
    "    indented",
    "\ttab",
    "# head",
    "===",
    "---",
    "-",
    "- item",
    "  - inner",
    "  goes on",
    "1. one",
    "2) two",
    "> quote",
    ">",
    "> - in quote",
    "```",
    "```py",
    "~~~",
    "   ```",
    "| a | b |",
    "|---|---|",
    "a | b",
    "-|-",
    "[x]: /u",
    "[x]:",
    '[x]: /u "t',
    'nd"',
    "[x",
    "y]: /v",
    "[x] and [y][x] ![x]",
    "$$",
    "$$ a $$",
    "$$a",
    "+ b",
    r"\[",
    r"\]",
    r"\[ a \]",
    "$a$ \\(b\\)",
    "<b>",
    "***",
    "\u00a0",
    "\U0001f600",
)
TEXTS = st.lists(
    st.tuples(st.sampled_from(LINES), st.sampled_from(("\n", "\n", "\n", "\n\n", "\r\n", "\r", ""))),
    max_size=14,
)
ANY = st.text(st.sampled_from("ab \n\n\r\t#-=*_`~>|[]():$\\!<1.+\"'"), max_size=80) | st.text(max_size=40)


def pieces_of(text: str, cuts: Sequence[int]) -> list[str]:
    """The text in pieces, cut at these places."""
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[a:b] for a, b in itertools.pairwise(places)]


def grown(pieces: Sequence[str]) -> tuple[tuple[Node, ...], int]:
    """The blocks in the end and where they end, as a page puts them together."""
    growing, blocks, end = GrowingDocument(), list[Node](), 0
    for piece in pieces:
        if step := growing.add(piece):
            assert step.kept == len(blocks)  # while it grows nothing that was set is taken back
            assert step.end > end
            blocks[step.kept :], end = step.blocks, step.end
    last = growing.finish()
    blocks[last.kept :] = last.blocks
    return tuple(blocks), last.end


def whole(text: str) -> tuple[Node, ...]:
    """What the parser makes of the text in one go."""
    return blocks_of(parser().parse(normalized(text), {"references": {}}))


@settings(max_examples=400)
@given(
    text=TEXTS.map(lambda lines: "".join(line + end for line, end in lines)) | ANY,
    cuts=st.lists(st.integers(0, 400), max_size=8),
)
@example(text='[x]: /u\n"t\nnd"\n[x]\n', cuts=[8, 11])
@example(text="[x\n===\nz\ny]: /v\n\n[x\n=== z y]", cuts=[7, 9])
@example(text="word\n$$\n+ b\n\n$$\n", cuts=[8, 12])
@example(text="a\r\n\r\nb", cuts=[2, 4])
@example(text="- item\n\nword", cuts=[8, 9])
@example(text="[later]\n\nword\n\n[later]: /u\n", cuts=[9, 14, 20])
def test_any_cut_ends_alike(text: str, cuts: list[int]) -> None:
    """Cut anywhere, and letter by letter, a text ends as what it is in one piece, and all of it is read."""
    wanted = whole(text), len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert grown(pieces_of(text, cuts)) == wanted
    assert grown(list(text)) == wanted


def test_blocks_close_early() -> None:
    """A paragraph is set with the blank line behind it, a heading with its line's end, a list when a word begins
    behind it, code with its closing fence."""
    growing = GrowingDocument()
    steps = {
        piece: growing.add(piece)
        for piece in ("one", "\n\n", "# two\n", "- a\n", "- b\n\n", "W", "ord\n\n```\n", "x\n```\n")
    }
    assert [piece for piece, step in steps.items() if step] == [
        "\n\n",
        "# two\n",
        "W",
        "ord\n\n```\n",
        "x\n```\n",
    ]


def test_what_is_too_long_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound nothing is set, and where the text begins is the same however it came."""
    monkeypatch.setattr(growing, "LONGEST", 60)
    text = "one\n\ntwo\n\nthree\n\n" * 20
    assert 40 < document(text).end <= 60
    for _ in range(20):
        cuts = random.sample(range(len(text)), 5)
        blocks, end = grown(pieces_of(text, cuts))
        assert (blocks, end) == (document(text).blocks, document(text).end)


def test_a_million_letters_cost_no_more_than_their_beginning() -> None:
    """A text of 1 MB is set as far as the bound, and the rest is left alone."""
    found = document("word " * 200_000)
    assert found == Grown(0, (), 0)
