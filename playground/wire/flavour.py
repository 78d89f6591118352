"""What kind of server answers at a base URL, found out by asking it.

Kept apart from the profiles, which say what follows from the kind. A server is asked the few things that only
its kind answers; what cannot be told is a plain OpenAI-compatible server, and the user may know better.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.errors import WireError
from playground.wire.addresses import host_of, other_address
from playground.wire.documents import Document
from playground.wire.profiles import PROFILES, Flavour
from playground.wire.transport import NO_HEADERS, Transport

PROBE_S: Final = 4.0


@dataclass(frozen=True, slots=True)
class Detected:
    """The kind of server, the base URL that works (with or without /v1), and how the kind is known.

    `answered` is False where nobody was reached, so that the kind is a guess to be made again.
    """

    flavour: Flavour
    base_url: str
    why: str
    answered: bool = True


async def detect(transport: Transport, base_url: str, headers: Mapping[str, str] = NO_HEADERS) -> Detected:
    """The kind of server at `base_url` (from `server_address`); asks it six things at once, 4 s at most.

    `headers` carry the key for that server; nothing is asked of any other. Never raises for what it answers.
    """
    if (known := _BY_HOST.get(host_of(base_url))) is not None:
        return Detected(known, base_url, f"This is {PROFILES[known].label}'s own address.")
    other = other_address(base_url)
    root = base_url.removesuffix("/v1")
    urls = (f"{base_url}/models", f"{other}/models", *(f"{root}/{name}" for name in _TRAITS))
    listed, elsewhere, *documents = await asyncio.gather(*(_ask(transport, url, headers) for url in urls))
    if all(document is None for document in (listed, elsewhere, *documents)):
        return Detected("openai", base_url, "The server could not be reached.", answered=False)
    if _models(listed) is None and _models(elsewhere) is not None:
        base_url, listed = other, elsewhere
    asked = dict(zip(_TRAITS, documents, strict=True))
    for flavour, tells in _TELLING:
        if why := tells(listed, asked):
            return Detected(flavour, base_url, why)
    return Detected("openai", base_url, "Nothing tells it from any other OpenAI-compatible server.")


async def _ask(transport: Transport, url: str, headers: Mapping[str, str]) -> Document | None:
    try:
        return await transport.fetch(url, headers, PROBE_S)
    except WireError:
        return None


Asked = Mapping[str, Document | None]

_TRAITS: Final = ("props", "version", "info", "openapi.json")
"""What the kinds differ in: llama.cpp has /props, vLLM /version, TGI /info; transformers serve shows its routes."""

_BY_HOST: Final[Mapping[str, Flavour]] = {
    host: profile.flavour
    for profile in PROFILES.values()
    for host in ((host_of(profile.base_url),) if profile.base_url else profile.key_hosts)
}
"""Whose own address needs no asking."""


def _is_llamacpp(listed: Document | None, asked: Asked) -> str:
    """It signs every answer, refusals too (llama.cpp tools/server/server-http.cpp: the Server header)."""
    if any(document and document.server == "llama.cpp" for document in (listed, *asked.values())):
        return "It signs its answers as llama.cpp."
    if "llamacpp" in _owners(listed):
        return "Its models are owned by llamacpp."
    return "It has llama.cpp's /props." if "default_generation_settings" in _fields(asked["props"]) else ""


def _is_vllm(listed: Document | None, asked: Asked) -> str:
    """Its models belong to "vllm"; without a key /version still answers, with nothing but the version."""
    if "vllm" in _owners(listed):
        return "Its models are owned by vllm."
    closed = listed is not None and listed.status in (401, 403)
    return "It has vLLM's /version." if closed and set(_fields(asked["version"])) == {"version"} else ""


def _is_tgi(listed: Document | None, asked: Asked) -> str:
    """router/src/server.rs: /info names the model and the limits of its validation."""
    fields = _fields(asked["info"])
    return "It has TGI's /info." if {"model_id", "max_total_tokens"} <= set(fields) else ""


def _is_transformers(listed: Document | None, asked: Asked) -> str:
    """cli/serving/server.py: a FastAPI app that nobody named, with routes for loading and unloading models."""
    fields = _fields(asked["openapi.json"])
    paths = fields.get("paths")
    routes = set(paths) if isinstance(paths, Mapping) else set()
    return "It has the routes of transformers serve." if {"/load_model", "/reset"} <= routes else ""


_TELLING: Final[tuple[tuple[Flavour, Callable[[Document | None, Asked], str]], ...]] = (
    ("llamacpp", _is_llamacpp),
    ("vllm", _is_vllm),
    ("tgi", _is_tgi),
    ("transformers", _is_transformers),
)


def _fields(document: Document | None) -> Mapping[str, Any]:
    content = document.content if document is not None else None
    return content if isinstance(content, Mapping) else {}


def _models(document: Document | None) -> list[Any] | None:
    models = _fields(document).get("data")
    return models if isinstance(models, list) else None


def _owners(document: Document | None) -> set[str]:
    entries = [entry for entry in _models(document) or [] if isinstance(entry, Mapping)]
    return {owner for entry in entries if isinstance(owner := entry.get("owned_by"), str)}
