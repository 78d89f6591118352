"""Writes votes into files: rows to train on, everything without loss, or a table to look at.

Kept apart from what a row holds, because here it is about files: their types, their size, and that every vote is
accounted for.

JSONL files have no types of their own, and a loader guesses them from the first rows. So no value is ever null,
free-form values are JSON text, and conversations with function calls are left out: their messages differ in
their fields (`datasets` 5.2 fails on a JSONL file whose first such row comes late). The container `parquet_tools`
holds them too, with messages of the type Json that `datasets` 4.7 brought; not every trainer takes that (of TRL
1.16 DPO, KTO and reward do, the experimental ORPO does not).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from unicodedata import category

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic_core import to_json

from playground.errors import StoreError
from playground.votes.files.trl_rows import WHY, Reason, Row, Shape, calls_tools, rows_of
from playground.votes.store.store import Stored
from playground.votes.vote import ROW_COLUMNS, Vote, to_row

Content = Shape | Literal["everything", "table"]
"""everything: lossless, for import. table: a CSV file to look at."""

Container = Literal["jsonl", "parquet", "parquet_tools", "csv"]

CONTAINERS: Final[Mapping[Content, tuple[Container, ...]]] = {
    "preference": ("jsonl", "parquet", "parquet_tools"),
    "kto": ("jsonl", "parquet", "parquet_tools"),
    "reward": ("jsonl", "parquet", "parquet_tools"),
    "everything": ("jsonl", "parquet"),
    "table": ("csv",),
}
"""Which files each content can be written into, the usual one first."""

SUFFIXES: Final[Mapping[Container, str]] = {
    "jsonl": ".jsonl",
    "parquet": ".parquet",
    "parquet_tools": ".parquet",
    "csv": ".csv",
}

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of every stored vote: `votes` were exported as `rows`, the others dropped, by reason."""

    path: Path
    votes: int
    rows: int
    dropped: Mapping[Reason, int]
    stored: int

    @property
    def reasons(self) -> list[str]:
        """Each reason why votes are in no row, with their number and what it means."""
        return [f"{reason}, {votes:,}: {WHY[reason]}" for reason, votes in self.dropped.items()]

    def __str__(self) -> str:
        why = ", ".join(f"{reason} {votes:,}" for reason, votes in self.dropped.items())
        total = sum(self.dropped.values())
        dropped = f"{total:,} dropped ({why})" if why else "0 dropped"
        return f"{self.votes:,} exported + {dropped} = {self.stored:,} stored"


def export(
    votes: Iterable[Stored],
    path: Path,
    content: Content,
    container: Container,
    keep: frozenset[Reason] = frozenset(),
) -> Exported:
    """Writes the votes to `path`, whole or not at all, in constant memory.

    `keep` asks for pairs that are otherwise left out (`training.ON_REQUEST`). Raises StoreError when the file
    cannot be written or the votes cannot be read.
    """
    if container not in CONTAINERS[content]:
        raise StoreError(
            f"{content!r} is not written as {container!r}.", f"Choose {' or '.join(CONTAINERS[content])}."
        )
    dropped: Counter[Reason] = Counter()
    exported = rows = stored = 0
    with _file(path, content, container) as write:
        for each in votes:
            stored += 1
            made = _rows(each, content, container, keep)
            if isinstance(made, str):
                dropped[made] += 1
                continue
            exported += 1
            rows += len(made)
            for row in made:
                write(row)
    return Exported(path, exported, rows, dict(dropped.most_common()), stored)


def _rows(
    stored: Stored, content: Content, container: Container, keep: frozenset[Reason]
) -> list[Row] | Reason:
    match content:
        case "everything":
            return [dict(to_row(stored.vote, stored.body))]
        case "table":
            return [_table_row(stored)]
        case shape:
            if not stored.counts:
                return "superseded"
            rows = rows_of(stored.vote, shape, keep)
            if isinstance(rows, str):
                return rows
            return "tools" if container != "parquet_tools" and any(map(calls_tools, rows)) else rows


Write = Callable[[Row], None]


