"""The widgets of Preference that are no plain row: the dial in words, and the second side of a comparison.

Kept apart from the rows because a second side is made of other parameters, each with its own widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import gradio as gr

from playground.parameters import PREF_PARAMS_DEFAULT, REGISTRY, SECOND, parameters_of
from playground.web.page_request import Asked
from playground.web.parameters.row import custom, kind_facts

_NOT_OF_A_SIDE: Final = ("model", "messages")


def dial() -> gr.HTML:
    """What diff_frequency and pref_params come to, in a sentence that follows them."""
    return custom("params/dial", elem_id="dial", classes=("parameter",), defaults=dict(PREF_PARAMS_DEFAULT))


def second_hints(asked: Asked, first: Mapping[str, Any]) -> dict[str, Any]:
    """How often there is a second answer while that is unset, and what it has where its rows of pref_params are;
    `first` are the first one's own hints.

    With a second side set up by hand they are not used, and have no hints.
    """
    if asked.second:
        return {}
    given = asked.values.get("pref_params")
    used = {**first, **asked.values} if given else PREF_PARAMS_DEFAULT
    second = {f"pref_params.{name}": used.get(name) for name in PREF_PARAMS_DEFAULT}
    return {"diff_frequency": REGISTRY["diff_frequency"].default, **second}


def second_side() -> gr.HTML:
    """The second side's own model and parameters. Its value is an object of them, or None without a second side."""
    kinds: list[dict[str, Any]] = [
        {"name": parameter.name, "kind": kind_facts(parameter.kind)}
        for parameter in parameters_of("create")
        if parameter.name not in _NOT_OF_A_SIDE
    ]
    return custom(
        "params/second",
        elem_id="param-second",
        classes=("parameter",),
        name=SECOND.name,
        help=SECOND.help,
        kinds=kinds,
    )
