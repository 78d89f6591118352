"""A server that fails again and again is left alone, tried out by one request, and asked again if that is answered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend, Target
from playground.errors import (
    PlaygroundError,
    ServerRefused,
    ServerResting,
    ServerTimedOut,
    ServerUnreachable,
    StreamFailed,
)
from playground.events import Connected, Ended, TextDelta, fold
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, answered, finish, streamed, text
from playground.wire.breaker import FAILURES, REST_S, WITHIN_S, Breakers, is_failure
from tests.asking import answer_of
from tests.documented import HELLO

DOWN = ServerUnreachable("It is down.")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breakers(clock: Clock) -> Breakers:
    return Breakers(clock)


def call(breakers: Breakers, error: PlaygroundError | None = DOWN, server: str = "http://a") -> None:
    """One call, and how it ends."""
    with breakers.calling(server) as one:
        if error is None:
            one.take(Connected(200, {}, 0.0))
        one.take(Ended("error" if error else "done", 0.0, error))


def test_five_failures_and_a_rest(breakers: Breakers, clock: Clock) -> None:
    """The sixth call is refused without asking, and says for how long; another server is asked as before."""
    for _ in range(FAILURES):
        call(breakers)
    clock.now += 1
    with pytest.raises(ServerResting, match=r"^The server failed 5 times within 30 s") as caught:
        call(breakers)
    assert caught.value.wait_s == REST_S - 1 and "14 s" in caught.value.next_step
    assert breakers.resting == 1
    call(breakers, None, "http://b")


def test_one_tries_it_out(breakers: Breakers, clock: Clock) -> None:
    """When the rest is over a single call goes through; if it fails there is another rest, else all may call."""
    for _ in range(FAILURES):
        call(breakers)
    clock.now += REST_S
    with breakers.calling("http://a"), pytest.raises(ServerResting, match=r"."), breakers.calling("http://a"):
        pass
    call(breakers)  # the one before was left, and told nothing: this is the next to try, and it fails
    with pytest.raises(ServerResting):
        call(breakers)
    clock.now += REST_S
    call(breakers, None)
    for _ in range(FAILURES - 1):
        call(breakers)
    assert breakers.resting == 0


def test_the_first_word_ends_the_rest(breakers: Breakers, clock: Clock) -> None:
    """While the trial's long answer streams all others call; how it ends counts as that of any other call."""
    for _ in range(FAILURES):
        call(breakers)
    clock.now += REST_S
    with breakers.calling("http://a") as trial:
        trial.take(Connected(200, {}, 0.0))
        with pytest.raises(ServerResting):
            call(breakers, None)
        trial.take(TextDelta("Once", 0.0))
        call(breakers, None)
        trial.take(Ended("error", 0.0, DOWN))
    call(breakers, None)
    assert breakers.resting == 0


def test_failures_that_are_far_apart_are_no_reason(breakers: Breakers, clock: Clock) -> None:
    """Five over an hour, or with an answer between them, are those of any server."""
    for _ in range(3 * FAILURES):
        call(breakers)
        clock.now += WITHIN_S / (FAILURES - 1) + 1
    call(breakers, None)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            call(breakers)
        call(breakers, None)
    assert breakers.resting == 0


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (None, False),
        (ServerRefused("No.", status=401), False),
        (ServerRefused("No.", status=429), False),
        (ServerRefused("No.", status=503), True),
        (ServerTimedOut("Slow."), True),
        (StreamFailed("Broke."), True),
        (ServerResting("Rests.", wait_s=1), False),
        (PlaygroundError("Ours."), False),
    ],
    ids=repr,
)
def test_what_is_the_server_s_fault(error: PlaygroundError | None, counts: bool) -> None:
    """A wrong key or a limit there is not, and shuts nobody else out."""
    assert is_failure(error) == counts


@pytest.mark.parametrize(("status", "most"), [(503, 100 + FAILURES), (429, 300)])
def test_fifty_visitors_make_no_storm(
    status: int, most: int, breakers: Breakers, clock: Clock, portal: BlockingPortal, tmp_path: Path
) -> None:
    """A server that answers 503 to a hundred requests at once is asked them, and not each of them three times; about a
    limit of its own it may be asked twice more. Then it is left alone, the reader is told for how long, one request
    tries it out, and all go on.
    """
    down, fine = answered(status, b"{}", retry_after="0"), streamed(text("Hi"), finish(), DONE)
    with ScriptedServer(down) as server:
        backend = Backend(Settings(data_dir=str(tmp_path)))
        backend.breakers = breakers

        async def ask(times: int) -> list[PlaygroundError | None]:
            target = Target(base_url=server.base_url, flavour="openai")
            request, settled = await backend.request({"model": "m", "messages": HELLO}, "create", target)
            answers = [answer_of(backend, request, settled) for _ in range(times)]
            return [answer.error for answer in await asyncio.gather(*answers)]

        errors = portal.call(ask, 100)
        assert all(isinstance(error, ServerRefused | ServerResting) for error in errors)
        asked = len(server.requests)
        assert asked <= most
        if status == 503:
            clock.now += 1
            for error in portal.call(ask, 100):
                assert isinstance(error, ServerResting) and error.next_step == "Try again in 14 s."
            assert len(server.requests) == asked
            clock.now += REST_S
            assert isinstance(portal.call(ask, 1)[0], ServerRefused)
            assert isinstance(portal.call(ask, 1)[0], ServerResting)
            assert len(server.requests) == asked + 1
            clock.now += REST_S
        server.scripts[:] = [fine]
        assert portal.call(ask, 1) == [None]
        assert portal.call(ask, 100) == [None] * 100
        portal.call(backend.aclose)


def test_an_upstream_storm(portal: BlockingPortal, tmp_path: Path) -> None:
    """A server that answers 500 is asked five times and no more, and the reader is told so at once."""
    broken, fine = answered(500, b"{}"), streamed(text("Hi"), finish(), DONE)
    with ScriptedServer(*[broken] * FAILURES, fine) as server:
        backend = Backend(Settings(data_dir=str(tmp_path)))

        async def ask() -> PlaygroundError | None:
            target = Target(base_url=server.base_url, flavour="openai")
            request, settled = await backend.request({"model": "m", "messages": HELLO}, "create", target)
            return fold([event async for event in backend.stream(request, settled)]).error

        errors = [portal.call(ask) for _ in range(20)]
        assert sum(isinstance(error, ServerResting) for error in errors) == 20 - FAILURES
        assert len(server.requests) == FAILURES
        with suppress(PlaygroundError):
            portal.call(backend.aclose)
