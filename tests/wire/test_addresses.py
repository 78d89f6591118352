"""What is typed as a base URL is put right or refused with a reason, and on a Space nobody else's host is asked.

These are tables: what was typed, and what it means.
"""

from __future__ import annotations

import asyncio

import pytest

from playground.backend import Backend, request_of
from playground.chat import ChatRequest, ModelRef
from playground.errors import InvalidRequest
from playground.events import fold
from playground.servers import Target
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, answered, whole
from playground.wire.addresses import check_allowed, host_of, origin, other_address, server_address
from tests.canaries import CANARIES, found_in

HELLO = ({"role": "user", "content": "Hello"},)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("http://localhost:8080", "http://localhost:8080/v1"),
        ("http://localhost:8080/", "http://localhost:8080/v1"),
        ("  http://localhost:8080/v1/  ", "http://localhost:8080/v1"),
        ("http://localhost:8080/v1/chat/completions", "http://localhost:8080/v1"),
        ("http://localhost:8080/v1/completions/", "http://localhost:8080/v1"),
        ("http://localhost:8080/v1/models", "http://localhost:8080/v1"),
        ("HTTPS://API.Example.COM:443/V1", "https://api.example.com/V1"),
        ("http://h:0080", "http://h/v1"),
        ("https://h:80", "https://h:80/v1"),
        ("https://api.example.com/openai/v1", "https://api.example.com/openai/v1"),
        ("https://api.example.com/v1beta/openai/", "https://api.example.com/v1beta/openai"),
        ("https://api.example.com/chat/completions", "https://api.example.com"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("http://[::FFFF:127.0.0.1]", "http://[::ffff:127.0.0.1]/v1"),
        ("http://my_host.local:65535", "http://my_host.local:65535/v1"),
        ('"http://localhost:8080/v1",', "http://localhost:8080/v1"),
        ("<https://api.example.com/v1>", "https://api.example.com/v1"),
        ("http://localhost:8080//v1//chat/completions", "http://localhost:8080/v1"),
        ("http://localhost:8080/v1/responses", "http://localhost:8080/v1"),
        ("http://localhost:11434/api/chat", "http://localhost:11434/v1"),
        ("http://localhost:11434/api/tags", "http://localhost:11434/v1"),
        ("\ufeffhttp://localhost:8080/v1\u200b", "http://localhost:8080/v1"),
        ("\u201chttp://localhost:8080/v1\u201d", "http://localhost:8080/v1"),
        ("OPENAI_BASE_URL=http://localhost:8080/v1", "http://localhost:8080/v1"),
        ("export OPENAI_BASE_URL='http://localhost:8080/v1' # mine", "http://localhost:8080/v1"),
        ('{"base_url": "http://localhost:8080/v1"}', "http://localhost:8080/v1"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example/v1"),
    ],
)
def test_what_was_meant(typed: str, meant: str) -> None:
    """A missing /v1, a slash or an endpoint too many, capitals and usual ports are put right; a path is kept."""
    assert server_address(typed) == meant
    assert server_address(meant if meant.count("/") > 2 else f"{meant}/chat/completions") == meant


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "begins with http://"),
        ("localhost:8080", "begins with http:// or https://, such as http://localhost:8080"),
        ("localhost", "such as http://localhost"),
        ("[::1]:8080/v1", "such as http://[::1]:8080/v1"),
        ("127.0.0.1:8080/v1", "such as http://127.0.0.1:8080/v1"),
        ("api.example.com/v1", "such as https://api.example.com/v1"),
        ("host:8080", "such as https://host:8080"),
        ("https//host", "such as https://host"),
        ("http:/localhost:8080", "such as http://localhost:8080"),
        ("ftp://host/v1", "begins with http://"),
        ("file:///etc/passwd", "begins with http://"),
        ("gopher://127.0.0.1:70/x", "begins with http://"),
        ("javascript:alert(1)", "begins with http://"),
        ("http:/host", "begins with http://"),
        ("http://", "begins with http://"),
        ("http:///v1", "begins with http://"),
        ("http://host:0", "begins with http://"),
        ("http://host:65536", "begins with http://"),
        ("http://host:8x", "begins with http://"),
        ("http://host\\@evil.example/v1", "user name"),
        ("http://user@host/v1", "user name"),
        ("http://user:password@host/v1", "user name"),
        ("http://host@evil.example", "user name"),
        ("http://host/v1?key=1", "without ?"),
        ("http://host/v1#x", "without ?"),
        ("http://host/v1 x", "begins with http://"),
        ("http://ho\tst/v1", "begins with http://"),
        ("http://host/v1\r\nHost: evil", "begins with http://"),
        ("http://host\\evil/v1", "begins with http://"),
        ("http://%31%32%37.0.0.1/", "begins with http://"),
        ("http://bücher.example", "xn--"),
        ("http://①②⑦.0.0.1", "xn--"),
        ("http://127。0。0。1", "xn--"),
        ("http://[::1%25lo]/v1", "begins with http://"),
        ("http://-host", "begins with http://"),
        ("h" * 100_000, "begins with http://"),
        ("http://" + "a." * 50_000 + "!", "begins with http://"),
    ],
)
def test_what_is_no_address(typed: str, hint: str) -> None:
    """Anything else is one problem on base_url that says what would be right, short enough to be read."""
    with pytest.raises(InvalidRequest) as caught:
        server_address(typed)
    (problem,) = caught.value.problems
    assert problem.parameter == "base_url"
    assert hint in problem.allowed
    assert len(str(problem)) < 250


