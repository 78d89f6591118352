"""A request is one frozen value: where it goes is read from the model's name.

Kept apart from the checks because these values have already passed them.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.chat import ChatRequest, Endpoint, ModelRef


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("embedded", ModelRef("embedded", "")),
        (" embedded ", ModelRef("embedded", "")),
        ("embedded/other", ModelRef("embedded", "other")),
        ("huggingface/openai/gpt-oss-20b:groq", ModelRef("huggingface", "openai/gpt-oss-20b:groq")),
        ("openrouter/meta-llama/llama-3:free", ModelRef("openrouter", "meta-llama/llama-3:free")),
        ("huggingface", None),
        ("huggingface/", None),
        ("openrouter/", None),
        ("gpt-5", None),
        ("HuggingFace/a", None),
        ("", None),
    ],
)
def test_the_prefix_decides_where_a_model_runs(text: str, expected: ModelRef | None) -> None:
    """Three prefixes are known; a hosted one needs an id behind it, and all else runs nowhere."""
    assert ModelRef.parse(text) == expected


@given(st.text(min_size=1).filter(str.strip))
def test_an_id_is_kept_to_the_letter(model_id: str) -> None:
    """Whatever stands behind the prefix, slashes and colons included, is the id."""
    parsed = ModelRef.parse("openrouter/" + model_id)
    assert parsed is None or parsed.id == model_id.rstrip()


@pytest.mark.parametrize(
    ("parameters", "streams"), [({}, False), ({"stream": False}, False), ({"stream": True}, True)]
)
def test_whether_it_streams(parameters: dict[str, Any], streams: bool) -> None:
    """Only stream set to True asks for pieces."""
    assert ChatRequest(ModelRef("embedded", ""), (), parameters).streams is streams


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({}, None),
        ({"tool_choice": "required"}, None),
        ({"tool_choice": "weather"}, "weather"),
        ({"tool_choice": {"type": "function", "function": {"name": "time"}}}, "time"),
    ],
)
def test_the_forced_function(parameters: dict[str, Any], name: str | None) -> None:
    """A name and OpenAI's object force a function; saying nothing does not."""
    assert ChatRequest(ModelRef("embedded", ""), (), parameters).forced_tool() == name


def test_a_key_is_not_printed() -> None:
    """The key of an endpoint is not in its repr, which ends up in logs."""
    assert "sk-secret" not in repr(Endpoint("http://127.0.0.1/v1", "sk-secret"))
