"""What a model's author suggests to sample it with, as far as it can be used here.

Kept apart from the catalogues, because these values come from outside and are offered as values to set: each is checked
against the parameter's range, and what does not fit is as if it had not been said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from playground.parameters import REGISTRY
from playground.value_types import Integer, Number, ValueType
from playground.wire.models import ModelInfo
from playground.wire.runs import Run

_DIGITS: Final = 6
"""Numbers of 32 bits are written with more than they have: 0.949999988079071 is 0.95."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value for one parameter, and whose it is, by which place: the model's author's, or what a server uses unset."""

    value: int | float
    by: Literal["author", "server"]
    place: str

    @property
    def told(self) -> str:
        """The whole sentence."""
        if self.by == "author":
            return f"The author suggests {self.value} ({self.place})."
        return f"The {self.by} itself uses {self.value} ({self.place})."


def suggestions(model: ModelInfo | None, kinds: Mapping[str, ValueType]) -> dict[str, Suggestion]:
    """The author's values by parameter that are in range; `kinds` are the ranges of the model's server."""
    found = {}
    for name, given in (model.suggested if model else {}).items():
        kind = kinds.get(name, REGISTRY[name].kind) if name in REGISTRY else None
        value = fitting(given, kind)
        if value is not None and model is not None:
            found[name] = Suggestion(value, "author", model.suggested_in)
    return found


def own_values(run: Run, kinds: Mapping[str, ValueType]) -> dict[str, int | float]:
    """What a run of a server uses where nothing is set, as far as it shows that."""
    named = ((n, fitting(v, kinds.get(n, REGISTRY[n].kind))) for n, v in run.values.items() if n in REGISTRY)
    return {name: value for name, value in named if value is not None}


def server_suggestions(own: Mapping[str, int | float], defaults: Mapping[str, Any]) -> dict[str, Suggestion]:
    """Those of its own values that its program does not have by itself: its model's author or its owner chose them."""
    chosen = {name: value for name, value in own.items() if value != defaults.get(name, value)}
    return {
        name: Suggestion(value, "server", "by its model's file, or a flag") for name, value in chosen.items()
    }


def fitting(given: float, kind: ValueType | None) -> int | float | None:
    """A number as a parameter of this kind takes it; None where it does not.

    >>> fitting(20.0, Integer(0, None)), fitting(0.949999988079071, Number(0.0, 1.0, 0.1)), fitting(7.0, None)
    (20, 0.95, None)
    """
    if not isinstance(kind, (Number, Integer)):
        return None
    value = int(given) if isinstance(kind, Integer) and given == int(given) else round(given, _DIGITS)
    return None if list(kind.faults(value)) else value
