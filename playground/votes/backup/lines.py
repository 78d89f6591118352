"""The files of the dataset as texts: lines of votes, and the list of the ids that were taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Final

from pydantic_core import from_json

TAKEN: Final = "taken_back.txt"
"""The list: an id of a vote or of a pair a line."""

_ID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def ids_in(listed: bytes) -> list[str]:
    """The ids in the list; what is none is passed over."""
    return [line.decode() for line in listed.split(b"\n") if _ID.fullmatch(line)]


def lines_of(ids: Iterable[str]) -> bytes:
    """Ids as lines of the list."""
    return b"".join(each.encode() + b"\n" for each in ids)


def without(content: bytes, ids: Set[str]) -> bytes:
    """A file of votes without the lines of these; lines that cannot be read stay as they are."""
    return b"".join(line for line in content.splitlines(keepends=True) if _vote_id(line) not in ids)


def _vote_id(line: bytes) -> str:
    try:
        row = from_json(line)
    except ValueError:
        return ""
    found = row.get("vote_id") if isinstance(row, dict) else None
    return found if isinstance(found, str) else ""
