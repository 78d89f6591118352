"""Probes of diff_frequency and pref_params, which no server sees.

Here nothing is asked of a model.
"""

from __future__ import annotations

from typing import Final

from playground.chat import ChatRequest
from playground.evidence.probes.examiner import STORY, Examiner
from playground.evidence.probes.finding import Cost, Finding, Plan, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.pairing import draw, pair_of

_DRAWS: Final = 100


async def diff_frequency(examiner: Examiner) -> Finding:
    """Drawn a hundred times each: never a pair at 0, always at 1."""
    pairs = {
        value: sum(len(draw(_request(examiner, diff_frequency=value))) == 2 for _ in range(_DRAWS))
        for value in (0.0, 1.0)
    }
    if pairs != {0.0: 0, 1.0: _DRAWS}:
        return no_effect(f"Of {_DRAWS} replies, {pairs[0.0]} were pairs at 0 and {pairs[1.0]} at 1.")
    return works(
        f"It is drawn here, not by the server: of {_DRAWS} replies none was a pair at 0, and all at 1."
    )


async def pref_params(examiner: Examiner) -> Finding:
    """The second request must carry its values, and the first must not."""
    values = {"temperature": 0.7, "frequency_penalty": 0.4}
    asked = _request(examiner, temperature=0.1, frequency_penalty=0.0, pref_params=values)
    first, second = (request.parameters for request in pair_of(asked))
    if second != values or first == second:
        return no_effect("The second of two answers is not asked for with its values.")
    return works("It is used here: the second of two answers is asked for with its temperature and penalty.")


def _request(examiner: Examiner, **parameters: object) -> ChatRequest:
    return ChatRequest(examiner.model, STORY, parameters)


_FREE: Final = Plan(Cost(), Cost())

PROBES: Final = (
    Probe("diff_frequency", {}, _FREE, diff_frequency),
    Probe("pref_params", {}, _FREE, pref_params),
)
