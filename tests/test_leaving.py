"""Streams that are left, clients that are closed or forgotten, threads that share one: nothing is left running.

Kept apart from the names and defaults because what counts here is what remains: connections, threads, processes.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from playground import AsyncClient, Client, PlaygroundError
from playground.events import Ended, Event, Started, TextDelta, fold
from playground.settings import Settings
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Script,
    ScriptedServer,
    Stall,
    answered,
    chunked,
    finish,
    streamed,
    text,
    whole,
)
from tests.asking import Together, children, ends_within, seconds_until_left, wait_until
from tests.documented import HELLO

ROOT = Path(__file__).parents[1]
WHOLE: Script = answered(200, whole("Hi"))
PIECES: Script = streamed(text("H"), text("i"), finish(), DONE)
STALLED: Script = [SSE_HEAD + chunked(text("half")), Stall()]
ASKED: Any = {"model": "some-model", "messages": HELLO}


# -- streams -----------------------------------------------------------------------------------------------------


def test_stream_gives_events_as_they_come() -> None:
    """The first word is there while the server has not finished, and nothing was asked before the first next()."""
    with ScriptedServer(STALLED) as server, Client(base_url=server.base_url) as client:
        events = client.create(**ASKED, stream=True)
        assert server.requests == []
        assert isinstance(next(events), Started)
        assert any(isinstance(event, TextDelta) and event.text == "half" for event in events)
        events.close()  # type: ignore[attr-defined]


def test_a_whole_stream_folds_to_the_answer() -> None:
    """Streamed or not, the same answer comes; the iterator then has ended."""
    with ScriptedServer(PIECES, WHOLE) as server, Client(base_url=server.base_url) as client:
        events = client.create(**ASKED, stream=True)
        streamed_answer = fold(events)
        assert next(events, None) is None
        whole_answer = client.create(**ASKED)
    assert streamed_answer.text == whole_answer.text == "Hi"
    assert server.requests[0].body["stream"] is True


def leave_by_break(client: Client) -> float:
    for event in client.create(**ASKED, stream=True):
        if isinstance(event, TextDelta):
            break
    return monotonic()


def leave_by_an_exception(client: Client) -> float:
    with pytest.raises(KeyError):
        for event in client.create(**ASKED, stream=True):
            if isinstance(event, TextDelta):
                raise KeyError
    return monotonic()


def leave_a_pair(client: Client) -> float:
    for _, event in client.create_preference(**ASKED, stream=True, diff_frequency=1.0):
        if isinstance(event, TextDelta):
            break
    return monotonic()


@pytest.mark.parametrize("leave", [leave_by_break, leave_by_an_exception, leave_a_pair])
def test_leaving_a_stream_closes_the_connection(leave: Callable[[Client], float]) -> None:
    """Out of the loop, and within 100 ms the upstream connection is closed (the quickest of three counts)."""
    seconds = []
    for _ in range(3):
        with ScriptedServer(STALLED) as server, Client(base_url=server.base_url) as client:
            left = leave(client)
            seconds.append(max(seconds_until_left(server, left, i) for i in range(len(server.requests))))
    assert min(seconds) < 0.1


INTERRUPTED = """
import signal
from playground import Client
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started deaf to it
with Client(base_url={base_url!r}) as client:
    try:
        for event in client.create(model="m", messages=[{{"role": "user", "content": "Hello"}}], stream=True):
            print("waiting", flush=True)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(client.create(model="m", messages=[{{"role": "user", "content": "Hello"}}]).text)
