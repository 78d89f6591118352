"""Sweeps that run: on the real embedded model, over a busy server, and on after the program was killed."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow.parquet as pq
import pytest
from anyio.from_thread import BlockingPortal

from playground import Client
from playground.backend import Backend
from playground.errors import InvalidRequest, PlaygroundError
from playground.servers import Target
from playground.settings import Settings
from playground.sweeps import files
from playground.sweeps.asked import sweep_of
from playground.sweeps.axis import told_value
from playground.sweeps.cells import cells_of
from playground.sweeps.pace import Pace
from playground.sweeps.plan import Sweep
from playground.sweeps.row import NOT_ASKED, Row
from playground.sweeps.run import Limits, checked, run
from playground.sweeps.store import FOLDER, SweepStore
from playground.testing.scripted_server import (
    DONE,
    ScriptedServer,
    Until,
    answered,
    finish,
    streamed,
    text,
)
from tests.asking import wait_until

BUSY = answered(429, b'{"error": {"message": "Too many requests."}}', retry_after="0")
FINE = streamed(text("Fine."), finish(), DONE)
ROOT = Path(__file__).parents[2]


def swept(
    portal: BlockingPortal, backend: Backend, sweep: Sweep, base_url: str = "", **limits: Any
) -> list[Row]:
    """All rows of a sweep."""

    async def collected() -> list[Row]:
        target = await checked(backend, sweep, Target(base_url=base_url))
        return [row async for row in run(backend, sweep, target, (), Limits(**limits))]

    return sorted(portal.call(collected), key=lambda row: row.call)


def test_temperature_0_gives_one_answer_and_2_gives_many(
    portal: BlockingPortal, backend: Backend, tmp_path: Path
) -> None:
    """On the embedded model: five seeds at temperature 0 fold into "5 of 5"; at 2 all differ; files hold it all."""
    sweep = sweep_of(
        {"model": "embedded", "max_tokens": 12, "logprobs": True, "top_logprobs": 5},
        {"temperature": "0, 2"},
        prompts=["Name an animal."],
        seeds="1 to 5",
    )
    rows = swept(portal, backend, sweep)
    assert [row.ended for row in rows if row.failed] == []
    cold, hot = cells_of(rows).values()
    assert [len(each.rows) for each in cold.folded] == [5]
    assert len(hot.folded) == 5
    assert cold.means()["entropy"].value > 0
    assert cold.means()["first_token_s"].count == 5
    table = list(csv.DictReader(io.StringIO(files.csv_of(rows).decode("utf-8-sig"))))
    assert [row["answer"] for row in table] == [row.text for row in rows]
    assert {row["temperature"] for row in table} == {"0.0", "2.0"}
    files.write(rows, tmp_path / "rows.parquet")
    told = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert [(row["temperature"], row["seed"], row["answer"]) for row in told] == [
        (row.settings["temperature"], row.seed, row.text) for row in rows
    ]
    assert told[0]["tokens"] == rows[0].metrics["tokens"]


def test_a_busy_server_is_asked_more_slowly_until_all_is_answered(
    portal: BlockingPortal, backend: Backend
) -> None:
    """429 over and over: fewer at once, again after a while, and every call has its answer in the end."""
    sweep = sweep_of({"model": "any"}, {"temperature": [0, 1]}, prompts=["?"], seeds="1 to 4")
    with ScriptedServer(*[BUSY] * 20, FINE) as server:
        rows = swept(portal, backend, sweep, server.base_url, first_pause_s=0.05)
    assert [row.text for row in rows] == ["Fine."] * 8
    assert len(server.requests) == 28


def test_a_server_that_is_gone_is_not_asked_a_thousand_times(
    portal: BlockingPortal, backend: Backend
) -> None:
    """After five failures in a row the rest says so, and each call still has its row."""
    sweep = sweep_of({"model": "any"}, {"temperature": [0, 1]}, prompts=["?"], seeds="1 to 20")
    with ScriptedServer(answered(401, b'{"error": {"message": "Bad key."}}')) as server:
        rows = swept(portal, backend, sweep, server.base_url)
    assert len(rows) == 40
    assert 5 <= len(server.requests) <= 12
    left = [row for row in rows if row.ended == NOT_ASKED]
    assert "failed 5 times in a row" in left[0].error
    assert cells_of(rows)[(0,)].to_dict()["failed"] == 20


def test_a_refused_value_fails_alone(portal: BlockingPortal, backend: Backend) -> None:
    """What a server refuses of one cell ends no run, however often it is refused."""
    refused = answered(400, b'{"error": {"message": "temperature is too high"}}')
    sweep = sweep_of({"model": "any"}, {"temperature": [2, 1]}, prompts=["?"], seeds="1 to 8")
    with ScriptedServer(*[refused] * 8, FINE) as server:
        rows = swept(portal, backend, sweep, server.base_url, at_once=1)
    assert (sum(row.failed for row in rows), len(server.requests)) == (8, 16)


def test_a_cell_out_of_range_is_told_before_anything_is_asked(
    portal: BlockingPortal, backend: Backend
) -> None:
    """Every value of every axis is held against the server's range first."""
    sweep = sweep_of({"model": "any"}, {"temperature": [1, 3]}, prompts=["?"])
    with ScriptedServer(FINE) as server, pytest.raises(InvalidRequest, match="temperature is 3"):
        swept(portal, backend, sweep, server.base_url)
    assert server.requests == []


