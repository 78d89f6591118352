"""Who is answered by which model, where only one is loaded at a time.

Kept apart from the process, and pure, because here it is decided that no running answer is lost to a switch, and that
nobody waits for ever.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future


class ModelLock:
    """Any number may hold it at once who want the same model; who wants another one waits until all have let go.

    First come, first served: once somebody waits for another model, those who come later wait behind, also for the
    present one. All who wait for the model that is next get it together. Safe to use from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: str | None = None
        self._holders = 0
        self._waiting: deque[tuple[str, Future[None]]] = deque()

    def acquire(self, model: str) -> Future[None]:
        """A place in the queue, done as soon as `model` may be used; then `release`, or else `give_up`, is due."""
        place: Future[None] = Future()
        with self._lock:
            self._waiting.append((model, place))
        self._settle()
        return place

    def release(self) -> None:
        """Lets go."""
        with self._lock:
            self._holders -= 1
        self._settle()

    def give_up(self, place: Future[None]) -> None:
        """Leaves the queue, or lets go where it was just this one's turn."""
        if place.cancel():
            self._settle()
        else:
            self.release()

    @property
    def holders(self) -> int:
        """How many use the present model."""
        return self._holders

    def _settle(self) -> None:
        """Gives the model to all whose turn it is."""
        with self._lock:
            self._waiting = deque(entry for entry in self._waiting if not entry[1].cancelled())
            if not self._waiting:
                return
            following = self._waiting[0][0]
            if self._holders and following != self._model:
                return
            self._model = following
            turn = [place for model, place in self._waiting if model == following]
            self._waiting = deque(entry for entry in self._waiting if entry[0] != following)
            granted = [place for place in turn if place.set_running_or_notify_cancel()]
            self._holders += len(granted)
        for place in granted:
            place.set_result(None)
