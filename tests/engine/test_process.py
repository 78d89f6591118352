"""The engine keeps its process alive, explains its death, starts it anew, and never leaves one behind.

Kept apart from the shared engine: these tests kill, so each makes its own.
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from playground.engine import process
from playground.engine.child import MOST_DATA
from playground.engine.model_file import SMOLLM2, find
from playground.engine.process import Engine
from playground.errors import EngineError, ModelFileError
from playground.settings import Settings
from tests.asking import children
from tests.bare import BARE
from tests.engine.asking import Asker, crash, endpoint_of

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60

linux = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="needs Linux to watch a process that is not ours"
)


@pytest.fixture
def own_engine() -> Iterator[Engine]:
    engine = Engine(Settings())
    yield engine
    asyncio.run(engine.close())


class Watch:
    """Sees processes end, without asking again and again."""

    def __init__(self, pids: set[int]) -> None:
        assert pids
        self._files = [os.pidfd_open(pid) for pid in pids]

    def all_end(self) -> bool:
        """Whether they have all ended, waiting for a minute if need be."""
        with ExitStack() as closing:
            for file in self._files:
                closing.callback(os.close, file)
            return all(select.select([file], [], [], PATIENCE_S)[0] for file in self._files)


def test_all_who_ask_at_once_share_one_process(own_engine: Engine) -> None:
    """Eight threads, each with an event loop of its own, get the same endpoint."""
    before = children()
    own_engine.start_soon()
    with ThreadPoolExecutor(8) as several:
        endpoints = list(several.map(lambda _: endpoint_of(own_engine), range(8)))
    assert all(endpoint == endpoints[0] for endpoint in endpoints)
    assert len(children() - before) == 1
    assert Asker(endpoints[0]).text("Hello", max_tokens=1, seed=0)


def test_giving_up_waiting_does_not_stop_the_start(own_engine: Engine) -> None:
    """One visitor leaves while the model loads; the next one gets it all the same."""

    async def leave_then_stay() -> str:
        waiting = asyncio.create_task(own_engine.endpoint())
        await asyncio.sleep(0)  # so that it has begun
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return (await own_engine.endpoint()).base_url

    assert asyncio.run(leave_then_stay()).endswith("/v1")


def test_a_death_is_explained_and_followed_by_a_new_start(own_engine: Engine) -> None:
    """After a crash the old endpoint has a cause, the new one none, and the new one answers."""
    assert asyncio.run(own_engine.death(endpoint_of(own_engine))) is None
    first, told = crash(own_engine)
    assert "SIGSEGV" in told.message and told.next_step
    second = endpoint_of(own_engine)
    assert second != first and second.api_key != first.api_key
    assert Asker(second).text("Hello", max_tokens=1, seed=0)
    assert asyncio.run(own_engine.death(second)) is None
    assert str(asyncio.run(own_engine.death(first))) == str(told)  # for those whose answer it has cut off


@linux
def test_a_death_that_is_about_to_happen_is_waited_for(own_engine: Engine) -> None:
    """Connections break a moment before the process is gone; who asks within that moment gets the cause.

    Its memory is bounded meanwhile.
    """
    before = children()
    endpoint = endpoint_of(own_engine)
    (pid,) = children() - before
    bound = re.search(r"Max data size +(\d+)", Path(f"/proc/{pid}/limits").read_text())
    assert bound and int(bound[1]) == MOST_DATA  # a grammar without bounds ends it, and not the machine

    async def ask_while_it_dies() -> EngineError | None:
        asking = asyncio.create_task(own_engine.death(endpoint))
        await asyncio.sleep(0.05)  # by now it has looked, and it still lives
        os.kill(pid, signal.SIGKILL)
        return await asking

    death = asyncio.run(ask_while_it_dies())
    assert death is not None and "SIGKILL" in death.message


def test_one_that_keeps_dying_is_not_started_for_ever(
    own_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many deaths within a while, it says so instead of starting again; later it starts again."""
    monkeypatch.setattr(process, "DEATHS_ALLOWED", 2)
    for _ in range(2):
        crash(own_engine)
    for _ in range(2):  # asking again does not count as a death
        with pytest.raises(EngineError, match=r"died 2 times within 60 s.*SIGSEGV.*last words"):
            endpoint_of(own_engine)
    monkeypatch.setattr(process, "DEATH_WINDOW_S", 0.0)  # as if a minute had passed
    assert Asker(endpoint_of(own_engine)).text("Hello", max_tokens=1, seed=0)


