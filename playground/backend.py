"""The shared backend: one place that turns a request into events, for the page, the API and Python alike.

Kept apart from the page so that `Client` and the browser can never disagree about what a call does.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from copy import copy
from dataclasses import replace
from typing import Any, Generic, NamedTuple, TypeVar

from playground import settings as environment
from playground.chat import ChatRequest, Endpoint, JsonObject, ModelRef
from playground.content_parts import unread_problems
from playground.engine.library import Library, Provide
from playground.engine.process import Engine
from playground.engine.run import Loaded
from playground.errors import (
    InvalidRequest,
    NoProvider,
    PlaygroundError,
    Problem,
    ServerRefused,
    ServerUnreachable,
    StreamFailed,
)
from playground.events import Answer, Delayed, Ended, Event, Started
from playground.evidence.probes import probe_store
from playground.evidence.probes.measured import measured
from playground.functions.from_python import offered
from playground.limits.budget import Budget
from playground.limits.paid import paid
from playground.logit_bias import Token
from playground.operations.metrics import Metrics
from playground.operations.telemetry import Telemetry
from playground.pairing import draw as draw
from playground.pairing import falls as falls
from playground.pairing import pair_of as pair_of
from playground.panes import Panes as Panes
from playground.panes import SideEvent as SideEvent
from playground.parameters import Call
from playground.problems import check, clamped
from playground.reading_ahead import read_ahead
from playground.readings import Reading, Readings
from playground.servers import NOWHERE as NOWHERE
from playground.servers import Servers, probed_name
from playground.servers import Target as Target
from playground.settings import Settings
from playground.value_types import Object, ValueType, shown
from playground.version import VERSION
from playground.wire.addresses import origin, server_address
from playground.wire.authors import Suggestion, own_values, server_suggestions, suggestions
from playground.wire.body import build
from playground.wire.breaker import Breakers
from playground.wire.kinds.embedded import embedded_with
from playground.wire.kinds.llamacpp import bias_within
from playground.wire.kinds.profile import Flavour, Profile, Support
from playground.wire.models import ModelInfo
from playground.wire.profiles import PROFILES
from playground.wire.prompt_tokens import prompt_of
from playground.wire.remedies import remedied
from playground.wire.runs import Run, digest
from playground.wire.shapes import NO_LIMITS, ShapeLimits, shape_problems
from playground.wire.support import foreseen, foretold
from playground.wire.transport import Transport

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
    shapes = _shapes_of(model, target) if model else NO_LIMITS
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
    if model is not None and (text_only := profile_of(model, target).text_only):
        problems += unread_problems(values.get("messages"), text_only)
    wrong = {problem.parameter for problem in problems}
    problems += [p for p in shape_problems(values, extra_body, shapes) if p.parameter not in wrong]
    if problems or model is None:
        raise InvalidRequest(problems, clamped(values, problems, kinds))
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


def _kinds_of(model: ModelRef, target: Target) -> Mapping[str, ValueType]:
    """The ranges of the model's server; while its kind is not known, those of the kind that takes most."""
    unknown = model.provider == "server" and target.flavour is None
    return PROFILES["llamacpp"].kinds if unknown else profile_of(model, target).kinds


def _shapes_of(model: ModelRef, target: Target) -> ShapeLimits:
    """What the model's server cannot take of schemas; one of a kind not yet known is asked first."""
    return profile_of(model, target).shapes


def profile_of(model: ModelRef, target: Target = NOWHERE) -> Profile:
    """How the server behind `model` takes each parameter; one of an unknown kind as any OpenAI-compatible one."""
    return PROFILES[(target.flavour or "openai") if model.provider == "server" else model.provider]


def _knowing(loaded: Loaded) -> Profile:
    """An embedded model's profile once it runs, and it is known how many tokens it has."""
    profile = embedded_with(loaded.template)
    if loaded.vocabulary is None:
        return profile
    return replace(profile, rules={**profile.rules, "logit_bias": bias_within(loaded.vocabulary)})


