"""Probes of n and parallel_tool_calls: whether several answers, or several calls in one, come when asked for.

Both are about how many of a thing there are.
"""

from __future__ import annotations

from typing import Final

from playground.evidence import further_signs, structure_signs
from playground.evidence.answer_facts import said
from playground.evidence.probes.examiner import REFUSED, STORY, Examiner, Messages
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.probes.structure import TOOLS

_ANSWERS: Final = 3
_TOKENS: Final = 8
_CALL_TOKENS: Final = 96
_TWO_CALLS: Final[Messages] = (
    {"role": "user", "content": "Call get_weather for Paris, and at the same time get_time for Lagos."},
)


async def n(examiner: Examiner) -> Finding:
    """So many answers must come, each another one where the draw is open."""
    answer = await examiner.at(1.0, _TOKENS, STORY, n=_ANSWERS) or await examiner.ask(_TOKENS, n=_ANSWERS)
    sign = further_signs.n(answer, _ANSWERS)
    if sign.seen != "yes":
        return (no_effect if sign.seen == "no" else cannot_tell)(sign.why)
    if len({said(each) for each in answer.choices}) == 1:
        return cannot_tell(f"{sign.why} It may be one answer, given {_ANSWERS} times.")
    return works(f"{sign.why} More than {_ANSWERS} were not asked for.")


async def parallel_tool_calls(examiner: Examiner) -> Finding:
    """Told to, it must call two functions at once; switched off, no more than one."""
    await examiner.first()
    asked = {"tools": TOOLS, "tool_choice": "auto"}
    calls = {}
    for value in (True, False):
        answer = await examiner.ask(_CALL_TOKENS, _TWO_CALLS, **asked, parallel_tool_calls=value)
        calls[value] = len(answer.tool_calls)
        if structure_signs.parallel_tool_calls(answer, value).seen == "no":
            return no_effect(f"Switched off it called {calls[value]} functions in one answer.")
    if calls[True] < 2:
        return cannot_tell("Asked for two calls at once it makes one or none, whatever this says.")
    return works(
        f"Switched on it called {calls[True]} functions in one answer, and switched off {calls[False]}."
    )


PROBES: Final = (
    Probe(
        "n",
        {"n": _ANSWERS},
        Plan(Cost(1, _ANSWERS * _TOKENS), Cost(1, _ANSWERS * _TOKENS) + REFUSED),
        n,
    ),
    Probe(
        "parallel_tool_calls",
        {"tools": TOOLS, "parallel_tool_calls": True},
        Plan(Cost(2, 2 * _CALL_TOKENS), Cost(4, 4 * _CALL_TOKENS)),
        parallel_tool_calls,
        needs={"tools": TOOLS},
    ),
)
