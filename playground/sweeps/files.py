"""A sweep as a file: CSV or Parquet, a row for each answer with every setting, the answer and every measure.

Kept apart from the rows, because here it is about types of columns and what spreadsheets make of cells.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from playground.errors import PlaygroundError
from playground.parameters import REGISTRY
from playground.sweeps.metrics import METRICS
from playground.sweeps.row import Row
from playground.value_types import Flag, Integer, Number
from playground.votes.files.export import harmless

Kind = Literal["csv", "parquet"]

_FIRST: Final = {"call": pa.int64(), "prompt": pa.int64()}
_ANSWER: Final = {
    "messages": pa.string(),
    "answer": pa.string(),
    "reasoning": pa.string(),
    "tool_calls": pa.string(),
    "ended": pa.string(),
    "finish_reason": pa.string(),
    "error": pa.string(),
    "not_sent": pa.string(),
    "asked_at": pa.string(),
}


def write(rows: Iterable[Row], path: Path) -> None:
    """Writes the rows to `path`, as CSV or Parquet by its ending. Raises PlaygroundError."""
    check(path)
    try:
        path.write_bytes(_MADE[path.suffix.lower()](tuple(rows)))
    except OSError as error:
        raise PlaygroundError(
            f"The file {path} cannot be written: {error.strerror}.", "Choose another folder."
        ) from error


def check(path: Path) -> None:
    """Says before anything is asked that `path` will not do, as far as that can be known. Raises PlaygroundError."""
    if path.is_dir():
        raise PlaygroundError(f"{path} is a folder.", "Give the name of a file in it.")
    if path.suffix.lower() not in _MADE:
        raise PlaygroundError(
            f"{path.name} ends in neither .csv nor .parquet.", "Choose a name that ends in one of them."
        )
    if not path.parent.is_dir():
        raise PlaygroundError(f"There is no folder {path.parent}.", "Make it first, or choose another one.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PlaygroundError(f"The file {path} may not be written.", "Choose another folder.")


def csv_of(rows: Sequence[Row]) -> bytes:
    """RFC 4180, in UTF-8 with the mark that spreadsheets know; no cell is taken for a formula by one."""
    columns = columns_of(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = _cells(row, columns)
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def parquet_of(rows: Sequence[Row]) -> bytes:
    """The same as Parquet: numbers as numbers, what was not set or not measured as null."""
    columns = columns_of(rows)
    cells = [_cells(row, columns) for row in rows]
    arrays = [pa.array([line[at] for line in cells], kind) for at, kind in enumerate(columns.values())]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, names=list(columns)), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def columns_of(rows: Sequence[Row]) -> dict[str, pa.DataType]:
    """The columns with their types: where it stands, every setting that any row has, the answer, every measure."""
    used = {name for row in rows for name in row.settings}
    known = [name for name in REGISTRY if name in used]
    settings = {name: _type_of(name) for name in [*known, *sorted(used - set(known))]}
    return {**_FIRST, **settings, **_ANSWER, **dict.fromkeys(METRICS, pa.float64())}


_MADE: Final[Mapping[str, Callable[[Sequence[Row]], bytes]]] = {".csv": csv_of, ".parquet": parquet_of}
"""By the ending of a file, in small letters."""


def _type_of(parameter: str) -> pa.DataType:
    match REGISTRY[parameter].kind if parameter in REGISTRY else None:
        case Number():
            return pa.float64()
        case Integer():
            return pa.int64()
        case Flag():
            return pa.bool_()
        case _:
            return pa.string()


def _cells(row: Row, columns: dict[str, pa.DataType]) -> list[Any]:
    own = {
        **row.own(),
        "call": row.call,
        "prompt": row.prompt,
        "messages": row.messages,
        "answer": row.text,
        **row.metrics,
    }
    return [_cell({**row.settings, **own}.get(name), kind) for name, kind in columns.items()]


def _cell(value: Any, kind: pa.DataType) -> Any:
    if value is None or kind != pa.string() or isinstance(value, str):
        return float(value) if kind == pa.float64() and value is not None else value
    return json.dumps(value, ensure_ascii=False)