class Backend:
    """What every call shares: the embedded model, the connections, and the way from a model to its server.

    `provide` is how a model file is had that is not on this machine: by an error that says so, or fetched.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        profiles: Mapping[Flavour, Profile] = PROFILES,
        provide: Provide = Library.find,
    ) -> None:
        self.settings = settings or environment.load()
        self.engine = Engine(self.settings, provide)
        self.transport = Transport()
        self.servers = Servers(self.settings, self.transport, profiles)
        self.budget = Budget.of(self.settings)
        self.breakers = Breakers()
        self.metrics = Metrics()
        self.telemetry = Telemetry.of(self.settings)
        self._readings = Readings()

    def beside(self, engine: Engine) -> Backend:
        """The same servers and connections, with another engine for the embedded model."""
        other = copy(self)
        other.engine = engine
        return other

    @asynccontextmanager
    async def reached(self, model: ModelRef, target: Target) -> AsyncGenerator[tuple[Profile, Endpoint]]:
        """How, and where, `model` is reached; an embedded one stays loaded for as long.

        Raises EngineError, InvalidRequest, KeyMissing, SettingsError.
        """
        if model.provider == "embedded":
            async with self.engine.hold(model.id) as loaded:
                yield _knowing(loaded), loaded.endpoint
        else:
            yield await self.servers.route(model, target)

    def known_profile(self, model: ModelRef, target: Target) -> Profile:
        """How `model` takes each parameter, as far as is known without asking a server or loading anything."""
        if model.provider != "embedded":
            return self.servers.known_profile(model, target)
        template = self.engine.library.template(model.id)
        return embedded_with(template) if template else profile_of(model)

    async def request(
        self, values: Mapping[str, Any], call: Call, target: Target, extra_body: JsonObject | None = None
    ) -> tuple[ChatRequest, Target]:
        """The request that `values` amount to, and the target with its base URL put right and its kind found out.

        A server whose kind is not known yet is asked only what is right for some server.
        Raises InvalidRequest with every problem at once, SettingsError where the configured server is no address.
        """
        model = model_of(values.get("model"), target)
        if model is None or model.provider != "server" or target.flavour is not None:
            return request_of(values, call, target, extra_body), target
        kind = self.servers.known_kind(target)
        if kind is None:
            request_of(values, call, target, extra_body)
            kind = await self.servers.kind(target)
        settled = replace(target, base_url=target.base_url and kind.base_url, flavour=kind.flavour)
        return request_of(values, call, settled, extra_body), settled

    async def stream(self, request: ChatRequest, target: Target = NOWHERE) -> AsyncGenerator[Event]:
        """The events of one answer; ends with exactly one `Ended`, whatever goes wrong."""
        if request.model.provider == "embedded" and (why := self.engine.delay(request.model.id)):
            yield Delayed(why, None)
        watching = [self.metrics.answering(request.model).take]
        async with AsyncExitStack() as held:
            if self.telemetry is not None:
                traced = self.telemetry.answering(request)
                held.callback(traced.leave)
                watching.append(traced.take)
            held.enter_context(self.metrics.under_way.track_inprogress())
            try:
                profile, endpoint = await held.enter_async_context(self.reached(request.model, target))
                server = "" if request.model.provider == "embedded" else origin(endpoint.base_url)
                call = held.enter_context(self.breakers.calling(server))
                queue = self.engine.turns if request.model.provider == "embedded" else None
                ticket = held.enter_context(queue.place(target.visitor or None)) if queue else None
                if queue and ticket:
                    async for waiting in queue.waited(ticket):
                        yield Delayed(waiting.words, None)
                    if why := self.engine.delay(request.model.id):  # the process that it waited for has died
                        yield Delayed(why, None)
                    loaded = await self.engine.renewed(endpoint, request.model.id)
                    profile, endpoint = _knowing(loaded), loaded.endpoint
                    visitor, is_public = target.visitor or None, self.settings.is_public
                    ahead = read_ahead(request, profile, loaded, self.transport, visitor, is_public)
                    async for words in await held.enter_async_context(aclosing(ahead)):
                        yield Delayed(words, None)
            except PlaygroundError as error:
                ended = Ended("error", 0.0, error)
                for watch in watching:
                    watch(ended)
                yield ended
                return
            support = await self.support(request, target)
            reading = Reading(self._readings)
            sent = self.transport.stream(request, profile, endpoint, call=call)
            events = await held.enter_async_context(aclosing(sent))
            if endpoint.lent and self.budget is not None:
                model = await self.known_model(request.model, target)
                charged = paid(sent, self.budget, target.visitor, request.extra, model)
                events = await held.enter_async_context(aclosing(charged))
            async for event in events:
                call.take(event)
                for watch in watching:
                    watch(event)
                match event:
                    case Started():
                        event = replace(event, report=foretold(event.report, support))
                    case Ended(error=PlaygroundError() as failure):
                        explained = await self._explained(failure, endpoint, request, profile, target)
                        event = replace(event, error=explained)
                yield reading.take(event)

    async def known_model(self, model: ModelRef, target: Target) -> ModelInfo | None:
        """What a catalogue, or an embedded model's own file, says of a model, by what is known already."""
        if model.provider == "embedded":
            return self.engine.library.info(model.id)
        return await self.servers.known(model, target)

    async def support(self, request: ChatRequest, target: Target = NOWHERE) -> dict[str, Support]:
        """Whether the model takes each parameter as `request` has it, by what is known already: nobody is asked."""
        model = await self.known_model(request.model, target)
        profile = self.known_profile(request.model, target)
        return foreseen(profile, model, request, self.measured(request.model, target))

    async def looked_up(
        self, values: Mapping[str, Any], target: Target, extra_body: JsonObject | None = None
    ) -> dict[str, Support]:
        """The same, after its catalogue and its server were asked what they say. Raises as `request` does."""
        request, target = await self.request(values, "create", target, extra_body)
        await self._described(request.model, target)
        await self.run(request.model, target)
        return await self.support(request, target)

    async def suggested(self, values: Mapping[str, Any], target: Target) -> dict[str, Suggestion]:
        """What the model's author suggests, after its catalogue was asked. Raises as `request` does."""
        request, target = await self.request(values, "create", target)
        model = await self._described(request.model, target)
        profile = self.known_profile(request.model, target)
        own = own_values(await self.run(request.model, target), profile.kinds)
        return {**server_suggestions(own, profile.defaults), **suggestions(model, profile.kinds)}

    async def _described(self, model: ModelRef, target: Target) -> ModelInfo | None:
        """What its catalogue says of a model; None where that is nothing, or not for us."""
        if model.provider == "embedded":
            return self.engine.library.info(model.id)
        with suppress(PlaygroundError):
            await self.servers.catalog(model.provider, target)
            return await self.servers.details(model, target)
        return None

    def measured(self, model: ModelRef, target: Target) -> Mapping[str, Support]:
        """What the probes have found that holds for the run of its server that is known of, by parameter."""
        try:
            name = probed_name(model, target, self.settings)
        except PlaygroundError:
            return {}
        table = probe_store.recall(self.settings.data_path, model.id or "embedded", name)
        return measured(table, self.known_run(model, target), model.provider == "server")

    async def run(self, model: ModelRef, target: Target) -> Run:
        """Which run of its server `model` is asked at now; a server that does not say so, or not to us, is untold."""
        with suppress(PlaygroundError):
            if model.provider == "server":
                return await self.servers.run(model, target)
        return self.known_run(model, target)

    def known_run(self, model: ModelRef, target: Target) -> Run:
        """The same without asking; the embedded model's is its file and what runs it."""
        if model.provider == "embedded":
            return Run(digest([self.engine.description(model.id), VERSION]))
        return self.servers.known_run(model, target)

    async def _explained(
        self,
        error: PlaygroundError,
        endpoint: Endpoint,
        request: ChatRequest,
        profile: Profile,
        target: Target,
    ) -> PlaygroundError:
        """An error with more of its cause and its cure: that the embedded model died, what the server would take."""
        match error:
            case StreamFailed() | ServerUnreachable():
                return await self.engine.death(endpoint) or error
            case NoProvider():
                return await self.servers.explained(error, request, target)
            case ServerRefused():
                return remedied(error, request, profile)
            case _:
                return error

    async def prompt(self, request: ChatRequest, target: Target = NOWHERE) -> tuple[Token, ...] | None:
        """The tokens that the model reads of `request`, marks and all; None where they cannot be had.

        llama.cpp and vLLM tell them of text. Raises PlaygroundError.
        """
        async with self.reached(request.model, target) as (profile, endpoint):
            return await prompt_of(self.transport, profile, endpoint, build(request, profile)[0])

    async def prompt_tokens(self, request: ChatRequest, target: Target = NOWHERE) -> int | None:
        """How many tokens the model reads of `request`; None where nobody can count them."""
        with suppress(PlaygroundError):
            tokens = await self.prompt(request, target)
            return None if tokens is None else len(tokens)
        return None

    def panes(self, requests: Sequence[ChatRequest], target: Target = NOWHERE) -> Panes:
        """Several answers at once: see `Panes`."""
        return Panes([self.stream(request, target) for request in requests])

    def stream_panes(
        self, requests: Sequence[ChatRequest], target: Target = NOWHERE
    ) -> AsyncGenerator[SideEvent]:
        """The events of several answers at once."""
        return self.panes(requests, target).events()

    async def aclose(self) -> None:
        """Closes connections and ends the embedded model's process."""
        await self.transport.aclose()
        await self.engine.close()
