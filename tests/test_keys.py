"""Who gets which key: every way to give one against every server, with canaries looked for everywhere.

Kept apart from the tests of the transport because the promise is about the whole: settings, visit and server.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from playground import AsyncClient
from playground.backend import Backend
from playground.chat import ChatRequest, Endpoint, ModelRef
from playground.errors import KeyMissing, PlaygroundError
from playground.events import Answer, fold
from playground.servers import NOWHERE, Servers, Target
from playground.settings import Settings
from playground.testing.scripted_server import Script, ScriptedServer, answered, finish, streamed, text, whole
from playground.wire.addresses import origin
from playground.wire.keys import headers
from playground.wire.kinds.huggingface import HUGGINGFACE
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.kinds.profile import Profile
from playground.wire.profiles import PROFILES
from playground.wire.transport import Transport
from tests.canaries import CANARIES, found_in, found_under

HELLO = ({"role": "user", "content": "Hello"},)
GOOD = answered(200, whole("Hi"))
LIST = answered(200, b'{"data": [{"id": "a/b"}, {"id": "some-model"}]}')
PAGES: Mapping[str, Script] = {"/v1/models": LIST}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class World:
    """A stand-in for every host that there is: both providers, the configured server, a typed one, a stranger."""

    folder: Path
    hf: ScriptedServer
    router: ScriptedServer
    configured: ScriptedServer
    typed: ScriptedServer
    stranger: ScriptedServer

    @property
    def hosts(self) -> dict[str, ScriptedServer]:
        """All stand-ins by name."""
        return {n: getattr(self, n) for n in ("hf", "router", "configured", "typed", "stranger")}

    @property
    def profiles(self) -> dict[Any, Profile]:
        """The known kinds of server, with the two providers where their stand-ins are."""
        return {
            **PROFILES,
            "huggingface": replace(HUGGINGFACE, base_url=self.hf.base_url, key_hosts=("127.0.0.1",)),
            "openrouter": replace(OPENROUTER, base_url=self.router.base_url, key_hosts=("127.0.0.1",)),
        }

    def settings(self, **given: str) -> Settings:
        """Settings with an owner's key for everyone."""
        return Settings(
            hf_token=CANARIES["env-hf"],
            openrouter_api_key=CANARIES["env-router"],
            base_url=self.configured.base_url,
            api_key=CANARIES["env-server"],
            data_dir=str(self.folder),
            **given,
        )

    def received(self) -> dict[str, set[str]]:
        """The canaries that came to each host, in whatever part of whatever request."""
        return {
            name: set().union(
                *(
                    found_in(f"{v.path}\n{dict(v.headers)}\n{v.raw_body!r}")
                    for v in [*host.requests, *host.page_requests]
                )
            )
            for name, host in self.hosts.items()
        }


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """All hosts, each of which answers well and has a list of models."""
    with ExitStack() as stack:
        hosts = [stack.enter_context(ScriptedServer(GOOD, pages=PAGES)) for _ in range(5)]
        yield World(tmp_path, *hosts)


async def asked(backend: Backend, model: ModelRef, target: Target) -> Answer:
    """One answer, and beside it all else that a visit asks a server: its list, its kind, one model's details."""
    request = ChatRequest(model, HELLO, {})
    answer = fold([event async for event in backend.stream(request, target)])
    for ask in (
        backend.servers.catalog(model.provider, target, refresh=True),
        backend.servers.details(model, target),
    ):
        try:
            assert not found_in(repr(await ask))
        except PlaygroundError as error:
            assert not found_in(f"{error} {error!r}")
    return answer


def ask(world: World, settings: Settings, model: ModelRef, target: Target) -> Answer:
    """One answer over a backend of its own, which is closed then."""

    async def main() -> Answer:
        backend = Backend(settings, world.profiles)
        try:
            return await asked(backend, model, target)
        finally:
            assert not found_in(repr(vars(backend)) + repr(vars(backend.servers)))
            await backend.aclose()

    return asyncio.run(main())


