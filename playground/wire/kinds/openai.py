"""Any OpenAI-compatible server of which nothing more is known, and what most of the other kinds share with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.schema.response_format import openai_form
from playground.value_types import Integer, TokenIdBias, ValueType
from playground.wire.kinds.profile import Profile, Support
from playground.wire.models import ModelInfo
from playground.wire.rules import (
    Encode,
    Rule,
    Send,
    Withhold,
    bias_map,
    choice_object,
    older_limit,
    stop_list,
    tool_list,
)
from playground.wire.runs import METRICS
from playground.wire.strictness import STRICT_SUBSET


def as_openai(request: ChatRequest) -> Mapping[str, Any]:
    """OpenAI's form, as OpenRouter, the HuggingFace router, vLLM and llama.cpp read it."""
    return {"response_format": openai_form(request.parameters["response_format"])}


_NOT_FOR_SERVERS: Final = Withhold("Never sent: it is used here, when a second answer is drawn.")
_SEND: Final = Send()

COMMON: Final[Mapping[str, Rule]] = {
    "frequency_penalty": _SEND,
    "logit_bias": Encode(bias_map, "As a map with string keys."),
    "logprobs": _SEND,
    "max_tokens": Encode(older_limit(), ""),
    "presence_penalty": _SEND,
    "response_format": Encode(as_openai, "In OpenAI's form."),
    "seed": _SEND,
    "stop": Encode(stop_list, "As a list."),
    "stream": _SEND,
    "stream_options": _SEND,
    "temperature": _SEND,
    "top_logprobs": _SEND,
    "top_p": _SEND,
    "tool_choice": Encode(choice_object, "As OpenAI's object that names the function."),
    "tool_prompt": Withhold("Only HuggingFace's TGI and the embedded model know this parameter."),
    "tools": Encode(tool_list, ""),
    "diff_frequency": _NOT_FOR_SERVERS,
    "pref_params": _NOT_FOR_SERVERS,
    "top_k": _SEND,
    "min_p": _SEND,
    "repetition_penalty": _SEND,
    "reasoning_effort": _SEND,
    "max_completion_tokens": _SEND,
    "n": _SEND,
    "parallel_tool_calls": _SEND,
    "verbosity": _SEND,
    "service_tier": _SEND,
    "user": _SEND,
}
"""What becomes of each parameter where no kind says otherwise."""

OF_OPENAI: Final = ("verbosity", "service_tier", "user")
"""Parameters of OpenAI's API that no server of open weights reads."""

OF_OPEN_WEIGHTS: Final = ("top_k", "min_p", "repetition_penalty")
"""Parameters that OpenAI's API never had (openai-python, types/chat/completion_create_params.py)."""

WHOLE: Final[Mapping[str, Any]] = {"stream": False, "logprobs": False}
"""What every server does unasked: answer whole, and without log probabilities."""

UP_TO_20: Final[Mapping[str, ValueType]] = {"top_logprobs": Integer(0, 20)}
"""OpenAI's and OpenRouter's API reference: 0 to 20; vLLM's --max-logprobs is 20 unless set."""

BY_ID: Final[Mapping[str, ValueType]] = {"logit_bias": TokenIdBias(-100.0, 100.0)}
"""llama.cpp alone takes a token's text too."""

NOT_WRITTEN_DOWN: Final = Support("unknown", "What servers of this kind make of it is not known here.")
"""Of a parameter that the rules of a kind do not name: it goes as it is."""


def implemented(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    """A known server implements what its profile sends; but tools also need a model that was taught them."""
    if parameter not in profile.rules:
        return NOT_WRITTEN_DOWN
    rule = profile.rule(parameter)
    if isinstance(rule, Send) and rule.why:
        return Support("unknown", rule.why)
    if parameter in ("tools", "tool_choice"):
        return Support("unknown", f"{profile.label} takes it; whether this model does, its template decides.")
    return Support("yes", f"{profile.label} implements it.")


OPENAI: Final = Profile(
    flavour="openai",
    label="OpenAI-compatible server",
    rules={**COMMON, **STRICT_SUBSET},
    kinds=UP_TO_20,
    defaults=WHOLE,
    runs=(METRICS,),
)
