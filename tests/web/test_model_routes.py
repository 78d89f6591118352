"""The page's lists of models, and what it is told of a chosen one: JSON as the page reads it.

Kept apart from the catalogue's own tests: here it is what a browser gets, problems and odd requests included.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from playground.backend import Backend
from playground.engine.process import Engine
from playground.parameters import REGISTRY
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, answered, whole
from playground.web.models import CHOOSABLE, provider_rows
from playground.wire.kinds.huggingface import HUGGINGFACE
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.profiles import PROFILES
from tests.canaries import CANARIES, found_in
from tests.web.serving import served
from tests.wire.test_models import HUGGINGFACE_LIST, OPENROUTER_LIST

ENDPOINTS = {
    "data": {
        "endpoints": [
            {"provider_name": "P", "status": 0, "context_length": 10, "supported_parameters": ["temperature"]}
        ]
    }
}
AUTHOR_PAGE = "/deepseek-ai/DeepSeek-V4-Pro/raw/main/generation_config.json"
HELLO = [{"role": "user", "content": "Hello"}]


def page(document: Any) -> Any:
    """A JSON page."""
    return answered(200, json.dumps(document).encode())


@pytest.fixture(scope="module")
def providers() -> Iterator[tuple[ScriptedServer, ScriptedServer]]:
    """HuggingFace and OpenRouter, each with its list."""
    router_pages = {"/v1/models": page(OPENROUTER_LIST), "/v1/models/openai/gpt-4/endpoints": page(ENDPOINTS)}
    hub_pages = {"/v1/models": page(HUGGINGFACE_LIST), AUTHOR_PAGE: page({"temperature": 0.6, "top_k": 20})}
    with (
        ScriptedServer(pages=hub_pages) as huggingface,
        ScriptedServer(pages=router_pages) as openrouter,
    ):
        yield huggingface, openrouter


@pytest.fixture(scope="module")
def http(
    providers: tuple[ScriptedServer, ScriptedServer], engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """The app, with both providers where their stand-ins are."""
    where = {"base_url": providers[0].base_url}, {"base_url": providers[1].base_url}
    profiles = {
        **PROFILES,
        "huggingface": replace(HUGGINGFACE, key_hosts=("127.0.0.1",), **where[0]),  # type: ignore[arg-type]
        "openrouter": replace(OPENROUTER, key_hosts=("127.0.0.1",), **where[1]),  # type: ignore[arg-type]
    }
    backend = Backend(Settings(data_dir=str(tmp_path_factory.mktemp("data"))), profiles)
    backend.engine = engine
    with served(backend) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield client


def get(http: httpx.Client, path: str, **query: str) -> Any:
    """What a GET gives."""
    answer = http.get(f"/playground/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def preview(http: httpx.Client, model: str, **asked: Any) -> Any:
    """What the page is told before anything is sent."""
    return http.post("/playground/preview", json={"model": model, "messages": HELLO, **asked}).json()


def test_openrouters_list(http: httpx.Client) -> None:
    """Names, contexts, prices, and what each model takes; null is unknown; the name to send is prefix and id."""
    said = get(http, "models", provider="openrouter")
    assert said["prefix"] == "openrouter/"
    assert (said["note"], said["server"]) == ("", None)
    assert 0 <= said["age_s"] < 600
    assert [model["id"] for model in said["models"]] == ["openai/gpt-4", "a/free:free", "openrouter/auto"]
    assert said["models"][0] == {
        "id": "openai/gpt-4",
        "name": "GPT-4",
        "context": 8192,
        "price_in": 30.0,
        "price_out": 60.0,
        "parameters": ["max_tokens", "temperature", "tools", "top_p"],
        "tools": True,
        "structured": False,
        "takes": [
            *("stream", "temperature", "top_p", "max_tokens", "tools", "stream_options"),
            *("max_completion_tokens", "user"),
        ],
        "lacks": [n for n in CHOOSABLE if n not in (*said["models"][0]["takes"], "service_tier")],
        "ends": "ends on 2027-01-14",
    }
    assert (said["models"][2]["price_in"], said["models"][2]["parameters"]) == (None, None)


def test_huggingfaces_list(http: httpx.Client) -> None:
    """The models that write text, with the prefix that sends them there."""
    said = get(http, "models", provider="huggingface")
    assert said["prefix"] == "huggingface/"
    assert [m["id"] for m in said["models"]] == [
        "deepseek-ai/DeepSeek-V4-Pro",
        "org/plain",
        "org/no-providers",
    ]


def test_a_typed_servers_list(http: httpx.Client) -> None:
    """Its models by their own names, its kind with the evidence, and its base URL put right; no key but its own."""
    listed = page({"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 99}]})
    with ScriptedServer(pages={"/v1/models": listed}) as server:
        keys = {
            server.base_url.removesuffix("/v1"): CANARIES["typed-server"],
            "huggingface": CANARIES["typed-hf"],
        }
        answer = http.get(
            "/playground/models",
            params={"provider": "server", "base_url": f"{server.base_url}/chat/completions"},
            headers={"x-provider-keys": json.dumps(keys)},
        )
        received = set().union(*(found_in(str(look.headers)) for look in server.page_requests))
    said = answer.json()
    assert said["prefix"] == ""
    assert [(m["id"], m["context"], m["parameters"]) for m in said["models"]] == [("m", 99, None)]
    assert said["server"] == {
        "base_url": server.base_url,
        "flavour": "vllm",
        "label": "vLLM",
        "why": "Its models are owned by vllm.",
        "answered": True,
        "built": {},
        "model": "m",
    }
    assert received == {"typed-server"}
    assert not found_in(answer.text)


def test_nobody_there_is_a_note(http: httpx.Client) -> None:
    """A server that does not run: no models, no error page, and a sentence."""
    with ScriptedServer() as gone:
        base_url = gone.base_url
    said = get(http, "models", provider="server", base_url=base_url)
    assert (said["models"], said["age_s"], said["server"]["answered"]) == ([], None, False)
    assert "cannot be reached" in said["note"]


def test_the_embedded_model_is_a_list_of_one(http: httpx.Client) -> None:
    """The same question about the embedded model has an answer too."""
    said = get(http, "models", provider="embedded")
    assert [said["prefix"] + model["id"] for model in said["models"]] == ["embedded"]


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({"provider": "nobody"}, 400, "no provider"),
        ({"provider": "server"}, 422, "base_url"),
        ({"provider": "server", "base_url": "localhost:1"}, 422, "http://"),
        ({"provider": "server", "base_url": "http://x@y"}, 422, "user name"),
        (
            {"provider": "server", "base_url": "http://127.0.0.1:9/v1", "flavour": "embedded"},
            400,
            "kind is one of",
        ),
        ({"provider": "server", "base_url": "http://127.0.0.1:9/v1", "flavour": "x"}, 400, "kind is one of"),
    ],
)
def test_what_cannot_be_listed_is_said(
    query: dict[str, str], status: int, word: str, http: httpx.Client
) -> None:
    """An odd question is a sentence or a problem beside its widget, never a traceback."""
    answer = http.get("/playground/models", params=query)
    assert answer.status_code == status
    assert word in answer.text


@pytest.mark.parametrize(
    "path", ["/playground/models?provider=openrouter", "/playground/model?model=openrouter/a/b"]
)
@pytest.mark.parametrize(
    "header", ["{", "[]", '{"a": 1}', '{"a": null}', "[" * 5000, json.dumps({str(n): "x" for n in range(99)})]
)
def test_keys_that_make_no_sense_are_refused(path: str, header: str, http: httpx.Client) -> None:
    """Whatever comes in place of keys is refused without being repeated."""
    answer = http.get(path, headers={"x-provider-keys": header})
    assert answer.status_code == 400
    assert answer.json() == {"problems": [], "message": "This request's keys are not what the page sends."}


def test_one_model(http: httpx.Client) -> None:
    """All that is known of a chosen model: its providers with what each takes, and an answer for every widget."""
    get(http, "models", provider="openrouter")
    said = get(http, "model", model="openrouter/openai/gpt-4")
    assert said["model"]["defaults"] == {"temperature": 0.7, "frequency_penalty": 0.0}
    assert said["model"]["offers"] == [
        {
            "provider": "P",
            "status": "live",
            "context": 10,
            "price_in": None,
            "price_out": None,
            "tools": False,
            "structured": False,
            "parameters": ["temperature"],
        }
    ]
    assert said["support"].keys() == REGISTRY.keys()
    assert said["support"]["temperature"]["answer"] == "yes"
    assert said["support"]["top_p"]["answer"] == "no"  # the model's list has it, its only provider's does not
    assert get(http, "model", model="openrouter/un/known")["model"] is None
    assert get(http, "model", model="nonsense") == {"model": None, "support": {}}


def test_the_preview_says_what_a_model_does_not_take(http: httpx.Client) -> None:
    """Before anything is sent, with reasons; what nobody says is unknown, and the model's defaults are hints."""
    get(http, "models", provider="openrouter")
    said = preview(http, "openrouter/openai/gpt-4", parameters={"logprobs": True})
    assert said["problems"] == []
    told = said["support"]
    assert {told[name]["answer"] for name in ("logprobs", "seed", "stop", "response_format")} == {"refused"}
    assert told["tool_prompt"]["answer"] == "no"
    assert not {"temperature", "messages", "diff_frequency"} & told.keys()
    assert "does not list logprobs" in told["logprobs"]["warning"] and not told["seed"]["warning"]
    assert said["hints"]["temperature"] == 0.7
    other = preview(http, "openrouter/un/known")
    assert other["support"]["temperature"]["answer"] == "unknown"
    embedded = preview(http, "embedded")
    assert {told["answer"] for told in embedded["support"].values()} == {"no"}  # and no unknown ones
    assert not {"temperature", "tools", "top_k"} & embedded["support"].keys()


