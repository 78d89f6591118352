"""A saved vote read back as the pair that it was cast on, for a program that did not stream it: it was started anew.

A record knows less than the program that made it: no scores, nothing of the response as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.attachments import Attachment
from playground.chat import ChatRequest, ModelRef
from playground.errors import StreamFailed
from playground.events import Answer, ReportLine, ToolCall, Usage
from playground.votes.ballot import Ballot, choice_of
from playground.votes.pair import PairSide, PendingPair
from playground.votes.vote import Side, Vote


def pair_of(vote: Vote) -> PendingPair:
    """The pair as it stood when this vote was cast; a side that was streaming then has not ended, and is cut off."""
    return PendingPair(
        vote.round_id,
        _side(vote.first, vote.prompt),
        _side(vote.second, vote.prompt),
        vote.draw,
        vote.mode,
        vote.diff_frequency,
        vote.pref_params,
        vote.voted_at,
    )


def can_be_superseded(vote: Vote, ballot: Ballot) -> bool:
    """Whether the record alone tells what a second thought on its pair is about.

    Not where nothing shows that it is the same voter's, nor where another choice is made of answers that went on
    after the vote: the record holds them as they were then.
    """
    is_own = bool(ballot.annotator) and ballot.annotator == vote.annotator
    return is_own and (not vote.early or choice_of(ballot, vote.shown_left) == vote.choice)


def _side(side: Side, prompt: tuple[Mapping[str, Any], ...]) -> PairSide:
    asked = side.parameters
    model = ModelRef(side.provider, side.model)
    request = ChatRequest(model, prompt, asked.requested, asked.extra, preset=side.preset)
    return PairSide(request, side.server, side.engine, _answer(side, prompt), side.ended != "streaming")


def _answer(side: Side, prompt: tuple[Mapping[str, Any], ...]) -> Answer:
    """The answer as far as the record has it, with the request's messages back in their place."""
    first_ms, body = side.timing.first_token_ms, side.parameters.body
    tokens = side.tokens
    return Answer(
        text=side.text,
        refusal=side.refusal,
        attachments=tuple(map(Attachment, side.attachments)),
        reasoning=side.reasoning,
        tool_calls=tuple(ToolCall(call.id, call.name, call.arguments) for call in side.tool_calls),
        usage=Usage(tokens.prompt, tokens.completion, tokens.counted, tokens.usage),
        finish_reason=side.finish_reason,
        ended="cut off" if side.ended == "streaming" else side.ended,
        error=StreamFailed(side.error) if side.error else None,
        body={"messages": list(prompt), **body} if body else {},
        report=tuple(ReportLine(**line) for line in side.parameters.report),
        first_token_s=None if first_ms is None else first_ms / 1000,
        total_s=side.timing.total_ms / 1000,
    )
