"""The page's requests about models: the lists to choose from, and what the chosen one takes.

Kept apart from the streaming because nothing here costs a token: lists come from catalogues, with their age.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend, model_of
from playground.chat import ModelRef, Provider
from playground.errors import InvalidRequest, PlaygroundError
from playground.parameters import REGISTRY
from playground.servers import Target
from playground.settings import Settings
from playground.ui.refused import refused
from playground.ui.visitor import keys_of, offers_sign_in, target_of
from playground.wire.models import ModelInfo, Offer
from playground.wire.profiles import PROFILES, Profile
from playground.wire.support import Support, supported

PREFIXES: Final = {
    "huggingface": "huggingface/",
    "openrouter": "openrouter/",
    "server": "server/",
    "embedded": "",
}

LISTS: Final = {"openrouter": "OpenRouter", "huggingface": "HuggingFace", "server": "own server"}
"""The lists that the page offers, by provider."""

CHOOSABLE: Final = tuple(
    name for name, record in REGISTRY.items() if record.call == "create" and name not in ("model", "messages")
)
"""The parameters by which models differ."""


def model_routes(backend: Backend) -> list[BaseRoute]:
    """`models?provider=&base_url=&flavour=&refresh=`, `model?model=&base_url=&flavour=`, `providers`, all GET."""

    async def models(request: Request) -> Response:
        provider = request.query_params.get("provider", "embedded")
        if provider not in get_args(Provider):
            return JSONResponse({"problems": [], "message": f"There is no provider {provider!r}."}, 400)
        try:
            target = target_of(request, request.query_params, backend.settings)
            return JSONResponse(await _list(backend, provider, target, "refresh" in request.query_params))
        except (InvalidRequest, PlaygroundError, ValueError) as error:
            return refused(error)

    async def model(request: Request) -> Response:
        name = request.query_params.get("model", "")
        try:
            target = target_of(request, request.query_params, backend.settings)
            chosen = model_of(name, target)
            if chosen is None:
                return JSONResponse({"model": None, "support": {}})
            info = await backend.servers.details(chosen, target)
            profile = backend.servers.known_profile(chosen, target)
            return JSONResponse({"model": info and info_row(info), "support": support_rows(profile, info)})
        except (InvalidRequest, PlaygroundError, ValueError) as error:
            return refused(error)

    async def providers(request: Request) -> Response:
        try:
            signed_in = "huggingface" in keys_of(request, backend.settings)
        except ValueError as error:
            return refused(error)
        return JSONResponse(provider_rows(backend.settings, signed_in))

    return [
        Route("/playground/models", models),
        Route("/playground/model", model),
        Route("/playground/providers", providers),
    ]


def provider_rows(settings: Settings, signed_in: bool) -> dict[str, Any]:
    """What the settings hold for whoever uses the page, without showing it: whether a key, who pays, which server.

    Asked for without the page's own keys, so that a key for HuggingFace can only be that of signing in.
    """
    lent = settings.lends_keys
    return {
        "huggingface": {
            "key": lent and bool(settings.hf_token),
            "signed_in": signed_in,
            "can_sign_in": offers_sign_in(settings),
            "bill_to": "" if settings.on_space else settings.hf_bill_to,
        },
        "openrouter": {"key": lent and bool(settings.openrouter_api_key)},
        "server": {
            "key": lent and bool(settings.api_key),
            "base_url": settings.base_url if lent else "",
        },
    }


async def _list(backend: Backend, provider: Any, target: Target, refresh: bool) -> dict[str, Any]:
    """A list as the page takes it; of a typed or configured server also what kind it was found to be."""
    server = await backend.servers.kind(target, refresh) if provider == "server" else None
    catalog = await backend.servers.catalog(provider, target, refresh)
    return {
        "prefix": "" if target.base_url else PREFIXES[provider],
        "models": [listed_row(backend, provider, model, target) for model in catalog.models],
        "age_s": backend.servers.catalogues.age_s(catalog),
        "note": catalog.note,
        "server": server
        and {
            "base_url": server.base_url,
            "flavour": server.flavour,
            "label": PROFILES[server.flavour].label,
            "why": server.why,
            "answered": server.answered,
        },
    }


def listed_row(backend: Backend, provider: Provider, model: ModelInfo, target: Target) -> dict[str, Any]:
    """A model in a list, with what is known that it takes and does not take; of all else nothing is known."""
    profile = backend.servers.known_profile(ModelRef(provider, model.id), target)
    answers = {name: supported(profile, model, name).answer for name in CHOOSABLE}
    return {
        **model_row(model),
        "takes": [name for name, answer in answers.items() if answer == "yes"],
        "lacks": [name for name, answer in answers.items() if answer == "no"],
    }


def model_row(model: ModelInfo) -> dict[str, Any]:
    """A model in a list; null stands for unknown, prices are US dollars for a million tokens."""
    return {
        "id": model.id,
        "name": model.name,
        "context": model.context,
        "price_in": model.price_in,
        "price_out": model.price_out,
        "parameters": None if model.parameters is None else sorted(model.parameters),
        "tools": model.tools,
        "structured": model.structured,
    }


def info_row(model: ModelInfo) -> dict[str, Any]:
    """A model with all that is known of it."""
    return {
        **model_row(model),
        "defaults": dict(model.defaults),
        "offers": list(map(_offer_row, model.offers)),
    }


def _offer_row(offer: Offer) -> dict[str, Any]:
    return {
        "provider": offer.provider,
        "status": offer.status,
        "context": offer.context,
        "price_in": offer.price_in,
        "price_out": offer.price_out,
        "tools": offer.tools,
        "structured": offer.structured,
        "parameters": None if offer.parameters is None else sorted(offer.parameters),
    }


def support_rows(profile: Profile, model: ModelInfo | None) -> dict[str, dict[str, str]]:
    """For every parameter whether the model takes it (yes, no, unknown), and why."""
    answers = {name: supported(profile, model, name) for name in REGISTRY}
    return {name: {"answer": answer.answer, "why": answer.why} for name, answer in answers.items()}


async def chosen_support(backend: Backend, model: ModelRef | None, target: Target) -> dict[str, Any]:
    """For the preview, without asking anyone: what the chosen model does not take, what is not known, its defaults."""
    if model is None:
        return {"unsupported": {}, "unknown": {}, "hints": {}}
    info = await backend.servers.known(model, target)
    profile = backend.servers.known_profile(model, target)
    answers = {name: supported(profile, info, name) for name in REGISTRY}
    defaults = {name: value for name, value in (info.defaults if info else {}).items() if name in REGISTRY}
    return {
        "unsupported": _reasons(answers, "no"),
        "unknown": _reasons(answers, "unknown"),
        "hints": {**profile.defaults, **defaults},
    }


def _reasons(answers: dict[str, Support], answer: str) -> dict[str, str]:
    return {name: support.why for name, support in answers.items() if support.answer == answer}
