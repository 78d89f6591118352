"""The app told to stop while votes come in and a sweep runs: what was acknowledged is there, and copied or named.

The Hub is a stand-in, and away, slow or short of commits in half of the runs.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

from bench.crowd import exchange
from bench.figures import OURS
from bench.pace import Pace
from bench.program import Program
from bench.site import PLAYGROUND, start
from bench.workbench import Workbench
from playground.settings import Settings
from playground.sweeps.store import FOLDER, SweepStore
from playground.votes.pair import new_id
from tests.votes.hub_standin import Fault, HubStandin

RUNS: Final = 50
DATASET: Final = "ada/votes"
FAULTS: Final[tuple[Fault, ...]] = ("429", "503", "cut after", "hang before")
WORDS: Final = Pace(40)
_ASKED: Final = [{"role": "user", "content": "Speak."}]


@dataclass(slots=True)
class _Told:
    """What the page was told before the end: the votes that are saved, and the rows of the sweep."""

    saved: list[str] = field(default_factory=list)
    sweep: str = ""
    rows: int = 0


def stopping(bench: Workbench) -> None:
    """Fifty runs, each with a data folder and a Hub of its own."""
    note, draw = bench.noting(OURS), random.Random(1)
    lost = unnamed = rows = acknowledged = 0
    for number in range(RUNS):
        faults = [draw.choice(FAULTS)] if number % 2 else []
        with TemporaryDirectory() as folder, HubStandin() as hub, ThreadPoolExecutor(1) as thread:
            told, took, said = thread.submit(
                asyncio.run, _run(bench, Path(folder), hub, faults, draw.uniform(0.2, 1.5))
            ).result()
            stored = _stored(Path(folder) / "votes.sqlite")
            copied = {line["vote_id"] for line in hub.lines()}
            waiting = re.search(r"([\d,]+) not backed up", said)
            named = int(waiting[1].replace(",", "")) if waiting else 0
            lost += len(set(told.saved) - stored)
            unnamed += max(0, len(stored - copied) - named)
            rows += max(0, told.rows - _kept(Path(folder), told.sweep))
            acknowledged += len(told.saved)
            note("from SIGTERM to the end", "s", took)
    note("runs", "", RUNS)
    note("votes acknowledged", "votes", acknowledged)
    note("acknowledged votes that are lost", "votes", lost)
    note("votes neither copied nor named", "votes", unnamed)
    note("rows of sweeps told and not kept", "rows", rows)


async def _run(
    bench: Workbench, folder: Path, hub: HubStandin, faults: list[Fault], after_s: float
) -> tuple[_Told, float, str]:
    """What was told until the end, how long that took, and the last line that the app said."""
    own = {
        "PLAYGROUND_DATA_DIR": str(folder),
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_OFFLINE": "",
        "HF_TOKEN": hub.token,
        "PLAYGROUND_VOTES_DATASET": DATASET,
    }
    told = _Told()
    with start(PLAYGROUND, folder, bench.visits.base_url(WORDS), own) as program:
        address = program.address()
        round_id = await _pair(address, bench.visits.base_url(WORDS))
        doing = [
            asyncio.create_task(_vote(address, round_id, told)),
            asyncio.create_task(_sweep(address, bench.visits.base_url(Pace(10, 20)), told)),
        ]
        await asyncio.sleep(after_s)
        hub.faults.extend(faults)
        asked_at = monotonic()
        program.send_signal(signal.SIGTERM)
        said = await asyncio.to_thread(_last_line, program)
        took = monotonic() - asked_at
        for task in doing:
            task.cancel()
        await asyncio.gather(*doing, return_exceptions=True)
        hub.released.set()
    return told, took, said


async def _pair(address: str, base_url: str) -> str:
    """The id of a pair that has ended."""
    asked = {"model": "words", "messages": _ASKED, "base_url": base_url, "parameters": {"diff_frequency": 1}}
    asked["second"] = {"model": "other"}
    found = ""
    async with exchange(address, "POST", "/playground/stream", asked) as (_, lines):
        async for line in lines:
            found = next((row[2]["round_id"] for row in json.loads(line) if row[1] == "pair"), found)
    return found


async def _vote(address: str, round_id: str, told: _Told) -> None:
    """One vote after the other on the same pair, each a change of mind, until nobody takes them."""
    for number in range(100_000):
        vote_id = new_id()
        said = {
            "said": "skip",
            "comment": f"number {number}",
            "publish": True,
        }  # both say the same: no other is taken
        ballot: Mapping[str, Any] = {"round_id": round_id, "vote_id": vote_id, **said}
        async with exchange(address, "POST", "/playground/vote", ballot) as (status, lines):
            async for _ in lines:
                pass
            if status == 200:
                told.saved.append(vote_id)
            else:
                await asyncio.sleep(0.05)


async def _sweep(address: str, base_url: str, told: _Told) -> None:
    """A sweep of 400 calls, as far as it comes."""
    asked = {
        "model": "words",
        "base_url": base_url,
        "prompts": "Speak.",
        "seeds": "1 to 200",
        "axes": [{"parameter": "temperature", "values": "0, 1"}],
        "parameters": {},
    }
    async with exchange(address, "POST", "/playground/sweep", asked) as (_, lines):
        async for line in lines:
            row = json.loads(line)
            told.sweep, told.rows = row.get("id", told.sweep), row.get("done", told.rows)


def _last_line(program: Program) -> str:
    said = ""
    with suppress(RuntimeError):
        while True:
            said = program.line(30)
    return said


def _stored(path: Path) -> set[str]:
    """By SQL of its own, so that the store is not its own witness."""
    with closing(sqlite3.connect(path)) as database:
        return {row[0] for row in database.execute("SELECT vote_id FROM votes")}


def _kept(folder: Path, sweep: str) -> int:
    return (
        len(SweepStore(Settings(data_dir=str(folder)).data_path / FOLDER).read(sweep).rows()) if sweep else 0
    )
