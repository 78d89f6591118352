"""A preset: parameters under a name, as one frozen value. What it does not set it leaves unset.

Kept apart from files, the data folder and the page, which all hold the same value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.parameters import REGISTRY, REQUIRED, UNSET, Call, parameters_of
from playground.value_types import shown

LONGEST_NAME: Final = 60
_OF_THE_CALL: Final = ("stream", "stream_options")
"""What comes back from a call is up to the call, and so is how: one that does not stream has no stream_options."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What is set under this name, and only that; extra JSON beside it. No model, no server, no messages, no key."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    extra_body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unset(self) -> tuple[str, ...]:
        """The parameters that it leaves to the server."""
        return tuple(name for name in REGISTRY if name not in REQUIRED and name not in self.parameters)

    def values(self, given: Mapping[str, Any], call: Call) -> dict[str, Any]:
        """What a call has that was `given` these values: those over the preset's, and UNSET for all else.

        >>> Preset("Cold", {"temperature": 0.2}).values({"seed": 1}, "create")["max_tokens"]
        UNSET
        """
        taken = {p.name for p in parameters_of(call) if p.name not in REQUIRED}
        own = {name: value for name, value in self.parameters.items() if name in taken}
        if given.get("stream") is not True:
            own = {name: value for name, value in own.items() if name not in _OF_THE_CALL}
        return {**dict.fromkeys(taken, UNSET), **own, **given}


PresetName = str | Preset
"""A preset by its name, one that is shipped or kept in the data folder; or as a value."""
Two = tuple[PresetName, PresetName] | list[PresetName]


def two_presets(presets: Any, preset: PresetName, given: Mapping[str, Any]) -> Sequence[PresetName]:
    """The two presets of a pair. Raises InvalidRequest where they are not two, or something stands in their place."""
    if not isinstance(presets, (list, tuple)) or len(presets) != 2 or not all(presets):
        raise InvalidRequest([Problem("presets", shown(presets), "two presets")])
    beside = "preset" if preset else "pref_params" if given.get("pref_params", UNSET) is not UNSET else ""
    if beside:
        raise InvalidRequest([Problem("presets", shown(presets), f"nothing beside {beside}: leave one out")])
    return presets


def cleaned_name(text: str) -> str:
    """A name as it is kept: on one line, without blanks around it.

    >>> cleaned_name("  two  words ")
    'two words'
    """
    return " ".join(text.split())
