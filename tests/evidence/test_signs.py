"""What one answer shows of a parameter: each sign, seen, missed and undecided.

Kept apart from the evidence, which puts signs in order, and from the probes, which compare several answers.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from playground.events import Alternative, Answer, ReportLine, TokenScore, Usage
from playground.evidence import structure_signs
from playground.evidence.model_names import same_model
from playground.evidence.signs import SIGNS, no_sign
from playground.parameters import REGISTRY
from tests.documented import FURTHER
from tests.evidence.answers import STREAMED, answer, chunk, scores

SCHEMA: Final = {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}},
    "required": ["a"],
    "additionalProperties": False,
}
TOOLS: Final = [{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}]
CUT: Final[dict[str, Any]] = {"ended": "length", "finish_reason": "length"}
THOUGHTS_BESIDE = Usage(3, 2, False, {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 15})
BROKEN: Final[dict[str, Any]] = {"ended": "cut off", "finish_reason": None}
PIECES: Final[dict[str, Any]] = {
    "headers": STREAMED,
    "raw": (chunk(role="assistant"), chunk(content="a"), chunk(content="b"), "[DONE]"),
}
BEGUN: Final = [{"role": "user", "content": "?"}, {"role": "assistant", "content": '{"a": '}]
NAMED: Final = {"type": "function", "function": {"name": "f"}}

ON_TOP: Final = TokenScore("z", -19.0, (*scores("a", top=5)[0].top, Alternative("z", -19.0)))
PADDED: Final = TokenScore("a", -0.5, (Alternative("a", -0.5), *(Alternative("", -9999.0),) * 2))
"""The chosen token beside the five likeliest; and one alternative made three."""


def thoughtful(tokens: int) -> Answer:
    """An answer for which the server counts so many tokens of thought."""
    raw = {"completion_tokens": tokens + 1, "completion_tokens_details": {"reasoning_tokens": tokens}}
    return answer("a", usage=Usage(3, tokens + 1, False, raw))


CASES: Final[list[tuple[str, Any, str, Answer]]] = [
    ("max_tokens", 3, "yes", answer("a b c", tokens=3, **CUT)),
    ("max_tokens", 3, "yes", answer("a b c", logprobs=scores("a", "b", "c"), **CUT)),
    ("max_tokens", 3, "no", answer("a b c d", tokens=4, **CUT)),
    ("max_tokens", 3, "no", answer("a b", tokens=2, **CUT)),
    ("max_tokens", 3, "unknown", answer("a b", tokens=2)),
    ("max_tokens", 3, "unknown", answer("a b c", tokens=3)),
    ("max_tokens", 12, "unknown", answer("a b", usage=THOUGHTS_BESIDE, **CUT)),
    ("max_tokens", 500, "unknown", answer("a b", tokens=496, **CUT)),
    ("max_tokens", 500, "no", answer("a b", tokens=400, **CUT)),
    ("max_tokens", 3, "unknown", answer("a b", tokens=2, ended="length", finish_reason="model_length")),
    ("max_tokens", 3, "unknown", answer("ab", logprobs=scores("a", "b"), **CUT)),
    ("max_tokens", 5000, "unknown", answer("ab", **{**PIECES, **CUT})),
    ("max_tokens", 2, "yes", answer("ab", **{**PIECES, **CUT})),
    ("max_tokens", 1, "no", answer("ab", **{**PIECES, **CUT})),
    ("stop", ["x", "END"], "no", answer("the END")),
    ("stop", "x", "unknown", answer("the end")),
    ("stop", ["x"], "unknown", answer("the end", **CUT)),
    ("stop", ["x"], "yes", answer("the end", finish_reason="stop_sequence")),
    ("stop", ["x"], "yes", answer("the", raw=('{"choices": [{"stop_reason": "x"}]}',))),
    ("logprobs", True, "yes", answer("a", logprobs=scores("a"))),
    ("logprobs", True, "no", answer("a")),
    ("logprobs", True, "no", answer("a", logprobs=scores("a", logprob=2.0))),
    ("logprobs", True, "unknown", answer(calls=[("f", "{}")])),
    ("logprobs", True, "unknown", answer("")),
    ("logprobs", True, "no", answer("one two three four", tokens=4, logprobs=scores("one"))),
    ("logprobs", True, "no", answer("one two three four", logprobs=scores("one"))),
    ("logprobs", True, "yes", answer("one two three four", logprobs=scores("one"), **BROKEN)),
    ("logprobs", True, "yes", answer("one", tokens=3, logprobs=scores("."))),
    ("logprobs", True, "yes", answer("a b c", tokens=4, logprobs=scores("a", " b"))),
    ("logprobs", True, "unknown", answer("\N{TULIP}", tokens=3, logprobs=scores("\ufffd"))),
    ("logprobs", False, "yes", answer("a")),
    ("logprobs", False, "no", answer("a", logprobs=scores("a"))),
    ("top_logprobs", 5, "yes", answer("a", logprobs=scores("a", "b", top=5))),
    ("top_logprobs", 5, "yes", answer("a", logprobs=(ON_TOP,))),
    ("top_logprobs", 5, "no", answer("a", logprobs=scores("a", "b", top=6))),
    ("top_logprobs", 5, "no", answer("a", logprobs=(TokenScore("a", -0.5, (Alternative("a", -0.5),) * 5),))),
    ("top_logprobs", 3, "no", answer("a", logprobs=(PADDED,))),
    ("logprobs", True, "no", answer("a", logprobs=scores("", " "))),
    ("logprobs", True, "yes", answer("\N{TULIP}", logprobs=scores("", ""))),
    ("stream_options", {"include_usage": True}, "no", answer("ab", tokens=0, **PIECES)),
    ("max_tokens", 2, "yes", answer("ab", tokens=0, logprobs=scores("a", "b"), **CUT)),
    ("top_logprobs", 5, "no", answer("a", logprobs=scores("a", "b", top=1))),
    ("top_logprobs", 5, "no", answer("a", logprobs=scores("a", "b", top=20))),
    ("top_logprobs", 0, "yes", answer("a", logprobs=scores("a"))),
    ("top_logprobs", 5, "unknown", answer("a")),
    ("logit_bias", {"100": -100}, "no", answer("a", logprobs=scores("a"))),
    ("logit_bias", {100: -100}, "no", answer("a", logprobs=scores("a"))),
    ("logit_bias", {"a": -100}, "no", answer("a", logprobs=scores("a"))),
    ("logit_bias", {"7": -100}, "unknown", answer("a", logprobs=scores("a"))),
    ("logit_bias", {"7": -100}, "unknown", answer("7", logprobs=scores("7"))),
    ("logit_bias", {"7": -100}, "unknown", answer("7", logprobs=(TokenScore("7", -0.5),))),
    ("logit_bias", {"7": 100}, "unknown", answer("7", logprobs=(TokenScore("7", -0.5),))),
    (
        "logit_bias",
        {" 7": -100},
        "no",
        answer("a 7", logprobs=(TokenScore("a", -0.5), TokenScore(" 7", -0.5))),
    ),
    ("logit_bias", {"100": 100}, "yes", answer("a", logprobs=scores("a"))),
    ("logit_bias", {"7": 100}, "no", answer("a", logprobs=scores("a"))),
    ("logit_bias", {"7": 1}, "unknown", answer("a", logprobs=scores("a"))),
    ("logit_bias", {"7": 100}, "unknown", answer("a")),
    ("response_format", SCHEMA, "yes", answer('{"a": 1, "b": "x"}')),
    ("response_format", SCHEMA, "no", answer("Hello")),
    ("response_format", SCHEMA, "no", answer('{"b": "x"}')),
    ("response_format", SCHEMA, "no", answer('{"a": "1"}')),
    ("response_format", SCHEMA, "no", answer('{"a": true}')),
    ("response_format", SCHEMA, "no", answer('{"a": 1, "b": "z"}')),
    ("response_format", SCHEMA, "no", answer('{"a": 1, "c": 2}')),
    ("response_format", SCHEMA, "no", answer('{"a": 1')),
    ("response_format", SCHEMA, "no", answer('{"c": 1, "d', **CUT)),
    ("response_format", SCHEMA, "no", answer("Hello", **CUT)),
    ("response_format", SCHEMA, "unknown", answer('{"a": 1, "b', **CUT)),
    ("response_format", {"type": "json_object"}, "yes", answer("{}")),
    ("response_format", {"type": "text"}, "unknown", answer("Hello")),
    ("response_format", SCHEMA, "unknown", answer(calls=[("f", "{}")])),
    ("tools", TOOLS, "yes", answer(calls=[("f", '{"a": 1}')])),
    ("tools", TOOLS, "no", answer(calls=[("g", '{"a": 1}')])),
    ("tools", TOOLS, "no", answer(calls=[("f", '{"a"')])),
    ("tools", TOOLS, "no", answer(calls=[("f", '{"b": "x"}')])),
    ("tools", TOOLS, "yes", answer(calls=[("f", '{"a"')], **CUT)),
    ("tools", TOOLS, "unknown", answer("Hello")),
    ("tools", TOOLS, "unknown", answer(calls=[("", "")], **CUT)),
    ("tools", TOOLS, "no", answer(calls=[("g", "")], **CUT)),
    ("response_format", SCHEMA, "yes", answer('{"a": 1.0}')),
    ("response_format", SCHEMA, "no", answer('{"b": 1, "a": 1', **CUT)),
    ("response_format", SCHEMA, "unknown", answer("[" * 150 + "]" * 150)),
    ("response_format", SCHEMA, "yes", answer("1}", extra={"messages": BEGUN})),
    ("response_format", SCHEMA, "yes", answer('{"a": 1}', extra={"messages": BEGUN})),
    ("tool_choice", "required", "yes", answer(calls=[("f", "{}")])),
    ("tool_choice", "required", "no", answer("Hello")),
    *[
        ("tool_choice", forced, "unknown", answer("Hello", **ends))
        for forced in ("required", "f")
        for ends in (
            {"refusal": "Hello"},
            {"ended": "filtered", "finish_reason": "content_filter"},
            {"ended": "unclear", "finish_reason": "bored"},
            {"ended": "error", "finish_reason": "network_error"},
            {"ended": "cut off", "finish_reason": None},
        )
    ],
    ("tool_choice", "required", "unknown", answer("{", asked={"max_tokens": 9}, tokens=4, **CUT)),
    ("tool_choice", "required", "unknown", answer(calls=[("", "")], **CUT)),
    ("tool_choice", "f", "unknown", answer(calls=[("", "")], **CUT)),
    ("tool_choice", "required", "unknown", answer("", asked={"max_tokens": 9}, tokens=9, **CUT)),
    ("tool_choice", "required", "no", answer("Hello", asked={"max_tokens": 9}, tokens=9, **CUT)),
    ("tool_choice", NAMED, "no", answer(calls=[("g", "")], **CUT)),
    ("tool_choice", "none", "yes", answer("Hello")),
    ("tool_choice", "none", "no", answer(calls=[("f", "{}")])),
    ("tool_choice", "f", "yes", answer(calls=[("f", "{}")])),
    ("tool_choice", NAMED, "no", answer(calls=[("g", "{}")])),
    ("tool_choice", "auto", "unknown", answer("Hello")),
    ("stream", True, "yes", answer("ab", **PIECES)),
    ("stream", True, "no", answer("ab", raw=('{"choices": []}',))),
    ("stream", True, "no", answer("a" * 30, headers=STREAMED, raw=(chunk(content="a" * 30), "[DONE]"))),
    ("stream", True, "unknown", answer("a", headers=STREAMED, raw=(chunk(content="a"), "[DONE]"))),
    ("stream", True, "unknown", answer("ab", headers=STREAMED, logprobs=scores("a", "b"))),
    ("stream", False, "yes", answer("ab")),
    ("stream", False, "no", answer("ab", **PIECES)),
    ("stream_options", {"include_usage": True}, "yes", answer("ab", tokens=2, **PIECES)),
    ("stream_options", {"include_usage": True}, "no", answer("ab", **PIECES)),
    ("stream_options", {"include_usage": True}, "unknown", answer("ab", **PIECES, **BROKEN)),
    ("stream_options", {"include_usage": False}, "unknown", answer("ab")),
    ("model", "some-model", "yes", answer("a", raw=('{"model": "org/Some-Model"}',))),
    ("model", "", "yes", answer("a", raw=('{"model": "any"}',))),
    ("model", "some-model", "unknown", answer("a", raw=('{"model": "another"}',))),
    ("model", "some-model", "unknown", answer("a", raw=("[DONE]", "nonsense", "[]"))),
    ("messages", [], "unknown", answer("a")),
    *((name, 1.0, "unknown", answer("a", logprobs=scores("a"))) for name in ("temperature", "top_p", "seed")),
    *(
        (name, 1.0, "unknown", answer("a"))
        for name in ("frequency_penalty", "presence_penalty", *FURTHER[:3])
    ),
    ("max_completion_tokens", 3, "yes", answer("abc", tokens=3, **CUT)),
    ("max_completion_tokens", 2, "no", answer("abc", tokens=3, **CUT)),
    ("reasoning_effort", "none", "no", thoughtful(7)),
    ("reasoning_effort", "none", "no", answer("a", reasoning="hm")),
    ("reasoning_effort", "none", "unknown", thoughtful(0)),
    ("reasoning_effort", "high", "unknown", thoughtful(7)),
    ("reasoning_effort", "high", "unknown", answer("a")),
    ("n", 3, "yes", answer("a", others=(answer("b"), answer("a")))),
    ("n", 2, "yes", answer("a", others=(answer("a"),))),
    ("n", 3, "no", answer("a", others=(answer("b"),))),
    ("n", 2, "no", answer("a")),
    ("n", 2, "unknown", answer("a", **BROKEN)),
    ("n", 1, "yes", answer("a")),
    ("parallel_tool_calls", True, "yes", answer(calls=[("f", "{}"), ("f", "{}")])),
    ("parallel_tool_calls", False, "no", answer(calls=[("f", "{}"), ("f", "{}")])),
    ("parallel_tool_calls", False, "unknown", answer(calls=[("f", "{}")])),
    ("parallel_tool_calls", True, "unknown", answer("a")),
    ("verbosity", "low", "unknown", answer("a")),
    *(
        ("service_tier", asked, seen, answer("a", raw=(f'{{"service_tier": {json.dumps(told)}}}', "[DONE]")))
        for asked, told, seen in (
            ("flex", "flex", "yes"),
            ("flex", "default", "no"),
            ("fast", "priority", "yes"),
            ("auto", "default", "unknown"),
            ("flex", None, "unknown"),
        )
    ),
    ("user", "somebody", "unknown", answer("a")),
    *((name, None, "unknown", answer("a")) for name in ("tool_prompt", "diff_frequency", "pref_params")),
]


@pytest.mark.parametrize(
    ("name", "value", "seen", "given"), CASES, ids=[f"{n}-{s}-{i}" for i, (n, _, s, _) in enumerate(CASES)]
)
def test_sign(name: str, value: Any, seen: str, given: Answer) -> None:
    """Yes only where the effect is there, no only where it should be and is not; and one sentence of why."""
    sign = SIGNS[name](given, value)
    assert sign.seen == seen, sign.why
    assert sign.why.endswith(".") and len(sign.why.split()) > 2


def test_every_parameter_has_a_sign() -> None:
    """No parameter of the registry is forgotten, and none invented; which signs are still to be written."""
    assert SIGNS.keys() == REGISTRY.keys()
    assert [name for name, sign in SIGNS.items() if sign is no_sign] == []
    assert {name for name, *_ in CASES} == REGISTRY.keys()


@pytest.mark.parametrize(
    ("asked", "named", "same"),
    [
        ("openai/gpt-oss-20b:groq", "gpt-oss-20b", "yes"),
        ("gpt-4o", "gpt-4o-2024-08-06", "yes"),
        ("gpt-4", "gpt-4-0613", "yes"),
        ("mistral-large-latest", "mistral-large-2411", "yes"),
        ("claude-3-5-sonnet", "claude-3-5-sonnet@20240620", "yes"),
        ("meta-llama/Llama-3.1-8B", "llama-3.1-8b", "yes"),
        ("deepseek/deepseek-r1:free", "deepseek/deepseek-r1", "yes"),
        ("smollm", "/models/SmolLM.gguf", "yes"),
        ("smollm-q4_k_m", "SmolLM-Q4_K_M.gguf", "yes"),
        ("llama3.2", "llama3.2:latest", "yes"),
        ("llama3.2:3b", "llama3.2", "unknown"),
        ("llama3.2", "llama3.2:1b", "unknown"),
        ("smollm", "SmolLM-Q2_K.gguf", "unknown"),
        ("gpt-4o-2024-08-06", "gpt-4o", "unknown"),
        ("claude-3.5-sonnet", "claude-3-5-sonnet", "unknown"),
        ("one/smollm", "another/smollm", "unknown"),
        ("gpt-4o", "", "unknown"),
        ("one/Llama-8B-GGUF", "llama-8b-Q4_K_M.gguf", "unknown"),
        ("llama-8b-FP8-dynamic", "llama-8b", "unknown"),
        ("llama-8b", "llama-8b-bnb-4bit", "unknown"),
        ("llama-8b-awq-int4", "llama-8b-awq", "unknown"),
        ("llama-8b-awq-int4", "llama-8b", "unknown"),
        ("meta-llama/Llama-3.3-70B-Instruct:groq", "llama-3.3-70b-versatile", "unknown"),
        ("llama-3.1-8b-instruct", "Meta-Llama-3.1-8B-Instruct", "unknown"),
        ("gemini-2.5-flash", "gemini-2.5-flash-preview-05-20", "unknown"),
        ("embed", "embed-1024", "unknown"),
        ("qwen3-235b", "qwen3-235b-a22b", "unknown"),
        ("gpt-4o", "gpt-4o-mini", "no"),
        ("gpt-4o", "gpt-4o-mini-2024-07-18", "no"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-05-13", "no"),
        ("smollm-q8_0", "smollm-q2_k", "no"),
        ("llama-8b", "llama-70b", "no"),
        ("smollm", "my-smollm-1.7b-q2", "no"),
        ("llama", "llama-4096", "no"),
        ("gpt-4o", "claude-3", "no"),
        ("smollm", "smollm-mini", "no"),
        ("embed", "embed-1032", "no"),
        ("deepseek-r1", "deepseek-r1-distill-qwen", "no"),
        ("llama-8b-awq", "llama-8b-gptq", "no"),
        ("qwen-32b-instruct", "llama-32b-versatile", "no"),
        ("qwen3-30b-instruct-2507", "qwen3-30b-thinking-2507", "no"),
    ],
)
def test_names_of_one_model(asked: str, named: str, same: str) -> None:
    """An owner in front, a provider or a date behind, and case do not make another model; a size does."""
    assert same_model(asked, named) == same


def test_only_a_report_that_tells_something_has_the_schema_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a model was not held to is looked for where its report has a word on it, and in no other answer."""
    walked: list[object] = []

    def walk(schema: object) -> str:
        walked.append(schema)
        return ""

    monkeypatch.setattr(structure_signs, "let_go", walk)
    for why in ("", "As a grammar."):
        report = (ReportLine("response_format", "encoded", SCHEMA, why),)
        structure_signs.response_format(Answer('{"a": 1}', report=report), SCHEMA)
    assert len(walked) == 1