def test_the_switch_of_openrouter_decides_how_it_ends(http: httpx.Client) -> None:
    """What no provider takes is refused where they must take all, and else dropped without a word."""
    get(http, "models", provider="openrouter")
    loose = {"provider": {"require_parameters": False}}
    said = preview(http, "openrouter/openai/gpt-4", parameters={"seed": 1}, extra_body=loose)
    assert said["support"]["seed"]["answer"] == "void"
    assert "nothing is said" in said["support"]["seed"]["warning"]


def test_the_preview_warns_of_what_a_family_has_given_up(http: httpx.Client) -> None:
    """The same model by two routes: void at one, refused at the other; the report says it at the line."""
    by_router = preview(http, "openrouter/anthropic/claude-opus-4.7", parameters={"temperature": 0.2})
    assert by_router["support"]["temperature"]["answer"] == "void"
    assert "2026-06-22" in by_router["support"]["temperature"]["warning"]
    (line,) = [line for line in by_router["report"] if line["parameter"] == "temperature"]
    assert (line["state"], line["foretold"]) == ("sent", "void") and "without a word" in line["why"]
    direct = {"base_url": "https://api.anthropic.com/v1", "flavour": "anthropic"}
    refused = preview(http, "claude-opus-4-7", parameters={"temperature": 0.2}, **direct)
    assert refused["support"]["temperature"]["answer"] == "refused"


