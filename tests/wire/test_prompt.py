"""What went into an answer that told no usage is counted by the server itself, and comes to the same number.

Kept apart from the engine's own tests: to the product it is a llama.cpp server at a base URL, with a key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend
from playground.chat import ChatRequest, ModelRef
from playground.engine.process import Engine
from playground.events import Answer, Fold
from playground.logit_bias import Token
from playground.servers import Target
from playground.testing.scripted_server import Script, ScriptedServer, answered
from tests.engine.asking import endpoint_of

HELLO = {"role": "user", "content": "Hello <|im_start|> gr\u00f6\u00dfe"}
WEATHER = {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
TOOLS = [{"type": "function", "function": WEATHER}]
ASKED: Mapping[str, ChatRequest] = {
    name: ChatRequest(ModelRef("server", "m"), tuple(messages), {"max_tokens": 1, **parameters})
    for name, messages, parameters in (
        ("a word", [HELLO], {}),
        ("instructions", [{"role": "developer", "content": "Be brief."}, HELLO], {}),
        ("a prefill", [HELLO, {"role": "assistant", "content": "Well, "}], {}),
        ("parts", [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}], {}),
        ("functions", [HELLO], {"tools": TOOLS}),
        ("a format", [HELLO], {"response_format": {"type": "object"}}),
    )
}


async def whole_answer(backend: Backend, request: ChatRequest, target: Target) -> Answer:
    folded = Fold()
    async for event in backend.stream(request, target):
        folded.add(event)
    return folded.answer()


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("model", ["embedded", "server"])
def test_the_count_is_what_the_usage_says(
    model: str, name: str, engine: Engine, backend: Backend, portal: BlockingPortal
) -> None:
    """Template, functions, marks in the text and the beginning of an answer included, here and at a base URL."""
    endpoint = endpoint_of(engine)
    target = Target(base_url=endpoint.base_url, api_key=endpoint.api_key) if model == "server" else Target()
    request = replace(ASKED[name], model=ModelRef(model, "m" if model == "server" else ""))  # type: ignore[arg-type]
    answer = portal.call(whole_answer, backend, request, target)
    assert answer.usage.prompt_tokens
    assert portal.call(backend.prompt_tokens, request, target) == answer.usage.prompt_tokens


LIST = answered(200, b'{"data": [{"id": "m", "owned_by": "llamacpp"}]}')
RENDERED = answered(200, b'{"prompt": "one two"}')
CUT = answered(200, b'{"tokens": [1, 2, 3]}')


def counted(
    portal: BlockingPortal, backend: Backend, *scripts: Script, listed: Script = LIST, content: Any = "x"
) -> tuple[int | None, ScriptedServer]:
    """What a stand-in's answers are counted as, and what it was asked."""
    with ScriptedServer(*scripts, pages={"/v1/models": listed}) as server:
        messages = ({"role": "user", "content": content},)
        request = ChatRequest(ModelRef("server", "m"), messages, {"tools": TOOLS})
        target = Target(base_url=server.base_url, api_key="sk-1234567890")
        return portal.call(backend.prompt_tokens, request, target), server


def test_the_server_is_asked_twice_with_its_key(backend: Backend, portal: BlockingPortal) -> None:
    """The whole body is rendered and its text cut, each with the key and the model's name."""
    count, server = counted(portal, backend, RENDERED, CUT)
    assert count == 3
    rendering, cutting = server.requests
    assert (rendering.path, cutting.path) == ("/apply-template", "/tokenize")
    assert {visit.headers["authorization"] for visit in server.requests} == {"Bearer sk-1234567890"}
    assert rendering.body["tools"] and rendering.body["messages"]
    assert cutting.body == {
        "model": "m",
        "content": "one two",
        "add_special": True,
        "parse_special": True,
        "with_pieces": True,
    }


@pytest.mark.parametrize(
    "scripts",
    [
        [answered(404, b"{}")],
        [answered(200, b"[]")],
        [answered(200, b'{"prompt": 7}')],
        [RENDERED, answered(500, b"{}")],
        [RENDERED, answered(200, json.dumps({"tokens": "3"}).encode())],
    ],
    ids=["an older server", "a list", "no text", "a fault", "no tokens"],
)
def test_what_cannot_be_counted_is_not_known(
    scripts: list[Script], backend: Backend, portal: BlockingPortal
) -> None:
    """Nothing is made up, and nothing fails."""
    assert counted(portal, backend, *scripts)[0] is None


def test_no_other_server_and_no_picture_is_asked_about(backend: Backend, portal: BlockingPortal) -> None:
    """Who does not tell gets no such question; what a picture comes to no text says."""
    other = answered(200, b'{"data": [{"id": "m", "owned_by": "somebody"}]}')
    picture = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}]
    for said in ({"listed": other}, {"content": picture}):
        count, server = counted(portal, backend, RENDERED, CUT, **said)
        assert (count, server.requests) == (None, [])


VLLM_LIST = answered(200, b'{"data": [{"id": "m", "owned_by": "vllm"}]}')


def test_vllm_fills_its_template_itself(backend: Backend, portal: BlockingPortal) -> None:
    """One question, with what the template sees and nothing else; its tokens are read as its vocabulary spells them."""
    told = {"count": 3, "tokens": [1, 5, 7], "token_strs": ["<|im_start|>", "\u0120h", "\u00c3\u00a9\u010a"]}
    with ScriptedServer(answered(200, json.dumps(told).encode()), pages={"/v1/models": VLLM_LIST}) as server:
        messages = (HELLO, {"role": "assistant", "content": "Well, "})
        request = ChatRequest(ModelRef("server", "m"), messages, {"tools": TOOLS, "temperature": 0.5})
        target = Target(base_url=server.base_url, api_key="sk-1234567890")
        read = portal.call(backend.prompt, request, target)
    assert read == (Token(1, "<|im_start|>"), Token(5, " h"), Token(7, "\u00e9\n"))
    (visit,) = server.requests
    assert (visit.path, visit.headers["authorization"]) == ("/tokenize", "Bearer sk-1234567890")
    body = dict(visit.body)
    assert body.pop("tools")[0]["function"]["name"] == "weather"
    assert body == {
        "model": "m",
        "messages": list(messages),
        "continue_final_message": True,
        "add_generation_prompt": False,
        "return_token_strs": True,
    }


@pytest.mark.parametrize(
    "told", [[], {"tokens": "3"}, {"tokens": ["3"]}, {"tokens": [3], "token_strs": ["a", "b"]}]
)
def test_what_is_no_list_of_tokens_is_not_read(told: Any, backend: Backend, portal: BlockingPortal) -> None:
    """Of vLLM either."""
    assert counted(portal, backend, answered(200, json.dumps(told).encode()), listed=VLLM_LIST)[0] is None
