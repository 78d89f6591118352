"""The run of a sweep: its calls over the shared backend, several at once, and a row for each as it comes.

Kept apart from the plan because here time, servers and their limits come in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Final

from playground.answer import Answer
from playground.arriving import arriving
from playground.backend import Backend, model_of
from playground.engine.slots import slots_of
from playground.errors import (
    EngineError,
    KeyMissing,
    PlaygroundError,
    ServerRefused,
    ServerTimedOut,
    ServerUnreachable,
    SettingsError,
)
from playground.events import Delayed, Fold
from playground.servers import Target
from playground.sweeps.metrics import UNKNOWN, Price
from playground.sweeps.pace import Pace
from playground.sweeps.plan import Call, Sweep
from playground.sweeps.row import Row, row_of, unasked

AT_ONCE: Final = 4
"""Calls at one server at the same time, unless it is said otherwise; the embedded model has as many as its slots."""
MOST_AT_ONCE: Final = 64
TROUBLES_IN_A_ROW: Final = 5
"""After so many failures in a row that are the server's and not the request's, it is asked no more."""
BUSY_TRIES: Final = 4
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 60.0

_BUSY: Final = frozenset({429, 503, 529})
_ABOUT_THE_REQUEST: Final = frozenset({400, 404, 405, 409, 413, 415, 422, 501})


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast a run may be: calls at once at each server (None: `AT_ONCE`), and its first pause when one is busy."""

    at_once: int | None = None
    first_pause_s: float = FIRST_PAUSE_S


AS_USUAL: Final = Limits()


def samples(sweep: Sweep) -> Iterator[Call]:
    """Calls that together have every value of each axis, every prompt and every seed: what is wrong is wrong in one."""
    seen: set[tuple[object, ...]] = set()
    for call in sweep.calls():
        places = {("at", axis, place) for axis, place in enumerate(call.at)}
        if fresh := (places | {("prompt", call.prompt), ("seed", call.seed)}) - seen:
            seen |= fresh
            yield call


async def checked(backend: Backend, sweep: Sweep, target: Target) -> Target:
    """The target with the kind of its server found out, once all values and prompts have been seen to be requests.

    Raises InvalidRequest with the problems of the first that is none, KeyMissing, SettingsError: nothing is asked then.
    """
    settled = target
    for call in samples(sweep):
        _, found = await backend.request(sweep.values_of(call), "create", target, sweep.extra_body)
        settled = found if found.flavour is not None else settled
    for name in sweep.costs():
        model = model_of(name, settled)
        if model is not None and model.provider != "embedded":
            await backend.servers.route(model, settled)  # says at once if a key is missing
    return settled


async def prices(backend: Backend, sweep: Sweep, target: Target) -> dict[str, Price]:
    """What each model of the sweep costs, as far as its catalogue says; the embedded ones nothing."""
    found = {}
    for name in sweep.costs():
        model = model_of(name, target)
        if model is None or model.provider == "server":
            found[name] = UNKNOWN
        elif model.provider == "embedded":
            found[name] = Price(0.0, 0.0)
        else:
            info = await backend.servers.known(model, target)
            found[name] = Price(info.price_in, info.price_out) if info else UNKNOWN
    return found


async def run(
    backend: Backend, sweep: Sweep, target: Target, done: Collection[int] = (), limits: Limits = AS_USUAL
) -> AsyncGenerator[Row]:
    """A row for each call that is not `done` yet, as its answer comes; closing this ends all that is under way.

    Different servers are asked at the same time, embedded models one after the other. A failure is a row too. What a
    server is not asked any more, after failures in a row, comes as rows that say so.
    """
    running = _Run(backend, sweep, target, limits, await prices(backend, sweep, target))
    left = [call for call in sweep.calls() if call.number not in done]
    async with aclosing(arriving(partial(running.follow, left))) as rows:
        async for row in rows:
            yield row


@dataclass(slots=True)
class _Lane:
    """Calls that one server gets: how many at once, and how it has done so far."""

    pace: Pace
    calls: Iterator[Call]
    troubles: int = 0
    why: str = ""

    @property
    def given_up(self) -> bool:
        return self.troubles >= TROUBLES_IN_A_ROW


