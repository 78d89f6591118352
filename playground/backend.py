"""The shared backend: one place that turns a request into events, for the page, the API and Python alike.

Kept apart from the page so that `Client` and the browser can never disagree about what a call does.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from time import monotonic
from typing import Any, Generic, NamedTuple, TypeVar

from playground import settings as environment
from playground.chat import ChatRequest, Endpoint, JsonObject, ModelRef
from playground.engine.process import Engine
from playground.engine.tokenizer import prompt_length
from playground.errors import (
    InvalidRequest,
    NoProvider,
    PlaygroundError,
    Problem,
    ServerUnreachable,
    StreamFailed,
)
from playground.events import Answer, Ended, Event
from playground.kinds import Kind, Object, shown
from playground.parameters import PREF_PARAMS_DEFAULT, Call
from playground.problems import check
from playground.servers import NOWHERE as NOWHERE
from playground.servers import Servers
from playground.servers import Target as Target
from playground.settings import Settings
from playground.structured.functions import offered
from playground.wire.addresses import server_address
from playground.wire.body import build
from playground.wire.llamacpp import bias_within
from playground.wire.profiles import PROFILES, Flavour, Profile
from playground.wire.shapes import shape_problems
from playground.wire.transport import Transport

log = logging.getLogger(__name__)


class SideEvent(NamedTuple):
    """An event of one of two answers that stream at the same time."""

    side: int
    event: Event


A_co = TypeVar("A_co", bound=Answer, covariant=True)


class Pair(NamedTuple, Generic[A_co]):
    """Two answers to the same conversation; the second used `pref_params`."""

    first: A_co
    second: A_co


def request_of(
    values: Mapping[str, Any], call: Call, target: Target = NOWHERE, extra_body: JsonObject | None = None
) -> ChatRequest:
    """The request that `values` (model, messages and set parameters) amount to; functions among tools become JSON.

    Raises InvalidRequest with every problem at once; nothing has been sent then.
    """
    model = model_of(values.get("model"), target)
    kinds = _kinds_of(model, target) if model else None
    tools, unfit = offered(values.get("tools"))
    values = {**values, "tools": tools} if "tools" in values else values
    problems = [*_address_problems(target), *check(values, call, kinds)]
    problems = [p for p in problems if not unfit or p.parameter != "tools"] + unfit
    if model is None and all(problem.parameter != "model" for problem in problems):
        problems.append(
            Problem(
                "model",
                shown(values["model"]),
                "embedded, huggingface/<id>, openrouter/<id>, server/<id>, or a base URL beside it",
            )
        )
    problems += [
        Problem("extra_body", shown(bad), allowed) for bad, allowed in Object().faults(extra_body or {})
    ]
    wrong = {problem.parameter for problem in problems}
    problems += [p for p in shape_problems(values, extra_body) if p.parameter not in wrong]
    if problems or model is None:
        raise InvalidRequest(problems)
    parameters = {n: v for n, v in values.items() if n not in ("model", "messages")}
    return ChatRequest(model, tuple(values["messages"]), parameters, extra_body or {})


def model_of(name: Any, target: Target) -> ModelRef | None:
    """With a base URL every name belongs to that server; without one the prefix decides."""
    if not isinstance(name, str) or not name.strip():
        return None
    return ModelRef("server", name.strip()) if target.base_url else ModelRef.parse(name)


def _address_problems(target: Target) -> Sequence[Problem]:
    try:
        if target.base_url:
            server_address(target.base_url)
    except InvalidRequest as error:
        return error.problems
    return ()


def _kinds_of(model: ModelRef, target: Target) -> Mapping[str, Kind]:
    """The ranges of the model's server; while its kind is not known, those of the kind that takes most."""
    unknown = model.provider == "server" and target.flavour is None
    return PROFILES["llamacpp"].kinds if unknown else profile_of(model, target).kinds


def profile_of(model: ModelRef, target: Target = NOWHERE) -> Profile:
    """How the server behind `model` takes each parameter; one of an unknown kind as any OpenAI-compatible one."""
    return PROFILES[(target.flavour or "openai") if model.provider == "server" else model.provider]


def _knowing(profile: Profile, vocabulary: int | None) -> Profile:
    """The embedded model's profile once it runs, and it is known how many tokens it has."""
    if vocabulary is None:
        return profile
    return replace(profile, rules={**profile.rules, "logit_bias": bias_within(vocabulary)})


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

    def __init__(
        self, settings: Settings | None = None, profiles: Mapping[Flavour, Profile] = PROFILES
    ) -> None:
        self.settings = settings or environment.load()
        self.engine = Engine(self.settings)
        self.transport = Transport()
        self.servers = Servers(self.settings, self.transport, profiles)

    async def route(self, model: ModelRef, target: Target) -> tuple[Profile, Endpoint]:
        """How, and where, `model` is reached. Raises EngineError, InvalidRequest, KeyMissing, SettingsError."""
        if model.provider == "embedded":
            endpoint = await self.engine.endpoint()
            return _knowing(profile_of(model), self.engine.vocabulary), endpoint
        return await self.servers.route(model, target)

    async def request(
        self, values: Mapping[str, Any], call: Call, target: Target, extra_body: JsonObject | None = None
    ) -> tuple[ChatRequest, Target]:
        """The request that `values` amount to, and the target with its base URL put right and its kind found out.

        Checked first without a word to the server, and again once its kind says more exactly what is allowed.
        Raises InvalidRequest with every problem at once, SettingsError where the configured server is no address.
        """
        request = request_of(values, call, target, extra_body)
        if request.model.provider != "server" or target.flavour is not None:
            return request, target
        kind = await self.servers.kind(target)
        settled = replace(target, base_url=target.base_url and kind.base_url, flavour=kind.flavour)
        return request_of(values, call, settled, extra_body), settled

    async def stream(self, request: ChatRequest, target: Target = NOWHERE) -> AsyncGenerator[Event]:
        """The events of one answer; ends with exactly one `Ended`, whatever goes wrong."""
        try:
            profile, endpoint = await self.route(request.model, target)
        except PlaygroundError as error:
            yield Ended("error", 0.0, error)
            return
        async with aclosing(self.transport.stream(request, profile, endpoint)) as events:
            async for event in events:
                yield await self._explained(event, endpoint, request, target)

    async def _explained(
        self, event: Event, endpoint: Endpoint, request: ChatRequest, target: Target
    ) -> Event:
        """An end with more of its cause: that the embedded model's process died, or what no provider takes."""
        match event:
            case Ended(error=StreamFailed() | ServerUnreachable()):
                death = await self.engine.death(endpoint)
                return replace(event, error=death) if death else event
            case Ended(error=NoProvider() as error):
                return replace(event, error=await self.servers.explained(error, request, target))
            case _:
                return event

    async def prompt_tokens(self, request: ChatRequest) -> int | None:
        """How many tokens `request` is for the embedded model, counted here; None where nobody can count them."""
        if request.model.provider != "embedded":
            return None
        try:
            profile, endpoint = await self.route(request.model, NOWHERE)
            return await prompt_length(endpoint, build(request, profile)[0])
        except PlaygroundError:
            return None

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
