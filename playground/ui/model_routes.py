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
from playground.ui.frames import problem_rows
from playground.ui.visitor import flavour_of, keys_of
from playground.wire.models import ModelInfo, Offer
from playground.wire.profiles import PROFILES, Profile
from playground.wire.support import Support, supported

_PREFIXES: Final = {
    "huggingface": "huggingface/",
    "openrouter": "openrouter/",
    "server": "server/",
    "embedded": "",
}


def model_routes(backend: Backend) -> list[BaseRoute]:
    """`models?provider=&base_url=&flavour=&refresh=` and `model?model=&base_url=&flavour=`, both GET."""

    async def models(request: Request) -> Response:
        provider = request.query_params.get("provider", "embedded")
        if provider not in get_args(Provider):
            return JSONResponse({"problems": [], "message": f"There is no provider {provider!r}."}, 400)
        try:
            target = _target(request, f"{provider}/", backend)
            return JSONResponse(await _list(backend, provider, target, "refresh" in request.query_params))
        except (InvalidRequest, PlaygroundError, ValueError) as error:
            return _refused(error)

    async def model(request: Request) -> Response:
        name = request.query_params.get("model", "")
        try:
            target = _target(request, name, backend)
            chosen = model_of(name, target)
            if chosen is None:
                return JSONResponse({"model": None, "support": {}})
            info = await backend.servers.details(chosen, target)
            profile = backend.servers.known_profile(chosen, target)
            return JSONResponse({"model": info and info_row(info), "support": support_rows(profile, info)})
        except (InvalidRequest, PlaygroundError, ValueError) as error:
            return _refused(error)

    return [Route("/playground/models", models), Route("/playground/model", model)]


async def _list(backend: Backend, provider: Any, target: Target, refresh: bool) -> dict[str, Any]:
    """A list as the page takes it; of a typed or configured server also what kind it was found to be."""
    server = await backend.servers.kind(target, refresh) if provider == "server" else None
    catalog = await backend.servers.catalog(provider, target, refresh)
    return {
        "prefix": "" if target.base_url else _PREFIXES[provider],
        "models": [model_row(model) for model in catalog.models],
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


def _target(request: Request, model: str, backend: Backend) -> Target:
    """Where to look, and with which keys. Raises ValueError."""
    base_url = request.query_params.get("base_url", "").strip()
    flavour = flavour_of(request.query_params.get("flavour"))
    return Target(
        base_url=base_url, flavour=flavour, keys=keys_of(request, model, base_url, backend.settings)
    )


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


def _refused(error: Exception) -> Response:
    if isinstance(error, InvalidRequest):
        return JSONResponse({"problems": problem_rows(error)}, 422)
    return JSONResponse({"problems": [], "message": str(error)}, 400)
