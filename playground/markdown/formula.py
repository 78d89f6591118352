"""A formula: LaTeX as elements of MathML, of which only those that are known here, and only where it is sure.

Kept apart because it alone knows latex2mathml, which was not made for what a model may write.
"""

from __future__ import annotations

import re
import unicodedata
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

_PARTS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
    "msqrt": 1,
}
"""How many children an element has by MathML Core (sections 3.3 and 3.4); with others a browser draws it as a row. A
root's would be any, but the library gives it one."""

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


_WRITTEN: Final = re.compile(r"\\([%&$#_{}])|&#x([0-9A-Fa-f]{1,6});|&#([0-9]{1,7});")
"""How a character stands in what the library gives: within a text as it was written, behind a backslash; else by its
number, the library's own in base 16, that of a source in either."""
_INVISIBLE: Final = frozenset("\u200b\u2061\u2062\u2063\u2064")
"""Characters without a look of their own that TeX has commands for."""


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
    if not source or len(source) > LONGEST or _DEFINES.search(source) or "&#" in source:
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
        inside = tuple(_children(child, depth + 1))
        if len(inside) != _PARTS.get(child.tag, len(inside)):
            raise _Unsure
        yield Element(child.tag, _attributes(child), inside)


def _text(written: str) -> str:
    """What the library has written, in characters. A command that it does not know, or a stray `&`, stands there."""
    rest = _WRITTEN.sub("", written)
    if "&" in rest or re.search(r"\\[A-Za-z]", rest):
        raise _Unsure
    return _WRITTEN.sub(_character, written)


def _character(written: re.Match[str]) -> str:
    """Raises _Unsure where the number is that of no character that can be seen, ValueError where it is of none."""
    escaped, by_sixteen, by_ten = written.groups()
    if escaped:
        return str(escaped)
    character = chr(int(by_sixteen, 16) if by_sixteen else int(by_ten))
    if unicodedata.category(character).startswith("C") and character not in _INVISIBLE:
        raise _Unsure
    return character


def _attributes(element: XmlElement) -> dict[str, str]:
    return {name: value for name, value in element.items() if _is_harmless(name, value)}


def _is_harmless(name: str, value: str) -> bool:
    if name in _LENGTHS:
        return _LENGTH.fullmatch(value) is not None
    return value in _WORDS.get(name, ())
