"""A request and a profile become a body and a report; the only place where a body is made.

Kept apart, and pure, so that what the report says can be proven on the bytes that leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from playground.chat import ChatRequest
from playground.events import Report, ReportLine
from playground.wire.addresses import origin
from playground.wire.kinds.profile import Addition, Profile
from playground.wire.returned import bare
from playground.wire.rules import Outcome, Withhold
from playground.wire.turns import Recipient, outgoing

Body = dict[str, Any]

_NOT_IN_PAIRS: Final = {"n": Withhold("Not in a pair, whose two answers are one each.")}
"""What no kind of server is sent for one side of a pair."""

_EXTRA: Final = "From the extra JSON, as it stands there."


def build(request: ChatRequest, profile: Profile, server: str = "") -> tuple[Body, Report]:
    """The body as it leaves, and one report line for model, messages, every set parameter, addition and extra field.

    What is not set is not sent. The extra JSON goes in last, at top level; a parameter whose field it replaces
    (or brings in although it was withheld) is reported as overridden. `server` is where it goes (`server_name`):
    what that server sent beside earlier answers goes back to it, and to no other.
    """
    model = _model(request, profile)
    to = Recipient(server, model.fields["model"])
    outcomes = {"model": model, "messages": _messages(request, profile, to)}
    given = {"model": request.model.id, "messages": list(bare(request.messages)), **request.parameters}
    for name in request.parameters:
        rule = _NOT_IN_PAIRS.get(name) if request.is_side else None
        outcomes[name] = (rule or profile.rule(name)).apply(name, request)
    body: Body = {}
    for outcome in outcomes.values():
        body.update(outcome.fields)
    lines = [_line(name, given[name], outcome, request) for name, outcome in outcomes.items()]
    body.update(request.extra)
    for addition in profile.adds:
        body[addition.name] = _completed(addition, request)
        lines.append(_added(addition, body[addition.name], request))
    told = {
        *outcomes,
        *(field for o in outcomes.values() for field in o.fields),
        *(a.name for a in profile.adds),
    }
    lines += [ReportLine(n, "sent", v, _EXTRA) for n, v in request.extra.items() if n not in told]
    return body, tuple(lines)


def server_name(profile: Profile, base_url: str) -> str:
    """The host and port of a base URL, by which a server knows again what it sent; empty for the embedded model.

    >>> from playground.wire.kinds.openai import OPENAI
    >>> server_name(OPENAI, "http://127.0.0.1:8000/v1")
    '127.0.0.1:8000'
    """
    return "" if profile.flavour == "embedded" else origin(base_url).partition("://")[2]


def _completed(addition: Addition, request: ChatRequest) -> Any:
    """What is added, with what the extra JSON says in its place or, in an object, beside it."""
    given = request.extra.get(addition.name, {})
    return {**addition.value, **given} if isinstance(given, Mapping) else given


def _model(request: ChatRequest, profile: Profile) -> Outcome:
    name = request.model.id or profile.unnamed_model
    return Outcome("sent" if name == request.model.id else "encoded", {"model": name}, "")


def _messages(request: ChatRequest, profile: Profile, to: Recipient) -> Outcome:
    sent, why = outgoing(request.messages, profile.turns, to)
    if profile.messages is not None:
        encoded = profile.messages(replace(request, messages=tuple(sent)))
        if encoded != sent:
            sent, why = encoded, f"This model's template knows text only: see the body. {why}".rstrip()
    state: Literal["sent", "encoded"] = "sent" if sent == list(bare(request.messages)) else "encoded"
    if request.prefill and profile.continuation.fields:
        fields = {"messages": sent, **profile.continuation.fields}
        return Outcome("encoded", fields, f"{why} {profile.continuation.why}".strip())
    return Outcome(state, {"messages": sent}, why)


def _line(name: str, value: Any, outcome: Outcome, request: ChatRequest) -> ReportLine:
    replaced = {field: request.extra[field] for field in (*outcome.fields, name) if field in request.extra}
    if replaced:
        wire = replaced[name] if set(replaced) == {name} else replaced
        return ReportLine(name, "overridden", value, "The extra JSON has the last word.", wire)
    if outcome.state != "encoded":
        return ReportLine(name, outcome.state, value, outcome.why)
    wire = outcome.fields[name] if set(outcome.fields) == {name} else dict(outcome.fields)
    return ReportLine(name, "encoded", value, outcome.why, wire)


def _added(addition: Addition, sent: Any, request: ChatRequest) -> ReportLine:
    kept = isinstance(sent, Mapping) and all(sent.get(n) == v for n, v in addition.value.items())
    if kept:
        return ReportLine(addition.name, "added", addition.value, addition.why, sent)
    why = "The extra JSON has the last word."
    return ReportLine(addition.name, "overridden", addition.value, why, request.extra[addition.name])
