"""The rules of the page's styles that no linter knows, as functions from source text to the sentences that it breaks.

Kept apart from the rules of the scripts. Biome lays the text out: one declaration a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

STYLES: Final = "assets/css"

_SIDE: Final = re.compile(
    r"^\s*((?:(?:margin|padding|border|scroll-margin|scroll-padding)-)?(?:left|right)(?:-\w+)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
)
_SIDE_AS_VALUE: Final = re.compile(r"^\s*(text-align|float|clear)\s*:\s*(?:left|right)\b")
_FOUR: Final = re.compile(r"^\s*(margin|padding|inset)\s*:([^;!]+)")
_VALUE: Final = re.compile(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+")

Sources = Mapping[str, str]
"""Source text by path in the repository, such as `assets/css/page.css`."""


def sources(root: Path) -> dict[str, str]:
    """The page's styles under `root`."""
    found = sorted((root / STYLES).glob("*.css"))
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in found}


def sideless(files: Sources) -> Iterator[str]:
    """Nothing is laid out by left and right, which are the wrong way round where text runs from right to left."""
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if name := _sided(line):
                yield f"{path}:{number} sets {name} by left or right; say start or end (margin-inline-start)"


def _sided(line: str) -> str:
    """The property by which a line sets one side apart from the other; empty for none."""
    if found := _SIDE.match(line) or _SIDE_AS_VALUE.match(line):
        return found[1]
    if found := _FOUR.match(line):
        values = _VALUE.findall(found[2])
        return found[1] if len(values) == 4 and values[1] != values[3] else ""
    return ""