@pytest.mark.parametrize(
    "form", ["http://{}@host/v1", "http://u:{}@host/v1", "http://host/v1?k={}", "http://host#{}"]
)
def test_a_key_in_an_address_is_not_repeated(form: str) -> None:
    """Who pastes a key into the address is told that it is out of place, without the key."""
    with pytest.raises(InvalidRequest) as caught:
        server_address(form.format("sk-secret"))
    assert "sk-secret" not in str(caught.value)


def test_it_stands_beside_all_other_problems() -> None:
    """A wrong base URL is told together with whatever else is wrong."""
    values = {"model": "x", "messages": HELLO, "temperature": 9, "top_p": -1}
    with pytest.raises(InvalidRequest) as caught:
        request_of(values, "create", Target(base_url="localhost:8080"))
    assert [p.parameter for p in caught.value.problems] == ["base_url", "temperature", "top_p"]


def test_parts_of_an_address() -> None:
    """What a key is kept under, what it is compared with, and where the same API may be instead."""
    assert origin("http://h:1/a/v1") == "http://h:1"
    assert (host_of("http://h:1/a/v1"), host_of("http://[::1]:1/v1"), host_of("https://h")) == (
        "h",
        "::1",
        "h",
    )
    assert other_address("http://h/v1") == "http://h"
    assert other_address("http://h/api") == "http://h/api/v1"


# -- on a Space --------------------------------------------------------------------------------------------------

