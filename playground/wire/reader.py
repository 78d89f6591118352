"""What turns the events of a server into those that they mean, one answer or each of several.

Kept apart from the readers of single kinds of server, which need not know that several answers may come at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from playground.events import Event, OfChoice


class Reader(Protocol):
    """Turns events into those that they mean."""

    def take(self, event: Event) -> list[Event]: ...


class EachChoice:
    """A reader for each of several answers, as what one has said is nothing to the others; `make` makes them alike."""

    def __init__(self, make: Callable[[], Reader | None]) -> None:
        self._make = make
        self._first = make()
        self._others: dict[int, Reader | None] = {}

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to, as those of the same answer."""
        if not isinstance(event, OfChoice):
            return [event] if self._first is None else self._first.take(event)
        if event.choice not in self._others:
            self._others[event.choice] = self._make()
        reader = self._others[event.choice]
        return [event] if reader is None else [OfChoice(event.choice, e) for e in reader.take(event.event)]