def test_the_authors_values_stand_beside_the_rows(
    http: httpx.Client, providers: tuple[ScriptedServer, ScriptedServer]
) -> None:
    """Those of the Hub's file, once the model was chosen, and those of OpenRouter's list; asked for once."""
    for _ in range(2):
        get(http, "model", model="huggingface/deepseek-ai/DeepSeek-V4-Pro")
    said = preview(http, "huggingface/deepseek-ai/DeepSeek-V4-Pro:novita")["suggested"]
    assert said["temperature"] == {
        "value": 0.6,
        "label": "author: 0.6",
        "told": "The author suggests 0.6 (generation_config.json on the Hub).",
    }
    assert said.keys() == {"temperature", "top_k"} and said["top_k"]["label"] == "author: 20"
    assert [look.path for look in providers[0].page_requests].count(AUTHOR_PAGE) == 1
    get(http, "models", provider="openrouter")
    routed = preview(http, "openrouter/openai/gpt-4")["suggested"]
    assert routed["temperature"]["told"] == "The author suggests 0.7 (OpenRouter's catalogue)."


def test_what_a_llama_cpp_server_itself_uses(http: httpx.Client) -> None:
    """Its own values stand for what is unset, and those that its program does not have can be set with a click."""
    params = {
        "temperature": 0.6000000238418579,
        "top_p": 0.949999988079071,
        "top_k": 20,
        "repeat_penalty": 1.0,
    }
    props = page({"default_generation_settings": {"params": params}, "media_marker": "<1>"})
    with ScriptedServer(pages={"/v1/models": page({"data": [{"id": "m"}]}), "/props": props}) as server:
        get(http, "models", provider="server", base_url=server.base_url)
        said = preview(http, "m", base_url=server.base_url)
    assert {n: said["hints"][n] for n in ("temperature", "top_p", "top_k")} == {
        "temperature": 0.6, "top_p": 0.95, "top_k": 20,
    }  # fmt: skip
    assert said["suggested"].keys() == {"temperature", "top_k"}
    told = "The server itself uses 0.6 (by its model's file, or a flag)."
    assert said["suggested"]["temperature"] == {"value": 0.6, "label": "server: 0.6", "told": told}


def test_the_preview_says_it_also_beside_problems(http: httpx.Client) -> None:
    """A wrong value elsewhere does not hide what the model does not take."""
    get(http, "models", provider="openrouter")
    said = preview(http, "openrouter/openai/gpt-4", parameters={"temperature": 9})
    assert [problem["parameter"] for problem in said["problems"]] == ["temperature"]
    assert "seed" in said["support"]
    assert preview(http, "nonsense")["support"] == {}


