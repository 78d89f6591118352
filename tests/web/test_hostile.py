"""Whatever is posted to the page's routes, and whatever a server sends, the answer is JSON and never a crash.

Kept apart from what the page itself asks: none of this comes from a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.testing.scripted_server import DONE, Script, ScriptedServer, answered, data, finish, streamed
from tests.documented import HELLO, NAMES, TABLE, TOOLS

ROUTES = ("stream", "preview", "vote", "diff")
OPTIONAL = [name for name in NAMES if name not in ("model", "messages")]

TEXT = st.text(max_size=5) | st.text(st.characters(), max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from([10**400, -(10**400)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
NO_TEXT = JSON.filter(lambda value: not isinstance(value, str))


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    """A server that answers everything alike."""
    with ScriptedServer(
        streamed(data({"choices": [{"delta": {"content": "x"}}]}), finish(), DONE)
    ) as standin:
        yield standin


def posted(http: httpx.Client, route: str, body: Any) -> httpx.Response:
    """The answer to a request that Python's JSON can write down, odd numbers and half characters included."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return http.post(f"/playground/{route}", content=content, headers={"content-type": "application/json"})


def check(answer: httpx.Response) -> None:
    """A stream of frames that ends, or JSON; no server error, no traceback, no path."""
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    if answer.headers["content-type"].startswith("application/x-ndjson"):
        items = [item for line in answer.content.splitlines() for item in json.loads(line)]
        sides = {side for side, kind, _ in items if kind == "started"}
        assert sides
        assert {side for side, kind, _ in items if kind == "ended"} == sides
    else:
        assert isinstance(json.loads(answer.text), dict)


several = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# -- requests ----------------------------------------------------------------------------------------------------


MALFORMED = (b"", b"{", b"[]", b"[1]", b"null", b"1", b'"x"', b"NaN", b"{}x", b"\xff\xfe", b'{"a": "\xff"}')
TOO_DEEP = (b"[" * 100_000, b'{"a":' * 100_000, b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
TOO_LONG_A_NUMBER = (b"9" * 5000, b'{"a": ' + b"9" * 5000 + b"}")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "content",
    [*MALFORMED, *TOO_DEEP, *TOO_LONG_A_NUMBER],
    ids=lambda content: f"{content[:6]!r} {len(content)}",
)
def test_what_is_no_request_is_refused(route: str, content: bytes, http: httpx.Client) -> None:
    """Malformed JSON, JSON that is no object, 100,000 levels and numbers of 5,000 digits: 400, with words."""
    answer = posted(http, route, content)
    assert answer.status_code == 400
    check(answer)


@pytest.mark.parametrize("route", ROUTES)
def test_a_request_ends_at_2_mb(route: str, http: httpx.Client) -> None:
    """One byte more is refused, with the limit in words; one of just that size is read.

    A vote's record may be 16, and a request with its pictures 40.
    """
    megabytes = {"vote": 16, "stream": 40}.get(route, 2)
    limit, words = megabytes * 1024 * 1024, f"{megabytes} MB"
    frame = len('{"pad": ""}')
    large = posted(http, route, b'{"pad": "' + b"x" * (limit - frame + 1) + b'"}')
    assert large.status_code in (400, 413)
    assert words in large.text
    assert words not in posted(http, route, b'{"pad": "' + b"x" * (limit - frame) + b'"}').text


PAGES = st.sampled_from(["stream", "preview"])


@pytest.mark.parametrize(
    "field", ["model", "messages", "parameters", "extra_body", "second", "base_url", "mode", "unknown"]
)
@several
@given(route=PAGES, value=JSON)
def test_any_json_in_any_field(
    route: str, field: str, value: Any, http: httpx.Client, server: ScriptedServer
) -> None:
    """Each field of the page's request with any JSON at all: an answer, problems or a refusal, and never a crash."""
    if field == "base_url" and isinstance(value, str):
        value = f" {value}"  # no address of any host
    body = {"model": "m", "messages": HELLO, "parameters": {"stream": True}, "base_url": server.base_url}
    check(posted(http, route, {**body, field: value}))


@pytest.mark.parametrize("name", OPTIONAL)
@several
@given(route=PAGES, value=JSON)
def test_any_json_in_any_parameter(
    route: str, name: str, value: Any, http: httpx.Client, server: ScriptedServer
) -> None:
    """Each parameter with any JSON at all, beside what it needs."""
    parameters = {**TABLE[name].beside, name: value}
    body = {"model": "m", "messages": HELLO, "parameters": parameters, "base_url": server.base_url}
    check(posted(http, route, body))


@pytest.mark.parametrize("name", NAMES)
def test_every_documented_wrong_value_is_refused(name: str, http: httpx.Client) -> None:
    """Each wrong value of the table that JSON can carry gives 422, under the parameter's own name."""
    row = TABLE[name]
    for bad in filter(_survives, row.bad):
        body: dict[str, Any] = {"model": "huggingface/a/b", "messages": HELLO, "parameters": dict(row.beside)}
        target = body if name in ("model", "messages") else body["parameters"]
        target[name] = bad
        answer = posted(http, "stream", body)
        assert answer.status_code == 422, bad
        assert {problem["parameter"] for problem in answer.json()["problems"]} == {name}


def _survives(value: Any) -> bool:
    """Whether JSON carries the value as it is; half characters are refused before any parameter is looked at."""
    try:
        written = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return repr(json.loads(written)) == repr(value) and "\\ud8" not in written


