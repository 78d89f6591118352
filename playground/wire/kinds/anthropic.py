"""Anthropic's own API, in its OpenAI-compatible form.

Sources: platform.claude.com/docs/en/api/openai-sdk (what is ignored; n "must be exactly 1", and choices always have a
length of 1; verbosity is not there; read 2026-11-30), and of the newer models its migration guides, Opus 4.7 and 5.5.
"""

from __future__ import annotations

from typing import Final

from playground.value_types import Number
from playground.wire.families import CLAUDE_FORCED_BY, CLAUDE_UNFORCED, CLAUDE_UNSAMPLED
from playground.wire.kinds.openai import BY_ID, COMMON, OF_OPEN_WEIGHTS, WHOLE, implemented
from playground.wire.kinds.profile import Continuation, Profile
from playground.wire.restrictions import Restriction
from playground.wire.rules import Send, Withhold

_IGNORED: Final = Withhold("Anthropic ignores it here, and says nothing.")
_PASSED_OVER: Final = (
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "presence_penalty",
    "frequency_penalty",
    "seed",
    "response_format",
    "reasoning_effort",
    "service_tier",
    "user",
    *OF_OPEN_WEIGHTS,
)

_NEWER: Final = (
    Restriction(
        models=CLAUDE_UNSAMPLED,
        parameters=("temperature", "top_p"),
        fate="refused",
        why="From Opus 4.7 on Claude has no temperature and top_p: Anthropic refuses them.",
        source="Anthropic's migration guide for Opus 4.7, and its refusals in opik#7575",
        at="2026-04-16",
    ),
    Restriction(
        models=CLAUDE_UNFORCED,
        parameters=("tool_choice",),
        fate="refused",
        why=CLAUDE_FORCED_BY,
        source="Anthropic's What's new in Claude Opus 5.5",
        at="2026-09-22",
        partial=True,
    ),
)

ANTHROPIC: Final = Profile(
    flavour="anthropic",
    label="Anthropic",
    rules={
        **COMMON,
        **dict.fromkeys(_PASSED_OVER, _IGNORED),
        "n": Withhold("Anthropic gives one answer a call, and takes no n but 1."),
        "verbosity": Send("Anthropic's page on this form does not name it: it may ignore or refuse it."),
    },
    kinds={**BY_ID, "temperature": Number(0.0, 1.0, 0.01)},
    defaults=WHOLE,
    continuation=Continuation(
        "unknown", "Claude 4.5 and earlier go on from a beginning; from 4.6 on Anthropic refuses one."
    ),
    base_url="https://api.anthropic.com/v1",
    needs_key=True,
    key_hosts=("api.anthropic.com",),
    takes=implemented,
    restrictions=_NEWER,
)
