"""What a comparison costs: calls, and tokens at most; to be said before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.chat import ChatRequest
from playground.replay.sides import Sides

CONTROLS_FROM = 2
"""From so many trials on each has a control: one trial alone shows what differs, and no statistics."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls of one side, and tokens that all of them may write: None where no limit is set."""

    calls: int
    tokens: int | None

    def __add__(self, other: Cost) -> Cost:
        tokens = None if self.tokens is None or other.tokens is None else self.tokens + other.tokens
        return Cost(self.calls + other.calls, tokens)

    def dollars(self, prompt_tokens: int, price_in: float, price_out: float) -> float | None:
        """At most, at prices per million tokens; None without a limit."""
        if self.tokens is None:
            return None
        return (self.calls * prompt_tokens * price_in + self.tokens * price_out) / 1e6


def costs_of(sides: Sides) -> tuple[Cost, Cost]:
    """What the calls before and after the change cost, the controls among the former."""
    controls = sides.trials if sides.trials >= CONTROLS_FROM else 0
    return _cost(sides.before, sides.trials + controls), _cost(sides.after, sides.trials)


def _cost(request: ChatRequest, calls: int) -> Cost:
    limit = _limit({**request.parameters, **request.extra})
    return Cost(calls, None if limit is None else calls * limit)


def _limit(set_to: Mapping[str, Any]) -> int | None:
    limits = [set_to.get(name) for name in ("max_completion_tokens", "max_tokens")]
    return next((limit for limit in limits if isinstance(limit, int)), None)
