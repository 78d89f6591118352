"""The notebook in examples/ runs from its first cell to its last on the embedded model, and shows what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK: Final = Path(__file__).parents[2] / "examples" / "playground.ipynb"


def printed(cell: Any) -> str:
    """What a cell printed, or shows as text."""
    outputs = cell["outputs"]
    return "".join(each.get("text") or each.get("data", {}).get("text/plain", "") for each in outputs)


# The kernel's client opens sockets that it leaves to the interpreter to close.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_every_cell_runs_and_shows_what_it_speaks_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved without outputs, which would be of another machine; a cell that fails raises with its traceback."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells)
    NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parents[1])}}
    ).execute()
    answer, stream, pair, shape, calls, table, plot, _ = cells
    assert "temperature" in printed(answer)
    assert printed(stream).count("|") > 3
    assert [line.split()[0] for line in printed(pair).splitlines()] == ["0.2", "1.6"]
    assert printed(shape) in {"Verdict(answer='yes')", "Verdict(answer='no')"}
    assert printed(calls).startswith("get_weather")
    assert "\n19 " in printed(table)  # 5 temperatures, 4 seeds each
    assert any("image/png" in output.get("data", {}) for output in plot["outputs"])
