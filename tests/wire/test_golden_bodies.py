"""Bodies as they leave, written out: what a table of rules cannot show of a whole request.

Kept apart from the table because each of these is about one request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from playground.chat import ChatRequest, ModelRef
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.llamacpp import LLAMACPP
from playground.wire.kinds.ollama import OLLAMA
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.openai_com import OPENAI_COM
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.kinds.profile import Profile
from playground.wire.kinds.tgi import TGI
from playground.wire.kinds.transformers import TRANSFORMERS
from playground.wire.kinds.vllm import VLLM
from tests.wire.asking import HELLO, request
from tests.wire.test_body import FREE, NAMED, OF_TGI, REGEX, SCHEMA, STRICT_TOOLS, TOOLS, bytes_sent

GOLDEN: Mapping[str, tuple[Profile, dict[str, Any], dict[str, Any]]] = {
    "stop as a list is not touched": (OPENAI, {"stop": ["a", "\n"]}, {"stop": ["a", "\n"]}),
    "no empty list of tools": (VLLM, {"tools": []}, {}),
    "no tool_choice without tools": (VLLM, {"tool_choice": "auto"}, {}),
    "null within a tool's schema stays": (LLAMACPP, {"tools": TOOLS}, {"tools": TOOLS}),
    "tool_choice in HuggingFace's form": (
        OPENAI,
        {"tools": TOOLS, "tool_choice": {"function": {"name": "time"}}},
        {"tools": STRICT_TOOLS, "tool_choice": NAMED},
    ),
    "required is a word": (
        OPENAI,
        {"tools": TOOLS, "tool_choice": "required"},
        {"tools": STRICT_TOOLS, "tool_choice": "required"},
    ),
    "llama.cpp gets the forced tool alone": (
        LLAMACPP,
        {"tools": TOOLS, "tool_choice": NAMED},
        {"tools": TOOLS[1:], "tool_choice": "required"},
    ),
    "llama.cpp gets all tools otherwise": (
        LLAMACPP,
        {"tools": TOOLS, "tool_choice": "auto"},
        {"tools": TOOLS, "tool_choice": "auto"},
    ),
    "transformers is kept from calling": (TRANSFORMERS, {"tools": TOOLS, "tool_choice": "none"}, {}),
    "top_p 1.0 not to TGI": (TGI, {"top_p": 1.0}, {}),
    "top_p 0 to TGI": (TGI, {"top_p": 0.0}, {"top_p": 1e-6}),
    "top_p 1.0 to others": (OPENAI, {"top_p": 1.0}, {"top_p": 1.0}),
    "a presence_penalty of 0 not to TGI": (TGI, {"presence_penalty": 0.0}, {}),
    "TGI: no free JSON mode": (TGI, {"response_format": FREE}, {}),
    "TGI: text": (TGI, {"response_format": {"type": "text"}}, {}),
    "TGI: its own regex": (TGI, {"response_format": REGEX}, {"response_format": REGEX}),
    "TGI: its own form": (TGI, {"response_format": OF_TGI}, {"response_format": OF_TGI}),
    "TGI: its other name": (TGI, {"response_format": {**OF_TGI, **FREE}}, {"response_format": OF_TGI}),
    "TGI: tools win over a format": (TGI, {"tools": TOOLS, "response_format": SCHEMA}, {"tools": TOOLS}),
    "json_object": (LLAMACPP, {"response_format": FREE}, {"response_format": FREE}),
    "llama.cpp counts no higher": (LLAMACPP, {"max_tokens": 2**32 + 1}, {"max_tokens": 2**31 - 1}),
    "off for OpenRouter": (OPENROUTER, {"top_k": -1}, {"top_k": 0}),
    "off for vLLM": (VLLM, {"top_k": -1}, {"top_k": -1}),
    "no thinking": (
        LLAMACPP,
        {"reasoning_effort": "none"},
        {"reasoning_effort": "none", "chat_template_kwargs": {"enable_thinking": False}},
    ),
    "an effort that Ollama folds": (OLLAMA, {"reasoning_effort": "minimal"}, {"reasoning_effort": "low"}),
    "one beyond Ollama's": (OLLAMA, {"reasoning_effort": "xhigh"}, {"reasoning_effort": "max"}),
    **{
        f"one limit to {profile.label}": (profile, {"max_tokens": 5, "max_completion_tokens": 7}, {field: 7})
        for profile, field in (
            (OPENAI, "max_completion_tokens"),
            (OPENAI_COM, "max_completion_tokens"),
            (LLAMACPP, "max_completion_tokens"),
            (OLLAMA, "max_tokens"),
            (TGI, "max_tokens"),
        )
    },
    "llama.cpp counts no higher under either name": (
        LLAMACPP,
        {"max_completion_tokens": 2**32 + 1},
        {"max_completion_tokens": 2**31 - 1},
    ),
    "OpenAI's newer name": (OPENAI_COM, {"max_tokens": 5}, {"max_completion_tokens": 5}),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_golden_bodies(case: str) -> None:
    """Each known oddity of a server, as the exact fields that leave."""
    profile, parameters, expected = GOLDEN[case]
    body, _ = bytes_sent(request(**parameters), profile)
    rest = {field: value for field, value in body.items() if field not in ("model", "messages", "provider")}
    assert rest == expected


def test_openrouter_requires_parameters_unless_told_otherwise() -> None:
    """require_parameters goes by itself and beside other wishes, is reported as added, and can be switched off."""
    body, report = bytes_sent(request(), OPENROUTER)
    assert body["provider"] == {"require_parameters": True}
    assert report["provider"].state == "added"
    body, report = bytes_sent(request({"provider": {"order": ["x"]}}), OPENROUTER)
    assert body["provider"] == {"require_parameters": True, "order": ["x"]}
    assert (report["provider"].state, report["provider"].wire) == ("added", body["provider"])
    for given in ({"require_parameters": False}, {"require_parameters": False, "order": ["x"]}, None, "odd"):
        body, report = bytes_sent(request({"provider": given}), OPENROUTER)
        assert body["provider"] == given
        assert (report["provider"].state, report["provider"].wire) == ("overridden", given)
    body, report = bytes_sent(request(), replace(OPENROUTER, adds=()))
    assert "provider" not in body


def test_extra_json_has_the_last_word_and_says_so() -> None:
    """Extra JSON goes in as it is and is reported; the parameters that it replaces are overridden, no others."""
    extra = {"temperature": 0.1, "min_p": 0.05, "n": 1, "tool_prompt": "x", "max_completion_tokens": 3}
    body, report = bytes_sent(
        request(extra, temperature=1.0, seed=3, tool_prompt="y", tools=TOOLS, max_tokens=9), OPENAI_COM
    )
    assert {name: body[name] for name in extra} == extra
    states = {name: line.state for name, line in report.items()}
    assert states == {
        "model": "sent",
        "messages": "sent",
        "temperature": "overridden",
        "seed": "sent",
        "tool_prompt": "overridden",
        "tools": "encoded",
        "max_tokens": "overridden",
        "min_p": "sent",
        "n": "sent",
    }
    assert report["temperature"].value == 1.0
    assert report["temperature"].wire == 0.1
    assert report["max_tokens"].wire == {"max_completion_tokens": 3}


def test_extra_json_can_replace_model_and_messages() -> None:
    """Even the two required ones, and the report says so."""
    body, report = bytes_sent(request({"model": "other", "messages": []}), OPENAI)
    assert (body["model"], body["messages"]) == ("other", [])
    assert report["model"].state == report["messages"].state == "overridden"


def test_the_embedded_model_needs_no_name() -> None:
    """Its own name is empty in a request, and a word on the wire."""
    body, report = bytes_sent(ChatRequest(ModelRef("embedded", ""), HELLO), EMBEDDED)
    assert body["model"] == "embedded"
    assert report["model"].state == "encoded"
