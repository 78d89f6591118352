"""What was found in something pasted: a body, where it goes, and what was not understood; and that as a setup.

Kept apart from the three languages, each of which finds no more than this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.parameters import REGISTRY
from playground.share.setup import NO_MODEL, NotASetup
from playground.wire.addresses import origin
from playground.wire.profiles import HOSTED

KEY_FOUND: Final = "A key stood in it, which was not taken over: type it under Keys."
_ENDPOINT: Final = "/chat/completions"
_APART: Final = ("model", "messages", "diff_frequency", "pref_params")


@dataclass(frozen=True, slots=True)
class Found:
    """A request as some program would send it; `not_understood` are sentences."""

    body: Mapping[str, Any]
    base_url: str = ""
    not_understood: tuple[str, ...] = field(default_factory=tuple)


def document_of(found: Found) -> dict[str, Any]:
    """The same as the JSON of a setup: fields that are parameters in their places, all others as extra JSON.

    Raises NotASetup where the body is none of a chat completion.
    """
    body = found.body
    if not isinstance(body.get("messages"), list):
        raise NotASetup(
            "This has no list of messages, as a request to a model has.", "Paste the whole request."
        )
    model, base_url = _target(body.get("model"), found.base_url.strip().rstrip("/").removesuffix(_ENDPOINT))
    fields = {name: value for name, value in body.items() if name not in ("model", "messages")}
    own = {n: v for n, v in fields.items() if _is_parameter(n, v)}
    extra = {n: v for n, v in fields.items() if n not in own}
    document = {"model": model, "base_url": base_url, "parameters": own, "messages": body["messages"]}
    return {**document, "extra_body": extra} if extra else document


def _target(model: Any, base_url: str) -> tuple[str, str]:
    """The model as the page names it: a provider's own address is its prefix."""
    name = model if isinstance(model, str) and model.strip() else NO_MODEL
    for profile in HOSTED:
        if base_url and origin(base_url) == origin(profile.base_url):
            return f"{profile.flavour}/{name}", ""
    return name, base_url


def _is_parameter(name: str, value: Any) -> bool:
    """Whether a field is one that has a row, with a value that it can have; any other goes along as it is."""
    record = REGISTRY.get(name)
    own = record is not None and (name not in _APART or record.call == "create_preference")
    return own and record is not None and next(record.kind.faults(value), None) is None