@contextmanager
def _file(path: Path, content: Content, container: Container) -> Iterator[Write]:
    """A file that appears under its name only once it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with _opened(unfinished, content, container) as write:
            yield write
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            f"The export {path} cannot be written: {error.strerror or error}.",
            "Choose another folder, or free some space, and export again.",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _opened(path: Path, content: Content, container: Container) -> AbstractContextManager[Write]:
    match container:
        case "jsonl":
            return _jsonl(path)
        case "csv":
            return _csv(path)
        case "parquet":
            return _parquet(path, schema_of(content, _TEXTS))
        case "parquet_tools":
            return _parquet(path, schema_of(content, _ANYTHING))


@contextmanager
def _jsonl(path: Path) -> Iterator[Write]:
    with path.open("wb") as file:

        def write(row: Row) -> None:
            file.write(to_json(row) + b"\n")

        yield write


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    waiting: list[Row] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:

        def flush() -> None:
            columns = [_column([row[f.name] for row in waiting], f.type) for f in schema]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            waiting.clear()

        def write(row: Row) -> None:
            waiting.append(row)
            if len(waiting) == _BATCH:
                flush()

        yield write
        flush()


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    if kind == _ANYTHING:
        texts = [[to_json(message).decode() for message in messages] for messages in values]
        return pa.array(texts, pa.list_(pa.string())).cast(_ANYTHING)
    return pa.array(values, kind)


@contextmanager
def _csv(path: Path) -> Iterator[Write]:
    """RFC 4180, every cell quoted. The module csv looks at each character by itself, which takes most of the time."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:

        def write(row: Row) -> None:
            cells = (harmless(str(row[name])).replace('"', '""') for name in TABLE_COLUMNS)
            file.write('"' + '","'.join(cells) + '"\r\n')

        write(dict(zip(TABLE_COLUMNS, TABLE_COLUMNS, strict=True)))
        yield write


_TEXT: Final = pa.string()
_TEXTS: Final = pa.list_(pa.struct([("role", _TEXT), ("content", _TEXT)]))
"""Messages of role and content, as every trainer knows them."""
_ANYTHING: Final = pa.list_(pa.json_())
"""Messages of any fields."""


def schema_of(content: Content, messages: pa.DataType) -> pa.Schema:
    """The types of a content in Parquet, the same whatever its rows hold.

    The features beside it, in the form that `datasets` writes, tell it what Arrow's own types do not: Json.
    """
    comparison = {
        **dict.fromkeys(("prompt", "chosen", "rejected"), messages),
        **dict.fromkeys(("tools", "vote_id", "model_chosen", "model_rejected"), _TEXT),
        **dict.fromkeys(("parameters_chosen", "parameters_rejected"), _TEXT),
        **dict.fromkeys(("preset_chosen", "preset_rejected"), _TEXT),
    }
    columns: Mapping[str, pa.DataType] = {
        "preference": comparison,
        "reward": {**comparison, "margin": pa.float64()},
        "kto": {
            **dict.fromkeys(("prompt", "completion"), messages),
            "label": pa.bool_(),
            **dict.fromkeys(("tools", "vote_id", "model", "parameters", "preset"), _TEXT),
        },
        "everything": {name: pa.int64() if kind is int else _TEXT for name, kind in ROW_COLUMNS.items()},
    }[content]
    said = {"info": {"features": {name: _feature(kind) for name, kind in columns.items()}}}
    return pa.schema(list(columns.items()), metadata={"huggingface": json.dumps(said)})


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if kind == _ANYTHING:
        return {"feature": {"_type": "Json"}, "_type": "List"}
    if kind == _TEXTS:
        return {"feature": {"role": _feature(_TEXT), "content": _feature(_TEXT)}, "_type": "List"}
    return {"dtype": "float64" if kind == pa.float64() else str(kind), "_type": "Value"}


TABLE_COLUMNS: Final = (
    "voted_at",
    "mode",
    "choice",
    "strength",
    "question",
    "model_first",
    "preset_first",
    "answer_first",
    "model_second",
    "preset_second",
    "answer_second",
    "refused",
    "shown_left",
    "comment",
    "superseded",
    "vote_id",
)


def _table_row(stored: Stored) -> Row:
    vote: Vote = stored.vote
    questions = [m.get("content") for m in vote.prompt if m.get("role") == "user"]
    cells = (
        vote.voted_at.isoformat(timespec="seconds"),
        vote.mode,
        vote.choice,
        vote.strength or "",
        questions[-1] if questions else "",
        vote.first.name,
        vote.first.preset,
        vote.first.text,
        vote.second.name,
        vote.second.preset,
        vote.second.text,
        " and ".join(slot for slot in ("first", "second") if vote.side(slot).refusal),
        vote.shown_left,
        vote.comment,
        "" if stored.counts else "superseded",
        vote.vote_id,
    )
    return dict(zip(TABLE_COLUMNS, cells, strict=True))


_FORMULA: Final = frozenset("=+-@|＝＋－＠｜\t\r\n")
_UNSEEN: Final = "ZC"
"""White space and controls, as the first letters of Unicode's categories: some spreadsheets trim them."""


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what begins like one.

    >>> harmless("=1+1"), harmless("plain")
    ("'=1+1", 'plain')
    """
    begins = next((c for c in cell if c in _FORMULA or category(c)[0] not in _UNSEEN), "")
    return f"'{cell}" if begins in _FORMULA else cell
