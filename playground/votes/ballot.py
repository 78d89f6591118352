"""What a voter says about a pair, and how it becomes a vote.

The page speaks of left and right, and the record of the two slots: here one becomes the other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel
from pydantic_core import from_json, to_json, to_jsonable_python

from playground.chat import JsonObject
from playground.errors import VoteError
from playground.events import Answer
from playground.schema.closed import schema_of_class
from playground.votes.pair import PairSide, PendingPair, Position, Slot, refusal, slot_at
from playground.votes.redaction import redacted, without_addresses
from playground.votes.self_naming import names_itself
from playground.votes.vote import REASONS, Choice, Consent, Vote, parse, sha256_of
from playground.wire.returned import bare

Said = Literal["left", "right", "tie", "both_bad", "skip"]


@dataclass(frozen=True, slots=True)
class Ballot:
    """What the voter says, in terms of what is on the screen; `vote_id` is the page's and the same on a retry.

    `strength`: 1 slightly, 2 clearly, 3 much better. `stopped`: the sides that this vote stops. `annotator` and
    `language` are as `annotator_of` and `language_of` make them.
    """

    vote_id: str
    said: Said
    strength: int | None = None
    reasons_left: tuple[str, ...] = ()
    reasons_right: tuple[str, ...] = ()
    comment: str = ""
    stopped: tuple[Position, ...] = ()
    annotator: str = ""
    language: str = ""
    consent: Consent = field(default_factory=Consent)


_DRAWN: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


def annotator_of(drawn: str) -> str:
    """A mark that tells voters apart: a hash keyed (HMAC-SHA-256) by the random number that a browser drew for itself.

    Not the number itself, so that who reads the votes cannot cast more under it. Empty where none was drawn.
    """
    if not _DRAWN.fullmatch(drawn):
        return ""
    return hmac.new(drawn.encode(), b"annotator", hashlib.sha256).hexdigest()[:32]


def language_of(tag: str) -> str:
    """The language that a browser asks for, such as de or pt-BR; empty where it says nothing of the kind."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def cast(pair: PendingPair, ballot: Ballot, app_version: str, now: datetime | None = None) -> Vote:
    """The vote on a pair as it stands now. Raises VoteError where the pair is refused or the ballot is wrong."""
    check(pair, ballot)
    at = now or datetime.now(UTC)
    fields = {
        **_said(ballot, pair.left),
        **_seen(pair, at),
        "vote_id": ballot.vote_id,
        "round_id": pair.round_id,
        "voted_at": at,
        "app_version": app_version,
        "mode": pair.mode,
        "prompt": bare(pair.first.request.messages),
        "shown_left": pair.left,
        "draw": pair.draw,
        "diff_frequency": pair.diff_frequency,
        "pref_params": pair.pref_params,
        "decision_ms": _whole_ms(at - pair.started_at),
        "stopped": _stopped(ballot, pair.left),
    }
    return parse(_plain(fields))


def changed(pair: PendingPair, previous: Vote, ballot: Ballot, now: datetime | None = None) -> Vote:
    """The vote of someone who has changed their mind on the same pair; the earlier one stays stored.

    Another choice than before is made of the answers as they stand now, with everything in view, and so is no blind
    one, nor one whose time to decide is known; the same choice with more words stays one of what was judged then. It
    is later than the one it supersedes, whatever the clock says, and whoever was stopped before stays stopped.
    Raises VoteError as `cast` does.
    """
    check(pair, ballot)
    at = max(now or datetime.now(UTC), previous.voted_at + timedelta(milliseconds=1))
    fields = {
        **previous.model_dump(),
        **_said(ballot, previous.shown_left),
        "vote_id": ballot.vote_id,
        "supersedes": previous.vote_id,
        "voted_at": at,
        "stopped": sorted({*previous.stopped, *_stopped(ballot, previous.shown_left)}),
    }
    if fields["choice"] != previous.choice:
        went_on = _seen(pair, at) if previous.early else {}  # what had ended by then stands as it was judged
        fields.update(went_on, mode="open", decision_ms=None)
    return parse(_plain(fields))


