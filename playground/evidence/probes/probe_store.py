"""Where tables are kept: one JSON file per model and server.

A file may be missing, broken or from an older version, and none of that may hurt a page.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from playground.errors import PlaygroundError
from playground.evidence.probes.table import PROBES_VERSION, ProbeTable
from playground.whole_file import write

FOLDER: Final = "probes"
MOST_TABLES: Final = 500


def path_of(data_path: Path, model: str, server: str) -> Path:
    """The file of one model at one server; readable, and different for different names."""
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{server} {model}").strip("-.")[:80]
    digest = hashlib.sha256(f"{server}\n{model}".encode()).hexdigest()[:12]
    return data_path / FOLDER / f"{readable}-{digest}.json"


def remember(data_path: Path, table: ProbeTable) -> None:
    """Writes the table, over verdicts remembered before where it has newer ones. Raises PlaygroundError.

    What was asked in vain, or not at all for want of a probe, says nothing of the server and is left out.
    """
    path = path_of(data_path, table.model, table.server)
    before = recall(data_path, table.model, table.server)
    found = [v for v in table.verdicts if not v.in_vain and v.outcome != "no probe yet"]
    if not found:
        return
    table = replace(table, verdicts=before.verdicts if before else ()).with_verdicts(found)
    try:
        write(path, json.dumps(table.to_dict(), ensure_ascii=False, separators=(",", ":")))
        _make_room(path.parent)
    except OSError as error:
        raise PlaygroundError(
            f"The table could not be remembered in {path.parent}: {error.strerror}.",
            "Make room there, or set PLAYGROUND_DATA_DIR to a folder that can be written.",
        ) from error


def _make_room(folder: Path) -> None:
    """Forgets the tables that were written longest ago, so that a public page cannot fill a disk."""
    tables = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in tables[:-MOST_TABLES]:
        path.unlink(missing_ok=True)


def recall(data_path: Path, model: str, server: str) -> ProbeTable | None:
    """The table remembered last; None where there is none, or none that this version could compare."""
    path = path_of(data_path, model, server)
    try:
        told = path.stat()
        table = _read(path, told.st_mtime_ns, told.st_size)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return table if table.probes_version == PROBES_VERSION else None


@lru_cache(maxsize=8)
def _read(path: Path, changed_ns: int, size: int) -> ProbeTable:
    """The table in a file as it is now: rows ask for it at every change of a value."""
    return ProbeTable.from_dict(json.loads(path.read_text(encoding="utf-8")))
