"""A real server with one fault: the embedded model behind OpenAI's API, where one parameter goes wrong.

Everything else is honoured: a request is taken apart, damaged, answered by the engine and written out anew.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope
from starlette.types import Send as Sender

from playground import settings
from playground.chat import ChatRequest, Endpoint, ModelRef
from playground.engine.process import Engine
from playground.errors import PlaygroundError, ServerRefused
from playground.events import (
    Answer,
    Ended,
    Event,
    Finished,
    Fold,
    OfChoice,
    ReasoningDelta,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCallDelta,
    UsageReported,
)
from playground.parameters import REGISTRY
from playground.testing.fault import NO_FAULT, Body, Fault
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.profile import Profile
from playground.wire.rules import Send
from playground.wire.transport import Transport

PROFILE: Final[Profile] = replace(
    OPENAI, label="faulty server", rules={**OPENAI.rules, "tool_prompt": Send()}
)
"""How such a server takes each parameter, but for the fault: as OpenAI has it, and tool_prompt too."""


class FaultyServer:
    """Answers chat completions on loopback, by a real model and with one fault.

    It is started by `with`, and runs in a thread of its own. `fault` can be changed between requests; `models` are
    names of models that have a fault of their own in its place, and `GET /v1/models` lists them. `engine` is the
    embedded model to ask; without one it runs its own, which starts with the first request. `calls` counts the
    requests that came. No browser may ask it: any site could, and would have a model to use.
    """

    def __init__(
        self,
        fault: Fault = NO_FAULT,
        *,
        models: Mapping[str, Fault] | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.fault = fault
        self.models: Mapping[str, Fault] = models or {}
        self.calls = 0
        self._engine = engine or Engine(settings.load())
        self._ends = [] if engine else [self._engine]  # the engines that end with it

    @property
    def base_url(self) -> str:
        """What a client is given, up to and with the version part."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    @property
    def endpoint(self) -> Endpoint:
        """Where it listens, as a `Transport` takes it."""
        return Endpoint(self.base_url)

    def __enter__(self) -> Self:
        """Starts it. Raises OSError where no port is free on loopback."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        routes = [
            Route("/v1/chat/completions", self._answer, methods=["POST"]),
            Route("/v1/models", self._list),
        ]
        app = Starlette(routes=routes, middleware=[Middleware(_NotForBrowsers)], lifespan=self._lifespan)
        self._server = uvicorn.Server(
            # Without a log of its own: that would change the log of the program that it runs in.
            uvicorn.Config(app, log_config=None, server_header=False, timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="faulty-server", daemon=True
        )
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncGenerator[None]:
        yield
        for engine in self._ends:
            await engine.close()

    async def _list(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": n, "object": "model"} for n in self.models]})

    async def _answer(self, request: Request) -> Response:
        self.calls += 1
        try:
            body: Body = await request.json()
            asked_for, _ = body["model"], body["messages"]
            await self._engine.endpoint()  # whether it starts
        except (ValueError, TypeError, KeyError):
            return _refusal("The body must be JSON with model and messages.", 400)
        except PlaygroundError as error:
            return _refusal(str(error), 503)
        fault = self.models.get(asked_for, self.fault)
        if fault.refuses(body):
            return JSONResponse(dict(fault.words), fault.status)
        name = fault.model or asked_for
        fault.damage(body)
        events = _events(body, fault, self._engine)
        if body.get("stream"):
            return StreamingResponse(_stream(events, name), media_type="text/event-stream")
        folded = Fold()
        async with aclosing(events):
            async for event in events:
                folded.add(event)
        return _document(folded.answer(), name)


class _NotForBrowsers:
    """Refuses what a page of another site asks: it names its origin, or a name of its own that points here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = TrustedHostMiddleware(app, ["127.0.0.1", "localhost"])

    async def __call__(self, scope: Scope, receive: Receive, send: Sender) -> None:
        app: ASGIApp = self._app
        if scope["type"] == "http" and "origin" in Headers(scope=scope):
            app = _refusal("This server answers to programs alone, and not to pages.", 403)
        await app(scope, receive, send)


def _refusal(message: str, status: int) -> JSONResponse:
    return JSONResponse({"error": {"message": message}}, status)


