"""The running app's endpoints, called as programs call them: by gradio_client and as MCP tools.

Kept apart from the Python clients' tests because here everything crosses HTTP as JSON.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from time import monotonic
from typing import Any, get_args

import httpx
import pytest
from gradio.queueing import Queue
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent, Tool

from playground.parameters import REGISTRY, Call
from playground.web.serve import QUEUE_LOOKS_S
from tests.asking import wait_until
from tests.documented import HELLO, NAMES, PREFERENCE_ONLY, TABLE, TOOLS
from tests.web.tools import ask_tool

CALLS: tuple[Call, ...] = get_args(Call)
BESIDE = {"extra_body", "unset", "preset"}
ASKED: dict[str, Any] = {"model": "embedded", "messages": HELLO}
SCHEMA = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}


def names_of(call: Call) -> set[str]:
    return {*NAMES, *BESIDE} - (set(PREFERENCE_ONLY) if call == "create" else set())


@pytest.fixture(scope="module")
def client(app: str) -> Iterator[Client]:
    """gradio_client, connected to the app."""
    connected = Client(app, verbose=False, ssl_verify=False)  # else each call reads all certificates, twice
    yield connected
    connected.close()


def test_who_waits_for_a_call_is_no_load(app: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio's queue looks for one a few times a second, and not a thousand times."""
    looks: list[float] = []

    def look(queue: Queue) -> int:
        looks.append(monotonic())
        return 0

    monkeypatch.setattr(Queue, "__len__", look)
    wait_until(lambda: len(looks) >= 5)
    assert looks[4] - looks[0] > 4 * 0.9 * QUEUE_LOOKS_S >= 0.05


# -- gradio_client -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", CALLS)
def test_an_endpoint_has_the_documented_parameters(call: Call, client: Client) -> None:
    """Each under its own name; model and messages are required, and every other one may be left out."""
    endpoints: Any = client.view_api(return_format="dict", print_info=False)
    assert set(endpoints["named_endpoints"]) == {"/create", "/create_preference"}
    parameters = endpoints["named_endpoints"][f"/{call}"]["parameters"]
    assert {p["parameter_name"] for p in parameters} == names_of(call)
    required = {p["parameter_name"] for p in parameters if not p["parameter_has_default"]}
    assert required == {"model", "messages"}


def test_create_with_nothing_said_uses_the_documented_defaults(client: Client) -> None:
    """The body that it reports is the conversation and each default that makes sense alone."""
    (answer,) = client.predict(**ASKED, api_name="/create")["answers"]
    sent = {name: value for name, value in answer["body"].items() if name not in ("model", "messages")}
    assert sent == {
        "frequency_penalty": 0.0,
        "logprobs": False,
        "max_tokens": 20,
        "stream": False,
        "temperature": 1.0,
    }
    assert answer["ended"] in ("done", "length")
    assert answer["text"]
    assert answer["usage"]["completion_tokens"] > 0


def test_what_is_left_to_the_server_is_not_sent(client: Client) -> None:
    """JSON has no UNSET, so the names are listed; one that is none, or is required, is refused."""
    (answer,) = client.predict(**ASKED, unset=["temperature", "stream"], api_name="/create")["answers"]
    assert {"temperature", "stream"}.isdisjoint(answer["body"]) and answer["body"]["max_tokens"] == 20
    for wrong in (["temprature"], ["model"], "seed", [["seed"]]):
        with pytest.raises(AppError, match="unset is "):
            client.predict(**ASKED, unset=wrong, api_name="/create")
    with pytest.raises(AppError, match=r"temperature is 9.*not both"):
        client.predict(**ASKED, temperature=9, unset=["temperature"], api_name="/create")


def test_a_preset_is_below_what_the_call_says(client: Client) -> None:
    """What neither says is left to the server; one that there is not names those that there are."""
    asked = {**ASKED, "preset": "Show me the tokens", "max_tokens": 3, "unset": ["top_logprobs"]}
    (answer,) = client.predict(**asked, api_name="/create")["answers"]
    sent = {name: value for name, value in answer["body"].items() if name not in ("model", "messages")}
    assert sent == {"temperature": 1.0, "logprobs": True, "max_tokens": 3}
    for wrong in ("Chatt", ["Chat"], 5):
        with pytest.raises(AppError, match="one of Chat, Documented defaults"):
            client.predict(**ASKED, preset=wrong, api_name="/create")


EVERYTHING: dict[str, Any] = {
    "frequency_penalty": 0.1,
    "logit_bias": {"42": -100},
    "logprobs": True,
    "max_tokens": 12,
    "presence_penalty": 0.1,
    "response_format": SCHEMA,
    "seed": 5,
    "stop": ["\n\n"],
    "stream": True,
    "stream_options": {"include_usage": True},
    "temperature": 0.5,
    "top_logprobs": 2,
    "top_p": 0.9,
    "tool_choice": "none",
    "tool_prompt": "Call one.",
    "tools": TOOLS,
    "diff_frequency": 1.0,
    "pref_params": {"temperature": 1.9},
    "top_k": 50,
    "min_p": 0.01,
    "repetition_penalty": 1.05,
    "reasoning_effort": "low",
    "max_completion_tokens": 12,
    "parallel_tool_calls": False,
    "n": 2,
    "verbosity": "low",
    "service_tier": "auto",
    "user": "u",
    "extra_body": {"typical_p": 0.99},
    "unset": [],
    "preset": "Two answers",
}


