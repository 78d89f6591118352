"""The page's own requests: stream an answer, preview a request, fetch a raw response.

Kept apart from Gradio's queue because a generator there is closed half a second after its reader has gone, and
not at all while the model's server is silent; here a lost connection closes the upstream one at once.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from playground.backend import Backend, Target, draw, profile_of, request_of
from playground.chat import ChatRequest
from playground.errors import InvalidRequest
from playground.kinds import Tools
from playground.ui.frames import Frames, paced, report_rows
from playground.wire.body import build

ASSETS: Final = Path(__file__).parents[2] / "assets"
RAW_KEPT: Final = 100
RAW_BYTES_KEPT: Final = 4_000_000
BODY_LIMIT: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the page: every value that is set, where it goes, and the extra JSON."""

    values: Mapping[str, Any]
    target: Target
    extra_body: Mapping[str, Any]

    @classmethod
    async def read(cls, request: Request) -> Asked:
        """Parses the page's JSON. Raises ValueError when it is none, or too large."""
        raw = b""
        async for piece in request.stream():
            raw += piece
            if len(raw) > BODY_LIMIT:
                raise ValueError("this request is larger than 2 MB")
        sent = json.loads(raw)
        if not isinstance(sent, dict) or not isinstance(sent.get("parameters", {}), dict):
            raise ValueError("this request is not what the page sends")
        target = Target(
            base_url=str(sent.get("base_url") or ""), api_key=request.headers.get("x-provider-key", "")
        )
        values = {**sent.get("parameters", {}), "model": sent.get("model"), "messages": sent.get("messages")}
        return cls(values, target, sent.get("extra_body") or {})

    def request(self) -> ChatRequest:
        """The request it amounts to. Raises InvalidRequest."""
        return request_of(self.values, "create_preference", self.target, self.extra_body)


class RawResponses:
    """The raw responses of the last answers, under ids that cannot be guessed."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()

    def keep(self, answer_id: str, lines: tuple[str, ...]) -> None:
        """Keeps one response and forgets the oldest past the limit."""
        self._kept[answer_id] = "\n".join(lines)[:RAW_BYTES_KEPT]
        while len(self._kept) > RAW_KEPT:
            self._kept.popitem(last=False)

    def get(self, answer_id: str) -> str | None:
        """The response, or None when it is not kept (any more)."""
        return self._kept.get(answer_id)


def problem_rows(error: InvalidRequest) -> list[dict[str, str]]:
    """Problems as the page shows them, each beside its widget."""
    return [{"parameter": p.parameter, "text": str(p)} for p in error.problems]


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

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._lines) as lines:
            async for line in lines:
                await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def routes(backend: Backend) -> list[BaseRoute]:
    """The page's routes over one backend."""
    raw = RawResponses()

    async def stream(request: Request) -> Response:
        try:
            asked = await Asked.read(request)
            requests = draw(asked.request())
        except InvalidRequest as error:
            return JSONResponse({"problems": problem_rows(error)}, 422)
        except ValueError as error:
            return JSONResponse({"problems": [], "message": str(error)}, 400)
        ids = tuple(secrets.token_urlsafe(12) for _ in requests)
        frames = Frames(ids)

        async def lines() -> AsyncGenerator[bytes]:
            try:
                async with aclosing(paced(backend.stream_panes(requests, asked.target), frames)) as painted:
                    async for line in painted:
                        yield line
            finally:
                for side, answer_id in enumerate(ids):
                    raw.keep(answer_id, frames.raw(side))

        return StreamingLines(lines())

    async def preview(request: Request) -> Response:
        try:
            asked = await Asked.read(request)
        except ValueError as error:
            return JSONResponse({"problems": [], "message": str(error)}, 400)
        return JSONResponse(preview_of(asked))

    async def raw_response(request: Request) -> Response:
        text = raw.get(request.path_params["answer_id"])
        return PlainTextResponse(text) if text is not None else Response(status_code=404)

    return [
        Route("/playground/stream", stream, methods=["POST"]),
        Route("/playground/preview", preview, methods=["POST"]),
        Route("/playground/raw/{answer_id}", raw_response),
        Mount("/playground/assets", StaticFiles(directory=ASSETS)),
    ]


def preview_of(asked: Asked) -> dict[str, Any]:
    """What would be sent, or every reason why it would not; and what the server uses for what is unset."""
    tools = asked.values.get("tools")
    names = [name for tool in tools if (name := Tools.name_of(tool))] if isinstance(tools, list) else []
    answer: dict[str, Any] = {
        "problems": [],
        "report": [],
        "hints": {},
        "suggestions": {"tool_choice": ["auto", "none", "required", *names]},
    }
    try:
        request = asked.request()
    except InvalidRequest as error:
        return {**answer, "problems": problem_rows(error)}
    profile = profile_of(request.model, asked.target)
    _, report = build(request, profile)
    return {**answer, "report": report_rows(report), "hints": dict(profile.defaults)}
