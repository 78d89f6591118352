"""What a lesson can measure, one short function each: a number of every outcome of an arm, or None where it has none.

Beside these, a lesson can name each measure of the sweeps that needs no reference and no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from playground import strict_json
from playground.answer import Answer
from playground.evidence.answer_facts import pieces
from playground.lessons.lesson import Measure
from playground.lessons.outcome import Outcome
from playground.sweeps.metrics import METRICS, measured
from playground.sweeps.words import words

Values = list[float | None]
Function = Callable[[Sequence[Outcome], Sequence[Outcome], str], Values]
"""From the outcomes of an arm, those of the first arm, and the word that the measure is of."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A measure by its name: what it tells, whether it is of a word, and whether each answer has it or has it not.

    `label` is what a plot is headed with; {of} in it is the word. What failed tells nothing of a parameter, so it has
    no measure, but where `of_failures` says that failing is what is measured.
    """

    label: str
    what: str
    function: Function
    of: str = ""
    is_share: bool = False
    of_failures: bool = False


def _each(function: Callable[[Answer, str], float | None]) -> Function:
    """Of the answer of each outcome, of a pair the first."""
    return lambda outcomes, _, of: [function(outcome.answers[0], of) for outcome in outcomes]


def _metric(name: str) -> Function:
    return _each(lambda answer, _: measured(answer, answer.body.get("response_format"))[name])


def _changed(outcomes: Sequence[Outcome], first: Sequence[Outcome], _: str) -> Values:
    """Whether it is another than the first of the first arm."""
    came = [outcome for outcome in first if not outcome.failed]
    before = min(came, key=lambda outcome: outcome.seed).said if came else None
    return [None if before is None else float(outcome.said != before) for outcome in outcomes]


def _json(answer: Answer, _: str) -> float:
    try:
        return float(isinstance(strict_json.read(answer.text), (dict, list)))
    except ValueError:
        return 0.0


def _contains(answer: Answer, word: str) -> float:
    return float(word.casefold() in answer.text.casefold())


def _count(answer: Answer, word: str) -> float:
    return float(words(answer.text).count(word.casefold()))


def _repeats(answer: Answer, _: str) -> float | None:
    said = words(answer.text)
    return float(max(Counter(said).values())) if said else None


def _pair(outcomes: Sequence[Outcome], _: Sequence[Outcome], __: str) -> Values:
    return [float(len(outcome.answers) == 2) for outcome in outcomes]


def _differ(outcomes: Sequence[Outcome], _: Sequence[Outcome], __: str) -> Values:
    return [
        float(len({answer.text for answer in outcome.answers}) == 2) if len(outcome.answers) == 2 else None
        for outcome in outcomes
    ]


MEASURES: Final[Mapping[str, Kind]] = {
    **{
        name: Kind(METRICS[name].label, METRICS[name].what, _metric(name), is_share=METRICS[name].is_share)
        for name in (
            "tokens",
            "words",
            "distinct_1",
            "distinct_2",
            "repeated_4",
            "entropy",
            "surprise",
            "valid_json",
        )
    },
    "changed": Kind(
        "another answer than the first",
        "Whether the answer is another than the first one of all.",
        _changed,
        is_share=True,
    ),
    "json": Kind(
        "answers in JSON",
        "Whether the answer is an object or a list in JSON, and nothing else.",
        _each(_json),
        is_share=True,
    ),
    "contains": Kind(
        "\u201c{of}\u201d in the answer",
        "Whether this stands in the answer, in capitals or not.",
        _each(_contains),
        "a word",
        is_share=True,
    ),
    "count": Kind(
        "how often \u201c{of}\u201d", "How often this word stands in the answer.", _each(_count), "a word"
    ),
    "most repeated": Kind(
        "repetitions of one word", "How often the word stands there that is repeated most.", _each(_repeats)
    ),
    "chance": Kind(
        "chance of \u201c{of}\u201d",
        "How likely the embedded model begins with the first token of this word, behind all steps of the chain.",
        lambda outcomes, _, __: [outcome.chance for outcome in outcomes],
        "a word",
    ),
    "finish": Kind(
        "ended by \u201c{of}\u201d",
        "Whether the server says that the answer ended so.",
        _each(lambda answer, of: float(answer.finish_reason == of)),
        "a finish_reason: stop, length or tool_calls",
        is_share=True,
    ),
    "calls": Kind(
        "calls {of}",
        "Whether the answer asks for a function, or for this one.",
        _each(lambda answer, of: float(any(call.name == of or not of for call in answer.tool_calls))),
        "a function's name, empty for any",
        is_share=True,
    ),
    "pieces": Kind(
        "pieces", "In how many pieces the answer came.", _each(lambda answer, _: float(pieces(answer)))
    ),
    "scored": Kind(
        "tokens with a score",
        "How many tokens of the answer came with their log probability.",
        _each(lambda answer, _: float(len(answer.logprobs))),
    ),
    "alternatives": Kind(
        "alternatives at each token",
        "How many tokens came beside each, that could have stood in its place, itself among them.",
        _each(lambda answer, _: fmean(len(s.top) for s in answer.logprobs) if answer.logprobs else 0.0),
    ),
    "usage": Kind(
        "usage told",
        "Whether the server told how many tokens it read and wrote.",
        _each(lambda answer, _: float(not answer.usage.counted)),
        is_share=True,
    ),
    "prompt tokens": Kind(
        "tokens read",
        "How many tokens the model read, as the server counts them.",
        _each(
            lambda answer, _: (
                None if answer.usage.prompt_tokens is None else float(answer.usage.prompt_tokens)
            )
        ),
    ),
    "answered": Kind(
        "answered",
        "Whether an answer came, and no refusal.",
        _each(lambda answer, _: float(answer.complete)),
        is_share=True,
        of_failures=True,
    ),
    "pair": Kind("pairs", "Whether two answers came.", _pair, is_share=True),
    "differ": Kind(
        "pairs that differ", "Whether the two answers of a pair are different.", _differ, is_share=True
    ),
}
"""Every measure of a lesson under its name."""


def label(measure: Measure) -> str:
    """What is measured, as a plot is headed with it."""
    return MEASURES[measure.name].label.format(of=measure.of or "a function")


def values(measure: Measure, outcomes: Sequence[Outcome], first: Sequence[Outcome]) -> Values:
    """The measure of each outcome of an arm; `first` are the outcomes of the first arm."""
    kind = MEASURES[measure.name]
    found = kind.function(outcomes, first, measure.of)
    return [
        None if outcome.failed and not kind.of_failures else value
        for outcome, value in zip(outcomes, found, strict=True)
    ]
