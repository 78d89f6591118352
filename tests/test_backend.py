"""The shared backend: one draw, two answers side by side, and a failure of any part that stays an event.

Kept apart from the clients, which add names and defaults, and from the wire, which knows one answer only.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given
from hypothesis import strategies as st

from playground.backend import Backend, SideEvent, Target, draw, pair_of
from playground.chat import ChatRequest, ModelRef
from playground.errors import EngineError, KeyMissing, ModelFileError, ServerRefused, ServerUnreachable
from playground.events import Answer, Ended, TextDelta, fold
from playground.settings import Settings
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Close,
    Pause,
    Reset,
    Script,
    ScriptedServer,
    Stall,
    Step,
    answered,
    chunked,
    finish,
    streamed,
    text,
)
from playground.wire.body import build
from tests.asking import (
    EMBEDDED,
    Together,
    answer_of,
    children,
    listed,
    request,
    seconds_until_left,
    wait_until,
)
from tests.documented import PREF_PARAMS_LEFT_EMPTY

STALLED: Script = [SSE_HEAD + chunked(text("half")), Stall()]
GOOD: Script = streamed(text("whole"), finish(), DONE)
LONG: dict[str, Any] = {
    "model": EMBEDDED,
    "content": "Tell a long story.",
    "max_tokens": 4000,
    "temperature": 1.0,
}


def at(server: ScriptedServer) -> Target:
    return Target(base_url=server.base_url)


# -- the draw ----------------------------------------------------------------------------------------------------

NUMBERS = st.floats(0, 1, exclude_max=True)


@given(NUMBERS)
def test_at_0_never_and_at_1_always(number: float) -> None:
    """Whatever number is drawn, diff_frequency 0 or unset gives one request, and 1 gives two."""
    assert len(draw(request(), lambda: number)) == 1
    assert len(draw(request(diff_frequency=0.0), lambda: number)) == 1
    assert len(draw(request(diff_frequency=1.0), lambda: number)) == 2
    assert len(draw(request(diff_frequency=1), lambda: number)) == 2


@given(NUMBERS, st.floats(0, 1))
def test_a_pair_is_drawn_below_the_frequency(number: float, frequency: float) -> None:
    """The draw is one comparison with one random number."""
    assert (len(draw(request(diff_frequency=frequency), lambda: number)) == 2) == (number < frequency)


@pytest.mark.parametrize("frequency", [0.25, 0.5, 0.9])
def test_pairs_come_as_often_as_asked(frequency: float) -> None:
    """Of 10,000 draws the pairs lie within 3 sigma of their expected number (the numbers are seeded)."""
    numbers = random.Random(1).random
    pairs = sum(len(draw(request(diff_frequency=frequency), numbers)) == 2 for _ in range(10_000))
    sigma = (10_000 * frequency * (1 - frequency)) ** 0.5
    assert abs(pairs - 10_000 * frequency) <= 3 * sigma


def test_the_usual_dice_are_random() -> None:
    """Without dice of one's own both outcomes occur, and 0 and 1 stay certain."""
    assert {len(draw(request(diff_frequency=0.5))) for _ in range(200)} == {1, 2}
    assert {len(draw(request(diff_frequency=0.0))) for _ in range(200)} == {1}
    assert {len(draw(request(diff_frequency=1.0))) for _ in range(200)} == {2}


# -- the second answer's parameters ------------------------------------------------------------------------------

OWN = st.dictionaries(
    st.sampled_from(
        ["temperature", "frequency_penalty", "top_p", "seed", "max_tokens", "stop", "diff_frequency"]
    ),
    st.integers(0, 1),
)
OVER = st.none() | st.fixed_dictionaries(
    {}, optional={"temperature": st.floats(0, 2), "frequency_penalty": st.floats(-2, 2)}
)


