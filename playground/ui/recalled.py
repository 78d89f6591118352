"""What a saved vote can still reveal of its pair, once the program that streamed the pair has ended.

Kept apart because it reads a record, where `rounds` reads the answers themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.errors import StreamFailed
from playground.events import Answer, ReportLine, Usage
from playground.preference.pair import Slot, other, slot_at
from playground.preference.tally import differing_settings
from playground.preference.vote import Side, Vote
from playground.ui.frames import report_rows, summary
from playground.ui.rounds import POSITIONS


def recalled(vote: Vote) -> dict[str, dict[str, Any]]:
    """What was hidden before the vote, by position, as `Round.reveal` tells it; without scores, which no vote keeps.

    Nor is there evidence: it is read from what the server sent, and would be missed here where it was there.
    """
    return {position: _side(vote, slot_at(position, vote.shown_left)) for position in POSITIONS}


def _side(vote: Vote, slot: Slot) -> dict[str, Any]:
    side, answer = vote.side(slot), _answer(vote.side(slot), vote.prompt)
    others = vote.side(other(slot)).parameters.requested
    return {
        "slot": slot,
        "model": side.name,
        "settings": differing_settings(side.parameters.requested, others),
        **summary(answer),
        "evidence": {},
        "id": None,
        "body": dict(answer.body),
        "report": report_rows(answer.report),
        "logprobs": [],
        "call_ids": [call.id for call in side.tool_calls],
    }


def _answer(side: Side, prompt: tuple[Mapping[str, Any], ...]) -> Answer:
    """The answer as far as the record has it, with the request's messages back in their place."""
    first_ms, body = side.timing.first_token_ms, side.parameters.body
    tokens = side.tokens
    return Answer(
        text=side.text,
        reasoning=side.reasoning,
        usage=Usage(tokens.prompt, tokens.completion, tokens.counted, tokens.usage),
        finish_reason=side.finish_reason,
        ended="cut off" if side.ended == "streaming" else side.ended,
        error=StreamFailed(side.error) if side.error else None,
        body={"messages": list(prompt), **body} if body else {},
        report=tuple(ReportLine(**line) for line in side.parameters.report),
        first_token_s=None if first_ms is None else first_ms / 1000,
        total_s=side.timing.total_ms / 1000,
    )
