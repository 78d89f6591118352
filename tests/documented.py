"""The documented table of parameters, written down a second time: name, what is allowed, default.

Kept apart from the registry on purpose: tests compare the two, so that neither can change unnoticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

REQUIRED: Final = "required"
NONE: Final = None

TOOL: Final[Mapping[str, Any]] = {"type": "function", "function": {"name": "weather", "parameters": {}}}
TOOLS: Final = [TOOL]
HELLO: Final = [{"role": "user", "content": "Hello"}]


class Row(NamedTuple):
    """One row: default, range in words, values at and within its edges, values outside, and what it needs."""

    default: Any
    allowed: str
    good: tuple[Any, ...]
    bad: tuple[Any, ...]
    beside: Mapping[str, Any] = {}
    call: str = "create"


NAN, INFINITY = float("nan"), float("inf")
HALF_A_CHARACTER: Final = "\ud800"
NOT_NUMBERS: Final[tuple[Any, ...]] = (NAN, INFINITY, -INFINITY, True, False, "1", None, [], {}, 1j)
NOT_WHOLE: Final[tuple[Any, ...]] = (*NOT_NUMBERS, 1.0, 1.5)
NOT_FLAGS: Final[tuple[Any, ...]] = (0, 1, "true", "", None, [], 1.0)
NOT_OBJECTS: Final[tuple[Any, ...]] = ("{}", 1, True, [], (), NAN)
NOT_CALLS: Final[tuple[Any, ...]] = (["x"], [{"id": "1"}], [{"function": None}], [{"function": "f"}], 5, {})


def _deep(levels: int) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for _ in range(levels):
        document = {"a": document}
    return document


def _of_bytes(size: int) -> dict[str, Any]:
    return {"a": "x" * (size - len('{"a": ""}'))}


DEEP_AS_CAN_BE: Final = _deep(32)
TOO_DEEP: Final = (_deep(33), _deep(100_000))
LARGE_AS_CAN_BE: Final = _of_bytes(64 * 1024)
TOO_LARGE: Final = (_of_bytes(64 * 1024 + 1), {"a": "ü" * (32 * 1024)})
NOT_DOCUMENTS: Final = (
    *TOO_DEEP,
    *TOO_LARGE,
    {"a": NAN},
    {"a": HALF_A_CHARACTER},
    {HALF_A_CHARACTER: 1},
    {"a": {1}},
)


def _tools(**function: Any) -> list[Any]:
    return [{"type": "function", "function": {"name": "weather", **function}}]


TABLE: Final[Mapping[str, Row]] = {
    "model": Row(
        REQUIRED,
        "a text that is not empty",
        ("embedded", "huggingface/a/b:groq", "openrouter/a/b"),
        ("", "  ", 1, True, [], {}, HALF_A_CHARACTER),
    ),
    "messages": Row(
        REQUIRED,
        'a list of {"role": ..., "content": ...} with the roles system, developer, user, assistant, tool',
        (
            HELLO,
            tuple(HELLO),
            [{"role": role, "content": "x"} for role in ("system", "user", "assistant", "tool")],
            [{"role": "user", "content": ""}],
            [{"role": "user", "content": [{"type": "text", "text": "x"}]}],
            [{"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": {"name": "f"}}]}],
        ),
        (
            "Hello",
            1,
            [],
            {},
            ["Hello"],
            [{"role": "user"}],
            [{"content": "x"}],
            [{"role": "robot", "content": "x"}],
            [{"role": ["user"], "content": "x"}],
            [{"role": "user", "content": 1}],
            [{"role": "user", "content": None}],
            [{"role": "user", "content": None, "tool_calls": [{"id": "1"}]}],
            [{"role": "assistant", "content": None, "tool_calls": []}],
            *([{"role": "assistant", "content": "", "tool_calls": calls}] for calls in NOT_CALLS),
            [{"role": "user", "content": HALF_A_CHARACTER}],
            [{"role": "user", "content": "x", "weight": NAN}],
            [{"role": "user", "content": [TOO_DEEP[1]]}],
            [TOO_DEEP[1]],
        ),
    ),
    "frequency_penalty": Row(0.0, "a number from -2.0 to 2.0", (-2.0, -2, 0, 0.5, 2.0), (-2.001, 2.001, 3)),
    "logit_bias": Row(
        NONE,
        "each bias from -100 to 100",
        ({"42": -100}, {42: 100.0}, {" tea": 0}),
        (
            {},
            [],
            "x",
            1,
            {"42": 100.1},
            {"42": -101},
            {"42": NAN},
            {"42": True},
            {"42": None},
            {"": 1},
            {True: 1},
            {None: 1},
            {1.5: 1},
            {HALF_A_CHARACTER: 1},
            [1.0],
            {10**5000: 1},
        ),
    ),
    "logprobs": Row(False, "true or false", (True, False), NOT_FLAGS),
    "max_tokens": Row(20, "a whole number from 1 upwards", (1, 20, 10**9), (0, -1, *NOT_WHOLE)),
    "presence_penalty": Row(NONE, "a number from -2.0 to 2.0", (-2.0, 0, 2.0), (-2.001, 2.001)),
    "response_format": Row(
        NONE,
        "a JSON Schema object",
        (
            {"type": "object"},
            {"type": "text"},
            {"type": "json_object"},
            {"type": "json_schema", "json_schema": {"schema": {}}},
            DEEP_AS_CAN_BE,
            LARGE_AS_CAN_BE,
        ),
        (
            *NOT_OBJECTS,
            {},
            int,
            {"type": "json_schema"},
            {"type": "json_schema", "schema": {}},
            {"type": "json_schema", "json_schema": {"schema": "x"}},
            *NOT_DOCUMENTS,
        ),
    ),
    "seed": Row(NONE, "a whole number from 0 to 4294967295", (0, 2**32 - 1), (-1, 2**32, 10**400)),
    "stop": Row(
        NONE,
        "up to 4 texts, none of them empty",
        ("\n", "é", ["a"], ("a", "b"), ["\n", "\t", " ", "d"]),
        (
            ["a", "b", "c", "d", "e"],
            [],
            "",
            [""],
            ["a", ""],
            1,
            True,
            [1],
            [None],
            {"a": 1},
            HALF_A_CHARACTER,
            ["a", HALF_A_CHARACTER],
            {"a"},
        ),
    ),
    "stream": Row(False, "true or false", (True, False), NOT_FLAGS),
    "stream_options": Row(
        NONE,
        "a JSON object",
        ({"include_usage": True}, {}),
        (*NOT_OBJECTS, *NOT_DOCUMENTS),
        beside={"stream": True},
    ),
    "temperature": Row(
        1.0, "a number from 0.0 to 2.0", (0, 0.0, 1, 2, 2.0), (-0.001, 2.001, -1, *NOT_NUMBERS, 10**400)
    ),
    "top_logprobs": Row(
        NONE, "a whole number from 0 to 5", (0, 5), (-1, 6, 2.0, "2", True, NAN), beside={"logprobs": True}
    ),
    "top_p": Row(NONE, "a number from 0.0 to 1.0", (0, 0.0, 0.5, 1.0, 1), (-0.001, 1.001, 5, True, NAN)),
    "tool_choice": Row(
        "auto",
        "auto, none, required, or the name of one function",
        ("auto", "none", "required", "weather", TOOL),
        (
            "",
            "Auto",
            "unknown",
            1,
            True,
            None,
            [],
            {},
            {"function": {}},
            {"function": {"name": 1}},
            {"function": {"name": "weather"}, "a": NAN},
            {"function": {"name": "weather"}, "a": TOO_DEEP[1]},
        ),
        beside={"tools": TOOLS},
    ),
    "tool_prompt": Row(
        NONE, "a text that is not empty", ("Call one.", " x"), ("", " ", 1, [], HALF_A_CHARACTER)
    ),
    "tools": Row(
        NONE,
        'a list of {"type": "function", "function": {"name", "description", "parameters"}}',
        (TOOLS, (TOOL,), _tools(), _tools(description="x"), [*TOOLS, *_tools(name="time")]),
        (
            "weather",
            1,
            [],
            {},
            TOOL,
            ["weather"],
            [{}],
            [{"function": {"name": "weather"}}],
            _tools(name=""),
            [*TOOLS, TOOL],
            _tools(name=1),
            _tools(parameters="x"),
            _tools(parameters=None),
            *tuple(_tools(parameters=document) for document in NOT_DOCUMENTS),
        ),
    ),
    "diff_frequency": Row(
        0.0,
        "a number from 0.0 to 1.0",
        (0, 0.25, 1.0),
        (-0.001, 1.001, *NOT_NUMBERS),
        {},
        "create_preference",
    ),
    "pref_params": Row(
        NONE,
        "an object with numbers under temperature and frequency_penalty",
        ({}, {"temperature": 2.0}, {"frequency_penalty": -2}, {"temperature": 0, "frequency_penalty": 2}),
        (
            "x",
            1,
            [],
            {"top_p": 1.0},
            {"temperature": "1"},
            {"temperature": None},
            {"temperature": NAN},
            {"temperature": 1, "seed": 2},
            {1: 1.0},
        ),
        {},
        "create_preference",
    ),
    "top_k": Row(
        NONE,
        "a whole number from -1 to 2147483647",
        (-1, 0, 1, 40, 2**31 - 1),
        (1.5, -2, 2**31, "1", True, NAN),
    ),
    "min_p": Row(NONE, "a number from 0.0 to 1.0", (0, 0.05, 1.0), (-0.001, 1.001, "0", True, NAN)),
    "repetition_penalty": Row(
        NONE, "a number from 0.01 to 2.0", (0.01, 1, 1.1, 2.0), (0, -1, 2.001, "1", True, NAN)
    ),
    "reasoning_effort": Row(
        NONE,
        "none, minimal, low, medium, high, xhigh or max",
        ("none", "minimal", "low", "medium", "high", "xhigh", "max"),
        ("", "None", "highest", 1, True, [], ["low"], {}),
    ),
    "max_completion_tokens": Row(
        NONE, "a whole number from 1 upwards", (1, 20, 10**9), (0, -1, 1.5, "9", True)
    ),
    "n": Row(NONE, "a whole number from 1 to 4", (1, 4), (0, 5, -1, 2.0, "2", True, NAN)),
    "parallel_tool_calls": Row(NONE, "true or false", (True, False), (0, 1, "true", [])),
    "verbosity": Row(
        NONE, "low, medium or high", ("low", "medium", "high"), ("", "max", "Low", 1, False, [])
    ),
    "service_tier": Row(
        NONE,
        "auto, default, flex, scale, priority or fast",
        ("auto", "default", "flex", "scale", "priority", "fast"),
        ("", "slow", 1, True, {}),
    ),
    "user": Row(NONE, "a text that is not empty", ("somebody", " x"), ("", " ", 1, [], HALF_A_CHARACTER)),
}
"""The documented parameters, and behind them those of the group "More". `good` and `bad` are judged with `beside` set
as well."""

NAMES: Final = tuple(TABLE)
FURTHER: Final = tuple(NAMES[20:])
"""Those of the group "More"; the twenty others are the documented ones."""
PREFERENCE_ONLY: Final = tuple(name for name, row in TABLE.items() if row.call == "create_preference")
PREF_PARAMS_LEFT_EMPTY: Final = {"temperature": 1.3, "frequency_penalty": 0.2}
