"""The chance that an answer begins with a word: a position of the chain, behind all its steps, with nothing drawn."""

from __future__ import annotations

from typing import Final

from playground.backend import Backend
from playground.chat import ChatRequest
from playground.dice import chain
from playground.dice.orders import ORDERS, order_of
from playground.dice.positions import Positions, by_ids
from playground.engine.tokenizer import tokens_of
from playground.errors import PlaygroundError

NAME: Final = "chance"
"""What the measure is called."""


class Chances:
    """Looks at the first place of an answer of the embedded model."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._positions = Positions(backend.engine)

    async def of(self, word: str, request: ChatRequest) -> float | None:
        """From 0 to 1 for the first token of `word` as it is written; None where the bars cannot be had.

        The bars are those of the dice (`dice/chain.py`). A grammar over the draw is not in them.
        """
        if request.model.provider != "embedded":
            return None
        try:
            read = await self._backend.prompt(request)
            async with self._backend.engine.hold(request.model.id) as loaded:
                (cut,) = await tokens_of(loaded.endpoint, [word])
            if not read or not cut:
                return None
            place = await self._positions.at([token.id for token in read], request.model.id)
            values = await by_ids(self._backend.engine, request.model.id, request.parameters)
        except PlaygroundError:
            return None
        steps = ORDERS[order_of("embedded")].steps
        behind = chain.run(place.scores.logits, place.counts, values, steps)[-1]
        return float(behind.shares[cut[0].id])