TRAPS = [
    "http://127.0.0.1{}",
    "http://127.0.0.1{}/v1",
    "http://localhost{}",
    "http://LOCALHOST{}",
    "http://localhost.{}",
    "http://127.1{}",
    "http://127.0.1{}",
    "http://127.0.0.2{}",
    "http://127.000.000.001{}",
    "http://0{}",
    "http://0.0.0.0{}",
    "http://2130706433{}",
    "http://0x7f000001{}",
    "http://0x7f.0.0.1{}",
    "http://0x7f.1{}",
    "http://017700000001{}",
    "http://0177.0.0.1{}",
    "http://0177.1{}",
    "http://127.0.0.1.{}",
    "http://[::1]{}",
    "http://[::]{}",
    "http://[0:0:0:0:0:0:0:1]{}",
    "http://[::ffff:127.0.0.1]{}",
    "http://[::ffff:7f00:1]{}",
    "http://[::127.0.0.1]{}",
    "http://[64:ff9b::7f00:1]{}",
    "http://[2002:7f00:1::]{}",
    "http://[fe80::1%25eth0]{}",
    "http://localtest.me{}",
    "http://127.0.0.1.nip.io{}",
    "http://allowed.example.127.0.0.1.nip.io{}",
    "http://169.254.169.254",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]",
    "http://metadata.google.internal",
    "http://100.64.0.1",
    "http://10.0.0.1",
    "http://192.168.0.1",
    "http://172.16.0.1",
    "http://224.0.0.1",
    "http://allowed.example@127.0.0.1{}",
    "http://allowed.example:x@127.0.0.1{}",
    "http://127.0.0.1{}@allowed.example",
    "http://127.0.0.1{}#@allowed.example",
    "http://127.0.0.1{}?@allowed.example",
    "http://127.0.0.1{}\\@allowed.example",
    "http://allowed.example\\@127.0.0.1{}",
    "http://allowed.example%2f@127.0.0.1{}",
    "http://allowed.example%00.127.0.0.1{}",
    "http://allowed.example\t.evil.example",
    "http://allowed.example\n@127.0.0.1{}",
    "http:\\\\127.0.0.1{}",
    "http:127.0.0.1{}",
    "//127.0.0.1{}",
    "http:///127.0.0.1{}",
    "http://①②⑦.⓪.⓪.①{}",
    "http://127。0。0。1{}",
    "http://ⓛocalhost{}",
    "http://allowed.example.",
    "http://allowed.example:81",
    "http://allowed.example:443",
    "https://allowed.example:80",
    "http://sub.allowed.example",
    "http://allowed.example.evil.example",
    "http://xallowed.example",
    "http://allowed.exampl",
    "https://other.example:8444",
    "https://other.example",
    "file:///etc/passwd",
    "gopher://127.0.0.1{}/_",
    "dict://127.0.0.1{}/",
    "ws://127.0.0.1{}",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock",
    "data:application/json,{{}}",
]


@pytest.mark.parametrize("trap", TRAPS)
def test_a_space_asks_only_who_is_listed(trap: str) -> None:
    """However a host is written: off the list it is not connected to, by a message, a model list or a look."""
    with ScriptedServer(
        answered(200, whole()), pages={"/v1/models": answered(200, b'{"data": []}')}
    ) as server:
        settings = Settings(space_id="me/it", allowed_hosts="allowed.example, other.example:8443")
        target = Target(base_url=trap.format(f":{server.port}"), api_key=CANARIES["typed-server"])

        async def visit() -> None:
            backend = Backend(settings)
            events = backend.stream(ChatRequest(ModelRef("server", "x"), HELLO), target)
            answer = fold([event async for event in events])
            assert isinstance(answer.error, InvalidRequest)
            assert [p.parameter for p in answer.error.problems] == ["base_url"]
            assert not found_in(repr(answer))
            for ask in (
                backend.servers.catalog("server", target),
                backend.servers.details(ModelRef("server", "x"), target),
                backend.servers.kind(target),
                backend.request({"model": "x", "messages": HELLO}, "create", target),
            ):
                with pytest.raises(InvalidRequest):
                    await ask
            await backend.aclose()

        asyncio.run(visit())
        assert server.connections == 0


@pytest.mark.parametrize(
    ("typed", "allowed"),
    [
        ("https://allowed.example", True),
        ("https://ALLOWED.example/v1", True),
        ("http://allowed.example/deep/v1", True),
        ("https://other.example:8443/v1", True),
        ("https://third.example", False),
    ],
)
def test_who_is_listed_may_be_asked(typed: str, allowed: bool) -> None:
    """A host as listed, at its usual port, or host and port; elsewhere than on a Space, anyone."""
    settings = Settings(space_id="me/it", allowed_hosts=" Allowed.example,other.example:8443 ")
    check_allowed(server_address(typed), Settings())
    if allowed:
        check_allowed(server_address(typed), settings)
    else:
        with pytest.raises(InvalidRequest) as caught:
            check_allowed(server_address(typed), settings)
        assert "allowed.example, other.example:8443" in caught.value.problems[0].allowed


def test_a_space_without_a_list_has_no_servers_of_others() -> None:
    """An empty list allows nobody, and says what to do instead."""
    with pytest.raises(InvalidRequest) as caught:
        check_allowed("https://example.com/v1", Settings(space_id="me/it"))
    assert "your own machine" in caught.value.problems[0].allowed
