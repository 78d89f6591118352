"""A server with a fault, to learn what a probe is: what a local page offers, and the server behind it.

Kept apart from the routes about models because here something is started. It is one server with a model for each
fault, so that two tabs can each probe another one.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.errors import CannotListen
from playground.settings import Settings
from playground.testing.faults import FAULTS
from playground.testing.faulty_server import FaultyServer
from playground.web.responses import refused


@dataclass(frozen=True, slots=True)
class Offer:
    """A fault in FAULTS as the page offers it: what its server is built to do wrong, and how that shows."""

    fault: str
    built_to: str
    shows: str

    @property
    def model(self) -> str:
        """The name of the model that has it."""
        return self.fault.replace(" ", "-")

    @property
    def announcement(self) -> str:
        """What the page says while it is asked."""
        return f"This server is built to {self.built_to}. Probe it and see."


OFFERS: Final = (
    Offer("temperature dropped", "drop temperature", "An answer at 0 is as wild as one at 2."),
    Offer(
        "temperature clamped to 1 at most",
        "clamp temperature to 1",
        "Anything above 1 counts as 1.",
    ),
    Offer("seed made another each time", "swap seed", "The same seed gives another answer each time."),
    Offer(
        "max_tokens clamped to 16 at most", "clamp max_tokens to 16", "No answer gets longer than 16 tokens."
    ),
    Offer("stop dropped", "ignore stop", "An answer goes on past every stop text."),
    Offer(
        "response_format without its schema",
        "forget the schema in response_format",
        "The answer is JSON, but of any shape.",
    ),
    Offer(
        "messages system message left out",
        "leave the system message out of messages",
        "The model never reads it; the others it does.",
    ),
    Offer("stream in one piece", "hold a stream back", "The whole answer comes at its end, as one piece."),
)
"""A few faults of different kinds, each of which the probes tell by its parameter."""


def offers_of(settings: Settings) -> list[dict[str, str]]:
    """What the page offers: nothing where it is public: no stranger has a server started."""
    return (
        []
        if settings.is_public
        else [{"model": offer.model, "built_to": offer.built_to, "shows": offer.shows} for offer in OFFERS]
    )


class FaultyModels:
    """The server with a model for each offer: started when one is chosen, and ended with the app."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._base_url = ""

    def start(self) -> str:
        """Its base URL; starts it where it does not run. Raises CannotListen."""
        with self._lock:
            if not self._base_url:
                models = {offer.model: FAULTS[offer.fault] for offer in OFFERS}
                server = FaultyServer(models=models, engine=self._backend.engine)
                ending = ExitStack()
                try:
                    ending.enter_context(server)
                except OSError as error:
                    raise CannotListen(
                        f"A server with a fault cannot be started: {error}.",
                        "End other programs, and choose again.",
                    ) from error
                weakref.finalize(self, ending.close)
                self._base_url = server.base_url
            return self._base_url

    def announcements(self, base_url: str) -> Mapping[str, str]:
        """What is to be said of each model at this base URL; nothing where it is another server's."""
        if not self._base_url or base_url != self._base_url:
            return {}
        return {offer.model: offer.announcement for offer in OFFERS}


def faulty_routes(faulty: FaultyModels, settings: Settings) -> list[BaseRoute]:
    """`POST faulty`: has the server started, and gives its base URL. Closed on a public page."""

    async def start(request: Request) -> Response:
        if settings.is_public:
            return JSONResponse({"message": "A public page starts no servers."}, 404)
        try:
            return JSONResponse({"base_url": await asyncio.to_thread(faulty.start)})
        except CannotListen as error:
            return refused(error)

    return [Route("/playground/faulty", start, methods=["POST"])]
