"""What a voter says about a pair, and how it becomes a vote.

Kept apart because the page speaks of left and right, and the record of the two slots: here one becomes the other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel
from pydantic_core import from_json, to_json, to_jsonable_python

from playground.chat import JsonObject
from playground.errors import VoteError
from playground.events import Answer
from playground.preference.identity import names_itself
from playground.preference.pair import PairSide, PendingPair, Position, Slot, refusal, slot_at
from playground.preference.redaction import redacted
from playground.preference.vote import Choice, Consent, Vote, parse, sha256_of

Said = Literal["left", "right", "tie", "both_bad", "skip"]

REASONS: Final = (
    "correct",
    "complete",
    "clear",
    "follows the instruction",
    "right length",
    "creative",
    "wrong",
    "made up",
    "confusing",
    "ignores the instruction",
    "too long",
    "too short",
    "repetitive",
    "unsafe",
)
"""What a voter can say of one side with a click, the good first."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What the voter says, in terms of what is on the screen; `vote_id` is the page's and the same on a retry.

    `strength`: 1 slightly, 2 clearly, 3 much better. `stopped`: the sides that this vote stops.
    """

    vote_id: str
    said: Said
    strength: int | None = None
    reasons_left: tuple[str, ...] = ()
    reasons_right: tuple[str, ...] = ()
    comment: str = ""
    stopped: tuple[Position, ...] = ()
    edited: bool = False
    annotator: str = ""
    language: str = ""
    consent: Consent = field(default_factory=Consent)


def annotator_of(person: str, salt: bytes) -> str:
    """A keyed hash (HMAC-SHA-256) that tells voters apart without telling who they are."""
    return hmac.new(salt, person.encode(), hashlib.sha256).hexdigest()[:32]


def cast(pair: PendingPair, ballot: Ballot, app_version: str, now: datetime | None = None) -> Vote:
    """The vote on a pair as it stands now. Raises VoteError where the pair is refused or the ballot is wrong."""
    _check(ballot)
    refuse_useless(pair, ballot)
    at = now or datetime.now(UTC)
    prompt = tuple(pair.first.request.messages)
    fields = {
        **_said(ballot, pair.left),
        "vote_id": ballot.vote_id,
        "round_id": pair.round_id,
        "voted_at": at,
        "app_version": app_version,
        "mode": pair.mode,
        "prompt": prompt,
        "first": _side(pair.first, prompt),
        "second": _side(pair.second, prompt),
        "shown_left": pair.left,
        "draw": pair.draw,
        "diff_frequency": pair.diff_frequency,
        "pref_params": pair.pref_params,
        "decision_ms": round((at - pair.started_at) / timedelta(milliseconds=1)),
        "unfinished": [slot for slot in ("first", "second") if not pair.side(slot).ended],
    }
    return parse(_plain(fields))


def changed(previous: Vote, ballot: Ballot, now: datetime | None = None) -> Vote:
    """The vote of someone who has changed their mind on the same pair; the earlier one stays stored.

    Another choice than before was made with everything in view, and so is no blind one. It is later than the one
    it supersedes, whatever the clock says. Raises VoteError where the ballot is wrong.
    """
    _check(ballot)
    said = _said(ballot, previous.shown_left)
    at = max(now or datetime.now(UTC), previous.voted_at + timedelta(milliseconds=1))
    fields = {
        **previous.model_dump(exclude={"strength", "comment", "decision_ms"}),
        **said,
        "mode": previous.mode if said["choice"] == previous.choice else "open",
        "vote_id": ballot.vote_id,
        "supersedes": previous.vote_id,
        "voted_at": at,
        "stopped": previous.stopped,
    }
    return parse(_plain(fields))


def refuse_useless(pair: PendingPair, ballot: Ballot) -> None:
    """Raises VoteError where the pair, as it stands now, is worth no vote but a skip."""
    refused = None if ballot.said == "skip" else refusal(pair)
    if refused is not None:
        raise VoteError(refused.reason, refused.fix)


def _check(ballot: Ballot) -> None:
    wrong = [r for r in (*ballot.reasons_left, *ballot.reasons_right) if r not in REASONS]
    if ballot.said not in get_args(Said):
        raise VoteError(
            f"A vote says {', '.join(get_args(Said))}; this one says {str(ballot.said)[:40]!r}.",
            "Vote again.",
        )
    if wrong:
        raise VoteError(f"{str(wrong[0])[:40]!r} is none of the reasons on offer.", "Choose from the list.")


def _said(ballot: Ballot, left: Slot) -> dict[str, Any]:
    """The voter's words, with left and right turned into slots."""
    match ballot.said:
        case "left" | "right" as position:
            choice: Choice = slot_at(position, left)
        case no_side:
            choice = no_side
    reasons = {slot_at("left", left): ballot.reasons_left, slot_at("right", left): ballot.reasons_right}
    return {
        "choice": choice,
        "strength": ballot.strength,
        "reasons_first": reasons["first"],
        "reasons_second": reasons["second"],
        "comment": ballot.comment,
        "stopped": sorted(slot_at(position, left) for position in ballot.stopped),
        "edited_before_vote": ballot.edited,
        "annotator": ballot.annotator,
        "language": ballot.language,
        "consent": ballot.consent,
    }


