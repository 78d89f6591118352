"""What kind of server answers is found out, said with its evidence, and decides what is sent.

Kept apart from the profiles' tests: those take the kind as given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from playground.backend import Backend
from playground.chat import ChatRequest, ModelRef
from playground.engine.process import Engine
from playground.errors import InvalidRequest, SettingsError
from playground.events import fold
from playground.servers import KIND_KEPT_S, SILENCE_KEPT_S, Servers, Target
from playground.settings import Settings
from playground.testing.scripted_server import Reset, Script, ScriptedServer, Stall, answered, whole
from playground.wire.detection import PROBE_S, Detected, detect
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES
from playground.wire.transport import Transport
from tests.wire.kinds_of_servers import ASKED, KINDS, TGI_INFO, models, page

T = TypeVar("T")
HELLO = ({"role": "user", "content": "Hello"},)


def detected(base_url: str, within_s: float = PROBE_S) -> Detected:
    """The kind that is found at a base URL."""

    async def main() -> Detected:
        async with Transport() as transport:
            return await detect(transport, base_url, within_s=within_s)

    return asyncio.run(main())


@pytest.mark.parametrize(("flavour", "pages"), [case[1:] for case in KINDS], ids=[case[0] for case in KINDS])
def test_each_kind_is_told(flavour: Flavour, pages: Mapping[str, Script]) -> None:
    """By what only this kind answers, open or closed; what cannot be told is a plain OpenAI-compatible server."""
    with ScriptedServer(pages=pages) as server:
        kind = detected(server.base_url)
    assert (kind.flavour, kind.base_url, kind.answered) == (flavour, server.base_url, True)
    assert kind.why.endswith(".")


def test_llamacpp_itself_is_told(engine: Engine) -> None:
    """The real llama.cpp server, which lets nobody see anything without its key, is told all the same."""
    address = asyncio.run(engine.endpoint()).base_url
    assert detected(address).flavour == "llamacpp"


@pytest.mark.parametrize(
    ("address", "flavour"),
    [
        ("https://api.openai.com/v1", "openai.com"),
        ("https://router.huggingface.co/v1", "huggingface"),
        ("https://openrouter.ai/api/v1", "openrouter"),
    ],
)
def test_the_known_hosts_need_not_be_asked(address: str, flavour: Flavour) -> None:
    """Who the great providers are is known from their address."""
    kind = detected(address)
    assert (kind.flavour, kind.answered) == (flavour, True)
    assert PROFILES[flavour].label in kind.why


@pytest.mark.parametrize(
    ("typed", "pages", "right"),
    [
        ("/llm", {"/llm/v1/models": models("llamacpp")}, "/llm/v1"),
        ("/llm/v1", {"/llm/v1/models": models("llamacpp")}, "/llm/v1"),
        ("/v1", {"/models": models("llamacpp")}, ""),
        ("/v1", {"/models": models("llamacpp"), "/v1/models": models("llamacpp")}, "/v1"),
        ("/llm", {"/llm/models": models("llamacpp"), "/llm/v1/models": models("llamacpp")}, "/llm"),
        ("/llm", {}, "/llm"),
    ],
)
def test_the_path_is_put_right(typed: str, pages: Mapping[str, Script], right: str) -> None:
    """A missing or needless /v1 is found out by where the list of models is; what was typed is preferred."""
    with ScriptedServer(pages=pages) as server:
        root = server.base_url.removesuffix("/v1")
        assert detected(root + typed).base_url == root + right


@pytest.mark.parametrize(
    "script",
    [
        [Reset()],
        answered(500, b"x"),
        answered(200, b"[" * 100_000),
        page({"data": [None, 7, {"owned_by": ["vllm"]}, {"owned_by": None}]}),
        page({"paths": ["/load_model", "/reset"]}),
        page("llama.cpp"),
        page(None),
        [b"HTTP/1.1 200 OK\r\nserver: " + b"x" * 200_000],
    ],
)
def test_nonsense_is_no_kind(script: Script) -> None:
    """A server that answers all questions with nonsense is a plain one, and nothing is raised."""
    names = ASKED
    with ScriptedServer(pages=dict.fromkeys(names, script)) as server:
        assert detected(server.base_url).flavour == "openai"


def test_a_server_that_stalls_is_not_waited_for() -> None:
    """One question that is never answered costs its patience once, and the other answers still count."""
    with ScriptedServer(
        pages={"/v1/models": [Stall()], "/props": [Stall()], "/info": page(TGI_INFO)}
    ) as server:
        assert detected(server.base_url, within_s=0.3).flavour == "tgi"
        assert all(
            look.left.wait(20) for look in server.page_requests if look.path in ("/v1/models", "/props")
        )


def test_nobody_there_is_no_kind() -> None:
    """A server that is not running may be any kind, and the next one there is asked again."""
    with ScriptedServer() as gone:
        address = gone.base_url
    kind = detected(address)
    assert (kind.flavour, kind.answered) == ("openai", False)


# -- for a visit -------------------------------------------------------------------------------------------------


class Clock:
    """Seconds, as the test will have them."""

    now = 1000.0

    def __call__(self) -> float:
        """The time that it is."""
        return self.now


def visit(steps: Callable[[Servers], Awaitable[T]], folder: Path, clock: Clock, **settings: str) -> T:
    """What `steps` does with the servers of one run of the program."""

    async def main() -> T:
        async with Transport() as transport:
            return await steps(Servers(Settings(data_dir=str(folder), **settings), transport, clock=clock))

    return asyncio.run(main())


def test_a_kind_is_found_out_once(tmp_path: Path) -> None:
    """For ten minutes, however often and by however many it is asked for; again when a reader wants it."""
    clock = Clock()

    async def often(servers: Servers) -> list[int]:
        target = Target(base_url=server.base_url)
        counts = []
        for wait, refresh in ((0.0, False), (KIND_KEPT_S - 1, False), (0.0, True), (KIND_KEPT_S, False)):
            clock.now += wait
            kinds = await asyncio.gather(
                *(servers.kind(target) for _ in range(10)), servers.kind(target, refresh)
            )
            assert {kind.flavour for kind in kinds} == {"vllm"}
            counts.append(len(server.page_requests))
        return counts

    with ScriptedServer(pages={"/v1/models": models("vllm")}) as server:
        assert visit(often, tmp_path, clock) == [8, 8, 16, 24]


def test_who_has_a_key_asks_anew(tmp_path: Path) -> None:
    """What a closed server hides from one without a key is found out by the next one who has it."""

    async def both(servers: Servers) -> list[str]:
        targets = (Target(base_url=server.base_url), Target(base_url=server.base_url, api_key="k"))
        return [(await servers.kind(targets[0])).flavour, *await with_key(servers, targets[1])]

    async def with_key(servers: Servers, target: Target) -> list[str]:
        server.pages["/v1/models"] = models("vllm")
        return [(await servers.kind(target)).flavour]

    closed = answered(401, b"no key")
    with ScriptedServer(pages=dict.fromkeys(ASKED, closed)) as server:
        assert visit(both, tmp_path, Clock()) == ["openai", "vllm"]


def test_silence_is_soon_asked_again(tmp_path: Path) -> None:
    """A server that did not answer is left alone for five seconds, and found once it answers."""
    clock = Clock()
    names = ASKED

    async def wait(servers: Servers) -> list[tuple[bool, int]]:
        seen = []
        for seconds in (0.0, SILENCE_KEPT_S - 1, 1.0):
            clock.now += seconds
            seen.append(
                ((await servers.kind(Target(base_url=server.base_url))).answered, len(server.page_requests))
            )
            if seconds:
                server.pages["/v1/models"] = models("vllm")
        return seen

    with ScriptedServer(pages={name: [Reset()] for name in names}) as server:
        assert visit(wait, tmp_path, clock) == [(False, 8), (False, 8), (True, 16)]


def test_a_kind_chosen_by_hand_is_not_asked_for(tmp_path: Path) -> None:
    """The user knows better, and no question is sent."""

    async def choose(servers: Servers) -> Detected:
        return await servers.kind(Target(base_url=server.base_url, flavour="tgi"))

    with ScriptedServer(pages={"/v1/models": models("vllm")}) as server:
        assert visit(choose, tmp_path, Clock()).flavour == "tgi"
        assert server.connections == 0


def test_the_configured_server(tmp_path: Path) -> None:
    """Without a typed base URL, server/... is the one of the settings; a wrong or missing one is told as such."""

    async def ask(servers: Servers) -> str:
        return (await servers.route(ModelRef("server", "m"), Target()))[1].base_url

    with ScriptedServer(pages={"/v1/models": models("vllm")}) as server:
        assert visit(ask, tmp_path, Clock(), base_url=f"{server.base_url}/") == server.base_url
    with pytest.raises(SettingsError, match="PLAYGROUND_BASE_URL"):
        visit(ask, tmp_path, Clock(), base_url="localhost:1")
    with pytest.raises(InvalidRequest) as caught:
        visit(ask, tmp_path, Clock())
    assert caught.value.problems[0].parameter == "base_url"


# -- what follows ------------------------------------------------------------------------------------------------


def sent(
    pages: Mapping[str, Script], target_of: Callable[[ScriptedServer], Target], **values: Any
) -> list[Any]:
    """The bodies that reach a server of this kind when these values are asked for, as a user does."""

    async def main() -> None:
        backend = Backend(Settings())
        try:
            given = {"model": "m", "messages": HELLO, **values}
            request, target = await backend.request(given, "create", target_of(server))
            async with aclosing(backend.stream(request, target)) as events:
                assert fold([event async for event in events]).ended == "done"
        finally:
            await backend.aclose()

    with ScriptedServer(answered(200, whole()), pages=pages) as server:
        asyncio.run(main())
        return [visit.body for visit in server.requests]


def test_the_kind_decides_the_body() -> None:
    """Found to be TGI, a server is not sent what TGI refuses; chosen to be plain, it is."""
    tgi = {"/info": page(TGI_INFO)}
    (found,) = sent(tgi, lambda server: Target(base_url=server.base_url), top_p=1.0, presence_penalty=0.5)
    (chosen,) = sent(
        tgi,
        lambda server: Target(base_url=server.base_url, flavour="openai"),
        top_p=1.0,
        presence_penalty=0.5,
    )
    assert "top_p" not in found and "presence_penalty" not in found
    assert (chosen["top_p"], chosen["presence_penalty"]) == (1.0, 0.5)


def test_the_kind_decides_what_is_allowed() -> None:
    """50 alternatives a token are taken by llama.cpp and too many for others; too many for all is told at once."""
    target = lambda server: Target(base_url=server.base_url)  # noqa: E731
    asked = {"logprobs": True, "top_logprobs": 50}
    (body,) = sent({"/v1/models": models("llamacpp")}, target, **asked)
    assert body["top_logprobs"] == 50
    with pytest.raises(InvalidRequest, match="from 0 to 20"):
        sent({"/v1/models": models("vllm")}, target, **asked)


def test_a_wrong_request_asks_nothing() -> None:
    """A request that no kind would take is told before the server is asked what kind it is."""

    async def main() -> None:
        backend = Backend(Settings())
        with pytest.raises(InvalidRequest):
            values = {"model": "m", "messages": HELLO, "temperature": 9}
            await backend.request(values, "create", Target(base_url=server.base_url))
        await backend.aclose()

    with ScriptedServer() as server:
        asyncio.run(main())
        assert server.connections == 0


def test_a_message_finds_the_right_path() -> None:
    """A base URL without its /v1 gets its answer from below /v1."""
    pages = {"/llm/v1/models": models("llamacpp")}

    async def main() -> str:
        backend = Backend(Settings())
        target = Target(base_url=f"{server.base_url.removesuffix('/v1')}/llm")
        request = ChatRequest(ModelRef("server", "m"), HELLO)
        _ = [event async for event in backend.stream(request, target)]
        await backend.aclose()
        return server.requests[0].path

    with ScriptedServer(answered(200, whole()), pages=pages) as server:
        assert asyncio.run(main()) == "/llm/v1/chat/completions"
