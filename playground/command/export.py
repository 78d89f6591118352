"""`export`: the saved votes as a file, the same as those of the votes page."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from playground.command.exit_codes import CALLED_WRONGLY
from playground.settings import load
from playground.votes.backup.vote_service import Keeper
from playground.votes.files.export import CONTAINERS, SUFFIXES, Container, Content, Exported, export
from playground.votes.files.trl_rows import ON_REQUEST

DOES: Final = "Writes the saved votes into a file: rows to train on, everything without loss, or a table."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `export`."""
    parser.add_argument("file", type=Path, help="it is written whole or not at all; its ending says the type")
    parser.add_argument("--content", choices=CONTAINERS, default="everything", help="default: everything")
    parser.add_argument(
        "--container", choices=SUFFIXES, help="parquet_tools: conversations with calls as well"
    )
    parser.add_argument(
        "--keep",
        nargs="+",
        choices=sorted(ON_REQUEST),
        default=[],
        metavar="REASON",
        help=f"pairs that are left out of rows to train on otherwise: {', '.join(sorted(ON_REQUEST))}",
    )
    parser.add_argument("--json", action="store_true", help="prints one JSON object")


def run(said: argparse.Namespace) -> int:
    """0 once the file is there. 2 for an ending without a type. Raises StoreError where it cannot be written."""
    content: Content = said.content
    container = said.container or container_of(said.file, content)
    if container is None:
        endings = " or ".join(dict.fromkeys(SUFFIXES[each] for each in CONTAINERS[content]))
        why = (
            f"{said.file}: {content} is written as {endings}. Name the file so, or choose another --content."
        )
        print(why, file=sys.stderr)
        return CALLED_WRONGLY
    votes = Keeper.of(load()).store.votes()
    done = export(votes, said.file, content, container, frozenset(said.keep))
    print(json.dumps(row(done), ensure_ascii=False) if said.json else told(done))
    return 0


def container_of(file: Path, content: Content) -> Container | None:
    """The container of `content` with the ending of this file, the usual one of several; None where none has it."""
    return next((each for each in CONTAINERS[content] if SUFFIXES[each] == file.suffix.lower()), None)


def told(done: Exported) -> str:
    """What became of every vote, and why some are in no row."""
    return "\n  ".join([f"{done.path}: {done}", *done.reasons])


def row(done: Exported) -> dict[str, Any]:
    """The same for a machine."""
    return {
        "file": str(done.path),
        "votes": done.votes,
        "rows": done.rows,
        "dropped": dict(done.dropped),
        "stored": done.stored,
    }
