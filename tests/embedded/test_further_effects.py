"""The further parameters have their real effect on the embedded model, as the documented ones have.

Kept apart from those because their file is as long as a file may be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from playground.engine.process import Engine
from tests.embedded.test_effects import CATS, TOOLS, Dice, Model, tokens_of


@pytest.fixture(scope="module")
def model(engine: Engine) -> Model:
    return Model(engine)


def cut_to(model: Model, inside: Callable[[int, float], bool], **cut: Any) -> None:
    """Only tokens inside, by rank and by share of the likeliest, are drawn; without `cut` others are, too."""
    top = model.ask(max_tokens=1, logprobs=True, top_logprobs=100).logprobs[0].top
    left = {a.token for i, a in enumerate(top) if inside(i, math.exp(a.logprob - top[0].logprob))}
    drawn = set(model.first_tokens(**cut))
    assert len(drawn) > 1 and drawn <= left
    assert not set(model.first_tokens()) <= left


def test_top_k(model: Model) -> None:
    """Only the two likeliest tokens are drawn, and both are."""
    cut_to(model, lambda rank, share: rank < 2, top_k=2)


def test_min_p(model: Model) -> None:
    """Only tokens at least a twentieth as likely as the likeliest are drawn."""
    cut_to(model, lambda rank, share: share >= 0.05, min_p=0.05)


def test_repetition_penalty(model: Model) -> None:
    """Below 1 the likeliest answer repeats itself more, above 1 less; 1 changes nothing."""
    asked = {"temperature": 0.0, "max_tokens": 16, "logprobs": True}
    answers = model.ask_all([asked, *({**asked, "repetition_penalty": r} for r in (0.8, 1.0, 2.0))], CATS)
    unset, low, none, high = (len(set(tokens_of(answer))) for answer in answers)
    assert low < none < high
    assert answers[0].text == answers[2].text and unset == none


def test_n(model: Model) -> None:
    """Each further answer is drawn with the next seed, in pieces or whole, and so a seed repeats them all."""
    asked = {"max_tokens": 4, "seed": 5}
    streamed, whole, *alone = model.ask_all(
        [
            {**asked, "n": 3, "stream": True},
            {**asked, "n": 3},
            *({**asked, "seed": seed} for seed in (5, 6, 7)),
        ]
    )
    expected = [answer.text for answer in alone]
    assert len(set(expected)) == 3
    assert [a.text for a in streamed.choices] == [a.text for a in whole.choices] == expected
    assert {a.ended for a in (*streamed.choices, *whole.choices)} == {"length"}


def test_n_beside_a_function(model: Model) -> None:
    """Each answer is a call of its own, held to the function's own schema."""
    asked = {"n": 2, "seed": 3, "max_tokens": 40, "tools": TOOLS, "tool_choice": "dice"}
    answer = model.ask("Roll some dice.", **asked)
    for each in answer.choices:
        assert [call.name for call in each.tool_calls] == ["dice"]
        assert Dice.model_validate_json(each.tool_calls[0].arguments)
    assert len(answer.choices) == 2
