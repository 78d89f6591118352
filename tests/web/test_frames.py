"""Events become few and small frames: a burst is joined, the first word waits for nobody, and nothing is lost.

Kept apart from the page's tests: neither a browser nor a server is needed to see what is sent.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from playground.errors import ServerRefused
from playground.events import (
    Delayed,
    Ended,
    Event,
    Finished,
    OfChoice,
    ReasoningDelta,
    ReportLine,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from playground.panes import Panes
from playground.parameters import UNSET
from playground.remedy import Remedy
from playground.web.chat import frames
from playground.web.chat.call_ids import with_true_ids

WORDS = [f"w{i} " for i in range(2000)]


async def lines(*streams: AsyncGenerator[Event]) -> list[list[Any]]:
    """Every frame that these answers amount to."""
    return [json.loads(line) async for line in frames.paced(Panes(streams), frames.Frames(("a", "b")))]


def text_of(sent: list[list[Any]], side: int) -> str:
    """What one pane has been told to paint."""
    return "".join(data for frame in sent for pane, kind, data in frame if (pane, kind) == (side, "text"))


async def burst() -> AsyncGenerator[Event]:
    """An answer of 2,000 words, all at once."""
    yield Started({}, ())
    for word in WORDS:
        yield TextDelta(word, 0.1)
    yield Ended("done", 0.2)


def test_a_burst_is_a_few_frames() -> None:
    """4,000 pieces that are there at once go out joined, whole and in order."""
    sent = asyncio.run(lines(burst(), burst()))
    assert len(sent) <= 3
    assert text_of(sent, 0) == text_of(sent, 1) == "".join(WORDS)


def test_first_and_last_word_wait_for_no_repaint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first word goes out before anything else has to happen, and so does the end: here a pause lasts an hour."""
    monkeypatch.setattr(frames, "REPAINT_S", 3600.0)
    first_word_seen = asyncio.Event()

    async def events() -> AsyncGenerator[Event]:
        yield Started({}, ())
        await asyncio.sleep(0)
        yield TextDelta("first", 0.1)
        await first_word_seen.wait()
        yield Ended("done", 0.2)

    async def kinds() -> list[str]:
        seen: list[str] = []
        async with asyncio.timeout(20):
            async for line in frames.paced(Panes([events()]), frames.Frames(("a",))):
                seen += [kind for _, kind, _ in json.loads(line)]
                if "text" in seen:
                    first_word_seen.set()
        return seen

    assert asyncio.run(kinds()) == ["started", "text", "blocks", "ended"]


@pytest.mark.parametrize("last", [Started({}, ()), TextDelta("word", 0.1)], ids=["before", "after"])
def test_closing_closes_the_events(last: Event) -> None:
    """Whoever stops reading lines, before or after the first word, has closed the stream of events by then."""
    closed = False

    async def events() -> AsyncGenerator[Event]:
        nonlocal closed
        try:
            yield last
            await asyncio.Event().wait()
        finally:
            closed = True

    async def read_one() -> None:
        reading = frames.paced(Panes([events()]), frames.Frames(("a",)))
        await anext(reading)
        await reading.aclose()

    asyncio.run(read_one())
    assert closed


def test_a_reader_that_is_cancelled_closes_the_events() -> None:
    """A reader cancelled while nothing comes leaves no stream behind."""
    closed = False

    async def events() -> AsyncGenerator[Event]:
        nonlocal closed
        try:
            yield Started({}, ())
            await asyncio.Event().wait()
        finally:
            closed = True

    async def cancelled() -> None:
        reading = asyncio.create_task(lines(events()))
        for _ in range(10):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait((reading,))

    asyncio.run(cancelled())
    assert closed


class Faulty(frames.Frames):
    """Frames with a defect: the end of an answer cannot be painted."""

    def add(self, side: int, event: Event) -> None:
        """Takes all but the end."""
        if isinstance(event, Ended):
            raise ZeroDivisionError
        super().add(side, event)


def test_a_fault_is_not_swallowed() -> None:
    """A defect while gathering reaches the reader, after what came before it."""

    async def events() -> AsyncGenerator[Event]:
        yield TextDelta("word", 0.1)
        yield Ended("done", 0.2)

    async def read() -> None:
        async for line in frames.paced(Panes([events()]), Faulty(("a",))):
            seen.append(line)

    seen: list[bytes] = []
    with pytest.raises(ZeroDivisionError):
        asyncio.run(read())
    assert b"".join(seen) == b'[[0,"text","word"]]\n'


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (0.00123, 0.00123),
        (0, 0.0),
        (-1, None),
        (float("inf"), None),
        pytest.param(10**400, None, id="huge"),
        (float("nan"), None),
        ("1", None),
        (True, None),
    ],
)
def test_the_end_tells_the_cost(cost: Any, told: float | None) -> None:
    """What the server says that an answer cost is told where it is a number, and of a blind side nothing is."""
    for gathered in (frames.Frames(("x",)), frames.BlindFrames(("x",))):
        for event in (UsageReported(5, 3, {"cost": cost}), Ended("done", 0.2)):
            gathered.add(0, event)
        end = json.loads(gathered.take())[-1][2]
        assert (
            end.get("usage") is None
            if isinstance(gathered, frames.BlindFrames)
            else end["usage"]["cost"] == told
        )


