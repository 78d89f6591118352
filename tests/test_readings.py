"""A server that reads less of a conversation than it did before is found out, and an honest one never is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend, Target
from playground.events import Answer, Ended, Event, ReasoningDelta, Started, TextDelta, UsageReported, fold
from playground.evidence.evidence import evidence
from playground.readings import KEPT, Reading, Readings
from playground.testing.scripted_server import ScriptedServer, answered

ASKED: Final = {"role": "user", "content": "One"}
SAID: Final = {"role": "assistant", "content": "Two"}
MORE: Final = {"role": "user", "content": "Three"}
NEXT: Final = (ASKED, SAID, MORE)
FIRST_READ, FIRST_WRITTEN = 3000, 800
LEAST: Final = FIRST_READ + FIRST_WRITTEN * 7 // 8 - 16


def body(*messages: Any, **fields: Any) -> dict[str, Any]:
    return {"model": "m", "messages": list(messages), **fields}


def heard(readings: Readings, sent: Mapping[str, Any], *came: Event, server: str = "here:1") -> int:
    """What is known of the prompt of this request when it leaves; then its answer comes."""
    reading = Reading(readings)
    started = reading.take(Started(sent, (), server))
    for event in (*came, Ended("done", 1.0)):
        assert reading.take(event) is event
    assert isinstance(started, Started)
    return started.least_read


def first_turn(readings: Readings, *before: Event, text: str = "Two", sent: Any = None) -> None:
    usage = UsageReported(FIRST_READ, FIRST_WRITTEN, {})
    assert heard(readings, sent or body(ASKED), *before, TextDelta(text, 0.5), usage) == 0


def test_the_next_turn_has_what_was_read_and_written() -> None:
    """With room for a template, and for words that are cut into fewer tokens when they are read back."""
    readings = Readings()
    first_turn(readings)
    assert heard(readings, body(*NEXT, temperature=1.5)) == LEAST
    assert heard(readings, body(*NEXT, SAID, MORE)) == LEAST  # also where a turn between was not counted


@pytest.mark.parametrize(
    ("sent", "least"),
    [
        (body({**ASKED, "content": "Edited"}, SAID, MORE), 0),
        (body({"role": "system", "content": "Be brief"}, *NEXT), 0),
        (body(ASKED, {**SAID, "content": "Edited"}, MORE), FIRST_READ - 16),
        (body(*NEXT, model="another"), 0),
        (body(*NEXT, tools=[{"type": "function"}]), 0),
        (body(MORE), 0),
        (body(), 0),
        (body(ASKED, {**SAID, "tool_calls": []}, MORE), 0),
        (body("odd"), 0),
        ({"messages": "odd"}, 0),
    ],
)
def test_another_conversation_is_not_measured_by_it(sent: Any, least: int) -> None:
    """What was edited, left out, or is asked of another model may well have fewer tokens."""
    readings = Readings()
    first_turn(readings)
    assert heard(readings, sent) == least
    assert heard(readings, body(*NEXT), server="there:1") == 0


def test_thoughts_are_not_read_again() -> None:
    """They count as written, and no template shows them to the model in the next turn."""
    for came, text in (((ReasoningDelta("Hm", 0.1),), "Two"), ((), "<think>Hm</think>Two")):
        readings = Readings()
        first_turn(readings, *came, text=text)
        assert heard(readings, body(ASKED, {**SAID, "content": text}, MORE)) == FIRST_READ - 16


def test_memory_has_an_end() -> None:
    """The oldest goes first."""
    readings = Readings()
    first_turn(readings)
    for number in range(KEPT):
        readings.note("here:1", body({**ASKED, "content": str(number)}), 1)
    assert heard(readings, body(*NEXT)) == 0


def test_a_context_that_is_cut_silently_is_told(backend: Backend, portal: BlockingPortal) -> None:
    """Two turns at a server that reads no more than 2,000 tokens: the second says so, at messages, and why."""

    def said(prompt_tokens: int) -> Any:
        message = {"role": "assistant", "content": "Two"}
        usage = {"prompt_tokens": prompt_tokens, "completion_tokens": 1}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return answered(200, json.dumps({"choices": [choice], "usage": usage}).encode())

    async def turn(*messages: Mapping[str, Any]) -> Answer:
        target = Target(base_url=server.base_url, flavour="ollama")
        request, target = await backend.request({"model": "m", "messages": messages}, "create", target)
        return fold([event async for event in backend.stream(request, target)])

    with ScriptedServer(said(1990), said(1800), said(2100)) as server:
        first, cut, whole = (portal.call(turn, *messages) for messages in ((ASKED,), NEXT, NEXT))
    effects = [evidence(answer)["messages"].effect for answer in (first, cut, whole)]
    assert [effect.state for effect in effects] == ["yes", "no", "yes"]
    assert "fewer tokens than it was sent: 1,800" in effects[1].why
