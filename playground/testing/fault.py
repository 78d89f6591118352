"""A fault of a server: what goes wrong there with one parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from playground.events import Event
from playground.parameters import REGISTRY

Body = dict[str, Any]
"""A request's JSON."""

Damage = Callable[[Body], None]
"""Changes a request in place."""


def _nothing(body: Body) -> None:
    """No damage."""


def _as_it_comes(event: Event) -> Event:
    return event


@dataclass(frozen=True)
class Fault:
    """What goes wrong with `parameter`, and `what` in a few words.

    `damage` changes the request before the model reads it, `events` changes, or with None drops, each event of the
    answer; `in_one_piece` holds the whole text back until its end, and `model` is a name to answer under in place
    of the one that was asked for. What `refuses` is True of is answered with `status` and the JSON `words`.
    """

    parameter: str
    what: str
    damage: Damage = _nothing
    events: Callable[[Event], Event | None] = _as_it_comes
    refuses: Callable[[Body], bool] = lambda body: False
    words: Mapping[str, Any] = field(default_factory=dict)
    status: int = 400
    model: str = ""
    in_one_piece: bool = False

    @property
    def name(self) -> str:
        """Both in a few words: `temperature dropped`."""
        return f"{self.parameter} {self.what}"


NO_FAULT: Final = Fault("", "healthy")


def dropped(parameter: str) -> Fault:
    """Taken out of the request without a word, with what makes no sense without it."""

    def damage(body: Body) -> None:
        for name in (parameter, *(n for n, record in REGISTRY.items() if record.requires == parameter)):
            body.pop(name, None)

    return Fault(parameter, "dropped", damage)


def changed(parameter: str, what: str, change: Callable[[Any], Any]) -> Fault:
    """Replaced, where it is set, by something else."""

    def damage(body: Body) -> None:
        if parameter in body:
            body[parameter] = change(body[parameter])

    return Fault(parameter, what, damage)


def always(parameter: str, what: str, value: Any) -> Fault:
    """Set to `value` whatever was asked for."""
    return Fault(parameter, what, lambda body: void(body.update({parameter: value})))


def refused(parameter: str, *, named: bool = True) -> Fault:
    """Refused with HTTP 400, with the parameter's name or without it."""
    words = f"Unsupported parameter: '{parameter}'." if named else "Bad request."
    error = {"message": words, "param": parameter} if named else {"message": words}
    what = "refused" if named else "refused without naming it"
    return Fault(parameter, what, refuses=lambda body: parameter in body, words={"error": error})


def refused_within(parameter: str) -> Fault:
    """Refused with HTTP 200, in a document that holds nothing but the error."""
    return replace(refused(parameter), what="refused with HTTP 200", status=200)


def void(_: object) -> None:
    """Throws a value away, so that a lambda can do something."""
