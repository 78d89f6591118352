"""The page's own requests: stream an answer, preview a request, fetch a raw response.

Kept apart from Gradio's queue because a generator there is closed half a second after its reader has gone, and
not at all while the model's server is silent; here a lost connection closes the upstream one at once.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from playground.backend import Backend, model_of
from playground.chat import ChatRequest
from playground.errors import InvalidRequest, PlaygroundError
from playground.limits.limiter import Limiter
from playground.parameters import REGISTRY
from playground.value_types import OneOf, Tools
from playground.votes.backup.vote_service import Keeper
from playground.votes.redaction import holds_key
from playground.web.assets import ANY_ASSETS_URL, ASSETS, Assets
from playground.web.chat.answer_cache import KeptAnswers
from playground.web.chat.frames import Frames, paced, problem_rows, report_rows
from playground.web.credentials import keys_of, visitor_of
from playground.web.dice.routes import dice_routes
from playground.web.embedded import embedded_routes
from playground.web.faulty import FaultyModels, faulty_routes
from playground.web.health import health_routes
from playground.web.holder import Seal, sessions_of
from playground.web.large_requests import LargeRequests
from playground.web.leaving import disconnected
from playground.web.lessons.routes import lesson_routes
from playground.web.markdown import markdown_routes
from playground.web.models import chosen_support, model_routes, refuse_pictures
from playground.web.neighbours import neighbour_routes
from playground.web.page_request import Asked
from playground.web.parameters.second_side import second_hints
from playground.web.posture import posture_routes
from playground.web.presets import preset_routes
from playground.web.probes import probe_routes
from playground.web.replay.routes import replay_routes
from playground.web.responses import refused
from playground.web.rooms.routes import room_routes
from playground.web.schemas import shape_name, structure_routes
from playground.web.share.code import code_routes
from playground.web.share.link import link_routes
from playground.web.sweeps.routes import sweep_routes
from playground.web.tokens import token_routes
from playground.web.votes.files import Shelf, file_routes
from playground.web.votes.rounds import Rounds
from playground.web.votes.routes import vote_routes
from playground.web.votes.withdrawing import withdrawal_routes
from playground.wire.body import build
from playground.wire.support import foretold


class StreamingLines(Response):
    """A response of JSON lines that ends the moment its reader goes away, also while nothing is being sent.

    `ended` is called then, and after the last line.
    """

    media_type = "application/x-ndjson"

    def __init__(self, lines: AsyncGenerator[bytes], ended: Callable[[], None] = lambda: None) -> None:
        self._lines = lines
        self._ended = ended
        self.status_code = 200
        self.background = None
        self.init_headers({"cache-control": "no-store", "x-accel-buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends lines until they end or the reader disconnects, whichever comes first."""
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(disconnected(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            self._ended()
        if not sending.cancelled():
            sending.result()  # a fault of our own ends in the log, and not in a stream that looks whole

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._lines) as lines:
            async for line in lines:
                await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def routes(backend: Backend, keeper: Keeper, limiter: Limiter | None) -> list[BaseRoute]:
    """The page's routes over one backend and the votes that are kept."""
    kept = KeptAnswers()
    seal = Seal(backend.settings)
    rounds = Rounds()
    shelf = Shelf()
    faulty = FaultyModels(backend)
    large = LargeRequests()

    async def stream(request: Request) -> Response:
        with ExitStack() as held:
            place = held.enter_context(large.place(visitor_of(request)))
            try:
                asked = await Asked.read(request, backend.settings, place)
                asked = rounds.unmasked(asked, sessions_of(request))
                asked, first = await asked.located(backend)
                requests = asked.sides(first)
                await refuse_pictures(backend, requests, asked.target)
            except (PlaygroundError, ValueError) as error:
                return refused(error)
            ids = tuple(seal.give(request, secrets.token_urlsafe(12)) for _ in requests)
            ended = held.pop_all().close  # the answer keeps the place
        if len(requests) == 2:
            pair = rounds.begin(
                backend, asked, requests, ids, partial(seal.give, request), sessions_of(request)
            )
            by_id = dict(zip(ids, pair.requests, strict=True))
            return StreamingLines(kept.following(pair.lines(), pair.frames, by_id, asked.target), ended)
        frames = Frames(ids)
        lines = paced(backend.panes(requests, asked.target), frames)
        by_id = dict(zip(ids, requests, strict=True))
        return StreamingLines(kept.following(lines, frames, by_id, asked.target), ended)

    async def preview(request: Request) -> Response:
        try:
            asked = await Asked.read(request, backend.settings)
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        return JSONResponse(await preview_of(asked, backend))

    async def raw_response(request: Request) -> Response:
        answer = kept.held(seal, request, request.path_params["answer_id"])
        return PlainTextResponse(answer.raw) if answer else Response(status_code=404)

    async def stopped(request: Request) -> Response:
        answer = kept.held(seal, request, request.path_params["answer_id"])
        if answer is None:
            return Response(status_code=404)
        return Response(answer.answer, media_type="application/json")

    async def prompt(request: Request) -> Response:
        answer = kept.held(seal, request, request.path_params["answer_id"])
        if answer is None:
            return Response(status_code=404)
        try:
            target = replace(answer.target, keys=keys_of(request, backend.settings))
        except ValueError as error:
            return refused(error)
        return JSONResponse({"prompt_tokens": await backend.prompt_tokens(answer.request, target)})

    return [
        Route("/playground/stream", stream, methods=["POST"]),
        Route("/playground/preview", preview, methods=["POST"]),
        Route("/playground/raw/{answer_id}", raw_response),
        Route("/playground/stopped/{answer_id}", stopped),
        Route("/playground/prompt/{answer_id}", prompt),
        *model_routes(backend, faulty),
        *faulty_routes(faulty, backend.settings),
        *neighbour_routes(backend),
        *embedded_routes(backend),
        *structure_routes(),
        *markdown_routes(),
        *token_routes(backend),
        *dice_routes(backend, kept, seal),
        *vote_routes(rounds, keeper, backend.settings, seal),
        *file_routes(keeper.store, backend.settings, shelf),
        *withdrawal_routes(keeper, shelf, limiter),
        *probe_routes(backend, StreamingLines),
        *replay_routes(backend, kept, seal, large, StreamingLines),
        *sweep_routes(backend, StreamingLines, seal),
        *room_routes(backend, StreamingLines, limiter),
        *lesson_routes(backend, kept, seal, StreamingLines),
        *code_routes(backend, large),
        *link_routes(backend.settings),
        *health_routes(backend, keeper),
        *preset_routes(backend.settings),
        *posture_routes(backend.settings, backend.budget, limiter),
        Mount(f"/{ANY_ASSETS_URL}", Assets(directory=ASSETS)),
    ]


def _words_taken(asked: Asked, backend: Backend) -> dict[str, list[str]]:
    """The words that the chosen server takes of each parameter that is one of a few."""
    model = model_of(asked.values.get("model"), asked.target)
    own = backend.known_profile(model, asked.target).kinds if model else {}
    kinds = {name: own.get(name, record.kind) for name, record in REGISTRY.items()}
    return {name: list(kind.words) for name, kind in kinds.items() if isinstance(kind, OneOf)}


async def preview_of(asked: Asked, backend: Backend) -> dict[str, Any]:
    """What would be sent, or every reason why it would not, and what the model makes of each parameter.

    Asks no server anything: what a catalogue or a server has said already is used.
    """
    tools = asked.values.get("tools")
    names = [name for tool in tools if (name := Tools.name_of(tool))] if isinstance(tools, list) else []
    shape = asked.values.get("response_format")
    support = await chosen_support(backend, asked.draft(), asked.target)
    answer: dict[str, Any] = {
        **support,
        "problems": [],
        "keyed": await asyncio.to_thread(holds_key, [asked.settings, asked.extra_body]),
        "report": [],
        "hints": {**support["hints"], **second_hints(asked, support["hints"])},
        "briefs": {"response_format": shape_name(shape)} if isinstance(shape, dict) else {},
        "suggestions": {"tool_choice": ["auto", "none", "required", *names], **_words_taken(asked, backend)},
    }
    try:
        request, *others = asked.possible(asked.request())
        await refuse_pictures(backend, (request, *others), asked.target)
    except InvalidRequest as error:
        return {**answer, "problems": problem_rows(error)}
    if absent := _absent(request, backend):
        answer["problems"] = [{"parameter": "model", "text": absent}]
    profile = backend.known_profile(request.model, asked.target)
    _, report = build(request, profile, backend.servers.known_name(request.model, asked.target))
    told = foretold(report, await backend.support(request, asked.target))
    return {**answer, "report": report_rows(told)}


def _absent(request: ChatRequest, backend: Backend) -> str:
    """Why an embedded model cannot be asked: it is not on this machine. Nothing where it can."""
    if request.model.provider != "embedded" or not request.model.id:
        return ""
    try:
        backend.engine.library.find(request.model.id)
    except PlaygroundError as error:
        return str(error)
    return ""
