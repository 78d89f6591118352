"""Places in texts of the embedded model, each with the scores of what may follow there: asked for once, then kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import numpy as np

from playground.dice.arithmetic import Counts
from playground.dice.chain import Values
from playground.engine.process import Engine
from playground.engine.reading import read
from playground.engine.scores import Scores, scores_after
from playground.engine.tokenizer import tokens_of
from playground.errors import EngineError

MOST_KEPT: Final = 48
"""Positions that are kept: 0.4 MB each, and a person looks at a few at a time."""


@dataclass(frozen=True, slots=True)
class Position:
    """One place: the tokens before it, and the scores of what may follow. `key` tells it from every other.

    `model` is what stands behind `embedded/`, empty for the model that comes along.
    """

    key: str
    model: str
    ids: tuple[int, ...]
    scores: Scores

    @property
    def counts(self) -> Counts:
        """How often each token of the vocabulary stands before it, the prompt included: what penalties count."""
        return np.bincount(self.ids, minlength=self.scores.logits.size)


@dataclass(eq=False, slots=True)
class _Asked:
    """A place on its way, or known, and how many wait for it."""

    task: asyncio.Task[Position]
    waiting: int = 0

    async def told(self) -> Position:
        """The place; where everybody who waited has gone, the engine is not kept at it."""
        self.waiting += 1
        try:
            return await asyncio.shield(self.task)
        finally:
            self.waiting -= 1
            if not self.waiting:
                self.task.cancel()

    @property
    def came_to_nothing(self) -> bool:
        """Whether it failed or was given up: it is asked anew then."""
        return self.task.cancelling() > 0 or (
            self.task.done() and (self.task.cancelled() or self.task.exception() is not None)
        )


class Positions:
    """Asks the engine for the scores at a place once, however often and by however many it is looked at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: OrderedDict[str, _Asked] = OrderedDict()

    async def at(self, ids: Sequence[int], model: str = "", owner: str = "") -> Position:
        """The place behind these tokens, of which there is at least one, when it is the turn of who asks.

        Raises EngineError, ModelFileError.
        """
        text = ",".join(map(str, ids))
        key = hashlib.sha256(f"{model} {text}".encode()).hexdigest()
        asked = self._kept.get(key)
        if asked is None or asked.came_to_nothing:
            asking = self._asked(key, model, tuple(ids), owner)
            asked = self._kept[key] = _Asked(asyncio.create_task(asking))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return await asked.told()

    async def known(self, key: str) -> Position | None:
        """A place that has been looked at lately; None where it was forgotten."""
        asked = self._kept.get(key)
        return await asked.told() if asked and not asked.came_to_nothing else None

    async def _asked(self, key: str, model: str, ids: tuple[int, ...], owner: str) -> Position:
        async with self._engine.hold(model) as loaded:
            vocabulary = loaded.vocabulary
            if vocabulary is None or not all(0 <= id < vocabulary for id in ids):
                raise EngineError("These tokens are not of this model.", "Open the answer's tokens anew.")
            with loaded.turns.place(owner or None) as ticket:
                async for _ in loaded.turns.waited(ticket):
                    pass
                loaded = await self._engine.renewed(loaded.endpoint, model)
                async with aclosing(read(loaded, ids, owner or None)) as pieces:
                    async for _ in pieces:
                        pass
                return Position(key, model, ids, await scores_after(loaded.endpoint, ids, vocabulary))


async def by_ids(engine: Engine, model: str, values: Values) -> Values:
    """A chain's values, where a text in logit_bias stands for all its tokens, as in llama.cpp. Raises EngineError."""
    bias = values.get("logit_bias") or {}
    texts = [key for key in bias if not str(key).isdecimal()]
    if not texts:
        return values
    async with engine.hold(model) as loaded:
        cuts = await tokens_of(loaded.endpoint, texts)
    of_texts = {token.id: bias[text] for text, cut in zip(texts, cuts, strict=True) for token in cut}
    of_ids = {key: amount for key, amount in bias.items() if key not in texts}
    return {**values, "logit_bias": {**of_texts, **of_ids}}