@given(OWN, OVER)
def test_the_second_differs_in_two_parameters_only(
    own: dict[str, Any], over: dict[str, float] | None
) -> None:
    """pref_params replace temperature and frequency_penalty of the second; all else of both is the user's own."""
    asked = request(**own) if over is None else request(**own, pref_params=over)
    first, second = pair_of(asked)
    mine = {name: value for name, value in own.items() if name != "diff_frequency"}
    assert (first.parameters, first.model, first.messages) == (mine, asked.model, asked.messages)
    assert (second.model, second.messages, second.extra) == (asked.model, asked.messages, asked.extra)
    assert second.parameters == {**mine, **(over or PREF_PARAMS_LEFT_EMPTY)}
    alone = replace(first, is_side=False)
    assert draw(asked, lambda: 0.999) in ((alone,), (first, second))


def test_what_leaves_for_the_two(backend: Backend, portal: BlockingPortal) -> None:
    """On the bytes at a server: the two bodies are the same but for the two parameters."""
    asked = request(temperature=0.1, top_p=0.5, seed=3, diff_frequency=1.0, pref_params={"temperature": 2})
    with Together(2) as server:
        portal.call(listed, backend.stream_panes(draw(asked), at(server)))
        bodies = sorted((visit.body for visit in server.requests), key=lambda body: body["temperature"])
    first, second = bodies
    assert {name: value for name, value in first.items() if second.get(name) != value} == {"temperature": 0.1}
    assert second["temperature"] == 2
    assert set(first) == set(second) == {"model", "messages", "temperature", "top_p", "seed"}


# -- two at the same time ----------------------------------------------------------------------------------------


def panes(backend: Backend, server: ScriptedServer, *asked: ChatRequest) -> Any:
    return backend.stream_panes(asked or (request(stream=True), request(stream=True)), at(server))


def by_side(events: list[SideEvent]) -> list[Answer]:
    return [fold(event for side, event in events if side == wanted) for wanted in (0, 1)]


@pytest.mark.parametrize("stream", [True, False])
def test_both_answers_are_asked_for_at_once(stream: bool, backend: Backend, portal: BlockingPortal) -> None:
    """A server that answers only when both requests are there is answered, and each side gets its own."""
    both = [request(content=name, stream=stream) for name in ("one", "two")]
    with Together(2) as server:
        events = portal.call(listed, panes(backend, server, *both))
    assert [answer.text for answer in by_side(events)] == ["one", "two"]
    assert [answer.ended for answer in by_side(events)] == ["done", "done"]


def test_each_side_ends_once(backend: Backend, portal: BlockingPortal) -> None:
    """Every side's last event is its only Ended, and the whole ends with the last of them."""
    with Together(3) as server:
        events = portal.call(listed, panes(backend, server, *[request(stream=True)] * 3))
    assert sorted(side for side, event in events if isinstance(event, Ended)) == [0, 1, 2]
    assert isinstance(events[-1].event, Ended)


def test_a_stalled_answer_does_not_delay_the_other(backend: Backend, portal: BlockingPortal) -> None:
    """While one server says nothing more the other answer comes to its end; leaving then closes both."""

    async def main() -> tuple[list[SideEvent], float]:
        seen: list[SideEvent] = []
        async with aclosing(panes(backend, server)) as events:
            async for item in events:
                seen.append(item)
                texts = {item.event.text for item in seen if isinstance(item.event, TextDelta)}
                if texts == {"half", "whole"} and isinstance(item.event, Ended):
                    break
        return seen, monotonic()

    with ScriptedServer(STALLED, GOOD) as server:
        seen, left = portal.call(main)
        assert [item.event.ended for item in seen if isinstance(item.event, Ended)] == ["done"]
        wait_until(lambda: any(visit.left.is_set() for visit in server.requests))
        stalled = next(i for i, visit in enumerate(server.requests) if visit.left.is_set())
        assert seconds_until_left(server, left, stalled) < 1.0


