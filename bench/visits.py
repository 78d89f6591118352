"""The upstream as the cases see it: its base URLs, and the visits that it tells of.

Kept apart from the upstream because this side runs in the benchmark's own process and only listens.
"""

from __future__ import annotations

import json
import queue
from time import monotonic
from typing import Literal

from bench.pace import Pace
from bench.program import Program

What = Literal["asked", "left", "served"]


class Visits:
    """What a running upstream says of its clients; times are of the wall clock, in seconds."""

    def __init__(self, upstream: Program) -> None:
        self._upstream = upstream
        self._origin = f"http://127.0.0.1:{upstream.line()}"

    def base_url(self, pace: Pace) -> str:
        """The base URL at which every request is answered at `pace`."""
        return f"{self._origin}{pace.path}/v1"

    def cpu_seconds(self) -> float:
        """What the upstream itself has cost so far."""
        return self._upstream.cpu_seconds()

    def forget(self) -> None:
        """Drops what was said so far."""
        self._upstream.drop_lines()

    def wait(self, what: What, number: int, seconds: float) -> list[float]:
        """When `number` of visits did `what`; fewer times when `seconds` pass before that."""
        times: list[float] = []
        until = monotonic() + seconds
        while len(times) < number:
            try:
                said = json.loads(self._upstream.line(max(0.0, until - monotonic())))
            except queue.Empty:
                break
            if said["what"] == what:
                times.append(said["at"])
        return times
