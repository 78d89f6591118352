"""Weighing: answers are asked for until their tokens decide between what a parameter should do and its rivals.

Temperature, top_p and the penalties all weigh alike. A rival is another account of the same tokens: that the
parameter does nothing, or that it does something close to what was asked for. What draws at 0.3 looks much like 0
when both are held against 1, and is told apart only when 0 is held against 0.3.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from math import exp, inf, log
from typing import Any, Final, NamedTuple

from playground.events import Answer
from playground.evidence.answer_facts import said
from playground.evidence.likelihood import DECIDED, Expectation, log_ratio, log_ratio_between
from playground.evidence.probes.examiner import Examiner, Messages

RULED_OUT: Final = log(1000)
"""What is close to what was asked for is ruled out from here on: tokens tell little of it, and each costs."""

RATIO_TEST: Final = "sequential probability ratio test (Wald)"


class Weights(NamedTuple):
    """Log ratios of what was asked for, against no effect and against a rival close to it; infinite without one."""

    none: float
    close: float

    @property
    def refuted(self) -> bool:
        """Whether one of them fits far better."""
        return min(self) <= -DECIDED

    @property
    def decided(self) -> bool:
        """Whether more answers would change nothing."""
        return self.refuted or (self.none >= DECIDED and self.close >= RULED_OUT)


async def weigh(
    examiner: Examiner,
    questions: Iterable[Messages],
    tokens: int,
    asked_for: Expectation,
    close: Expectation | None = None,
    /,
    **parameters: Any,
) -> Weights:
    """Answers to one question after the other, until they decide."""
    weights = Weights(0.0, 0.0 if close else inf)
    async with aclosing(unlike(examiner, questions, tokens, **parameters)) as answers:
        async for answer in answers:
            none = log_ratio(answer.logprobs, asked_for)
            other = log_ratio_between(answer.logprobs, asked_for, close) if close else 0.0
            weights = Weights(weights.none + none, weights.close + other)
            if weights.decided:
                break
    return weights


async def unlike(
    examiner: Examiner, questions: Iterable[Messages], tokens: int, /, **parameters: Any
) -> AsyncGenerator[Answer]:
    """Answers to these questions, but for those that came before: a server that repeats itself says no more by it."""
    seen: set[tuple[str, str]] = set()
    for question in questions:
        answer = await examiner.scored(tokens, question, **parameters)
        key = (str(question), said(answer))
        if key not in seen:
            yield answer
        seen.add(key)


def p_value(log_ratio: float) -> float:
    """The probability, at most, of so large a ratio if the rival were right (Ville's inequality)."""
    return min(1.0, exp(-log_ratio))
