"""The shared backend: one place that turns a request into events, for the page, the API and Python alike.

Kept apart from the page so that `Client` and the browser can never disagree about what a call does.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Final, NamedTuple

from playground import settings as environment
from playground.chat import ChatRequest, Endpoint, JsonObject, ModelRef
from playground.engine.process import Engine
from playground.errors import (
    InvalidRequest,
    KeyMissing,
    PlaygroundError,
    Problem,
    ServerUnreachable,
    StreamFailed,
)
from playground.events import Answer, Ended, Event
from playground.kinds import Object, shown
from playground.parameters import PREF_PARAMS_DEFAULT, Call
from playground.problems import check
from playground.settings import Settings
from playground.wire.profiles import PROFILES, Flavour, Profile
from playground.wire.transport import Transport

log = logging.getLogger(__name__)


class SideEvent(NamedTuple):
    """An event of one of two answers that stream at the same time."""

    side: int
    event: Event


class Pair(NamedTuple):
    """Two answers to the same conversation; the second used `pref_params`."""

    first: Answer
    second: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where one visit's requests go when the model's name alone does not say: a server of the user's own.

    `api_key` is the key given for this call or visit; empty means none was given. `flavour` is the kind of
    server at `base_url`.
    """

    base_url: str = ""
    flavour: Flavour = "openai"
    api_key: str = field(default="", repr=False)


NOWHERE: Final = Target()


def request_of(
    values: Mapping[str, Any], call: Call, target: Target = NOWHERE, extra_body: JsonObject | None = None
) -> ChatRequest:
    """The request that `values` (model, messages and set parameters) amount to.

    Raises InvalidRequest with every problem at once; nothing has been sent then.
    """
    model = _model_of(values.get("model"), target)
    kinds = profile_of(model, target).kinds if model else None
    problems = list(check(values, call, kinds))
    if model is None and all(problem.parameter != "model" for problem in problems):
        problems.append(
            Problem(
                "model",
                shown(values["model"]),
                "embedded, huggingface/<id>, openrouter/<id>, or a base URL beside it",
            )
        )
    problems += [
        Problem("extra_body", shown(bad), allowed) for bad, allowed in Object().faults(extra_body or {})
    ]
    if problems or model is None:
        raise InvalidRequest(problems)
    parameters = {n: v for n, v in values.items() if n not in ("model", "messages")}
    return ChatRequest(model, tuple(values["messages"]), parameters, extra_body or {})


def _model_of(name: Any, target: Target) -> ModelRef | None:
    """With a base URL every name belongs to that server; without one the prefix decides."""
    if not isinstance(name, str) or not name.strip():
        return None
    return ModelRef("server", name.strip()) if target.base_url else ModelRef.parse(name)


def profile_of(model: ModelRef, target: Target = NOWHERE) -> Profile:
    """How the server behind `model` takes each parameter."""
    return PROFILES[target.flavour if model.provider == "server" else model.provider]


def pair_of(request: ChatRequest) -> tuple[ChatRequest, ChatRequest]:
    """The two requests of a preference pair: the user's own, and the same with `pref_params` over it."""
    own = {n: v for n, v in request.parameters.items() if n not in ("diff_frequency", "pref_params")}
    over = request.parameters.get("pref_params") or PREF_PARAMS_DEFAULT
    return replace(request, parameters=own), replace(request, parameters={**own, **over})


_dice = random.SystemRandom().random


def draw(request: ChatRequest, random_number: Callable[[], float] = _dice) -> tuple[ChatRequest, ...]:
    """One draw against diff_frequency: the request alone, or the pair. 0 is never a pair and 1 always."""
    first, second = pair_of(request)
    return (first, second) if random_number() < request.parameters.get("diff_frequency", 0.0) else (first,)


class Backend:
    """What every call shares: the embedded model, the connections, and the way from a model to its server."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or environment.load()
        self.engine = Engine(self.settings)
        self.transport = Transport()

    async def route(self, model: ModelRef, target: Target) -> tuple[Profile, Endpoint]:
        """How, and where, `model` is reached. Raises EngineError, KeyMissing."""
        profile = profile_of(model, target)
        if model.provider == "embedded":
            return profile, await self.engine.endpoint()
        if profile.needs_key and not target.api_key:
            raise KeyMissing(f"{profile.label} needs a key, and none was given.", "Type one for this visit.")
        return profile, Endpoint(profile.base_url or target.base_url, target.api_key, profile.headers)

    async def stream(self, request: ChatRequest, target: Target = NOWHERE) -> AsyncGenerator[Event]:
        """The events of one answer; ends with exactly one `Ended`, whatever goes wrong."""
        try:
            profile, endpoint = await self.route(request.model, target)
        except PlaygroundError as error:
            yield Ended("error", 0.0, error)
            return
        async with aclosing(self.transport.stream(request, profile, endpoint)) as events:
            async for event in events:
                yield await self._explained(event, endpoint)

    async def _explained(self, event: Event, endpoint: Endpoint) -> Event:
        """An answer that broke off because the embedded model's process died says so."""
        if not isinstance(event, Ended) or not isinstance(event.error, (StreamFailed, ServerUnreachable)):
            return event
        death = await self.engine.death(endpoint)
        return replace(event, error=death) if death else event

    def panes(self, requests: Sequence[ChatRequest], target: Target = NOWHERE) -> Panes:
        """Several answers at once: see `Panes`."""
        return Panes([self.stream(request, target) for request in requests])

    async def stream_panes(
        self, requests: Sequence[ChatRequest], target: Target = NOWHERE
    ) -> AsyncGenerator[SideEvent]:
        """The events of several answers at once."""
        async with aclosing(self.panes(requests, target).events()) as events:
            async for item in events:
                yield item

    async def aclose(self) -> None:
        """Closes connections and ends the embedded model's process."""
        await self.transport.aclose()
        await self.engine.close()


class Panes:
    """Several answers at once: each has its own task, none waits for another, and each can be stopped alone."""

    def __init__(self, streams: Sequence[AsyncGenerator[Event]]) -> None:
        self._streams = streams
        self._queue: asyncio.Queue[SideEvent] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._begun = monotonic()

    async def events(self) -> AsyncGenerator[SideEvent]:
        """All events as they come; each side's last one is `Ended`. Closing this closes what still streams."""
        self._tasks = [asyncio.create_task(self._pump(side)) for side in range(len(self._streams))]
        ended: set[int] = set()
        try:
            while len(ended) < len(self._tasks):
                item = await self._queue.get()
                if item.side not in ended:
                    yield item
                if isinstance(item.event, Ended):
                    ended.add(item.side)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self, side: int) -> None:
        """Ends one side as cancelled, and closes its connection; the others go on."""
        if self._tasks:
            self._tasks[side].cancel()
            self._queue.put_nowait(SideEvent(side, Ended("cancelled", monotonic() - self._begun)))

    async def _pump(self, side: int) -> None:
        try:
            async with aclosing(self._streams[side]) as events:
                async for event in events:
                    self._queue.put_nowait(SideEvent(side, event))
        except Exception:  # the edge of a pane: a fault in one must never hang or hurt the other
            log.exception("a pane failed")
            fault = PlaygroundError(
                "The playground itself failed on this answer.", "Its log says how; try again."
            )
            self._queue.put_nowait(SideEvent(side, Ended("error", monotonic() - self._begun, fault)))