class _Run:
    """One run: lanes side by side, workers in each."""

    def __init__(
        self,
        backend: Backend,
        sweep: Sweep,
        target: Target,
        limits: Limits,
        prices: Mapping[str, Price],
    ) -> None:
        self._backend = backend
        self._sweep = sweep
        self._target = target
        self._limits = limits
        self._prices = prices

    async def follow(self, calls: Sequence[Call], hand_over: Callable[[Row], None]) -> None:
        """Makes all calls, and puts their rows."""
        async with asyncio.TaskGroup() as group:
            for lane in self._by_server(calls).values():
                group.create_task(self._one_by_one(lane, hand_over))

    def _by_server(self, calls: Sequence[Call]) -> dict[str, dict[str, list[Call]]]:
        """The calls by server, and there by what is asked one after the other: embedded models, else all as one."""
        found: dict[str, dict[str, list[Call]]] = {}
        seeds = max(1, len(self._sweep.seeds))
        for call in sorted(calls, key=lambda call: (call.number % seeds, call.prompt, call.number)):
            name = str(self._sweep.values_of(call).get("model"))
            model = model_of(name, self._target)
            provider = model.provider if model else ""
            group = found.setdefault(provider, {})
            group.setdefault(name if provider == "embedded" else "", []).append(call)
        return found

    async def _one_by_one(self, groups: Mapping[str, list[Call]], hand_over: Callable[[Row], None]) -> None:
        for name, calls in groups.items():
            most = await self._at_once(name)
            lane = _Lane(Pace(most), iter(calls))
            async with asyncio.TaskGroup() as workers:
                for _ in range(min(most, len(calls))):
                    workers.create_task(self._work(lane, hand_over))

    async def _at_once(self, embedded: str) -> int:
        """How many calls a server has at the same time; `embedded` names the model where it is one of ours."""
        if self._limits.at_once is not None:
            return max(1, min(self._limits.at_once, MOST_AT_ONCE))
        model = model_of(embedded, self._target) if embedded else None
        if model is None:
            return AT_ONCE
        try:
            async with self._backend.engine.hold(model.id) as loaded:
                return await slots_of(loaded.endpoint)
        except PlaygroundError:
            return 1  # the first call says why it cannot be asked

    async def _work(self, lane: _Lane, hand_over: Callable[[Row], None]) -> None:
        for call in lane.calls:
            if lane.given_up:
                hand_over(unasked(self._sweep, call, lane.why))
                continue
            answer = await self._asked(call, lane)
            price = self._prices.get(str(self._sweep.values_of(call).get("model")), UNKNOWN)
            hand_over(row_of(self._sweep, call, answer, price))
            self._judge(answer, lane)

    async def _asked(self, call: Call, lane: _Lane) -> Answer:
        """The answer to one call, asked again while the server says that it has too much to do."""
        pause = self._limits.first_pause_s
        for _ in range(BUSY_TRIES):
            async with lane.pace.turn():
                answer = await self._answer(call, lane.pace)
            if not (isinstance(answer.error, ServerRefused) and answer.error.status in _BUSY):
                return answer
            lane.pace.slower(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        return answer

    async def _answer(self, call: Call, pace: Pace) -> Answer:
        fold = Fold()
        try:
            request, target = await self._backend.request(
                self._sweep.values_of(call), "create", self._target, self._sweep.extra_body
            )
        except PlaygroundError as error:
            return Answer(ended="error", error=error)
        async with aclosing(self._backend.stream(request, target)) as events:
            async for event in events:
                if isinstance(event, Delayed) and event.seconds is not None:
                    pace.slower(event.seconds)
                fold.add(event)
        return fold.answer()

    @staticmethod
    def _judge(answer: Answer, lane: _Lane) -> None:
        """Counts failures in a row that any other call would meet as well."""
        if answer.error is None or not _is_the_servers(answer.error):
            lane.troubles = 0
            lane.pace.went_well()
            return
        lane.troubles += 1
        if lane.given_up:
            lane.why = f"Not asked, since the server failed {lane.troubles} times in a row: {answer.error}"


def _is_the_servers(error: PlaygroundError) -> bool:
    """Whether a failure says nothing of this one request: a missing key, a load, a server that is away."""
    if isinstance(error, ServerRefused):
        return error.status not in _ABOUT_THE_REQUEST
    return isinstance(error, (EngineError, KeyMissing, ServerTimedOut, ServerUnreachable, SettingsError))
