"""A refusal is the answer, marked as one, wherever the answer goes; and so is an end that is no good one.

It is one promise of many parts: events, typed answers, the page, votes and exports.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from playground.attachments import Attachment
from playground.events import (
    Answer,
    Ended,
    EndedAs,
    Event,
    Finished,
    Fold,
    RefusalDelta,
    TextDelta,
    ToolCall,
    fold,
)
from playground.evidence import structure_signs
from playground.functions.tool_calls import whole_calls
from playground.schema.parsed import parsed_answer
from playground.votes.files.export import export
from playground.votes.files.trl_rows import ON_REQUEST, rows_of
from playground.votes.recall import pair_of
from playground.votes.store.store import Stored
from playground.votes.vote import Vote
from playground.web.chat.frames import BlindFrames, Frames, summary
from playground.web.texts import beside_text, why
from playground.web.votes.rounds import Round
from tests.votes.making import pending, vote

NO = "I can't help with that."
EVENTS: list[Event] = [
    RefusalDelta("I can't ", 0.1),
    RefusalDelta("help with that.", 0.2),
    Finished("stop"),
    Ended("done", 1.0),
]
REFUSED = fold(EVENTS)


class Cat(BaseModel):
    """What was asked for."""

    name: str


def voted(first: Answer | None = None) -> Vote:
    """A vote on a pair whose first answer is a refusal."""
    pair = pending()
    whole = pair.first.answer
    made = replace(whole, ended=first.ended) if first else replace(whole, text=NO, refusal=NO)
    return vote(pair.with_ended("first", made), "right" if pair.left == "first" else "left")


def test_its_words_are_the_text_and_the_refusal() -> None:
    """Beside what was said before it, of which only the refusal is one."""
    assert (REFUSED.text, REFUSED.refusal, REFUSED.usage.completion_tokens) == (NO, NO, 2)
    both = fold([TextDelta("Well. ", 0.0), *EVENTS])
    assert (both.text, both.refusal) == (f"Well. {NO}", NO)


@pytest.mark.parametrize("asked", [Cat, Cat.model_json_schema()])
def test_a_typed_answer_says_that_it_was_refused(asked: Any) -> None:
    """It is the reason why nothing was read, in place of a fault of the JSON that nobody wrote."""
    answer = parsed_answer(REFUSED, asked)
    assert (answer.parsed, answer.refusal) == (None, NO)
    assert [violation.what for violation in answer.violations] == [f"The model refused: {NO}"]
    assert structure_signs.response_format(REFUSED, asked).seen == "unknown"


def test_a_typed_answer_says_that_it_was_filtered() -> None:
    """Whatever words came in its place."""
    answer = Answer(text="I cannot.", ended="filtered", finish_reason="SAFETY")
    (violation,) = parsed_answer(answer, Cat).violations
    assert violation.what == "A content filter ended the answer (SAFETY)."
    assert structure_signs.response_format(answer, Cat).seen == "unknown"


def test_the_page_says_so_in_words() -> None:
    """In the strip of the answer; a blind pane shows the words like any others, and no more."""
    assert summary(REFUSED)["why"] == "the model refused to answer (stop)"
    assert summary(REFUSED)["refusal"] == NO
    frames, blind = Frames(("a",)), BlindFrames(("a",))
    for event in EVENTS:
        frames.add(0, event)
        blind.add(0, event)
    assert [0, "text", NO] in json.loads(frames.take())
    told = [item for item in json.loads(blind.take()) if item[1] != "blocks"]  # the same words, set
    assert told == [[0, "text", NO], [0, "ended", {"ended": "done", "why": "ended"}]]


def test_a_vote_and_its_exports_carry_it(tmp_path: Path) -> None:
    """The record, what it recalls, a change of mind on it, and the table."""
    cast = voted()
    assert Vote.from_json(cast.to_json()) == cast
    assert (cast.first.refusal, cast.second.refusal) == (NO, "")
    assert {side["why"] for side in Round.recalled(cast).reveal().values()} == {
        "the model refused to answer (stop)",
        "ended by itself (stop)",
    }
    assert pair_of(cast).first.answer.refusal == NO
    export([Stored(1, cast.to_json(), True)], tmp_path / "votes.csv", "table", "csv")
    assert '"first"' in (tmp_path / "votes.csv").read_text()
    assert not isinstance(rows_of(cast, "preference"), str)  # to refuse is an answer that can be learned from


def test_a_record_without_a_refusal_is_as_it_was() -> None:
    """Records of earlier versions read back, and are written, word for word: else a retry were another vote."""
    cast = vote()
    assert '"refusal"' not in cast.to_json()
    assert Vote.from_json(cast.to_json()).digest == cast.digest


@pytest.mark.parametrize(
    ("ended", "reason", "says", "left_out"),
    [
        ("filtered", "SAFETY", "stopped by the provider's content filter (SAFETY)", "filtered"),
        ("unclear", "bored", "ended (bored)", "unclear end"),
        ("length", "MAX_TOKENS", "stopped at max_tokens (MAX_TOKENS)", None),
        ("length", "model_length", "stopped where the model's context was full (model_length)", None),
        ("done", "end_turn", "ended by itself (end_turn)", None),
        ("done", "tool_use", "asked for a function (tool_use)", None),
        ("done", "STOP_SEQUENCE", "ended at a stop text (STOP_SEQUENCE)", None),
    ],
)
def test_an_end_is_told_as_what_it_is(ended: EndedAs, reason: str, says: str, left_out: str | None) -> None:
    """By the word for it, and pairs with an end that is not known to be a good one are exported on request alone."""
    answer = Answer(text="x", ended=ended, finish_reason=reason)
    assert why(answer) == says
    assert answer.complete
    rows = rows_of(voted(answer), "preference")
    assert rows == left_out if left_out else not isinstance(rows, str)
    assert not isinstance(rows_of(voted(answer), "preference", ON_REQUEST), str)
    frames = BlindFrames(("a",))
    frames.add(0, Ended(ended, 1.0))
    assert json.loads(frames.take()) == [[0, "ended", {"ended": "done", "why": "ended"}]]


@pytest.mark.parametrize("ended", ["length", "filtered", "unclear"])
def test_a_mere_name_is_a_call_only_at_a_good_end(ended: EndedAs) -> None:
    """Cut off, whatever the word for it was, it would pass for a whole call without arguments."""
    call = ToolCall("c1", "now", "")
    assert whole_calls(Answer(tool_calls=(call,), ended=ended)) == ()
    assert whole_calls(Answer(tool_calls=(call,), ended="done")) == (call,)


def test_what_is_no_text_is_named() -> None:
    """Each kind with its number; nothing is said where nothing came."""
    assert (
        beside_text(Answer(attachments=tuple(map(Attachment, ("image", "audio", "image")))))
        == "2 images, 1 audio"
    )
    assert beside_text(Answer()) == ""
    assert Fold().answer().attachments == ()
