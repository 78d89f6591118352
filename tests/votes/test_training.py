"""Of a vote only what teaches something becomes a row, in the shapes that trainers read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from playground.attachments import Attachment
from playground.events import Answer, ToolCall
from playground.votes.files.trl_rows import ON_REQUEST, WHY, Reason, Shape, calls_tools, margin, rows_of
from playground.votes.pair import PairSide, begin, position_of
from playground.votes.vote import Vote
from tests.votes.making import NOON, pending, request, vote, with_calls

SHAPES: tuple[Shape, ...] = ("preference", "kto", "reward")
PROMPT = [{"role": "user", "content": "Name a colour."}]


def said(text: str) -> list[dict[str, Any]]:
    """An answer as TRL wants it."""
    return [{"role": "assistant", "content": text}]


def row(cast: Vote, shape: Shape, **fields: Any) -> dict[str, Any]:
    """The one row of a vote."""
    rows = rows_of(cast, shape, **fields)
    assert not isinstance(rows, str), rows
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize("left", ["first", "second"])
@pytest.mark.parametrize("voted", ["left", "right"])
def test_the_chosen_answer_is_the_chosen_one(left: Any, voted: Any) -> None:
    """Wherever it stood, the answer that was voted for is chosen, and the other one rejected."""
    cast = vote(pending("Blue.", "Red.", left=left), voted)
    made = row(cast, "preference")
    winner, loser = ("Blue.", "Red.") if (left == "first") == (voted == "left") else ("Red.", "Blue.")
    assert made["prompt"] == PROMPT
    assert (made["chosen"], made["rejected"]) == (said(winner), said(loser))
    assert made["vote_id"] == cast.vote_id
    temperatures = {"Blue.": 0.7, "Red.": 1.3}
    assert json.loads(made["parameters_chosen"])["temperature"] == temperatures[winner]
    assert json.loads(made["parameters_rejected"])["temperature"] == temperatures[loser]
    labels = {r["completion"][0]["content"]: r["label"] for r in rows_of(cast, "kto") if isinstance(r, dict)}
    assert labels == {winner: True, loser: False}


def test_both_bad_teaches_that_both_are_bad() -> None:
    """Both bad is two undesirable rows for KTO, and nothing for a comparison."""
    cast = vote(said="both_bad")
    rows = rows_of(cast, "kto")
    assert [r["label"] for r in rows if isinstance(r, dict)] == [False, False]
    assert rows_of(cast, "preference") == rows_of(cast, "reward") == "both bad"


@pytest.mark.parametrize("shape", SHAPES)
def test_ties_and_skips_teach_nothing(shape: Shape) -> None:
    """A tie does not say that both are good, so it is no row anywhere; nor is a skip."""
    assert rows_of(vote(said="tie"), shape) == "tie"
    assert rows_of(vote(said="skip"), shape) == "skipped"


@pytest.mark.parametrize(("strength", "wide"), [(None, 0.0), (1, 1 / 3), (2, 2 / 3), (3, 1.0)])
def test_a_clearer_choice_has_a_wider_margin(strength: int | None, wide: float) -> None:
    """Reward rows carry a margin that is always a number: zero where no strength was given."""
    made = row(vote(strength=strength), "reward")
    assert made["margin"] == margin(strength) == wide
    assert isinstance(made["margin"], float)


def early_vote(stops: bool = False) -> Vote:
    """A vote for the side that had ended, cast while the other one still streamed, and perhaps stopping it."""
    whole = pending()
    pair = begin(whole.first, PairSide(request()), diff_frequency=1, pref_params={}, now=lambda: NOON)
    pair = pair.so_far("second", Answer(text="Gre"))
    own = position_of("first", pair.left)
    return vote(pair, own, stopped=(position_of("second", pair.left),) if stops else ())


def ended(how: Any) -> Vote:
    """A vote on a pair of which one side had ended so, as an import could bring it."""
    cast = vote()
    return cast.model_copy(update={"second": cast.second.model_copy(update={"ended": how})})


def texts(first: str, second: str) -> Vote:
    """A vote on these two texts, which the page would have refused."""
    cast = vote()
    return cast.model_copy(
        update={
            "first": cast.first.model_copy(update={"text": first}),
            "second": cast.second.model_copy(update={"text": second}),
        }
    )


DOUBTFUL: list[tuple[Vote, Reason]] = [
    (early_vote(), "voted early"),
    (early_vote(stops=True), "stopped early"),
    (ended("streaming"), "voted early"),
    (ended("cancelled"), "stopped early"),
    (ended("error"), "failed"),
    (ended("timeout"), "failed"),
    (ended("cut off"), "cut off"),
    (texts("Blue.", " \n"), "empty"),
    (texts("Blue.", "Blue."), "identical"),
]


@pytest.mark.parametrize(("cast", "reason"), DOUBTFUL, ids=[str(reason) for _, reason in DOUBTFUL])
@pytest.mark.parametrize("shape", SHAPES)
def test_doubtful_pairs_are_left_out_unless_asked_for(cast: Vote, reason: Reason, shape: Shape) -> None:
    """Each kind of doubtful pair is dropped under its own name, and comes with exactly that name waived."""
    assert rows_of(cast, shape) == reason
    assert rows_of(cast, shape, ON_REQUEST - {reason}) == reason
    assert isinstance(rows_of(cast, shape, frozenset({reason})), list)


def test_an_answer_that_reached_its_length_is_whole() -> None:
    """Reaching max_tokens is an end that the server gave a reason for."""
    assert isinstance(rows_of(ended("length"), "preference"), list)


def test_what_cannot_be_waived_is_not() -> None:
    """Asking for superseded votes, ties or skips changes nothing."""
    everything: frozenset[Reason] = frozenset(WHY)
    assert rows_of(vote(said="tie"), "preference", everything) == "tie"
    assert rows_of(vote(said="both_bad"), "reward", everything) == "both bad"


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([{"role": "system", "content": "Be brief."}], "no question"),
        ([*PROMPT, {"role": "assistant", "content": "My favourite is"}], "no question"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}], "pictures"),
        ([{"role": "user", "content": [{"odd": 1}]}], "pictures"),
        ([{"role": "user", "content": {"odd": 1}}], "broken prompt"),
        ([{"content": "no role"}, *PROMPT], "broken prompt"),
        ([{"role": "narrator", "content": "Once"}, *PROMPT], "broken prompt"),
        ([{"role": "assistant", "content": "", "tool_calls": 7}, *PROMPT], "broken prompt"),
        (
            [{"role": "assistant", "content": "", "tool_calls": [{"function": {"name": 7}}]}, *PROMPT],
            "broken call",
        ),
        ([], "broken prompt"),
    ],
    ids=["system only", "prefill", "picture", "part", "odd", "no role", "role", "calls", "name", "nothing"],
)
def test_conversations_that_trainers_refuse_are_dropped(messages: Any, reason: Reason) -> None:
    """A conversation that asks nothing, holds more than text or is none, as an import once took it, gives no rows."""
    assert rows_of(vote(pending(messages=messages)), "preference") == reason


def test_messages_have_only_the_fields_of_a_chat_template() -> None:
    """Ids, names and the like are left out, and text in parts becomes text."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Be brief.", "id": 1},
        {"role": "user", "content": [{"type": "text", "text": "Name "}, {"type": "text", "text": "one."}]},
    ]
    made = row(vote(pending(messages=messages)), "preference")
    assert made["prompt"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Name one."},
    ]
    assert not calls_tools(made)


