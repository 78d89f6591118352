"""Mistral, at its own address.

Sources: docs.mistral.ai/api (chat completions); mistralai/client-python 02e327f, models/chatcompletionrequest.py and
reasoningeffort.py (2026).
"""

from __future__ import annotations

import re
from typing import Final

from playground.value_types import OneOf
from playground.wire.kinds.openai import BY_ID, COMMON, OF_OPEN_WEIGHTS, OF_OPENAI, WHOLE, implemented
from playground.wire.kinds.profile import Continuation, Profile
from playground.wire.rules import Rename, Withhold, newer_limit
from playground.wire.turns import TurnForm

MISTRAL_TURNS: Final = TurnForm(
    re.compile("[a-zA-Z0-9]{9}"), "Mistral takes 9 letters or digits and nothing else", no_text=""
)
"""Other ids are refused: "must be a-z, A-Z, 0-9, with a length of 9"; some routes refuse null (mistral-common#324)."""

_REFUSED: Final = Withhold("Mistral does not know it, and refuses unknown fields with HTTP 422.")

MISTRAL: Final = Profile(
    flavour="mistral",
    label="Mistral",
    rules={
        **COMMON,
        **dict.fromkeys(("logit_bias", "logprobs", "top_logprobs", "stream_options"), _REFUSED),
        **dict.fromkeys((*OF_OPEN_WEIGHTS, *OF_OPENAI), _REFUSED),
        "max_completion_tokens": newer_limit("Mistral"),
        "seed": Rename("random_seed", "Mistral's own name for it."),
    },
    continuation=Continuation(
        "no", "Mistral takes a beginning only where the message is marked as one, which is not done here."
    ),
    kinds={**BY_ID, "reasoning_effort": OneOf(("none", "high"))},
    defaults=WHOLE,
    turns=MISTRAL_TURNS,
    base_url="https://api.mistral.ai/v1",
    needs_key=True,
    key_hosts=("api.mistral.ai",),
    takes=implemented,
)