async def _events(body: Body, fault: Fault, engine: Engine) -> AsyncGenerator[Event]:
    """The model's answer to a request, as far as the fault lets it through."""
    parameters = {n: v for n, v in body.items() if n in REGISTRY and n not in ("model", "messages")}
    asked = ChatRequest(ModelRef("embedded", ""), tuple(body["messages"]), parameters)
    async with (
        engine.hold() as loaded,
        Transport() as transport,
        aclosing(transport.stream(asked, EMBEDDED, loaded.endpoint)) as events,
    ):
        damaged = _damaged(events, fault)
        async for event in _in_one_piece(damaged) if fault.in_one_piece else damaged:
            yield event


async def _damaged(events: AsyncIterator[Event], fault: Fault) -> AsyncIterator[Event]:
    async for event in events:
        left = fault.events(event)
        if left is not None:
            yield left


async def _in_one_piece(events: AsyncIterator[Event]) -> AsyncIterator[Event]:
    """All text in one piece, when it is whole."""
    text = ""
    scores: tuple[TokenScore, ...] = ()
    held: list[Event] = []
    async for event in events:
        if isinstance(event, TextDelta):
            text += event.text
        elif isinstance(event, TokensScored):
            scores = (*scores, *event.tokens)
        elif isinstance(event, Finished):
            held.append(event)
        else:
            if isinstance(event, UsageReported | Ended) and (text or held):
                yield TextDelta(text, 0.0)
                yield TokensScored(scores)
                for finished in held:
                    yield finished
                text, scores, held = "", (), []
            yield event


def _document(answer: Answer, model: str) -> Response:
    """An answer as one document, or the engine's own refusal."""
    if answer.error is not None:
        status = answer.error.status if isinstance(answer.error, ServerRefused) else 500
        return JSONResponse({"error": {"message": answer.error.message}}, status)
    choices = [_whole_choice(each, index) for index, each in enumerate(answer.choices)]
    return JSONResponse({"model": model, "choices": choices, "usage": dict(answer.usage.raw)})


def _whole_choice(answer: Answer, index: int) -> Body:
    message: Body = {"role": "assistant", "content": answer.text}
    if answer.tool_calls:
        message["tool_calls"] = [
            {
                "index": i,
                "id": c.id,
                "type": "function",
                "function": {"name": c.name, "arguments": c.arguments},
            }
            for i, c in enumerate(answer.tool_calls)
        ]
    choice: Body = {"index": index, "message": message, "finish_reason": answer.finish_reason}
    if answer.logprobs:
        choice["logprobs"] = {"content": [_score(score) for score in answer.logprobs]}
    return choice


async def _stream(events: AsyncGenerator[Event], model: str) -> AsyncGenerator[bytes]:
    """Events as server-sent events."""
    async with aclosing(events):
        async for event in events:
            for chunk in _chunks(event):
                yield f"data: {json.dumps({'model': model, **chunk})}\n\n".encode()
    yield b"data: [DONE]\n\n"


def _chunks(event: Event) -> Iterable[Body]:
    match event:
        case TextDelta(text, _):
            yield _choice({"content": text})
        case ReasoningDelta(text, _):
            yield _choice({"reasoning": text})
        case TokensScored(tokens):
            yield _choice({}, logprobs={"content": [_score(token) for token in tokens]})
        case ToolCallDelta(position, call_id, name, arguments, _):
            function = {"name": name, "arguments": arguments} if name else {"arguments": arguments}
            yield _choice({"tool_calls": [{"index": position, "id": call_id, "function": function}]})
        case OfChoice(choice, inner):
            for chunk in _chunks(inner):
                yield {**chunk, "choices": [{**each, "index": choice} for each in chunk.get("choices", ())]}
        case Finished(reason):
            yield _choice({}, finish_reason=reason)
        case UsageReported(_, _, raw):
            yield {"choices": [], "usage": dict(raw)}
        case Ended(_, _, error) if error is not None:
            yield {"error": {"message": error.message}}
        case _:
            pass


def _choice(delta: Body, **beside: Any) -> Body:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None, **beside}]}


def _score(score: TokenScore) -> Body:
    top = [{"token": a.token, "logprob": a.logprob} for a in score.top]
    return {"token": score.token, "logprob": score.logprob, "id": score.id, "top_logprobs": top}
