"""Two requests out of one: a preference pair, and the draw whether there is one.

Kept apart from the backend, which only asks, because probes compare pairs too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from playground.chat import ChatRequest
from playground.parameters import PREF_PARAMS_DEFAULT


def pair_of(request: ChatRequest) -> tuple[ChatRequest, ChatRequest]:
    """The two requests of a preference pair: the user's own, and the same with `pref_params` over it."""
    own = {n: v for n, v in request.parameters.items() if n not in ("diff_frequency", "pref_params")}
    over = request.parameters.get("pref_params") or PREF_PARAMS_DEFAULT
    first = replace(request, parameters=own, is_side=True)
    return first, replace(first, parameters={**own, **over}, varied_by={"pref_params": over})


_dice = random.SystemRandom().random


def falls(frequency: float, random_number: Callable[[], float] = _dice) -> bool:
    """One draw against diff_frequency: 0 is never a pair and 1 always."""
    return random_number() < frequency


def draw(request: ChatRequest, random_number: Callable[[], float] = _dice) -> tuple[ChatRequest, ...]:
    """One draw against diff_frequency: the request alone, or the pair."""
    frequency = request.parameters.get("diff_frequency", 0.0)
    return drawn(*pair_of(request), frequency, random_number)


def between(
    first: ChatRequest,
    second: ChatRequest,
    frequency: float,
    random_number: Callable[[], float] = _dice,
) -> tuple[ChatRequest, ...]:
    """The same draw for two requests that are made apart, such as of two presets: the first alone, or both."""
    return drawn(pair_of(first)[0], pair_of(second)[0], frequency, random_number)


def drawn(
    first: ChatRequest, second: ChatRequest, frequency: float, random_number: Callable[[], float] = _dice
) -> tuple[ChatRequest, ...]:
    """The pair with this probability, else the first request alone."""
    return (first, second) if falls(frequency, random_number) else (replace(first, is_side=False),)
