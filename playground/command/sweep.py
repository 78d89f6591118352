"""`sweep`: one question under many settings, as a table; the rest is `Client.sweep`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playground.client import Client
from playground.command.parameters import add_parameters, add_preset, add_server, parameters_of
from playground.errors import InvalidRequest, Problem
from playground.sweeps.axis import Axis
from playground.sweeps.cells import Cell, cells_of
from playground.sweeps.files import check, write
from playground.sweeps.metrics import METRICS
from playground.sweeps.row import Row

DOES: Final = "Asks one question under many settings, or many models, and says what that changes."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `sweep`."""
    parser.add_argument(
        "--over",
        nargs=2,
        action="append",
        required=True,
        metavar=("PARAMETER", "VALUES"),
        help='an axis: temperature "0 to 2 step 0.5", or model "embedded, huggingface/..."; at most two',
    )
    parser.add_argument("--prompt", default="", help="the question")
    parser.add_argument("--prompts", type=Path, help="a file of questions: one a line, or JSONL")
    parser.add_argument("--reference", default="", help="a text to hold the answers against")
    parser.add_argument("--seeds", default="", help='such as "1 to 10"')
    parser.add_argument("--at-once", type=int, help="calls at the same time")
    parser.add_argument(
        "--save-as", default="", help="keeps it under this name; the same command then goes on"
    )
    parser.add_argument("--out", type=Path, help="a file for all answers: .csv or .parquet")
    parser.add_argument(
        "--json", action="store_true", help="prints one JSON object for each answer, and no table"
    )
    add_server(parser)
    add_preset(parser)
    add_parameters(parser)


def run(said: argparse.Namespace) -> int:
    """Prints the cells, or each answer; 1 where any answer failed. Raises PlaygroundError, OSError, UnicodeError."""
    if said.out is not None:
        check(said.out)
    rows = _rows(said)
    if said.json:
        for row in rows:
            print(json.dumps(row.to_dict(), ensure_ascii=False))
    else:
        print(table(said.over, rows))
    if said.out is not None:
        write(rows, said.out)  # last, so that a disk that is full takes nothing from the terminal
    return int(any(row.failed for row in rows))


def _rows(said: argparse.Namespace) -> list[Row]:
    prompts: Any = (
        said.prompts.read_text(encoding="utf-8") if said.prompts else [said.prompt] if said.prompt else []
    )
    axes = [name for name, _ in said.over]
    if len(set(axes)) < len(axes):
        raise InvalidRequest(
            [Problem(axes[0], "", "", said="both axes vary it; choose another one for the second.")]
        )
    with Client(base_url=said.base_url) as client:
        return client.sweep(
            model=said.model,
            over=dict(said.over),
            prompts=prompts,
            reference=said.reference,
            seeds=said.seeds,
            save_as=said.save_as,
            at_once=said.at_once,
            preset=said.preset,
            **parameters_of(said),
        )


def table(over: Sequence[Sequence[str]], rows: Sequence[Row]) -> str:
    """The cells as lines of text, in columns: where each stands, what it counted, its means."""
    cells = cells_of(rows)
    known = [m for m in METRICS.values() if any(m.name in cell.means() for cell in cells.values())]
    axes = [Axis.of(name, values) for name, values in over]
    heads = [*(axis.parameter for axis in axes), "answers", "different", "failed", *(m.label for m in known)]
    lines = [heads, *(_line(cell, axes, [m.name for m in known]) for cell in cells.values())]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    return "\n".join(
        "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)) for line in lines
    )


def _line(cell: Cell, axes: Sequence[Axis], metrics: Sequence[str]) -> list[str]:
    told, means = cell.to_dict(), cell.means()
    places = [axis.labels[place] for axis, place in zip(axes, cell.at, strict=True)]
    numbers = [f"{means[name].value:.4g}" if name in means else "-" for name in metrics]
    return [*places, str(told["answers"]), str(told["different"]), str(told["failed"]), *numbers]
