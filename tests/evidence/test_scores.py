"""Scores that cannot be true beside their answer: some left out, alternatives that contradict their tokens.

Kept apart from the tests on the real model: here the numbers are made by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from playground.events import Alternative, TokenScore
from playground.evidence.probes.scores import alternatives_amiss, missing
from tests.evidence.answers import answer, scores

WORDS = ("Once", " upon", " a", " time", " there", " lived", " quietly", " an", " old", " gardener")
TEXT = "".join(WORDS)


@pytest.mark.parametrize(
    "named", [WORDS, [f"\u0120{word.strip()}" for word in WORDS]], ids=["plain", "bytes"]
)
def test_every_token_has_one(named: tuple[str, ...]) -> None:
    """However a tokenizer names its tokens, and whatever mark the server writes before the text."""
    assert missing(answer(f"<think>{TEXT}", logprobs=scores(*named))) == ""


@pytest.mark.parametrize("kept", [slice(5), slice(0, None, 2)], ids=["first half", "every other"])
def test_some_have_none(kept: slice) -> None:
    """The letters of the text are more than those of the tokens."""
    assert "5 tokens" in missing(answer(TEXT, logprobs=scores(*WORDS[kept])))


def _halved(score: TokenScore) -> TokenScore:
    return replace(score, top=tuple(replace(a, logprob=a.logprob / 9) for a in score.top))


def _misnamed(score: TokenScore) -> TokenScore:
    return replace(score, top=tuple(replace(a, token=a.token[::-1]) for a in score.top))


def _bare(score: TokenScore) -> TokenScore:
    return replace(score, top=tuple(replace(a, token=a.token.strip()) for a in score.top))


def _wrong_itself(score: TokenScore) -> TokenScore:
    return replace(score, logprob=score.logprob * 3)


def _rarer_than_all(score: TokenScore) -> TokenScore:
    return replace(score, token="!", logprob=-9.0, top=(Alternative("a", -0.5), Alternative("b", -3.0)))


@pytest.mark.parametrize(
    "change, words",
    [
        (_halved, "more than 100% together"),
        (_misnamed, "not among its own"),
        (_bare, ""),
        (_wrong_itself, ""),
        (_rarer_than_all, ""),
    ],
)
def test_what_contradicts_is_the_alternatives_fault(
    change: Callable[[TokenScore], TokenScore], words: str
) -> None:
    """Not where they are told without blanks, the token's own number is wrong, or it is none of the likeliest."""
    fault = alternatives_amiss(answer(TEXT, logprobs=[change(s) for s in scores(*WORDS, top=5)]))
    assert words in fault and bool(words) == bool(fault)
