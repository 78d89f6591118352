"""The likelihood ratio finds an effect in a few tokens, and invents one no more often than it says.

Kept apart from the tests on a real model: here it is known how the tokens were drawn.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate
from math import exp, isfinite, log

import pytest

from playground.events import Alternative, TokenScore
from playground.evidence.likelihood import (
    REST,
    Expectation,
    alike_by_chance,
    avoided_by_chance,
    by_chance,
    kept,
    likeliest,
    log_ratio,
    log_ratio_between,
    penalised,
    sound,
    stated_by,
    steps,
    tempered,
    unchanged,
)
from tests.evidence.answers import drawn, scores

EFFECTS: dict[str, Expectation] = {
    "temperature 2": tempered(2.0),
    "temperature 0": kept(0.0),
    "top_p 0.1": kept(0.1),
    "frequency_penalty -2": penalised(frequency=-2.0),
    "frequency_penalty 2": penalised(frequency=2.0),
    "presence_penalty -2": penalised(presence=-2.0),
    "presence_penalty 2": penalised(presence=2.0),
}


@cache
def plain(answers: int, length: int) -> list[tuple[TokenScore, ...]]:
    """Answers drawn without any effect."""
    dice = random.Random(2)
    return [drawn(dice, length) for _ in range(answers)]


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_an_effect_is_found(effect: Expectation) -> None:
    """Of ten answers drawn with the effect, every one shows it past a ratio of 100,000."""
    dice = random.Random(1)
    assert all(log_ratio(drawn(dice, 200, effect), effect) > 11.5 for _ in range(10))


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_no_effect_is_found_out(effect: Expectation) -> None:
    """Of ten answers drawn without it, every one shows that as clearly."""
    assert all(log_ratio(scores, effect) < -11.5 for scores in plain(10, 200))


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_an_effect_is_invented_no_more_often_than_said(effect: Expectation) -> None:
    """Looked at after every token, a ratio past 20 comes in at most one of twenty answers without the effect."""
    ever = sum(any(ratio > 2.9957 for ratio in accumulate(steps(a, effect))) for a in plain(200, 20))
    assert ever / 200 <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5


def test_a_clamp_is_no_effect() -> None:
    """Tokens drawn at temperature 1 or below do not pass for tokens drawn at 2."""
    dice = random.Random(4)
    for heat in (0.5, 0.8, 1.0):
        assert log_ratio(drawn(dice, 300, tempered(heat)), tempered(2.0)) < -11.5


@pytest.mark.parametrize(
    ("asked_for", "close", "length"),
    [
        (kept(0.0), tempered(0.1), 300),
        (kept(0.1), kept(0.3), 100),
        (penalised(frequency=-2.0), penalised(presence=-2.0), 100),
        (penalised(presence=-2.0), penalised(frequency=-2.0), 100),
    ],
    ids=["0 and 0.1", "top_p 0.1 and 0.3", "frequency and presence", "presence and frequency"],
)
def test_what_is_close_is_told_apart(asked_for: Expectation, close: Expectation, length: int) -> None:
    """Answers drawn by either account fit it far better than the other."""
    dice = random.Random(3)
    assert all(log_ratio_between(drawn(dice, length, asked_for), asked_for, close) > 4.7 for _ in range(5))
    assert all(log_ratio_between(drawn(dice, length, close), asked_for, close) < -11.5 for _ in range(5))


def test_tokens_not_stated_tell_nothing_of_what_is_close() -> None:
    """What a parameter makes of the rest is a guess, so that a token from there counts for neither account."""
    unnamed = TokenScore("x", -6.0, (Alternative("a", -0.7), Alternative("b", -0.9)))
    assert log_ratio_between([unnamed], tempered(2.0), tempered(1.5)) == 0.0
    named = TokenScore("b", log(0.25), (Alternative("a", log(0.5)), Alternative("b", log(0.25))))
    by_hand = log(0.25**2 / (0.25**2 + 0.5**2)) - log(1 / 3)
    assert log_ratio_between([named], tempered(0.5), unchanged) == pytest.approx(by_hand)


def test_the_likeliest_once_penalised() -> None:
    """By hand: at 2 each token is the likeliest once those before it have come; the question's tokens are left out."""
    odds = (Alternative("a", log(0.6)), Alternative("b", log(0.2)), Alternative(" c", log(0.1)))
    one, other, asked = (TokenScore(a.token, a.logprob, odds) for a in odds)
    both = [one, other, asked]
    assert likeliest(both, penalised(presence=2.0), "a cat") == [True]
    assert likeliest(both, penalised(presence=2.0), "?") == [True, True, True]
    assert likeliest(both, unchanged, "?") == [True, False, False]


