"""The embedded model's score of every token of its vocabulary, at one place of a text, asked of its server.

Kept apart from the arithmetic on them, which needs no engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from playground.chat import Endpoint
from playground.errors import EngineError
from playground.wire.addresses import root_of
from playground.wire.certificates import certificates

SECONDS: Final = 60.0
"""A quarter of a second on a machine with nothing else to do, and behind whoever waits for a slot."""
_PENALTY: Final = 1.05
_PLAIN: Final = {"logit_bias": [["a", 100.0]]}
"""Has a letter drawn: of a mark, or of a part of a character, llama.cpp tells no alternatives. Those that it tells are
of before any bias."""
_RAISE: Final = 100.0
"""Two tokens raised by so much are the only ones that can be drawn, and their logits are above 0 for certain."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The logit of every token at the place of its id, and the text that each stands for.

    A piece that is no whole character has a replacement sign in it.
    """

    logits: NDArray[np.float64]
    pieces: tuple[str, ...]


async def scores_after(endpoint: Endpoint, ids: Sequence[int], vocabulary: int) -> Scores:
    """The scores of what may follow these tokens, of which there is at least one.

    llama.cpp's tools/server/README.md, POST /completion: `n_probs` gives log probabilities, which are the logits but
    for one number that is the same for all. That number follows from a second question: under a known repeat_penalty,
    how far two tokens of known distance are apart depends on where 0 is. Raises EngineError.
    """
    headers = {"authorization": f"Bearer {endpoint.api_key}"}
    base = root_of(endpoint.base_url)
    try:
        async with httpx.AsyncClient(
            base_url=base, headers=headers, timeout=SECONDS, trust_env=False, verify=certificates()
        ) as client:
            raw = await _alternatives(client, ids, {"n_probs": vocabulary, **_PLAIN})
            logprobs, pieces = await asyncio.to_thread(_arrays, raw, vocabulary)
            zero = await _zero(client, ids, logprobs, pieces)
    except (httpx.HTTPError, LookupError, TypeError, ValueError) as error:
        what = f"The embedded model gave no scores: {type(error).__name__}."
        raise EngineError(what, "Try again in a moment.") from error
    return Scores(logprobs + zero, pieces)


async def _alternatives(
    client: httpx.AsyncClient, ids: Sequence[int], asked: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    """The alternatives at the one token that is generated. Raises HTTPError, LookupError, TypeError, ValueError."""
    body = {"prompt": list(ids), "n_predict": 1, "temperature": 1.0, **asked}
    answer = await client.post("/completion", json=body)
    answer.raise_for_status()
    document = await asyncio.to_thread(from_json, answer.content)
    entry = document["completion_probabilities"][0]
    found: Sequence[Mapping[str, Any]] = entry.get("top_logprobs") or entry["top_probs"]
    return found


def _arrays(raw: Sequence[Mapping[str, Any]], vocabulary: int) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """The log probabilities and the pieces, by id; a token that is not told of cannot be drawn."""
    logprobs = np.full(vocabulary, -np.inf)
    pieces = [""] * vocabulary
    logprobs[[each["id"] for each in raw]] = [each["logprob"] for each in raw]
    for each in raw:
        pieces[each["id"]] = bytes(each["bytes"]).decode(errors="replace")
    return logprobs, tuple(pieces)


def _is_plain(piece: str) -> bool:
    """Whether a token is text, and whole characters."""
    return piece != "" and "\ufffd" not in piece


async def _zero(
    client: httpx.AsyncClient, ids: Sequence[int], logprobs: NDArray[np.float64], pieces: Sequence[str]
) -> float:
    """What the logits have more than the log probabilities.

    `seen` has occurred and `unseen` has not. Raised alike by R and penalised by r, their distance is
    d = (l_seen + R + zero) / r - (l_unseen + R + zero), in which zero alone is unknown. A text of marks alone has
    nothing to measure by: its zero is taken for 0.
    """
    seen = next((id for id in ids if _is_plain(pieces[id])), None)
    if seen is None:
        return 0.0
    unseen = next(int(id) for id in np.argsort(-logprobs) if id not in ids and _is_plain(pieces[id]))
    asked = {
        "n_probs": 2,
        "post_sampling_probs": True,
        "repeat_penalty": _PENALTY,
        "logit_bias": [[seen, _RAISE], [unseen, _RAISE]],
    }
    prob = {each["id"]: each["prob"] for each in await _alternatives(client, ids, asked)}
    distance = np.log(prob[seen]) - np.log(prob[unseen])
    rest = (logprobs[seen] + _RAISE) / _PENALTY - (logprobs[unseen] + _RAISE)
    return float((distance - rest) / (1 / _PENALTY - 1))
