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
from playground.events import Connected, Ended, Event, ReasoningDelta, TextDelta, ToolCallDelta

FAILURES: Final = 5
WITHIN_S: Final = 30.0
REST_S: Final = 15.0

_SERVERS: Final = 512


@dataclass(slots=True)
class _Circuit:
    failed_at: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    attempts_failed_at: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    rests_until: float = 0.0
    is_open: bool = False
    is_probing: bool = False


class Call:
    """One call: whether the server answered at all, and how it failed; neither where it was left.

    It can be several attempts. Where a hundred calls fail at once, no further hundred follows: after a few attempts
    that failed, at whatever call, none is repeated for a while.
    """

    def __init__(self, circuit: _Circuit | None, clock: Callable[[], float], is_trial: bool) -> None:
        self.is_trial = is_trial
        self.came = False
        self.error: PlaygroundError | None = None
        self._circuit = circuit
        self._clock = clock

    def failed(self, error: PlaygroundError | None) -> None:
        """An attempt has failed by this, and another may follow."""
        if self._circuit is not None and is_failure(error):
            self._circuit.attempts_failed_at.append(self._clock())

    def may_repeat(self) -> bool:
        """Whether another attempt may follow."""
        if self._circuit is None:
            return True
        return not self._circuit.is_open and not _are_close(self._circuit.attempts_failed_at, self._clock())

    def take(self, event: Event) -> None:
        """Learns what an event says of the server."""
        match event:
            case Connected():
                self.came = True
            case TextDelta() | ReasoningDelta() | ToolCallDelta():
                self._succeed()
            case Ended():
                self.error = event.error
                self.came = self.came or isinstance(event.error, ServerRefused)

    def _succeed(self) -> None:
        """The server is well again at the first word that it says: nobody waits for the end of a long answer."""
        if self.is_trial and self._circuit is not None:
            self.is_trial = self._circuit.is_probing = self._circuit.is_open = False
            self._circuit.failed_at.clear()


def alone() -> Call:
    """A call that no circuit is kept for."""
    return Call(None, monotonic, is_trial=False)


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
        call = self._enter(server) if server else alone()
        try:
            yield call
        finally:
            if server:
                self._leave(server, call)

    def _enter(self, server: str) -> Call:
        """A call, which may be the one that tries the server out.

        Raises ServerResting while it is left alone, or another does that.
        """
        circuit = self._circuits.setdefault(server, _Circuit())
        self._circuits.move_to_end(server)
        if len(self._circuits) > _SERVERS:
            self._circuits.popitem(last=False)
        if not circuit.is_open:
            return Call(circuit, self._clock, is_trial=False)
        wait = circuit.rests_until - self._clock()
        if wait > 0 or circuit.is_probing:
            raise ServerResting(
                f"The server failed {FAILURES} times within {WITHIN_S:g} s, and is left alone for a moment.",
                f"Try again in {ceil(max(wait, 1))} s."
                if wait > 0
                else "One request tries it out now: wait for that.",
                wait_s=ceil(max(wait, 1)),
            )
        circuit.is_probing = True
        return Call(circuit, self._clock, is_trial=True)

    def _leave(self, server: str, call: Call) -> None:
        circuit = self._circuits.get(server)
        if circuit is None:
            return
        if call.is_trial:
            circuit.is_probing = False
        if is_failure(call.error):
            circuit.failed_at.append(now := self._clock())
            if call.is_trial or (not circuit.is_open and _are_close(circuit.failed_at, now)):
                circuit.is_open, circuit.rests_until = True, now + REST_S
        elif call.came:
            circuit.is_open = False
            circuit.failed_at.clear()
            if call.error is None:
                circuit.attempts_failed_at.clear()

    @property
    def resting(self) -> int:
        """How many servers are left alone."""
        return sum(circuit.is_open for circuit in self._circuits.values())


def _are_close(times: deque[float], now: float) -> bool:
    """Whether so many failures lie so close together that this is not chance."""
    return len(times) == FAILURES and now - times[0] <= WITHIN_S


def is_failure(error: PlaygroundError | None) -> bool:
    """Whether the server is to blame, and not the request, the key or a limit there."""
    if isinstance(error, ServerRefused):
        return error.status >= 500
    return isinstance(error, WireError) and not isinstance(error, ServerResting)
