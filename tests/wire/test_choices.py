"""With n above 1 every answer is read, each by itself: its words, its end, and what its server wants back.

Kept apart from the other tests of streams because there one answer is all that there is.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.events import Answer, Ended, Event, Fold, OfChoice
from playground.testing.scripted_server import data
from playground.wire.keys import MASK
from playground.wire.stream.answers import AnswerReader
from tests.wire.asking import KEY
from tests.wire.test_mask import FLOWS

CALL: dict[str, Any] = {"tool_calls": [{"index": 0, "id": "1", "function": {"name": "f", "arguments": "{}"}}]}
SCORE: dict[str, Any] = {"content": [{"token": "b", "logprob": -1.0, "top_logprobs": []}]}


def read(*lines: bytes, n: Any = 3, kind: str = "text/event-stream") -> tuple[Answer, list[Event]]:
    """The answers that the lines of a response to a request with this `n` amount to, and their events."""
    reader, folded = AnswerReader(kind, KEY, sent={"n": n}), Fold()
    events = [event for line in lines for event in reader.feed(line, 0.5)]
    events += [*reader.close(1.0), reader.ended(1.0)]
    for event in events:
        folded.add(event)
    return folded.answer(), events


def of(index: int, reason: str | None = None, **delta: Any) -> bytes:
    """A piece of one of the answers."""
    beside = {"logprobs": SCORE} if delta.get("content") == "b" else {}
    choice = {"index": index, "delta": delta, "finish_reason": reason, **beside}
    return data({"choices": [choice]})


IN_TURNS = [
    of(1, content="b"),
    of(0, content="a"),
    of(2, **CALL, reasoning="hm"),
    of(1, content="b", reasoning_details=[{"type": "reasoning.encrypted", "data": "x"}]),
    of(1, "length"),
    of(0, content="a"),
    of(2, "tool_calls"),
    of(0, "stop"),
    b"data: [DONE]\n\n",
]


def test_each_answer_has_its_own_words_and_end() -> None:
    """They come in turns, end one by one, and are whole answers of the same request."""
    answer, events = read(*IN_TURNS)
    first, second, third = answer.choices
    assert first is answer
    assert [(a.text, a.ended, a.finish_reason) for a in answer.choices] == [
        ("aa", "done", "stop"),
        ("bb", "length", "length"),
        ("", "done", "tool_calls"),
    ]
    assert ([s.token for s in second.logprobs], third.reasoning) == (["b", "b"], "hm")
    assert [(call.name, call.arguments) for call in third.tool_calls] == [("f", "{}")]
    assert second.to_return and not first.to_return
    assert not second.others and all(a.complete for a in answer.choices)
    assert [e.choice for e in events if isinstance(e, OfChoice) and isinstance(e.event, Ended)] == [1, 2]


def test_a_whole_document_gives_the_same_answers() -> None:
    """And one without a word for an end is whole, as the first is."""
    messages = ({"content": "aa"}, {"content": "bb"}, {"content": "cc"})
    choices = [{"index": i, "message": message} for i, message in enumerate(messages)]
    answer, _ = read(json.dumps({"choices": choices[::-1]}).encode(), kind="application/json")
    assert [(a.text, a.ended) for a in answer.choices] == [("aa", "done"), ("bb", "done"), ("cc", "done")]


def test_one_that_broke_off_is_not_complete() -> None:
    """The others keep their own ends."""
    answer, _ = read(*IN_TURNS[:5])
    assert [(a.text, a.ended) for a in answer.choices] == [
        ("a", "cut off"),
        ("bb", "length"),
        ("", "cut off"),
    ]


@pytest.mark.parametrize(
    ("how", "other"), [("cancelled", "cancelled"), ("timeout", "timeout"), ("done", "cut off")]
)
def test_what_has_no_end_of_its_own_ends_with_the_stream(how: Any, other: str) -> None:
    """As when the reader stops it; but what the server ended is one answer."""
    folded = Fold()
    reader = AnswerReader("text/event-stream", sent={"n": 2})
    for event in [*reader.feed(of(1, content="b"), 0.1), Ended(how, 1.0)]:
        folded.add(event)
    assert [a.ended for a in folded.answer().others] == [other]


@pytest.mark.parametrize("n", [1, None, True, "3"])
def test_one_answer_was_asked_for(n: Any) -> None:
    """What stands under another index is no answer of its own then."""
    answer, events = read(of(0, content="a"), of(0, "stop"), of(1, content="b"), n=n)
    assert answer.others == () and not any(isinstance(event, OfChoice) for event in events)


@pytest.mark.parametrize("index", [[], {}, "x", -1, None])
def test_an_index_that_is_none_is_no_answer(index: Any) -> None:
    """Whatever a server numbers its answers with."""
    answer, _ = read(of(0, content="a"), data({"choices": [{"index": index, "delta": {"refusal": "b"}}, 5]}))
    assert answer.text.startswith("a") and answer.others == ()


@pytest.mark.parametrize("flow", FLOWS)
def test_no_answer_shows_the_key(flow: str) -> None:
    """A server may say it back in pieces in any of them, in turns."""
    delta, shown = FLOWS[flow]
    pieces = [f"it is {KEY[:6]}", KEY[6:11], f"{KEY[11:]} and on", " then"]
    lines = [of(index, **delta(piece)) for piece in pieces for index in (2, 0, 1)]
    answer, events = read(*lines)
    assert [shown(a) for a in answer.choices] == [f"it is {MASK} and on then"] * 3
    assert KEY not in str(events) and KEY not in str(answer)


def test_half_a_character_is_put_together_in_each() -> None:
    """Servers cut an emoji into escapes of its halves."""
    halves = [rb'"\ud83d"', rb'"\ude00"']
    lines = [
        b'data: {"choices": [{"index": %d, "delta": {"content": %s}}]}\n\n' % (index, half)
        for half in halves
        for index in (1, 0)
    ]
    answer, _ = read(*lines, n=2)
    assert [a.text for a in answer.choices] == ["\U0001f600"] * 2
