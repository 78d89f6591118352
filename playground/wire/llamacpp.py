"""Values that llama.cpp reads as something else than they say, and what goes in their place.

Kept apart because the embedded model and a llama.cpp server share them. Sources: llama.cpp include/llama.h
(LLAMA_DEFAULT_SEED), tools/server/server-task.cpp (n_predict, logit_bias) and server-common.cpp (n_probs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from playground.chat import ChatRequest
from playground.events import Event, TokensScored
from playground.wire.prefill import Reader
from playground.wire.rules import Encode, Noted, Rule, Withhold, bias_map

_RANDOM_SEED: Final = 2**32 - 1
_MOST_TOKENS: Final = 2**31 - 1


def _seed(request: ChatRequest) -> Mapping[str, Any]:
    seed: int = request.parameters["seed"]
    return {"seed": seed if seed != _RANDOM_SEED else _RANDOM_SEED - 1}


def _max_tokens(request: ChatRequest) -> Mapping[str, Any]:
    return {"max_tokens": min(request.parameters["max_tokens"], _MOST_TOKENS)}


def _top_logprobs(request: ChatRequest) -> Mapping[str, Any]:
    return {"top_logprobs": max(request.parameters["top_logprobs"], 1)}


EDGES: Final[Mapping[str, Rule]] = {
    "seed": Encode(_seed, f"llama.cpp takes {_RANDOM_SEED} as a random seed, so the one below it goes."),
    "max_tokens": Encode(
        _max_tokens, f"llama.cpp counts to {_MOST_TOKENS} at most, more than any answer has."
    ),
    "top_logprobs": Encode(
        _top_logprobs, "With 0 llama.cpp gives no log probabilities: 1 goes, and is left out."
    ),
}
"""The rules for them."""


class _WithoutAlternatives:
    """Leaves out the alternatives of every token, and hands all on to the next reader, if there is one."""

    def __init__(self, next_reader: Reader | None) -> None:
        self._next = next_reader

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to."""
        if isinstance(event, TokensScored):
            event = TokensScored(tuple(replace(token, top=()) for token in event.tokens))
        return [event] if self._next is None else self._next.take(event)


def reader(request: ChatRequest, next_reader: Reader | None = None) -> Reader | None:
    """`next_reader`, behind one that leaves out the alternative which nobody has asked for."""
    return _WithoutAlternatives(next_reader) if request.parameters.get("top_logprobs") == 0 else next_reader


def bias_within(vocabulary: int) -> Rule:
    """The rule for logit_bias of a model with so many tokens: ids that it does not have are ignored silently."""

    def encode(request: ChatRequest) -> Mapping[str, Any] | Noted | Withhold:
        given = bias_map(request)["logit_bias"]
        kept = {token: bias for token, bias in given.items() if _is_known(token, vocabulary)}
        lost = ", ".join(token for token in given if token not in kept)
        numbers = f"this model's tokens are numbered from 0 to {vocabulary - 1}"
        if not kept:
            return Withhold(f"It names no token ({lost}): {numbers}.")
        return Noted({"logit_bias": kept}, f"Without {lost}: {numbers}.") if lost else {"logit_bias": kept}

    return Encode(
        encode, "As a map with string keys; of a text, each token that it is cut into gets the bias."
    )


def _is_known(token: str, vocabulary: int) -> bool:
    """Whether it is the id of a token, or else a text; read as C's strtol reads it."""
    return not re.fullmatch(r"\s*[+-]?[0-9]+", token) or 0 <= int(token) < vocabulary