def test_tokens_avoided_by_chance() -> None:
    """The product of what was left of each place; one place alone never decides."""
    half = (Alternative("a", log(0.5)), Alternative("b", log(0.3)))
    assert avoided_by_chance([TokenScore("b", log(0.3), half)] * 3, {"a", "z"}) == pytest.approx(0.125)
    assert avoided_by_chance([TokenScore("b", -20.0, (Alternative("a", 0.0),))], {"a"}) == 1e-4


def test_the_step_of_one_token() -> None:
    """By hand: at half and half, -2 makes a token that came once 7.39 times likelier against the other."""
    half = (Alternative("a", -0.6931), Alternative("b", -0.6931))
    again = (TokenScore("a", -0.6931, half), TokenScore("a", -0.6931, half))
    expected = 0.5 * exp(2) + 0.5
    assert log_ratio(again, penalised(presence=-2.0)) == pytest.approx(2 - log(expected), abs=0.01)


def test_the_rest_stands_for_all_that_is_not_named() -> None:
    """What is stated adds up to one, tokens of the same text count together, and the rest is never nothing."""
    score = TokenScore("x", -3.0, (Alternative("a", -1.0), Alternative("a", -2.0), Alternative("b", -3.0)))
    stated = stated_by(score)
    assert set(stated) == {"a", "b", REST}
    assert sum(stated.values()) == pytest.approx(1.0)
    assert stated_by(TokenScore("x", 0.0, (Alternative("x", 0.0),)))[REST] > 0
    assert stated_by(TokenScore("x", -3.0)) == {}


def test_the_chance_of_the_same_again() -> None:
    """The product of the tokens' probabilities."""
    assert by_chance((TokenScore("a", -1.0), TokenScore("b", -2.5))) == pytest.approx(exp(-3.5))


def test_numbers_that_can_be_true() -> None:
    """Scores as servers send them are taken as sound, a token outside its alternatives too."""
    assert sound(scores("a", "b", "c", "d", top=2)) == ""
    assert sound((TokenScore("x", -9.0, (Alternative("a", -0.1),)),)) == ""
    assert sound(scores("a", logprob=0.0)) == ""


@pytest.mark.parametrize(
    "broken",
    [
        (),
        (TokenScore("a", 0.5),),
        tuple(TokenScore(token, 0.0) for token in "abcd"),
        (TokenScore("a", -0.1, (Alternative("a", -0.1), Alternative("b", -0.2))),),
        (TokenScore("a", -0.1, (Alternative("a", -2.0),)),),
    ],
)
def test_numbers_that_cannot_be_true(broken: tuple[TokenScore, ...]) -> None:
    """None at all, logarithms above 0, all the same, more than 100% together, two numbers for one token."""
    assert sound(broken)


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_token_without_text(effect: str) -> None:
    """Half a character has no text, and servers state its number all the same: it is a token like any other."""
    alone = TokenScore("", -0.5, (Alternative("", -0.5),))
    assert REST in stated_by(alone) and "" in stated_by(alone)
    assert isfinite(log_ratio([alone, alone], EFFECTS[effect]))


def test_draws_that_fall_alike_by_chance() -> None:
    """Of draws by the same dice with two penalties no more fall alike than the bound allows."""
    weak, strong = penalised(presence=-1.8), penalised(presence=-2.0)
    unlikely, alike = 0, 0
    for number in range(60):
        one, other = (drawn(random.Random(number), 8, rule) for rule in (strong, weak))
        same = [score.token for score in one] == [score.token for score in other]
        alike += same
        unlikely += same and alike_by_chance(one, strong, weak) < 0.5
    assert unlikely <= 30 and alike > 0
    assert alike_by_chance(scores("a", "b", top=3), weak, weak) == pytest.approx(1.0)
    assert alike_by_chance(scores("a", "a", top=3), kept(0.0), strong) < 1.0
