"""The scripted server plays what it is given, in order, and keeps what it was sent.

All other tests lean on it; here stands what its users are promised beside that.
"""

from __future__ import annotations

from threading import Event

import httpx
import pytest

from playground.testing import Close, Pause, ScriptedServer, Stall, Until, answered, streamed
from playground.testing.scripted_server import END, SSE_HEAD, chunked


def test_scripts_are_played_in_order_and_the_last_again() -> None:
    """One per request; a GET has an answer of its own, and uses up none."""
    scripts = [answered(200, word.encode()) for word in ("one", "two")]
    pages = {"/v1/models": answered(200, b"a list")}
    with ScriptedServer(*scripts, pages=pages) as server, httpx.Client(trust_env=False) as client:
        assert client.get(f"{server.base_url}/models").text == "a list"
        assert client.get(f"{server.base_url}/else").status_code == 404
        said = [client.post(server.base_url, json={"n": n}).text for n in range(3)]
    assert said == ["one", "two", "two"]
    assert [request.body["n"] for request in server.requests] == [0, 1, 2]
    assert [request.path for request in server.page_requests] == ["/v1/models", "/v1/else"]


def test_a_stream_has_its_steps_where_they_stand() -> None:
    """What stands side by side is sent at once, and a step comes between two chunks."""
    pause, stall = Pause(0.1), Stall()
    assert streamed(b"a", b"b") == [SSE_HEAD + chunked(b"a", b"b") + END]
    assert streamed(b"a", pause, stall, b"b") == [SSE_HEAD + chunked(b"a"), pause, stall, chunked(b"b") + END]


def test_a_stream_goes_on_when_the_test_says_so() -> None:
    """And not before: what comes first can be looked at for as long as that takes."""
    seen = Event()
    with (
        ScriptedServer(streamed(b"a", Until(seen), b"b")) as server,
        httpx.Client(trust_env=False) as client,
        client.stream("POST", server.base_url, timeout=0.2) as response,
    ):
        pieces = response.iter_bytes()
        assert next(pieces) == b"a"
        with pytest.raises(httpx.ReadTimeout):
            next(pieces)
    with ScriptedServer(streamed(b"a", Until(seen), b"b")) as server, httpx.Client(trust_env=False) as client:
        seen.set()
        assert client.post(server.base_url).text == "ab"


def test_a_stream_that_breaks_off_is_no_whole_one() -> None:
    """What came before the break has been sent."""
    with (
        ScriptedServer(streamed(b"a", Close())) as server,
        httpx.Client(trust_env=False) as client,
        client.stream("POST", server.base_url) as response,
    ):
        pieces = response.iter_bytes()
        assert next(pieces) == b"a"
        with pytest.raises(httpx.RemoteProtocolError):
            next(pieces)
