"""The run over the probes: what it costs, how it goes on when a server fails, and that it can be stopped.

Kept apart from the tests on the real model: here every answer is scripted, and most of them are trouble.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest

from playground.chat import ChatRequest, Endpoint, ModelRef
from playground.events import Answer
from playground.evidence.probes.asking import over
from playground.evidence.probes.examiner import Ask
from playground.evidence.probes.probe import none_yet
from playground.evidence.probes.suite import PROBES, TROUBLES_IN_A_ROW, Progress, Subject, examine, plan
from playground.evidence.probes.table import Verdict
from playground.parameters import REGISTRY
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Close,
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
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.profile import Profile
from playground.wire.kinds.tgi import TGI
from playground.wire.kinds.transformers import TRANSFORMERS
from playground.wire.profiles import PROFILES
from playground.wire.transport import Timeouts, Transport
from tests.documented import FURTHER

MODEL = ModelRef("server", "some-model")
SUBJECT = Subject(MODEL, OPENAI)
HERE = ("diff_frequency", "pref_params")
STORY_TOLD = streamed(*(text(f" word{i}") for i in range(20)), finish("length"), DONE)


def asking(transport: Transport, base_url: str, profile: Profile = OPENAI) -> Ask:
    """Asks a stand-in, with little patience."""
    quick = Timeouts(connect=1.0, first_byte=20.0, silence=20.0, total=30.0)
    return over(lambda request: transport.stream(request, profile, Endpoint(base_url), quick))


def probed(base_url: str, *names: str, subject: Subject = SUBJECT) -> dict[str, Verdict]:
    """The verdicts on these parameters, or on all."""

    async def run() -> list[Progress]:
        async with Transport() as transport:
            ask = asking(transport, base_url, subject.profile)
            async with aclosing(examine(subject, ask, names or tuple(PROBES))) as steps:
                return [step async for step in steps]

    return {step.parameter: step.verdict for step in asyncio.run(run()) if step.verdict is not None}


def error(status: int, message: str, **fields: Any) -> Script:
    """A refusal by HTTP status."""
    return answered(status, json.dumps({"error": {"message": message, **fields}}).encode())


def test_there_is_a_probe_for_every_parameter() -> None:
    """None of the registry is left out, and all come in its order; which of them are still to be written."""
    assert list(PROBES) == list(REGISTRY)
    assert [name for name, probe in PROBES.items() if probe.run is none_yet] == []


def test_the_plan_adds_up() -> None:
    """A plan is the first answer and what each probe costs, and asking for fewer costs less."""
    everything, seed, stop = plan(SUBJECT), plan(SUBJECT, ["seed"]), plan(SUBJECT, ["stop"])
    both = plan(SUBJECT, ["seed", "stop"])
    assert both.usual.calls == seed.usual.calls + stop.usual.calls - 1
    assert seed.usual.calls <= seed.most.calls and everything.usual.tokens <= everything.most.tokens
    documented = plan(SUBJECT, [name for name in PROBES if name not in FURTHER])
    assert documented.usual.calls < 76 and documented.usual.tokens < 2000
    thinking = plan(
        SUBJECT, ["reasoning_effort", "verbosity"]
    )  # what a model thinks or says cannot be cut short
    assert everything.usual.calls - thinking.usual.calls < 96
    assert everything.usual.tokens - thinking.usual.tokens < 2500
    assert thinking.usual.calls < 18 and thinking.usual.tokens < 3200
    assert plan(SUBJECT, HERE).most.calls == 0


def test_thinking_costs_tokens_in_every_call() -> None:
    """A model that thinks first is given so many tokens more each time, and the plan says so."""
    thoughtful = plan(Subject(MODEL, OPENAI, thinking_tokens=100))
    assert thoughtful.most.tokens == plan(SUBJECT).most.tokens + 100 * plan(SUBJECT).most.calls


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_what_is_never_sent_costs_nothing(profile: Profile) -> None:
    """A parameter that this kind of server is not sent is not asked for, and the profile's reason is given."""
    subject = Subject(MODEL, profile)
    withheld = [name for name, probe in PROBES.items() if subject.withheld(probe)]
    assert plan(subject, withheld).most.calls == 0
    assert ("tool_prompt" in withheld) == (profile.flavour not in ("tgi", "huggingface", "embedded"))
    found = probed("http://127.0.0.1:9/v1", *withheld, subject=subject) if withheld else {}
    assert all(verdict.outcome == "cannot tell" and "not sent" in verdict.why for verdict in found.values())


def test_withheld_by_each_table() -> None:
    """Which those are follows the profiles' own tables."""
    tgi = {name for name in PROBES if Subject(MODEL, TGI).withheld(PROBES[name])}
    transformers = {name for name in PROBES if Subject(MODEL, TRANSFORMERS).withheld(PROBES[name])}
    assert tgi == {"logit_bias", "presence_penalty", *FURTHER} - {"max_completion_tokens"}
    assert {"logprobs", "response_format", "tool_choice", "stream_options"} <= transformers


