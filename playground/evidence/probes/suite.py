"""The run over the probes: what it will cost, and then one verdict after the other, until it is stopped.

Kept apart from the probes because what one of them may do to the run (find the server gone, be cancelled in the
middle) is settled here, once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from playground.chat import ChatRequest, ModelRef
from playground.evidence.probes import (
    account,
    amount,
    conversation,
    cutting,
    delivery,
    length,
    preference,
    repetition,
    sampling,
    several,
    structure,
    tokens,
)
from playground.evidence.probes.examiner import OPENING, STORY, Ask, Examiner, Rejected, Trouble
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell
from playground.evidence.probes.probe import Probe, unprobed
from playground.evidence.probes.table import Verdict
from playground.parameters import REGISTRY
from playground.wire.body import build
from playground.wire.kinds.profile import Profile

_GROUPS: Final = (
    conversation.PROBES,
    delivery.PROBES,
    length.PROBES,
    tokens.PROBES,
    sampling.PROBES,
    cutting.PROBES,
    repetition.PROBES,
    structure.PROBES,
    preference.PROBES,
    amount.PROBES,
    several.PROBES,
    account.PROBES,
)
_BY_NAME: Final = {probe.parameter: probe for group in _GROUPS for probe in group}

PROBES: Final = {name: _BY_NAME.get(name) or unprobed(name) for name in REGISTRY}
"""One for every parameter, in the registry's order; one of which nobody has written a probe says so."""

TROUBLES_IN_A_ROW: Final = 3
"""After so many failures (network, key, load) in a row the rest is not asked."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined: a model, and how its server takes parameters.

    `thinking_tokens` are added to every limit, for models that think before they answer.
    """

    model: ModelRef
    profile: Profile
    thinking_tokens: int = 0

    def withheld(self, probe: Probe) -> str:
        """Why this kind of server is never sent the parameter; empty if it is."""
        _, report = build(ChatRequest(self.model, STORY, probe.sample), self.profile)
        lines = [line for line in report if line.parameter == probe.parameter and line.state == "withheld"]
        return lines[0].why if lines else ""

    def asks(self, probe: Probe) -> bool:
        """Whether the probe asks the model anything at all."""
        return probe.plan.most.calls > 0 and not self.withheld(probe)


class Progress(NamedTuple):
    """Calls planned so far of all planned ones (`usual`), the parameter in hand, and its verdict once known."""

    done: int
    total: int
    parameter: str
    verdict: Verdict | None

    def of_run(self, mark: str) -> Progress:
        """The same, its verdict with the run of the server that it was found in."""
        return self._replace(verdict=self.verdict and replace(self.verdict, run=mark))


def plan(subject: Subject, parameters: Iterable[str] = PROBES) -> Plan:
    """What probing these parameters costs, the first answer included; to be shown before it starts."""
    plans = [PROBES[name].plan for name in parameters if subject.asks(PROBES[name])]
    total = sum(plans, OPENING) if plans else Plan(Cost(), Cost())
    thinking = subject.thinking_tokens
    usual, most = (Cost(c.calls, c.tokens + c.calls * thinking) for c in (total.usual, total.most))
    return Plan(usual, most)


async def examine(
    subject: Subject, ask: Ask, parameters: Sequence[str] = tuple(PROBES)
) -> AsyncGenerator[Progress]:
    """Probes one parameter after the other: says which one is in hand, then what was found.

    Closing this generator, or cancelling the task that waits for it, ends the call in hand at once. Calls are
    never made side by side: servers compute batches with other last digits.
    """
    examiner = Examiner(ask, subject.model, subject.profile, subject.thinking_tokens)
    total = plan(subject, parameters).usual.calls
    done, troubles = 0, 0
    for name in parameters:
        probe = PROBES[name]
        yield Progress(done, total, name, None)
        finding = _unasked(subject, probe, troubles)
        if finding is None:
            finding = await _found(examiner, probe)
            troubles = troubles + 1 if finding.in_vain else 0
            done += probe.plan.usual.calls + (0 if done else OPENING.usual.calls)
        yield Progress(done, total, name, Verdict.of(name, finding, examiner.evidence()))


def _unasked(subject: Subject, probe: Probe, troubles: int) -> Finding | None:
    """What can be said without asking."""
    if why := subject.withheld(probe):
        return cannot_tell(f"It is not sent to this kind of server. {why}")
    if troubles >= TROUBLES_IN_A_ROW and subject.asks(probe):
        why = f"Not asked, since the server failed {troubles} times in a row."
        return Finding("cannot tell", why, in_vain=True)
    return None


async def _found(examiner: Examiner, probe: Probe) -> Finding:
    """What the probe found, or what kept it from finding anything."""
    try:
        return await probe.run(examiner)
    except Rejected as rejected:
        return await _rejected(examiner, probe, rejected.words)
    except Trouble as trouble:
        return Finding("cannot tell", str(trouble), in_vain=True)
    finally:
        examiner.settle(probe.plan.most)


async def _rejected(examiner: Examiner, probe: Probe, words: str) -> Finding:
    """Whose refusal it is: that of the parameter, or already that of another one without which it cannot be."""
    if probe.needs:
        try:
            await examiner.ask(1, **probe.needs)
        except Trouble as trouble:
            return Finding("cannot tell", str(trouble), in_vain=True)
        except Rejected:
            return cannot_tell(f"It needs {' and '.join(probe.needs)}, which the server refuses. {words}")
    return Finding("rejected", words)
