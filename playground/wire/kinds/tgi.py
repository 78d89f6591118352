"""HuggingFace's Text Generation Inference.

Sources: text-generation-inference router/src/lib.rs (ChatRequest: n is "UNUSED", max_completion_tokens another name of
max_tokens), validation.rs and server.rs, at the last commit, 2026-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.schema.response_format import openai_form, schema_of
from playground.wire.heard import Heard
from playground.wire.kinds.openai import COMMON, OF_OPEN_WEIGHTS, OF_OPENAI, WHOLE, implemented
from playground.wire.kinds.profile import Mark, Profile
from playground.wire.rules import Encode, Send, Withhold, newer_limit
from playground.wire.runs import RunMark, settings_of
from playground.wire.turns import TurnForm


def _open_interval_top_p(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """TGI wants 0 < top_p < 1 (router/src/validation.rs)."""
    top_p = request.parameters["top_p"]
    if top_p >= 1.0:
        return Withhold("TGI refuses 1.0, which means 'off' just as leaving it out does.")
    return {"top_p": top_p if top_p > 0.0 else 1e-6}


def _as_tgi(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """TGI's `{"type": "json", "value": schema}`; it has no free JSON mode and no schema beside tools.

    Source: text-generation-inference router/src/lib.rs (GrammarType) and validation.rs.
    """
    form = openai_form(request.parameters["response_format"])
    if form["type"] == "text":
        return Withhold("Text is what TGI answers anyway, and it knows no such type.")
    if request.parameters.get("tools") and request.parameters.get("tool_choice") != "none":
        return Withhold("TGI uses one grammar at a time, and the tools take it.")
    if form["type"] == "json_object" and not form.get("schema"):
        return Withhold("TGI has no free JSON mode: give a JSON Schema.")
    schema = schema_of(form)
    return {"response_format": form if schema is None else {"type": "json", "value": schema}}


def _tells(heard: Heard) -> str:
    """router/src/server.rs: /info names the model and the limits of its validation."""
    return "It has TGI's /info." if {"model_id", "max_total_tokens"} <= set(heard.fields("info")) else ""


_TURNS: Final = TurnForm(no_text=None)
"""router/src/lib.rs, MessageBody: a message with a content that is a text, be it empty, is read without its calls."""

_NOT_IN_CHAT: Final = Withhold("TGI has it on /generate alone: its chat route ignores it silently.")
"""router/src/lib.rs: GenerateParameters has it, ChatRequest has not, and serde lets unknown fields pass."""

_UNREAD: Final = Withhold("TGI's chat route ignores it silently.")

TGI: Final = Profile(
    flavour="tgi",
    label="Text Generation Inference",
    rules={
        **COMMON,
        **dict.fromkeys(OF_OPEN_WEIGHTS, _NOT_IN_CHAT),
        **dict.fromkeys((*OF_OPENAI, "reasoning_effort", "parallel_tool_calls"), _UNREAD),
        "n": Withhold("TGI takes it without effect: it gives one answer."),
        "max_completion_tokens": newer_limit("Before release 3.0.2 TGI"),
        "logit_bias": Withhold("TGI does not implement it, and refuses a map with HTTP 422."),
        "presence_penalty": Withhold(
            "TGI has none: it adds 2 and takes the sum as a repetition penalty, so that 0 acts as 2."
        ),
        "response_format": Encode(_as_tgi, "In TGI's own form."),
        "top_p": Encode(_open_interval_top_p, "TGI wants more than 0; this keeps one token, as 0 would."),
        "tool_prompt": Send(),
    },
    defaults={**WHOLE, "temperature": 1.0, "top_p": 1.0, "max_tokens": "what is left of the context"},
    turns=_TURNS,
    mark=Mark(("info",), _tells),
    runs=(RunMark("info", settings_of, "settings"),),
    takes=implemented,
)
