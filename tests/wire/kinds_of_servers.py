"""What servers of each kind answer to what they are asked, and what a stranger answers who is of none.

The tests of kinds, of telling them and of finding servers all play them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from playground.testing.scripted_server import Script, answered
from playground.wire.kinds.profile import Flavour


def page(document: Any, status: int = 200, **headers: str) -> Script:
    """A JSON page."""
    return answered(status, json.dumps(document).encode(), **headers)


def models(owner: str, **fields: Any) -> Script:
    """A list of one model that belongs to `owner`."""
    return page({"object": "list", "data": [{"id": "m", "object": "model", "owned_by": owner, **fields}]})


ASKED = (
    "/v1/models",
    "/models",
    "/props",
    "/api/version",
    "/api/v0/models",
    "/version",
    "/info",
    "/openapi.json",
)
"""What a server is asked for, to find out its kind."""

CLOSED = page({"error": {"message": "Invalid API Key", "code": 401}}, 401)
TGI_INFO = {
    "model_id": "bigcode/x",
    "max_total_tokens": 2048,
    "max_input_tokens": 1024,
    "router": "text-generation-router",
    "version": "3.3.6",
}
TRANSFORMERS_ROUTES = [
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/responses",
    "/load_model",
    "/reset",
    "/v1/models",
    "/health",
]

OLLAMAS_VERSION = page({"version": "0.33.0"})
LM_STUDIOS_LIST = page(
    {
        "object": "list",
        "data": [
            {"id": "m", "object": "model", "type": "llm", "compatibility_type": "gguf", "state": "loaded"},
            {"id": "e", "object": "model", "type": "embeddings", "compatibility_type": "gguf"},
        ],
    }
)


def openapi(*paths: str) -> Script:
    """A FastAPI app's description of itself."""
    return page({"openapi": "3.1.0", "info": {"title": "FastAPI"}, "paths": {path: {} for path in paths}})


KINDS: list[tuple[str, Flavour, Mapping[str, Script]]] = [
    (
        "llama.cpp",
        "llamacpp",
        {"/v1/models": models("llamacpp", meta={"n_ctx_train": 1}), "/props": page({"total_slots": 1})},
    ),
    (
        "llama.cpp, closed",
        "llamacpp",
        {"/v1/models": page({"error": {"code": 401}}, 401, server="llama.cpp"), "/version": CLOSED},
    ),
    (
        "llama.cpp behind a proxy",
        "llamacpp",
        {"/v1/models": models("me"), "/props": page({"default_generation_settings": {}})},
    ),
    (
        "vLLM",
        "vllm",
        {
            "/v1/models": models("vllm", max_model_len=4096),
            "/version": page({"version": "0.11.0"}),
            "/openapi.json": openapi("/v1/chat/completions", "/version", "/reset_prefix_cache"),
        },
    ),
    ("vLLM, closed", "vllm", {"/v1/models": CLOSED, "/version": page({"version": "0.11.0"})}),
    ("TGI", "tgi", {"/v1/models": models("bigcode/x", created=0), "/info": page(TGI_INFO)}),
    ("TGI, without a list", "tgi", {"/info": page(TGI_INFO)}),
    (
        "transformers serve",
        "transformers",
        {"/v1/models": page({"object": "list", "data": []}), "/openapi.json": openapi(*TRANSFORMERS_ROUTES)},
    ),
    ("Ollama", "ollama", {"/v1/models": models("library"), "/api/version": OLLAMAS_VERSION}),
    (
        "Ollama, without a model",
        "ollama",
        {"/v1/models": page({"data": None}), "/api/version": OLLAMAS_VERSION},
    ),
    (
        "KoboldCpp, which plays Ollama",
        "openai",
        {"/v1/models": models("koboldcpp"), "/api/version": OLLAMAS_VERSION},
    ),
    (
        "LM Studio",
        "lmstudio",
        {"/v1/models": models("organization_owner"), "/api/v0/models": LM_STUDIOS_LIST},
    ),
    (
        "LM Studio, without a model",
        "lmstudio",
        {"/v1/models": page({"data": []}), "/api/v0/models": page({"object": "list", "data": []})},
    ),
    ("another list under its path", "openai", {"/v1/models": models("me"), "/api/v0/models": models("me")}),
    ("a version with more beside it", "openai", {"/api/version": page({"version": "1", "name": "x"})}),
    ("SGLang", "openai", {"/v1/models": models("sglang"), "/info": page({"version": "1"})}),
    ("a server with a version", "openai", {"/v1/models": models("me"), "/version": page({"version": "1"})}),
    ("Kubernetes", "openai", {"/v1/models": CLOSED, "/version": page({"major": "1", "version": "1"})}),
    ("a FastAPI app", "openai", {"/openapi.json": openapi("/v1/chat/completions", "/reset")}),
    ("a web site", "openai", {"/v1/models": answered(200, b"<html>", "text/html"), "/info": page([1])}),
    ("nothing but 404", "openai", {}),
]
