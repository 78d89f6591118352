"""The chain gives the probabilities that the engine itself draws by.

How the engine's figures are had: llama.cpp's POST /completion with `post_sampling_probs`, which gives the probability
of its likeliest tokens behind its own sampler chain. `DRAWS=1000` tries as many settings; by itself the test tries few.
"""

from __future__ import annotations

import asyncio
import os
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.chat import Endpoint
from playground.dice.chain import run
from playground.dice.orders import ORDERS
from playground.engine.process import Engine
from playground.engine.scores import Scores, scores_after
from playground.errors import EngineError
from tests.engine.asking import WHOLE_VOCABULARY, Asker, endpoint_of

DRAWS = int(os.environ.get("DRAWS", "60"))
PER_POSITION = 25
TEXT = (
    "The cat sat on the mat. The cat was a good cat, and the dog saw the cat. Write a story about the cat and"
)
TOLD = 100
"""Tokens that the engine tells the probability of."""
CLOSE = 1e-3


def _settings(random: Random, likely: list[int]) -> dict[str, Any]:
    """Half of the parameters, anywhere in their ranges; the bias is on tokens that matter."""
    drawn = {
        "temperature": random.choice([0, round(random.uniform(0.1, 2), 2)]),
        "frequency_penalty": round(random.uniform(-2, 2), 2),
        "presence_penalty": round(random.uniform(-2, 2), 2),
        "repetition_penalty": round(random.uniform(0.5, 2), 2),
        "top_k": random.randint(1, 100),
        "top_p": round(random.uniform(0.05, 1), 2),
        "min_p": round(random.uniform(0, 0.5), 2),
        "logit_bias": {str(random.choice(likely)): random.uniform(-10, 10) for _ in range(4)},
    }
    return {name: value for name, value in drawn.items() if random.random() < 0.5}


def _engines(asker: Asker, ids: list[int], values: dict[str, Any]) -> dict[int, float]:
    """The engine's own probabilities under these settings, of the likeliest tokens."""
    sent = {("repeat_penalty" if name == "repetition_penalty" else name): v for name, v in values.items()}
    body = {"prompt": ids, "n_predict": 1, "n_probs": TOLD, "post_sampling_probs": True, **sent}
    root = str(asker.http.base_url).removesuffix("/v1/")
    for seed in range(20):  # where a part of a character is drawn, nothing is told
        told = asker.http.post(root + "/completion", json={**body, "seed": seed}).json()
        if "completion_probabilities" in told:
            break
    return {each["id"]: each["prob"] for each in told["completion_probabilities"][0]["top_probs"]}


def _ours(scores: Scores, ids: list[int], values: dict[str, Any]) -> NDArray[np.float64]:
    counts = np.bincount(ids, minlength=scores.logits.size)
    return run(scores.logits, counts, values, ORDERS["hosted"].steps)[-1].shares


def test_the_chain_agrees_with_the_engine(engine: Engine) -> None:
    """To a thousandth, at every position and whatever is set."""
    random, endpoint = Random(1), endpoint_of(engine)
    asker = Asker(endpoint)
    answer = asker.http.post(
        str(asker.http.base_url).removesuffix("/v1/") + "/tokenize", json={"content": TEXT}
    )
    text: list[int] = answer.json()["tokens"]
    worst = 0.0
    for begun in range(0, DRAWS, PER_POSITION):
        ids = text[: random.randint(4, len(text))]
        scores = asyncio.run(scores_after(endpoint, ids, WHOLE_VOCABULARY))
        likely = [*ids, *map(int, np.argsort(-scores.logits)[:20])]
        for _ in range(min(PER_POSITION, DRAWS - begun)):
            values = _settings(random, likely)
            theirs, ours = _engines(asker, ids, values), _ours(scores, ids, values)
            unseen = min(theirs.values()) if len(theirs) == TOLD else 0.0
            difference = max(abs(ours[id] - share) for id, share in theirs.items())
            beyond = float(np.delete(ours, list(theirs)).max()) - unseen
            assert max(difference, beyond) < CLOSE, values
            worst = max(worst, difference)
    print(f"largest difference of {DRAWS}: {worst:.1e}")


def test_a_piece_stands_for_each_id(engine: Engine) -> None:
    """The whole vocabulary is there, the pieces at the place of their ids."""
    scores = asyncio.run(scores_after(endpoint_of(engine), [1, 2], WHOLE_VOCABULARY))
    asker = Asker(endpoint_of(engine))
    root = str(asker.http.base_url).removesuffix("/v1/")
    cut = asker.http.post(root + "/tokenize", json={"content": " cat", "with_pieces": True}).json()["tokens"]
    assert [scores.pieces[each["id"]] for each in cut] == [each["piece"] for each in cut]
    assert scores.logits.size == WHOLE_VOCABULARY and np.isfinite(scores.logits).all()


def test_scores_of_a_server_that_is_gone(engine: Engine) -> None:
    """One sentence, and not the exception of a library."""
    with pytest.raises(EngineError, match="gave no scores"):
        asyncio.run(scores_after(Endpoint("http://127.0.0.1:9/v1"), [1], 10))
