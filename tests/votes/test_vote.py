"""A vote says everything about its pair, nothing about keys and people, and reads back as it was written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from pydantic import BaseModel, ValidationError

from playground.errors import StreamFailed, VoteError
from playground.events import Answer, ToolCall
from playground.votes.ballot import Ballot, annotator_of, cast, changed, language_of
from playground.votes.pair import PairSide, PendingPair, Slot, begin, left_of, new_id, slot_at
from playground.votes.store.vote_facts import facts_of
from playground.votes.vote import REASONS, Vote, from_row, parse, to_row
from tests.votes.making import NOON, answer, pending, request, unhurried, vote, votes, with_calls
from tests.votes.test_redaction import KEYS, LETTERS


@unhurried
@given(votes())
def test_a_vote_reads_back_as_it_was_written(cast_vote: Vote) -> None:
    """JSON and the flat row both give an equal vote back, with the same digest."""
    text = cast_vote.to_json()
    assert Vote.from_json(text) == cast_vote
    row = json.loads(json.dumps(to_row(cast_vote, text)))
    assert from_row(row) == cast_vote
    assert from_row(row).digest == cast_vote.digest
    assert all(value is not None for value in row.values())


@pytest.mark.parametrize("left", ["first", "second"])
def test_the_choice_is_kept_by_slot(left: Slot) -> None:
    """What the voter says of left and right is recorded for the answers that stood there."""
    said = vote(pending(left=left), "left", reasons_left=("clear",), reasons_right=("wrong", "too long"))
    assert (said.choice, said.shown_left) == (left, left)
    reasons = {"first": said.reasons_first, "second": said.reasons_second}
    assert reasons.pop(left) == ("clear",)
    assert list(reasons.values()) == [("wrong", "too long")]
    assert left_of(said.draw, said.round_id) == left


def test_the_record_is_whole() -> None:
    """Prompt, answers, settings as set and as sent, report, seed, ends, times, tokens and draw are all there."""
    pair = pending(own={"seed": 42}, other={"seed": 42, "temperature": 1.3}, ended=("length", "done"))
    raw = ('{"id":"chat-1","model":"real/model","provider":"Fast","system_fingerprint":"fp_1"}',)
    pair = pair.with_ended("first", replace(pair.first.answer, raw=raw, reasoning="hm", headers={"Via": "x"}))
    said = vote(pair, "tie", strength=2, comment="close", language="de")
    assert said.prompt == ({"role": "user", "content": "Name a colour."},)
    assert (said.first.text, said.second.text) == ("Blue.", "Green, like the sea.")
    assert said.first.parameters.requested == {"temperature": 0.7, "seed": 42}
    assert said.second.parameters.body == {"model": "some/model", "seed": 42, "temperature": 1.3}
    assert said.first.parameters.report[0]["state"] == "sent"
    assert (said.first.seed, said.first.name, said.first.server) == (42, "server/some/model", "host.example")
    assert (said.first.ended, said.first.finish_reason, said.second.finish_reason) == ("length", None, "stop")
    assert (said.first.timing.first_token_ms, said.first.timing.total_ms) == (50, 800)
    assert (said.first.tokens.prompt, said.first.tokens.counted) == (12, False)
    served = said.first.served
    assert (served.request_id, served.model, served.provider) == ("chat-1", "real/model", "Fast")
    assert served.fingerprint == "fp_1"
    assert (said.first.reasoning, said.app_version, said.mode) == ("hm", "1.0", "blind")
    assert (said.diff_frequency, said.pref_params) == (0.25, {"temperature": 1.3})
    assert (said.strength, said.comment, said.language) == (2, "close", "de")
    assert (said.decision_ms, said.voted_at - NOON) == (20_000, timedelta(seconds=20))
    assert not said.early


def test_messages_that_were_sent_otherwise_are_kept() -> None:
    """Where a server was sent other messages than the conversation, both are in the record."""
    pair = pending()
    body = {
        **pair.first.answer.body,
        "messages": [{"role": "user", "content": "Functions: ... Name a colour."}],
    }
    said = vote(pair.with_ended("first", replace(pair.first.answer, body=body)))
    assert said.first.parameters.body["messages"][0]["content"].startswith("Functions")
    assert "messages" not in said.second.parameters.body


def test_an_early_vote_says_what_it_cut_short() -> None:
    """A vote before the end names the side that was still streaming, and the one it stopped."""
    whole = pending()
    pair = begin(whole.first, PairSide(request()), diff_frequency=1, pref_params={}, now=lambda: NOON)
    pair = pair.so_far("second", Answer(text="Gre"))
    loser = "right" if pair.left == "first" else "left"
    said = vote(pair, "left" if loser == "right" else "right", stopped=(loser,))
    assert said.early
    assert (said.choice, said.unfinished, said.stopped) == ("first", ("second",), ("second",))
    assert (said.first.ended, said.second.ended) == ("done", "streaming")


def test_changing_ones_mind_is_another_vote() -> None:
    """A changed vote names the one it supersedes, is later whatever the clock says, and keeps the pair."""
    pair = pending()
    before = vote(pair, "left", strength=3, comment="yes")
    ballot = Ballot(new_id(), "right")
    after = changed(pair, before, ballot, NOON - timedelta(days=1))
    assert (after.supersedes, after.round_id) == (before.vote_id, before.round_id)
    assert after.voted_at > before.voted_at
    assert {before.choice, after.choice} == {"first", "second"}
    assert (after.decision_ms, changed(pair, before, Ballot(new_id(), "left", comment="so")).decision_ms) == (
        None,
        before.decision_ms,
    )
    assert (after.strength, after.comment, after.first) == (None, "", before.first)


def half_of(pair: PendingPair, *, stopped: bool) -> PendingPair:
    """The pair with "Gre" on the right, where more is to come or where it was stopped."""
    slot = slot_at("right", pair.left)
    half = pair.with_ended(slot, replace(pair.side(slot).answer, text="Gre", ended="cancelled"))
    if stopped:
        return half
    streaming = replace(half.side(slot), ended=False)
    return replace(half, first=streaming) if slot == "first" else replace(half, second=streaming)


def test_another_choice_is_one_of_the_answers_as_they_stand_then() -> None:
    """After an early vote the stopped answer is recorded as it was shown, and the pair stays a stopped one."""
    whole = pending("A whole answer.", "A whole answer too.")
    right = slot_at("right", whole.left)
    early = vote(half_of(whole, stopped=False), "left", stopped=("right",))
    assert (early.unfinished, early.stopped, early.side(right).ended) == ((right,), (right,), "streaming")
    assert [early.side(slot_at(p, whole.left)).timing.total_ms for p in ("left", "right")] == [800, 20_000]
    shown = half_of(whole, stopped=True)
    louder = changed(shown, early, Ballot(new_id(), "left", comment="clearer"))
    assert (louder.mode, louder.unfinished, louder.side(right).ended) == ("blind", (right,), "streaming")
    after = changed(shown, early, Ballot(new_id(), "right"))
    assert (after.mode, after.unfinished, after.stopped) == ("open", (), (right,))
    assert (after.side(right).text, after.side(right).ended) == ("Gre", "cancelled")
    assert facts_of(after).longer == ""
    both = changed(shown, early, Ballot(new_id(), "right", stopped=("left",)))
    assert both.stopped == ("first", "second")


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        ("10.0.0.5 refused (HTTP 500): no.", "a server by address refused (HTTP 500): no."),
        ("10.0.0.5:8080 at 12:30:45: v1.2.3", "a server by address at 12:30:45: v1.2.3"),
        ("fe80::1 broke off, [::1]:80 too", "a server by address broke off, a server by address too"),
        ("moved to http://[fd00::5]:80/v1, ask there", "moved to a server by address, ask there"),
        ("HTTPS://10.0.0.7/v1 of version 1.2.3.4.5", "a server by address of version 1.2.3.4.5"),
        ("fe80::7%eth0 or 2001:db8:: broke off", "a server by address or a server by address broke off"),
        ("host.example refused: see https://host.example/x.", "host.example refused: see host.example."),
    ],
)
def test_an_error_is_kept_without_the_address(error: str, kept: str) -> None:
    """What went wrong is in the record; where in somebody's network the server stands is not."""
    pair = pending(ended=("error", "done"))
    failed = replace(pair.first.answer, error=StreamFailed(error, "Try again."))
    assert vote(pair.with_ended("first", failed), "skip").first.error == f"{kept} Try again."


