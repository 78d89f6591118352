"""The probes on the real model: all works where all is well, and of a faulty server exactly the fault is named.

Kept apart from the scripted tests because here a model answers. A few faults stand for all; `python -m
bench.probes` tries every one, with all probes each time, and counts false alarms over many runs.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import Any, ClassVar, Final

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend
from playground.chat import ChatRequest, Endpoint, ModelRef
from playground.engine.process import Engine
from playground.events import Event
from playground.evidence.probes.asking import over
from playground.evidence.probes.suite import PROBES, Subject, examine, plan
from playground.evidence.probes.table import Verdict
from playground.testing import faulty_server
from playground.testing.fault import NO_FAULT, Fault
from playground.testing.faults import FAULTS
from playground.testing.faulty_server import PROFILE, FaultyServer
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.openai import OF_OPENAI
from playground.wire.kinds.profile import Profile
from playground.wire.transport import Transport

SMOLLM = Subject(ModelRef("server", "smollm"), PROFILE)


PAUSE_S: Final = 0.005


class Remembering(Transport):
    """The way from the faulty server to the model, which draws an answer for the first test that asks a question.

    The next test that asks the very same has the same answer: most begin alike, and each by itself is judged by
    answers of the model as before. What one test asks twice is drawn twice, and what a fault has changed is another
    question.
    """

    heard: ClassVar[dict[tuple[str, int], list[Event]]] = {}
    asked: ClassVar[Counter[str]] = Counter()

    async def stream(
        self, request: ChatRequest, profile: Profile, endpoint: Endpoint, *more: Any, **named: Any
    ) -> AsyncGenerator[Event]:
        """As before, or drawn now and, once it is whole, remembered."""
        question = json.dumps([request.messages, request.parameters], sort_keys=True)
        self.asked[question] += 1
        place = question, self.asked[question]
        for event in self.heard.get(place, ()):
            await asyncio.sleep(PAUSE_S)  # as a model's tokens come, one after the other
            yield event
        if place not in self.heard:
            drawn = []
            async with aclosing(super().stream(request, profile, endpoint, *more, **named)) as events:
                async for event in events:
                    drawn.append(event)
                    yield event
            self.heard[place] = drawn


@pytest.fixture(scope="module")
def server(engine: Engine) -> Iterator[FaultyServer]:
    """A server over the shared model, whose fault each test sets."""
    with pytest.MonkeyPatch.context() as patched, FaultyServer(engine=engine) as running:
        patched.setattr(faulty_server, "Transport", Remembering)
        yield running


def verdicts(server: FaultyServer, fault: Fault, names: Sequence[str]) -> dict[str, Verdict]:
    """What the probes find at a server with this fault."""
    server.fault = fault
    Remembering.asked.clear()

    async def run() -> list[Verdict]:
        async with Transport() as transport:
            ask = over(lambda request: transport.stream(request, PROFILE, server.endpoint))
            return [s.verdict async for s in examine(SMOLLM, ask, names) if s.verdict is not None]

    return {verdict.parameter: verdict for verdict in asyncio.run(run())}


def named(found: dict[str, Verdict]) -> set[str]:
    """The parameters that the probes object to."""
    return {name for name, v in found.items() if v.outcome in ("no visible effect", "rejected")}


def test_every_parameter_works_on_the_embedded_model(backend: Backend, portal: BlockingPortal) -> None:
    """All of them, within the calls that were planned; those left to chance name their test."""
    subject = Subject(ModelRef("embedded", ""), EMBEDDED)

    async def run() -> list[Verdict]:
        return [s.verdict async for s in examine(subject, over(backend.stream)) if s.verdict is not None]

    found = {verdict.parameter: verdict for verdict in portal.call(run)}
    sent = {name for name, probe in PROBES.items() if not subject.withheld(probe)}
    assert {n: (v.outcome, v.why) for n, v in found.items() if n in sent and v.outcome != "works"} == {}
    assert found.keys() - sent == {"reasoning_effort", "parallel_tool_calls", *OF_OPENAI}
    assert list(found) == list(PROBES)
    assert sum(len(v.exchanges) for v in found.values()) <= plan(subject).most.calls + len(PROBES)
    by_chance = {name for name, v in found.items() if v.test}
    penalties = {"frequency_penalty", "presence_penalty", "repetition_penalty"}
    assert by_chance == {"temperature", "top_p", "top_k", "min_p", "seed", "logit_bias", *penalties}
    assert all((found[name].p_value or 0.0) < 1e-4 for name in by_chance)


OWN_PROBE = [
    "stream dropped",
    "stream in one piece",
    "temperature doubled",
    "temperature clamped to 0.3 at least",
    "top_p turned round",
    "top_p clamped to 0.1 at least",
    "top_k dropped",
    "min_p clamped to 0.5 at most",
    "repetition_penalty clamped to 1 at least",
    "seed dropped",
    "seed made even",
    "seed dropped from whole answers",
    "frequency_penalty clamped to 0 at most",
    "presence_penalty halved",
    "max_tokens dropped",
    "max_tokens clamped to 16 at most",
    "stop dropped",
    "stop stripped of blanks",
    "logprobs of likely tokens alone",
    "top_logprobs clamped to 1",
    "top_logprobs clamped to 10",
    "logit_bias of other tokens",
    "logit_bias clamped to 10 either way",
    "logit_bias clamped to 0 at least",
    "response_format dropped",
    "response_format without its schema",
    "tools dropped",
    "tool_choice named function taken for auto",
    "tool_prompt cut to 12 characters",
    "stream_options dropped",
    "stream_options always on",
    "stream_options usage doubled",
    "stream_options usage with the read tokens halved",
    "messages system message left out",
    "model another one",
    "seed refused without naming it",
    "max_completion_tokens dropped",
    "n dropped",
    "n clamped to 2 at most",
]


@pytest.mark.parametrize("name", OWN_PROBE)
def test_a_fault_is_found_by_its_own_probe(server: FaultyServer, name: str) -> None:
    """Whatever is dropped, clamped, mangled or refused, the probe for it says so."""
    fault = FAULTS[name]
    found = verdicts(server, fault, [fault.parameter])
    assert named(found) == {fault.parameter}, found[fault.parameter]


def test_a_seed_is_not_blamed_where_nothing_is_drawn(server: FaultyServer) -> None:
    """A server that always takes the likeliest token gives the same answer with any seed: nobody can tell."""
    found = verdicts(server, FAULTS["temperature always 0"], ["temperature", "seed"])
    assert (named(found), found["seed"].outcome) == ({"temperature"}, "cannot tell")


def test_exactly_the_fault_is_named(server: FaultyServer) -> None:
    """Without log probabilities the other probes still find that their parameters work, by other means."""
    names = ["temperature", "seed", "max_tokens", "stop", "logprobs", "top_logprobs", "logit_bias"]
    found = verdicts(server, FAULTS["logprobs dropped"], names)
    assert named(found) == {"logprobs"}
    assert {name for name, v in found.items() if v.outcome == "cannot tell"} == {"top_logprobs"}
    assert "Fisher" in found["temperature"].test and "matched pairs" in found["seed"].test


@pytest.mark.parametrize(
    "needed, name", [("logprobs", "top_logprobs"), ("tools", "tool_choice"), ("stream", "stream_options")]
)
def test_what_needs_a_refused_parameter_is_not_blamed(server: FaultyServer, needed: str, name: str) -> None:
    """Where one parameter is refused, those that cannot be without it are not said to be refused too."""
    found = verdicts(server, FAULTS[f"{needed} refused"], [name])
    assert found[name].outcome == "cannot tell", found[name]


def test_the_server_itself_is_sound(server: FaultyServer) -> None:
    """Without a fault it has none: what the tests above find is the fault and not the server.

    That seed, max_tokens and stop work there is part of `test_exactly_the_fault_is_named`.
    """
    names = ["stream", "logprobs", "top_logprobs", "logit_bias", "tools"]
    found = verdicts(server, NO_FAULT, names)
    assert {v.outcome for v in found.values()} == {"works"}, found