TROUBLES: dict[str, Script] = {
    "no key": error(401, "No auth credentials found"),
    "no credit": error(402, "Insufficient credits"),
    "no such model": error(404, "The model `some-model` does not exist", param="model"),
    "a fault of its own": error(500, "Internal server error"),
    "a web page": answered(404, b"<html><title>Not found</title></html>", "text/html"),
}


@pytest.mark.parametrize("script", TROUBLES.values(), ids=TROUBLES)
def test_trouble_is_no_verdict(script: Script) -> None:
    """Where no plain question is answered nothing can be told, and hardly anything is asked."""
    with ScriptedServer(script) as server:
        found = probed(server.base_url)
        assert len(server.requests) <= 6
    asked = {name: verdict for name, verdict in found.items() if name not in (*HERE, "tool_prompt")}
    assert {verdict.outcome for verdict in asked.values()} == {"cannot tell"}
    assert all(verdict.in_vain for verdict in asked.values())
    assert found["diff_frequency"].outcome == found["pref_params"].outcome == "works"


def test_no_server_at_all() -> None:
    """Nobody listens: cannot tell, with the network's own words, and the rest is not tried."""
    found = probed("http://127.0.0.1:9/v1", "seed", "stop", "top_p", "tools", "stream")
    assert {verdict.outcome for verdict in found.values()} == {"cannot tell"}
    assert "cannot be reached" in found["seed"].why and "Not asked" in found["stream"].why


class Breaking(ScriptedServer):
    """Tells its story, and breaks off in the middle of each answer whose number is `broken`."""

    def __init__(self, after: int, broken: Callable[[int], bool]) -> None:
        super().__init__([])
        self._part: Script = [SSE_HEAD, *(chunked(text(f" word{i}")) for i in range(after)), Close()]
        self._broken = broken

    def script_for(self, number: int) -> Script:
        """The whole story, or the beginning of it."""
        return self._part if self._broken(number) else STORY_TOLD


@pytest.mark.parametrize("after", [3, 5])
@pytest.mark.parametrize("whole", [0, 1])
def test_nothing_is_read_off_an_answer_that_was_cut_off(after: int, whole: int) -> None:
    """Whether from the first or from the second answer on: no verdict, and that the connection broke."""
    names = [name for name in PROBES if SUBJECT.asks(PROBES[name])]
    with Breaking(after, lambda number: number >= whole) as server:
        found = probed(server.base_url, *names)
        assert len(server.requests) <= 2 * TROUBLES_IN_A_ROW + whole
    assert {(v.outcome, v.in_vain) for v in found.values()} == {("cannot tell", True)}
    assert "cut off: the connection broke" in found[names[0]].why


def test_an_answer_that_was_cut_off_is_asked_for_again() -> None:
    """Where every fourth is, all verdicts are those of a server that breaks off none, within the plan."""
    with Breaking(3, lambda number: False) as sound, Breaking(3, lambda number: number % 4 == 0) as broken:
        expected, found = probed(sound.base_url), probed(broken.base_url)
        assert len(sound.requests) < len(broken.requests) <= plan(SUBJECT).most.calls
    assert {n: v.outcome for n, v in found.items()} == {n: v.outcome for n, v in expected.items()}


class Told(ScriptedServer):
    """Answers each request by what it asks for."""

    def __init__(self, answer: Callable[[dict[str, Any]], Script]) -> None:
        super().__init__([])
        self._answer = answer

    def script_for(self, number: int) -> Any:
        """Decided when the request is known."""
        return self._play(number)

    def _play(self, number: int) -> Any:
        yield from self._answer(self.requests[number].body)


def story(body: dict[str, Any]) -> Script:
    """A long answer, in pieces or whole."""
    if body.get("stream"):
        return STORY_TOLD
    return answered(200, whole("A story", "length"))


def test_a_refusal_in_the_servers_own_words() -> None:
    """A parameter that is refused with HTTP 400 is rejected, and its server is quoted."""
    with Told(lambda body: error(400, "no seeds here, sorry") if "seed" in body else story(body)) as server:
        verdict = probed(server.base_url, "seed")["seed"]
    assert verdict.outcome == "rejected" and "no seeds here, sorry" in verdict.why
    assert any(exchange.body.get("seed") for exchange in verdict.exchanges)


def test_a_usage_that_never_changes_is_not_the_messages_fault() -> None:
    """Where any number of messages are said to be 3 tokens, only the number is wrong."""
    with Told(lambda body: answered(200, whole("A story", "length"))) as server:
        verdict = probed(server.base_url, "messages")["messages"]
        assert len(server.requests) <= plan(SUBJECT, ["messages"]).most.calls
    assert verdict.outcome == "cannot tell" and "Whatever it is sent" in verdict.why


