"""Probes of stream and stream_options: whether pieces, and the usage, come when asked for.

These two change how an answer arrives and not what it says.
"""

from __future__ import annotations

from typing import Final

from playground.evidence import signs
from playground.evidence.answer_facts import came_as_stream, came_to_its_end, counts_tokens
from playground.evidence.probes.examiner import STORY, Examiner
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.probes.scores import missing
from playground.evidence.sign import Sign, no, unknown, yes

_TOKENS: Final = 16
_LEAST_READ: Final = 0.7
_MOST_READ: Final = 1.4
"""Drawn tokens are not always those into which the same text is cut, and its ends may be joined otherwise."""


async def stream(examiner: Examiner) -> Finding:
    """Switched on, the answer must come in pieces; switched off, whole."""
    for value in (True, False):
        sign = signs.stream(await examiner.ask(_TOKENS, stream=value), value)
        if sign.seen != "yes":
            switched = "on" if value else "off"
            return (no_effect if sign.seen == "no" else cannot_tell)(f"Switched {switched}: {sign.why}")
    return works("Switched on it comes in pieces, and switched off it comes whole.")


async def stream_options(examiner: Examiner) -> Finding:
    """The usage must come when it is asked for, and only then is it the option that brings it."""
    asked = await examiner.scored(_TOKENS, stream=True, stream_options={"include_usage": True})
    if not came_as_stream(asked):
        return cannot_tell("It needs stream, and the answer came whole.")
    if not asked.complete:
        return cannot_tell("The answer had to be broken off before its end, where the usage would have come.")
    if asked.usage.counted and not came_to_its_end(asked):
        return cannot_tell("The stream ended without [DONE], before which the usage would have come.")
    if asked.usage.counted:
        return no_effect("The usage was asked for, and did not come.")
    if not counts_tokens(asked) or asked.usage.prompt_tokens == 0:
        return no_effect(f"The usage came, but its numbers cannot be true: {dict(asked.usage.raw)}.")
    if not (await examiner.ask(_TOKENS, stream=True)).usage.counted:
        return no_effect("The usage comes whether it is asked for or not.")
    read = await _read(examiner)
    if read.seen == "no":
        return no_effect(read.why)
    return works(f"The usage comes when it is asked for, and only then. {read.why}")


async def _read(examiner: Examiner) -> Sign:
    """Whether the model is said to read as many tokens more with its own first answer as it wrote of it."""
    first = await examiner.first()
    text, wrote = first.text, len(first.logprobs)
    if not text.strip() or not wrote or missing(first):
        return unknown("Whether its numbers are right cannot be seen, as nothing else counts tokens.")
    asked = f"{STORY[0]['content']}\n{text}"
    read = await examiner.prompt_tokens(({"role": "user", "content": asked},))
    if read is None or first.usage.prompt_tokens is None:
        return unknown("The server does not say how many tokens the model reads.")
    more = read - first.usage.prompt_tokens
    if _LEAST_READ * wrote <= more <= _MOST_READ * wrote:
        return yes(
            f"Of a text of {wrote} tokens the model is said to read {more}; a number wrong by less than a third"
            " would not show, nor one that is always too large by the same."
        )
    if more <= 0:
        return unknown("The number of tokens read does not grow with what it is sent.")
    return no(f"The usage came, but of a text of {wrote} tokens the model is said to read {more}.")


PROBES: Final = (
    Probe("stream", {"stream": True}, Plan(Cost(2, 2 * _TOKENS), Cost(2, 2 * _TOKENS)), stream),
    Probe(
        "stream_options",
        {"stream": True, "stream_options": {"include_usage": True}},
        Plan(Cost(3, 2 * _TOKENS + 1), Cost(3, 2 * _TOKENS + 1)),
        stream_options,
        needs={"stream": True},
    ),
)