def repeats(ballot: Ballot, vote: Vote) -> bool:
    """Whether a ballot says, word for word, what this vote says. Raises VoteError where it cannot be written down.

    Consent is left out: what it comes to depends on where votes are copied to, which a restart can change.
    """
    said = _said(ballot, vote.shown_left)
    del said["consent"]
    return bool(_plain(said) == vote.model_dump(mode="json", include=set(said)))


def check(pair: PendingPair, ballot: Ballot) -> None:
    """Raises VoteError where the ballot says what cannot be said, or the pair is worth no vote but a skip."""
    if ballot.said not in get_args(Said):
        raise VoteError(
            f"A vote says {', '.join(get_args(Said))}; this one says {str(ballot.said)[:40]!r}.",
            "Vote again.",
        )
    wrong = [r for r in (*ballot.reasons_left, *ballot.reasons_right) if r not in REASONS]
    if wrong:
        raise VoteError(f"{str(wrong[0])[:40]!r} is none of the reasons on offer.", "Choose from the list.")
    if any(len(set(given)) < len(given) for given in (ballot.reasons_left, ballot.reasons_right)):
        raise VoteError("A reason is given twice for one answer.", "Give each at most once.")
    refused = None if ballot.said == "skip" else refusal(pair)
    if refused is not None:
        raise VoteError(refused.reason, refused.fix)


def _whole_ms(took: timedelta) -> int | None:
    """None where the clock was put back meanwhile: then nobody knows."""
    return round(took / timedelta(milliseconds=1)) if took >= timedelta() else None


def _seen(pair: PendingPair, at: datetime) -> dict[str, Any]:
    """What the voter has before them: both answers as far as they have come by then."""
    prompt = bare(pair.first.request.messages)
    since = max(0.0, (at - pair.started_at).total_seconds())
    return {
        "first": _side(pair.first, prompt, since),
        "second": _side(pair.second, prompt, since),
        "unfinished": [slot for slot in ("first", "second") if not pair.side(slot).ended],
    }


def _stopped(ballot: Ballot, left: Slot) -> list[Slot]:
    return sorted(slot_at(position, left) for position in ballot.stopped)


def choice_of(ballot: Ballot, left: Slot) -> Choice:
    """The choice as it is kept: the slot that was chosen, or what was said of both."""
    match ballot.said:
        case "left" | "right" as position:
            return slot_at(position, left)
        case no_side:
            return no_side


def _said(ballot: Ballot, left: Slot) -> dict[str, Any]:
    """The voter's words, with left and right turned into slots."""
    reasons = {slot_at("left", left): ballot.reasons_left, slot_at("right", left): ballot.reasons_right}
    return {
        "choice": choice_of(ballot, left),
        "strength": ballot.strength,
        "reasons_first": reasons["first"],
        "reasons_second": reasons["second"],
        "comment": ballot.comment,
        "annotator": ballot.annotator,
        "language": ballot.language,
        "consent": ballot.consent,
    }


def _side(side: PairSide, prompt: tuple[JsonObject, ...], since: float) -> dict[str, Any]:
    """One side's fields; `since` is for how many seconds it has been streaming, if it still does."""
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
        "refusal": answer.refusal,
        "attachments": [each.kind for each in answer.attachments],
        "preset": side.request.preset,
        "reasoning": answer.reasoning,
        "tool_calls": [
            {"id": call.id, "name": call.name, "arguments": call.arguments} for call in answer.tool_calls
        ],
        "finish_reason": answer.finish_reason,
        "ended": answer.ended if side.ended else "streaming",
        "error": "" if answer.error is None else without_addresses(str(answer.error)),
        "timing": {
            "first_token_ms": _milliseconds(answer.first_token_s),
            "total_ms": _milliseconds(answer.total_s if side.ended else since),
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
        return schema_of_class(value)
    return repr(value)
