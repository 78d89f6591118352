"""What about the scores of an answer cannot be true: some are missing, or alternatives contradict their tokens.

The probes of logprobs and top_logprobs must each be told what is theirs, and all others must not reckon with such
numbers.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Final

from playground.events import Answer, TokenScore
from playground.evidence.likelihood import sound

_COVERED: Final = 0.9
_LETTERS_TO_SPARE: Final = 8
"""What a server may write by itself, such as the mark before a thought."""
_ROUNDING: Final = 0.05
_WHOLE: Final = 1.01
_BLANKS: Final = " \n\t\u0120\u2581"
"""Blanks, and the letters that stand for one in the names of some tokens."""
_ABSENT_SHARE: Final = 0.25


def missing(answer: Answer) -> str:
    """How far the scored tokens fall short of the text, as the end of a sentence; empty where they do not.

    By the letters of ASCII, which every tokenizer names alike.
    """
    written = _letters(answer.text)
    scored = sum(_letters(score.token) for score in answer.logprobs)
    if scored + _LETTERS_TO_SPARE >= written * _COVERED:
        return ""
    return f"{len(answer.logprobs)} tokens with {scored} letters have one, and the text has {written}"


def alternatives_amiss(answer: Answer) -> str:
    """What about the alternatives cannot be true although the tokens' own numbers can; empty where nothing."""
    scores = answer.logprobs
    if sound([replace(score, top=()) for score in scores]):
        return ""
    if any(_differs(score) for score in scores):  # one of the two is wrong: the one that is more than all
        crowded = [score for score in scores if sum(exp(a.logprob) for a in score.top) > _WHOLE]
        return f"those of {crowded[0].token!r} have more than 100% together" if crowded else ""
    named = [score for score in scores if _should_be_named(score)]
    absent = [score for score in named if not _own(score)]
    if len(absent) >= max(2.0, len(named) * _ABSENT_SHARE):
        return f"{absent[0].token!r} is not among its own, although it is likelier than some of them"
    return ""


def _letters(text: str) -> int:
    return sum(letter.isascii() and letter.isalpha() for letter in text)


def _own(score: TokenScore) -> list[float]:
    """What the alternatives say of the chosen token itself."""
    return [a.logprob for a in score.top if a.token.strip(_BLANKS) == score.token.strip(_BLANKS)]


def _differs(score: TokenScore) -> bool:
    own = _own(score)
    return bool(own) and all(abs(logprob - score.logprob) > _ROUNDING for logprob in own)


def _should_be_named(score: TokenScore) -> bool:
    least = min((a.logprob for a in score.top), default=0.0)
    return _letters(score.token) > 0 and score.logprob > least + _ROUNDING
