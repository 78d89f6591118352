"""Whether the page is alive, and whether it can do its work: for whoever restarts it, and whoever sends it visitors.

And its figures, where the settings say so.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.errors import StoreError
from playground.votes.backup.vote_service import Keeper

WITHIN_S: Final = 3.0
"""How long the votes may take to answer."""


def health_routes(backend: Backend, keeper: Keeper) -> list[BaseRoute]:
    """`health` and `health/ready`: 503 where something is amiss; `health/live`: 200 as long as anything answers."""

    async def live(_: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(_: Request) -> Response:
        votes = await _votes(keeper)
        told = {
            "live": True,
            "ready": votes == "ok",
            "votes": votes,
            "embedded_model": "rests"
            if backend.engine.loaded is None
            else "loaded",  # it starts when it is asked
            "servers_resting": backend.breakers.resting,
        }
        return JSONResponse(told, 200 if told["ready"] else 503, headers={"cache-control": "no-store"})

    async def metrics(_: Request) -> Response:
        backend.metrics.resting.set(backend.breakers.resting)
        return Response(backend.metrics.text(), media_type="text/plain; version=0.0.4")

    routes: list[BaseRoute] = [
        Route("/playground/health", ready),
        Route("/playground/health/ready", ready),
        Route("/playground/health/live", live),
    ]
    return [*routes, Route("/playground/metrics", metrics)] if backend.settings.shows_metrics else routes


async def _votes(keeper: Keeper) -> str:
    """Whether votes can be saved and read. No path and no address: strangers read this."""
    try:
        async with asyncio.timeout(WITHIN_S):
            await asyncio.to_thread(keeper.store.count)
    except StoreError:
        return "cannot be read"
    except TimeoutError:
        return "do not answer"
    return "ok"
