"""The page's own requests over HTTP: what is streamed, previewed and kept, and that leaving hangs up upstream.

Kept apart from the browser's tests: here the page's requests are made by hand, also as no page would.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpx
import pytest

from playground.chat import ChatRequest, ModelRef
from playground.events import Answer, EndedAs, TokenScore, ToolCall
from playground.parameters import PREF_PARAMS_DEFAULT
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Pause,
    Script,
    ScriptedServer,
    Stall,
    answered,
    chunked,
    data,
    finish,
    streamed,
    text,
)
from playground.web.chat.answer_cache import ANSWERS_KEPT, RAW_KEPT, KeptAnswers
from tests.asking import Together, seconds_until_left, wait_until
from tests.documented import HELLO, TABLE

GOOD: Script = streamed(text("Hel"), text("lo"), finish(), DONE)
STREAM = {"stream": True}
WHOLE = {"stream": False}
PAIR = {"stream": True, "diff_frequency": 1.0}


def asked(server: ScriptedServer | None = None, parameters: Any = STREAM, **more: Any) -> dict[str, Any]:
    """What the page sends."""
    base_url = server.base_url if server else ""
    return {
        "model": "m",
        "messages": HELLO,
        "parameters": parameters,
        "base_url": base_url,
        "mode": "open",
        **more,
    }


def items_of(answer: httpx.Response) -> list[list[Any]]:
    """Every item of every frame."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [item for line in answer.iter_lines() for item in json.loads(line)]


def of(items: list[list[Any]], side: int, kind: str) -> list[Any]:
    return [data for pane, found, data in items if (pane, found) == (side, kind)]


# -- streaming ---------------------------------------------------------------------------------------------------


def test_one_answer(http: httpx.Client) -> None:
    """What was sent with its report comes first, then the text, then how it ended; and nothing may keep a copy."""
    with ScriptedServer(GOOD) as server:
        answer = http.post("/playground/stream", json=asked(server, {**STREAM, "temperature": 0.5}))
        (visit,) = server.requests
    items = items_of(answer)
    assert answer.headers["cache-control"] == "no-store"
    (started,) = of(items, 0, "started")
    assert started["body"] == visit.body
    assert {row["parameter"] for row in started["report"]} == {"model", "messages", "stream", "temperature"}
    assert "".join(of(items, 0, "text")) == "Hello"
    (ended,) = of(items, 0, "ended")
    assert (ended["ended"], ended["finish_reason"], ended["error"]) == ("done", "stop", None)
    assert {pane for pane, _, _ in items} == {0}


def test_two_answers_at_once(http: httpx.Client) -> None:
    """A pair is asked for side by side, and each side has its own start, text and end."""
    with Together(2) as server:
        items = items_of(http.post("/playground/stream", json=asked(server, PAIR)))
        temperatures = {visit.body.get("temperature") for visit in server.requests}
    assert temperatures == {None, 1.3}
    for side in (0, 1):
        assert "".join(of(items, side, "text")) == "Hello"
        assert [ended["ended"] for ended in of(items, side, "ended")] == ["done"]


def test_calls_of_a_blind_pair_go_back_under_the_servers_own_ids(http: httpx.Client) -> None:
    """The page is told other ids, which name no vendor; what it sends back under them goes on under the true ones."""
    made = {
        "index": 0,
        "id": "toolu_vrtx_01",
        "type": "function",
        "function": {"name": "f", "arguments": "{}"},
    }
    script = streamed(
        data({"choices": [{"index": 0, "delta": {"tool_calls": [made]}, "finish_reason": None}]}),
        finish("tool_calls"),
        DONE,
    )
    with ScriptedServer(script, script, GOOD) as server:
        pair = http.post("/playground/stream", json=asked(server, PAIR, mode="blind"))
        (shown,) = of(items_of(pair), 0, "call")
        assert "toolu" not in pair.text and shown["id"]
        turns = [
            *HELLO,
            {"role": "assistant", "tool_calls": [{**made, "id": shown["id"]}]},
            {"role": "tool", "tool_call_id": shown["id"], "content": "4"},
        ]
        items_of(http.post("/playground/stream", json=asked(server, messages=turns)))
        sent = server.requests[2].body["messages"]
    assert [sent[-2]["tool_calls"][0]["id"], sent[-1]["tool_call_id"]] == ["toolu_vrtx_01"] * 2


