"""Whether a model takes a parameter, before anything is sent: yes, no or unknown, and how that is known.

Kept apart from the profiles because two sources are put together here: what the kind of server implements, and
what a catalogue says of one model. What neither says is unknown, never "yes".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from playground.parameters import REGISTRY
from playground.wire.models import ModelInfo, Offer
from playground.wire.profiles import Flavour, Profile
from playground.wire.rules import Send, Withhold


@dataclass(frozen=True, slots=True)
class Support:
    """The answer, and a whole sentence that says how it is known, or why it is not."""

    answer: Literal["yes", "no", "unknown"]
    why: str


def supported(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    """Whether `model`, reached by `profile`, takes `parameter`; `model` is None where no catalogue lists it."""
    if parameter in ("model", "messages") or REGISTRY[parameter].call != "create":
        return Support(
            "yes", "Every call has it." if parameter in ("model", "messages") else "It is used here."
        )
    rule = profile.rule(parameter)
    if isinstance(rule, Withhold):
        return Support("no", rule.why)
    if parameter == "stream" and profile.flavour in _KINDS:
        return Support("yes", "Every server of this kind streams.")
    return _KINDS.get(profile.flavour, _unlisted)(profile, model, parameter)


def _unlisted(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    return Support(
        "unknown", "This server does not say which parameters it takes; it may ignore or refuse it."
    )


def _own(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    return Support("yes", "The embedded model takes every parameter.")


def _implemented(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    """A known server: it implements what its profile sends, but tools also need a model that was taught them."""
    rule = profile.rule(parameter)
    if isinstance(rule, Send) and rule.why:
        return Support("unknown", rule.why)
    if parameter in ("tools", "tool_choice"):
        return Support("unknown", f"{profile.label} takes it; whether this model does, its template decides.")
    return Support("yes", f"{profile.label} implements it.")


def _by_huggingface(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    """The router's catalogue has two flags and no list of parameters (hub-docs, inference-providers/hub-api)."""
    if model is None:
        return Support(
            "unknown", "This model is not in HuggingFace's catalogue, or the catalogue is not here yet."
        )
    flag, what = {
        "tools": (model.tools, "tools"),
        "tool_choice": (model.tools, "tools"),
        "response_format": (model.structured, "structured output"),
    }.get(parameter, (None, ""))
    if flag is True:
        return Support("yes", f"HuggingFace's catalogue says that it supports {what}{_share(model, what)}.")
    if flag is False:
        return Support("no", f"HuggingFace's catalogue says that no provider of it supports {what}.")
    rule = profile.rule(parameter)
    return Support(
        "unknown", (isinstance(rule, Send) and rule.why) or "HuggingFace's catalogue does not say."
    )


def _share(model: ModelInfo, what: str) -> str:
    """How many providers have the flag, where not all do: the router may choose one of the others."""
    flags = [offer.tools if what == "tools" else offer.structured for offer in model.offers]
    return "" if all(flags) else f", at {flags.count(True)} of {len(flags)} providers"


_OPENROUTER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "max_tokens": ("max_tokens", "max_completion_tokens"),
    "response_format": ("structured_outputs",),
}
"""Our names in OpenRouter's words where they differ: response_format goes as a schema, which is what
structured_outputs stands for; their response_format alone is JSON of any shape."""


def _by_openrouter(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    if parameter == "stream_options":
        return Support("yes", "Has no effect there: OpenRouter always reports the usage.")
    if model is None:
        return Support(
            "unknown", "This model is not in OpenRouter's catalogue, or the catalogue is not here yet."
        )
    if model.parameters is None:
        return Support("unknown", "OpenRouter's catalogue does not say what this model takes.")
    names = _OPENROUTER_NAMES.get(parameter, (parameter,))
    lists = [offer.parameters for offer in model.offers if offer.parameters is not None]
    taking = [names_of for names_of in lists if names_of.intersection(names)]
    if not model.parameters.intersection(names) or (lists and not taking):
        return Support("no", f"OpenRouter's catalogue does not list {' or '.join(names)} for this model.")
    some = f" {len(taking)} of {len(lists)} providers take it." if len(taking) < len(lists) else ""
    return Support("yes", f"OpenRouter's catalogue lists it.{some}")


def lacking(profile: Profile, model: ModelInfo, parameters: Iterable[str]) -> tuple[str, ...]:
    """The fewest of the set parameters that, left unset, let one of the model's providers take all the others.

    Empty where one takes them all as far as the catalogue says, which then does not explain a refusal.
    """
    names = [name for name in parameters if name in REGISTRY]
    refused = {name for name in names if supported(profile, model, name).answer == "no"}
    offers = model.offers or (Offer(""),)
    missing = [tuple(n for n in names if n in refused or not _taken(offer, n)) for offer in offers]
    return min(missing, key=len)


def _taken(offer: Offer, parameter: str) -> bool:
    """Whether one of OpenRouter's providers takes it, as far as is known."""
    if offer.parameters is None or REGISTRY[parameter].call != "create":
        return True
    names = _OPENROUTER_NAMES.get(parameter, (parameter,))
    return parameter in ("stream", "stream_options") or not offer.parameters.isdisjoint(names)


_KINDS: Final[Mapping[Flavour, Callable[[Profile, ModelInfo | None, str], Support]]] = {
    "embedded": _own,
    "huggingface": _by_huggingface,
    "openrouter": _by_openrouter,
    "llamacpp": _implemented,
    "vllm": _implemented,
    "tgi": _implemented,
    "transformers": _implemented,
}
