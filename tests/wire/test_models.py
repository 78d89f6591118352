"""What the three kinds of model list say is read as they document it, and no nonsense in them does harm.

Kept apart from fetching: these are documents, as the services' own documentation shows them.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.wire.models import (
    ModelInfo,
    Offer,
    find,
    of_huggingface,
    of_openrouter,
    of_openrouter_endpoints,
    of_server,
)

HUGGINGFACE_LIST = {
    "object": "list",
    "data": [
        {
            "id": "deepseek-ai/DeepSeek-V4-Pro",
            "object": "model",
            "owned_by": "deepseek-ai",
            "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
            "providers": [
                {
                    "provider": "novita",
                    "status": "live",
                    "context_length": 1048576,
                    "pricing": {"input": 1.69, "output": 3.38},
                    "supports_tools": True,
                    "supports_structured_output": False,
                    "first_token_latency_ms": 1490,
                },
                {
                    "provider": "together",
                    "status": "live",
                    "context_length": 512000,
                    "pricing": {"input": 2.1, "output": 4.4},
                    "supports_tools": True,
                    "supports_structured_output": True,
                },
                {"provider": "featherless-ai", "status": "live", "is_model_author": False},
                {
                    "provider": "broken",
                    "status": "error",
                    "context_length": 9_999_999,
                    "pricing": {"input": 0.01, "output": 0.01},
                },
            ],
        },
        {"id": "org/plain", "providers": [{"provider": "a", "supports_tools": False}]},
        {"id": "org/no-providers"},
        {"id": "org/paints", "architecture": {"output_modalities": ["image"]}},
    ],
}

OPENROUTER_LIST = {
    "data": [
        {
            "id": "openai/gpt-4",
            "name": "GPT-4",
            "context_length": 8192,
            "pricing": {"prompt": "0.00003", "completion": "0.00006", "request": "0", "image": "0"},
            "supported_parameters": ["temperature", "top_p", "max_tokens", "tools"],
            "default_parameters": {"temperature": 0.7, "top_p": None, "frequency_penalty": 0},
            "top_provider": {"context_length": 8192, "max_completion_tokens": 4096},
            "expiration_date": "2027-01-14",
        },
        {"id": "a/free:free", "pricing": {"prompt": "0", "completion": "0"}, "supported_parameters": []},
        {
            "id": "openrouter/auto",
            "pricing": {"prompt": "-1", "completion": "-1"},
            "default_parameters": None,
        },
    ],
    "total_count": 3,
    "links": {"next": None},
}


def test_huggingfaces_list() -> None:
    """Each provider as it is; of those that are live the longest context and the lowest price, in USD a million."""
    model, plain, bare = of_huggingface(HUGGINGFACE_LIST)
    assert (model.id, model.context, model.price_in, model.price_out) == (
        "deepseek-ai/DeepSeek-V4-Pro",
        1048576,
        1.69,
        3.38,
    )
    assert model.parameters is None  # the router lists none
    assert (model.tools, model.structured) == (True, True)
    assert [offer.provider for offer in model.offers] == ["novita", "together", "featherless-ai", "broken"]
    assert model.offers[2] == Offer("featherless-ai", "live")
    assert (plain.tools, plain.structured, plain.context) == (False, None, None)
    assert bare == ModelInfo("org/no-providers", "org/no-providers")


def test_openrouters_list() -> None:
    """Prices a token, as texts, become prices a million; what varies or is unknown is None and not a number."""
    gpt, free, auto = of_openrouter(OPENROUTER_LIST)
    assert gpt == ModelInfo(
        "openai/gpt-4",
        "GPT-4",
        8192,
        30.0,
        60.0,
        frozenset({"temperature", "top_p", "max_tokens", "tools"}),
        {"temperature": 0.7, "frequency_penalty": 0.0},
        True,
        False,
        suggested={"temperature": 0.7, "frequency_penalty": 0.0},
        suggested_in="OpenRouter's catalogue",
        ends="2027-01-14",
    )
    assert (free.price_in, free.parameters, free.tools) == (0.0, frozenset(), False)
    assert (auto.price_in, auto.price_out, auto.parameters, auto.tools) == (None, None, None, None)


def test_openrouters_endpoints() -> None:
    """One model's providers, each with the parameters that it takes; 0 is a provider that is well."""
    document = {
        "data": {
            "id": "openai/gpt-4",
            "endpoints": [
                {
                    "provider_name": "OpenAI",
                    "status": 0,
                    "context_length": 8192,
                    "pricing": {"prompt": "0.00003", "completion": "0.00006"},
                    "supported_parameters": ["temperature", "seed"],
                },
                {"provider_name": "Azure", "status": -5, "supported_parameters": None},
                "nonsense",
            ],
        }
    }
    listed = of_openrouter(OPENROUTER_LIST)[0]
    detailed = listed.offered(of_openrouter_endpoints(document))
    assert [(o.provider, o.status, o.parameters) for o in detailed.offers] == [
        ("OpenAI", "live", frozenset({"temperature", "seed"})),
        ("Azure", "error", None),
    ]
    assert detailed.parameters == listed.parameters
    unlisted = ModelInfo("x/y", "x/y").offered(of_openrouter_endpoints(document))
    assert unlisted.parameters == frozenset({"temperature", "seed"})


