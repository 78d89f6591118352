"""What the page is set to, as one value that can be handed on: where requests go, what is set, what was said.

Kept apart from links and files, which carry it, because what comes back from outside is judged here once for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, get_args

from playground.chat import ModelRef
from playground.content_parts import has_pictures
from playground.errors import PlaygroundError
from playground.parameters import REQUIRED
from playground.share.values import WIDEST, bounded, fault_of, in_order, known_extra, known_parameters
from playground.value_types import ValueType, json_faults, shown
from playground.votes.redaction import holds_key
from playground.wire.addresses import server_address
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES

NO_MODEL: Final = "(none)"
"""What stands in the place of a model where none is named."""


class NotASetup(PlaygroundError):
    """What was to be opened holds no setting that this page knows; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that can be set, and only that: a parameter that is not among `parameters` is unset.

    `messages` is None where only the settings are handed on; `draft` is what stands in the composer. Nothing else of
    a page has a place here: no key, no vote, no answer's scores.
    """

    model: str
    base_url: str = ""
    flavour: str = ""
    mode: str = "blind"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    second: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] | None = None
    draft: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON, without what says nothing: opened, it is the same again."""
        idle = {each.name: getattr(Setup(""), each.name) for each in fields(self)}
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        told |= {name: in_order(told[name]) for name in ("parameters", "second")}
        document = {name: value for name, value in told.items() if name == "model" or value != idle[name]}
        return {n: list(v) if isinstance(v, tuple) else v for n, v in document.items()}

    def holding_keys(self) -> tuple[str, ...]:
        """The fields in which something looks like a key, which no link may hold."""
        return tuple(name for name, value in self.to_json().items() if holds_key(value))

    def without_pictures(self) -> tuple[Setup, int]:
        """The same without the pictures in its messages, and how many there were."""
        if self.messages is None:
            return self, 0
        bare = tuple(_without_pictures(message) for message in self.messages)
        return replace(self, messages=bare), sum(map(_pictures, self.messages))


def setup_of(document: Any) -> tuple[Setup, tuple[str, ...]]:
    """A setup out of JSON that may be anything, and what of it cannot be restored, each in a sentence.

    Raises NotASetup where there is no model in it, or where it is no JSON that a request could hold.
    """
    if not isinstance(document, Mapping) or not _is_text(document.get("model")):
        raise NotASetup("This holds no settings of Parameter Playground.")
    lost: list[str] = []
    known = {each.name for each in fields(Setup)}
    lost += [f"{shown(name)} is not known here." for name in document if name not in known]
    base_url, flavour = _server(document, lost)
    model = document["model"]
    setup = Setup(
        model=model,
        base_url=base_url,
        flavour=flavour,
        mode="open" if document.get("mode") == "open" else "blind",
    )
    if not base_url and model != NO_MODEL and ModelRef.parse(model) is None:
        lost.append(f"The model {shown(model)} belongs to no server that is named.")
    kinds = _kinds(setup)
    messages = document.get("messages")
    if messages is not None and messages != [] and (fault := fault_of(REQUIRED["messages"].kind, messages)):
        lost.append(f"messages: {fault}")
        messages = None
    draft = document.get("draft", "")
    return replace(
        setup,
        parameters=dict(known_parameters(document, "parameters", kinds, lost)),
        extra_body=known_extra(document.get("extra_body"), lost),
        second=dict(known_parameters(document, "second", kinds, lost)),
        messages=None if messages is None else tuple(messages),
        draft=draft if isinstance(draft, str) and not any(json_faults(draft)) else "",
    ), bounded(lost)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not any(json_faults(value))


def _server(document: Mapping[str, Any], lost: list[str]) -> tuple[str, str]:
    """The base URL and its kind, as far as they are ones."""
    base_url, flavour = document.get("base_url", ""), document.get("flavour", "")
    if flavour and flavour not in get_args(Flavour):
        lost.append(f"{shown(flavour)} is no kind of server that is known here.")
        flavour = ""
    if not base_url:
        return "", ""
    try:
        server_address(base_url if isinstance(base_url, str) else "")
    except PlaygroundError:
        lost.append(f"{shown(base_url)} is no address of a server.")
        return "", ""
    return base_url, flavour


def _kinds(setup: Setup) -> Mapping[str, ValueType]:
    """The ranges of its server; where its kind is found out only later, those of the kind that takes most."""
    if setup.flavour:
        flavour = setup.flavour
    elif not setup.base_url and (model := ModelRef.parse(setup.model)) and model.provider != "server":
        flavour = model.provider
    else:
        return WIDEST
    return next(profile for name, profile in PROFILES.items() if name == flavour).kinds


def _is_picture(part: Any) -> bool:
    """One that is here; of one at an address the address goes along."""
    return has_pictures([{"content": [part]}]) and "data:" in str(part.get("image_url"))


def _pictures(message: Mapping[str, Any]) -> int:
    content = message.get("content")
    return sum(map(_is_picture, content)) if isinstance(content, list) else 0


def _without_pictures(message: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _pictures(message):
        return message
    kept = [part for part in message["content"] if not _is_picture(part)]
    return {**message, "content": kept or ""}