# -- the matrix --------------------------------------------------------------------------------------------------

CALLS = {
    "hf": ModelRef("huggingface", "a/b"),
    "router": ModelRef("openrouter", "a/b"),
    "configured": ModelRef("server", "some-model"),
    "typed": ModelRef("server", "some-model"),
}
OWNED = {"hf": "env-hf", "router": "env-router", "configured": "env-server"}
TYPED = {"hf": "typed-hf", "router": "typed-router", "typed": "typed-server"}
SPACE = {"space_id": "me/it", "allowed_hosts": "127.0.0.1"}


def typed_keys(world: World, *names: str) -> dict[str, str]:
    """The canaries of these names, as a visit gives them: each under whom it is for."""
    holders = {
        "typed-hf": "huggingface",
        "typed-router": "openrouter",
        "typed-server": origin(world.typed.base_url),
        "typed-other": "https://other.example",
    }
    return {holders[name]: CANARIES[name] for name in names}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "given",
    [
        (),
        ("typed-hf",),
        ("typed-router",),
        ("typed-server",),
        ("typed-other",),
        ("typed-hf", "typed-router", "typed-server", "typed-other"),
    ],
    ids=lambda given: "+".join(given) or "nothing typed",
)
@pytest.mark.parametrize("where", ["at home", "space", "lending space"])
def test_a_key_reaches_its_own_provider_only(
    call: str, given: tuple[str, ...], where: str, world: World, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """The typed key for this provider, else the owner's where it is lent, else none; and nowhere any other."""
    caplog.set_level(logging.DEBUG)
    space = (
        {} if where == "at home" else SPACE | ({"share_owner_key": "1"} if where == "lending space" else {})
    )
    settings = world.settings(**space)
    if space:
        settings = replace(settings, allowed_hosts=f"127.0.0.1:{world.typed.port}")
    target = Target(base_url=world.typed.base_url if call == "typed" else "", keys=typed_keys(world, *given))
    answer = ask(world, settings, CALLS[call], target)

    typed = TYPED.get(call) if TYPED.get(call) in given else None
    owned = OWNED.get(call) if where != "space" else None
    due = typed or owned
    expected = {due} if due else set()
    assert world.received() == {name: expected if name == call else set() for name in world.hosts}
    keyless: list[str | None] = [None] if call in ("configured", "typed") else []
    assert [v.headers.get("authorization") for v in world.hosts[call].requests] == (
        [f"Bearer {CANARIES[key]}" for key in expected] or keyless
    )
    assert not any(found_in(str(v.headers)) for host in (world.hf, world.router) for v in host.page_requests)
    refused = not expected and call in ("hf", "router")
    assert isinstance(answer.error, KeyMissing) if refused else answer.ended == "done"
    assert not found_in(f"{answer!r} {answer.error} {settings!r} {target!r} {caplog.text}")
    assert not found_in("".join(capfd.readouterr()))
    assert not found_under(world.folder)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("key", ["", "  ", "mock-oauth-token-for-local-dev"])
def test_an_empty_key_is_an_error_and_never_replaced(call: str, key: str, world: World) -> None:
    """Whoever gives an empty key, or Gradio's stand-in for one, learns it; the owner's is not used for it."""
    target = Target(base_url=world.typed.base_url if call == "typed" else "", api_key=key)
    answer = ask(world, world.settings(), CALLS[call], target)
    assert isinstance(answer.error, KeyMissing)
    assert answer.error.next_step
    assert not any(host.requests for host in world.hosts.values())
    assert world.received() == dict.fromkeys(world.hosts, NOBODY)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_key_does_not_follow_a_redirect(call: str, status: int, world: World) -> None:
    """A provider that sends requests on is told as an error; nobody else is even connected to."""
    onward = answered(status, b"", location=f"{world.stranger.base_url}/chat/completions")
    world.hosts[call].scripts = [onward]
    world.hosts[call].pages = dict.fromkeys(
        ("/v1/models", "/models", "/props", "/v1/models/a/b/endpoints"), onward
    )
    keys = typed_keys(world, "typed-hf", "typed-router", "typed-server")
    target = Target(base_url=world.typed.base_url if call == "typed" else "", keys=keys)
    answer = ask(world, world.settings(), CALLS[call], target)
    assert answer.ended == "error"
    assert answer.error and "another address" in answer.error.message
    assert world.stranger.connections == 0


ECHOES: Mapping[str, Any] = {
    "refusal": lambda key: answered(401, f'{{"error": "Incorrect key {key}"}}'.encode()),
    "text": lambda key: streamed(text(f"your key is {key}"), finish()),
    "web page": lambda key: answered(200, f"<html>{key}</html>".encode(), "text/html"),
    "header": lambda key: answered(400, b"no", x_echo=key),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("echo", ECHOES)
def test_a_key_that_a_server_repeats_is_not_shown(
    call: str, echo: str, world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in an answer, an error, a list of models, a file or the log, whatever a server does with what it got."""
    caplog.set_level(logging.INFO)
    key = CANARIES[TYPED.get(call) or OWNED[call]]
    world.hosts[call].scripts = [ECHOES[echo](key)]
    if call in ("configured", "typed"):  # the providers' lists are asked for without a key
        named = f'{{"data": [{{"id": "{key}", "name": "{key}"}}]}}'.encode()
        world.hosts[call].pages = {"/v1/models": answered(200, named)}
    target = Target(
        base_url=world.typed.base_url if call == "typed" else "",
        keys=typed_keys(world, *TYPED.values()),
    )
    answer = ask(world, world.settings(), CALLS[call], target)
    assert world.hosts[call].requests
    assert not found_in(f"{answer!r} {answer.error} {answer.error!r} {caplog.text}")
    assert not found_in("".join(capfd.readouterr()))
    assert not found_under(world.folder)


def test_a_client_of_python_keeps_the_same_rules(world: World) -> None:
    """None takes the owner's key, but not to a base URL; a given one goes to the server of the call."""

    async def create(model: str, **given: Any) -> Answer:
        async with AsyncClient(settings=world.settings(), **given) as client:
            answer = await client.create(model=model, messages=HELLO, stream=False)
        assert isinstance(answer, Answer)
        return answer

    asyncio.run(create("some-model", base_url=world.typed.base_url))
    assert world.received()["typed"] == set()
    asyncio.run(create("some-model", base_url=world.typed.base_url, api_key=CANARIES["typed-server"]))
    assert world.received()["typed"] == {"typed-server"}
    asyncio.run(create("server/some-model"))
    assert world.received()["configured"] == {"env-server"}
    assert isinstance(asyncio.run(create("huggingface/a/b", api_key="")).error, KeyMissing)


def test_the_configured_servers_address_does_not_earn_its_key(world: World) -> None:
    """The very address of the settings, typed by a visitor, is a typed address: no owner's key goes there."""
    ask(world, world.settings(), CALLS["typed"], Target(base_url=world.configured.base_url))
    assert world.received() == dict.fromkeys(world.hosts, NOBODY)
    assert len(world.configured.requests) == 1


def test_two_sides_have_two_keys(world: World) -> None:
    """Two models of two providers, side by side: each gets its own key of the visit."""

    async def main() -> None:
        backend = Backend(world.settings(), world.profiles)
        requests = [ChatRequest(CALLS[name], HELLO, {}) for name in ("hf", "router")]
        target = Target(keys=typed_keys(world, "typed-hf", "typed-router"))
        _ = [event async for event in backend.stream_panes(requests, target)]
        await backend.aclose()

    asyncio.run(main())
    assert world.received() == {
        name: {TYPED[name]} if name in TYPED and name != "typed" else set() for name in world.hosts
    }


# -- what is said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", CANARIES)
def test_the_search_finds_a_canary_in_any_form(key: str) -> None:
    """What the tests above look for would be seen, also within JSON, an address or base64."""
    hidden = [
        json.dumps([CANARIES[key]]),
        f"?k={quote(CANARIES[key], safe='')}",
        CANARIES[key].encode().hex(),
    ]
    hidden += [base64.b64encode(f"{'x' * n}{CANARIES[key]}yz".encode()).decode() for n in range(5)]
    assert [found_in(f"words {text} words") for text in hidden] == [{key}] * len(hidden)


def test_no_repr_shows_a_key() -> None:
    """Settings, targets, endpoints and sources can be logged, and so can what holds them."""
    settings = Settings(hf_token=CANARIES["env-hf"], api_key=CANARIES["env-server"])
    target = Target(api_key=CANARIES["typed-hf"], keys={"huggingface": CANARIES["typed-router"]})
    assert not found_in(repr([settings, target, Endpoint("http://x/v1", CANARIES["env-hf"]), NOWHERE]))
    assert "hf_bill_to" in repr(settings)


@pytest.mark.parametrize(
    ("space", "typed", "payer", "billed"),
    [
        (False, False, "", "org"),
        (False, True, "", "org"),
        (False, False, "mine", "mine"),
        (True, False, "", "org"),
        (True, False, "mine", "org"),
        (True, True, "", ""),
        (True, True, "mine", "mine"),
    ],
)
def test_who_is_billed(space: bool, typed: bool, payer: str, billed: str) -> None:
    """Whom the key's own holder names: on a Space the owner for the owner's key, the visitor for their own."""
    settings = Settings(
        hf_token="hf_x", hf_bill_to="org", share_owner_key="1", space_id="me/it" if space else ""
    )

    async def route() -> Endpoint:
        async with Transport() as transport:
            target = Target(keys={"huggingface": "hf_y"} if typed else {}, bill_to=payer)
            return (await Servers(settings, transport).route(CALLS["hf"], target))[1]

    assert asyncio.run(route()).headers == ({"X-HF-Bill-To": billed} if billed else {})


def test_openrouter_is_told_who_asks(world: World) -> None:
    """The app's address and name go to OpenRouter, for its list of apps, and to nobody else."""
    for call in ("hf", "router", "configured"):
        ask(world, world.settings(app_url="https://me-it.hf.space"), CALLS[call], NOWHERE)
    assert world.router.requests[0].headers["http-referer"] == "https://me-it.hf.space"
    assert world.router.requests[0].headers["x-openrouter-title"] == "Parameter Playground"
    assert not any("http-referer" in host.requests[0].headers for host in (world.hf, world.configured))


SPACE_SERVER = "https://them-it.hf.space/v1"


@pytest.mark.parametrize(
    ("keys", "settings", "sent"),
    [
        ({}, {"hf_token": "hf_env"}, None),
        ({"huggingface": "hf_typed"}, {}, None),
        ({"https://other.hf.space": "hf_typed"}, {}, None),
        ({"server": "hf_typed"}, {}, None),
        ({"https://them-it.hf.space": "hf_typed"}, {}, "Bearer hf_typed"),
    ],
)
def test_a_space_gets_no_key_that_was_not_typed_for_it(
    keys: Mapping[str, str], settings: Mapping[str, str], sent: str | None
) -> None:
    """HuggingFace's key, typed, from .env or for another Space, does not go to somebody else's Space."""

    async def route() -> tuple[Profile, Endpoint]:
        async with Transport() as transport:
            target = Target(base_url=SPACE_SERVER, flavour="openai", keys=keys)
            return await Servers(Settings(**settings), transport).route(ModelRef("server", "m"), target)

    profile, endpoint = asyncio.run(route())
    assert headers(profile, endpoint, "them-it.hf.space").get("Authorization") == sent
