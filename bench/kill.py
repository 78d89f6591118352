"""`python -m bench.kill`: kills the writer of votes at random moments, and counts what is lost or doubled.

Kept apart from the measurements of speed because its result is a count that must be zero, not a figure to better.

A driver forks one writer after the other. A writer saves votes one by one and tells the driver of each that the
store has acknowledged; the driver kills it (SIGKILL) after a random number of them and a random part of a
millisecond, so that death falls anywhere: before, within and behind a transaction. The next writer begins with the
vote that was not acknowledged, under the same id, as the page does.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

from playground.chat import ChatRequest, ModelRef
from playground.events import Answer
from playground.votes import pair as pairing
from playground.votes.ballot import Ballot, cast
from playground.votes.pair import PairSide, new_id
from playground.votes.store.store import Store
from playground.votes.vote import Vote

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONGEST_RESTART_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Toll:
    """What the kills have cost: `lost` and `doubled` must be 0 and `intact` true."""

    acknowledged: int
    kills: int
    stored: int
    lost: int
    doubled: int
    intact: bool
    slowest_restart_s: float

    @property
    def passed(self) -> bool:
        """Whether no acknowledged vote was lost, none doubled, and the file is whole and soon open again."""
        return (
            not self.lost and not self.doubled and self.intact and self.slowest_restart_s < LONGEST_RESTART_S
        )


def sample() -> Vote:
    """A vote of usual size, about 6 kB."""
    asked = ChatRequest(ModelRef("embedded", ""), ({"role": "user", "content": "Tell me a story."},))
    sides = [
        PairSide(asked, answer=Answer(text=word * 400, ended="done"), ended=True)
        for word in ("once ", "upon ")
    ]
    pair = pairing.begin(*sides, diff_frequency=1.0, pref_params={}, now=lambda: NOON)
    return cast(pair, Ballot(new_id(), "left"), "bench", NOON + timedelta(seconds=9))


def run(votes: int, kills: int, seed: int, path: Path) -> Toll:
    """Saves so many votes through so many killed writers, then reads back what is there."""
    one = sample()
    planned = [one.model_copy(update={"vote_id": new_id(), "round_id": new_id()}) for _ in range(votes)]
    draw = random.Random(seed)
    deaths = sorted(draw.sample(range(1, votes), kills))
    acknowledged, slowest = 0, 0.0
    for death in (*deaths, votes):
        acknowledged, restart_s = _life(planned, acknowledged, death, draw, path)
        slowest = max(slowest, restart_s)
    return _toll(planned, kills, slowest, path)


def _life(planned: list[Vote], start: int, death: int, draw: random.Random, path: Path) -> tuple[int, float]:
    """One writer, from vote `start` on; killed behind the acknowledgement of vote `death`, if there are more.

    Gives how many are acknowledged now, and the seconds until this writer's first acknowledgement.
    """
    began, first_s = monotonic(), 0.0
    reading, writing = os.pipe()
    writer = os.fork()
    if writer == 0:
        _write(planned[start:], writing, path)
    os.close(writing)
    acknowledged = start
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while acknowledged < death and (told := len(pipe.read(1))):
            first_s = first_s or monotonic() - began
            acknowledged += told
        if death < len(planned):
            sleep(draw.random() / 1000)
            os.kill(writer, signal.SIGKILL)
        acknowledged += len(pipe.read())
    os.waitpid(writer, 0)
    return acknowledged, first_s


def _write(votes: list[Vote], writing: int, path: Path) -> None:
    """The writer's part: never returns."""
    failed = 1
    try:
        store = Store(path)
        for vote in votes:
            store.add(vote)
            os.write(writing, b".")
        failed = 0
    finally:
        os._exit(failed)


def _toll(planned: list[Vote], kills: int, slowest_restart_s: float, path: Path) -> Toll:
    """Counts by SQL of its own, so that the store's queries are not their own witness."""
    with closing(sqlite3.connect(path)) as database:
        stored = Counter(row[0] for row in database.execute("SELECT vote_id FROM votes"))
        facts = database.execute("SELECT count(*) FROM facts").fetchone()[0]
        intact = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    lost = sum(1 for vote in planned if vote.vote_id not in stored)
    return Toll(
        acknowledged=len(planned),
        kills=kills,
        stored=stored.total(),
        lost=lost,
        doubled=stored.total() - len(stored),
        intact=intact and facts == stored.total(),
        slowest_restart_s=round(slowest_restart_s, 3),
    )


def main() -> int:
    """Prints the toll as JSON; fails where it is not zero."""
    arguments = argparse.ArgumentParser(prog="python -m bench.kill", description="Kills writers of votes.")
    arguments.add_argument("--votes", type=int, default=10_000, help="acknowledged votes (default 10,000)")
    arguments.add_argument("--kills", type=int, default=100, help="writers killed (default 100)")
    arguments.add_argument("--seed", type=int, default=1, help="of the random moments (default 1)")
    given = arguments.parse_args()
    with TemporaryDirectory() as folder:
        toll = run(given.votes, given.kills, given.seed, Path(folder) / "votes.db")
    print(json.dumps(asdict(toll)))
    return 0 if toll.passed else 1


if __name__ == "__main__":
    sys.exit(main())
