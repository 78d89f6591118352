"""The run of a comparison: what is asked in which order, what becomes of a refusal, and what a real model shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from playground import Client
from playground.backend import Backend
from playground.chat import ChatRequest
from playground.errors import PlaygroundError, ServerRefused, StreamFailed
from playground.events import Ended, Event, TextDelta
from playground.replay.changes import changes_of
from playground.replay.comparison import Comparison
from playground.replay.over_backend import Question, sides_over, streaming_over
from playground.replay.replaying import Asking, Compared, Piece, Side, compared, replay
from playground.replay.sides import Sides, sides_of
from playground.servers import NOWHERE, Target
from playground.testing.faults import FAULTS
from playground.testing.faulty_server import FaultyServer
from playground.testing.scripted_server import DONE, ScriptedServer, answered, finish, streamed, text
from tests.asking import MODEL
from tests.replay.test_changes import asked
from tests.replay.test_sides import ALL

Told = Callable[[Side, ChatRequest], str | PlaygroundError]


class Standin:
    """Answers each request as it is told to, and notes who asked."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.asked: list[tuple[Side, ChatRequest]] = []
        self.closed = 0

    async def __call__(self, side: Side, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append((side, request))
        try:
            said = self.told(side, request)
            if isinstance(said, PlaygroundError):
                yield Ended("error", 0.0, said)
            else:
                yield TextDelta(said, 0.0)
                yield Ended("done", 0.0)
        finally:
            self.closed += 1


def over(trials: int = 1) -> Sides:
    """A change of temperature."""
    before, after = asked(temperature=0.0), asked(temperature=1.5)
    return sides_of(before, after, changes_of(before, after), (ALL, ALL), trials)


def refusing(name: str, blamed: str | None) -> Told:
    """A server that refuses one parameter."""

    def told(side: Side, request: ChatRequest) -> str | PlaygroundError:
        if name in request.parameters:
            return ServerRefused("No.", "Leave it out.", blamed, status=400)
        return side

    return told


def test_one_trial_asks_before_and_after() -> None:
    """One after the other, with what comes told as it comes."""
    standin = Standin(lambda side, request: f"said {side}")

    async def steps() -> list[object]:
        return [step async for step in replay(over(), standin)]

    first, piece, second, *_, last = asyncio.run(steps())
    assert (first, second) == (Asking(0, "before", 0, 2), Asking(0, "after", 1, 2))
    assert piece == Piece("before", "said before")
    assert isinstance(last, Compared) and last.comparison.tally.changed == 1
    assert [request.parameters["temperature"] for _, request in standin.asked] == [0.0, 1.5]


def test_over_seeds_there_is_a_control_and_the_order_turns() -> None:
    """What warms up falls on neither side alone; each trial has its seed."""
    standin = Standin(lambda side, request: side)
    found = asyncio.run(compared(over(2), standin))
    assert [side for side, _ in standin.asked] == ["before", "again", "after", "after", "before", "again"]
    assert [request.parameters["seed"] for _, request in standin.asked] == [1, 1, 1, 2, 2, 2]
    assert [trial.seed for trial in found.trials] == [1, 2]


def test_an_addition_that_is_refused_is_left_out() -> None:
    """The trial is asked anew without it, on both sides, and that is said."""
    standin = Standin(refusing("logprobs", "logprobs"))
    found = asyncio.run(compared(over(), standin))
    assert [
        ("logprobs" in request.parameters, "seed" in request.parameters) for _, request in standin.asked
    ] == [
        (True, True),
        (False, True),
        (False, True),
    ]
    assert found.tally.trials == 1 and any(note.startswith("Refused here") for note in found.notes)


def test_an_unnamed_refusal_has_all_additions_left_out() -> None:
    """It may mean any of them."""
    found = asyncio.run(compared(over(), Standin(refusing("seed", None))))
    assert found.tally.trials == 1 and found.trials[0].seed is None


def test_a_refusal_of_what_is_set_is_told() -> None:
    """In one of the two: the other one's answer stays."""
    standin = Standin(
        lambda side, request: (
            ServerRefused("Too hot.", "Lower it.", "temperature", status=400) if side == "after" else "fine"
        )
    )
    (trial,) = asyncio.run(compared(over(), standin)).trials
    assert (trial.before.text, str(trial.after.error), trial.whole) == ("fine", "Too hot. Lower it.", False)


@pytest.mark.parametrize("status", [401, 429])
def test_a_refusal_that_is_about_the_key_is_no_matter_of_additions(status: int) -> None:
    """Nor one about the load: asking anew would only add to it."""
    standin = Standin(lambda side, request: ServerRefused("No.", status=status))
    asyncio.run(compared(over(), standin))
    assert len(standin.asked) == 2


def test_a_server_that_fails_is_not_asked_for_ever() -> None:
    """Three trials in a row are enough."""
    found = asyncio.run(
        compared(over(10), Standin(lambda side, request: StreamFailed("It broke.", "Again.")))
    )
    assert (len(found.trials), found.tally.verdict) == (3, "nothing came")


def test_closing_it_ends_the_call_in_hand() -> None:
    """At once, and no more are made."""
    standin = Standin(lambda side, request: side)

    async def begin() -> None:
        async with aclosing(replay(over(10), standin)) as steps:
            async for step in steps:
                if isinstance(step, Piece):
                    break

    asyncio.run(begin())
    assert (len(standin.asked), standin.closed) == (1, 1)


# ---- over the backend, with the real model ----------------------------------------------------------------


async def run(
    backend: Backend, before: ChatRequest, after: ChatRequest, trials: int, target: Target
) -> Comparison:
    """A comparison over the backend."""
    one, other = Question(before, target), Question(after, target)
    return await compared(await sides_over(backend, one, other, trials), streaming_over(backend, one, other))


def test_the_embedded_model(backend: Backend, portal: BlockingPortal) -> None:
    """A hotter draw parts from a cold one, at a token with scores; a cut of what is cold anyway does nothing."""
    settings: dict[str, Any] = {"max_tokens": 3, "stream": True}
    cold = asked(temperature=0.0, **settings)
    hot, cut = asked(temperature=1.5, **settings), asked(temperature=0.0, top_k=5, **settings)
    one = portal.call(run, backend, cold, hot, 1, NOWHERE)
    assert one.parting is not None and one.parting.unit == "token" and one.parting.ids is not None
    assert one.parting.before.score is not None and len(one.parting.before.score.top) == 10
    several = portal.call(run, backend, cold, hot, 5, NOWHERE)
    assert (several.tally.verdict, several.tally.by_itself) == ("changed", 0)
    same = portal.call(run, backend, cold, cut, 2, NOWHERE)
    assert same.tally.verdict == "no difference" and same.parting is None
    assert "At temperature 0" in same.told[-1]


def test_a_server_that_drops_temperature(backend: Backend, portal: BlockingPortal) -> None:
    """No difference, whatever is set; ten runs of it are tried in a browser."""
    cold, hot = (replace(asked(temperature=t, max_tokens=2), model=MODEL) for t in (0.0, 2.0))
    with FaultyServer(FAULTS["temperature dropped"], engine=backend.engine) as server:
        target = Target(base_url=server.base_url, flavour="openai")
        found = portal.call(partial(run, backend, cold, hot, 2, target))
    assert found.told[0] == "No difference in 2 runs: the same words before and after, every time."


def test_from_python() -> None:
    """A server that takes neither seed nor scores, and does not stream: compared by words."""
    refused = answered(400, b'{"error": {"message": "Unknown parameter: logprobs", "param": "logprobs"}}')
    one, other = (streamed(text(f"one {word}"), finish(), DONE) for word in ("two", "three"))
    with ScriptedServer(refused, one, other) as server, Client(base_url=server.base_url) as client:
        found = client.compare(
            "m",
            [{"role": "user", "content": "Hi"}],
            before={"temperature": 0.0},
            after={"temperature": 1.0},
            max_tokens=5,
        )
    assert found.told == ("They part at word 2: \u201ctwo\u201d before, \u201cthree\u201d after.",)
    assert [request.body.get("logprobs") for request in server.requests] == [True, False, False]
    assert [request.body["temperature"] for request in server.requests] == [0.0, 0.0, 1.0]
