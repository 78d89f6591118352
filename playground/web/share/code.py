"""The page's request for code: what it is set to now, in one form, once for each answer that it would ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend, pair_of
from playground.chat import ChatRequest
from playground.errors import PlaygroundError
from playground.servers import Target
from playground.settings import Settings
from playground.share.code.forms import FORMS
from playground.share.code.sending import LLAMA_SERVER, OF_EMBEDDED, Address, sending_of
from playground.web.credentials import visitor_of
from playground.web.large_requests import LargeRequests
from playground.web.page_request import Asked
from playground.web.responses import refused
from playground.wire.kinds.profile import Flavour

OF_THE_PAGE: Final = "https://your-server.example/v1"
NOT_TOLD: Final = (
    "This page's own server is asked, whose address is not told: put that of yours in its place."
)
SIDES: Final = ("first answer", "second answer")


def code_routes(backend: Backend, large: LargeRequests) -> list[BaseRoute]:
    """`/playground/code/{form}`: the request that is posted, as a program of this form; nothing is asked of a model."""

    async def code(request: Request) -> Response:
        form = next((form for form in FORMS if form.id == request.path_params["form"]), None)
        if form is None:
            return Response(status_code=404)
        try:
            with large.place(visitor_of(request)) as place:
                asked = await Asked.read(request, backend.settings, place)
                chosen = asked.target.flavour
                asked, first = await asked.located(backend)
                requests = _sides(asked, first)
                names = _names(requests)
                written = [
                    form.write(
                        sending_of(
                            each,
                            backend.known_profile(each.model, asked.target),
                            backend.servers.known_name(each.model, asked.target),
                            await address_of(each, asked.target, chosen, backend),
                        )
                    )
                    for each in requests
                ]
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        sides = [{"name": name, "code": code} for name, code in zip(names, written, strict=True)]
        return JSONResponse({"sides": sides})

    return [Route("/playground/code/{form}", code, methods=["POST"])]


def _sides(asked: Asked, request: ChatRequest) -> tuple[ChatRequest, ...]:
    """Every request that could be asked for: two as soon as there can be a pair, whatever would be drawn."""
    first, second = pair_of(request)
    if asked.second:
        return first, asked.second_request()
    if asked.contest and request.parameters.get("diff_frequency", 0.0) > 0:
        return tuple(map(asked.preset_request, asked.contest.presets))
    if request.parameters.get("diff_frequency", 0.0) > 0:
        return first, second
    return (replace(first, is_side=False),)


def _names(requests: Sequence[ChatRequest]) -> Sequence[str]:
    """What each program is called: by its preset, by its side, or not at all where it is the only one."""
    if requests[0].preset:
        return [request.preset for request in requests]
    return SIDES if len(requests) == 2 else ("",)


async def address_of(
    request: ChatRequest, target: Target, chosen: Flavour | None, backend: Backend
) -> Address:
    """Where a request goes, and in which variable its key is to be put. `chosen` is a kind of server set by hand.

    Raises InvalidRequest, SettingsError.
    """
    provider = request.model.provider
    if provider == "embedded":
        return Address(base_url=LLAMA_SERVER, notes=(OF_EMBEDDED,))
    if provider != "server":
        profile = backend.known_profile(request.model, target)
        payer = target.bill_to if provider == "huggingface" else ""
        variable = Settings.variable(profile.key_setting)
        return Address(base_url=profile.base_url, variable=variable, payer=payer)
    _, endpoint = await backend.servers.route(request.model, target)
    variable = Settings.variable("api_key") if endpoint.api_key else ""
    if not target.base_url and backend.settings.is_public:
        return Address(base_url=OF_THE_PAGE, variable=variable, notes=(NOT_TOLD,))
    return Address(base_url=endpoint.base_url, typed=target.base_url, variable=variable, kind=chosen)
