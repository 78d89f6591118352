"""What families of models have given up: parameters that are refused, or void, be it beside another parameter's value.

Kept apart from the rules, which say what goes into a body: these say what becomes of it where it arrives, each with who
says so and when. They are data, so that a new family is a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from playground.chat import ChatRequest

Fate = Literal["refused", "void"]
"""refused: the request fails, and says so. void: it is taken without a word, and nothing comes of it."""

_NOTHING: Final[tuple[Any, ...]] = ()
AS_IF_UNSET: Final[Mapping[str, tuple[Any, ...]]] = MappingProxyType(
    {
        "temperature": (1,),
        "top_p": (1,),
        "presence_penalty": (0,),
        "frequency_penalty": (0,),
        "logit_bias": ({},),
        "logprobs": (False,),
        "tools": ([], ()),
        "tool_choice": ("auto", "none"),
    }
)
"""Values that say what holds anyway, by OpenAI's API reference: nothing is claimed of what becomes of them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Another parameter, or a field of the extra JSON, at one of these values; or left `unset`."""

    name: str
    values: tuple[Any, ...]
    unset: bool = False

    def holds(self, request: ChatRequest) -> bool:
        """Whether `request` has it so; the extra JSON has the last word, as in the body."""
        given = {**request.parameters, **request.extra}
        return given[self.name] in self.values if self.name in given else self.unset


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What becomes of `parameters` at the `models` whose names match, unless one of the settings holds.

    `why` is one sentence for all rows that it is about, `source` who says so, and `at` when that was written or, of a
    page without a date, read. `partial`: only some values are concerned, so that the parameter itself is still there.
    """

    models: re.Pattern[str]
    parameters: tuple[str, ...]
    fate: Fate
    why: str
    source: str
    at: str
    unless: tuple[Setting, ...] = ()
    partial: bool = False

    def concerns(self, model_id: str) -> bool:
        """Whether a model is of the family, whoever's name stands before it and whatever behind its colon."""
        name = model_id.lower().rpartition("/")[2].partition(":")[0]
        return self.models.fullmatch(name) is not None

    def meets(self, parameter: str, request: ChatRequest) -> bool:
        """Whether it is about `parameter` as `request` has it; left unset, whether any value of it would be lost."""
        if parameter not in self.parameters or any(setting.holds(request) for setting in self.unless):
            return False
        if parameter not in request.parameters:
            return not self.partial
        return self.fate == "void" or says_something(parameter, request)

    @property
    def told(self) -> str:
        """The sentence with who says so and when."""
        return f"{self.why} ({self.source}, {self.at}.)"


def says_something(parameter: str, request: ChatRequest) -> bool:
    """Whether it is set to what does not hold anyway."""
    given = request.parameters
    return parameter in given and given[parameter] not in AS_IF_UNSET.get(parameter, _NOTHING)


def concerning(restrictions: Iterable[Restriction], model_id: str) -> tuple[Restriction, ...]:
    """Those of a model."""
    return tuple(each for each in restrictions if each.concerns(model_id))
