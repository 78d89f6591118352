"""Probes of service_tier and user, which are about who pays and how soon, and not about the answer.

Kept apart because no answer is any different: what can be found out is what the server says, and whether it refuses.
"""

from __future__ import annotations

from typing import Final

from playground.evidence import further_signs
from playground.evidence.probes.examiner import Examiner
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe

_CHEAPEST: Final = "flex"
_NOBODY: Final = "parameter-playground"


async def service_tier(examiner: Examiner) -> Finding:
    """The response must name the tier that was asked for: the cheapest, so that probing costs no more."""
    sign = further_signs.service_tier(await examiner.ask(1, service_tier=_CHEAPEST), _CHEAPEST)
    return {"yes": works, "no": no_effect, "unknown": cannot_tell}[sign.seen](sign.why)


async def user(examiner: Examiner) -> Finding:
    """Only a refusal would show."""
    await examiner.ask(1, user=_NOBODY)
    return cannot_tell("It is not refused; what the provider makes of it no answer shows.")


PROBES: Final = (
    Probe("service_tier", {"service_tier": _CHEAPEST}, Plan(Cost(1, 1), Cost(2, 2)), service_tier),
    Probe("user", {"user": _NOBODY}, Plan(Cost(1, 1), Cost(2, 2)), user),
)
