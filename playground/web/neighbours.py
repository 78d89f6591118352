"""The page's question for model servers on this machine; closed on a public page, and where the settings name no port.

Kept apart from the lists of models because nobody has named these servers.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.wire.neighbours import WITHIN_S, Neighbour, neighbours
from playground.wire.profiles import PROFILES

PATIENT_S: Final = 3.0


def neighbour_routes(backend: Backend) -> list[BaseRoute]:
    """`neighbours`, GET: who answers on this machine, as `neighbour_row` has each, and whether that is all.

    With `?patient=1`, where somebody has not said all within the usual time, they get more of it.
    """

    async def found(request: Request) -> Response:
        ports = backend.settings.ports_to_look_at
        if not ports:
            return PlainTextResponse("This is switched off here.", 404)
        patient = request.query_params.get("patient") == "1"
        look = await neighbours(backend.transport, ports, PATIENT_S if patient else WITHIN_S)
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
    port = urlsplit(neighbour.base_url).port
    label = PROFILES[neighbour.flavour].label if neighbour.flavour else f"a server at port {port}"
    if neighbour.models is None:
        return f"{label}, wants a key"
    models = "1 model" if neighbour.models == 1 else f"{neighbour.models or 'no'} models"
    return f"{label}, {models}"
