"""How often a code may be guessed: wrong ones are counted, for each address and for all together."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic
from typing import Final

from playground.errors import RoomError

WINDOW_S: Final = 60.0
MOST_WRONG: Final = 10
"""From one address: a class behind one router mistypes now and then."""
MOST_WRONG_IN_ALL: Final = 100
"""From all addresses: at this pace one of 20 open rooms is found in two months, and a room lives four hours."""
_ADDRESSES: Final = 1000


class Attempts:
    """Wrong codes of the last minute."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque(maxlen=MOST_WRONG_IN_ALL)

    def check(self, address: str) -> None:
        """Raises RoomError where this address has to wait, whatever code it brings: else waiting would tell."""
        for times, most in (
            (self._by_address.get(address, deque()), MOST_WRONG),
            (self._all, MOST_WRONG_IN_ALL),
        ):
            while times and times[0] <= self._clock() - WINDOW_S:
                times.popleft()
            if len(times) >= most:
                wait = times[0] + WINDOW_S - self._clock()
                raise RoomError("Too many wrong codes have been tried.", f"Try again in {wait:.0f} s.")

    def wrong(self, address: str) -> None:
        """Counts one."""
        self._by_address.setdefault(address, deque(maxlen=MOST_WRONG)).append(self._clock())
        self._by_address.move_to_end(address)
        while len(self._by_address) > _ADDRESSES:
            self._by_address.popitem(last=False)
        self._all.append(self._clock())
