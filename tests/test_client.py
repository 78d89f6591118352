"""What Python callers are promised: names, defaults, errors at once, and nothing left running.

Kept apart from the backend's own tests because here everything is seen from outside: by the caller, and by a
server that gets the bytes.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from playground import UNSET, Answer, AsyncClient, Client, InvalidRequest
from playground.backend import Pair, SideEvent
from playground.events import fold
from playground.testing.scripted_server import (
    DONE,
    Script,
    ScriptedServer,
    answered,
    finish,
    streamed,
    text,
    whole,
)
from tests.asking import Together
from tests.documented import HELLO, NAMES, PREFERENCE_ONLY, TABLE, TOOL, TOOLS

WHOLE: Script = answered(200, whole("Hi"))
PIECES: Script = streamed(text("H"), text("i"), finish(), DONE)
ASKED: Any = {"model": "some-model", "messages": HELLO}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers whole."""
    with ScriptedServer(WHOLE) as standin:
        yield standin


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[Client]:
    """A client of that server."""
    with Client(base_url=server.base_url) as own:
        yield own


class Colour(BaseModel):
    """A response format."""

    name: str


EVERYTHING: dict[str, Any] = {
    "frequency_penalty": 0.5,
    "logit_bias": {42: -100},
    "logprobs": True,
    "max_tokens": 7,
    "presence_penalty": -0.5,
    "response_format": Colour,
    "seed": 2**32 - 1,
    "stop": ["\n", "END"],
    "stream": True,
    "stream_options": {"include_usage": True},
    "temperature": 0.3,
    "top_logprobs": 3,
    "top_p": 0.9,
    "tool_choice": "weather",
    "tool_prompt": "Call one.",
    "tools": TOOLS,
    "diff_frequency": 0.0,
    "pref_params": {"temperature": 2.0},
    "top_k": 40,
    "min_p": 0.05,
    "repetition_penalty": 1.1,
    "reasoning_effort": "low",
    "max_completion_tokens": 9,
    "parallel_tool_calls": False,
    "n": 2,
    "verbosity": "low",
    "service_tier": "auto",
    "user": "u",
}


# -- names and defaults ------------------------------------------------------------------------------------------


def test_both_calls_have_the_documented_parameters() -> None:
    """Type checkers and `inspect` see the documented parameters, each by keyword, extra_body and presets alone."""
    for call, left_out in (("create", {*PREFERENCE_ONLY, "presets"}), ("create_preference", set())):
        names = {*NAMES, "extra_body", "preset", "presets"} - left_out
        hints = get_type_hints(getattr(AsyncClient, call))
        (more,) = get_args(hints.pop("parameters"))
        assert {*hints, *get_type_hints(more)} - {"return"} == names
        for client in (Client, AsyncClient):
            shown = inspect.signature(getattr(client, call)).parameters
            assert set(shown) == {"self", *names}
            assert all(p.kind is p.KEYWORD_ONLY for name, p in shown.items() if name != "self")
            defaults = {
                "max_tokens": 20,
                "temperature": 1.0,
                "stream": False,
                "seed": UNSET,
                "model": inspect._empty,
            }
            assert {name: shown[name].default for name in defaults} == defaults


def test_the_documented_defaults_are_what_leaves(client: Client, server: ScriptedServer) -> None:
    """A caller who says nothing sends each documented default that makes sense alone, and nothing else."""
    client.create(**ASKED)
    client.create_preference(**ASKED)
    expected = {
        "model": "some-model",
        "messages": HELLO,
        "frequency_penalty": 0.0,
        "logprobs": False,
        "max_tokens": 20,
        "stream": False,
        "temperature": 1.0,
    }
    assert [visit.body for visit in server.requests] == [expected, expected]


def test_a_default_that_needs_tools_comes_with_them(client: Client, server: ScriptedServer) -> None:
    """tool_choice leaves as auto beside tools."""
    client.create(**ASKED, tools=TOOLS)
    assert server.requests[0].body["tool_choice"] == "auto"


def test_everything_that_is_said_is_reported_and_leaves() -> None:
    """All parameters at once: each has its line in the report, and all but the withheld are in the bytes."""
    with ScriptedServer(PIECES) as server, Client(base_url=server.base_url) as client:
        answer = fold(event for _, event in client.create_preference(**ASKED, **EVERYTHING))
        (visit,) = server.requests
    lines = {line.parameter: line for line in answer.report}
    assert set(lines) == set(NAMES) - set(PREFERENCE_ONLY)
    withheld = {name for name, line in lines.items() if line.state == "withheld"}
    assert withheld == {"tool_prompt", "max_tokens"}
    assert set(visit.body) == set(lines) - withheld
    assert visit.body == answer.body
    for name in (
        "frequency_penalty",
        "seed",
        "stop",
        "stream_options",
        "temperature",
        "top_logprobs",
        "tools",
    ):
        assert visit.body[name] == EVERYTHING[name]


def test_what_is_unset_is_not_sent(client: Client, server: ScriptedServer) -> None:
    """UNSET for every parameter leaves model and messages, and nothing else."""
    unset: dict[str, Any] = {name: UNSET for name in NAMES if name not in ASKED}
    client.create_preference(**ASKED, **unset)
    assert server.requests[0].body == ASKED