def test_a_closed_engine_has_no_process_and_says_so() -> None:
    """Closing ends the process at once; it is not started again behind the caller's back, nor called dead."""
    engine = Engine(Settings())
    before = children()
    endpoint = endpoint_of(engine)
    asyncio.run(engine.close())
    asyncio.run(engine.close())
    assert children() == before
    assert asyncio.run(engine.death(endpoint)) is None
    with pytest.raises(EngineError, match="closed"):
        endpoint_of(engine)


def test_closing_in_the_middle_of_a_start_leaves_nothing_behind() -> None:
    """Whoever waits for the start is told; the half-started process is gone."""
    engine = Engine(Settings())
    before = children()

    async def close_early() -> None:
        waiting = asyncio.create_task(engine.endpoint())
        await asyncio.sleep(0)  # so that it has begun
        await engine.close()
        with pytest.raises(EngineError, match="closed"):
            await waiting

    asyncio.run(close_early())
    assert children() == before


@linux
def test_a_forgotten_engine_ends_its_process() -> None:
    """Code that drops its engine without closing it does not leave 0.5 GB behind."""
    before = children()
    engine = Engine(Settings())
    endpoint_of(engine)
    watch = Watch(children() - before)
    del engine
    gc.collect()
    assert watch.all_end()


PARENT = f"""{BARE}
import asyncio, sys
from playground.engine.process import Engine
from playground.settings import Settings
engine = Engine(Settings())
asyncio.run(engine.endpoint())
print("ready", flush=True)
sys.stdin.readline()
"""


@linux
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None], ids=["SIGKILL", "SIGTERM", "exit"])
def test_the_process_goes_with_its_parent(end: signal.Signals | None) -> None:
    """However the parent ends, also by SIGKILL, when it can do nothing about it, no process stays behind."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None and parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        engines = children(parent.pid)
        assert len(engines) == 1
        watch = Watch(engines)
        if end is None:
            parent.stdin.write("\n")
            parent.stdin.flush()
        else:
            parent.send_signal(end)
        assert watch.all_end()


@linux
def test_the_key_is_on_no_command_line(own_engine: Engine) -> None:
    """Every user of a machine can read command lines; neither the key nor the model's path is on it."""
    before = children()
    endpoint = endpoint_of(own_engine)
    (pid,) = children() - before
    line = Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"child.py" in line
    assert endpoint.api_key.encode() not in line and b".gguf" not in line


def test_nothing_is_printed(own_engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    """llama.cpp's log stays out of the terminal, also when it crashes."""
    crash(own_engine)
    assert Asker(endpoint_of(own_engine)).text("Hello", max_tokens=1, seed=0)
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_cut_short_is_told(tmp_path: Path) -> None:
    """A named GGUF file that llama.cpp cannot load: its path, llama.cpp's own reason, and the next step."""
    short = tmp_path / "short.gguf"
    with find(Settings()).path.open("rb") as whole:
        short.write_bytes(whole.read(5_000_000))
    with pytest.raises(ModelFileError, match=r"not within the file bounds") as refused:
        endpoint_of(Engine(Settings(model_file=str(short))))
    assert str(short) in refused.value.message and "PLAYGROUND_MODEL_FILE" in refused.value.next_step
    assert "\n" not in str(refused.value)


def test_a_file_of_nothing_but_its_first_word(tmp_path: Path) -> None:
    """The reason is the whole of llama.cpp's first complaint, colons and all."""
    named = tmp_path / "empty.gguf"
    named.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelFileError, match="cannot be loaded: bad GGUF version: 0"):
        endpoint_of(Engine(Settings(model_file=str(named))))


def test_what_goes_wrong_early_is_said_early(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A start in the background that fails says so on the terminal, in one line, and again when it is needed."""
    engine = Engine(Settings(model_file=str(tmp_path / "absent.gguf")))
    engine.start_soon()
    with pytest.raises(ModelFileError) as refused:
        endpoint_of(engine)
    for thread in threading.enumerate():
        if thread.name == "engine-start-soon":
            thread.join(10)
    assert capfd.readouterr().err.splitlines()[:1] == [str(refused.value)]


def test_another_model_runs_too(tmp_path: Path) -> None:
    """Any GGUF file can be named: here the known one with another name written inside, which makes it unknown."""
    other = tmp_path / "Another-Model.gguf"
    shutil.copyfile(find(Settings()).path, other)
    with other.open("r+b") as file:
        at = file.read(4096).index(b"Smollm2 135M")
        file.seek(at)
        file.write(b"Another")
    assert SMOLLM2.fault_of(other) is not None
    engine = Engine(Settings(model_file=str(other)))
    try:
        answer = Asker(endpoint_of(engine)).post("Say hello.", max_tokens=4, seed=1).json()
    finally:
        asyncio.run(engine.close())
    assert answer["model"] == "Another-Model"
    assert answer["choices"][0]["message"]["content"].strip()
