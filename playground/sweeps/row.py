"""One answer of a sweep, with every setting that it was asked with and every measure of it, as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from playground.answer import Answer
from playground.sweeps.metrics import UNKNOWN, Price, measured
from playground.sweeps.plan import Call, Sweep
from playground.votes.redaction import redacted

NOT_ASKED: Final = "not asked"
"""How a call ends that a run gave up before it was made."""

FAILED: Final = frozenset({"error", "timeout", "cut off", "filtered", NOT_ASKED})
"""How an answer ends that is in no mean: it did not come, or not to an end that its model gave it."""

_ALWAYS: Final = frozenset({"messages", "stream", "stream_options"})


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: where it stands in the sweep (`call`, `at`, `prompt`, `seed`), its settings, itself, its measures.

    `settings` are the model and every parameter that was set; `messages` what was asked. `ended` and `error` say how it
    ended; `not_sent` names each set parameter that did not leave for the server, or is void there, with the reason.
    `metrics` has a number, or None, under each name of `METRICS`; of a failed answer it is empty.
    """

    call: int
    at: tuple[int, ...]
    prompt: int
    seed: int | None
    settings: Mapping[str, Any]
    messages: tuple[Mapping[str, Any], ...]
    text: str
    reasoning: str = ""
    tool_calls: tuple[Mapping[str, str], ...] = ()
    ended: str = "done"
    finish_reason: str | None = None
    error: str = ""
    not_sent: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    asked_at: str = ""

    @property
    def failed(self) -> bool:
        """Whether it is left out of every mean."""
        return self.ended in FAILED

    @property
    def cut(self) -> bool:
        """Whether its limit ended it: its length is then that of the limit, and not the model's."""
        return self.ended == "length"

    @property
    def model(self) -> str:
        """Who was asked."""
        return str(self.settings.get("model", ""))

    def to_dict(self) -> dict[str, Any]:
        """As JSON, messages and all."""
        return {
            "call": self.call,
            "at": list(self.at),
            "prompt": self.prompt,
            "seed": self.seed,
            "settings": dict(self.settings),
            "messages": [dict(message) for message in self.messages],
            **self.own(),
        }

    def own(self) -> dict[str, Any]:
        """What only the answer itself tells, and its plan does not: what a saved sweep keeps of it."""
        return {
            "text": self.text,
            "reasoning": self.reasoning,
            "tool_calls": [dict(call) for call in self.tool_calls],
            "ended": self.ended,
            "finish_reason": self.finish_reason,
            "error": self.error,
            "not_sent": dict(self.not_sent),
            "metrics": dict(self.metrics),
            "asked_at": self.asked_at,
        }


def by_call(row: Row) -> int:
    """In which order rows stand in a list."""
    return row.call


def row_of(sweep: Sweep, call: Call, answer: Answer, price: Price = UNKNOWN) -> Row:
    """The row of an answer that has come, or failed to. Keys in its words are masked, as in a vote."""
    values = sweep.values_of(call)
    reference = sweep.prompts[call.prompt].reference
    failed = answer.ended in FAILED
    calls = [{"name": each.name, "arguments": each.arguments} for each in answer.tool_calls]
    own = {
        "text": answer.text,
        "reasoning": answer.reasoning,
        "tool_calls": calls,
        "ended": answer.ended,
        "finish_reason": answer.finish_reason,
        "error": str(answer.error) if answer.error else "",
        "not_sent": _not_sent(answer, values),
        "metrics": {} if failed else measured(answer, values.get("response_format"), reference, price),
        "asked_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return row_from(sweep, call, redacted(own))


def unasked(sweep: Sweep, call: Call, why: str) -> Row:
    """The row of a call that was not made, and why."""
    own = dict.fromkeys(("text", "reasoning", "asked_at"), "")
    rest: dict[str, Any] = {"tool_calls": [], "finish_reason": None, "not_sent": {}, "metrics": {}}
    return row_from(sweep, call, {**own, **rest, "ended": NOT_ASKED, "error": why})


def row_from(sweep: Sweep, call: Call, own: Mapping[str, Any]) -> Row:
    """The row of a call and what a file has kept of its answer. Raises KeyError, TypeError where that is none."""
    values = sweep.values_of(call)
    return Row(
        call.number,
        call.at,
        call.prompt,
        values.get("seed"),
        {name: value for name, value in values.items() if name not in _ALWAYS},
        tuple(values["messages"]),
        own["text"],
        own["reasoning"],
        tuple(own["tool_calls"]),
        own["ended"],
        own["finish_reason"],
        own["error"],
        own["not_sent"],
        own["metrics"],
        own["asked_at"],
    )


def _not_sent(answer: Answer, values: Mapping[str, Any]) -> dict[str, str]:
    """What was set and has no effect there, as the report says it."""
    return {
        line.parameter: line.why
        for line in answer.report
        if line.parameter in values
        and line.parameter not in _ALWAYS
        and (line.state in ("withheld", "overridden") or line.foretold == "void")
    }
