"""Four truths about every parameter of one answer: whether it was set, sent, accepted, and had an effect.

Kept apart, and pure, because this is what the product promises never to get wrong: each truth comes with one
sentence of why, and what cannot be known is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from playground.errors import ServerRefused
from playground.events import Answer, ReportLine
from playground.evidence.answer_facts import chunks, was_accepted
from playground.evidence.sign import Seen
from playground.evidence.signs import SIGNS
from playground.parameters import REGISTRY
from playground.value_types import shown

REMOVED_HEADERS: Final = ("ngrok-aig-removed-params",)
"""Response headers in which a gateway lists the parameters that it took out (ngrok AI gateway)."""


@dataclass(frozen=True, slots=True)
class Truth:
    """yes, no, or unknown; and why."""

    state: Seen
    why: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one parameter that was set, step by step on its way to the answer."""

    parameter: str
    set: Truth
    sent: Truth
    accepted: Truth
    effect: Truth
    dropped: bool = False
    """Whether it was taken out on the way to the model, in a call that was answered all the same."""

    @property
    def reached(self) -> Literal["set", "sent", "accepted", "effect"]:
        """The last step that is known to have been taken."""
        if self.sent.state != "yes":
            return "set"
        if self.effect.state == "yes":
            return "effect"
        return "accepted" if self.accepted.state == "yes" else "sent"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, as the page takes it."""
        steps = {"set": self.set, "sent": self.sent, "accepted": self.accepted, "effect": self.effect}
        truths = {name: {"state": truth.state, "why": truth.why} for name, truth in steps.items()}
        return {"parameter": self.parameter, "reached": self.reached, "dropped": self.dropped, **truths}


def evidence(answer: Answer) -> dict[str, Evidence]:
    """What is known of model, messages and every set parameter; the answer's own report says which were set."""
    return {
        line.parameter: _of(line, answer)
        for line in answer.report
        if line.parameter in REGISTRY and line.state != "added"
    }


def _of(line: ReportLine, answer: Answer) -> Evidence:
    sent = _sent(line)
    if sent.state != "yes":
        not_sent = Truth(
            "no", "This value was not sent." if line.state == "overridden" else "It was not sent."
        )
        sign = SIGNS[line.parameter](answer, line.value) if line.parameter in _USED_HERE else None
        return Evidence(line.parameter, _SET, sent, not_sent, Truth(*sign) if sign else not_sent)
    accepted = _accepted(line, answer)
    effect = _effect(line, answer, accepted)
    was_answered = was_accepted(answer) and not isinstance(answer.error, ServerRefused)
    dropped = accepted.state == "no" and effect.state == "no" and was_answered
    return Evidence(line.parameter, _SET, sent, accepted, effect, dropped)


_SET: Final = Truth("yes", "It was set.")
_USED_HERE: Final = ("diff_frequency", "pref_params")


def _sent(line: ReportLine) -> Truth:
    match line.state:
        case "withheld":
            return Truth("no", line.why)
        case "encoded":
            return Truth("yes", f"It was sent in another form. {line.why}".strip())
        case "overridden":
            return Truth("no", f"The extra JSON has the last word: {shown(line.wire)} was sent in its place.")
        case _:
            return Truth("yes", f"It was sent as it is. {line.why}".strip())


def _accepted(line: ReportLine, answer: Answer) -> Truth:
    """What the server, or a gateway on the way, says of it; HTTP 200 says only that nobody objected."""
    if isinstance(answer.error, ServerRefused):
        if answer.error.parameter == line.parameter:
            return Truth("no", answer.error.message)
        return Truth("unknown", "The request was refused, and not for this parameter as far as one can tell.")
    if not was_accepted(answer):
        return Truth("unknown", "No answer came.")
    fields = _fields(line, answer)
    for header in REMOVED_HEADERS:
        if fields & set(re.split(r"[\s,]+", answer.headers.get(header, "").lower())):
            return Truth("no", f"A gateway on the way says that it took it out ({header}).")
    return _echoed(fields, answer) or Truth(
        "yes", "The server answered with HTTP 200. It may still ignore what it does not know."
    )


def _fields(line: ReportLine, answer: Answer) -> set[str]:
    """Under which names the parameter stands in the body."""
    if line.parameter not in answer.body and isinstance(line.wire, Mapping):
        return {name for name in line.wire if name in answer.body}
    return {line.parameter}


def _echoed(fields: set[str], answer: Answer) -> Truth | None:
    """What OpenRouter says it passed on, where the extra JSON asked for debug.echo_upstream_body."""
    for body in _echoes(answer):
        if {_plain(name) for name in fields} & {_plain(name) for name in _names(body)}:
            return Truth("yes", "OpenRouter shows that it passed it on to the provider.")
        if "messages" in body:
            return Truth("no", "OpenRouter shows what it passed on to the provider, and this is not in it.")
        return Truth(
            "unknown", "OpenRouter shows what it passed on, in another API's words; no such name is there."
        )
    return None


def _echoes(answer: Answer) -> list[Mapping[str, Any]]:
    """The bodies that OpenRouter passed on, one per provider that it tried; the last was answered, and is first."""
    bodies: list[Mapping[str, Any]] = []
    for chunk in chunks(answer) if "debug" in answer.body else ():
        debug = chunk.get("debug")
        echo = debug.get("echo_upstream_body") if isinstance(debug, dict) else None
        bodies += [body for body in (echo if isinstance(echo, list) else [echo]) if isinstance(body, dict)]
    return bodies[::-1]


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _names(inner)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _effect(line: ReportLine, answer: Answer, accepted: Truth) -> Truth:
    """What the answer shows wins over what is said of the way there; without either nothing is known."""
    sign = SIGNS[line.parameter](answer, line.value) if was_accepted(answer) else None
    if accepted.state == "no" and (sign is None or sign.seen != "yes"):
        return Truth("no", "It was not accepted.")
    return Truth(*sign) if sign else Truth("unknown", "No answer came in which it could be seen.")
