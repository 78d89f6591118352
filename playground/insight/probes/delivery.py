"""Probes of stream and stream_options: whether pieces, and the usage, come when asked for.

Kept apart because these two change how an answer arrives and not what it says.
"""

from __future__ import annotations

from typing import Final

from playground.insight import signs
from playground.insight.probes.examiner import Examiner
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.reading import came_as_stream, came_to_its_end, counts_tokens

_TOKENS: Final = 16


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
    asked = await examiner.ask(_TOKENS, stream=True, stream_options={"include_usage": True})
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
    return works("The usage comes when it is asked for, and only then.")


PROBES: Final = (
    Probe("stream", {"stream": True}, Plan(Cost(2, 2 * _TOKENS), Cost(2, 2 * _TOKENS)), stream),
    Probe(
        "stream_options",
        {"stream": True, "stream_options": {"include_usage": True}},
        Plan(Cost(2, 2 * _TOKENS), Cost(2, 2 * _TOKENS)),
        stream_options,
        needs={"stream": True},
    ),
)
