"""One parameter of a chat completion: what its record says, and how "unset" is told from every value.

Kept apart from the records because those of the documented parameters and the further ones stand in two files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from playground.value_types import ValueType


class Unset(Enum):
    """The type of `UNSET`: leave this parameter to the server, that is, do not send it at all."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET

Group = Literal[
    "Conversation",
    "Sampling",
    "Repetition",
    "Length and stopping",
    "Tokens",
    "Structure",
    "Delivery",
    "Preference",
    "More",
    "Extra",
]
Call = Literal["create", "create_preference"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it may be, its documented default, and what a reader should know of it.

    `default` is what `create()` uses when the caller says nothing; None stands for "none": not sent.
    `requires` names another parameter without which this one is a contradiction; a default then only applies
    when that other one is set. `call` is the narrowest call that takes it.
    """

    kind: ValueType
    group: Group
    does: str
    ignored: str
    default: Any = None
    requires: str | None = None
    call: Call = "create"
    name: str = ""

    def default_beside(self, given: Mapping[str, Any]) -> Any:
        """The documented default, or UNSET where it has none or makes no sense beside `given`."""
        if self.default is None or (self.requires and not given.get(self.requires)):
            return UNSET
        return self.default

    @property
    def help(self) -> str:
        """What it does, what it may be, and when it is ignored: the help text of its widget."""
        return f"{self.does} Allowed: {self.kind.allowed}. {self.ignored}"
