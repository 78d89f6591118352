"""The first question of the probes: whatever of it a server refuses, or fails at, is left out, and nothing else.

Kept apart from the run on the real model: here every way to refuse is tried with every part of the question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from itertools import combinations
from typing import Any

import pytest

from playground.chat import ChatRequest
from playground.errors import PlaygroundError, ServerRefused, StreamFailed
from playground.events import Answer
from playground.evidence.probes.examiner import OPENING, Examiner, Trouble
from playground.evidence.probes.suite import Subject, examine
from playground.evidence.probes.table import Verdict
from playground.wire.kinds.openai import OPENAI
from tests.evidence.answers import MODEL, answer, scores

HELPERS = ("max_tokens", "stream", "temperature", "logprobs", "top_logprobs", "stream_options")
NEEDED_BY = {"logprobs": "top_logprobs", "stream": "stream_options"}

REFUSALS: dict[str, Callable[[str], PlaygroundError]] = {
    "by name": lambda name: ServerRefused(f"No {name} here.", parameter=name, status=400),
    "without a name": lambda name: ServerRefused("Bad request.", status=422),
    "as its own fault": lambda name: ServerRefused(f"No {name} here.", status=500),
    "within an answer": lambda name: StreamFailed(f"No {name} here."),
}


class Server:
    """Refuses some parameters in one way, and honours the others; scores need `logprobs` to reach the model."""

    def __init__(self, refused: Collection[str], how: str, dropped: str = "") -> None:
        self.answered: dict[str, Any] = {}
        self._refused, self._how, self._dropped = refused, REFUSALS[how], dropped

    async def ask(self, request: ChatRequest, most: int) -> Answer:
        """Its answer."""
        given = dict(request.parameters)
        for name in self._refused:
            if name in given:
                return answer(ended="error", error=self._how(name), finish_reason=None)
        self.answered = given
        tokens = given.get("max_tokens", 16)
        words = [f" w{i}" for i in range(tokens)]
        told = given.get("logprobs") and self._dropped != "logprobs"
        named = scores(*words, top=given.get("top_logprobs", 0)) if told else ()
        return answer("".join(words), ended="length", finish_reason="length", logprobs=named, tokens=tokens)

    def opened(self) -> dict[str, Any]:
        """What the first question came to ask with."""
        asyncio.run(Examiner(self.ask, MODEL, OPENAI).first())
        return self.answered

    def verdicts(self, *names: str) -> dict[str, Verdict]:
        """What the probes find."""

        async def run() -> list[Verdict]:
            return [s.verdict async for s in examine(Subject(MODEL, OPENAI), self.ask, names) if s.verdict]

        return {found.parameter: found for found in asyncio.run(run())}


@pytest.mark.parametrize("how", REFUSALS)
@pytest.mark.parametrize("refused", [*combinations(HELPERS, 1), *combinations(HELPERS, 2)], ids=" and ".join)
def test_only_what_is_refused_is_left_out(refused: tuple[str, ...], how: str) -> None:
    """One or two at once, named or not: the rest is still asked for, but for what makes no sense without them."""
    gone = {*refused, *(NEEDED_BY[name] for name in refused if name in NEEDED_BY)}
    asked = Server(refused, how).opened()
    assert {name for name in HELPERS if name not in asked} == gone


@pytest.mark.parametrize("how", REFUSALS)
@pytest.mark.parametrize("name", HELPERS)
def test_the_refused_one_is_said_to_be_refused(name: str, how: str) -> None:
    """By its own probe and in the server's words, also where those came as a fault of the server's own."""
    found = Server([name], how).verdicts(name)[name]
    assert found.outcome == "rejected" and str(REFUSALS[how](name)) == found.why, found


@pytest.mark.parametrize("how", REFUSALS)
def test_logprobs_dropped_and_top_logprobs_passed_on(how: str) -> None:
    """What such a gateway refuses is the half of a pair: the one is idle, the other cannot be told, the rest can."""
    found = Server(["top_logprobs"], how, dropped="logprobs").verdicts(
        "logprobs", "top_logprobs", "max_tokens"
    )
    outcomes = {name: verdict.outcome for name, verdict in found.items()}
    expected = {"logprobs": "no visible effect", "top_logprobs": "cannot tell", "max_tokens": "works"}
    assert outcomes == expected
    assert str(REFUSALS[how]("top_logprobs")) in found["top_logprobs"].why


@pytest.mark.parametrize("how", REFUSALS)
def test_a_server_that_refuses_everything(how: str) -> None:
    """Nothing can be told where even a plain question is refused, and it is asked only a few times."""
    calls = 0

    async def ask(request: ChatRequest, most: int) -> Answer:
        nonlocal calls
        calls += 1
        return answer(ended="error", error=REFUSALS[how]("messages"), finish_reason=None)

    with pytest.raises(Trouble):
        asyncio.run(Examiner(ask, MODEL, OPENAI).first())
    assert calls <= OPENING.most.calls
