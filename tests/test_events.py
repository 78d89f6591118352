"""One fold turns a stream of events into an answer, whatever comes in whatever order.

Kept apart from the wire because here no server takes part: the events are invented.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import PlaygroundError
from playground.events import (
    Alternative,
    Answer,
    Connected,
    Ended,
    Event,
    Finished,
    Fold,
    ReasoningDelta,
    ReportLine,
    Started,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCall,
    ToolCallDelta,
    Usage,
    UsageReported,
    fold,
)

TIMES = st.floats(0, 1000)
COUNTS = st.none() | st.integers(0, 10**6)
SCORES = st.builds(TokenScore, st.text(max_size=3), st.floats(-9999, 0))
TEXTS = st.builds(TextDelta, st.text(max_size=5), TIMES)
REASONING = st.builds(ReasoningDelta, st.text(max_size=5), TIMES)
PIECES = st.text(st.characters(exclude_characters="{"), max_size=3)
CALLS = st.builds(ToolCallDelta, st.integers(0, 2), st.text(max_size=2), st.text(max_size=2), PIECES, TIMES)
MIDDLE = st.one_of(
    TEXTS,
    REASONING,
    CALLS,
    st.builds(TokensScored, st.lists(SCORES, max_size=3).map(tuple)),
    st.builds(UsageReported, COUNTS, COUNTS, st.just({"cost": 0.1})),
    st.builds(Finished, st.sampled_from(["stop", "length", "tool_calls"])),
    st.builds(Connected, st.just(200), st.just({"x": "y"}), TIMES),
)
ENDINGS = st.builds(
    Ended, st.sampled_from(["done", "length", "cut off", "error", "cancelled", "timeout"]), TIMES
)
STREAMS = st.tuples(st.lists(MIDDLE, max_size=20), ENDINGS).map(lambda pair: [*pair[0], pair[1]])


def of(kind: type[Any], events: Sequence[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@given(STREAMS)
def test_nothing_that_came_is_lost(events: list[Event]) -> None:
    """Text, reasoning and scores of the answer are those of the events, joined in order."""
    answer = fold(events)
    assert answer.text == "".join(event.text for event in of(TextDelta, events))
    assert answer.reasoning == "".join(event.text for event in of(ReasoningDelta, events))
    assert answer.logprobs == tuple(score for event in of(TokensScored, events) for score in event.tokens)
    assert "".join(call.arguments for call in answer.tool_calls) == "".join(
        delta.arguments
        for position in range(3)
        for delta in of(ToolCallDelta, events)
        if delta.position == position
    )


@given(STREAMS)
def test_the_answer_so_far_only_grows(events: list[Event]) -> None:
    """At every event the answer so far begins as the answer before it did, and the last one is the whole."""
    folded, before = Fold(), fold([])
    for event in events:
        folded.add(event)
        now = folded.answer()
        assert now.text.startswith(before.text)
        assert now.reasoning.startswith(before.reasoning)
        assert now.logprobs[: len(before.logprobs)] == before.logprobs
        assert before.first_token_s in (None, now.first_token_s)
        before = now
    assert before == fold(events)


@given(st.text(max_size=30), st.lists(st.integers(0, 30)))
def test_how_text_is_cut_does_not_matter(text: str, cuts: list[int]) -> None:
    """The same text in other pieces is the same text, and empty pieces add nothing."""
    places = sorted({0, len(text), *(cut for cut in cuts if cut <= len(text))})
    pieces = [TextDelta(text[a:b], 1.0) for a, b in zip(places, [*places[1:], len(text)], strict=True)]
    assert fold(pieces).text == text


@given(
    st.lists(TEXTS, max_size=5), st.lists(REASONING, max_size=5), st.lists(CALLS, max_size=5), st.randoms()
)
def test_kinds_of_event_do_not_disturb_each_other(
    texts: list[Event], reasoning: list[Event], calls: list[Event], chance: Any
) -> None:
    """However text, reasoning and calls are interleaved, each keeps its own order and content."""
    lines = [list(texts), list(reasoning), list(calls)]
    mixed: list[Event] = []
    while any(lines):
        mixed.append(chance.choice([line for line in lines if line]).pop(0))
    together, apart = fold(mixed), [fold(texts), fold(reasoning), fold(calls)]
    assert together.text == apart[0].text
    assert together.reasoning == apart[1].reasoning
    assert together.tool_calls == apart[2].tool_calls


@given(STREAMS)
def test_the_end_decides(events: list[Event]) -> None:
    """How the stream ended, when, and with which error is what the last event says; only then it is complete."""
    answer, ended = fold(events), events[-1]
    assert isinstance(ended, Ended)
    assert (answer.ended, answer.total_s, answer.error) == (ended.ended, ended.at, None)
    assert answer.complete == (ended.ended in ("done", "length"))


@given(st.lists(MIDDLE, max_size=20))
def test_without_an_end_it_is_cut_off(events: list[Event]) -> None:
    """A stream that nobody ended is never taken for a complete answer, not even with a finish reason."""
    assert fold(events).ended == "cut off"
    assert not fold(events).complete
    assert not Answer().complete


def test_the_error_and_the_raw_response_are_kept() -> None:
    """The error of the end is in the answer, beside all that had come."""
    error = PlaygroundError("It broke.")
    answer = fold([TextDelta("half", 0.1), Ended("error", 2.0, error, ("a", "b"))])
    assert (answer.text, answer.error, answer.raw, answer.total_s) == ("half", error, ("a", "b"), 2.0)


def test_what_was_sent_is_kept() -> None:
    """Body, report and headers of the answer are those of the request that it answers."""
    report = (ReportLine("temperature", "sent", 1.0),)
    answer = fold([Started({"a": 1}, report), Connected(200, {"x-id": "7"}, 0.1), Ended("done", 1.0)])
    assert (answer.body, answer.report, answer.headers) == ({"a": 1}, report, {"x-id": "7"})


# -- tool calls --------------------------------------------------------------------------------------------------


def test_interleaved_calls_are_put_together_by_position() -> None:
    """Pieces of two calls that come in turns make two whole calls, in the order of their positions."""
    deltas = [
        ToolCallDelta(1, "id-b", "time", "", 0.1),
        ToolCallDelta(0, "id-a", "weather", '{"city": ', 0.2),
        ToolCallDelta(1, "", "", "{}", 0.3),
        ToolCallDelta(0, "", "", '"Bonn"}', 0.4),
    ]
    calls = fold(deltas).tool_calls
    assert calls == (ToolCall("id-a", "weather", '{"city": "Bonn"}'), ToolCall("id-b", "time", "{}"))
    assert json.loads(calls[0].arguments) == {"city": "Bonn"}


def test_a_repeated_name_is_not_doubled() -> None:
    """Servers that repeat id and name in every piece still make one call with one name."""
    deltas = [ToolCallDelta(0, "id", "weather", piece, 0.1) for piece in ("{", "}")]
    assert fold(deltas).tool_calls == (ToolCall("id", "weather", "{}"),)


def test_an_empty_object_makes_way_for_the_arguments() -> None:
    """Alone it is what the call was made with; with a piece behind it, it only stood for what was to come."""
    pieces = [ToolCallDelta(0, "id", "weather", "{}", 0.1), ToolCallDelta(0, "", "", "", 0.2)]
    assert fold(pieces).tool_calls == (ToolCall("id", "weather", "{}"),)
    pieces += [ToolCallDelta(0, "", "", '{"city"', 0.3), ToolCallDelta(0, "", "", ': "Bonn"}', 0.4)]
    assert fold(pieces).tool_calls == (ToolCall("id", "weather", '{"city": "Bonn"}'),)


# -- counting ----------------------------------------------------------------------------------------------------

TWO_PIECES: list[Event] = [TextDelta("a", 0.1), TextDelta("b", 0.2)]
THREE_SCORES = TokensScored(tuple(TokenScore(t, -0.1) for t in "abc"))


@pytest.mark.parametrize(
    ("events", "usage"),
    [
        ([], Usage(None, 0, True)),
        (TWO_PIECES, Usage(None, 2, True)),
        ([*TWO_PIECES, THREE_SCORES], Usage(None, 3, True)),
        ([*TWO_PIECES, THREE_SCORES, UsageReported(5, 9, {"a": 1})], Usage(5, 9, False, {"a": 1})),
        ([UsageReported(5, 0, {})], Usage(5, 0, False)),
        ([*TWO_PIECES, UsageReported(5, None, {})], Usage(5, 2, True)),
        ([UsageReported(1, 1, {}), UsageReported(5, 9, {})], Usage(5, 9, False)),
    ],
    ids=[
        "nothing",
        "pieces",
        "scores",
        "server",
        "server says none",
        "server does not count",
        "server twice",
    ],
)
def test_who_counts_the_tokens(events: list[Event], usage: Usage) -> None:
    """The server's own count wins, then the scored tokens, then the pieces; only the server's is not `counted`."""
    assert fold(events).usage == usage


@pytest.mark.parametrize(
    ("stream", "first", "total", "tokens", "expected"),
    [
        (True, 0.5, 2.5, 11, 5.0),
        (True, 0.5, 2.5, 1, None),
        (True, 0.5, 0.5, 5, None),
        (True, 0.5, 0.501, 4, None),
        (True, None, 2.5, 5, 2.0),
        (False, 2.4, 2.5, 5, 2.0),
        (False, 0.0, 0.0, 5, None),
        (False, None, 2.5, 0, None),
    ],
)
def test_tokens_per_second(
    stream: bool, first: float | None, total: float, tokens: int, expected: float | None
) -> None:
    """A stream's tokens after the first over the time after it, a whole answer's over all of it; None in no time."""
    answer = Answer(
        body={"stream": stream}, first_token_s=first, total_s=total, usage=Usage(1, tokens, False)
    )
    assert answer.tokens_per_second == expected


def test_the_first_token_is_the_first_of_any_kind() -> None:
    """Reasoning, a call or text, whichever came first, is the first token; scores and headers are none."""
    quiet: list[Event] = [Connected(200, {}, 0.1), THREE_SCORES, Finished("stop")]
    assert fold(quiet).first_token_s is None
    for first in (ReasoningDelta("a", 0.7), TextDelta("a", 0.7), ToolCallDelta(0, "", "f", "", 0.7)):
        assert fold([*quiet, first, TextDelta("b", 0.9)]).first_token_s == 0.7


def test_an_answer_is_frozen() -> None:
    """What was answered cannot be changed afterwards, nor can an event."""
    for value, name in (
        (Answer(), "text"),
        (TextDelta("a", 0.0), "text"),
        (Alternative("a", -1.0), "logprob"),
    ):
        with pytest.raises(AttributeError):
            setattr(value, name, "other")