@pytest.mark.parametrize(
    ("entry", "context"),
    [
        ({"id": "m", "object": "model", "owned_by": "vllm", "max_model_len": 4096}, 4096),
        ({"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx": 512, "n_ctx_train": 2048}}, 512),
        ({"id": "m", "meta": {"n_ctx_train": 2048}}, 2048),
        ({"id": "m", "context_length": "8192"}, 8192),
        ({"id": "m", "meta": None, "max_model_len": True}, None),
        ({"id": "m"}, None),
    ],
)
def test_any_servers_list(entry: dict[str, Any], context: int | None) -> None:
    """An id is enough; the context is found where the servers put it; nothing is known of price or parameters."""
    assert of_server({"object": "list", "data": [entry]}) == (ModelInfo("m", "m", context),)
    assert of_server([entry]) == (ModelInfo("m", "m", context),)


@pytest.mark.parametrize(
    ("document", "ids"),
    [
        ({"models": [{"name": "llama3:latest", "model": "llama3:latest", "size": 1}]}, ["llama3:latest"]),
        ({"models": [{"name": "a"}], "data": [{"id": "b"}]}, ["b"]),
        ({"models": [{"name": "a"}], "data": None}, ["a"]),
        ({"data": [{"name": "a"}, {"id": "b"}, {"id": "b"}, None]}, ["b"]),
    ],
)
def test_lists_under_other_names(document: Any, ids: list[str]) -> None:
    """Ollama's and llama.cpp's own list counts where there is none in OpenAI's form."""
    assert [model.id for model in of_server(document)] == ids


@pytest.mark.parametrize(
    ("asked", "found", "context"),
    [
        ("deepseek-ai/DeepSeek-V4-Pro", True, 1048576),
        ("deepseek-ai/DeepSeek-V4-Pro:fastest", True, 1048576),
        ("deepseek-ai/DeepSeek-V4-Pro:cheapest", True, 1048576),
        ("deepseek-ai/DeepSeek-V4-Pro:preferred", True, 1048576),
        ("deepseek-ai/DeepSeek-V4-Pro:together", True, 512000),
        ("deepseek-ai/DeepSeek-V4-Pro:featherless-ai", True, None),
        ("deepseek-ai/DeepSeek-V4-Pro:unheard-of", True, 1048576),
        ("deepseek-ai/other", False, None),
        ("", False, None),
    ],
)
def test_an_id_with_a_suffix(asked: str, found: bool, context: int | None) -> None:
    """A provider's name narrows to that provider; a policy, or a name that is not listed, does not."""
    model = find(of_huggingface(HUGGINGFACE_LIST), asked)
    assert (model is not None) == found
    assert (model.context if model else None) == context


def test_a_variant_that_is_listed_is_itself() -> None:
    """OpenRouter's `:free` is a model of its own, and what is no variant means the model before it."""
    models = of_openrouter(OPENROUTER_LIST)
    assert [m and m.id for m in (find(models, "a/free:free"), find(models, "openai/gpt-4:nitro"))] == [
        "a/free:free",
        "openai/gpt-4",
    ]
    assert find(models, "a/free") is None


# -- nonsense ----------------------------------------------------------------------------------------------------

FIELDS = re.findall(
    r"\w+",
    "data id name providers provider status pricing input output prompt completion context_length endpoints "
    "supported_parameters default_parameters architecture output_modalities provider_name meta n_ctx max_model_len "
    "supports_tools supports_structured_output tag",
)
ODD = ["-1", "1e999", "NaN", "0.5", "9" * 400, "a/b", "live", "text"]
SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(ODD)
JUNK = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)


@given(JUNK)
def test_any_document_is_read(document: Any) -> None:
    """Whatever a list holds, reading gives models with a name, a price and context that are numbers or None."""
    wrapped = {
        "data": [document, {"id": "a/b", "providers": document, "pricing": document, "meta": document}]
    }
    for tried in (document, wrapped):
        for read in (of_huggingface, of_openrouter, of_server):
            for model in read(tried):
                _check(model)
        _check(ModelInfo("x", "x").offered(of_openrouter_endpoints({"data": {"endpoints": [document]}})))


def _check(model: ModelInfo) -> None:
    assert model.id.strip() and model.id.isprintable() and model.name
    for number in (model.price_in, model.price_out, *(o.price_in for o in model.offers)):
        assert number is None or 0 <= number < float("inf")
    assert model.context is None or 0 < model.context < 1e12
    assert all(isinstance(v, float) and v == v for v in model.defaults.values())
    assert model.tools in (True, False, None)


@pytest.mark.parametrize(
    "bad", [None, "", " ", "x" * 201, "a\nb", "a\x00", "a\u202eb", "a\u2028b", 7, ["a"], {"a": 1}]
)
def test_an_odd_id_costs_only_its_own_entry(bad: Any) -> None:
    """An entry without a usable id is left out, the others stay, and an id that comes twice counts once."""
    document = {"data": [{"id": bad}, None, "x", {"id": "a/b"}, {"id": "a/b", "name": "again"}]}
    for read in (of_huggingface, of_openrouter, of_server):
        assert [model.id for model in read(document)] == ["a/b"]


@pytest.mark.parametrize(
    "document", [None, [], {}, "x", 7, {"data": None}, {"data": {}}, {"models": {"id": "a"}}]
)
def test_what_is_no_list(document: Any) -> None:
    """Something else altogether is a list without models."""
    assert of_huggingface(document) == of_openrouter(document) == of_server(document) == ()
