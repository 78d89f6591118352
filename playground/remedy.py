"""What helps against a refusal: parameters to set or to leave unset, as a mapping that a call takes over its own.

A server's words, the checks made here, the page's button and Python callers all mean the same by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.parameters import EXTRA_BODY, PREF_PARAMS_DEFAULT, SECOND, UNSET
from playground.value_types import shown

Given = Mapping[str, Mapping[str, Any]]
"""Objects by the name of their argument: extra_body, pref_params or second."""

_EXTRA: Final = f"{EXTRA_BODY.name}."


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Remedy(Mapping[str, Any]):
    """Parameters with the values that help, or UNSET: `create(**{**values, **remedy})` asks with them.

    `changes` has them one by one, what stands within an object by its name with a dot, as in
    `extra_body.max_completion_tokens`; UNSET takes that out. `given` are these objects as they were asked with: the
    mapping holds them whole, since a call takes them whole. Empty: nothing is known to help.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    given: Given = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self._whole()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def __repr__(self) -> str:
        return repr(self._whole())

    def _whole(self) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for name, value in self.changes.items():
            outer, _, inner = name.partition(".")
            within = {**whole.get(outer, self.given.get(outer, {})), inner: value} if inner else {}
            whole[outer] = {n: v for n, v in within.items() if v is not UNSET} if inner else value
        return whole

    @property
    def what(self) -> str:
        """What it does in plain words, without a full stop: "Set max_tokens to 64"."""
        unset = [n for n, v in self.changes.items() if v is UNSET and not n.startswith(_EXTRA)]
        parts = [f"leave {' and '.join(unset)} unset"] if unset else []
        for name, value in self.changes.items():
            inner = name.removeprefix(_EXTRA)
            where = "" if inner == name else " in the extra JSON"
            if value is not UNSET:
                parts.append(f"set {inner} to {_written(value)}{where}")
            elif where:
                parts.append(f"take {inner} out of the extra JSON")
        told = ", ".join(parts)
        return told[:1].upper() + told[1:]

    @property
    def step(self) -> str:
        """The same as what to do next, a whole sentence."""
        return f"{self.what} and try again."


NO_REMEDY: Final = Remedy()


def _written(value: Any) -> str:
    """A value as the page and JSON write it, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=shown)
    return text if len(text) <= 60 else text[:57] + "..."


def of_second(remedy: Remedy, varied_by: Given) -> Remedy:
    """A remedy for the second answer of a pair, in terms of what made it differ from the first; empty: as it is.

    Nothing where that has no words for it: pref_params cannot be empty, and the extra JSON is that of both sides.
    """
    if not varied_by or not remedy:
        return remedy
    if (second := varied_by.get(SECOND.name)) is not None:
        if any("." in name for name in remedy.changes):
            return NO_REMEDY
        return Remedy({f"{SECOND.name}.{n}": v for n, v in remedy.changes.items()}, {SECOND.name: second})
    over = varied_by["pref_params"]
    changes = {n: v for n, v in remedy.changes.items() if n not in over or v is UNSET}
    replaced = {n: v for n, v in remedy.changes.items() if n in over}
    if replaced and over == PREF_PARAMS_DEFAULT:
        replaced = {**over, **replaced}  # set in part, it is no default any more
    if replaced and all(replaced.get(n) is UNSET for n in over):
        return NO_REMEDY
    changes |= {f"pref_params.{n}": v for n, v in replaced.items()}
    return Remedy(changes, {**remedy.given, "pref_params": over})
