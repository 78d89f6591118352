"""Which field each server's words are about, and which words are about none.

Kept apart from the refusals because it is read as a table: a new wording costs a line here and one in the code.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from playground.wire.refusals.at_fault import field_at_fault, fields_listed, statements
from playground.wire.refusals.refusal import words_of

SENT: Final[dict[str, Any]] = {
    "model": "m",
    "messages": [],
    "max_tokens": 50,
    "temperature": 0.5,
    "top_p": 0.5,
    "seed": 1,
    "stop": ["x"],
    "stream": True,
    "tools": [{}],
    "tool_choice": "required",
    "logprobs": True,
    "response_format": {},
    "n": 2,
    "reasoning_effort": "low",
}

WORDS: Final[list[tuple[str, int, str, str | None]]] = [
    ("llama.cpp", 500, "tools param requires --jinja flag", "tools"),
    ("llama.cpp", 400, "tools param requires --jinja flag", "tools"),
    ("llama.cpp", 500, "tool_choice param requires --jinja flag", "tool_choice"),
    ("llama.cpp", 500, "Unsupported param: tools", "tools"),
    ("llama.cpp", 500, "logprobs is not supported with tools + stream", "logprobs"),
    ("llama.cpp", 500, "This server does not support tools", "tools"),
    ("llama.cpp", 400, "Failed to parse grammar", "response_format"),
    ("llama.cpp", 400, 'Either "json_schema" or "grammar" can be specified, but not both', "response_format"),
    ("Groq", 400, "Tool choice is required, but model did not call a tool", "tool_choice"),
    ("Groq", 400, "Tool choice is none, but model called a tool", "tools"),
    ("Groq", 400, "tool call validation failed: attempted to call tool 'x' which was not in request.tools", "tools"),
    ("Groq", 400, "Failed to parse tool call arguments as JSON", "tools"),
    ("Groq", 400, "Failed to validate JSON. Please adjust your prompt.", "response_format"),
    ("Groq", 400, "Generated JSON does not match the expected schema.", "response_format"),
    ("Groq", 400, "Parsing failed. The model generated output that could not be parsed.", "tools"),
    ("Groq", 400, "response_format `json_object` cannot be combined with tool/function calling", "response_format"),
    ("Google", 400, "Logprobs is not enabled for models/gemini-2.5-flash", "logprobs"),
    ("Google", 400, "JSON mode is not enabled for models/gemma-3-27b-it", "response_format"),
    ("Google", 400, "Multiple candidates is not enabled for this model", "n"),
    ("Google", 400, "Function calling with a response mime type: 'application/json' is unsupported", "response_format"),
    ("Google", 400, "Unable to submit request because it must have at most 5 stop sequences", "stop"),
    ("Google", 400, "Thinking level MINIMAL is not supported for this model.", "reasoning_effort"),
    ("Google", 400, "* GenerateContentRequest.tools[0].function_declarations[0].name: Invalid name", "tools"),
    ("Bedrock", 400, "This model doesn't support the stopSequences field. Remove stopSequences.", "stop"),
    ("Bedrock", 400, "The maximum tokens you requested exceeds the model limit of 4096.", "max_tokens"),
    ("Cohere", 400, "too many tokens: max tokens must be less than or equal to 4096", "max_tokens"),
    ("GLM", 400, "top_p参数非法。限制开区间(0,1)。", "top_p"),
    ("GLM", 400, "不支持stop参数", "stop"),
    ("any", 400, "seed must be less than or equal to 2147483647", "seed"),
    ("any", 413, "max_tokens must be at most 100", "max_tokens"),
    ("a router", 500, "Unsupported parameter: temperature", "temperature"),
    ("a wait", 429, "Too many tokens: max_tokens counts towards your limit", None),
    ("a mishap", 500, "The stream is not available", None),
    ("a mishap", 503, "The model is not available", None),
    ("a mishap", 503, "The model and messages are not available", None),
    ("a mishap", 500, "temperature must be <= 80 degrees on this board", None),
    ("DashScope", 400, "Temperature should be in [0.0, 2.0)", "temperature"),
    ("Perplexity", 400, "Temperature must be between 0 and 2 (exclusive).", "temperature"),
    ("capitals", 400, "Top_p should be in (0.0, 1.0]", "top_p"),
    ("capitals", 400, "`Temperature` must be <= 1", "temperature"),
    ("capitals", 400, "TopP must be in (0,1)", "top_p"),
    ("capitals", 400, "TOP_P must be <= 0.9", "top_p"),
    ("capitals", 400, "Logprobs are not supported for this model", "logprobs"),
    ("capitals", 400, "Seed must be at most 100", "seed"),
    ("capitals", 400, "Stop is not supported", "stop"),
    ("capitals", 500, "Temperature is not supported by this model", "temperature"),
    ("blanks", 400, "Response format is not supported", "response_format"),
    ("blanks", 400, "The reasoning effort must be set", "reasoning_effort"),
    ("blanks", 400, "Max tokens should be between 1 and 40", "max_tokens"),
    ("blanks", 400, "The number of stop words exceeds the limit 1", "stop"),
    ("Google", 400, "Tool use with function calling is unsupported", "tools"),
    ("any", 400, "Tools are not supported in streaming mode", "tools"),
    ("any", 400, "This model doesn't support function calling", "tools"),
    ("any", 400, "Structured outputs are not supported by this model", "response_format"),
    ("any", 400, "This model does not support JSON mode", "response_format"),
    ("any", 400, "Streaming is not supported for this model", "stream"),
    ("OpenAI", 400, "Invalid schema for function 'f': In context=('properties', 'x'), schema must have a 'type' key.",
     "tools"),
    ("pydantic", 400, "stop: list should have at most 4 items after validation, not 5", "stop"),
    ("a list", 400, "Unsupported parameters: foo, tools", "tools"),
    ("what is taken", 400, "Unknown parameter foo, supported parameters: temperature, top_p.", None),
    ("what is taken", 400, "unknown field `foo`, expected one of `model`, `temperature`, `seed`", None),
    ("a habit", 400, "Stop the server, check your tools, and try again", None),
    ("a habit", 400, "Seed funding is not available to all: the tools menu has more", None),
    ("a habit", 400, "Message: stop. Tools like curl are needed, N of them", None),
    ("a habit", 400, "The Stop Button", None),
    ("a habit", 500, "Stream is not available", None),
    ("a habit", 400, "The seed must be planted, and the stop must be near", None),
    ("a name within others", 400, "the prestop_p and top_path of x-seed", None),
]  # fmt: skip


@pytest.mark.parametrize(("who", "status", "words", "field"), WORDS)
def test_words_name_a_field(who: str, status: int, words: str, field: str | None) -> None:
    """Each wording names its field, at every status that its server has for it, and nothing else does."""
    assert field_at_fault({"error": {"message": words}}, words, SENT, status) == field, who


PLACES: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("OpenAI", {"error": {"message": "Invalid", "param": "tools[0].function.name"}}, "tools"),
    ("Google", {"error": {"message": "Invalid", "details": [
        {"@type": "BadRequest", "fieldViolations": [{"field": "generation_config.top_p", "description": "Odd"}]}]}},
        "top_p"),
    ("ASP.NET", {"title": "Invalid", "errors": {"$.TopP": ["Odd"]}}, "top_p"),
    ("Laravel", {"message": "Invalid", "errors": {"temperature": ["Odd"]}}, "temperature"),
    ("FastAPI", {"detail": [{"loc": ["body", "top_p"], "msg": "Odd"}]}, "top_p"),
    ("JSON:API", {"errors": [{"field": "/temperature", "detail": "Odd"}]}, "temperature"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "document", "field"), PLACES)
def test_a_server_names_a_place(who: str, document: dict[str, Any], field: str) -> None:
    """What the server names comes before its words, at any status."""
    for status in (400, 500):
        assert field_at_fault(document, words_of(document), SENT, status) == field, who


def test_the_first_of_several_is_at_fault() -> None:
    """What was not sent is not at fault, and of what stands in one place the first in our own order is."""
    without = {name: value for name, value in SENT.items() if name != "response_format"}
    assert field_at_fault({}, "Failed to parse grammar", without, 400) == "tools"
    assert field_at_fault({}, "Failed to parse grammar", {**SENT, "grammar": "x"}, 400) == "grammar"
    assert field_at_fault({}, "Failed to parse grammar", {"model": "m"}, 400) is None


def test_what_the_model_wrote_names_nothing() -> None:
    """Groq shows the call that failed, whose arguments may be called as a parameter is."""
    error = {"message": "It went wrong.", "failed_generation": '{"temperature": 20,\n "unit": "C"}'}
    assert field_at_fault({"error": error}, words_of({"error": error}), SENT, 400) is None
    assert "temperature" in words_of({"error": error})


@pytest.mark.parametrize("name", ["user", "provider"])
def test_who_is_spoken_of_is_no_field(name: str) -> None:
    """A user and a provider have faults of their own; a field is quoted, or called a parameter."""
    sent = {**SENT, name: "x"}
    for words in (
        f"{name.title()} is not allowed to use this",
        f"{name} is not available",
        f"The {name} must be new",
    ):
        assert field_at_fault({}, words, sent, 403) is None
    for words in (
        f"Unknown parameter: {name}",
        f"`{name}` is not allowed",
        f"Unsupported parameters: foo, {name}",
    ):
        assert field_at_fault({}, words, sent, 403) == name


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("Unrecognized request arguments supplied: tool_choice, tools", ["tool_choice", "tools"]),
        ("Unrecognized request argument supplied: seed", ["seed"]),
        ("Unsupported parameters: logprobs, seed", ["logprobs", "seed"]),
        ("Unsupported parameter(s): `seed`, `logprobs`.", ["seed", "logprobs"]),
        ("The following parameters are not supported: logprobs and seed.", ["logprobs", "seed"]),
        ("The following fields are not allowed: seed,logprobs", ["seed", "logprobs"]),
        ("Argument not supported on this model: topP, randomSeed", ["top_p", "seed"]),
        ("This model does not support logprobs, seed", ["logprobs", "seed"]),
        ("This model does not support the parameters logprobs and seed.", ["logprobs", "seed"]),
        ("Temperature, Top_p and foo are deprecated", ["temperature", "top_p"]),
        ('Unknown name "seed": Cannot find field. Unknown name "n": Cannot find field.', ["seed", "n"]),
        ("#: extraneous key [seed] is not permitted#: extraneous key [n] is not permitted", ["seed", "n"]),
        ("Unsupported parameter: seed, use top_p instead", []),
        ("tools and response_format are not supported together", []),
        ("This model does not support temperature and top_p in the same request", []),
        ("Unsupported combination: temperature and top_p.", []),
        ("Supported parameters: temperature, top_p", []),
    ],
)
def test_words_list_fields(words: str, listed: list[str]) -> None:
    """What is not taken is listed in many ways; what is not taken together, and what is taken, is no such list."""
    assert fields_listed(words, SENT) == listed


def test_each_statement_is_about_its_field() -> None:
    """A field that is merely told again, or of which nothing is said, has none."""
    words = "Temperature must be <= 1; top_p is unsupported, (stop: ['x']) and The Seed must be 2"
    assert {name: said.split()[0] for name, said in statements(words, SENT).items()} == {
        "temperature": "Temperature",
        "top_p": "top_p",
        "seed": "Seed",
    }
    assert statements("temperature and top_p must be at most 1", SENT).keys() == {"temperature", "top_p"}
