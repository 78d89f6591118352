"""`import`: votes of an earlier `export --content everything` go back into the database."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

from playground.settings import load
from playground.votes.backup.vote_service import Keeper
from playground.votes.files.importing import import_file

DOES: Final = (
    "Reads votes back from a file that was exported with everything; what is saved already stays as it is."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `import`."""
    parser.add_argument("file", type=Path, help="JSONL or Parquet")
    parser.add_argument("--json", action="store_true", help="prints one JSON object")


def run(said: argparse.Namespace) -> int:
    """1 where a line could not be read, or is another vote under a saved one's id. Raises StoreError."""
    done = import_file(Keeper.of(load()).store, said.file)
    if said.json:
        print(json.dumps(asdict(done), ensure_ascii=False))
    else:
        print(*[str(done), *(f"  {fault}" for fault in done.faults)], sep="\n")
    return int(bool(done.unreadable or done.conflicts))
