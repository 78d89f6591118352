"""A formula: LaTeX as elements of MathML, of which only those that are known here, and only where it is sure.

Kept apart because it alone knows latex2mathml, which was not made for what a model may write.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal
from xml.etree.ElementTree import Element as XmlElement

from latex2mathml.converter import convert_to_element

from playground.markdown.blocks import Element, Node

LONGEST: Final = 1_500
"""Characters of a formula that is set."""
DEEPEST: Final = 40
"""Levels of a formula that is set."""

Display = Literal["inline", "block"]

_DEFINES: Final = re.compile(r"\\(?:re|provide)?(?:new)?(?:command|environment|def|let)\b|\\[egx]?def\b")
"""Macros could double themselves."""

_ENVIRONMENTS: Final = re.compile(
    r"\\(begin|end)\{(aligned|alignedat|gathered|gather\*?|eqnarray\*?|multline\*?)\}"
)
"""Those that the library takes for nothing; `split` looks the same."""
_WRAPPERS: Final = re.compile(r"\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}|\\(?:nonumber|notag)\b")

ELEMENTS: Final = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "mpadded",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "menclose",
    ]
)
"""What a formula may have in it. Nothing that hides, links, or takes another's place."""

_WORDS: Final[Mapping[str, frozenset[str]]] = {
    **{
        name: frozenset({"true", "false"})
        for name in (
            [
                "stretchy",
                "fence",
                "movablelimits",
                "largeop",
                "symmetric",
                "displaystyle",
                "accent",
                "accentunder",
                "separator",
            ]
        )
    },
    "form": frozenset({"prefix", "infix", "postfix"}),
    "mathvariant": frozenset({"normal"}),
    "scriptlevel": frozenset({"0", "1"}),
    "columnalign": frozenset({"left", "center", "right"}),
    "notation": frozenset({"box", "circle", "updiagonalstrike", "downdiagonalstrike"}),
}
_LENGTHS: Final = frozenset(
    ["width", "height", "depth", "lspace", "rspace", "voffset", "minsize", "maxsize", "linethickness"]
)
ATTRIBUTES: Final = frozenset({"display", *_WORDS, *_LENGTHS})
_LENGTH: Final = re.compile(r"[+-]?[0-3]?(?:\.\d{1,3})?(?:em|ex)|0(?:px)?")
"""Up to a few letters wide: what is moved farther could lie upon something else."""


class _Unsure(ValueError):
    """The library has made something of it that it does not mean."""


def formula(latex: str, display: Display) -> Element | None:
    """The formula as an element `math`, with its source; None where it is too long, wrong, or not understood.

    >>> formula("x^2", "inline")
    Element(name='math', attributes={'display': 'inline', 'source': 'x^2'}, children=(Element(name='mrow', \
attributes={}, children=(Element(name='msup', attributes={}, children=(Element(name='mi', attributes={}, \
children=('x',)), Element(name='mn', attributes={}, children=('2',)))),)),))
    """
    source = latex.strip()
    if not source or len(source) > LONGEST or _DEFINES.search(source):
        return None
    usual = _ENVIRONMENTS.sub(r"\\\1{split}", _WRAPPERS.sub("", source))
    try:
        children = tuple(_children(convert_to_element(usual, display=display), 1))
    except Exception:  # noqa: BLE001 - whatever a library makes of a model's text, the text is to be shown
        return None
    return Element("math", {"display": display, "source": source}, children)


def _children(element: XmlElement, depth: int) -> Iterator[Node]:
    if depth > DEEPEST:
        raise _Unsure
    if element.text:
        yield _text(element.text)
    for child in element:
        if child.tag not in ELEMENTS or "href" in child.attrib:
            raise _Unsure
        yield Element(child.tag, _attributes(child), tuple(_children(child, depth + 1)))


def _text(written: str) -> str:
    """The library writes characters as references. A command that it does not know, or a stray `&`, stands there."""
    text = html.unescape(written)
    if text == "&" or re.match(r"\\[A-Za-z]", text):
        raise _Unsure
    return text


def _attributes(element: XmlElement) -> dict[str, str]:
    return {name: value for name, value in element.items() if _is_harmless(name, value)}


def _is_harmless(name: str, value: str) -> bool:
    if name in _LENGTHS:
        return _LENGTH.fullmatch(value) is not None
    return value in _WORDS.get(name, ())