"""


def test_ctrl_c_while_waiting_closes_the_connection() -> None:
    """It arrives as KeyboardInterrupt, and the silent server's connection is closed; the client goes on.

    Pressed until it is heeded, as a person would: one that falls into a finalizer is lost to Python itself.
    """
    with ScriptedServer(STALLED, WHOLE) as server:
        source = INTERRUPTED.format(base_url=server.base_url)
        with subprocess.Popen(
            [sys.executable, "-c", source], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as script:
            assert script.stdout is not None
            while not server.requests or script.stdout.readline() != "waiting\n":
                assert script.poll() is None
            for _ in range(20):
                script.send_signal(signal.SIGINT)
                if server.requests[0].left.wait(1):
                    break
            assert server.requests[0].left.is_set()
            assert script.stdout.read().splitlines()[-1:] == ["Hi"]


def test_leaving_an_asynchronous_stream_closes_the_connection() -> None:
    """aclosing, or cancelling the task, hangs up upstream as well."""

    async def main() -> None:
        async with AsyncClient(base_url=server.base_url) as client:
            async with aclosing(await client.create(**ASKED, stream=True)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        break
            await asyncio.to_thread(server.requests[0].left.wait, 20)
            waiting = asyncio.create_task(client.create(**ASKED))
            while len(server.requests) < 2:
                await asyncio.sleep(0.001)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await asyncio.to_thread(server.requests[1].left.wait, 20)

    with ScriptedServer(STALLED, [Stall()]) as server:
        asyncio.run(main())
        assert [visit.left.is_set() for visit in server.requests] == [True, True]


# -- threads and ends --------------------------------------------------------------------------------------------


def test_one_client_in_many_threads() -> None:
    """Twelve threads ask at the same time, streamed and whole, and each gets its own answer."""

    def ask(name: str) -> str:
        asked = {"model": "m", "messages": [{"role": "user", "content": name}]}
        if int(name) % 2:
            return client.create(**asked).text  # type: ignore[call-overload, no-any-return]
        return fold(client.create(**asked, stream=True)).text  # type: ignore[call-overload]

    names = [str(number) for number in range(12)]
    with (
        Together(12) as server,
        Client(base_url=server.base_url) as client,
        ThreadPoolExecutor(12) as threads,
    ):
        assert list(threads.map(ask, names)) == names


def test_a_stream_may_change_threads() -> None:
    """An iterator that one thread began can be read on by another."""
    collected: list[Event] = []
    with ScriptedServer(PIECES) as server, Client(base_url=server.base_url) as client:
        events = client.create(**ASKED, stream=True)
        next(events)
        reader = threading.Thread(target=lambda: collected.extend(events))
        reader.start()
        reader.join()
    assert isinstance(collected[-1], Ended)


def test_closing_leaves_no_thread_and_no_connection() -> None:
    """After the with block the client's thread has ended and its connections are closed."""
    with ScriptedServer(WHOLE) as server:
        before = set(threading.enumerate())
        with Client(base_url=server.base_url) as client:
            client.create(**ASKED)
            assert set(threading.enumerate()) - before
            assert server.open_connections
        assert set(threading.enumerate()) - before == set()
        wait_until(lambda: server.open_connections == 0)


def test_closing_twice_is_no_error() -> None:
    """close() may be called again; a closed client then says that it is closed."""
    with ScriptedServer(WHOLE) as server, Client(base_url=server.base_url) as client:
        client.create(**ASKED)
        client.close()
        client.close()
        with pytest.raises(PlaygroundError, match=r"closed\. Make a new one"):
            client.create(**ASKED)


def test_closing_hangs_up_what_is_half_read() -> None:
    """A stream that is still open when its client is closed leaves no connection, and then has ended."""
    with ScriptedServer(STALLED) as server:
        with Client(base_url=server.base_url) as client:
            events = client.create(**ASKED, stream=True)
            assert next(event for event in events if isinstance(event, TextDelta))
        assert server.requests[0].left.wait(20)
        with pytest.raises(PlaygroundError, match="closed"):
            next(events)


FORGETFUL = """
from playground import Client
client = Client(base_url={base_url!r})
events = client.create(model="m", messages=[{{"role": "user", "content": "Hello"}}], stream={stream})
print("half" if not {stream} else next(events) and next(events) and next(events).text)
"""


@pytest.mark.parametrize("stream", [True, False])
def test_a_program_that_never_closes_its_client_ends(stream: bool) -> None:
    """A script that forgets its client, in the middle of a stream or not, ends at once and without a complaint."""
    with ScriptedServer(STALLED if stream else WHOLE) as server:
        source = FORGETFUL.format(base_url=server.base_url, stream=stream)
        script = subprocess.run(
            [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
    assert (script.returncode, script.stdout, script.stderr) == (0, "half\n", "")


def test_the_embedded_models_process_ends_with_its_client(own_settings: Settings) -> None:
    """It starts with the first question and is gone after the with block."""
    before = children()
    with Client(settings=own_settings) as client:
        assert children() == before
        answer = client.create(model="embedded", messages=HELLO, max_tokens=2)
        assert answer.complete
        (child,) = children() - before
    assert ends_within(child, 5)
