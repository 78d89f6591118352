"""Asking a model for a class: in turns, on an engine with a seat for everybody, or of a server by its teacher's key."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from playground.backend import Backend
from playground.chat import ChatRequest, JsonObject
from playground.dice.arithmetic import probabilities
from playground.dice.positions import Positions
from playground.engine.seats import Seats
from playground.engine.tokenizer import tokens_of
from playground.engine.turns import Ticket, Turns
from playground.events import Event
from playground.rooms.room import Candidate
from playground.servers import Target

AT_A_SERVER: Final = 6
"""Answers at once of any other server, by one key."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in the queue, from 1, and about how many seconds that is."""

    place: int
    seconds: float


class Asker:
    """Where all rooms ask; the class's engine starts with the first room that needs it."""

    def __init__(self, backend: Backend) -> None:
        self._hosted = backend
        self._seats: Seats | None = None
        self._positions: Positions | None = None
        self._at_servers = Turns(AT_A_SERVER, 1)

    @property
    def seats(self) -> Seats:
        """Those of the embedded model."""
        if self._seats is None:
            self._seats = Seats(self._hosted.settings, self._hosted.engine.library)
        return self._seats

    @property
    def backend(self) -> Backend:
        """What the embedded model of a class is asked by."""
        return self._hosted.beside(self.seats.engine)

    async def tokens(self, text: str) -> tuple[int, ...]:
        """The embedded model's tokens of a text. Raises EngineError."""
        async with self.seats.engine.hold() as loaded:
            (cut,) = await tokens_of(loaded.endpoint, [text])
        return tuple(token.id for token in cut)

    async def candidates(self, ids: Sequence[int], most: int) -> tuple[Candidate, ...]:
        """The likeliest words to come next, by the embedded model's own bars. Raises EngineError."""
        self._positions = self._positions or Positions(self.seats.engine)
        scores = (await self._positions.at(ids)).scores
        self.seats.clear()
        shares = probabilities(scores.logits)
        likeliest = [int(id) for id in np.argsort(-shares) if _is_whole(scores.pieces[id])][:most]
        return tuple(Candidate(id, scores.pieces[id], float(shares[id])) for id in likeliest)

    async def request(self, values: JsonObject, target: Target) -> tuple[ChatRequest, Target]:
        """The request that these values amount to. Raises InvalidRequest, SettingsError."""
        return await self._hosted.request(values, "create", target)

    async def read(self, messages: Sequence[JsonObject]) -> None:
        """Has the embedded model read what a whole class will ask."""
        await self.seats.read(messages)

    async def asked(
        self,
        request: ChatRequest,
        target: Target,
        shared: Sequence[JsonObject],
        owner: Hashable,
        is_first: bool = False,
    ) -> AsyncGenerator[Event | Waiting]:
        """Each place in the queue, and then the events of the answer. `shared` are the messages of the whole class.

        Closing this gives the place, or the seat, to others at once.
        """
        is_embedded = request.model.provider == "embedded"
        turns = self.seats.turns if is_embedded else self._at_servers
        with turns.place(owner, is_first) as ticket:
            async for waiting in turns.waited(ticket):
                yield Waiting(waiting.place, waiting.seconds)
            if is_embedded:
                request = await self._seated(request, ticket, shared)
            stream = (self.backend if is_embedded else self._hosted).stream(request, target)
            async with aclosing(stream) as events:
                async for event in events:
                    yield event

    async def _seated(
        self, request: ChatRequest, ticket: Ticket, shared: Sequence[JsonObject]
    ) -> ChatRequest:
        """The same, asked of its seat, where what it shares with the class has been read already."""
        if ticket.seat is None or not await self.seats.lay(ticket.seat, shared):
            return request
        if request.messages != tuple(shared):
            self.seats.unlay(ticket.seat)
        return replace(request, extra={**request.extra, "id_slot": ticket.seat})

    async def aclose(self) -> None:
        """Ends the class's engine."""
        if self._seats is not None:
            await self._seats.engine.close()


def _is_whole(piece: str) -> bool:
    """Whether a token is text by itself; of a character in several tokens each is but a part."""
    return bool(piece) and "\ufffd" not in piece
