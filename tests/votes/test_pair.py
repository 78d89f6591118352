"""A pair draws its sides fairly and provably, and refuses votes that would teach nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from playground.errors import StreamFailed
from playground.events import Answer, EndedAs, ToolCall
from playground.votes.pair import (
    PairSide,
    Slot,
    begin,
    left_of,
    new_id,
    other,
    position_of,
    refusal,
    server_name,
    slot_at,
)
from tests.votes.making import NOON, answer, pending, request, with_calls


def test_ids_are_uuids_that_sort_by_time() -> None:
    """An id is a UUID of version 7, and one made later sorts later."""
    ids = [new_id(at) for at in range(1_700_000_000_000, 1_700_000_001_000, 10)]
    assert ids == sorted(ids)
    assert {(UUID(each).version, UUID(each).variant) for each in ids} == {(7, "specified in RFC 4122")}
    assert len({new_id(5) for _ in range(2000)}) == 2000


def test_the_left_side_is_drawn_fairly() -> None:
    """Over 10,000 pairs each slot stands on the left half of the time (four standard deviations allowed)."""
    side = PairSide(request())
    pairs = (begin(side, side, diff_frequency=1, pref_params={}, now=lambda: NOON) for _ in range(10_000))
    assert abs(Counter(pair.left for pair in pairs)["first"] - 5000) < 200


def test_a_draw_can_be_checked_afterwards() -> None:
    """The recorded draw and round always lead to the same side, and neither alone decides it."""
    pair = pending()
    assert {left_of(pair.draw, pair.round_id) for _ in range(20)} == {pair.left}
    assert {left_of(pair.draw, new_id()) for _ in range(100)} == {"first", "second"}


@pytest.mark.parametrize("left", ["first", "second"])
def test_positions_and_slots_are_inverse(left: Slot) -> None:
    """What stands on the left is found there, and the other one on the right."""
    pair = pending(left=left)
    assert position_of(pair.left, pair.left) == "left"
    assert [slot_at(position_of(slot, pair.left), pair.left) for slot in ("first", "second")] == [
        "first",
        "second",
    ]
    assert slot_at("right", pair.left) == other(pair.left)


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://router.huggingface.co/v1", "router.huggingface.co"),
        ("http://user:secret@models.example:8080/v1?key=1", "models.example"),
        ("http://127.0.0.1:8080/v1", "a server by address"),
        ("http://[2001:db8::1]/v1", "a server by address"),
        ("", ""),
    ],
)
def test_a_server_is_named_without_address_or_secret(base_url: str, name: str) -> None:
    """Only a host's name is kept: no address, port, user or query."""
    assert server_name(base_url) == name


def test_two_different_whole_answers_are_worth_a_vote() -> None:
    """Nothing is refused where there is something to compare."""
    assert refusal(pending()) is None


@pytest.mark.parametrize("slot", ["first", "second"])
@pytest.mark.parametrize("end", ["error", "timeout", "cut off"])
def test_a_failed_side_is_refused(slot: Slot, end: EndedAs) -> None:
    """A side that failed is named by where it stands, never by what it is."""
    pair = pending(models=("secret-one", "secret-two"))
    said = replace(pair.side(slot).answer, ended=end, error=StreamFailed("secret-host says no"))
    refused = refusal(pair.with_ended(slot, said))
    assert refused is not None
    shown_as = "A" if slot == pair.left else "B"
    assert refused.reason.startswith(f"Answer {shown_as} did not come")
    assert "secret" not in str(refused)
    assert refused.fix
    assert refused.again


def test_an_answer_that_the_user_stopped_can_be_voted_on() -> None:
    """Stopping one side is a judgement too, so it does not end the vote."""
    assert refusal(pending(ended=("cancelled", "done"))) is None
    refused = refusal(pending("", ended=("cancelled", "done")))
    assert refused is not None
    assert "stopped before its first word" in refused.reason
    assert (refused.remedy, refused.again) == ({}, True)  # more tokens would not have helped


@pytest.mark.parametrize("ended", [("cancelled", "cancelled"), ("done", "cancelled")])
def test_who_stops_while_both_are_equal_is_told_so(ended: tuple[EndedAs, EndedAs]) -> None:
    """Nothing but the stop may have kept them from parting: no setting is blamed that was not the reason."""
    refused = refusal(pending("Blue", "Blue", ended=ended))
    assert refused is not None and "the same, word for word, as far as they came" in refused.reason
    assert "stopped before" in refused.reason and (refused.remedy, refused.again) == ({}, True)
    alike = refusal(pending("Blue", "Blue", ended=ended, other={}))
    assert alike is not None and "the same settings" in alike.reason


def test_answers_that_look_the_same_are_refused() -> None:
    """A voter sees neither the space at the end nor a character without a shape."""
    refused = refusal(pending("yes", "\ufeffy\u200bes \n"))
    assert refused is not None and "are the same" in refused.reason
    assert refusal(pending("yes", "y es")) is None


