"""The page's requests about models: the lists to choose from, and what the chosen one takes.

Kept apart from the streaming because nothing here costs a token: lists come from catalogues, with their age.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend, model_of
from playground.chat import ChatRequest, ModelRef, Provider
from playground.content_parts import has_pictures, unread_problems
from playground.errors import InvalidRequest, PlaygroundError
from playground.parameters import REGISTRY
from playground.servers import Target
from playground.settings import Settings
from playground.web.credentials import keys_of, offers_sign_in, target_of
from playground.web.faulty import FaultyModels
from playground.web.responses import refused
from playground.wire.authors import Suggestion, own_values, server_suggestions, suggestions
from playground.wire.kinds.profile import Profile, Support
from playground.wire.models import ModelInfo, Offer
from playground.wire.neighbours import chat_model
from playground.wire.profiles import HOSTED, PROFILES
from playground.wire.support import supported, takes_pictures

PREFIXES: Final = {name: "" if name == "embedded" else f"{name}/" for name in get_args(Provider)}

LISTS: Final[Mapping[str, str]] = {
    **{p.flavour: p.label for p in sorted(HOSTED, key=lambda p: p.model_list.offers is None)},
    "server": "own server",
}
"""The lists that the page offers, by provider; first those that say most of each model."""

CHOOSABLE: Final = tuple(
    name for name, record in REGISTRY.items() if record.call == "create" and name not in ("model", "messages")
)
"""The parameters by which models differ."""


def model_routes(backend: Backend, faulty: FaultyModels) -> list[BaseRoute]:
    """`models?provider=&base_url=&flavour=&refresh=`, `model?model=&base_url=&flavour=`, `providers`, all GET."""

    async def models(request: Request) -> Response:
        provider = request.query_params.get("provider", "embedded")
        if provider not in get_args(Provider):
            return JSONResponse({"problems": [], "message": f"There is no provider {provider!r}."}, 400)
        try:
            target = target_of(request, request.query_params, backend.settings)
            refresh = "refresh" in request.query_params
            return JSONResponse(await _list(backend, faulty, provider, target, refresh))
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
            profile = backend.known_profile(chosen, target)
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
    rows: dict[str, dict[str, Any]] = {
        profile.flavour: {"key": lent and bool(getattr(settings, profile.key_setting))} for profile in HOSTED
    }
    rows["server"] = {"key": lent and bool(settings.api_key), "base_url": settings.base_url if lent else ""}
    rows["huggingface"] |= {
        "signed_in": signed_in,
        "can_sign_in": offers_sign_in(settings),
        "bill_to": "" if settings.is_public else settings.hf_bill_to,
    }
    return rows


async def _list(
    backend: Backend, faulty: FaultyModels, provider: Any, target: Target, refresh: bool
) -> dict[str, Any]:
    """A list as the page takes it; of a typed or configured server also its kind, and what it is built to do wrong."""
    server = await backend.servers.kind(target, refresh) if provider == "server" else None
    catalog, _ = await asyncio.gather(
        backend.servers.catalog(provider, target, refresh), backend.run(ModelRef(provider, ""), target)
    )
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
            "built": faulty.announcements(server.base_url),
            "model": chat_model(catalog.models),
        },
    }


def listed_row(backend: Backend, provider: Provider, model: ModelInfo, target: Target) -> dict[str, Any]:
    """A model in a list, with what is known that it takes and does not take; of all else nothing is known."""
    profile = backend.known_profile(ModelRef(provider, model.id), target)
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
        "ends": ends_in_words(model.ends),
    }


def ends_in_words(day: str) -> str:
    """Until when a model can be had, by its catalogue; empty where that has no such date.

    >>> ends_in_words("2001-02-03"), ends_in_words("")
    ('was to end on 2001-02-03', '')
    """
    if not day:
        return ""
    return f"{'was to end' if day < datetime.now(UTC).date().isoformat() else 'ends'} on {day}"


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


async def chosen_support(backend: Backend, request: ChatRequest | None, target: Target) -> dict[str, Any]:
    """For the preview, without asking anyone: what the chosen model makes of this request, and its defaults.

    Only of parameters that it does not plainly take.
    """
    if request is None:
        return {"support": {}, "hints": {}, "suggested": {}, "pictures": None, "continuation": None}
    info = await backend.known_model(request.model, target)
    profile = backend.known_profile(request.model, target)
    answers = await backend.support(request, target)
    own = own_values(backend.servers.known_run(request.model, target), profile.kinds)
    offered = {**server_suggestions(own, profile.defaults), **suggestions(info, profile.kinds)}
    defaults = {name: value for name, value in (info.defaults if info else {}).items() if name in REGISTRY}
    pictures = takes_pictures(profile, info)
    return {
        "support": {
            n: support_row(s) for n, s in answers.items() if s.answer != "yes" or s.source or s.beside
        },
        "hints": {**profile.defaults, **own, **defaults},
        "suggested": {n: suggestion_row(s) for n, s in offered.items()},
        "pictures": {"answer": pictures.answer, "why": pictures.why},
        "continuation": {"answer": profile.continuation.answer, "why": profile.continuation.why},
    }


async def refuse_pictures(backend: Backend, requests: Sequence[ChatRequest], target: Target) -> None:
    """Raises InvalidRequest where a request has pictures and its model is known to read none.

    No catalogue is asked; a server that shows its sight is, where it has not been yet.
    """
    for request in requests:
        if not has_pictures(request.messages):
            continue
        profile = backend.known_profile(request.model, target)
        if profile.sight and not backend.known_run(request.model, target).pictures:
            await backend.run(request.model, target)
        found = takes_pictures(profile, await backend.servers.known(request.model, target))
        if found.answer == "no":
            raise InvalidRequest(tuple(unread_problems(request.messages, found.why)))


def suggestion_row(suggestion: Suggestion) -> dict[str, Any]:
    """A value to set with one click: what its button says, and who suggests it."""
    value = suggestion.value
    return {"value": value, "label": f"{suggestion.by}: {value}", "told": suggestion.told}


def support_row(support: Support) -> dict[str, Any]:
    """Whether a parameter is taken, why, whether that was measured, and what is to be said before it is sent."""
    return {
        "answer": support.answer,
        "why": support.told,
        "warning": support.warning,
        "measured": support.measured,
    }
