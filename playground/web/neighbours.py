"""The page's question for model servers on this machine; closed on a Space, and where the settings name no port.

Kept apart from the lists of models because nobody has named these servers.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.wire.neighbours import Neighbour, neighbours
from playground.wire.profiles import PROFILES


def neighbour_routes(backend: Backend) -> list[BaseRoute]:
    """`neighbours`, GET: who answers on this machine, as `neighbour_row` has each, and whether that is all."""

    async def found(request: Request) -> Response:
        ports = backend.settings.ports_to_look_at
        if not ports:
            return PlainTextResponse("This is switched off here.", 404)
        look = await neighbours(backend.transport, ports)
        return JSONResponse({"found": [*map(neighbour_row, look.found)], "complete": look.complete})

    return [Route("/playground/neighbours", found)]


def neighbour_row(neighbour: Neighbour) -> dict[str, Any]:
    """A server as the page offers it: its words, its base URL, and the model to ask there, empty for none."""
    return {
        "text": _text(neighbour),
        "base_url": neighbour.base_url,
        "model": neighbour.model,
    }


def _text(neighbour: Neighbour) -> str:
    label = PROFILES[neighbour.flavour].label
    if neighbour.models is None:
        return f"{label}, wants a key"
    models = "1 model" if neighbour.models == 1 else f"{neighbour.models or 'no'} models"
    return f"{label}, {models}"