@pytest.mark.parametrize("nothing", [" \n", "\u200b\ufeff"])
def test_an_empty_side_is_refused(nothing: str) -> None:
    """White space is no answer, nor is what has no shape; a function call is one."""
    pair = pending(second=nothing)
    refused = refusal(pair)
    assert refused is not None
    assert "is empty" in refused.reason
    assert refusal(with_calls(pair, "second", ToolCall("1", "clock", "{}"))) is None


def test_a_side_that_has_not_begun_is_refused_for_now() -> None:
    """An early vote needs something to read on both sides."""
    whole = pending()
    early = begin(whole.first, PairSide(request()), diff_frequency=1, pref_params={}, now=lambda: NOON)
    refused = refusal(early)
    assert refused is not None
    assert "not begun" in refused.reason
    assert refusal(early.so_far("second", Answer(text="Gre"))) is None


def same(own: dict[str, object], theirs: dict[str, object], withheld: tuple[str, ...] = ()) -> str:
    """The refusal of two equal answers asked for with these settings, some of which were not sent."""
    pair = pending("Blue.", "Blue.", own=own, other=theirs)
    for slot in ("first", "second"):
        side = pair.side(slot)
        body = {n: v for n, v in answer(side.request, "Blue.").body.items() if n not in withheld}
        pair = pair.with_ended(slot, replace(side.answer, body=body))
    refused = refusal(pair)
    assert refused is not None
    assert refused.fix
    return f"{refused} [{refused.parameter}]"


@pytest.mark.parametrize(
    ("own", "theirs", "withheld", "why", "parameter"),
    [
        ({}, {}, (), "the same settings", "pref_params"),
        ({}, {"temperature": 1.3}, ("temperature",), "was not sent", "pref_params"),
        (
            {"temperature": 0},
            {"temperature": 0, "frequency_penalty": 0.2},
            (),
            "temperature 0",
            "pref_params",
        ),
        ({"seed": 7}, {"seed": 7, "temperature": 0.8}, (), "the same seed", "seed"),
        ({}, {"temperature": 1.3}, (), "may ignore", "pref_params"),
    ],
    ids=["same settings", "withheld", "temperature 0", "seed", "ignored"],
)
def test_identical_answers_are_explained(
    own: dict[str, object], theirs: dict[str, object], withheld: tuple[str, ...], why: str, parameter: str
) -> None:
    """Two equal answers are refused with the likeliest reason and the parameter to change."""
    said = same(own, theirs, withheld)
    assert why in said
    assert said.endswith(f"[{parameter}]")


@pytest.mark.parametrize(
    ("own", "theirs", "remedy"),
    [
        ({}, {}, {"pref_params.temperature": 1.5}),
        ({"temperature": 1.4}, {"temperature": 1.4}, {"pref_params.temperature": 0.3}),
        ({"seed": 7}, {"seed": 7, "temperature": 0.8}, {"seed": None}),
        ({}, {"temperature": 1.5}, {}),
    ],
)
def test_a_remedy_is_something_else_than_was_tried(
    own: dict[str, object], theirs: dict[str, object], remedy: dict[str, object]
) -> None:
    """What is offered against equal answers is far from the settings that gave them."""
    refused = refusal(pending("Blue.", "Blue.", own=own, other=theirs))
    assert refused is not None
    assert dict(refused.remedy) == remedy


@pytest.mark.parametrize(
    ("own", "ended", "remedy", "again"),
    [
        ({"max_tokens": 5}, "length", {"max_tokens": 256}, False),
        ({"max_tokens": 500}, "length", {"max_tokens": 1000}, False),
        ({}, "length", {}, False),
        ({"max_tokens": 5}, "done", {}, True),
        ({"seed": 7}, "done", {"seed": None}, False),
        ({"temperature": 0}, "done", {}, False),
    ],
)
def test_an_empty_answer_is_offered_what_helps(
    own: dict[str, object], ended: EndedAs, remedy: dict[str, object], again: bool
) -> None:
    """More tokens are offered where they ran out, another draw where there is one; nothing that cannot help."""
    theirs = {"temperature": 1.3, **own}
    refused = refusal(pending("", own=own, other=theirs, ended=(ended, "done")))
    assert refused is not None
    assert (dict(refused.remedy), refused.again) == (remedy, again)
    assert ("max_tokens" in str(refused)) == (ended == "length")


def test_the_second_sides_own_limit_is_not_mended_in_the_first() -> None:
    """A row that does not reach the side whose tokens ran out is none to change."""
    refused = refusal(
        pending(second="", own={"max_tokens": 90}, other={"max_tokens": 5}, ended=("done", "length"))
    )
    assert refused is not None and not refused.remedy


def test_equal_texts_with_different_calls_differ() -> None:
    """Answers that call functions differently are not identical."""
    pair = pending("", "")
    pair = with_calls(pair, "first", ToolCall("1", "clock", "{}"))
    assert refusal(with_calls(pair, "second", ToolCall("2", "clock", '{"zone":"UTC"}'))) is None
    assert refusal(with_calls(pair, "second", ToolCall("2", "clock", "{}"))) is not None
