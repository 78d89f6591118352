"""What Markdown becomes: elements with names, attributes and children, as JSON carries them.

Kept apart from the parser because the page knows these names too, and no others (assets/js/chat/document.js).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

NO_ATTRIBUTES: Final[Mapping[str, str]] = {}


class Element(NamedTuple):
    """One element: a name that both sides know, attributes, and what is in it; JSON has it as a list of the three."""

    name: str
    attributes: Mapping[str, str] = NO_ATTRIBUTES
    children: tuple[Node, ...] = ()


Node = str | Element
"""A text, or an element. A text is a text, whatever it looks like."""


def joined(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The same nodes, neighbouring texts put together and empty ones left out."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and found and isinstance(found[-1], str):
            found[-1] += node
        elif node != "":
            found.append(node)
    return tuple(found)


def text_of(nodes: Iterable[Node]) -> str:
    """All text in these nodes."""
    return "".join(node if isinstance(node, str) else text_of(node.children) for node in nodes)
