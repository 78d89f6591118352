"""Every wrong value is found before anything is sent: all problems at once, each with name, value and range.

Kept apart from the kinds because what counts here is what a caller reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from playground.backend import Target, request_of
from playground.errors import InvalidRequest, Problem
from playground.parameters import Call
from playground.problems import check
from playground.value_types import Integer
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES
from tests.documented import HELLO, NAMES, TABLE, TOO_DEEP, TOOLS

BASE = {"model": "embedded", "messages": HELLO}
LISTED = [(name, "good", i) for name, row in TABLE.items() for i in range(len(row.good))]
WRONG = [(name, "bad", i) for name, row in TABLE.items() for i in range(len(row.bad))]


def values_with(name: str, value: Any) -> dict[str, Any]:
    """A request that is right in everything else, with this value."""
    return {**BASE, **TABLE[name].beside, name: value}


def problems_of(values: dict[str, Any], call: Call = "create_preference") -> tuple[Problem, ...]:
    return check(values, call)


@pytest.mark.parametrize(("name", "column", "row"), LISTED)
def test_an_allowed_value_is_no_problem(name: str, column: str, row: int) -> None:
    """Values within the documented range, its edges included, pass."""
    assert problems_of(values_with(name, getattr(TABLE[name], column)[row])) == ()


@pytest.mark.parametrize(("name", "column", "row"), WRONG)
def test_a_wrong_value_is_named_with_its_range(name: str, column: str, row: int) -> None:
    """Out of range or mistyped: every problem names the parameter, shows the value, and says what is allowed."""
    problems = problems_of(values_with(name, getattr(TABLE[name], column)[row]))
    assert problems
    for problem in problems:
        assert problem.parameter == name
        assert 0 < len(problem.value) <= 60
        assert problem.allowed
        assert str(problem) == f"{name} is {problem.value}; allowed is {problem.allowed}."
        str(problem).encode()


@pytest.mark.parametrize("name", ["temperature", "max_tokens", "seed", "top_p", "stop", "logprobs", "stream"])
def test_a_plain_value_is_shown_with_its_documented_range(name: str) -> None:
    """For a number, a flag or the stops there is exactly one problem: the value as given, the range as documented."""
    for bad in TABLE[name].bad:
        (problem,) = problems_of(values_with(name, bad))
        assert problem.allowed == TABLE[name].allowed
        assert problem.value in (repr(bad), repr(bad)[:57] + "...")


def test_all_problems_at_once() -> None:
    """One wrong value for every parameter gives problems for every one of them, in one error."""
    wrong = {name: row.bad[0] for name, row in TABLE.items()}
    with pytest.raises(InvalidRequest) as caught:
        request_of(wrong, "create_preference", extra_body=[1])  # type: ignore[arg-type]
    assert {problem.parameter for problem in caught.value.problems} == {*NAMES, "extra_body"}
    for problem in caught.value.problems:
        assert str(problem) in str(caught.value)
    assert str(caught.value).endswith("Nothing was sent.")


def test_problems_come_in_the_registrys_order() -> None:
    """The order does not depend on the order in which a caller names the parameters."""
    wrong = {name: row.bad[0] for name, row in TABLE.items()}
    backwards = dict(reversed(wrong.items()))
    assert check(wrong, "create_preference") == check(backwards, "create_preference")


# -- contradictions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        ({"top_logprobs": 2}, "top_logprobs", "needs logprobs"),
        ({"top_logprobs": 2, "logprobs": False}, "top_logprobs", "needs logprobs"),
        ({"tool_choice": "required"}, "tool_choice", "needs tools"),
        ({"tool_choice": "none"}, "tool_choice", "needs tools"),
        ({"tool_choice": "weather"}, "tool_choice", "needs tools"),
        ({"stream_options": {"include_usage": True}}, "stream_options", "needs stream"),
        ({"stream_options": {}, "stream": False}, "stream_options", "needs stream"),
        ({"tools": TOOLS, "tool_choice": "time"}, "tool_choice", "the functions weather"),
        ({"tools": TOOLS, "tool_choice": {"function": {"name": "time"}}}, "tool_choice", "functions weather"),
        ({"pref_params": {"temperature": 2.1}}, "pref_params", "temperature as a number from 0.0 to 2.0"),
        (
            {"pref_params": {"frequency_penalty": -3}},
            "pref_params",
            "frequency_penalty as a number from -2.0",
        ),
    ],
)
def test_a_contradiction_is_a_problem(values: dict[str, Any], name: str, words: str) -> None:
    """Two values that make no sense together: the one that needs the other is named, and what it needs."""
    (problem,) = problems_of({**BASE, **values})
    assert problem.parameter == name
    assert words in problem.allowed


def test_the_default_choice_of_tools_is_no_contradiction() -> None:
    """tool_choice auto without tools changes nothing and is let through."""
    assert problems_of({**BASE, "tool_choice": "auto"}) == ()


def test_one_fault_is_told_once() -> None:
    """Two functions that are alike are one line."""
    (problem,) = check({**BASE, "tools": [TOOLS[0], TOOLS[0]]}, "create")
    assert problem.parameter == "tools"


def test_what_is_missing() -> None:
    """Model and messages are required, and both are named when both are missing."""
    assert [(p.parameter, p.value) for p in problems_of({})] == [
        ("model", "missing"),
        ("messages", "missing"),
    ]


@pytest.mark.parametrize("call", get_args(Call))
def test_an_unknown_name_is_a_problem(call: Call) -> None:
    """A misspelt parameter is refused, with the names that there are."""
    (problem,) = check({**BASE, "temprature": 1.0}, call)
    assert problem.parameter == "temprature"
    assert "temperature" in problem.allowed
    assert ("diff_frequency" in problem.allowed) == (call == "create_preference")


@pytest.mark.parametrize("name", ["diff_frequency", "pref_params"])
def test_create_does_not_take_the_parameters_of_a_pair(name: str) -> None:
    """diff_frequency and pref_params belong to create_preference alone."""
    (problem,) = check({**BASE, name: TABLE[name].good[0]}, "create")
    assert problem.parameter == name
    assert "no parameter of this call" in problem.value


# -- the server's own ranges -------------------------------------------------------------------------------------


def test_a_server_can_take_more() -> None:
    """A kind of the chosen server replaces the documented range, and is what a problem then says."""
    more = {"top_logprobs": Integer(0, 20)}
    values = {**BASE, "logprobs": True, "top_logprobs": 20}
    assert check(values, "create", more) == ()
    assert [p.allowed for p in check(values, "create")] == ["a whole number from 0 to 5"]
    (problem,) = check({**values, "top_logprobs": 21}, "create", more)
    assert problem.allowed == "a whole number from 0 to 20"


def test_a_server_of_the_users_own_takes_20_alternatives() -> None:
    """The range that is checked is that of the server behind the base URL."""
    values = {"model": "any name", "messages": HELLO, "logprobs": True, "top_logprobs": 20}
    request_of(values, "create", Target(base_url="http://127.0.0.1:1/v1"))
    with pytest.raises(InvalidRequest, match="top_logprobs is 20; allowed is a whole number from 0 to 5"):
        request_of({**values, "model": "huggingface/a/b"}, "create")


LARGE: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "array", "maxItems": 5_000}, "b": {"type": "string", "maxLength": 100_000}},
}


@pytest.mark.parametrize("flavour", [*PROFILES, None])
def test_limits_of_a_grammar_engine_hold_where_that_engine_is(flavour: Flavour | None) -> None:
    """A large schema, and a grammar, go to every kind of server but llama.cpp, which they would stall."""
    provider = flavour if flavour in ("embedded", "huggingface", "openrouter") else "server"
    tool = {"type": "function", "function": {"name": "f", "parameters": LARGE}}
    values = {"model": f"{provider}/x", "messages": HELLO, "response_format": LARGE, "tools": [tool]}
    target = Target(flavour=flavour if provider == "server" else None)
    extra = {"json_schema": LARGE, "grammar": "%llguidance {}\nstart: /((a{100}){100}){100}/"}
    if flavour not in ("embedded", "llamacpp"):
        assert request_of(values, "create", target, extra).parameters["response_format"] == LARGE
        return
    with pytest.raises(InvalidRequest) as caught:
        request_of(values, "create", target, extra)
    assert [problem.parameter for problem in caught.value.problems] == [
        *["response_format"] * 2, *["tools"] * 2, *["extra_body"] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize("model", ["embedded", "huggingface/a/b"])
def test_older_drafts_may_go(model: str) -> None:
    """Draft-04's exclusive limits and draft-07's lists of several types are no problem anywhere."""
    old = {"properties": {"a": {"minimum": 1, "exclusiveMinimum": True}, "b": {"items": [{"type": "null"}]}}}
    values = {"model": model, "messages": HELLO, "response_format": {"type": "object", **old}}
    assert request_of(values, "create").parameters["response_format"]["properties"] == old["properties"]


@pytest.mark.parametrize("model", ["gpt-5", "huggingface", "huggingface/", "Embedded", "openrouter/", "/x"])
def test_a_model_that_runs_nowhere(model: str) -> None:
    """Without a base URL the prefix must be known; the problem says which there are."""
    with pytest.raises(InvalidRequest) as caught:
        request_of({**BASE, "model": model}, "create")
    (problem,) = caught.value.problems
    assert (problem.parameter, problem.value) == ("model", repr(model))
    assert "embedded, huggingface/<id>, openrouter/<id>" in problem.allowed


@pytest.mark.parametrize("extra", [[1], "x", {"a": {1}}, *({"x": d} for d in TOO_DEEP), [TOO_DEEP[1]]])
def test_the_extra_json_is_checked_too(extra: Any) -> None:
    """What goes into the body as it is must be a JSON object within the limits."""
    with pytest.raises(InvalidRequest) as caught:
        request_of(BASE, "create", extra_body=extra)
    assert [problem.parameter for problem in caught.value.problems] == ["extra_body"]


class Reply(BaseModel):
    """A model class that has a schema."""

    text: str


class Callback(BaseModel):
    """A model class that has none."""

    back: Callable[[int], int]


def test_a_pydantic_class_is_a_response_format() -> None:
    """A class is allowed as it is; one that has no JSON Schema is a problem and not a crash."""
    assert problems_of({**BASE, "response_format": Reply}) == ()
    for model in (Callback, BaseModel):
        (problem,) = problems_of({**BASE, "response_format": model})
        assert problem.parameter == "response_format"
        assert "Pydantic" in problem.allowed


# -- anything at all ---------------------------------------------------------------------------------------------

KEYS = st.text(max_size=3) | st.sampled_from(["type", "function", "name", "role", "content", 1, None, 0.5])
UNSHOWABLE = (*TOO_DEEP, 10**400, -(10**5000))
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.binary(max_size=3)
    | st.sampled_from([1j, object(), int, BaseModel])
    | st.integers(0, len(UNSHOWABLE) - 1).map(lambda i: UNSHOWABLE[i]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING), ANYTHING)
def test_no_value_at_all_crashes_the_check(values: dict[str, Any], extra: Any) -> None:
    """Whatever is given for whichever parameter, the outcome is a request or an InvalidRequest that can be shown."""
    try:
        request_of(values, "create_preference", extra_body=extra)
    except InvalidRequest as error:
        assert error.problems
        str(error).encode()
