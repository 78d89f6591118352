"""Whether more is thought for a higher effort is told by counts alone, on answers made by hand.

Kept apart from the probes on real models, of which none here thinks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from playground.chat import ChatRequest, ModelRef
from playground.events import Answer, Usage
from playground.evidence.probes.examiner import Ask
from playground.evidence.probes.suite import Subject, examine
from playground.evidence.probes.table import Verdict
from playground.wire.kinds.mistral import MISTRAL
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.profile import Profile
from tests.evidence.answers import answer

Thinks = Callable[[str | None, int], int]
"""So many tokens of thought at an effort, in the call of this number."""


def thinking(thinks: Thinks, asked: list[str | None]) -> Ask:
    """A model of which the usage says how much it thought."""

    async def ask(request: ChatRequest, most: int) -> Answer:
        effort = request.parameters.get("reasoning_effort")
        asked.append(effort)
        tokens = thinks(effort, len(asked))
        raw = {"completion_tokens": tokens + 1, "completion_tokens_details": {"reasoning_tokens": tokens}}
        return answer("18", usage=Usage(9, tokens + 1, False, raw))

    return ask


def found(thinks: Thinks, profile: Profile = OPENAI) -> tuple[Verdict, set[str | None]]:
    """The verdict on reasoning_effort, and the efforts that were asked for."""
    asked: list[str | None] = []
    subject = Subject(ModelRef("server", "m"), profile)

    async def run() -> Verdict:
        steps = examine(subject, thinking(thinks, asked), ["reasoning_effort"])
        (verdict,) = [step.verdict async for step in steps if step.verdict is not None]
        return verdict

    return asyncio.run(run()), {effort for effort in asked if effort}


@pytest.mark.parametrize(
    ("thinks", "outcome"),
    [
        (lambda effort, call: 200 + call if effort == "high" else 90 + call, "works"),
        (lambda effort, call: 100 + call if effort == "low" else 90, "no visible effect"),
        (lambda effort, call: 100, "no visible effect"),
        (lambda effort, call: 100 + 2 * call, "cannot tell"),
        (lambda effort, call: 0, "cannot tell"),
    ],
)
def test_the_count_of_thoughts_decides(thinks: Thinks, outcome: str) -> None:
    """More by more than chance works; no more has no effect; in between nobody can tell."""
    verdict, asked = found(thinks)
    assert (verdict.outcome, asked) == (outcome, {"low", "high"})
    assert "Tokens of thought" in verdict.why


def test_only_words_that_the_server_takes_are_asked_for() -> None:
    """Mistral knows none and high."""
    verdict, asked = found(lambda effort, call: 100 if effort == "high" else 0, MISTRAL)
    assert (verdict.outcome, asked) == ("works", {"none", "high"})
