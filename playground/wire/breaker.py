"""A circuit breaker for each server: one that fails again and again is left alone for some seconds.

Of our own, in place of a library: purgatory lets everybody through at once when the rest is over, pybreaker and
aiobreaker count failures however long ago they were, and none of them takes an answer that streams.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from typing import Final

from playground.errors import PlaygroundError, ServerRefused, ServerResting, WireError
from playground.events import Connected, Ended, Event

FAILURES: Final = 5
WITHIN_S: Final = 30.0
REST_S: Final = 15.0

_SERVERS: Final = 512


@dataclass(slots=True)
class _Circuit:
    failed_at: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    rests_until: float = 0.0
    is_open: bool = False
    is_probing: bool = False


class Call:
    """One call: whether the server answered at all, and how it failed; neither where it was left."""

    def __init__(self, is_trial: bool) -> None:
        self.is_trial = is_trial
        self.came = False
        self.error: PlaygroundError | None = None

    def take(self, event: Event) -> None:
        """Learns what an event says of the server."""
        match event:
            case Connected():
                self.came = True
            case Ended():
                self.error = event.error
                self.came = self.came or isinstance(event.error, ServerRefused)


class Breakers:
    """The circuits of all servers, each under its scheme, host and port."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._circuits: OrderedDict[str, _Circuit] = OrderedDict()

    @contextmanager
    def calling(self, server: str) -> Iterator[Call]:
        """One call, which is to be told its events; of no server, as the embedded model's, none is kept.

        Raises ServerResting.
        """
        call = Call(is_trial=self._enter(server) if server else False)
        try:
            yield call
        finally:
            if server:
                self._leave(server, call)

    def _enter(self, server: str) -> bool:
        """Whether this call tries the server out. Raises ServerResting while it is left alone, or another does that."""
        circuit = self._circuits.setdefault(server, _Circuit())
        self._circuits.move_to_end(server)
        if len(self._circuits) > _SERVERS:
            self._circuits.popitem(last=False)
        if not circuit.is_open:
            return False
        wait = circuit.rests_until - self._clock()
        if wait > 0 or circuit.is_probing:
            raise ServerResting(
                f"{server} failed {FAILURES} times within {WITHIN_S:g} s, and is left alone for a moment.",
                f"Try again in {ceil(max(wait, 1))} s."
                if wait > 0
                else "One request tries it out now: wait for that.",
                wait_s=ceil(max(wait, 1)),
            )
        circuit.is_probing = True
        return True

    def _leave(self, server: str, call: Call) -> None:
        circuit = self._circuits.get(server)
        if circuit is None:
            return
        if call.is_trial:
            circuit.is_probing = False
        if is_failure(call.error):
            circuit.failed_at.append(self._clock())
            full = len(circuit.failed_at) == FAILURES
            if call.is_trial or (full and circuit.failed_at[-1] - circuit.failed_at[0] <= WITHIN_S):
                circuit.is_open, circuit.rests_until = True, self._clock() + REST_S
        elif call.came:
            circuit.is_open = False
            circuit.failed_at.clear()

    @property
    def resting(self) -> int:
        """How many servers are left alone."""
        return sum(circuit.is_open for circuit in self._circuits.values())


def is_failure(error: PlaygroundError | None) -> bool:
    """Whether the server is to blame, and not the request, the key or a limit there."""
    if isinstance(error, ServerRefused):
        return error.status >= 500
    return isinstance(error, WireError) and not isinstance(error, ServerResting)
