"""`export`: the saved votes as a file, the same as those of the votes page."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
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
    """0 once the file is there. Raises StoreError where it cannot be written, InvalidRequest for its ending."""
    content: Content = said.content
    container = said.container or container_of(said.file, content)
    votes = Keeper.of(load()).store.votes()
    done = export(votes, said.file, content, container, frozenset(said.keep))
    print(json.dumps(row(done), ensure_ascii=False) if said.json else told(done))
    return 0


def container_of(file: Path, content: Content) -> Container:
    """The container of `content` with the ending of this file; the usual one of several. Raises InvalidRequest."""
    for container in CONTAINERS[content]:
        if SUFFIXES[container] == file.suffix.lower():
            return container
    endings = " or ".join(dict.fromkeys(SUFFIXES[each] for each in CONTAINERS[content]))
    said = f"{content} is written as {endings}. Name the file so, or choose another --content."
    raise InvalidRequest([Problem(str(file), "", "", said=said)])


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
