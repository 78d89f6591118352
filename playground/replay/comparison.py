"""A comparison: what was changed, every answer before and after it, and what they show of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playground.replay.changes import Change
from playground.replay.parting import Parting, parting_of
from playground.replay.trials import Tally, Trial, tally_of
from playground.replay.words import told


@dataclass(frozen=True)
class Comparison:
    """What a change did: what was changed, every trial, and what was held still or asked for beside (`notes`)."""

    changes: tuple[Change, ...]
    trials: tuple[Trial, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def parting(self) -> Parting | None:
        """Where the two answers of the first trial part; None where they say the same, or one is not there."""
        return parting_of(self.trials[0].before, self.trials[0].after) if self.trials else None

    @cached_property
    def tally(self) -> Tally:
        """What the trials show together."""
        return tally_of(self.trials)

    @property
    def told(self) -> tuple[str, ...]:
        """What follows, in sentences."""
        return told(self.changes, self.trials, self.tally)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "changes": [change.to_dict() for change in self.changes],
            "notes": list(self.notes),
            "told": list(self.told),
            "parting": self.parting.to_dict() if self.parting else None,
            "tally": self.tally.to_dict(),
            "trials": [trial.to_dict() for trial in self.trials],
        }
