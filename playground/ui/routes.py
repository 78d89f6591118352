"""The page's own requests: stream an answer, preview a request, fetch a raw response.

Kept apart from Gradio's queue because a generator there is closed half a second after its reader has gone, and
not at all while the model's server is silent; here a lost connection closes the upstream one at once.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from playground.backend import Backend, model_of
from playground.errors import InvalidRequest, PlaygroundError
from playground.kinds import Tools
from playground.preference.keeper import Keeper
from playground.ui.asked import Asked
from playground.ui.file_routes import file_routes
from playground.ui.frames import Frames, paced, problem_rows, report_rows
from playground.ui.kept import KeptAnswers
from playground.ui.model_routes import chosen_support, model_routes
from playground.ui.probe_routes import probe_routes
from playground.ui.refused import refused
from playground.ui.rounds import Rounds
from playground.ui.second import second_hints
from playground.ui.structure_routes import structure_routes
from playground.ui.token_routes import token_routes
from playground.ui.vote_routes import vote_routes
from playground.wire.body import build

ASSETS: Final = Path(__file__).parents[2] / "assets"


class StreamingLines(Response):
    """A response of JSON lines that ends the moment its reader goes away, also while nothing is being sent."""

    media_type = "application/x-ndjson"

    def __init__(self, lines: AsyncGenerator[bytes]) -> None:
        self._lines = lines
        self.status_code = 200
        self.background = None
        self.init_headers({"cache-control": "no-store", "x-accel-buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends lines until they end or the reader disconnects, whichever comes first."""
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        if not sending.cancelled():
            sending.result()  # a fault of our own ends in the log, and not in a stream that looks whole

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._lines) as lines:
            async for line in lines:
                await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def routes(backend: Backend, keeper: Keeper) -> list[BaseRoute]:
    """The page's routes over one backend and the votes that are kept."""
    kept = KeptAnswers()
    rounds = Rounds()

    async def stream(request: Request) -> Response:
        try:
            asked = rounds.unmasked(await Asked.read(request, backend.settings))
            asked = await asked.located(backend)
            requests = asked.requests()
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        ids = tuple(secrets.token_urlsafe(12) for _ in requests)
        if len(requests) == 2:
            pair = rounds.begin(backend, asked, requests, ids)
            by_id = dict(zip(ids, pair.requests, strict=True))
            return StreamingLines(kept.following(pair.lines(), pair.frames, by_id))
        frames = Frames(ids)
        lines = paced(backend.stream_panes(requests, asked.target), frames)
        return StreamingLines(kept.following(lines, frames, dict(zip(ids, requests, strict=True))))

    async def preview(request: Request) -> Response:
        try:
            asked = await Asked.read(request, backend.settings)
        except ValueError as error:
            return refused(error)
        return JSONResponse(await preview_of(asked, backend))

    async def raw_response(request: Request) -> Response:
        answer = kept.get(request.path_params["answer_id"])
        return PlainTextResponse(answer.raw) if answer else Response(status_code=404)

    async def stopped(request: Request) -> Response:
        answer = kept.get(request.path_params["answer_id"])
        if answer is None:
            return Response(status_code=404)
        return Response(answer.answer, media_type="application/json")

    async def prompt(request: Request) -> Response:
        answer = kept.get(request.path_params["answer_id"])
        if answer is None:
            return Response(status_code=404)
        return JSONResponse({"prompt_tokens": await backend.prompt_tokens(answer.request)})

    return [
        Route("/playground/stream", stream, methods=["POST"]),
        Route("/playground/preview", preview, methods=["POST"]),
        Route("/playground/raw/{answer_id}", raw_response),
        Route("/playground/stopped/{answer_id}", stopped),
        Route("/playground/prompt/{answer_id}", prompt),
        *model_routes(backend),
        *structure_routes(),
        *token_routes(backend),
        *vote_routes(rounds, keeper, backend.settings),
        *file_routes(keeper.store, backend.settings),
        *probe_routes(backend, StreamingLines),
        Mount("/playground/assets", StaticFiles(directory=ASSETS)),
    ]


async def preview_of(asked: Asked, backend: Backend) -> dict[str, Any]:
    """What would be sent, or every reason why it would not, and what the model makes of each parameter.

    Asks no server anything: what a catalogue or a server has said already is used.
    """
    tools = asked.values.get("tools")
    names = [name for tool in tools if (name := Tools.name_of(tool))] if isinstance(tools, list) else []
    support = await chosen_support(backend, model_of(asked.values.get("model"), asked.target), asked.target)
    answer: dict[str, Any] = {
        **support,
        "problems": [],
        "report": [],
        "hints": {**support["hints"], **second_hints(asked, support["hints"])},
        "suggestions": {"tool_choice": ["auto", "none", "required", *names]},
    }
    try:
        request = asked.requests()[0]
    except InvalidRequest as error:
        return {**answer, "problems": problem_rows(error)}
    _, report = build(request, backend.servers.known_profile(request.model, asked.target))
    return {**answer, "report": report_rows(report)}
