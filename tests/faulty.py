"""A real server with one fault: the embedded model behind OpenAI's API, where one parameter goes wrong.

Kept apart because the probes must name exactly that one, and nothing but a real model can show that they do.
Everything else is honoured: a request is taken apart, damaged, answered by the engine and written out anew.
"""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.chat import ChatRequest, Endpoint, ModelRef
from playground.errors import ServerRefused
from playground.events import (
    Answer,
    Ended,
    Event,
    Finished,
    Fold,
    ReasoningDelta,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCallDelta,
    UsageReported,
)
from playground.parameters import REGISTRY
from playground.wire.profiles import EMBEDDED, OPENAI, Profile
from playground.wire.rules import Send
from playground.wire.transport import Transport

Body = dict[str, Any]
Damage = Callable[[Body], None]

PROFILE: Final[Profile] = replace(
    OPENAI, label="faulty server", rules={**OPENAI.rules, "tool_prompt": Send()}
)
"""How such a server takes each parameter, but for the fault: as OpenAI has it, and tool_prompt too."""


def _nothing(body: Body) -> None:
    """No damage."""


def _as_it_comes(event: Event) -> Event:
    return event


@dataclass(frozen=True)
class Fault:
    """What goes wrong with `parameter`: in the request, in the answer's events, or by being refused."""

    parameter: str
    what: str
    damage: Damage = _nothing
    events: Callable[[Event], Event | None] = _as_it_comes
    refuses: Callable[[Body], bool] = lambda body: False
    words: Mapping[str, Any] = field(default_factory=dict)
    status: int = 400
    model: str = ""
    in_one_piece: bool = False

    @property
    def name(self) -> str:
        """Both in a few words."""
        return f"{self.parameter} {self.what}"


NO_FAULT: Final = Fault("", "healthy")


class FaultyServer:
    """Serves on loopback in a thread of its own; `fault` can be changed between requests."""

    def __init__(self, engine: Endpoint, fault: Fault = NO_FAULT) -> None:
        self.fault = fault
        self.calls = 0
        self._engine = engine
        app = Starlette(routes=[Route("/v1/chat/completions", self._answer, methods=["POST"])])
        self._server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def endpoint(self) -> Endpoint:
        """Where it listens."""
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return Endpoint(f"http://127.0.0.1:{port}/v1")

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()

    async def _answer(self, request: Request) -> Response:
        self.calls += 1
        body: Body = await request.json()
        if self.fault.refuses(body):
            return JSONResponse(dict(self.fault.words), self.fault.status)
        name = self.fault.model or body["model"]
        self.fault.damage(body)
        events = self._events(body)
        if body.get("stream"):
            return StreamingResponse(_stream(events, name), media_type="text/event-stream")
        folded = Fold()
        async with aclosing(events):
            async for event in events:
                folded.add(event)
        return _document(folded.answer(), name)

    async def _events(self, body: Body) -> AsyncGenerator[Event]:
        parameters = {n: v for n, v in body.items() if n in REGISTRY and n not in ("model", "messages")}
        asked = ChatRequest(ModelRef("embedded", ""), tuple(body["messages"]), parameters)
        async with (
            Transport() as transport,
            aclosing(transport.stream(asked, EMBEDDED, self._engine)) as events,
        ):
            damaged = self._damaged(events)
            async for event in _in_one_piece(damaged) if self.fault.in_one_piece else damaged:
                yield event

    async def _damaged(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        async for event in events:
            left = self.fault.events(event)
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
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
    if answer.logprobs:
        choice["logprobs"] = {"content": [_score(score) for score in answer.logprobs]}
    return JSONResponse({"model": model, "choices": [choice], "usage": dict(answer.usage.raw)})


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
