"""Reads votes back from the lossless export, JSONL or Parquet, into a store.

What comes in may have been cut, edited or sent twice, and nothing of that may hurt what is stored already.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic_core import from_json

from playground.errors import StoreError, VoteError
from playground.value_types import Messages
from playground.votes.pair import left_of
from playground.votes.store.store import Added, Store
from playground.votes.vote import Vote, from_row

_BATCH: Final = 500
_FAULTS_TOLD: Final = 20
_MESSAGES: Final = Messages()
_YEARS: Final = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of every line: new, known already, known with another content, unreadable, or taken back.

    `faults` says of the first unreadable lines which they are and why.
    """

    added: int
    duplicates: int
    conflicts: int
    unreadable: int
    faults: tuple[str, ...]
    taken_back: int = 0

    def __str__(self) -> str:
        taken_back = f"{self.taken_back:,} taken back by their voters + " if self.taken_back else ""
        return (
            f"{self.added:,} added + {self.duplicates:,} there already + {self.conflicts:,} in conflict with a "
            f"stored vote + {taken_back}{self.unreadable:,} unreadable = {self.lines:,} lines"
        )

    @property
    def lines(self) -> int:
        """All lines that were not blank."""
        return self.added + self.duplicates + self.conflicts + self.unreadable + self.taken_back


def import_file(store: Store, path: Path, name: str = "") -> Imported:
    """Adds the votes of a lossless export to the store; `name` is what its owner calls it, if not as it lies here.

    Raises StoreError when file or store cannot be used.
    """
    try:
        if path.suffix == ".parquet":
            return import_rows(store, _parquet_rows(path))
        return import_rows(store, _lines(path))
    except (OSError, pa.ArrowException) as error:
        why = (isinstance(error, OSError) and error.strerror) or str(error).rstrip(".")
        raise StoreError(
            f"{name or path.name} cannot be read: {why}.",
            "Choose a file from a lossless export, JSONL or Parquet.",
        ) from error


def import_rows(
    store: Store,
    rows: Iterable[bytes | dict[str, Any]],
    seen: Callable[[Vote, Added], None] = lambda vote, outcome: None,
) -> Imported:
    """Adds votes from lines of JSON or from rows, in constant memory; what is stored already is never changed.

    `seen` is told of every readable vote and what became of it.
    """
    found: Counter[str] = Counter()
    faults: list[str] = []
    waiting: list[Vote] = []

    def flush() -> None:
        for vote, outcome in zip(waiting, store.add_all(waiting), strict=True):
            found[outcome] += 1
            seen(vote, outcome)
        waiting.clear()

    for number, row in enumerate(rows, 1):
        if isinstance(row, bytes) and not row.strip():
            continue
        try:
            waiting.append(vote_of(row))
        except VoteError as error:
            found["unreadable"] += 1
            if len(faults) < _FAULTS_TOLD:
                faults.append(f"Line {number}: {error}")
        if len(waiting) == _BATCH:
            flush()
    flush()
    return Imported(
        found["added"],
        found["already there"],
        found["conflict"],
        found["unreadable"],
        tuple(faults),
        found["taken back"],
    )


def vote_of(row: bytes | dict[str, Any]) -> Vote:
    """The vote in a row of the lossless export. Raises VoteError where it is none that this program has cast."""
    if isinstance(row, bytes):
        try:
            parsed = from_json(row)
        except ValueError as error:
            raise VoteError(f"it is not JSON ({error}).") from None
        if not isinstance(parsed, dict):
            raise VoteError("it is no object.")
        row = parsed
    vote = from_row(row)
    if fault := _fault(vote):
        raise VoteError(fault)
    return vote


def _fault(vote: Vote) -> str:
    """What this program would never have written, so that an export cannot read it or it says what is not so."""
    wrong = next(_MESSAGES.faults(vote.prompt), None)
    if wrong is not None:
        return f"its prompt is no conversation: {str(wrong[0])[:80]}; allowed is {wrong[1]}."
    if vote.supersedes == vote.vote_id:
        return "it supersedes itself."
    if vote.shown_left != left_of(vote.draw, vote.round_id):
        return f"its draw does not show {vote.shown_left!r} on the left."
    if vote.voted_at.year not in _YEARS:
        return f"it was cast in the year {vote.voted_at.year}."
    return ""


def _lines(path: Path) -> Iterator[bytes]:
    """The lines in UTF-8, without the byte order mark that editors and shells put before the first one.

    A file in UTF-16, as Windows' shell writes it, is told by its mark.
    """
    with path.open("rb") as file:
        is_utf16 = file.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    if is_utf16:
        with path.open(encoding="utf-16", errors="replace", newline="\n") as text:
            yield from (line.encode() for line in text)
        return
    with path.open("rb") as file:
        yield file.readline().removeprefix(BOM_UTF8)
        yield from file


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    for batch in pq.ParquetFile(path).iter_batches(batch_size=_BATCH):
        yield from batch.to_pylist()
