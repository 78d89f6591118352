"""From the parser's tokens to blocks.

Kept apart from the parser: this is where each of its tokens is given a name that the page knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from markdown_it.token import Token

from playground.markdown.blocks import NO_ATTRIBUTES, Element, Node, joined
from playground.markdown.formula import Display, formula
from playground.markdown.formula_rules import source_of
from playground.markdown.highlighting import highlighted
from playground.markdown.parser import PLAIN

DEEPEST_MARKS: Final = 12
"""Emphasis within emphasis within a link: what is deeper stays text, the whole paragraph."""

_ALIGNMENTS: Final = {"text-align:left": "left", "text-align:center": "center", "text-align:right": "right"}


class _TooDeep(ValueError):
    """Marks nested past the bound."""


class _Builder:
    """Elements that are open, each with what has come into it so far."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._open: list[tuple[Token, list[Node]]] = []
        self._top: list[Node] = []

    def add(self, nodes: Iterable[Node]) -> None:
        (self._open[-1][1] if self._open else self._top).extend(nodes)

    def begin(self, token: Token) -> None:
        if len(self._open) >= self._deepest:
            raise _TooDeep
        self._open.append((token, []))

    def end(self) -> None:
        token, inside = self._open.pop()
        children = joined(inside)
        self.add(children if token.hidden else [Element(token.tag, _attributes(token), children)])

    def nodes(self) -> tuple[Node, ...]:
        return joined(self._top)


def blocks_of(tokens: Sequence[Token]) -> tuple[Node, ...]:
    """The blocks that these tokens of a whole text mean."""
    builder = _Builder(deepest=1000)
    for token in tokens:
        if token.nesting > 0:
            builder.begin(token)
        elif token.nesting < 0:
            builder.end()
        else:
            builder.add(_block(token))
    return builder.nodes()


def _block(token: Token) -> Iterator[Node]:
    match token.type:
        case "inline":
            yield from _line(token)
        case "fence" | "code_block":
            yield _code(token)
        case "hr":
            yield Element("hr")
        case "formula":
            yield _formula_block(token)
        case kind if kind == PLAIN:
            yield Element("p", children=(token.content,))
        case "definition":
            pass  # where it is used, it is seen; in the raw text anyway
        case other:
            raise ValueError(f"no block is known for the token {other}")


def _code(token: Token) -> Element:
    language = (token.info.split() or [""])[0][:30]
    code = token.content.removesuffix("\n")
    return Element("pre", {"language": language} if language else NO_ATTRIBUTES, highlighted(code, language))


def _formula_block(token: Token) -> Element:
    found = formula(token.content, "block")
    source = source_of(token.markup, token.content)
    return Element("p", children=(found,)) if found else Element("pre", {"language": "latex"}, (source,))


def _line(token: Token) -> tuple[Node, ...]:
    """What stands in a paragraph, a heading or a cell; as it is where it was not read, or is nested too deeply."""
    builder = _Builder(DEEPEST_MARKS)
    try:
        for child in token.children or ():
            if child.nesting > 0:
                builder.begin(child)
            elif child.nesting < 0:
                builder.end()
            else:
                builder.add(_inline(child))
    except _TooDeep:
        return (token.content,)
    return builder.nodes() or ((token.content,) if token.content else ())


def _inline(token: Token) -> Iterator[Node]:
    match token.type:
        case "text" | "text_special":
            yield token.content
        case "softbreak":
            yield "\n"  # CommonMark leaves it to who shows it; a model that breaks a line means it
        case "hardbreak":
            yield Element("br")
        case "code_inline":
            yield Element("code", children=(token.content,))
        case "image":
            yield Element("image", _attributes(token), _line(token))
        case "formula":
            display: Display = "block" if token.meta["display"] == "block" else "inline"
            yield formula(token.content, display) or source_of(token.markup, token.content)
        case other:
            raise ValueError(f"nothing is known for the token {other}")


def _attributes(token: Token) -> Mapping[str, str]:
    match token.tag:
        case "a" | "img":
            address = {"address": str(token.attrs.get("href") or token.attrs.get("src") or "")}
            return {**address, **({"title": str(token.attrs["title"])} if token.attrs.get("title") else {})}
        case "ol" if "start" in token.attrs:
            return {"start": str(token.attrs["start"])}
        case "th" | "td" if align := _ALIGNMENTS.get(str(token.attrs.get("style"))):
            return {"align": align}
        case _:
            return NO_ATTRIBUTES
