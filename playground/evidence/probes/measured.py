"""What was measured of a model at a server, as an answer to whether it takes a parameter; and whether that still holds.

Kept apart from the table because a verdict is of one run of a server, and the next may be set up otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from playground.evidence.probes.finding import Outcome
from playground.evidence.probes.table import ProbeTable, Verdict
from playground.wire.kinds.profile import Support
from playground.wire.runs import Run

_MEANS: Final[Mapping[Outcome, Literal["yes", "void", "refused"]]] = MappingProxyType(
    {"works": "yes", "no visible effect": "void", "rejected": "refused"}
)
_EARLIER: Final = "Measured at an earlier start of this server, which may be set up otherwise now."
_OTHERWISE: Final = "Measured while this server was set up otherwise."
_UNTOLD: Final = "Whether this server was started anew since then cannot be told."
_A_PROBE: Final = "probed"


def holds(verdict: Verdict, run: Run) -> bool:
    """Whether a verdict is of this run, as far as can be told."""
    return not (verdict.run and run.mark) or verdict.run == run.mark


def remark(verdict: Verdict, run: Run, own: bool) -> str:
    """A sentence on whether a verdict still holds; empty where it does. `own`: somebody's server, and no provider's."""
    if not holds(verdict, run):
        return _EARLIER if run.by == "start" else _OTHERWISE
    return _UNTOLD if own and not (verdict.run and run.mark) else ""


def measured(table: ProbeTable | None, run: Run, own: bool) -> dict[str, Support]:
    """By parameter, what the verdicts that hold mean; those that could not tell mean nothing."""
    verdicts = table.verdicts if table is not None else ()
    found = {}
    for verdict in verdicts:
        if verdict.outcome in _MEANS and holds(verdict, run):
            why = " ".join(filter(None, ("Measured here:", verdict.why, remark(verdict, run, own))))
            answer, day = _MEANS[verdict.outcome], verdict.at[:10]
            found[verdict.parameter] = Support(answer, why, _A_PROBE, day, measured=True)
    return found
