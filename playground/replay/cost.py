"""What a comparison costs, to be said before it starts."""

from __future__ import annotations

from typing import Final

from playground.chat import ChatRequest
from playground.cost import Cost, limit_of
from playground.replay.sides import Sides

CONTROLS_FROM: Final = 2
"""From so many trials on each has a control: one trial alone shows what differs, and no statistics."""


def costs_of(sides: Sides, prompt_tokens: int) -> tuple[Cost, Cost]:
    """What the calls before and after the change cost, the controls among the former; a prompt has so many tokens."""
    controls = sides.trials if sides.trials >= CONTROLS_FROM else 0
    return (
        _cost(sides.before, sides.trials + controls, prompt_tokens),
        _cost(sides.after, sides.trials, prompt_tokens),
    )


def _cost(request: ChatRequest, calls: int, prompt_tokens: int) -> Cost:
    limit = limit_of({**request.parameters, **request.extra})
    return Cost(calls, calls * prompt_tokens, None if limit is None else calls * limit)