@pytest.mark.parametrize("call", CALLS)
def test_all_parameters_at_once(call: Call, client: Client) -> None:
    """Every documented parameter is taken, and the report tells what became of each."""
    assert set(EVERYTHING) | set(ASKED) == names_of("create_preference")
    said = {name: value for name, value in EVERYTHING.items() if name in names_of(call)}
    answers = client.predict(**ASKED, **said, api_name=f"/{call}")["answers"]
    assert len(answers) == (1 if call == "create" else 2)
    for answer in answers:
        assert answer["error"] is None
        assert answer["ended"] in ("done", "length")
        assert {line["parameter"] for line in answer["report"]} == names_of("create") - BESIDE | {"typical_p"}
        assert (answer["body"]["typical_p"], answer["body"]["repeat_penalty"]) == (0.99, 1.05)
        assert json.loads(answer["text"]).keys() == {"ok"}
        assert len(answer["logprobs"][0][2]) >= 2
    assert [answer["body"]["temperature"] for answer in answers] == [0.5, 1.9][: len(answers)]


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_value_comes_back_by_name(call: Call, client: Client) -> None:
    """Each parameter in turn: the error's text names it, with its value and range, and says that nothing was sent."""
    for name in names_of(call) - {*BESIDE, "model", "messages"}:
        bad = next(value for value in TABLE[name].bad if value is not None and _is_json(value))
        with pytest.raises(AppError) as caught:
            client.predict(**ASKED, **{**TABLE[name].beside, name: bad}, api_name=f"/{call}")
        text = str(caught.value)
        assert f"{name} is " in text
        assert "allowed is " in text
        assert "Nothing was sent." in text


def _is_json(value: Any) -> bool:
    try:
        return len(json.dumps(value, allow_nan=False)) < 1000
    except (TypeError, ValueError, RecursionError):
        return False


def test_all_problems_come_at_once(client: Client) -> None:
    """Five wrong values, one error that names all five."""
    wrong = {"model": "nowhere", "messages": [], "temperature": 9, "stop": ["a"] * 5, "extra_body": [1]}
    with pytest.raises(AppError) as caught:
        client.predict(**wrong, api_name="/create")
    assert all(f"{name} is " in str(caught.value) for name in wrong)


@pytest.mark.parametrize("path", ["call/create", "call/create_preference", "run/create"])
def test_too_few_inputs_are_refused_in_a_sentence(
    path: str, app: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """It says how many are wanted, and what came is not written into the log."""
    typed = "something typed"
    with httpx.Client(base_url=f"{app}/gradio_api/", timeout=60, trust_env=False) as http:
        answer = http.post(path, json={"data": [typed]})
        if event := answer.json().get("event_id"):
            answer = http.get(f"{path}/{event}")
    assert "inputs, and 1 came: nothing was sent." in answer.text
    written = capfd.readouterr()
    assert typed not in written.err + written.out
    assert "Traceback" not in written.err


def test_a_stream_grows(client: Client) -> None:
    """With stream the partial answers come one after the other, each beginning as the one before, the last whole."""
    job = client.submit(**ASKED, stream=True, max_tokens=30, seed=3, api_name="/create")
    parts = [part["answers"][0] for part in job]
    texts = [part["text"] for part in parts]
    assert len(set(texts)) > 5
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert parts[0]["ended"] == "cut off"
    assert parts[-1]["ended"] in ("done", "length")


def test_a_failing_answer_is_an_answer(client: Client) -> None:
    """What the model's side cannot do is told in the answer, with what to do next, and is no error of the call."""
    (answer,) = client.predict(model="huggingface/a/b", messages=HELLO, api_name="/create")["answers"]
    assert answer["ended"] == "error"
    assert "key" in answer["error"]["message"]
    assert answer["error"]["next_step"]


# -- MCP ---------------------------------------------------------------------------------------------------------


def tools_of(app: str) -> dict[str, Tool]:
    """The tools that the app offers, by name."""

    async def main() -> dict[str, Tool]:
        async with (
            streamable_http_client(f"{app}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return {tool.name: tool for tool in (await session.list_tools()).tools}

    return asyncio.run(main())


def text_of(result: CallToolResult) -> str:
    return "".join(part.text for part in result.content if isinstance(part, TextContent))


def test_the_tools_are_the_two_calls_with_every_parameter_described(app: str) -> None:
    """A model that looks for tools finds both, and reads of each parameter what the registry says."""
    tools = tools_of(app)
    assert set(tools) == set(CALLS)
    for call in CALLS:
        assert tools[call].description
        properties = tools[call].inputSchema["properties"]
        assert set(properties) == names_of(call)
        for name in names_of(call) - BESIDE:
            assert properties[name]["description"] == REGISTRY[name].help
        assert all(properties[name]["description"] for name in BESIDE)
        types = {name: properties[name].get("type") for name in ("model", "messages")}
        assert types == {"model": "string", "messages": "array"}
        assert {"type": "number"} in properties["temperature"]["oneOf"]
        assert {"type": "integer"} in properties["seed"]["oneOf"]


def test_a_tool_answers(app: str) -> None:
    """Calling create gives the model's answer, and create_preference at 1 gives two."""
    one = ask_tool(app, "create", **ASKED, max_tokens=4)
    assert not one.isError
    (answer,) = json.loads(text_of(one))["answers"]
    assert (answer["body"]["max_tokens"], answer["body"]["logprobs"]) == (4, False)
    two = ask_tool(app, "create_preference", **ASKED, max_tokens=4, diff_frequency=1.0)
    assert not two.isError
    assert len(json.loads(text_of(two))["answers"]) == 2


def test_a_tool_called_wrongly_says_so(app: str) -> None:
    """The result is marked as an error, and its text names the parameter and its range."""
    result = ask_tool(app, "create", **ASKED, temperature=9)
    assert result.isError
    assert "temperature is 9; allowed is a number from 0.0 to 2.0. Nothing was sent." in text_of(result)