def test_words_arrive_while_the_server_still_writes(http: httpx.Client) -> None:
    """The first word is there although the answer never ends."""
    with (
        ScriptedServer([SSE_HEAD + chunked(text("first")), Stall()]) as server,
        http.stream("POST", "/playground/stream", json=asked(server)) as answer,
    ):
        lines = answer.iter_lines()
        assert any("first" in next(lines) for _ in range(3))


def test_what_a_server_says_of_itself_is_told(http: httpx.Client) -> None:
    """A refusal is an end with its words, what to do next, and the parameter at fault."""
    refusal = answered(400, b'{"error": {"message": "top_p is odd", "param": "top_p"}}')
    with ScriptedServer(refusal) as server:
        items = items_of(http.post("/playground/stream", json=asked(server, {"top_p": 0.5})))
    (ended,) = of(items, 0, "ended")
    assert ended["ended"] == "error"
    assert "top_p is odd" in ended["error"]["message"]
    assert ended["error"]["parameter"] == "top_p"
    assert ended["error"]["next_step"]


def test_the_key_goes_upstream_only(http: httpx.Client) -> None:
    """The key beside a request reaches the server of the base URL, and comes back in nothing."""
    key = "sk-of-one-visit-0123456789"
    with ScriptedServer(GOOD) as server:
        keys = json.dumps({server.base_url.removesuffix("/v1"): key})
        answer = http.post("/playground/stream", json=asked(server), headers={"x-provider-keys": keys})
        assert server.requests[0].headers["authorization"] == f"Bearer {key}"
    assert key not in answer.text


# -- what is wrong -----------------------------------------------------------------------------------------------


def test_problems_come_beside_their_parameters(http: httpx.Client) -> None:
    """Every wrong value of one request, each under its parameter's name; nothing is sent."""
    wrong = {"temperature": 9, "stop": ["a"] * 5, "top_logprobs": 3, "unknown": 1}
    with ScriptedServer(GOOD) as server:
        for route, status in (("stream", 422), ("preview", 200)):
            answer = http.post(f"/playground/{route}", json=asked(server, wrong, extra_body=[1]))
            assert answer.status_code == status
            problems = answer.json()["problems"]
            assert {p["parameter"] for p in problems} == {*wrong, "extra_body"}
            assert all(p["text"].startswith(f"{p['parameter']} is ") for p in problems)
        assert server.requests == []


def test_a_problem_comes_with_the_value_that_would_do(http: httpx.Client) -> None:
    """Where every problem is a number out of range: then one click in its row mends each."""
    with ScriptedServer(GOOD) as server:
        for wrong, nearest in (
            ({"temperature": 9, "max_tokens": 0}, {"temperature": 2.0, "max_tokens": 1}),
            ({"temperature": 9, "stop": 7}, {"temperature": None, "stop": None}),
        ):
            problems = http.post("/playground/preview", json=asked(server, wrong)).json()["problems"]
            assert {p["parameter"]: p["nearest"] for p in problems} == nearest


def test_the_preview_tells_what_would_be_sent(http: httpx.Client) -> None:
    """It reports every set parameter, gives hints for the others, and sends nothing."""
    parameters = {"temperature": 0.5, "tools": TABLE["tools"].good[0], "tool_prompt": "x"}
    with ScriptedServer(GOOD) as server:
        preview = http.post("/playground/preview", json=asked(server, parameters)).json()
        assert server.requests == []
    assert preview["problems"] == []
    states = {row["parameter"]: row["state"] for row in preview["report"]}
    assert states["temperature"] == "sent"
    assert states["tool_prompt"] == "withheld"
    assert preview["suggestions"]["tool_choice"] == ["auto", "none", "required", "weather"]
    embedded = http.post("/playground/preview", json=asked(None, {}, model="embedded")).json()
    assert embedded["hints"]["temperature"] == 1.0


