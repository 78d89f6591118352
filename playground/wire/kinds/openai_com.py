"""OpenAI itself, at its own address.

Source of what it takes: openai-python 3.54.0, types/chat/completion_create_params.py and types/shared/reasoning_effort.
Of its newer models OpenAI's guides are quoted by others: reasoning, "limitations" (vercel/ai#10932); latest model,
"parameter compatibility" (yoagent v0.27.4, 2026-11-07; langchaingo#1497). GPT-6.2 was measured by RouterBase
(dev.to, 2026-11-19), function tools by litellm#34569, 2026-07-24, and livekit/agents#7169, 2026-09-08.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from playground.wire.families import (
    GPT_6_ALWAYS_THINKING,
    GPT_ALWAYS_THINKING,
    GPT_QUIET_UNASKED,
    GPT_THINKING_UNASKED,
    GPT_TOOLS_OR_THOUGHT,
)
from playground.wire.kinds.openai import BY_ID, OF_OPEN_WEIGHTS, OPENAI, UP_TO_20
from playground.wire.kinds.profile import Continuation
from playground.wire.restrictions import Restriction, Setting
from playground.wire.rules import Encode, Send, Withhold, older_limit
from playground.wire.turns import TurnForm

OPENAI_TURNS: Final = TurnForm(
    re.compile(".{1,40}"), "OpenAI takes up to 40 characters, and each once", takes_developer=True
)
"""Longer ids are refused: "maximum length 40". developer is read as system where a model knows only that (its API
reference, chat completions)."""

_REFUSED: Final = Withhold("OpenAI's API does not have it, and refuses unknown fields with HTTP 400.")

_SAMPLING: Final = ("temperature", "top_p", "logprobs", "top_logprobs")
_PENALTIES: Final = ("presence_penalty", "frequency_penalty")
_QUIET: Final = Setting("reasoning_effort", ("none",))
_QUIET_OR_UNASKED: Final = Setting("reasoning_effort", ("none",), unset=True)

_THINKING: Final = (
    Restriction(
        models=GPT_ALWAYS_THINKING,
        parameters=(*_SAMPLING, *_PENALTIES, "logit_bias"),
        fate="refused",
        why="OpenAI's o-series and GPT-5 always think, and refuse temperature, top_p, penalties, logit_bias and "
        "logprobs.",
        source="OpenAI's guide to reasoning, by vercel/ai#10932",
        at="2025-12",
    ),
    Restriction(
        models=GPT_6_ALWAYS_THINKING,
        parameters=(*_SAMPLING, *_PENALTIES),
        fate="refused",
        why="This GPT-6 has no effort none, and while a GPT thinks it refuses temperature, top_p, penalties and "
        "logprobs.",
        source="OpenAI's guide to its latest models, by yoagent v0.27.4, and RouterBase's probes of GPT-6.2",
        at="2026-11-19",
    ),
    Restriction(
        models=GPT_QUIET_UNASKED,
        parameters=_SAMPLING,
        fate="refused",
        why="GPT-5.1 to 5.5 take temperature, top_p and logprobs only with reasoning_effort none or unset.",
        source="OpenAI's guide to its latest models, by vercel/ai#10932 and langchaingo#1497",
        at="2026-03",
        unless=(_QUIET_OR_UNASKED,),
    ),
    Restriction(
        models=GPT_THINKING_UNASKED,
        parameters=_SAMPLING,
        fate="refused",
        why="From GPT-5.6 on OpenAI takes temperature, top_p and logprobs only with reasoning_effort none.",
        source="OpenAI's guide to its latest models, by yoagent v0.27.4",
        at="2026-11-07",
        unless=(_QUIET,),
    ),
)

_TOOLS: Final = (
    Restriction(
        models=GPT_TOOLS_OR_THOUGHT,
        parameters=("tools",),
        fate="refused",
        why="On chat/completions GPT-5.4 and 5.5 take function tools only with reasoning_effort none or unset.",
        source="livekit/agents#7169",
        at="2026-09-08",
        unless=(_QUIET_OR_UNASKED,),
    ),
    Restriction(
        models=GPT_THINKING_UNASKED,
        parameters=("tools",),
        fate="refused",
        why="On chat/completions OpenAI takes function tools of GPT-5.6 and later only with reasoning_effort none.",
        source="OpenAI's own refusal, in litellm#34569",
        at="2026-07-24",
        unless=(_QUIET,),
    ),
    Restriction(
        models=GPT_6_ALWAYS_THINKING,
        parameters=("tools",),
        fate="refused",
        why="This GPT-6 has no effort none, and on chat/completions OpenAI takes function tools with that alone.",
        source="home-generative-agent v3.46.0-beta.1",
        at="2026-11-12",
    ),
)

OPENAI_COM: Final = replace(
    OPENAI,
    flavour="openai.com",
    label="OpenAI",
    rules={
        **OPENAI.rules,
        **dict.fromkeys(OF_OPEN_WEIGHTS, _REFUSED),
        "max_tokens": Encode(
            older_limit("max_completion_tokens"), "OpenAI's newer models refuse max_tokens."
        ),
        "reasoning_effort": Send("Each model takes some of these words and refuses the others."),
        "user": Send(
            "OpenAI replaces it by safety_identifier and prompt_cache_key, which the extra JSON takes."
        ),
    },
    kinds={**UP_TO_20, **BY_ID},
    turns=OPENAI_TURNS,
    continuation=Continuation(
        "no", "OpenAI's models begin anew: to them a last message of their own has been said already."
    ),
    restrictions=(*_THINKING, *_TOOLS),
    base_url="https://api.openai.com/v1",
    needs_key=True,
    key_hosts=("api.openai.com",),
)