def test_function_calls_come_as_chat_templates_want_them() -> None:
    """Arguments become an object, and results keep their call's id."""
    call = {"id": "c1", "type": "function", "function": {"name": "clock", "arguments": '{"zone": "UTC"}'}}
    messages: list[dict[str, Any]] = [
        *PROMPT,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "12:00", "extra": 1},
    ]
    tools = [{"type": "function", "function": {"name": "clock", "parameters": {}}}]
    pair = pending(messages=messages, own={"tools": tools}, other={"tools": tools, "temperature": 1.3})
    pair = with_calls(pair, "first", ToolCall("c2", "clock", ""))
    made = row(vote(pair, "left" if pair.left == "first" else "right"), "preference")
    assert made["prompt"][1]["tool_calls"][0]["function"] == {"name": "clock", "arguments": {"zone": "UTC"}}
    assert made["prompt"][2] == {"role": "tool", "content": "12:00", "tool_call_id": "c1"}
    assert made["chosen"][0]["tool_calls"][0]["function"]["arguments"] == {}
    assert json.loads(made["tools"]) == tools
    assert calls_tools(made)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_call_cut_to_its_name_gives_no_rows(shape: Shape) -> None:
    """It would pass for a whole call without arguments, which it is where the model ended by itself."""
    calls = with_calls(pending(), "second", ToolCall("1", "delete_all", ""))
    assert isinstance(rows_of(vote(calls), shape), list)
    cut = calls.with_ended("second", replace(calls.second.answer, ended="length", finish_reason="length"))
    assert rows_of(vote(cut), shape) == "broken call"


@pytest.mark.parametrize("shape", SHAPES)
def test_an_answer_with_a_picture_gives_no_rows(shape: Shape) -> None:
    """Its text alone is not the answer that was voted on; the record says what came beside it."""
    pair = pending()
    shown = pair.with_ended("first", replace(pair.first.answer, attachments=(Attachment("image"),)))
    cast = vote(shown)
    assert rows_of(cast, shape) == "pictures"
    assert Vote.from_json(cast.to_json()).first.attachments == ("image",)


@pytest.mark.parametrize("arguments", ["{broken", "[1]", "null", '"text"'])
@pytest.mark.parametrize("shape", SHAPES)
def test_broken_calls_are_dropped(arguments: str, shape: Shape) -> None:
    """A call whose arguments are no object, in an answer or in the conversation, gives no rows."""
    assert (
        rows_of(vote(with_calls(pending(), "second", ToolCall("1", "f", arguments))), shape) == "broken call"
    )
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    messages: list[dict[str, Any]] = [
        *PROMPT,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "content": "1"},
    ]
    assert rows_of(vote(pending(messages=messages)), shape) == "broken call"


def test_every_reason_is_explained() -> None:
    """Each reason has words for a reader, and those on request are among them."""
    assert set(WHY) >= ON_REQUEST
    assert all(WHY.values())


def test_no_value_is_ever_null() -> None:
    """Rows of the poorest vote have the same types as those of the richest."""
    poor = vote(replace(pending(), pref_params={}))
    rich = vote(pending(own={"tools": [{"type": "function"}], "seed": 1}), strength=3)
    for shape in SHAPES:
        for cast in (poor, rich):
            rows = rows_of(cast, shape)
            assert isinstance(rows, list)
            assert all(value is not None for each in rows for value in each.values())
        kinds = [{n: type(v) for n, v in rows_of(cast, shape)[0].items()} for cast in (poor, rich)]  # type: ignore[union-attr]
        assert kinds[0] == kinds[1]