def test_further_answers_are_painted_apart() -> None:
    """Where `n` asked for several, pieces say which answer they are of, and the end says how each ended."""
    gathered = frames.Frames(("x",))
    pieces: list[Event] = [
        TextDelta("a", 0.1),
        OfChoice(1, TextDelta("b", 0.1)),
        OfChoice(2, ReasoningDelta("c", 0.1)),
    ]
    ends: list[Event] = [
        OfChoice(1, Finished("length")),
        OfChoice(1, Ended("length", 0.2)),
        Ended("done", 0.3),
    ]
    for event in (Started({"n": 3}, ()), *pieces, *pieces, *ends):
        gathered.add(0, event)
    _, first, second, third, *_, (_, _, end) = json.loads(gathered.take())
    assert (first, second, third) == ([0, "text", "aa"], [0, "text", "bb", 1], [0, "reasoning", "cc", 2])
    assert [(other["ended"], other["finish_reason"]) for other in end["others"]] == [
        ("length", "length"),
        ("cut off", None),
    ]


def test_a_blind_pane_tells_of_no_further_answer() -> None:
    """The extra JSON may ask for several within a pair: they are not part of what is voted on."""
    gathered = frames.BlindFrames(("x", "y"))
    for event in (Started({"n": 2}, ()), OfChoice(1, TextDelta("b", 0.1)), OfChoice(1, Ended("done", 0.2))):
        gathered.add(0, event)
    assert [kind for _, kind, *_ in json.loads(gathered.take())] == ["started"]


def test_the_end_tells_what_became_of_each_parameter() -> None:
    """The last item of a pane carries the four truths about every set parameter, as plain JSON."""
    report = (ReportLine("max_tokens", "sent", 1, ""), ReportLine("seed", "withheld", 7, "Not here."))
    gathered = frames.Frames(("x",))
    for event in (
        Started({"max_tokens": 1}, report),
        TextDelta("a", 0.1),
        Finished("length"),
        Ended("length", 0.2),
    ):
        gathered.add(0, event)
    told = json.loads(gathered.take())[-1][2]["evidence"]
    assert told["max_tokens"]["reached"] in ("sent", "accepted", "effect")
    assert told["seed"]["sent"] == {"state": "no", "why": "Not here."}


@pytest.mark.parametrize(
    ("kind", "seconds", "told"),
    [
        (frames.Frames, 60.0, ["It is busy. It is asked again after 60 s."]),
        (frames.Frames, 0.4, []),
        (frames.BlindFrames, 60.0, []),
    ],
)
def test_a_long_wait_is_told(kind: type[frames.Frames], seconds: float, told: list[str]) -> None:
    """Who waits for a server that is busy learns of it, unless that would tell of one side before the vote."""
    shown = kind(("a", "b"))
    shown.add(0, Delayed("It is busy.", seconds))
    assert [data for _, what, data in json.loads(shown.take()) if what == "delayed"] == told


REFUSED = ServerRefused(
    "No.", "Set a to 1.", "top_p", Remedy({"top_p": UNSET, "extra_body.n": 1}), status=400
)


def test_a_remedy_is_a_button() -> None:
    """Its words, the step that it stands for, and the change of each row, where null leaves a parameter unset."""
    row = frames.error_row(REFUSED)
    assert row is not None and row["remedy"] == {
        "text": "Leave top_p unset, set n to 1 in the extra JSON and ask again",
        "step": "Leave top_p unset, set n to 1 in the extra JSON and try again.",
        "changes": {"top_p": None, "extra_body.n": 1},
    }
    plain = frames.error_row(ServerRefused("No.", status=400))
    assert plain is not None and plain["remedy"] is None


@pytest.mark.parametrize(("kind", "told"), [(frames.Frames, True), (frames.BlindFrames, False)])
def test_a_blind_side_has_no_remedy(kind: type[frames.Frames], told: bool) -> None:
    """What would help names a parameter, and so the side: it waits for the vote."""
    shown = kind(("a", "b"))
    shown.add(1, Ended("error", 0.1, REFUSED))
    assert (b"top_p" in shown.take()) == told


def test_a_blind_call_has_a_neutral_id() -> None:
    """A server's own ids name its vendor: the page is told others until the vote, and the record has the true ones."""
    shown = frames.BlindFrames(("a", "b"))
    for side, position, own in (
        (0, 0, "functions.f:0-kimi"),
        (0, 0, ""),
        (0, 1, ""),
        (1, 0, "toolu_vrtx_01"),
    ):
        shown.add(side, ToolCallDelta(position, own, "f", "{}", 0.1))
    line = shown.take()
    assert not re.search(b"kimi|toolu", line)
    ids = [call["id"] for _, _, call in json.loads(line)]
    assert len(set(ids)) == 3 and ids[0] == ids[1]
    assert shown.true_ids == {ids[0]: "functions.f:0-kimi", ids[3]: "toolu_vrtx_01"}
    assert [shown.answer(side).tool_calls[0].id for side in (0, 1)] == list(shown.true_ids.values())
    shown.reveal()
    shown.add(0, ToolCallDelta(2, "functions.f:2-kimi", "f", "", 0.2))
    assert json.loads(shown.take())[0][2]["id"] == "functions.f:2-kimi"


def test_a_next_turn_carries_the_servers_own_ids() -> None:
    """Whether the pair was voted on or not, what was shown under a neutral id goes upstream under its own."""
    own = {"call_0": "functions.f:0-kimi"}
    calls = [{"id": "call_0", "type": "function"}, {"id": "typed"}, "junk"]
    messages = [{"role": "assistant", "tool_calls": calls}, {"role": "tool", "tool_call_id": "call_0"}, 5]
    sent = with_true_ids(messages, own)
    assert sent[0]["tool_calls"] == [
        {"id": "functions.f:0-kimi", "type": "function"},
        {"id": "typed"},
        "junk",
    ]
    assert sent[1:] == [{"role": "tool", "tool_call_id": "functions.f:0-kimi"}, 5]
    odds: tuple[object, ...] = (None, 5, "x", {})
    for odd in odds:
        assert with_true_ids(odd, own) == odd