def test_no_key_cookie_or_address_is_kept() -> None:
    """Keys in the question, the answers, the comment, the extra JSON, errors and headers do not reach the record."""
    for key in KEYS.values():
        asked = request(messages=({"role": "user", "content": f"my key is {key}"},))
        asked = replace(asked, extra={"headers": {"Authorization": f"Bearer {key}"}})
        broken = StreamFailed(f"bad key {key}")
        given = answer(asked, f"Your key {key} is fine.", headers={"set-cookie": "sid=c00kie"}, error=broken)
        other = answer(asked, "No.", raw=(json.dumps({"id": key}),))
        pair = begin(PairSide(asked), PairSide(asked), diff_frequency=1, pref_params={}, now=lambda: NOON)
        said = vote(pair.with_ended("first", given).with_ended("second", other), comment=f"({key})")
        text = said.to_json()
        assert LETTERS not in text
        assert key not in text
        assert "c00kie" not in text
        assert Vote.from_json(text) == said


def test_a_refused_pair_takes_only_a_skip() -> None:
    """Where there is nothing to compare, a choice is refused with the reason, and a skip is recorded."""
    pair = pending("Same.", "Same.")
    with pytest.raises(VoteError, match="word for word"):
        vote(pair)
    assert vote(pair, "skip").choice == "skip"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"said": "up"}, "'up'"),
        ({"strength": 4}, "strength"),
        ({"vote_id": "1 or 1=1"}, "vote_id"),
        ({"comment": "x" * 4001}, "comment"),
        ({"reasons_left": ("because",)}, "'because'"),
        ({"reasons_right": REASONS + REASONS[:1]}, "twice"),
        ({"comment": "half \ud800"}, "half of a character"),
    ],
    ids=["said", "strength", "id", "comment", "reason", "reasons", "surrogate"],
)
def test_a_wrong_ballot_is_an_error_that_names_the_field(fields: dict[str, Any], named: str) -> None:
    """Nothing out of range becomes a vote; the error says which field is wrong."""
    with pytest.raises(VoteError, match=named):
        vote(**fields)


