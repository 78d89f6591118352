"""One model after the other in one engine: each with its own template, and no answer lost to a switch.

The models are tiny files that llama.cpp really loads, and that say what is known beforehand.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from playground.async_client import AsyncClient
from playground.backend import Backend
from playground.chat import ChatRequest, ModelRef
from playground.dice.positions import Positions
from playground.engine import memory, process
from playground.engine.library import Library
from playground.engine.process import Engine
from playground.errors import EngineBusy, EngineError
from playground.events import Answer, Delayed, Ended, TextDelta, fold
from playground.servers import NOWHERE
from playground.settings import Settings
from tests.engine.asking import Asker
from tests.engine.hub_standin import ModelHub
from tests.engine.tiny_models import THINKING, WITH_TOOLS, TinyModel

TOOL = {
    "name": "add",
    "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
}
TOOLS = [{"type": "function", "function": TOOL}]
ASKED = ({"role": "user", "content": "Add."},)
CALL = '\n{"name": "add", "arguments": {"a": 1}}\n'
SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "schema": TOOL["parameters"]}}

MODELS = {
    "plain": TinyModel(),
    "none": TinyModel(says=("No", " template", "."), template=None),
    "tools": TinyModel(says=("<tool_call>", CALL, "</tool_call>"), template=WITH_TOOLS),
    "thinking": TinyModel(says=("Hm", " so", "</think>", '{"a": 1}'), template=THINKING),
    "suggests": TinyModel(sampling={"temp": 50.0, "top_p": 0.9}),
    "unknown": TinyModel(architecture="abacus"),
    "broken template": TinyModel(template="{% if x %}broken {{"),
    "wrong template": TinyModel(template="{{ messages | nosuch }}"),
    "no context": TinyModel(context=0),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all of them, and a broken one."""
    folder = tmp_path_factory.mktemp("models")
    for name, model in MODELS.items():
        model.write(folder / f"{name}.gguf")
    (folder / "cut.gguf").write_bytes(MODELS["plain"].content()[:900_000])
    return folder


@pytest.fixture(scope="module")
def backend(folder: Path, portal: BlockingPortal) -> Iterator[Backend]:
    """A backend whose embedded model is the plain one: it loads in a moment."""
    own = Backend(Settings(data_dir=str(folder / "data"), model_file=str(folder / "plain.gguf")))
    yield own
    portal.call(own.aclose)


@pytest.fixture
def ask(backend: Backend, folder: Path, portal: BlockingPortal) -> Any:
    """Asks a model by the name of its file; the embedded one by none. A parameter of None is not set."""

    def asked(name: str, **parameters: Any) -> Answer:
        model = ModelRef("embedded", str(folder / f"{name}.gguf") if name else "")

        async def events() -> list[Any]:
            given = {"temperature": 0, "max_tokens": 24, **parameters}
            request = ChatRequest(model, ASKED, {n: v for n, v in given.items() if v is not None})
            return [event async for event in backend.stream(request)]

        return fold(portal.call(events))

    return asked


def test_a_template_with_tools_gets_them(ask: Any) -> None:
    """Its own call comes back as a call; one function is forced by being the only one; tool_prompt is withheld."""
    answer = ask("tools", tools=TOOLS, tool_prompt="Call!", stream=True)
    assert [(call.name, json.loads(call.arguments)) for call in answer.tool_calls] == [("add", {"a": 1})]
    assert answer.text == "" and answer.body["tools"] == TOOLS
    (withheld,) = [line for line in answer.report if line.parameter == "tool_prompt"]
    assert withheld.state == "withheld" and "own template" in withheld.why
    forced = ask("tools", tools=TOOLS, tool_choice={"type": "function", "function": {"name": "add"}})
    assert forced.body["tool_choice"] == "required" and forced.tool_calls[0].name == "add"


@pytest.mark.parametrize("name", ["plain", "none"])
def test_a_template_without_tools_gets_a_grammar(ask: Any, name: str) -> None:
    """As the model that comes along does; without a template a chat is read as ChatML."""
    free, held = ask(name, tools=TOOLS), ask(name, tools=TOOLS, tool_choice="required")
    assert free.text == "".join(MODELS[name].says) and not free.tool_calls
    assert held.tool_calls[0].name == "add" and "%llguidance" in held.body["grammar"]


