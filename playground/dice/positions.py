"""Places in texts of the embedded model, each with the scores of what may follow there: asked for once, then kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from playground.dice.arithmetic import Counts
from playground.dice.chain import Values
from playground.engine.process import Engine
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


class Positions:
    """Asks the engine for the scores at a place once, however often and by however many it is looked at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: OrderedDict[str, asyncio.Task[Position]] = OrderedDict()

    async def at(self, ids: Sequence[int], model: str = "") -> Position:
        """The place behind these tokens, of which there is at least one. Raises EngineError, ModelFileError."""
        text = ",".join(map(str, ids))
        key = hashlib.sha256(f"{model} {text}".encode()).hexdigest()
        if key not in self._kept:
            self._kept[key] = asyncio.create_task(self._asked(key, model, tuple(ids)))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        try:
            return await asyncio.shield(self._kept[key])
        except EngineError:
            self._kept.pop(key, None)
            raise

    async def known(self, key: str) -> Position | None:
        """A place that has been looked at lately; None where it was forgotten."""
        asked = self._kept.get(key)
        return await asyncio.shield(asked) if asked else None

    async def _asked(self, key: str, model: str, ids: tuple[int, ...]) -> Position:
        async with self._engine.hold(model) as loaded:
            vocabulary = loaded.vocabulary
            if vocabulary is None or not all(0 <= id < vocabulary for id in ids):
                raise EngineError("These tokens are not of this model.", "Open the answer's tokens anew.")
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
