"""Regular expressions in schemas: how large they are, who can take them, and matching that cannot hang.

A pattern is a program that a stranger wrote. Matching is done by Rust's regex crate, which pydantic brings along: its
time grows with the text only, so that no pattern can make it hang.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

LONGEST: Final = 1_000
MOST_REPEATS: Final = 1_000
MOST_REPEATS_IN_ALL: Final = 10_000
DEEPEST_GROUPS: Final = 50

_TOKEN: Final = re.compile(
    r"\\."  # an escape
    r"|\[\^?\]?(?:\\.|[^\]\\])*\]"  # a class
    r"|\{\d*,?\d*\}"  # a repeat
    r"|\(\?[a-zA-Z-]+\)"  # flags
    r"|\((?:\?(?:P?<\w+>|<?[=!]|[a-zA-Z-]*:|P=|>))?"  # the beginning of a group
    r"|.",
    re.DOTALL,
)
_REPEAT: Final = re.compile(r"\{(\d{1,9})\d*(,?)(\d{0,9})\d*\}")
LOOKAROUNDS: Final = frozenset({"(?=", "(?!", "(?<=", "(?<!"})
_EDGES: Final = frozenset({r"\b", r"\B", r"\Z", r"\G", r"\<", r"\>"})
_BACK_REFERENCES: Final = frozenset({rf"\{digit}" for digit in range(1, 10)} | {r"\k", "(?P="})
_PLAINLY_BROKEN: Final = (
    "missing )",
    "unbalanced parenthesis",
    "unterminated character set",
    "bad escape (end of pattern)",
    "nothing to repeat",
)
"""Beginnings of Python's messages for what no dialect takes."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a pattern is: its largest repeat, all nested repeats multiplied, and its depth of groups.

    `backwards` is a repeat whose minimum is above its maximum, as it stands there.
    """

    repeats: int
    in_all: int
    depth: int
    backwards: str = ""


def _tokens(pattern: str) -> list[str]:
    return [token[0] for token in _TOKEN.finditer(pattern)]


def extent(pattern: str) -> Extent:
    """The size of a pattern, counted in one pass.

    >>> extent("((ab){2,10}c){5}")
    Extent(repeats=10, in_all=50, depth=2, backwards='')
    """
    open_groups = [1]  # for each open group: the largest product of repeats within it
    largest = depth = 0
    backwards = ""
    last = 1  # the product within what a repeat would apply to
    for token in _tokens(pattern):
        repeat = _REPEAT.fullmatch(token)
        if token.startswith("(") and not token.endswith(")"):
            open_groups.append(1)
            depth = max(depth, len(open_groups) - 1)
        elif token == ")" and len(open_groups) > 1:
            last = open_groups.pop()
            open_groups[-1] = max(open_groups[-1], last)
        elif repeat:
            least, most = int(repeat[1]), int(repeat[3] or repeat[1])
            backwards = backwards or (token if most < least else "")
            largest = max(largest, least, most)
            last = min(last * max(least, most, 1), 10**12)
            open_groups[-1] = max(open_groups[-1], last)
        else:
            last = 1
    return Extent(largest, max(open_groups), depth, backwards)


def bomb(pattern: str) -> str:
    """Why a pattern is too large, or nothing."""
    if len(pattern) > LONGEST:
        return f"it has {len(pattern):,} characters; at most {LONGEST:,} are allowed"
    size = extent(pattern)
    if size.backwards:
        return f"{size.backwards} asks for at least more than at most"
    if size.repeats > MOST_REPEATS:
        return f"it repeats something up to {size.repeats:,} times; at most {MOST_REPEATS:,} are allowed"
    if size.in_all > MOST_REPEATS_IN_ALL:
        return f"its nested repeats multiply to {size.in_all:,}; at most {MOST_REPEATS_IN_ALL:,} are allowed"
    if size.depth > DEEPEST_GROUPS:
        return f"its groups are nested {size.depth} deep; at most {DEEPEST_GROUPS} are allowed"
    return ""


def broken(pattern: str) -> bool:
    """Whether a pattern is wrong in every dialect; ask `bomb` first. Patterns of other dialects are let pass."""
    if compiled(pattern) is not None:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a later Python may read otherwise
            re.compile(pattern.replace("[^]", ".").replace("[]", "."))  # JavaScript's any, and none
    except re.error as error:
        return str(error).startswith(_PLAINLY_BROKEN)
    except (RecursionError, OverflowError):
        return True
    return False


def too_hard(pattern: str) -> str:
    """What the embedded model's grammar engine cannot take in a pattern, or nothing.

    Found by experiment with llguidance in xllamacpp 2026.10: it compiles Rust's syntax without anything that looks
    around, and with `^` and `$` only where nothing stands before, or after.
    """
    if reason := bomb(pattern):
        return reason
    tokens = _tokens(pattern)
    if not LOOKAROUNDS.isdisjoint(tokens):
        return "it looks ahead or behind"
    if not _BACK_REFERENCES.isdisjoint(tokens):
        return "it refers back to a group"
    if not _EDGES.isdisjoint(tokens):
        return "it asks for an edge between characters"
    if any(token.startswith("(?") and "m" in token.rstrip(":)") for token in tokens if "<" not in token):
        return "it looks at line ends"
    if not (_anchored_outside(tokens, "^", -1) and _anchored_outside(tokens, "$", 1)):
        return "it has ^ or $ elsewhere than at its ends"
    return "" if compiled(pattern) else "Rust's regex crate does not take it"


def _anchored_outside(tokens: list[str], anchor: str, step: int) -> bool:
    """Whether nothing stands beyond an anchor, nor repeats it, be it in a group that stands at the edge itself."""
    groups = _groups(tokens)
    for place, token in enumerate(tokens):
        if token != anchor:
            continue
        inner = place
        for first, last in [(place, place), *(span for span in groups if span[0] < place < span[1])]:
            repeated = tokens[last + 1 : last + 2]
            if not _at_edge(tokens, inner, step) or (repeated and repeated[0][0] in "*+?{"):
                return False
            inner = first if step < 0 else last
        if not _at_edge(tokens, inner, step):
            return False
    return True


def _groups(tokens: list[str]) -> list[tuple[int, int]]:
    """Where groups begin and end, inner ones first."""
    waiting: list[int] = []
    found: list[tuple[int, int]] = []
    for place, token in enumerate(tokens):
        if token.startswith("(") and not token.endswith(")"):
            waiting.append(place)
        elif token == ")" and waiting:
            found.append((waiting.pop(), place))
    return found


def _at_edge(tokens: list[str], place: int, step: int) -> bool:
    """Whether what comes before (or after) a place is the end of the pattern, of its group or of its alternative."""
    beyond = place + step
    while 0 <= beyond < len(tokens) and tokens[beyond].startswith("(?") and tokens[beyond].endswith(")"):
        beyond += step  # flags take no room
    if not 0 <= beyond < len(tokens):
        return True
    neighbour = tokens[beyond]
    return neighbour == "|" or (neighbour.startswith("(") if step < 0 else neighbour == ")")


@lru_cache(maxsize=512)
def compiled(pattern: str) -> SchemaValidator | None:
    """A matcher for a pattern anywhere in a text, or None where it is too large, or Rust's regex crate refuses it."""
    if bomb(pattern):
        return None
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except SchemaError:
        return None


def matches(pattern: str, text: str) -> bool | None:
    """Whether a text holds a pattern somewhere; None where the pattern cannot be tried."""
    matcher = compiled(pattern)
    if matcher is None:
        return None
    try:
        matcher.validate_python(text)
    except ValidationError:
        return False
    return True