PROGRAM = """
import sys
from playground import Client
from playground.settings import Settings
with Client(base_url=sys.argv[1], settings=Settings(data_dir=sys.argv[2])) as client:
    client.sweep(model="any", over={"temperature": "0, 1"}, prompts=["?"], seeds="1 to 10", at_once=1, save_as="mine")
"""


def test_a_killed_sweep_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Killed in the middle of a call: what was answered is kept and not asked again, half a line is no harm."""
    killed = Event()
    fine = streamed(text("Fine."), finish(), DONE)
    with ScriptedServer(
        *[fine] * 5, streamed(text("Fi"), Until(killed), text("ne."), finish(), DONE)
    ) as server:
        command = [sys.executable, "-c", PROGRAM, server.base_url, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, env={**os.environ}) as program:
            wait_until(lambda: len(server.requests) == 6, 60)
            program.send_signal(signal.SIGKILL)
        killed.set()
        store = SweepStore(tmp_path / FOLDER)
        (listed,) = store.listed()
        assert (listed.name, listed.calls) == ("mine", 20)
        assert listed.done == 5
        with (tmp_path / FOLDER / f"{listed.id}.jsonl").open("ab") as file:
            file.write(b'{"call": 19, "row": {"text": "Fi')
        before, asked = store.read(listed.id).rows(), len(server.requests)
        with Client(base_url=server.base_url, settings=Settings(data_dir=str(tmp_path))) as client:
            again: dict[str, Any] = {"over": {"temperature": "0, 1"}, "prompts": ["?"], "seeds": "1 to 10"}
            rows = client.sweep(model="any", **again, save_as="mine")
            assert len(server.requests) - asked == 20 - listed.done
            assert [row.call for row in rows] == list(range(20))
            assert [row.asked_at for row in rows if row.call in {b.call for b in before}] == [
                b.asked_at for b in before
            ]
            assert client.sweep(model="any", **again, save_as="mine") == rows
            with pytest.raises(PlaygroundError, match="Another sweep is kept"):
                client.sweep(model="other", **again, save_as="mine")
    assert store.listed()[0].done == 20
    store.rename(listed.id, "yours")
    assert store.read(listed.id).name == "yours"
    store.delete(listed.id)
    assert store.listed() == []


def test_the_pace_halves_once_and_recovers(portal: BlockingPortal) -> None:
    """Calls that were under way together count as one complaint; as many answers as are allowed bring one more."""
    now = 0.0
    pace = Pace(8, lambda: now)
    for _ in range(3):
        pace.slower(1.0)
    assert pace.limit == 4
    now = 1.0
    pace.slower(1.0)
    assert pace.limit == 2
    for _ in range(2 + 3):
        pace.went_well()
    assert pace.limit == 4
    assert told_value(1.0) == "1"
