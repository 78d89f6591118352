"""What differs between two requests: each change by its parameter, with the value before and after.

Kept apart from asking, because the page names the changes long before anything is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.chat import ChatRequest, ModelRef
from playground.parameters import EXTRA_BODY, REGISTRY, UNSET
from playground.value_types import shown

NEVER_SENT: Final = frozenset(name for name, record in REGISTRY.items() if record.call != "create")
"""What only decides here whether there is a second answer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One parameter, or the model, or one name of the extra JSON, before and after; UNSET where it was left out."""

    name: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.name} {_told(self.before)} \u2192 {_told(self.after)}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON, in which a side where it is unset does not stand."""
        sides = {"before": self.before, "after": self.after}
        return {
            "name": self.name,
            **{side: value for side, value in sides.items() if value is not UNSET},
        }


def changes_of(
    before: ChatRequest, after: ChatRequest, servers: tuple[str, str] = ("", "")
) -> tuple[Change, ...]:
    """What differs between two requests beside their messages, the model first.

    `servers` are the base URLs that they go to where they are typed ones. What is never sent is no change.

    >>> from playground.chat import ChatRequest, ModelRef
    >>> cold, hot = (ChatRequest(ModelRef("embedded", ""), (), {"temperature": t}) for t in (0.0, 1.5))
    >>> [str(change) for change in changes_of(cold, hot)]
    ['temperature 0.0 → 1.5']
    """
    models = [_model(request.model, server) for request, server in zip((before, after), servers, strict=True)]
    found = [] if models[0] == models[1] else [Change("model", *models)]
    found += _differing(before.parameters, after.parameters, "")
    found += _differing(before.extra, after.extra, f"{EXTRA_BODY.name}.")
    return tuple(change for change in found if change.name not in NEVER_SENT)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str) -> list[Change]:
    return [
        Change(f"{prefix}{name}", before.get(name, UNSET), after.get(name, UNSET))
        for name in dict.fromkeys([*before, *after])
        if name not in before or name not in after or not _same(before[name], after[name])
    ]


def _same(before: Any, after: Any) -> bool:
    """Equal, and no True for a 1."""
    return bool(before == after) and isinstance(before, bool) == isinstance(after, bool)


def _model(model: ModelRef, server: str) -> str:
    """A model as one can type it, and where it is asked if that is an address."""
    named = "/".join(part for part in (model.provider, model.id) if part)
    return f"{model.id or named} at {server}" if server else named


def _told(value: Any) -> str:
    return "unset" if value is UNSET else shown(value)
