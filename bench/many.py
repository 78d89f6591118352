"""`python -m bench.many`: what a hundred thousand votes cost: the page that counts them, and full exports.

Every cost is measured in a process of its own, whose greatest memory is nobody else's.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

from bench.kill import NOON, sample
from playground.votes.backup.vote_service import Keeper
from playground.votes.files.export import SUFFIXES, Container, Content, export
from playground.votes.pair import new_id
from playground.votes.store.store import Store
from playground.votes.vote import Vote
from playground.web.votes.page import contents, rating_rows

ALL: Final = 100_000
BATCH: Final = 1000
DAYS: Final = 365
MODELS: Final = ("model-a", "model-b", "model-c", "model-d", "model-e")
VOTERS: Final = ("ada", "bob")
EXPORTS: Final[tuple[tuple[Content, Container], ...]] = (
    ("everything", "jsonl"),
    ("everything", "parquet"),
    ("preference", "jsonl"),
    ("kto", "parquet"),
    ("table", "csv"),
)


def fill(path: Path, votes: int, seed: int = 1) -> None:
    """A store of so many votes, 6 kB each, over a year, of five models that have all met."""
    draw = random.Random(seed)
    one, store = sample(), Store(path)
    for start in range(0, votes, BATCH):
        store.add_all([_varied(one, draw) for _ in range(min(BATCH, votes - start))])
    store.close()


def _varied(one: Vote, draw: random.Random) -> Vote:
    models = draw.sample(MODELS, 2) if draw.random() < 0.5 else [draw.choice(MODELS)] * 2
    sides = {
        slot: side.model_copy(update={"provider": "server", "model": model})
        for slot, side, model in zip(("first", "second"), (one.first, one.second), models, strict=True)
    }
    changes = {
        **sides,
        "vote_id": new_id(),
        "round_id": new_id(),
        "voted_at": NOON + timedelta(seconds=draw.randrange(DAYS * 86400)),
        "choice": draw.choice(("first", "first", "second", "tie", "both_bad", "skip")),
        "annotator": draw.choice(VOTERS),
    }
    return one.model_copy(update=changes)


def measure(path: Path, what: Sequence[str]) -> dict[str, Any]:
    """One cost: seconds, and this process's greatest memory in MB."""
    store = Store(path)
    begun = monotonic()
    match what:
        case ["page"]:
            shown = contents(Keeper(store, None, False), None, VOTERS[0])
            size = len(json.dumps(shown))
        case ["ratings"]:
            size = len(rating_rows(Keeper(store, None, False), None)["rows"])
        case [content, container]:
            done = export(
                store.votes(),
                path.with_name(f"votes{SUFFIXES[container]}"),  # type: ignore[index]  # one of EXPORTS
                content,  # type: ignore[arg-type]  # one of EXPORTS
                container,  # type: ignore[arg-type]  # one of EXPORTS
            )
            size = done.path.stat().st_size
            done.path.unlink()
    seconds = monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(seconds, 3), "peak_mb": round(peak, 1), "size": size}


def main() -> int:
    """Prints every cost as JSON; with `--of` that of one thing in this process."""
    arguments = argparse.ArgumentParser(prog="python -m bench.many", description="Costs of many votes.")
    arguments.add_argument("--votes", type=int, default=ALL, help=f"how many (default {ALL:,})")
    arguments.add_argument(
        "--of", nargs="+", metavar="WHAT", help="page, ratings, or a content and container"
    )
    arguments.add_argument("--path", type=Path, help="the store to measure, for --of")
    given = arguments.parse_args()
    if given.of:
        print(json.dumps(measure(given.path, given.of)))
        return 0
    with TemporaryDirectory() as folder:
        path = Path(folder) / "votes.db"
        fill(path, given.votes)
        costs = {" ".join(what): _apart(path, what) for what in (("page",), ("ratings",), *EXPORTS)}
    print(json.dumps(costs, indent=1))
    return 0


def _apart(path: Path, what: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.many", "--path", str(path), "--of", *what]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True, check=True
    )
    cost: dict[str, Any] = json.loads(done.stdout)
    return cost


if __name__ == "__main__":
    sys.exit(main())
