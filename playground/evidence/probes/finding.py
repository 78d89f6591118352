"""What a probe costs and what it finds.

The probes, the run over them and the table of results all speak of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from playground.events import Answer

Outcome = Literal["works", "no visible effect", "rejected", "cannot tell", "no probe yet"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls, and tokens that they may write in all."""

    calls: int = 0
    tokens: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.calls + other.calls, self.tokens + other.tokens)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.calls - other.calls, self.tokens - other.tokens)

    def covers(self, other: Cost) -> bool:
        """Whether the other one fits in."""
        return self.calls >= other.calls and self.tokens >= other.tokens


@dataclass(frozen=True, slots=True)
class Plan:
    """What a probe costs: `usual` on a server that does as asked and gives log probabilities; `most` ever."""

    usual: Cost
    most: Cost

    def __add__(self, other: Plan) -> Plan:
        return Plan(self.usual + other.usual, self.most + other.most)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found, and why, in a sentence or two.

    `test` names the statistical test behind it and `p_value` is the probability of seeing as much if the
    parameter had no effect; empty and None where nothing was left to chance. `in_vain`: no answer came that
    could be judged, for reasons that are not the parameter's.
    """

    outcome: Outcome
    why: str
    test: str = ""
    p_value: float | None = None
    in_vain: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a probe and what came back: the evidence."""

    body: dict[str, Any]
    answer: dict[str, Any]


def works(why: str, test: str = "", p_value: float | None = None) -> Finding:
    """The parameter does what it says."""
    return Finding("works", why, test, p_value)


def no_effect(why: str, test: str = "", p_value: float | None = None) -> Finding:
    """It does not do what it says, as far as can be seen; `why` says what it does instead, if anything."""
    return Finding("no visible effect", why, test, p_value)


def cannot_tell(why: str, test: str = "", p_value: float | None = None) -> Finding:
    """Nothing either way."""
    return Finding("cannot tell", why, test, p_value)


def exchange_of(answer: Answer) -> Exchange:
    """What is kept of a request and its answer; numbers are rounded to what can be read."""
    scores = [
        [s.token, round(s.logprob, 4), [[a.token, round(a.logprob, 4)] for a in s.top]]
        for s in answer.logprobs
    ]
    error = answer.error
    return Exchange(
        dict(answer.body),
        {
            "text": answer.text,
            "reasoning": answer.reasoning,
            "tool_calls": [{"name": c.name, "arguments": c.arguments} for c in answer.tool_calls],
            "logprobs": scores,
            "usage": dict(answer.usage.raw),
            "finish_reason": answer.finish_reason,
            "ended": answer.ended,
            "error": str(error) if error else None,
        },
    )