@pytest.mark.parametrize(
    ("parameters", "more", "temperature", "penalty"),
    [
        ({}, {}, PREF_PARAMS_DEFAULT["temperature"], PREF_PARAMS_DEFAULT["frequency_penalty"]),
        ({"temperature": 0.5, "pref_params": {"frequency_penalty": 1.0}}, {}, 0.5, 0.0),
        ({"pref_params": {"frequency_penalty": 1.0}}, {}, 1.0, 0.0),
        ({}, {"second": {"top_p": 0.5}}, None, None),
    ],
    ids=["left empty", "half, over the first", "half, over the server", "second side"],
)
def test_the_preview_tells_what_the_second_answer_has(
    parameters: Any, more: Any, temperature: float | None, penalty: float | None, http: httpx.Client
) -> None:
    """Where its own rows are unset: the defaults while all of them are, else what the first answer has; and how often
    there is one while that is unset."""
    body = asked(None, parameters, model="embedded", **more)
    hints = http.post("/playground/preview", json=body).json()["hints"]
    told = hints.get("pref_params.temperature"), hints.get("pref_params.frequency_penalty")
    assert told == (temperature, penalty)
    assert hints.get("diff_frequency") == (None if more else 0.0)


# -- the raw response --------------------------------------------------------------------------------------------


def test_the_raw_response_is_kept_under_its_id(http: httpx.Client) -> None:
    """The data of the stream as they came, for whoever knows the id; for a guess there is nothing."""
    with ScriptedServer(GOOD) as server:
        items = items_of(http.post("/playground/stream", json=asked(server)))
    (started,) = of(items, 0, "started")
    raw = http.get(f"/playground/raw/{started['id']}")
    assert raw.text.splitlines()[-1] == "[DONE]"
    assert json.loads(raw.text.splitlines()[0])["choices"][0]["delta"] == {"content": "Hel"}
    assert raw.headers["content-type"].startswith("text/plain")
    assert len(started["id"]) >= 16
    assert http.get("/playground/raw/guessed").status_code == 404


def test_few_raw_responses_are_kept() -> None:
    """Past the limit the oldest is forgotten, and a huge one is cut, with the words read from it."""
    kept, request = KeptAnswers(), ChatRequest(ModelRef("embedded", ""), ())
    for number in range(ANSWERS_KEPT + 3):
        kept.keep(str(number), Answer(raw=("a", "b")), request)
    found = [kept.get(str(number)) for number in (0, 2, 3, ANSWERS_KEPT + 2)]
    assert [answer and answer.raw for answer in found] == [None, None, "a\nb", "a\nb"]
    huge = "x" * (RAW_KEPT + 1)
    kept.keep("large", Answer(huge, huge, (ToolCall("1", "f", huge),), raw=(huge,)), request)
    large = kept.get("large")
    assert large is not None
    words = json.loads(large.answer)
    texts = [large.raw, words["text"], words["reasoning"], words["tool_calls"][0]["arguments"]]
    assert [len(text) for text in texts] == [RAW_KEPT] * 4


@pytest.mark.parametrize(("ended", "rows"), [("cancelled", [["a", -0.5, []]]), ("done", None)])
def test_scores_are_kept_of_stopped_answers_alone(ended: EndedAs, rows: Any) -> None:
    """They take far more room than words, and a page that did not stop the answer has them all."""
    kept = KeptAnswers()
    answer = Answer("a", logprobs=(TokenScore("a", -0.5),), ended=ended)
    kept.keep("1", answer, ChatRequest(ModelRef("embedded", ""), ()))
    found = kept.get("1")
    assert found is not None and json.loads(found.answer).get("logprobs") == rows


def test_a_stopped_answer_is_kept_as_far_as_it_came(http: httpx.Client) -> None:
    """What it counted, how long it took, and the raw response up to where its reader left."""
    with ScriptedServer(AFTER_A_WORD) as server:
        with http.stream("POST", "/playground/stream", json=asked(server)) as response:
            items = (item for line in response.iter_lines() for item in json.loads(line))
            started = next(data for _, kind, data in items if kind == "started")
            assert next(data for _, kind, data in items if kind == "text") == "half"
        assert server.requests[0].left.wait(20)
        stopped = f"/playground/stopped/{started['id']}"
        wait_until(lambda: http.get(stopped).status_code != 404)
        said = http.get(stopped).json()
    assert (said["ended"], said["usage"]["completion_tokens"], said["usage"]["counted"]) == (
        "cancelled",
        1,
        True,
    )
    assert 0 < said["first_token_s"] <= said["total_s"] and said["text"] == "half"
    assert "half" in http.get(f"/playground/raw/{started['id']}").text
    assert http.get(f"/playground/prompt/{started['id']}").json() == {"prompt_tokens": None}


