"""A contest: presets of which two are drawn for a pair, each against each, or one against the others.

Kept apart from the draw whether there is a pair at all, which is the same for every kind of pair.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from playground.preset import Preset

MOST_IN_CONTEST: Final = 20
AS_SET: Final = ("stream", "stream_options", "logprobs", "top_logprobs")
"""How answers come, and what comes beside them, is no matter of a contest: as it is set, on both sides. Else a blind
pair could be told by it."""

_random = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Contest:
    """Presets that compete. `against`: the one that meets all others; empty: each meets each."""

    presets: tuple[Preset, ...]
    against: str = ""

    def two(
        self, draw: Callable[[Sequence[Preset], int], list[Preset]] = _random.sample
    ) -> tuple[Preset, Preset]:
        """The two of one pair, the one that meets all others first."""
        one = next((preset for preset in self.presets if preset.name == self.against), None)
        if one is None:
            first, second = draw(self.presets, 2)
            return first, second
        (other,) = draw([preset for preset in self.presets if preset is not one], 1)
        return one, other
