"""The chain: the steps from a model's logits to the bars that the dice are thrown over, each with what it did.

Which parameters a step has is a line in `STEPS`, in which order the steps go one in `orders.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np

from playground.dice.arithmetic import (
    Counts,
    Logits,
    Probabilities,
    biased,
    cut_to_min_p,
    cut_to_top_k,
    cut_to_top_p,
    heated,
    penalised,
    probabilities,
    repetition_penalised,
)

StepName = Literal["logit_bias", "repetition_penalty", "penalties", "temperature", "top_k", "top_p", "min_p"]
Values = Mapping[str, Any]
"""Parameters by name, as a request has them; what is unset or null does nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the parameters that it has, each with the value at which it does nothing, and what it does."""

    idle: Mapping[str, Any]
    apply: Callable[[Logits, Counts, Values], Logits]


STEPS: Final[Mapping[StepName, Step]] = {
    "logit_bias": Step({"logit_bias": {}}, lambda x, _, v: biased(x, _ids(v["logit_bias"]))),
    "repetition_penalty": Step(
        {"repetition_penalty": 1.0}, lambda x, n, v: repetition_penalised(x, n, v["repetition_penalty"])
    ),
    "penalties": Step(
        {"frequency_penalty": 0.0, "presence_penalty": 0.0},
        lambda x, n, v: penalised(x, n, v["frequency_penalty"], v["presence_penalty"]),
    ),
    "temperature": Step({"temperature": 1.0}, lambda x, _, v: heated(x, v["temperature"])),
    "top_k": Step({"top_k": 0}, lambda x, _, v: cut_to_top_k(x, v["top_k"])),
    "top_p": Step({"top_p": 1.0}, lambda x, _, v: cut_to_top_p(x, v["top_p"])),
    "min_p": Step({"min_p": 0.0}, lambda x, _, v: cut_to_min_p(x, v["min_p"])),
}
"""Every step there is, and the function of `arithmetic.py` that it is."""

IDLE: Final[Values] = {name: value for step in STEPS.values() for name, value in step.idle.items()}
"""Every parameter of the chain, at the value at which it does nothing."""


@dataclass(frozen=True)
class Stage:
    """One step as it was taken: the logits before and behind it, one for each token of the vocabulary."""

    step: StepName
    before: Logits
    after: Logits

    @cached_property
    def shares(self) -> Probabilities:
        """The probability of each token behind this step."""
        return probabilities(self.after)

    @cached_property
    def kept(self) -> int:
        """How many tokens can still be drawn."""
        return int(np.count_nonzero(self.after > -np.inf))

    @cached_property
    def lost(self) -> float:
        """The probability, before this step, of the tokens that it took out; 0 where it took out none."""
        gone = (self.after == -np.inf) & (self.before > -np.inf)
        return float(probabilities(self.before)[gone].sum()) if gone.any() else 0.0

    @cached_property
    def acted(self) -> bool:
        """Whether it changed any probability; adding one number to every logit changes none."""
        return self.after is not self.before and not np.array_equal(self.before, self.after)


def run(logits: Logits, counts: Counts, values: Values, order: Sequence[StepName]) -> tuple[Stage, ...]:
    """Takes the steps in this order, each with what the values say of its parameters.

    `logits` are the model's own, `counts` how often each token has occurred where the penalties look.
    """
    given = {**IDLE, **{name: value for name, value in values.items() if value is not None}}
    stages = []
    for name in order:
        step = STEPS[name]
        is_idle = all(given[parameter] == idle for parameter, idle in step.idle.items())
        after = logits if is_idle else step.apply(logits, counts, given)
        stages.append(Stage(name, logits, after))
        logits = after
    return tuple(stages)


def _ids(bias: Mapping[Any, float]) -> Mapping[int, float]:
    """A bias by ids; JSON has them as texts."""
    return {int(token): amount for token, amount in bias.items()}
