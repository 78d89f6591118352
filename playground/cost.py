"""What calls come to before they are made: how many, and the tokens of their prompts and of their answers.

Kept apart because a sweep and a comparison must say the same of the same calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.wire.models import ModelInfo


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls; prompt tokens about, and answer tokens at most, of all of them (None: nothing limits them)."""

    calls: int = 0
    prompt_tokens: int = 0
    answer_tokens: int | None = 0

    def __add__(self, other: Cost) -> Cost:
        limits = (self.answer_tokens, other.answer_tokens)
        most = None if limits[0] is None or limits[1] is None else limits[0] + limits[1]
        return Cost(self.calls + other.calls, self.prompt_tokens + other.prompt_tokens, most)

    def dollars(self, model: ModelInfo | None) -> float | None:
        """US dollars at most, by the list prices of a model; None where no price is known, or no limit is set.

        >>> Cost(2, 1000, 500).dollars(ModelInfo("m", "M", price_in=1.0, price_out=4.0))
        0.003
        """
        if model is None or model.price_in is None or model.price_out is None or self.answer_tokens is None:
            return None
        return (self.prompt_tokens * model.price_in + self.answer_tokens * model.price_out) / 1e6


def limit_of(set_to: Mapping[str, Any]) -> int | None:
    """Tokens that an answer can have at most, by the newer name where both are set; None where nothing is."""
    limits = (set_to.get(name) for name in ("max_completion_tokens", "max_tokens"))
    return next((limit for limit in limits if isinstance(limit, int)), None)