@pytest.mark.parametrize(
    "fault",
    [
        answered(500, b"broken"),
        [SSE_HEAD + chunked(text("half"), b"data: nonsense\n\n"), Close()],
        answered(401, b""),
    ],
    ids=["500", "nonsense", "401"],
)
def test_a_failing_answer_does_not_hurt_the_other(
    fault: Any, backend: Backend, portal: BlockingPortal
) -> None:
    """One side ends with an error, the other whole."""
    with ScriptedServer(fault, GOOD) as server:
        answers = by_side(portal.call(listed, panes(backend, server)))
    assert sorted(answer.ended for answer in answers) == ["done", "error"]
    assert [answer.text for answer in answers if answer.ended == "done"] == ["whole"]


def test_a_defect_of_ours_ends_one_side_only(
    backend: Backend, portal: BlockingPortal, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception within one side becomes its end, with a sentence, and is logged; the other goes on."""
    unchecked = request(stream=True, stop=5)  # no list: nobody checked it
    with ScriptedServer(GOOD) as server, caplog.at_level(logging.ERROR):
        broken, good = by_side(portal.call(listed, panes(backend, server, unchecked, request(stream=True))))
    assert (broken.ended, good.ended, good.text) == ("error", "done", "whole")
    assert broken.error is not None
    assert broken.error.next_step
    assert "TypeError" in caplog.text


class UntilOneLeaves(ScriptedServer):
    """Begins the first answer and says no more; ends the second only when the first one's client has gone."""

    def script_for(self, number: int) -> Any:
        """What the request with this number is answered with."""
        return STALLED if number == 0 else self._patient()

    def _patient(self) -> Iterator[Step]:
        yield SSE_HEAD
        for _ in range(1000):
            if self.requests[0].left.is_set():
                yield chunked(text("whole"), finish(), DONE) + b"0\r\n\r\n"
                return
            yield Pause(0.005)
        yield Reset()


def test_one_side_can_be_stopped_alone(backend: Backend, portal: BlockingPortal) -> None:
    """Stopping a side ends it as cancelled, keeps its text and closes its connection; the other goes on."""

    async def main() -> list[SideEvent]:
        both = backend.panes((request(stream=True), request(stream=True)), at(server))
        seen: list[SideEvent] = []
        async with aclosing(both.events()) as events:
            async for item in events:
                seen.append(item)
                if isinstance(item.event, TextDelta) and item.event.text == "half":
                    both.stop(item.side)
        return seen

    with UntilOneLeaves() as server:
        seen = portal.call(main)
    answers = {answer.ended: answer.text for answer in by_side(seen)}
    assert answers == {"cancelled": "half", "done": "whole"}


# -- where a request goes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [ModelRef("huggingface", "a/b"), ModelRef("openrouter", "a/b")])
def test_a_hosted_model_without_a_key(model: ModelRef, backend: Backend, portal: BlockingPortal) -> None:
    """Nothing is sent: the answer is an error that names the provider and says what to do."""
    (ended,) = portal.call(listed, backend.stream(request(model)))
    assert isinstance(ended, Ended)
    assert isinstance(ended.error, KeyMissing)
    assert ended.error.next_step


def test_a_key_goes_with_its_call(backend: Backend, portal: BlockingPortal) -> None:
    """The key of one call reaches that call's server, and is not remembered for the next."""
    with ScriptedServer(GOOD) as server:
        portal.call(
            listed, backend.stream(request(), Target(base_url=server.base_url, api_key="sk-mine-1234"))
        )
        portal.call(listed, backend.stream(request(), at(server)))
        with_key, without = server.requests
    assert with_key.headers["authorization"] == "Bearer sk-mine-1234"
    assert "authorization" not in without.headers


def test_a_server_that_is_not_there(backend: Backend, portal: BlockingPortal) -> None:
    """The answer ends with what could not be reached; the embedded model is not blamed for it."""
    with ScriptedServer(GOOD) as server:
        gone = server.base_url
    answer = portal.call(answer_of, backend, request(), Target(base_url=gone))
    assert isinstance(answer.error, ServerUnreachable)
    assert not isinstance(answer.error, EngineError)


# -- the embedded model ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
def test_the_embedded_model_answers(stream: bool, backend: Backend, portal: BlockingPortal) -> None:
    """The real model, by its name alone: some text, an end, counted tokens."""
    asked = request(EMBEDDED, "Name a colour.", stream=stream, max_tokens=8, temperature=0.0)
    answer = portal.call(answer_of, backend, asked)
    assert answer.text.strip()
    assert answer.ended in ("done", "length")
    assert answer.usage.completion_tokens > 0


def test_two_embedded_answers_stream_at_the_same_time(backend: Backend, portal: BlockingPortal) -> None:
    """Neither waits for the other to end: pieces of both come before the first end."""
    both = [request(EMBEDDED, "Tell a story.", stream=True, max_tokens=40, seed=seed) for seed in (1, 2)]
    events = portal.call(listed, backend.stream_panes(both))
    first_end = next(i for i, item in enumerate(events) if isinstance(item.event, Ended))
    assert {item.side for item in events[:first_end] if isinstance(item.event, TextDelta)} == {0, 1}


def test_a_refusal_of_the_embedded_model_is_no_death(backend: Backend, portal: BlockingPortal) -> None:
    """What it refuses it refuses in its own words, and goes on living."""
    answer = portal.call(answer_of, backend, replace(request(EMBEDDED), extra={"max_tokens": "many"}))
    assert isinstance(answer.error, ServerRefused) and answer.error.parameter == "max_tokens"
    assert portal.call(answer_of, backend, request(EMBEDDED, max_tokens=2)).complete


@pytest.fixture
def mortal(own_settings: Settings, portal: BlockingPortal) -> Any:
    """A backend with an engine of its own, which a test may kill."""
    own = Backend(own_settings)
    yield own
    portal.call(own.aclose)


@pytest.mark.parametrize("stream", [True, False])
def test_an_engine_killed_while_it_answers(stream: bool, mortal: Backend, portal: BlockingPortal) -> None:
    """Every answer in progress ends, says that the process died and of what; the next call works."""

    async def main() -> tuple[list[Answer], Answer]:
        before = children()
        await mortal.engine.endpoint()
        (child,) = children() - before
        seen: list[SideEvent] = []
        asked = [request(**LONG, stream=stream), request(**LONG, stream=stream)]
        async with aclosing(mortal.stream_panes(asked)) as events:
            if not stream:
                asyncio.get_running_loop().call_later(0.5, os.kill, child, signal.SIGKILL)
            async for item in events:
                seen.append(item)
                begun = {item.side for item in seen if isinstance(item.event, TextDelta)}
                if stream and len(begun) == 2 and child in children():
                    os.kill(child, signal.SIGKILL)
        return by_side(seen), await answer_of(mortal, request(EMBEDDED, max_tokens=4))

    answers, following = portal.call(main)
    for answer in answers:
        assert answer.ended == ("cut off" if stream else "error")
        assert bool(answer.text) == stream
        assert isinstance(answer.error, EngineError)
        assert "died (SIGKILL)" in answer.error.message
        assert answer.error.next_step
    assert following.complete
    assert following.text


def test_a_model_file_that_is_not_there(tmp_path: Path, portal: BlockingPortal) -> None:
    """The answer ends with one sentence about the file and one about what to do."""
    missing = tmp_path / "missing.gguf"

    async def main() -> Answer:
        backend = Backend(Settings(model_file=str(missing)))
        try:
            return await answer_of(backend, request(EMBEDDED))
        finally:
            await backend.aclose()

    answer = portal.call(main)
    assert answer.ended == "error"
    assert isinstance(answer.error, ModelFileError)
    assert str(missing) in answer.error.message
    assert "PLAYGROUND_MODEL_FILE" in answer.error.next_step


def test_a_token_that_the_running_model_does_not_have(backend: Backend, portal: BlockingPortal) -> None:
    """How many it has is asked of the model itself, whichever file it runs."""
    asked = replace(request(EMBEDDED), parameters={"logit_bias": {"49151": -1, "49152": -1}})

    async def body() -> dict[str, Any]:
        async with backend.reached(EMBEDDED, Target()) as (profile, _):
            return build(asked, profile)[0]

    assert portal.call(body)["logit_bias"] == {"49151": -1}
