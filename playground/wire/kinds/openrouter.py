"""OpenRouter, which passes a request on to one of many providers.

Sources: its API reference, its docs on provider routing, debugging and reasoning tokens, and its SDK, whose
ChatMessages lists the role developer and whose ChatRequest (2026-11) has no n; of Claude its migration guides, Claude
4.7 and Opus 5.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.wire.families import CLAUDE_FORCED_BY, CLAUDE_UNFORCED, CLAUDE_UNSAMPLED
from playground.wire.kinds.openai import BY_ID, COMMON, UP_TO_20, WHOLE
from playground.wire.kinds.profile import Addition, Continuation, KeyForm, ModelList, Profile, Support, Switch
from playground.wire.models import ModelInfo, of_openrouter, of_openrouter_endpoints
from playground.wire.restrictions import Restriction
from playground.wire.rules import Encode, Send, Withhold
from playground.wire.strictness import STRICT_SUBSET
from playground.wire.turns import TurnForm

_USAGE_ANYWAY: Final = "Has no effect there: OpenRouter always reports the usage."


def referred_by(url: str) -> dict[str, str]:
    """The header by which OpenRouter attributes calls to an app (OpenRouter docs, app attribution)."""
    return {"HTTP-Referer": url} if url else {}


def _reasoning(request: ChatRequest) -> Mapping[str, Any]:
    """The effort within OpenRouter's object `reasoning`, which says it to every provider in its own words."""
    return {"reasoning": {"effort": request.parameters["reasoning_effort"]}}


_ITS_OWN: Final[Mapping[str, Support]] = {
    "stream_options": Support("yes", _USAGE_ANYWAY),
    "user": Support("yes", "OpenRouter itself takes it."),
    "service_tier": Support(
        "unknown", "OpenRouter passes it on; its catalogue does not say which have tiers."
    ),
}
"""What its catalogue lists for no model."""


def _takes(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    if (own := _ITS_OWN.get(parameter)) is not None:
        return own
    if model is None:
        return Support(
            "unknown", "This model is not in OpenRouter's catalogue, or the catalogue is not here yet."
        )
    if model.parameters is None:
        return Support("unknown", "OpenRouter's catalogue does not say what this model takes.")
    names = profile.listed(parameter)
    lists = [offer.parameters for offer in model.offers if offer.parameters is not None]
    taking = [names_of for names_of in lists if names_of.intersection(names)]
    if not model.parameters.intersection(names) or (lists and not taking):
        return Support("no", f"OpenRouter's catalogue does not list {' or '.join(names)} for this model.")
    some = f" {len(taking)} of {len(lists)} providers take it." if len(taking) < len(lists) else ""
    return Support("yes", f"OpenRouter's catalogue lists it.{some}")


_LISTED_AS: Final[Mapping[str, tuple[str, ...]]] = {
    "max_tokens": ("max_tokens", "max_completion_tokens"),
    "max_completion_tokens": ("max_completion_tokens", "max_tokens"),
    "reasoning_effort": ("reasoning_effort", "reasoning"),
    "response_format": ("structured_outputs",),
}
"""response_format goes as a schema, which is what structured_outputs stands for; their response_format alone is JSON of
any shape."""


def _top_k_from_0(request: ChatRequest) -> Mapping[str, Any]:
    """OpenRouter's API reference, parameters: an integer, 0 or above."""
    return {"top_k": max(request.parameters["top_k"], 0)}


_REQUIRE: Final = Switch(
    "require_parameters",
    ("provider", "require_parameters"),
    "only providers that take all of them",
    "On, OpenRouter passes over providers that do not take every parameter that is sent; off, they may drop "
    "some silently.",
)

_CLAUDE: Final = (
    Restriction(
        models=CLAUDE_UNSAMPLED,
        parameters=("temperature", "top_p", "top_k"),
        fate="void",
        why="From Opus 4.7 on Claude has no temperature, top_p and top_k: OpenRouter takes them and passes them over, "
        "without a word.",
        source="OpenRouter's migration guide for Claude 4.7",
        at="2026-06-22",
    ),
    Restriction(
        models=CLAUDE_UNFORCED,
        parameters=("tool_choice",),
        fate="refused",
        why=CLAUDE_FORCED_BY,
        source="OpenRouter's migration guide for Opus 5.5",
        at="2026-09-22",
        partial=True,
    ),
)

OPENROUTER: Final = Profile(
    flavour="openrouter",
    label="OpenRouter",
    rules={
        **COMMON,
        **STRICT_SUBSET,
        "stream_options": Send(_USAGE_ANYWAY),
        "reasoning_effort": Encode(_reasoning, "Within OpenRouter's object reasoning."),
        "top_k": Encode(_top_k_from_0, "OpenRouter switches it off by 0 alone."),
        "n": Withhold("OpenRouter's API does not have it: each call gives one answer."),
    },
    kinds={**UP_TO_20, **BY_ID},
    defaults=WHOLE,
    adds=(
        Addition(
            "provider",
            {"require_parameters": True},
            "Without it OpenRouter drops what a provider does not take, silently. "
            'Switch it off with {"provider": {"require_parameters": false}} in the extra JSON.',
        ),
    ),
    turns=TurnForm(takes_developer=True),
    continuation=Continuation(
        "unknown",
        "OpenRouter hands a beginning on; whether the answer goes on from it depends on the provider.",
    ),
    base_url="https://openrouter.ai/api/v1",
    headers={"X-OpenRouter-Title": "Parameter Playground"},
    names_caller=lambda caller: referred_by(caller.app_url),
    needs_key=True,
    key_hosts=("openrouter.ai",),
    key_setting="openrouter_api_key",
    key_form=KeyForm("sk-or-", ("openrouter.ai",)),
    takes=_takes,
    model_list=ModelList(of_openrouter, of_openrouter_endpoints),
    listed_as=_LISTED_AS,
    refuses_untaken=_REQUIRE,
    restrictions=_CLAUDE,
    switches=(
        _REQUIRE,
        Switch(
            "show what was passed on",
            ("debug", "echo_upstream_body"),
            "the body that its provider got",
            "For streams. OpenRouter says that this is for debugging, not for production.",
        ),
    ),
    hands_on=True,
    key_example="sk-or-…",
)
