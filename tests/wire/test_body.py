"""What leaves is what is declared: every kind of server, every parameter, on the bytes that reach a server.

Kept apart from the other tests of the wire because a report that is not proven on bytes is only a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from playground.chat import ChatRequest
from playground.errors import InvalidRequest
from playground.events import ReportLine
from playground.parameters import REGISTRY
from playground.testing.scripted_server import ScriptedServer, answered, whole
from playground.wire.body import build
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.profile import Flavour, Profile
from playground.wire.profiles import PROFILES
from tests.wire.asking import HELLO, answer_of, request

SCHEMA = {"type": "object", "properties": {"name": {"type": "string", "default": None}}, "required": ["name"]}
OF_TGI = {"type": "json", "value": SCHEMA}
FREE = {"type": "json_object"}
REGEX = {"type": "regex", "value": "a+"}
FORMAT: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
TOOLS: list[Any] = [
    {"type": "function", "function": {"name": "weather", "description": "The weather", "parameters": SCHEMA}},
    {"type": "function", "function": {"name": "time"}},
]
NAMED = {"type": "function", "function": {"name": "time"}}
STRICT_SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
STRICT_FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": STRICT_SCHEMA},
}


def strict_tools(schema: Mapping[str, Any]) -> list[Any]:
    """The tools with strict, this being the schema of the first; the other has none to keep to."""
    return [
        {"type": "function", "function": {**TOOLS[0]["function"], "strict": True, "parameters": schema}},
        TOOLS[1],
    ]


STRICT_TOOLS = strict_tools(STRICT_SCHEMA)

SAMPLES: Mapping[str, Any] = {
    "frequency_penalty": 0.5,
    "logit_bias": {42: -1.5},
    "logprobs": True,
    "max_tokens": 9,
    "presence_penalty": 0.25,
    "response_format": SCHEMA,
    "seed": 7,
    "stop": "END",
    "stream": True,
    "stream_options": {"include_usage": True},
    "temperature": 0.5,
    "top_logprobs": 3,
    "top_p": 0.9,
    "tool_choice": "time",
    "tool_prompt": "Call something.",
    "tools": TOOLS,
    "diff_frequency": 0.5,
    "pref_params": {"temperature": 1.5},
    "top_k": 40,
    "min_p": 0.05,
    "repetition_penalty": 1.1,
    "reasoning_effort": "low",
    "max_completion_tokens": 9,
    "n": 2,
    "parallel_tool_calls": False,
    "verbosity": "low",
    "service_tier": "flex",
    "user": "somebody",
}
NEEDS: Mapping[str, Mapping[str, Any]] = {
    "stream_options": {"stream": True},
    "top_logprobs": {"logprobs": True},
    "tool_choice": {"tools": TOOLS},
    "tool_prompt": {"tools": TOOLS},
}

SENT, WITHHELD = "sent", "withheld"
Becomes = str | Mapping[str, Any]

ANYWHERE: Mapping[str, Becomes] = {
    **dict.fromkeys(SAMPLES, SENT),
    "logit_bias": {"logit_bias": {"42": -1.5}},
    "response_format": {"response_format": FORMAT},
    "stop": {"stop": ["END"]},
    "tool_choice": {"tool_choice": NAMED},
    **dict.fromkeys(("tool_prompt", "diff_frequency", "pref_params"), WITHHELD),
}
OLDER_LIMIT = {"max_completion_tokens": {"max_tokens": 9}}
OF_OPENAI = dict.fromkeys(("verbosity", "service_tier", "user"), WITHHELD)
SWITCHED = {"reasoning_effort": "low", "chat_template_kwargs": {"enable_thinking": True}}
KNOWING_STRICT: Mapping[str, Becomes] = {
    **ANYWHERE,
    "response_format": {"response_format": STRICT_FORMAT},
    "tools": {"tools": STRICT_TOOLS},
}
TAKING_A_WORD = ("llamacpp", "lmstudio")
"""Of tool_choice, so that the forced tool goes alone."""
NOT_OF_OPENAI = dict.fromkeys(("top_k", "min_p", "repetition_penalty"), WITHHELD)
UNKNOWN_TO_MISTRAL = ("logit_bias", "logprobs", "top_logprobs", "stream_options", *NOT_OF_OPENAI)
NOT_FOR_ANTHROPIC = (
    *("logit_bias", "logprobs", "top_logprobs", "presence_penalty", "frequency_penalty", "seed"),
    *("response_format", "reasoning_effort", "service_tier", "user", *NOT_OF_OPENAI, "n"),
)
EXPECTED: Mapping[Flavour, Mapping[str, Becomes]] = {
    "openai": KNOWING_STRICT,
    "openai.com": {**KNOWING_STRICT, **NOT_OF_OPENAI, "max_tokens": {"max_completion_tokens": 9}},
    "openrouter": {**KNOWING_STRICT, "reasoning_effort": {"reasoning": {"effort": "low"}}, "n": WITHHELD},
    "mistral": {
        **ANYWHERE,
        **OF_OPENAI,
        **OLDER_LIMIT,
        **dict.fromkeys(UNKNOWN_TO_MISTRAL, WITHHELD),
        "seed": {"random_seed": 7},
    },
    "anthropic": {**ANYWHERE, **dict.fromkeys(NOT_FOR_ANTHROPIC, WITHHELD)},
    "deepseek": {**ANYWHERE, **OLDER_LIMIT},
    "huggingface": {**KNOWING_STRICT, **OLDER_LIMIT, "tool_prompt": SENT},
    "vllm": {
        **ANYWHERE,
        **OF_OPENAI,
        "reasoning_effort": SWITCHED,
        "response_format": {
            "response_format": {
                "type": "json_schema",
                "json_schema": {**FORMAT["json_schema"], "strict": True},
            }
        },
        "tools": {"tools": strict_tools(SCHEMA)},
    },
    "llamacpp": {
        **ANYWHERE,
        **OF_OPENAI,
        "reasoning_effort": SWITCHED,
        "tool_choice": {"tool_choice": "required"},
        "repetition_penalty": {"repeat_penalty": 1.1},
    },
    "ollama": {
        **ANYWHERE,
        **NOT_OF_OPENAI,
        **OF_OPENAI,
        **OLDER_LIMIT,
        **dict.fromkeys(("logit_bias", "tool_choice", "n", "parallel_tool_calls"), WITHHELD),
    },
    "lmstudio": {
        **ANYWHERE,
        **OF_OPENAI,
        **OLDER_LIMIT,
        **dict.fromkeys(("logprobs", "top_logprobs", "min_p"), WITHHELD),
        **dict.fromkeys(("n", "parallel_tool_calls", "reasoning_effort"), WITHHELD),
        "repetition_penalty": {"repeat_penalty": 1.1},
        "tool_choice": {"tool_choice": "required"},
    },
    "tgi": {
        **ANYWHERE,
        **NOT_OF_OPENAI,
        **OF_OPENAI,
        **OLDER_LIMIT,
        **dict.fromkeys(("n", "parallel_tool_calls", "reasoning_effort"), WITHHELD),
        "logit_bias": WITHHELD,
        "presence_penalty": WITHHELD,
        "response_format": {"response_format": {"type": "json", "value": SCHEMA}},
        "tool_prompt": SENT,
    },
    "transformers": {
        **ANYWHERE,
        **NOT_OF_OPENAI,
        **OF_OPENAI,
        **dict.fromkeys(
            (
                "n",
                "parallel_tool_calls",
                "reasoning_effort",
                "logprobs",
                "top_logprobs",
                "presence_penalty",
                "response_format",
                "stream_options",
                "tool_choice",
            ),
            WITHHELD,
        ),
    },
}
"""What becomes of each sample, written down a second time; the embedded model has tests of its own."""


def bytes_sent(asked: ChatRequest, profile: Profile) -> tuple[dict[str, Any], dict[str, ReportLine]]:
    """The body as it reached a server, and the report by parameter."""
    with ScriptedServer(answered(200, whole())) as server:
        answer = answer_of(asked, server.base_url, profile)
        (visit,) = server.requests
        return visit.body, {line.parameter: line for line in answer.report}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("flavour", EXPECTED)
def test_what_is_declared_is_what_leaves(flavour: Flavour, name: str) -> None:
    """One set parameter changes the bytes exactly as its report line says, and the line says what is expected."""
    profile, needed = PROFILES[flavour], NEEDS.get(name, {})
    before, _ = bytes_sent(request(**needed), profile)
    body, report = bytes_sent(request(**needed, **{name: SAMPLES[name]}), profile)
    changed = {field: value for field, value in body.items() if before.get(field, ...) != value}
    expected, line = EXPECTED[flavour][name], report[name]
    assert line.value == SAMPLES[name]
    assert set(before) <= set(body)
    if expected == WITHHELD:
        assert (line.state, line.wire, changed) == ("withheld", None, {})
        assert line.why.endswith((".", "'none'."))
    elif expected == SENT:
        assert (line.state, line.wire) == ("sent", None)
        assert changed == {name: SAMPLES[name]}
    else:
        assert isinstance(expected, Mapping)
        assert line.state == "encoded"
        assert line.why
        assert line.wire == (expected[name] if set(expected) == {name} else expected)
        others = {"tools"} if name == "tool_choice" and flavour in TAKING_A_WORD else set()
        assert {field: value for field, value in changed.items() if field not in others} == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_the_embedded_model_declares_what_leaves(name: str) -> None:
    """Of the embedded model too: withheld changes nothing, and anything else changes what it names."""
    needed = NEEDS.get(name, {})
    before, _ = bytes_sent(request(**needed), EMBEDDED)
    body, report = bytes_sent(request(**needed, **{name: SAMPLES[name]}), EMBEDDED)
    changed = {field for field, value in body.items() if before.get(field, ...) != value}
    withheld = name in (
        "diff_frequency",
        "pref_params",
        "reasoning_effort",
        "parallel_tool_calls",
        *OF_OPENAI,
    )
    encoded = "encoded" if name in TOUCHED_IN_EMBEDDED else "sent"
    assert report[name].state == ("withheld" if withheld else encoded)
    assert changed == TOUCHED_IN_EMBEDDED.get(name, {name} if report[name].state == "sent" else set())


TOUCHED_IN_EMBEDDED: Mapping[str, set[str]] = {
    "logit_bias": {"logit_bias"},
    "response_format": {"grammar"},
    "stop": {"stop"},
    "tools": {"grammar", "messages"},
    "tool_choice": {"grammar", "messages"},
    "tool_prompt": {"messages"},
    "repetition_penalty": {"repeat_penalty"},
}


def test_no_parameter_escapes_the_proof() -> None:
    """Every parameter of the registry has a sample, and every kind of server its expectations."""
    assert set(SAMPLES) == set(REGISTRY) - {"model", "messages"}
    assert {*EXPECTED, "embedded"} == set(PROFILES)
    assert all(set(table) == set(SAMPLES) for table in EXPECTED.values())
    assert all(set(profile.rules) == set(SAMPLES) for profile in PROFILES.values())


@pytest.mark.parametrize("flavour", PROFILES)
def test_nothing_set_nothing_sent(flavour: Flavour) -> None:
    """With nothing set the body is model and messages, and what the report lists as added."""
    body, report = bytes_sent(request(), PROFILES[flavour])
    added = {name: line.value for name, line in report.items() if line.state == "added"}
    assert body == {"model": "some-model", "messages": list(HELLO), **added}
    assert set(report) == {"model", "messages", *added}
    assert set(added) == ({"provider"} if flavour == "openrouter" else set())


@pytest.mark.parametrize("flavour", PROFILES)
def test_every_set_parameter_has_one_line(flavour: Flavour) -> None:
    """All parameters set at once: one line each, in every profile."""
    _, report = build(request(**SAMPLES), PROFILES[flavour])
    names = [line.parameter for line in report if line.state != "added"]
    assert names == ["model", "messages", *SAMPLES]


class Unspeakable(BaseModel):
    """A Pydantic model that no JSON Schema can describe."""

    call: Callable[[], None]


def test_a_model_without_a_schema_is_a_wrong_parameter() -> None:
    """It is refused like any other wrong value, before anything is sent."""
    with pytest.raises(InvalidRequest, match="response_format is Unspeakable"):
        build(request(response_format=Unspeakable), OPENAI)
