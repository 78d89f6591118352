"""Probes of reasoning_effort and verbosity: whether more is thought, and more is said, the more is asked for.

Both are words for an amount, and all that can be counted is whether it grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import mean
from typing import Final

from playground.events import Answer
from playground.evidence.answer_facts import count, thought_tokens
from playground.evidence.probes.examiner import Examiner, Messages
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.significance import rank_sum
from playground.parameters import REGISTRY
from playground.value_types import OneOf

RANK_TEST: Final = "Mann-Whitney test, exact, one-sided"
_TIMES: Final = 4
_BELIEVED: Final = 0.05

_PUZZLE: Final[Messages] = (
    {
        "role": "user",
        "content": "How many whole numbers from 1 to 60 can be divided by 4 or by 6? Only the number.",
    },
)
_OPEN: Final[Messages] = ({"role": "user", "content": "Why is the sky blue?"},)


@dataclass(frozen=True, slots=True)
class Amount:
    """A parameter whose words stand for less and more of what `measure` counts, with a question and its tokens."""

    parameter: str
    what: str
    measure: Callable[[Answer], int]
    question: Messages
    tokens: int


def _thoughts(answer: Answer) -> int:
    """The tokens of thought that the server counts, else the letters of what came of it."""
    tokens = thought_tokens(answer)
    return len(answer.reasoning) if tokens is None else tokens


def _written(answer: Answer) -> int:
    return count(answer).tokens


async def _grows(amount: Amount, examiner: Examiner) -> Finding:
    """Asked in turns for little and for much: the much must be more, by more than chance."""
    less, more = _ends(amount.parameter, examiner)
    found: dict[str, list[int]] = {less: [], more: []}
    for _ in range(_TIMES):
        for word, counts in found.items():
            answer = await examiner.ask(amount.tokens, amount.question, **{amount.parameter: word})
            counts.append(amount.measure(answer))
        if not any(sum(counts) for counts in found.values()):
            return cannot_tell(f"There is no sign that it does any: {amount.what} cannot be counted.")
    told = " and ".join(f"{min(c):,} to {max(c):,} at {word}" for word, c in found.items())
    why = f"{amount.what}: {told}."
    p = rank_sum(found[more], found[less])
    if p <= _BELIEVED:
        return works(why, RANK_TEST, p)
    if mean(found[more]) <= mean(found[less]):
        return no_effect(f"{why} It is no more for {more} than for {less}.", RANK_TEST, p)
    return cannot_tell(f"{why} The difference may be by chance.", RANK_TEST, p)


def _ends(parameter: str, examiner: Examiner) -> tuple[str, str]:
    """A word for little and one for much that this kind of server takes."""
    kind = examiner.profile.kinds.get(parameter, REGISTRY[parameter].kind)
    words = kind.words if isinstance(kind, OneOf) else ()
    return next((w for w in words if w == "low"), words[0]), next(
        (w for w in words if w == "high"), words[-1]
    )


_AMOUNTS: Final = (
    Amount("reasoning_effort", "Tokens of thought", _thoughts, _PUZZLE, 256),
    Amount("verbosity", "Tokens written", _written, _OPEN, 128),
)


def _plan(amount: Amount) -> Plan:
    cost = Cost(2 * _TIMES, 2 * _TIMES * amount.tokens)
    return Plan(cost, cost)


PROBES: Final = tuple(
    Probe(amount.parameter, {amount.parameter: "high"}, _plan(amount), partial(_grows, amount))
    for amount in _AMOUNTS
)
