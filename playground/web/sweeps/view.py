"""The view of sweeps: a custom component beside the chat, since Gradio's tables and plots know no intervals.

`gr.LinePlot` draws no interval and no text that can be selected, and `gr.Dataframe` has no cell that opens its answers.
"""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from playground.parameters import REGISTRY
from playground.settings import Settings
from playground.sweeps.axis import MOST_VALUES, SWEPT
from playground.value_types import Flag, Integer, Number, OneOf, Text, ToolChoice
from playground.web.parameters.row import custom

_INTRO: Final = (
    "One question under many settings, or to many models. Every cell starts from what is set in the rows."
)
_KEPT: Final = " Each answer is kept as it comes: a sweep that was stopped goes on later."
_NOT_KEPT: Final = " On a public page nothing is kept: export what you want to have."
_FIRST: Final = {
    "temperature": "0 to 2 step 0.5",
    "top_p": "0.1, 0.5, 0.9, 1",
    "seed": "1 to 10",
    "max_tokens": "20, 50, 100",
    "max_completion_tokens": "20, 50, 100",
    "top_k": "1, 5, 40",
    "min_p": "0, 0.05, 0.1, 0.2",
    "top_logprobs": "1, 5",
}
"""What is offered to begin with, where the range alone would be no help."""


def sweep_view(settings: Settings, opener: gr.Button) -> None:
    """Puts the view on the page, hidden until `opener` is pressed."""
    custom(
        "sweeps/view",
        elem_id="view-sweep",
        axes=[offer(name) for name in SWEPT],
        most=MOST_VALUES,
        intro=_INTRO + (_NOT_KEPT if settings.is_public else _KEPT),
    )
    opener.click(None, js="() => { window.playground.show('sweep'); }")


def offer(parameter: str) -> dict[str, Any]:
    """What the page says of a parameter that can be an axis: how its values are typed, and some to begin with."""
    hint, first = _typed(parameter)
    return {"name": parameter, "hint": hint, "first": _FIRST.get(parameter, first)}


def _typed(parameter: str) -> tuple[str, str]:
    if parameter == "model":
        return "names of models, one a line", ""
    match REGISTRY[parameter].kind:
        case Number(low, high):
            quarter = (high - low) / 4
            return "such as 0, 0.7, 1.4, or 0 to 2 step 0.5", f"{low:g} to {high:g} step {quarter:g}"
        case Integer():
            return "such as 1, 5, 20, or 1 to 10", "1, 10, 100"
        case Flag():
            return "true, false", "true, false"
        case OneOf(words):
            return ", ".join(words), ", ".join(words)
        case Text() | ToolChoice():
            return "one a line", ""
        case _:
            return "JSON, one value a line", ""
