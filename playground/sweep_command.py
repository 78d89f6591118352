"""A sweep from the command line: `python -m playground.sweep_command --help`.

Its arguments are the registry's parameters, read as an axis of the page is typed; the rest is `Client.sweep`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playground.client import Client
from playground.errors import InvalidRequest, PlaygroundError, Problem
from playground.parameters import REGISTRY
from playground.sweeps.axis import SWEPT, Axis
from playground.sweeps.cells import Cell, cells_of
from playground.sweeps.files import write
from playground.sweeps.metrics import METRICS
from playground.sweeps.row import Row

_PARAMETERS: Final = tuple(name for name in SWEPT if name != "model")


def parser() -> argparse.ArgumentParser:
    """The arguments: one for each parameter, and those of a sweep."""
    made = argparse.ArgumentParser(
        prog="python -m playground.sweep_command",
        description="Asks one question under many settings, or many models, and says what that changes.",
    )
    made.add_argument(
        "--over",
        nargs=2,
        action="append",
        required=True,
        metavar=("PARAMETER", "VALUES"),
        help='an axis: temperature "0 to 2 step 0.5", or model "embedded, huggingface/..."; at most two',
    )
    made.add_argument("--prompt", default="", help="the question")
    made.add_argument("--prompts", type=Path, help="a file of questions: one a line, or JSONL")
    made.add_argument("--reference", default="", help="a text to hold the answers against")
    made.add_argument("--seeds", default="", help='such as "1 to 10"')
    made.add_argument("--model", default="embedded", help="who is asked where the model is no axis")
    made.add_argument("--base-url", default="", help="a server of your own")
    made.add_argument("--at-once", type=int, help="calls at the same time")
    made.add_argument("--save-as", default="", help="keeps it under this name; the same command then goes on")
    made.add_argument("--out", type=Path, help="a file for all answers: .csv or .parquet")
    given = made.add_argument_group("parameters", "Left out, each takes its documented default.")
    for name in _PARAMETERS:
        record = REGISTRY[name]
        help_text = f"{record.kind.allowed}, or unset".replace("%", "%%")
        given.add_argument(f"--{name.replace('_', '-')}", dest=name, metavar="VALUE", help=help_text)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the sweep that is asked for, and prints its cells; 1 where it cannot be, or any answer failed."""
    said = parser().parse_args(arguments)
    try:
        rows = _rows(said)
        if said.out is not None:
            write(rows, said.out)
    except (PlaygroundError, OSError, UnicodeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(table(said.over, rows))
    return int(any(row.failed for row in rows))


def _rows(said: argparse.Namespace) -> list[Row]:
    parameters = {
        name: _value(name, text) for name in _PARAMETERS if (text := getattr(said, name)) is not None
    }
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
            **parameters,
        )


def _value(name: str, text: str) -> Any:
    """One value of a parameter, as it is typed. Raises InvalidRequest where it is none, or several."""
    values = Axis.typed(name, text).values
    if len(values) != 1:
        raise InvalidRequest([Problem(name, "", "", said="it has one value here; give several by --over.")])
    return values[0]


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


if __name__ == "__main__":
    sys.exit(main())
