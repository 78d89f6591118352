"""Twins: a bound shows where the same dice fall alike, and dice that hardly ever fall otherwise show none.

Kept apart from the probes: here it is known of every server how it throws its dice.
"""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, Final

import pytest

from playground.chat import ChatRequest
from playground.errors import ServerRefused
from playground.events import Alternative, Answer, TokenScore
from playground.evidence.likelihood import penalised
from playground.evidence.probes.examiner import Examiner
from playground.evidence.probes.twins import Ladder, held_back
from playground.evidence.sign import Sign
from playground.wire.kinds.openai import OPENAI
from tests.evidence.answers import MODEL, answer, drawn

LADDER: Final = Ladder("temperature", asked=2.0, near=1.95, far=1.8, below=1.75, tokens=16)
_STEP: Final = 0.05
_EDGES: Final = [1.0 + _STEP * n for n in range(20)]


def thrown(asked: dict[str, Any], bound: float, hazard: float) -> Answer:
    """Tokens that are otherwise, each with a chance of `hazard`, where the value is one step higher."""
    heat = min(asked["temperature"], bound)
    tokens = []
    for place in range(asked["max_tokens"]):
        dice = Random(f"{asked['seed']} {place}")
        name = dice.randrange(10**6)
        spans = [(min(heat, edge + _STEP) - edge) / _STEP for edge in _EDGES]
        flips = sum(dice.random() < hazard * span for span in spans)
        token = f" {name}.{flips}"
        tokens.append(TokenScore(token, -1.0, (Alternative(token, -1.0),)))
    text = "".join(token.token for token in tokens)
    return answer(text, logprobs=tokens, ended="length", finish_reason="length")


def seen(reply: Any, repeat: bool | None = None, ladder: Ladder = LADDER) -> tuple[Sign, int]:
    """The sign that the twins of a server give, and after how many calls, the first question left out."""
    calls = 0

    async def ask(request: ChatRequest, most: int) -> Answer:
        nonlocal calls
        if "seed" not in request.parameters:
            return answer("Once", ended="length", finish_reason="length")
        calls += 1
        found: Answer = reply(dict(request.parameters))
        return found

    examiner = Examiner(ask, MODEL, OPENAI)
    examiner.seeds_repeat = repeat
    return asyncio.run(held_back(examiner, ladder)), calls


@pytest.mark.parametrize(
    ("bound", "hazard", "is_held", "words"),
    [
        (2.0, 0.9, "no", "a bound between the two would not show"),
        (1.96, 0.9, "no", "a bound between the two would not show"),
        (1.95, 0.9, "yes", "the same at 2 as at 1.95"),
        (1.9, 0.9, "yes", "the same at 2 as at 1.95"),
        (1.9, 0.5, "yes", "the same at 2 as at 1.95"),
        (1.8, 0.9, "yes", "the same at 2 as at 1.8"),
        (1.0, 0.9, "yes", "the same at 2 as at 1.8"),
        (1.9, 0.03, "unknown", "at values that are near each other"),
    ],
)
def test_a_bound(bound: float, hazard: float, is_held: str, words: str) -> None:
    """It is seen up to the value that is near, and further only where draws tell values apart as soon."""
    sign, calls = seen(lambda asked: thrown(asked, bound, hazard))
    assert (sign.seen, words in sign.why) == (is_held, True), sign
    assert calls <= LADDER.most.calls and (is_held != "no" or calls == LADDER.usual.calls)


@pytest.mark.parametrize("hazard", [0.015, 0.02, 0.03, 0.1])
def test_steady_dice_show_no_bound(hazard: float) -> None:
    """A server that is sound, and whose draws hardly tell near values apart, is never said to hold one back."""
    for number in range(25):
        sign, _ = seen(lambda asked: thrown({**asked, "seed": f"{number} {asked['seed']}"}, 2.0, hazard))  # noqa: B023
        assert sign.seen != "yes", (number, sign)


PENALTY: Final = Ladder(
    "frequency_penalty", asked=-2.0, near=-1.5, tokens=20, rule=lambda value: penalised(frequency=value)
)


def penalty_drawn(asked: dict[str, Any], bound: float, number: int = 0) -> Answer:
    """Tokens drawn with a penalty that is held to `bound`, always by the same dice."""
    rule = penalised(frequency=max(asked["frequency_penalty"], bound))
    tokens = drawn(Random(f"{number} {asked['seed']}"), asked["max_tokens"], rule)
    text = "".join(token.token for token in tokens)
    return answer(text, logprobs=tokens, ended="length", finish_reason="length")


@pytest.mark.parametrize("bound", [-1.5, -1.0, 0.0])
def test_a_penalty_held_back(bound: float) -> None:
    """It is seen as soon as draws that are free would hardly have fallen alike so often."""
    sign, calls = seen(lambda asked: penalty_drawn(asked, bound), ladder=PENALTY)
    assert sign.seen == "yes" and "the same at -2 as at -1.5" in sign.why, sign
    assert calls <= PENALTY.most.calls


def test_a_penalty_that_is_free() -> None:
    """None of twenty sound servers is said to hold it back."""
    signs = [seen(lambda asked: penalty_drawn(asked, -2.0, n), ladder=PENALTY)[0] for n in range(20)]  # noqa: B023
    assert {sign.seen for sign in signs} == {"no"}


def test_a_penalty_where_nothing_comes_back() -> None:
    """Where no token repeats itself draws fall alike at any value, and that is no bound."""

    def reply(asked: dict[str, Any]) -> Answer:
        names = [f" {asked['seed']}.{place}" for place in range(asked["max_tokens"])]
        tokens = [TokenScore(name, -0.1, (Alternative(name, -0.1),)) for name in names]
        return answer("".join(names), logprobs=tokens, ended="length", finish_reason="length")

    sign, _ = seen(reply, ladder=PENALTY)
    assert sign.seen == "unknown" and "by chance" in sign.why, sign


def _refusing(asked: dict[str, Any]) -> Answer:
    return answer(ended="error", error=ServerRefused("No seeds here.", status=400))


@pytest.mark.parametrize(
    ("reply", "repeat", "words", "most"),
    [
        (lambda asked: answer("The same."), None, "every seed gives the same", 5),
        (lambda asked: thrown({**asked, "seed": Random().random()}, 2.0, 0.9), None, "no seed repeats", 3),
        (lambda asked: thrown(asked, 2.0, 0.9), False, "no seed repeats", 0),
        (_refusing, None, "No seeds here", 2),
    ],
    ids=["one answer for all", "seeds ignored", "known to be ignored", "refused"],
)
def test_what_cannot_be_seen(reply: Any, repeat: bool | None, words: str, most: int) -> None:
    """Where no seed tells anything, that is said, and it costs hardly a call."""
    sign, calls = seen(reply, repeat)
    assert sign.seen == "unknown" and words in sign.why, sign
    assert "held back, even to 1.8, cannot be seen" in sign.why and calls <= most
