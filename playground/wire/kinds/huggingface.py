"""HuggingFace's router, which passes a request on to one of many providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.wire.addresses import origin
from playground.wire.kinds.openai import BY_ID, COMMON, WHOLE
from playground.wire.kinds.profile import KeyForm, ModelList, Profile, Support
from playground.wire.models import POLICIES, ModelInfo, of_huggingface
from playground.wire.rules import Send, newer_limit
from playground.wire.strictness import STRICT_SUBSET


def bill_to(organisation: str) -> dict[str, str]:
    """The header that has HuggingFace bill an organisation (hub-docs inference-providers/pricing)."""
    return {"X-HF-Bill-To": organisation} if organisation else {}


def _takes(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
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


def _author_page(base_url: str, model_id: str) -> str:
    """Of a file of the Hub, which is beside its router."""
    return f"{origin(base_url).replace('//router.', '//')}/{model_id}/raw/main/generation_config.json"


_KEYS: Final = KeyForm("hf_", ("huggingface.co", "hf.co"), programs=("hf.space", "huggingface.cloud"))
"""Spaces and inference endpoints: on HuggingFace's machines, but anybody's programs, which read what they are sent."""

_ROUTES: Final[Mapping[str, str]] = {
    "": "route: as HuggingFace chooses",
    **{policy: f"route: {policy}" for policy in POLICIES},
}
"""What may stand behind a model's name and a colon."""

HUGGINGFACE: Final = Profile(
    flavour="huggingface",
    label="HuggingFace",
    rules={
        **COMMON,
        **STRICT_SUBSET,
        "tool_prompt": Send("Used where the router reaches a TGI server; others may ignore or refuse it."),
        "max_completion_tokens": newer_limit("HuggingFace's documentation"),
        "n": Send("HuggingFace's documentation calls it unused; a provider may still take it."),
    },
    kinds=BY_ID,
    defaults=WHOLE,
    base_url="https://router.huggingface.co/v1",
    names_caller=lambda caller: bill_to(caller.payer),
    needs_key=True,
    key_hosts=("huggingface.co",),
    key_setting="hf_token",
    key_form=_KEYS,
    takes=_takes,
    model_list=ModelList(of_huggingface, author_page=_author_page),
    routes=_ROUTES,
    hands_on=True,
    key_example="hf_…",
)