def _side(side: PairSide, prompt: tuple[JsonObject, ...]) -> dict[str, Any]:
    answer, model = side.answer, side.request.model
    body = dict(answer.body)
    if _plain(body.get("messages")) == _plain(prompt):
        del body["messages"]
    text = _plain(answer.text)
    return {
        "provider": model.provider,
        "model": model.id,
        "server": side.server,
        "engine": side.engine,
        "parameters": {
            "requested": dict(side.request.parameters),
            "extra": dict(side.request.extra),
            "body": body,
            "report": answer.report,
        },
        "text": text,
        "text_sha256": sha256_of(text),
        "reasoning": answer.reasoning,
        "tool_calls": answer.tool_calls,
        "finish_reason": answer.finish_reason,
        "ended": answer.ended if side.ended else "streaming",
        "error": "" if answer.error is None else str(answer.error),
        "timing": {
            "first_token_ms": _milliseconds(answer.first_token_s),
            "total_ms": _milliseconds(answer.total_s),
        },
        "tokens": {
            "prompt": answer.usage.prompt_tokens,
            "completion": answer.usage.completion_tokens,
            "counted": answer.usage.counted,
            "usage": dict(answer.usage.raw),
        },
        "served": _served(answer),
        "identity_leak": names_itself(text, model.id, json.dumps(_plain(prompt), ensure_ascii=False)),
    }


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


_REQUEST_IDS: Final = ("x-request-id", "x-inference-id", "x-amzn-requestid", "request-id")


def _served(answer: Answer) -> dict[str, str]:
    """What the first chunk and the headers say of who answered; empty where they say nothing."""
    chunk: Any = None
    for line in answer.raw[:3]:
        try:
            chunk = from_json(line)
        except ValueError:
            continue
        break
    said = chunk if isinstance(chunk, Mapping) else {}
    headers = {name.lower(): value for name, value in answer.headers.items()}
    request_id = next((headers[name] for name in _REQUEST_IDS if name in headers), said.get("id"))
    return {
        "request_id": _text(request_id),
        "model": _text(said.get("model")),
        "provider": _text(said.get("provider") or headers.get("x-inference-provider")),
        "fingerprint": _text(said.get("system_fingerprint")),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: Any) -> Any:
    """Plain JSON without keys: what is stored is what a reader of the file gets. Raises VoteError."""
    try:
        return redacted(from_json(to_json(to_jsonable_python(value, fallback=_as_json))))
    except ValueError:
        raise VoteError(
            "The pair holds half of a character (a lone surrogate) or something that is not JSON.",
            "Skip it and ask again.",
        ) from None


def _as_json(value: Any) -> Any:
    """A Pydantic class given as response_format stands for its schema; anything else for its own text."""
    if isinstance(value, type) and issubclass(value, BaseModel):
        return value.model_json_schema()
    return repr(value)
