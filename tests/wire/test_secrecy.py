"""What may leave this machine and what may be shown: keys, cookies, and bodies that are none.

A key that gets out once cannot be taken back.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.chat import Endpoint
from playground.errors import KeyMissing
from playground.events import Ended, Event, fold
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Reset,
    Script,
    ScriptedServer,
    answered,
    finish,
    streamed,
    text,
    whole,
)
from playground.wire.keys import headers
from playground.wire.kinds.huggingface import HUGGINGFACE
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.transport import Transport
from tests.wire.asking import KEY, answer_of, events_of, request

STREAMING = request(stream=True)
GOOD = streamed(text("x"), finish(), DONE)


def test_the_key_goes_to_the_server_and_nowhere_else() -> None:
    """It arrives as a bearer token; no key, no header."""
    with ScriptedServer(GOOD) as server:
        answer_of(STREAMING, server.base_url)
        answer_of(STREAMING, server.base_url, key="")
        first, second = server.requests
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in second.headers


@pytest.mark.parametrize(
    "script",
    [
        answered(401, f'{{"error": {{"message": "Incorrect API key: {KEY}"}}}}'.encode()),
        answered(500, f"<html>{KEY}</html>".encode(), "text/html"),
        answered(302, b"", location=f"http://elsewhere/?key={KEY}"),
        answered(200, f"<html>{KEY}</html>".encode(), "text/html"),
        streamed(text(f"your key is {KEY}"), finish()),
        streamed(text("x"), f'data: {{"error": "bad key {KEY}"}}\n\n'.encode()),
        streamed(text("x"), f"data: {KEY} is no JSON\n\n".encode()),
        answered(200, whole(f"your key is {KEY}")),
        [SSE_HEAD.replace(b"\r\n\r\n", f"\r\nx-echo: {KEY}\r\n\r\n".encode()), Reset()],
        [KEY.encode() + b" is no HTTP\r\n\r\n", Reset()],
    ],
)
def test_an_echoed_key_is_masked(script: Script) -> None:
    """A server that repeats the key cannot make it appear in any event."""
    with ScriptedServer(script) as server:
        events = events_of(STREAMING, server.base_url)
    assert KEY not in "".join(map(str, events))
    assert KEY not in "".join(str(e.error) + repr(e.error) for e in events if isinstance(e, Ended))


def test_a_key_stays_with_its_provider() -> None:
    """A hosted provider's profile, or a HuggingFace token, at a foreign address: nothing is sent."""
    with ScriptedServer(GOOD) as server:
        for profile, key in ((OPENROUTER, KEY), (HUGGINGFACE, "hf_test")):

            async def ask(profile: Any = profile, key: str = key) -> list[Event]:
                async with Transport() as transport:
                    endpoint = Endpoint(server.base_url, key)
                    return [event async for event in transport.stream(STREAMING, profile, endpoint)]

            answer = fold(asyncio.run(ask()))
            assert isinstance(answer.error, KeyMissing)
            assert key not in str(answer.error)
        assert not server.requests


@pytest.mark.parametrize(
    ("key", "host", "goes"),
    [
        ("hf_x", "router.huggingface.co", True),
        ("hf_x", "huggingface.co", True),
        ("hf_x", "abc.us-east-1.aws.endpoints.huggingface.cloud", False),
        ("hf_x", "127.0.0.1", True),
        ("hf_x", "evilhuggingface.co", False),
        ("hf_x", "huggingface.co.evil.example", False),
        ("hf_x", "openrouter.ai", False),
        ("sk-x", "any.example", True),
    ],
)
def test_where_a_key_may_go(key: str, host: str, goes: bool) -> None:
    """A HuggingFace token goes to HuggingFace or stays on this machine; other keys go to the endpoint's own host."""
    if goes:
        assert headers(OPENAI, Endpoint(f"https://{host}/v1", key), host)["Authorization"] == f"Bearer {key}"
    else:
        with pytest.raises(KeyMissing, match="another provider"):
            headers(OPENAI, Endpoint(f"https://{host}/v1", key), host)


@pytest.mark.parametrize("key", ["", "  ", "two words", "new\nline", "naïve", "\x00"])
def test_a_missing_or_broken_key_is_an_error(key: str) -> None:
    """Where a key is needed, an empty one is an error, and one that no provider ever made is too."""
    with ScriptedServer(GOOD) as server:
        answer = answer_of(STREAMING, server.base_url, OPENROUTER, key=key)
        assert not server.requests
    assert isinstance(answer.error, KeyMissing)
    assert answer.error.next_step


def test_no_cookies_come_or_go() -> None:
    """Cookies of a response are neither shown nor sent back."""
    steps = answered(200, whole(), set_cookie="session=secret")
    with ScriptedServer(steps) as server:

        async def twice() -> list[Event]:
            async with Transport() as transport:
                endpoint = Endpoint(server.base_url)
                _ = [e async for e in transport.stream(request(), OPENAI, endpoint)]
                return [e async for e in transport.stream(request(), OPENAI, endpoint)]

        events = asyncio.run(twice())
        assert "cookie" not in server.requests[1].headers
    assert "secret" not in str(events)


def test_a_body_that_is_no_json_is_not_sent() -> None:
    """NaN or an object of Python in the extra JSON: said, and nothing leaves."""
    with ScriptedServer(GOOD) as server:
        for nonsense in (float("nan"), object()):
            answer = answer_of(request({"x": nonsense}), server.base_url)
            assert answer.ended == "error"
            assert "extra JSON" in str(answer.error)
        assert not server.requests


def test_loopback_is_reached_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment does not stand between the playground and a model on this machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with ScriptedServer(GOOD) as server:
        assert answer_of(STREAMING, server.base_url).ended == "done"
