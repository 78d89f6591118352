"""A request and a profile become a body and a report; the only place where a body is made.

Kept apart, and pure, so that what the report says can be proven on the bytes that leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.events import Report, ReportLine
from playground.wire.profiles import Addition, Profile
from playground.wire.rules import Outcome

Body = dict[str, Any]

_EXTRA: Final = "From the extra JSON, as it stands there."


def build(request: ChatRequest, profile: Profile) -> tuple[Body, Report]:
    """The body as it leaves, and one report line for model, messages, every set parameter, addition and extra field.

    What is not set is not sent. The extra JSON goes in last, at top level; a parameter whose field it replaces
    (or brings in although it was withheld) is reported as overridden.
    """
    outcomes = {"model": _model(request, profile), "messages": _messages(request, profile)}
    given = {"model": request.model.id, "messages": list(request.messages), **request.parameters}
    for name in request.parameters:
        outcomes[name] = profile.rule(name).apply(name, request)
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


def _completed(addition: Addition, request: ChatRequest) -> Any:
    """What is added, with what the extra JSON says in its place or, in an object, beside it."""
    given = request.extra.get(addition.name, {})
    return {**addition.value, **given} if isinstance(given, Mapping) else given


def _model(request: ChatRequest, profile: Profile) -> Outcome:
    name = request.model.id or profile.unnamed_model
    return Outcome("sent" if name == request.model.id else "encoded", {"model": name}, "")


def _messages(request: ChatRequest, profile: Profile) -> Outcome:
    plain = [dict(message) for message in request.messages]
    if profile.messages is None:
        return Outcome("sent", {"messages": plain})
    encoded = profile.messages(request)
    if encoded == plain:
        return Outcome("sent", {"messages": plain})
    return Outcome("encoded", {"messages": encoded}, "This model's template knows text only: see the body.")


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