@pytest.mark.parametrize("field", ["model", "messages", "parameters", "base_url"])
def test_half_a_character_is_refused(field: str, http: httpx.Client) -> None:
    """It can be in a name as well as in a value, and is answered in words that hold none."""
    halves = {
        "model": "\ud800",
        "messages": [{"\ud800": 1}],
        "parameters": {"\ud800": 1},
        "base_url": "\udfff",
    }
    for route in ("stream", "preview"):
        answer = posted(http, route, {"model": "m", "messages": HELLO, field: halves[field]})
        assert answer.status_code == 400
        assert "half of a character" in answer.json()["message"]


@pytest.mark.parametrize("where", ["messages", "tool_choice", "response_format", "tools", "extra_body"])
@pytest.mark.parametrize("levels", [200, 300, 900])
def test_deep_documents_are_problems(
    where: str, levels: int, http: httpx.Client, server: ScriptedServer
) -> None:
    """What is nested too deeply to be written down again is a problem under its name, and no server error."""
    deep: Any = "x"
    for _ in range(levels):
        deep = [deep]
    values: dict[str, Any] = {
        "messages": [{"role": "user", "content": deep}],
        "tool_choice": {"function": {"name": "weather"}, "x": deep},
        "response_format": {"x": deep},
        "tools": [{**TOOLS[0], "x": deep}],
        "extra_body": {"x": deep},
    }
    body: dict[str, Any] = {
        "model": "m",
        "messages": HELLO,
        "parameters": {"tools": TOOLS},
        "base_url": server.base_url,
    }
    target = body if where in ("messages", "extra_body") else body["parameters"]
    target[where] = values[where]
    for route, status in (("stream", 422), ("preview", 200)):
        answer = posted(http, route, body)
        assert answer.status_code == status
        assert where in {problem["parameter"] for problem in answer.json()["problems"]}


@pytest.mark.parametrize("key", ["sk-ü", "a b", "x" * 10_000, "\x01"])
def test_an_odd_key_is_no_crash(key: str, http: httpx.Client, server: ScriptedServer) -> None:
    """A key that is none ends the answer with a sentence that does not repeat it."""
    body = {"model": "m", "messages": HELLO, "parameters": {}, "base_url": server.base_url}
    keys = json.dumps({server.base_url.removesuffix("/v1"): key}, ensure_ascii=False)
    answer = http.post("/playground/stream", json=body, headers={b"x-provider-keys": keys.encode("latin-1")})
    if answer.status_code == 200:
        check(answer)
    assert answer.status_code < 500
    assert key not in answer.text


# -- answers -----------------------------------------------------------------------------------------------------

HALF = "\\ud83d"
HALVES: dict[str, Script] = {
    "text": streamed(f'data: {{"choices":[{{"delta":{{"content":"{HALF}"}}}}]}}\n\n'.encode(), finish()),
    "reasoning": streamed(
        f'data: {{"choices":[{{"delta":{{"reasoning":"{HALF}"}}}}]}}\n\n'.encode(), finish()
    ),
    "call": streamed(
        f'data: {{"choices":[{{"delta":{{"tool_calls":[{{"index":0,"function":{{"name":"{HALF}","arguments":"{HALF}"'
        "}}]}}]}\n\n".encode(),
        finish(),
    ),
    "token": streamed(
        f'data: {{"choices":[{{"delta":{{}},"logprobs":{{"content":[{{"token":"{HALF}","logprob":-1.0,'
        f'"top_logprobs":[{{"token":"{HALF}","logprob":-1.0}}]}}]}}}}]}}\n\n'.encode(),
        finish(),
    ),
    "finish reason": streamed(
        f'data: {{"choices":[{{"delta":{{}},"finish_reason":"{HALF}"}}]}}\n\n'.encode()
    ),
    "error": streamed(f'data: {{"error":{{"message":"{HALF}"}}}}\n\n'.encode()),
    "refusal": answered(400, f'{{"error":{{"message":"{HALF}"}}}}'.encode()),
    "whole": answered(
        200,
        f'{{"choices":[{{"message":{{"content":"{HALF}x","reasoning":"{HALF}"}},"finish_reason":"stop"}}]}}'.encode(),
    ),
    "no JSON": streamed(f'data: "{HALF}\n\n'.encode()),
    "no object": streamed(f'data: "{HALF}"\n\n'.encode()),
}


@pytest.mark.parametrize("place", HALVES)
def test_half_a_character_ends_no_stream(place: str, http: httpx.Client) -> None:
    """A server that sends half of a character, wherever, gets an answer painted to its end."""
    with ScriptedServer(HALVES[place]) as server:
        body = {"model": "m", "messages": HELLO, "parameters": {"stream": True}, "base_url": server.base_url}
        answer = posted(http, "stream", body)
    assert answer.status_code == 200
    check(answer)


@pytest.mark.parametrize("parameters", [{"stream": True}, {"stream": True, "logprobs": True}])
@several
@given(document=JSON, wrap=st.sampled_from(["chunk", "choice", "delta", "logprobs", "usage", "error"]))
def test_any_chunk_from_a_server(
    document: Any, wrap: str, parameters: dict[str, Any], http: httpx.Client, server: ScriptedServer
) -> None:
    """Whatever JSON a server streams, in whatever place, the page gets frames and an end."""
    chunk: Any = {
        "chunk": document,
        "choice": {"choices": [document]},
        "delta": {"choices": [{"delta": document}]},
        "logprobs": {"choices": [{"delta": {"content": "x"}, "logprobs": {"content": document}}]},
        "usage": {"choices": [], "usage": document},
        "error": {"error": document},
    }[wrap]
    with ScriptedServer(streamed(b"data: " + json.dumps(chunk).encode() + b"\n\n", finish(), DONE)) as odd:
        body = {"model": "m", "messages": HELLO, "parameters": parameters, "base_url": odd.base_url}
        answer = posted(http, "stream", body)
    assert answer.status_code == 200
    check(answer)