def test_the_preview_asks_nobody(
    http: httpx.Client, providers: tuple[ScriptedServer, ScriptedServer]
) -> None:
    """It comes with every keystroke, so a half-typed address or name causes no request."""
    before = [len(provider.page_requests) for provider in providers]
    for name in ("openrouter/a/half-typed", "huggingface/a/half-typed"):
        preview(http, name)
    assert [len(provider.page_requests) for provider in providers] == before
    with ScriptedServer() as server:
        said = preview(http, "m", base_url=server.base_url)
        assert server.connections == 0
    assert said["problems"] == []
    assert said["support"]["temperature"]["answer"] == "unknown"


def test_the_preview_knows_the_kind_once_it_was_found(http: httpx.Client) -> None:
    """After the list of a server was asked for, what its kind withholds is in the report and beside the widget."""
    info = page({"model_id": "x", "max_total_tokens": 1})
    with ScriptedServer(pages={"/info": info}) as server:
        get(http, "models", provider="server", base_url=server.base_url)
        found = preview(http, "m", base_url=server.base_url, parameters={"logit_bias": {"1": 2}})
        chosen = preview(
            http, "m", base_url=server.base_url, parameters={"logit_bias": {"1": 2}}, flavour="vllm"
        )
    states = [
        {line["parameter"]: line["state"] for line in said["report"]}["logit_bias"]
        for said in (found, chosen)
    ]
    assert states == ["withheld", "sent"]
    assert ("logit_bias" in found["support"], "logit_bias" in chosen["support"]) == (True, False)


def test_a_message_goes_with_its_own_key(http: httpx.Client) -> None:
    """The page's keys are each under whom they are for, and reach that server alone."""
    with ScriptedServer(answered(200, whole())) as server:
        origin = server.base_url.removesuffix("/v1")
        asked = {"model": "m", "messages": HELLO, "base_url": server.base_url, "parameters": {}}
        for headers in (
            {
                "x-provider-keys": json.dumps(
                    {origin: CANARIES["typed-server"], "openrouter": CANARIES["typed-router"]}
                )
            },
            {"x-provider-keys": json.dumps({"huggingface": CANARIES["typed-hf"]})},
        ):
            assert not found_in(http.post("/playground/stream", json=asked, headers=headers).text)
        got = [visit.headers.get("authorization") for visit in server.requests]
    assert got == [f"Bearer {CANARIES['typed-server']}", None]


def test_what_is_set_up_without_showing_it(tmp_path: Path) -> None:
    """Which keys the settings hold, who pays and which server is named; on a Space only what is lent, and no key."""
    owned = {name: CANARIES[key] for name, key in (("hf_token", "env-hf"), ("api_key", "env-server"))}
    here = Settings(**owned, hf_bill_to="org", base_url="http://127.0.0.1:1/v1", data_dir=str(tmp_path))
    at_home = provider_rows(here, signed_in=False)
    assert at_home["huggingface"] == {
        "key": True, "signed_in": False, "can_sign_in": False, "bill_to": "org",
    }  # fmt: skip
    assert at_home["openrouter"] == {"key": False}
    assert at_home["server"] == {"key": True, "base_url": "http://127.0.0.1:1/v1"}
    space = provider_rows(replace(here, space_id="me/it"), signed_in=True)
    assert space["huggingface"]["bill_to"] == space["server"]["base_url"] == ""
    assert not space["huggingface"]["key"] and space["huggingface"]["signed_in"]
    assert not found_in(json.dumps([at_home, space]))


def test_lists_say_what_each_model_takes(http: httpx.Client) -> None:
    """What a catalogue says is taken, or not; of parameters that it does not speak of neither is said."""
    models = get(http, "models", provider="openrouter")["models"]
    assert models and all(not set(model["takes"]) & set(model["lacks"]) for model in models)
    assert any("temperature" in model["takes"] for model in models)
    assert any(model["lacks"] for model in models)
    hosted = get(http, "models", provider="huggingface")["models"]
    assert all("seed" not in (*model["takes"], *model["lacks"]) for model in hosted)


@pytest.mark.parametrize("payer", ["a b", "org\r\nX-Evil: 1", "x" * 97, 5, ["org"], "ö"])
def test_an_odd_payer_is_refused(payer: object, http: httpx.Client) -> None:
    """What goes into a header is an organisation's name or is refused."""
    asked = {"model": "huggingface/a/b", "messages": HELLO, "parameters": {}, "bill_to": payer}
    assert http.post("/playground/stream", json=asked).status_code == 400
