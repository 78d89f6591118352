"""Random requests of the page, with any of all parameters: what is handed on must be the very same again.

Kept apart from the tests because code, links and whatever else is handed on are tried on the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.wire.test_body import FORMAT, FREE, SCHEMA, TOOLS

TRICKY: Final = (
    "JSON",
    "'; echo ran; '",
    "$(echo ran) `echo ran` $HOME",
    'a "quoted" \\ word',
    "two\nlines\r\nJSON\n",
    "\u2028\u2029\x85\ufeff\u202eturned",
    "\x00\x1b[31m",
    "{{x}} {x!r} %s ${x}",
    '"""\n# said: withheld',
    "// */ -->",
    "</script><b>",
    "grüße 你好 🙂",
    " x ",
)
TEXT: Final = st.sampled_from(TRICKY) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
    str.strip
)
NUMBER: Final = st.integers(-5, 5) | st.sampled_from((2**53 + 1, -(2**70), 1e-7, 1.5e300, -0.0))
DOCUMENT: Final = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("a", "a-b", "__proto__", "0", "def")) | TEXT, inner, max_size=3)
    ),
    max_leaves=5,
)
CALL: Final = {"id": "1", "type": "function", "function": {"name": "time", "arguments": "{}"}}
TURNS: Final[st.SearchStrategy[Any]] = st.sampled_from(
    (
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "user", "content": [{"type": "text", "text": "What is it?"}]},
    )
) | st.fixed_dictionaries({"role": st.sampled_from(("user", "assistant")), "content": TEXT})
MESSAGES: Final[st.SearchStrategy[list[Any]]] = st.lists(TURNS, max_size=3).map(
    lambda turns: [*turns, {"role": "user", "content": "Hello"}]
)
SHAPES: Final[st.SearchStrategy[Any]] = st.recursive(
    st.fixed_dictionaries(
        {"type": st.sampled_from(("string", "integer", "boolean"))}, optional={"description": TEXT}
    )
    | TEXT.map(lambda text: {"enum": [text, "other"]}),
    lambda inner: (
        inner.map(lambda shape: {"type": "array", "items": shape})
        | st.dictionaries(
            st.sampled_from(("a", "a-b", "$ref name", "def")) | TEXT, inner, min_size=1, max_size=3
        ).map(
            lambda shapes: {
                "type": "object",
                "properties": shapes,
                "required": list(shapes),
                "additionalProperties": False,
            }
        )
    ),
    max_leaves=4,
)
"""Schemas of any depth, with names and words that a shell or a program could take for its own."""


def _tools(shape: Any, about: str) -> list[Any]:
    """A function whose one argument has this shape, beside the one that `tool_choice` names."""
    schema = {"type": "object", "properties": {"x": shape}, "required": ["x"], "additionalProperties": False}
    return [
        *TOOLS,
        {"type": "function", "function": {"name": "odd", "description": about, "parameters": schema}},
    ]


PARAMETERS: Final = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "top_p": st.floats(0, 1),
        "seed": st.integers(0, 2**32 - 1),
        "frequency_penalty": st.floats(-2, 2),
        "presence_penalty": st.floats(-2, 2),
        "max_tokens": st.integers(1, 10**6),
        "stop": TEXT.map(lambda text: f"{text}.") | st.lists(TEXT, min_size=1, max_size=4),
        "logit_bias": st.dictionaries(
            st.integers(0, 99).map(str), st.floats(-100, 100), min_size=1, max_size=3
        ),
        "logprobs": st.just(True),
        "tools": st.just(TOOLS) | st.builds(_tools, SHAPES, TEXT),
        "response_format": st.sampled_from((SCHEMA, FORMAT, FREE))
        | SHAPES.map(lambda shape: {"type": "object", "properties": {"x": shape}, "required": ["x"]}),
        "stream": st.booleans(),
        "top_k": st.integers(0, 100),
        "min_p": st.floats(0, 1),
        "repetition_penalty": st.floats(0.5, 2),
        "reasoning_effort": st.sampled_from(("none", "low", "high")),
        "max_completion_tokens": st.integers(1, 10**6),
        "n": st.integers(1, 4),
        "parallel_tool_calls": st.booleans(),
        "verbosity": st.sampled_from(("low", "high")),
        "service_tier": st.sampled_from(("auto", "flex")),
        "user": TEXT,
        "diff_frequency": st.floats(0, 1),
        "pref_params": st.just({"temperature": 1.5}),
    },
)
BESIDE: Final[Mapping[str, Mapping[str, st.SearchStrategy[Any]]]] = {
    "logprobs": {"top_logprobs": st.integers(0, 5)},
    "tools": {
        "tool_choice": st.sampled_from(("auto", "none", "required", "time")),
        "tool_prompt": TEXT,
    },
    "stream": {"stream_options": st.just({"include_usage": True})},
}
EXTRA: Final = st.dictionaries(
    st.sampled_from(("temperature", "top_a", "metadata", "stop", "store", "chat_template_kwargs", "a b"))
    | TEXT,
    DOCUMENT,
    max_size=3,
)


@st.composite
def page_requests(draw: st.DrawFn) -> dict[str, Any]:
    """What the page has set, but for where it goes: messages, any parameters, extra JSON."""
    parameters = draw(PARAMETERS)
    for name, others in BESIDE.items():
        if parameters.get(name):
            parameters |= {other: draw(values) for other, values in others.items() if draw(st.booleans())}
    return {
        "messages": draw(MESSAGES),
        "parameters": parameters,
        "extra_body": draw(EXTRA.map(without_stream)),
    }


def without_stream(extra: dict[str, Any]) -> dict[str, Any]:
    """Extra JSON that leaves it to the parameter whether there is a stream."""
    return {name: value for name, value in extra.items() if name not in ("stream", "model", "messages")}


def some(strategy: st.SearchStrategy[Any], number: int) -> list[Any]:
    """So many random values at once, for what is tried in one go."""
    found: list[Any] = []

    @settings(max_examples=number, database=None, phases=[Phase.generate], derandomize=True)
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found
