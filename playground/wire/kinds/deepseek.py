"""DeepSeek, at its own address.

Sources: api-docs.deepseek.com, its API reference (chat completion) and its guide to the thinking mode, read 2026-11-29.
"""

from __future__ import annotations

from typing import Final

from playground.wire.families import DEEPSEEK_THINKING
from playground.wire.kinds.openai import BY_ID, COMMON, OF_OPEN_WEIGHTS, UP_TO_20, WHOLE, implemented
from playground.wire.kinds.profile import Continuation, Profile, Support
from playground.wire.models import ModelInfo
from playground.wire.restrictions import Restriction, Setting
from playground.wire.rules import newer_limit

_UNLISTED: Final = frozenset(
    {
        *("logit_bias", "seed", *OF_OPEN_WEIGHTS),
        *("n", "parallel_tool_calls", "verbosity", "service_tier", "user"),
    }
)
_MAY_REFUSE: Final = Support(
    "unknown", "DeepSeek's API reference does not have it: it may ignore or refuse it."
)
_ANY_SHAPE: Final = Support(
    "unknown", "DeepSeek's API reference has JSON of any shape alone, json_object: it may refuse a schema."
)

_THINKING: Final = (
    Restriction(
        models=DEEPSEEK_THINKING,
        parameters=("temperature", "presence_penalty", "frequency_penalty"),
        fate="void",
        why="While DeepSeek thinks, which it does unasked, it takes temperature and penalties without a word, and "
        'without effect; {"thinking": {"type": "disabled"}} in the extra JSON ends that.',
        source="DeepSeek's guide to its thinking mode",
        at="2026-11-29",
        unless=(Setting("thinking", ({"type": "disabled"},)),),
    ),
)


def _takes(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    if parameter in _UNLISTED:
        return _MAY_REFUSE
    return _ANY_SHAPE if parameter == "response_format" else implemented(profile, model, parameter)


DEEPSEEK: Final = Profile(
    flavour="deepseek",
    label="DeepSeek",
    rules={**COMMON, "max_completion_tokens": newer_limit("DeepSeek")},
    kinds={**UP_TO_20, **BY_ID},
    defaults=WHOLE,
    continuation=Continuation(
        "no", "DeepSeek goes on from a beginning at its beta address alone (/beta): here it begins anew."
    ),
    base_url="https://api.deepseek.com",
    needs_key=True,
    key_hosts=("api.deepseek.com",),
    takes=_takes,
    restrictions=_THINKING,
)