def test_every_reason_on_offer_can_be_given() -> None:
    """Whoever ticks all that the page offers, on both sides, has cast a vote."""
    said = vote(reasons_left=REASONS, reasons_right=REASONS)
    assert said.reasons_first == said.reasons_second == REASONS


def test_half_of_a_character_is_no_vote() -> None:
    """An answer that cannot be written as UTF-8 is refused instead of being stored altered."""
    with pytest.raises(VoteError, match="half of a character"):
        vote(pending("half \udc00"))


def test_a_vote_cannot_be_changed() -> None:
    """A record is frozen, through and through its own fields."""
    said = vote()
    for record, field in ((said, "choice"), (said.first, "text"), (said.first.timing, "total_ms")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, field, "x")


def test_an_altered_answer_is_noticed() -> None:
    """A line whose answer is not the one that was voted on is refused."""
    line = vote().to_json().replace("Blue.", "Bleu.", 1)
    with pytest.raises(VoteError, match="not the one that was voted on"):
        Vote.from_json(line)


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"schema_version":1}', "\x00"])
def test_other_lines_are_no_votes(line: str) -> None:
    """Whatever is not a vote is an error in words."""
    with pytest.raises(VoteError):
        Vote.from_json(line)


def test_a_vote_of_a_later_schema_is_refused() -> None:
    """A newer record is not read halfway."""
    with pytest.raises(VoteError, match="newer version"):
        Vote.from_json(vote().to_json().replace('"schema_version":1', '"schema_version":2'))
    with pytest.raises(VoteError, match="surprise"):
        parse({**vote().model_dump(), "surprise": 1})


def test_the_digest_covers_what_was_said_and_not_when() -> None:
    """A retry a moment later is the same vote; another word is another vote."""
    pair, ballot = pending(), Ballot(new_id(), "left")
    one = cast(pair, ballot, "1.0", NOON)
    again = cast(pair, ballot, "1.0", NOON + timedelta(seconds=3))
    assert one.digest == again.digest
    assert one.digest != cast(pair, replace(ballot, comment="x"), "1.0", NOON).digest
    assert one.digest != cast(pair, replace(ballot, said="right"), "1.0", NOON).digest


def test_a_schema_given_as_a_class_is_recorded_as_its_schema() -> None:
    """In Python response_format may be a Pydantic class; the record holds its JSON Schema."""

    class Colour(BaseModel):
        name: str

    said = vote(pending(own={"response_format": Colour}))
    assert said.first.parameters.requested["response_format"]["properties"]["name"]["type"] == "string"


def test_function_calls_are_recorded() -> None:
    """An answer's function calls are in the record as they came, broken JSON included."""
    said = vote(with_calls(pending(), "first", ToolCall("c1", "clock", "{broken")))
    assert [call.model_dump() for call in said.first.tool_calls] == [
        {"id": "c1", "name": "clock", "arguments": "{broken"}
    ]


def test_what_only_its_server_may_have_back_is_in_no_record() -> None:
    """A message's private key names a server and holds its signatures: a vote has the conversation without it."""
    said = {"role": "assistant", "content": "Hi", "returned": {"server": "me:80", "fields": {"s": "opaque"}}}
    asked: list[dict[str, Any]] = [
        {"role": "user", "content": "Hello"},
        said,
        {"role": "user", "content": "Colour?"},
    ]
    pair = pending(messages=asked)
    for slot in ("first", "second"):
        left_with = replace(pair.side(slot).answer, body={"messages": [asked[0], asked[2]]})
        pair = pair.with_ended(slot, left_with)
    cast_vote = vote(pair)
    assert cast_vote.prompt[1] == {"role": "assistant", "content": "Hi"}
    assert "opaque" not in cast_vote.to_json() and "me:80" not in cast_vote.to_json()


def test_voters_are_told_apart_without_being_known() -> None:
    """A browser's random number gives one mark, from which it cannot be read; a name or an address gives none."""
    drawn, other = new_id(), new_id()
    assert annotator_of(drawn) == annotator_of(drawn) != annotator_of(other)
    assert len(annotator_of(drawn)) == 32
    assert annotator_of(drawn) not in drawn.replace("-", "")
    assert {annotator_of(word) for word in ("", "ada", "192.168.1.7", "ada@host.example", drawn + "x")} == {
        ""
    }


@pytest.mark.parametrize(
    ("tag", "kept"), [("de", "de"), ("pt-BR", "pt-BR"), ("", ""), ("my name is Ada", ""), ("x" * 40, "")]
)
def test_a_language_is_kept_where_it_is_one(tag: str, kept: str) -> None:
    """Whatever else a browser sends in its place is left out."""
    assert language_of(tag) == kept