def test_what_went_in_can_be_counted_afterwards(http: httpx.Client) -> None:
    """The embedded model's engine counts what no usage has told, and comes to the same number."""
    embedded = {"model": "embedded", "parameters": {"stream": True, "max_tokens": 1}, "messages": HELLO}
    items = items_of(http.post("/playground/stream", json=embedded))
    (started,), (ended,) = of(items, 0, "started"), of(items, 0, "ended")
    assert (ended["usage"]["prompt_tokens"], ended["usage"]["counted"]) == (None, True)
    counted = http.get(f"/playground/prompt/{started['id']}").json()["prompt_tokens"]
    embedded["parameters"] = {"max_tokens": 1}
    (ended,) = of(items_of(http.post("/playground/stream", json=embedded)), 0, "ended")
    assert counted == ended["usage"]["prompt_tokens"]
    assert http.get("/playground/prompt/guessed").status_code == 404


def test_a_llama_cpp_server_counts_too(http: httpx.Client) -> None:
    """What went in is asked of the server that answered, with the key that the page sends for it and keeps itself."""
    listed = answered(200, b'{"data": [{"id": "m", "owned_by": "llamacpp"}]}')
    counting = answered(200, b'{"prompt": "one two"}'), answered(200, b'{"tokens": [1, 2, 3]}')
    with ScriptedServer(GOOD, *counting, pages={"/v1/models": listed}) as server:
        keys = {"x-provider-keys": json.dumps({server.base_url.removesuffix("/v1"): "sk-1234567890"})}
        items = items_of(http.post("/playground/stream", json=asked(server), headers=keys))
        (started,) = of(items, 0, "started")
        counted = http.get(f"/playground/prompt/{started['id']}", headers=keys)
        assert counted.json() == {"prompt_tokens": 3}
        assert [visit.headers["authorization"] for visit in server.requests] == ["Bearer sk-1234567890"] * 3
        http.get(f"/playground/prompt/{started['id']}")
        assert "authorization" not in server.requests[-1].headers  # no key is kept with an answer


# -- leaving -----------------------------------------------------------------------------------------------------

BEFORE_A_WORD: Script = [Stall()]
AFTER_A_WORD: Script = [SSE_HEAD + chunked(text("half")), Stall()]
WORD: Script = [chunked(text("word ")), Pause(0.01)]
FLOWING: Script = [SSE_HEAD, *(step for _ in range(2000) for step in WORD)]


@contextmanager
def connected(app: str, body: dict[str, Any]) -> Iterator[socket.socket]:
    """A bare connection on which the page's request has been sent."""
    host, _, port = app.removeprefix("http://").partition(":")
    content = json.dumps(body).encode()
    head = (
        f"POST /playground/stream HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode() + content)
        yield connection


def hang_up(connection: socket.socket) -> None:
    connection.close()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize("leave", [hang_up, reset])
@pytest.mark.parametrize("parameters", [STREAM, WHOLE, PAIR], ids=["stream", "whole", "pair"])
@pytest.mark.parametrize(
    "script", [BEFORE_A_WORD, AFTER_A_WORD, FLOWING], ids=["before a word", "after a word", "flowing"]
)
def test_closing_the_tab_hangs_up_upstream(script: Script, parameters: Any, leave: Any, app: str) -> None:
    """Within 100 ms of the visitor's going every upstream connection is closed, also a silent one.

    The quickest of three counts, since other load may delay any single one.
    """
    sides = 2 if parameters is PAIR else 1
    awaited = b'"text"' if script is not BEFORE_A_WORD and parameters is not WHOLE else b'"started"'
    seconds = []
    for _ in range(3):
        with ScriptedServer(script) as server, connected(app, asked(server, parameters)) as connection:
            received = b""
            while awaited not in received:
                received += connection.recv(65536)
            wait_until(lambda: len(server.requests) == sides)
            left = monotonic()
            leave(connection)
            seconds.append(max(seconds_until_left(server, left, side) for side in range(sides)))
    assert min(seconds) < 0.1


def test_one_who_leaves_disturbs_no_other(app: str, http: httpx.Client) -> None:
    """While one visitor leaves in the middle another's answer comes whole."""
    slow: Script = [
        SSE_HEAD + chunked(text("one ")),
        Pause(0.2),
        chunked(text("two"), finish(), DONE) + b"0\r\n\r\n",
    ]
    with ScriptedServer(slow) as server:
        with connected(app, asked(server)) as leaving:
            leaving.recv(65536)
        items = items_of(http.post("/playground/stream", json=asked(server)))
    assert "".join(of(items, 0, "text")) == "one two"
