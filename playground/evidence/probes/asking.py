"""How the probes ask: one request over the shared backend, broken off where the answer outgrows its limit.

Kept apart so that the probes also run over anything else that turns a request into an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final, Protocol

from playground.chat import ChatRequest
from playground.errors import ServerTimedOut
from playground.events import Answer, Ended, Event, Fold, ReasoningDelta, TextDelta, ToolCallDelta
from playground.evidence.probes.examiner import Ask
from playground.servers import NOWHERE, Target

SECONDS_PER_ANSWER: Final = 120.0

Stream = Callable[[ChatRequest], AsyncGenerator[Event]]


class Streaming(Protocol):
    """What streams answers: the backend, which knows of the verdicts that probes find, and so stands above them."""

    def stream(self, request: ChatRequest, target: Target = NOWHERE) -> AsyncGenerator[Event]:
        """The events of one answer."""


def over_backend(backend: Streaming, target: Target) -> Ask:
    """Asks a model as the page does, with the key and base URL of `target`."""
    return over(lambda request: backend.stream(request, target))


def over(stream: Stream, seconds: float = SECONDS_PER_ANSWER) -> Ask:
    """Asks by way of `stream`. An answer of more pieces than allowed is closed, and ends as cancelled."""

    async def ask(request: ChatRequest, most: int) -> Answer:
        folded = Fold()
        try:
            async with asyncio.timeout(seconds), aclosing(stream(request)) as events:
                pieces = 0
                async for event in events:
                    folded.add(event)
                    pieces += isinstance(event, TextDelta | ReasoningDelta | ToolCallDelta)
                    if pieces > most:
                        folded.add(Ended("cancelled", seconds))
                        break
        except TimeoutError:
            error = ServerTimedOut(f"One answer took more than {seconds:.0f} s.", "Choose a faster model.")
            folded.add(Ended("timeout", seconds, error))
        return folded.answer()

    return ask