def test_extra_json_goes_as_it_is(client: Client, server: ScriptedServer) -> None:
    """extra_body is in the body at top level, and what it overrides is said."""
    answer = client.create(**ASKED, temperature=0.5, extra_body={"min_p": 0.1, "temperature": 0.7})
    assert server.requests[0].body["min_p"] == 0.1
    assert server.requests[0].body["temperature"] == 0.7
    assert [line.state for line in answer.report if line.parameter == "temperature"] == ["overridden"]


def test_an_answer_has_what_is_promised(client: Client) -> None:
    """Text, how it ended, usage, finish reason, body and report are there under their documented names."""
    answer = client.create(**ASKED)
    assert (answer.text, answer.ended, answer.finish_reason) == ("Hi", "done", "stop")
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (3, 1)
    assert (answer.reasoning, answer.tool_calls, answer.logprobs, answer.error) == ("", (), (), None)
    assert answer.body["max_tokens"] == 20
    assert {line.parameter for line in answer.report} >= {"model", "messages", "max_tokens"}


def test_a_servers_failure_is_not_raised() -> None:
    """The answer says that it failed, and why, instead of an exception."""
    with (
        ScriptedServer(answered(401, b'{"error": "no"}')) as server,
        Client(base_url=server.base_url) as client,
    ):
        answer = client.create(**ASKED)
        first, second = client.create_preference(**ASKED, diff_frequency=1.0)
    for failed in (answer, first, second):
        assert isinstance(failed, Answer)
        assert failed.ended == "error"
        assert "401" in str(failed.error)


# -- one answer or two -------------------------------------------------------------------------------------------


def test_a_pair_at_1_and_one_answer_at_0() -> None:
    """At 1 a pair comes, both asked for at the same time; at 0 and by default one answer."""
    with Together(2) as server, Client(base_url=server.base_url) as client:
        pair = client.create_preference(**ASKED, diff_frequency=1.0)
        one = client.create_preference(**ASKED, diff_frequency=0.0)
        other = client.create_preference(**ASKED)
        bodies = [visit.body for visit in server.requests[:2]]
    assert isinstance(pair, Pair)
    assert isinstance(one, Answer)
    assert isinstance(other, Answer)
    assert (pair.first.body["temperature"], pair.second.body["temperature"]) == (1.0, 1.3)
    assert (pair.first.body["frequency_penalty"], pair.second.body["frequency_penalty"]) == (0.0, 0.2)
    assert sorted(body["temperature"] for body in bodies) == [1.0, 1.3]


def test_a_streamed_pair() -> None:
    """With stream=True the events of both sides come as (side, event), and fold to the same two answers."""
    with Together(2) as server, Client(base_url=server.base_url) as client:
        items = list(client.create_preference(**ASKED, stream=True, diff_frequency=1.0))
    assert all(isinstance(item, SideEvent) for item in items)
    sides = [fold(event for side, event in items if side == wanted) for wanted in (0, 1)]
    assert [answer.text for answer in sides] == ["Hello", "Hello"]
    assert [answer.body["temperature"] for answer in sides] == [1.0, 1.3]


# -- what is wrong is said before anything is sent ---------------------------------------------------------------


@pytest.mark.parametrize("call", ["create", "create_preference"])
def test_all_problems_at_once_and_nothing_sent(call: str, client: Client, server: ScriptedServer) -> None:
    """One error names every wrong parameter with value and range; the server was never asked."""
    wrong: dict[str, Any] = {
        name: row.bad[0] for name, row in TABLE.items() if call == "create_preference" or row.call == "create"
    }
    with pytest.raises(InvalidRequest) as caught:
        getattr(client, call)(**wrong)
    assert {problem.parameter for problem in caught.value.problems} == set(wrong)
    assert "temperature is -0.001; allowed is a number from 0.0 to 2.0." in str(caught.value)
    assert (server.requests, server.connections) == ([], 0)


def test_a_stream_is_checked_when_it_is_asked_for(client: Client, server: ScriptedServer) -> None:
    """With stream=True the error comes from the call itself, not from the first next()."""
    with pytest.raises(InvalidRequest, match="temperature is 3; allowed"):
        client.create(**ASKED, stream=True, temperature=3)
    assert server.connections == 0


def test_a_misspelt_parameter_is_a_problem(client: Client, server: ScriptedServer) -> None:
    """A name that nobody knows is refused, in create also those that only create_preference takes."""
    for name in ("temprature", "diff_frequency", "pref_params"):
        with pytest.raises(InvalidRequest, match=f"{name} is no parameter of this call"):
            client.create(**ASKED, **{name: 1.0})  # type: ignore[call-overload]
    assert server.connections == 0


def test_the_asynchronous_client_raises_the_same(server: ScriptedServer) -> None:
    """AsyncClient checks alike, and before anything is sent."""

    async def main() -> None:
        async with AsyncClient(base_url=server.base_url) as client:
            await client.create(**ASKED, tool_choice=TOOL)

    with pytest.raises(InvalidRequest, match="tool_choice"):
        asyncio.run(main())
    assert server.connections == 0
