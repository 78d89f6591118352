"""A change of mind on a pair that only its saved vote still tells of: the program that streamed it has ended.

Kept apart because everything here is read from the record, where `ballot` sees the answers themselves.
"""

from __future__ import annotations

from datetime import datetime

from playground.chat import ChatRequest, ModelRef
from playground.events import Answer, ToolCall
from playground.preference.ballot import Ballot, check, later_than, superseding
from playground.preference.pair import PairSide, PendingPair
from playground.preference.vote import Side, Vote


def reconsidered(previous: Vote, ballot: Ballot, now: datetime | None = None) -> Vote | None:
    """The vote that supersedes `previous`, or None where the record cannot tell what this one is about.

    That is where nothing shows that it is the same voter's, and where another choice is made of answers that went on
    after the vote: the record holds them as they were then. Raises VoteError as `changed` does.
    """
    if not ballot.annotator or ballot.annotator != previous.annotator:
        return None
    check(_pair(previous), ballot)
    vote = superseding(previous, ballot, later_than(previous, now), {})
    return None if previous.early and vote.choice != previous.choice else vote


def _pair(vote: Vote) -> PendingPair:
    """The pair as far as it decides whether a vote on it makes sense."""
    return PendingPair(
        vote.round_id,
        _side(vote, vote.first),
        _side(vote, vote.second),
        vote.draw,
        vote.mode,
        vote.diff_frequency,
        vote.pref_params,
        vote.voted_at,
    )


def _side(vote: Vote, side: Side) -> PairSide:
    asked = side.parameters
    request = ChatRequest(ModelRef(side.provider, side.model), vote.prompt, asked.requested, asked.extra)
    calls = tuple(ToolCall(call.id, call.name, call.arguments) for call in side.tool_calls)
    ended = "cut off" if side.ended == "streaming" else side.ended
    answer = Answer(text=side.text, tool_calls=calls, ended=ended, body=asked.body)
    return PairSide(request, side.server, side.engine, answer, side.ended != "streaming")
