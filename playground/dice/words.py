"""What a step of the chain did, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from playground.dice.chain import IDLE, Stage, StepName, Values

MODEL: Final = "The probabilities as the model gives them, before any parameter."

Words = Callable[[Stage, Values], str]


def told(stage: Stage, values: Values) -> str:
    """What this step did, with the numbers of it."""
    if not stage.acted:
        return _IDLE[stage.step]
    return _TOLD[stage.step](stage, {**IDLE, **{name: v for name, v in values.items() if v is not None}})


def drawn_words(last: Stage) -> str:
    """What the dice are thrown over, behind the last step."""
    return (
        f"What the dice are thrown over, {_count(last.kept)}; outlined, what the model gave them by itself."
    )


def _bias(stage: Stage, values: Values) -> str:
    moved = len(values["logit_bias"])
    return f"Adds to the logit of {moved} token{'s' if moved > 1 else ''}, before anything else."


def _repetition(stage: Stage, values: Values) -> str:
    by = values["repetition_penalty"]
    return f"Divides the logits of what has occurred by {by:g} where they are above 0, and multiplies them below."


def _penalties(stage: Stage, values: Values) -> str:
    frequency, presence = values["frequency_penalty"], values["presence_penalty"]
    parts = [f"{frequency:g} for each time that a token has occurred"] if frequency else []
    parts += [f"{presence:g} once if it has occurred"] if presence else []
    return f"Takes {' and '.join(parts)} off its logit."


def _temperature(stage: Stage, values: Values) -> str:
    temperature = values["temperature"]
    if temperature == 0:
        return "At 0 the likeliest token alone is left: there is nothing to draw."
    shape = "the bars become more alike" if temperature > 1 else "high bars grow, low ones shrink"
    return f"Divides every logit by {temperature:g}: {shape}."


def _cut(stage: Stage, values: Values) -> str:
    gone = f"{stage.lost:.1%}" if stage.lost >= 0.001 else "less than 0.1%"
    kept = _count(stage.kept).capitalize()
    return f"{kept} can still be drawn; {gone} of the probability is cut off, and shared among them."


def _count(tokens: int) -> str:
    return "one token" if tokens == 1 else f"{tokens:,} tokens"


_TOLD: Final[Mapping[StepName, Words]] = {
    "logit_bias": _bias,
    "repetition_penalty": _repetition,
    "penalties": _penalties,
    "temperature": _temperature,
    "top_k": _cut,
    "top_p": _cut,
    "min_p": _cut,
}
_IDLE: Final[Mapping[StepName, str]] = {
    "logit_bias": "No token is biased.",
    "repetition_penalty": "At 1 nothing is divided.",
    "penalties": "Nothing that has occurred is penalised.",
    "temperature": "At 1 the bars stay as the model made them.",
    "top_k": "No token is cut off.",
    "top_p": "No token is cut off.",
    "min_p": "No token is cut off.",
}