def test_what_its_author_suggests_is_offered_and_not_used_unasked(
    ask: Any, backend: Backend, folder: Path, portal: BlockingPortal
) -> None:
    """llama.cpp itself would take the file's general.sampling for what is not set: unset means untouched here."""
    drawn = {ask("suggests", temperature=None, seed=seed).text for seed in range(3)}
    hot = {ask("suggests", temperature=50.0, seed=seed).text for seed in range(3)}
    assert drawn == {"Hello there."} and "Hello there." not in hot
    values = {"model": f"embedded/{folder / 'suggests.gguf'}", "messages": list(ASKED)}
    found = portal.call(backend.suggested, values, NOWHERE)
    assert {name: (each.value, each.place) for name, each in found.items()} == {"top_p": (0.9, "in its file")}


def test_thinking_is_apart(ask: Any) -> None:
    """Streamed or whole; JSON and calls are held to behind it, and the thought is free."""
    for stream in (True, False):
        answer = ask("thinking", stream=stream)
        assert (answer.reasoning.strip(), answer.text) == ("Hm so", '{"a": 1}')
    formatted = ask("thinking", response_format=SCHEMA)
    assert (formatted.reasoning.strip(), formatted.text, formatted.ended) == ("Hm so", '{"a": 1}', "done")
    called = ask("thinking", tools=TOOLS, tool_choice="required")
    assert called.reasoning.strip() == "Hm so" and called.tool_calls[0].name == "add"


def test_the_vocabulary_is_that_of_the_model(ask: Any) -> None:
    """A token that one model has is told to be none of another's."""
    size = len(MODELS["tools"].tokens())
    kept = ask("tools", logit_bias={str(size - 1): 1, str(size): 1})
    assert kept.body["logit_bias"] == {str(size - 1): 1}
    other = ask("plain", logit_bias={str(size - 1): 1})
    (line,) = [line for line in other.report if line.parameter == "logit_bias"]
    assert len(MODELS["plain"].tokens()) != size and f"to {len(MODELS['plain'].tokens()) - 1}" in line.why


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("unknown", r"unknown model architecture: 'abacus'. embedded goes on. Choose another"),
        ("cut", r"not within the file bounds.* embedded goes on"),
        ("absent", r"absent.gguf cannot be read: No such file"),
        (
            "broken template",
            r"template in .* cannot be read: Unexpected EOF. embedded goes on. Take another file",
        ),
        ("wrong template", r"cannot be read: Unknown \(built-in\) filter 'nosuch'"),
        (
            "no context",
            r"cannot be used: its header gives llama.context_length as 0, .* from 1 upwards. Choose",
        ),
    ],
)
def test_what_does_not_load_is_a_sentence_and_the_model_of_before_goes_on(
    ask: Any, backend: Backend, portal: BlockingPortal, name: str, says: str
) -> None:
    """Whatever is wrong with a file."""
    assert ask("").text == "Hello there."
    answer = ask(name)
    assert answer.ended == "error"
    with pytest.raises(Exception, match=says):
        raise answer.error
    assert ask("").text == "Hello there." and backend.engine.loaded == ""