@pytest.mark.parametrize(
    "most, pieces_per_token, outcome",
    [(16, 1.0, "no visible effect"), (1000, 1.0, "works"), (1000, 0.5, "works")],
    ids=["clamped", "honoured", "two tokens in a piece"],
)
def test_a_limit_where_nothing_counts_tokens(most: int, pieces_per_token: float, outcome: str) -> None:
    """Without usage and scores pieces are counted: fewer than allowed are no proof, but no more at twice as many."""

    def told(body: dict[str, Any]) -> Script:
        number = int(min(body["max_tokens"], most) * pieces_per_token)
        return streamed(*(text(f" word{i}") for i in range(number)), finish("length"), DONE)

    with Told(told) as server:
        verdict = probed(server.base_url, "max_tokens")["max_tokens"]
    assert verdict.outcome == outcome, verdict.why
    assert most > 16 or "no more at 42 than at 21" in verdict.why


def test_load_is_no_refusal() -> None:
    """HTTP 429 in the middle is trouble: nothing is said of the parameter that happened to be in hand."""
    with Told(lambda body: error(402, "slow down") if "seed" in body else story(body)) as server:
        found = probed(server.base_url, "seed", "stop")
    assert (found["seed"].outcome, found["seed"].in_vain) == ("cannot tell", True)
    assert found["stop"].outcome == "no visible effect"


def test_the_evidence_is_what_was_said() -> None:
    """A verdict holds the requests that it rests on, as sent, and their answers; the first answer too."""
    with Told(story) as server:
        verdict = probed(server.base_url, "stop")["stop"]
    first, _, asked = verdict.exchanges
    assert "stop" not in first.body and first.answer["text"].startswith(" word0 word1")
    assert (
        any(text in first.answer["text"] for text in asked.body["stop"])
        and asked.answer["text"] == first.answer["text"]
    )
    assert json.loads(json.dumps(verdict.to_dict()))["exchanges"][2]["body"] == asked.body


def test_the_calls_stay_within_the_plan() -> None:
    """Whatever a server does, no more is asked than was said before."""
    calls = 0

    async def run(name: str, script: Callable[[dict[str, Any]], Script]) -> None:
        nonlocal calls
        with Told(script) as server:
            async with Transport() as transport:
                async for _ in examine(SUBJECT, asking(transport, server.base_url), [name]):
                    pass
            assert len(server.requests) <= plan(SUBJECT, [name]).most.calls, name
            calls += len(server.requests)

    for name in PROBES:
        asyncio.run(run(name, story))
    assert calls > 50


def test_calls_are_made_one_after_the_other() -> None:
    """Never two at a time: batches come out with other last digits."""
    running = most = 0

    async def ask(request: ChatRequest, limit: int) -> Answer:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return Answer(" word" * 20, ended="length", finish_reason="length", headers={"a": "b"})

    async def run() -> None:
        async for _ in examine(SUBJECT, ask):
            pass

    asyncio.run(run())
    assert most == 1


def test_progress_only_grows_and_ends_at_the_total() -> None:
    """Each parameter is announced and then judged, and the last step is all of the plan."""

    async def run() -> list[Progress]:
        with Told(story) as server:
            async with Transport() as transport:
                return [step async for step in examine(SUBJECT, asking(transport, server.base_url))]

    steps = asyncio.run(run())
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total == plan(SUBJECT).usual.calls
    assert [step.parameter for step in steps[::2]] == [step.parameter for step in steps[1::2]] == list(PROBES)
    assert all(step.verdict is None for step in steps[::2])


def test_stopped_in_the_middle_of_a_call() -> None:
    """Cancelling the task that waits closes the connection to a server that says nothing."""
    with ScriptedServer([Stall()]) as server:

        async def run() -> None:
            async with Transport() as transport:
                steps = examine(SUBJECT, asking(transport, server.base_url), ["seed"])
                assert (await anext(steps)).verdict is None
                waiting = asyncio.ensure_future(anext(steps))
                while not server.requests:
                    await asyncio.sleep(0.01)
                waiting.cancel()
                await asyncio.wait([waiting])
                assert waiting.cancelled()
                await asyncio.to_thread(server.requests[0].left.wait, 10)

        asyncio.run(run())
        assert server.requests[0].left.is_set()


def test_an_answer_without_end_is_closed() -> None:
    """A server that ignores max_tokens and writes on is left after a dozen pieces too many."""
    endless: Script = [SSE_HEAD, *(chunked(text(f" {i}")) for i in range(500)), Stall()]
    with ScriptedServer(endless) as server:
        verdict = probed(server.base_url, "max_tokens")["max_tokens"]
        assert all(visit.left.wait(10) for visit in server.requests)
    assert verdict.outcome == "no visible effect" and "although at most 7" in verdict.why
