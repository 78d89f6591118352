"""What leaves is what is declared: every kind of server, every parameter, on the bytes that reach a server.

Kept apart from the other tests of the wire because a report that is not proven on bytes is only a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from playground.chat import ChatRequest, ModelRef
from playground.errors import InvalidRequest
from playground.events import ReportLine
from playground.parameters import REGISTRY
from playground.problems import check
from playground.wire.body import build
from playground.wire.profiles import (
    EMBEDDED,
    HUGGINGFACE,
    LLAMACPP,
    OPENAI,
    OPENAI_COM,
    OPENROUTER,
    PROFILES,
    TGI,
    TRANSFORMERS,
    VLLM,
    Flavour,
    Profile,
    bill_to,
    referred_by,
)
from tests.standin import Standin, answered, whole
from tests.wire.asking import HELLO, answer_of, here, request

SCHEMA = {"type": "object", "properties": {"name": {"type": "string", "default": None}}, "required": ["name"]}
OF_TGI = {"type": "json", "value": SCHEMA}
FREE = {"type": "json_object"}
REGEX = {"type": "regex", "value": "a+"}
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
TOOLS = [
    {"type": "function", "function": {"name": "weather", "description": "The weather", "parameters": SCHEMA}},
    {"type": "function", "function": {"name": "time"}},
]
NAMED = {"type": "function", "function": {"name": "time"}}

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
    "tool_prompt": WITHHELD,
    "diff_frequency": WITHHELD,
    "pref_params": WITHHELD,
}
EXPECTED: Mapping[Flavour, Mapping[str, Becomes]] = {
    "openai": ANYWHERE,
    "openai.com": {**ANYWHERE, "max_tokens": {"max_completion_tokens": 9}},
    "openrouter": ANYWHERE,
    "huggingface": {**ANYWHERE, "tool_prompt": SENT},
    "vllm": ANYWHERE,
    "llamacpp": {**ANYWHERE, "tool_choice": {"tool_choice": "required"}},
    "tgi": {
        **ANYWHERE,
        "logit_bias": WITHHELD,
        "presence_penalty": WITHHELD,
        "response_format": {"response_format": {"type": "json", "value": SCHEMA}},
        "tool_prompt": SENT,
    },
    "transformers": {
        **ANYWHERE,
        **dict.fromkeys(
            (
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
    with Standin(answered(200, whole())) as server:
        answer = answer_of(asked, server.base_url, profile)
        (visit,) = server.visits
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
        others = {"tools"} if name == "tool_choice" and flavour == "llamacpp" else set()
        assert {field: value for field, value in changed.items() if field not in others} == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_the_embedded_model_declares_what_leaves(name: str) -> None:
    """Of the embedded model too: withheld changes nothing, and anything else changes what it names."""
    needed = NEEDS.get(name, {})
    before, _ = bytes_sent(request(**needed), EMBEDDED)
    body, report = bytes_sent(request(**needed, **{name: SAMPLES[name]}), EMBEDDED)
    changed = {field for field, value in body.items() if before.get(field, ...) != value}
    assert report[name].state == {"diff_frequency": "withheld", "pref_params": "withheld"}.get(
        name, "encoded" if name in TOUCHED_IN_EMBEDDED else "sent"
    )
    assert changed == TOUCHED_IN_EMBEDDED.get(name, {name} if report[name].state == "sent" else set())


TOUCHED_IN_EMBEDDED: Mapping[str, set[str]] = {
    "logit_bias": {"logit_bias"},
    "response_format": {"grammar"},
    "stop": {"stop"},
    "tools": {"grammar", "messages"},
    "tool_choice": {"grammar", "messages"},
    "tool_prompt": {"messages"},
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


class Pet(BaseModel):
    """A Pydantic model as a user would write one."""

    name: str


NAMED_PET = {"type": "json_schema", "json_schema": {"name": "Pet", "schema": Pet.model_json_schema()}}


class Unspeakable(BaseModel):
    """A Pydantic model that no JSON Schema can describe."""

    call: Callable[[], None]


def test_a_model_without_a_schema_is_a_wrong_parameter() -> None:
    """It is refused like any other wrong value, before anything is sent."""
    with pytest.raises(InvalidRequest, match="response_format is Unspeakable"):
        build(request(response_format=Unspeakable), OPENAI)


GOLDEN: Mapping[str, tuple[Profile, dict[str, Any], dict[str, Any]]] = {
    "stop as a list is not touched": (OPENAI, {"stop": ["a", "\n"]}, {"stop": ["a", "\n"]}),
    "no empty list of tools": (VLLM, {"tools": []}, {}),
    "no tool_choice without tools": (VLLM, {"tool_choice": "auto"}, {}),
    "null within a tool's schema stays": (OPENAI, {"tools": TOOLS}, {"tools": TOOLS}),
    "tool_choice in HuggingFace's form": (
        OPENAI,
        {"tools": TOOLS, "tool_choice": {"function": {"name": "time"}}},
        {"tools": TOOLS, "tool_choice": NAMED},
    ),
    "required is a word": (
        OPENAI,
        {"tools": TOOLS, "tool_choice": "required"},
        {"tools": TOOLS, "tool_choice": "required"},
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
    "TGI: a Pydantic model": (
        TGI,
        {"response_format": Pet},
        {"response_format": {"type": "json", "value": Pet.model_json_schema()}},
    ),
    "TGI: no free JSON mode": (TGI, {"response_format": FREE}, {}),
    "TGI: text": (TGI, {"response_format": {"type": "text"}}, {}),
    "TGI: its own regex": (TGI, {"response_format": REGEX}, {"response_format": REGEX}),
    "TGI: its own form": (TGI, {"response_format": OF_TGI}, {"response_format": OF_TGI}),
    "TGI: its other name": (TGI, {"response_format": {**OF_TGI, **FREE}}, {"response_format": OF_TGI}),
    "TGI's form elsewhere": (OPENAI, {"response_format": {**OF_TGI, **FREE}}, {"response_format": FORMAT}),
    "TGI: tools win over a format": (TGI, {"tools": TOOLS, "response_format": SCHEMA}, {"tools": TOOLS}),
    "a Pydantic model": (VLLM, {"response_format": Pet}, {"response_format": NAMED_PET}),
    "OpenAI's form with a name is not touched": (
        HUGGINGFACE,
        {"response_format": {**NAMED_PET, "strict": True}},
        {"response_format": {**NAMED_PET, "strict": True}},
    ),
    "OpenAI's form gets the name that it needs": (
        OPENROUTER,
        {"response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA, "strict": True}}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
            }
        },
    ),
    "a title becomes a name of allowed letters": (
        OPENAI,
        {"response_format": {"title": "A pet: né 1", "type": "object"}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "A_pet_n_1",
                    "schema": {"title": "A pet: né 1", "type": "object"},
                },
            }
        },
    ),
    "json_object": (LLAMACPP, {"response_format": FREE}, {"response_format": FREE}),
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
        "tools": "sent",
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


def test_wider_ranges_are_taken_where_the_server_takes_them() -> None:
    """20 top_logprobs pass for OpenAI-like servers, 100 for llama.cpp; elsewhere 5 is the documented end."""
    values = {"model": "m", "messages": list(HELLO), "logprobs": True, "top_logprobs": 20}
    assert not check(values, "create", OPENAI.kinds)
    assert not check(values, "create", OPENROUTER.kinds)
    assert not check({**values, "top_logprobs": 100}, "create", EMBEDDED.kinds)
    assert check({**values, "top_logprobs": 21}, "create", OPENAI.kinds)
    assert check(values, "create", TGI.kinds)


def test_known_defaults_are_of_known_parameters() -> None:
    """What a profile says of an unset parameter is about a parameter of the registry, and valid where a value."""
    for profile in PROFILES.values():
        assert set(profile.defaults) <= set(REGISTRY)
    assert EMBEDDED.defaults["temperature"] == 1.0
    assert EMBEDDED.defaults["top_p"] == 1.0


def test_headers_of_the_hosted_providers() -> None:
    """Attribution for OpenRouter and the paying organisation for HuggingFace arrive as headers."""
    with Standin(answered(200, whole())) as server:
        own = (OPENROUTER, referred_by("https://a.example")), (HUGGINGFACE, bill_to("org"))
        for profile, headers in own:
            answer_of(
                request(), server.base_url, replace(here(profile), headers={**profile.headers, **headers})
            )
        first, second = server.visits
    assert first.headers["x-openrouter-title"] == "Parameter Playground"
    assert first.headers["http-referer"] == "https://a.example"
    assert second.headers["x-hf-bill-to"] == "org"
    assert "http-referer" not in second.headers
    assert bill_to("") == referred_by("") == {}