def test_too_little_memory_is_said_before_anything_is_unloaded(
    ask: Any, backend: Backend, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model of before runs on in the same process."""
    before = portal.call(backend.engine.endpoint)
    monkeypatch.setattr(memory, "available", lambda: 1000)
    monkeypatch.setattr(memory, "held_by", lambda pid: 1000)
    answer = ask("tools")
    assert "needs about 0.3 GB of memory, and 0.0 GB can be had. End other programs" in str(answer.error)
    assert portal.call(backend.engine.endpoint) == before


def test_a_switch_waits_for_the_answers_that_are_under_way(
    backend: Backend, folder: Path, portal: BlockingPortal
) -> None:
    """One that is half read comes to its own end; the other model answers then."""

    async def both() -> tuple[Answer, list[Any], list[bool]]:
        def request(name: str) -> ChatRequest:
            model = ModelRef("embedded", str(folder / f"{name}.gguf"))
            return ChatRequest(model, ASKED, {"temperature": 0, "stream": True, "max_tokens": 24})

        begun: list[Any] = []
        done: list[bool] = []
        first = backend.stream(request("plain"))
        async for event in first:
            begun.append(event)
            if isinstance(event, TextDelta):
                break

        async def other() -> list[Any]:
            return [event async for event in backend.stream(request("tools"))]

        waiting = asyncio.create_task(other())
        await asyncio.sleep(0.2)  # it would have been answered by now
        done.append(waiting.done())
        begun += [event async for event in first]
        return fold(begun), await waiting, done

    first, events, done = portal.call(both)
    second = fold(events)
    plain, tools = (f"embedded/{folder}/{name}.gguf" for name in ("plain", "tools"))
    why = f"{plain} still answers: {tools} is loaded in its place when it has ended."
    assert events[0] == Delayed(why, None)
    assert (first.text, first.ended, done) == ("Hello there.", "done", [False])
    assert second.ended == "done" and "<tool_call>" in second.text


def test_who_waits_too_long_is_told(
    backend: Backend, folder: Path, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And holds up nobody."""
    monkeypatch.setattr(process, "TURN_WITHIN_S", 0.01)
    engine = backend.engine

    async def busy() -> None:
        async with engine.hold():
            with pytest.raises(EngineBusy, match=r"one is loaded at a time. Stop them, or ask again"):
                async with engine.hold(str(folder / "tools.gguf")):
                    pass
            async with engine.hold():
                pass

    portal.call(busy)
    assert engine._turns.holders == 0


def test_two_sides_of_a_pair_with_two_models_both_answer(
    backend: Backend, folder: Path, portal: BlockingPortal
) -> None:
    """One after the other."""
    names = ("plain", "tools")
    requests = [
        ChatRequest(ModelRef("embedded", str(folder / f"{name}.gguf")), ASKED, {"temperature": 0})
        for name in names
    ]

    async def pair() -> list[Any]:
        return [(side, event) async for side, event in backend.stream_panes(requests)]

    events = portal.call(pair)
    assert {side for side, event in events if isinstance(event, Ended) and event.ended == "done"} == {0, 1}


def test_python_fetches_what_is_not_here(tmp_path: Path, folder: Path) -> None:
    """One call, and the model of the Hub answers; the next call needs no Hub."""

    async def call(endpoint: str) -> Answer:
        settings = Settings(data_dir=str(tmp_path), model_file=str(folder / "plain.gguf"))
        async with AsyncClient(settings=settings) as client:
            client._backend.engine = Engine(settings, Library.fetch, Library(settings, endpoint))
            answer = await client.create(
                model="embedded/ada/tiny-GGUF:Q4_K_M", messages=ASKED, max_tokens=9, temperature=0
            )
        assert isinstance(answer, Answer)
        return answer

    with ModelHub({"ada/tiny-GGUF": {"tiny-Q4_K_M.gguf": MODELS["none"].content()}}) as hub:
        assert asyncio.run(call(hub.endpoint)).text == "No template."
    assert asyncio.run(call("http://127.0.0.1:9")).text == "No template."


def test_the_tokenizer_follows(backend: Backend, folder: Path, portal: BlockingPortal) -> None:
    """What a model says as one token is one, and many of another model's."""

    async def cut(name: str) -> int:
        async with backend.engine.hold(str(folder / f"{name}.gguf")) as loaded:
            answer = Asker(loaded.endpoint).http.post(
                loaded.endpoint.base_url.removesuffix("/v1") + "/tokenize", json={"content": " template"}
            )
            return len(answer.json()["tokens"])

    assert (portal.call(cut, "none"), portal.call(cut, "plain")) == (1, 9)


@pytest.mark.parametrize("name", ["plain", "tools", "thinking"])
def test_what_is_read_of_a_template_is_what_llama_cpp_finds(
    backend: Backend, folder: Path, portal: BlockingPortal, name: str
) -> None:
    """The header is read beforehand; here llama.cpp has rendered the template and tells."""

    async def told() -> tuple[bool, bool]:
        async with backend.engine.hold(str(folder / f"{name}.gguf")) as loaded:
            props = Asker(loaded.endpoint).http.get(loaded.endpoint.base_url.removesuffix("/v1") + "/props")
            return loaded.template.tools, props.json()["chat_template_caps"]["supports_tools"]

    read, found = portal.call(told)
    assert read == found == (name == "tools")


def test_the_scores_of_every_token_follow_too(backend: Backend, folder: Path, portal: BlockingPortal) -> None:
    """As many as this model has tokens; one that the other alone has is none of them."""
    positions, name = Positions(backend.engine), str(folder / "tools.gguf")
    tokens = MODELS["tools"].tokens()
    said = tokens.index(CALL)
    place = portal.call(positions.at, [256, tokens.index("<tool_call>")], name)
    assert place.scores.logits.size == len(tokens) and int(place.scores.logits.argmax()) == said
    with pytest.raises(EngineError, match="not of this model"):
        portal.call(positions.at, [len(tokens)], name)
