"""transformers serve.

Sources: transformers 5.23 cli/serving/chat_completion.py, utils.py (_validate_request, _build_generation_config) and
server.py, and that release running: tests/thirdparty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.wire.heard import Heard
from playground.wire.kinds.openai import BY_ID, COMMON, OF_OPEN_WEIGHTS, implemented
from playground.wire.kinds.profile import Mark, Profile
from playground.wire.rules import Encode, Send, Withhold, bias_map, tools_unless_none
from playground.wire.turns import TurnForm


def _bias_in_decimals(request: ChatRequest) -> Mapping[str, Any]:
    """transformers' sequence_bias takes floats only: a whole number ends in HTTP 500."""
    biases = bias_map(request)["logit_bias"]
    return {"logit_bias": {token: float(bias) for token, bias in biases.items()}}


def _penalty_above_minus_one(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """transformers serve makes it a repetition penalty of 1 plus this, which must be above 0."""
    penalty = request.parameters["frequency_penalty"]
    if penalty <= -1.0:
        return Withhold("transformers serve fails on -1 and below: it adds 1 and wants the sum above 0.")
    return {"frequency_penalty": penalty}


def _tells(heard: Heard) -> str:
    """cli/serving/server.py: a FastAPI app that nobody named, with routes for loading and unloading models."""
    paths = heard.fields("openapi.json").get("paths")
    routes = set(paths) if isinstance(paths, Mapping) else set()
    return "It has the routes of transformers serve." if {"/load_model", "/reset"} <= routes else ""


_UNKNOWN: Final = Withhold(
    "transformers serve does not implement it: some releases refuse it with HTTP 422, others ignore it silently."
)
_UNEXPECTED: Final = Withhold(
    "transformers serve refuses fields that OpenAI's API does not have with HTTP 422; "
    "it goes by the model's own generation config."
)
_ONLY_IF_SAMPLING: Final = Send("Has an effect only where the model's generation config sets do_sample.")

_TURNS: Final = TurnForm(no_text="")
"""It hands messages to the model's template, where null may be written out as None."""

TRANSFORMERS: Final = Profile(
    flavour="transformers",
    label="transformers serve",
    rules={
        **COMMON,
        **dict.fromkeys(OF_OPEN_WEIGHTS, _UNEXPECTED),
        "logprobs": _UNKNOWN,
        "top_logprobs": _UNKNOWN,
        "presence_penalty": _UNKNOWN,
        "response_format": _UNKNOWN,
        "stream_options": _UNKNOWN,
        "tool_prompt": _UNKNOWN,
        "n": _UNKNOWN,
        "parallel_tool_calls": _UNKNOWN,
        "reasoning_effort": _UNKNOWN,
        "service_tier": _UNKNOWN,
        "user": _UNKNOWN,
        "verbosity": _UNKNOWN,
        "temperature": _ONLY_IF_SAMPLING,
        "top_p": _ONLY_IF_SAMPLING,
        "seed": _ONLY_IF_SAMPLING,
        "logit_bias": Encode(_bias_in_decimals, "As a map with string keys and decimal numbers."),
        "tool_choice": Withhold("transformers serve does not implement it: it can force no call."),
        "tools": Encode(tools_unless_none("transformers serve"), ""),
        "frequency_penalty": Encode(_penalty_above_minus_one, ""),
    },
    kinds=BY_ID,
    defaults={
        "stream": False,
        "temperature": "the model's own generation config",
        "max_tokens": "1024, or more if the model's own generation config says so",
    },
    turns=_TURNS,
    mark=Mark(("openapi.json",), _tells),
    takes=implemented,
)
