"""vLLM's server.

Sources: vllm entrypoints/openai/chat_completion/protocol.py at 002032e, 2026-11 (to_sampling_params, build_chat_params:
an effort sets enable_thinking; user "will be ignored", other unknown fields are), sampling_params.py (top_k: 0 and -1
switch it off), and of min_p beside speculative decoding vllm#42744 and #42802; of its start
vllm/v1/metrics/prometheus.py: with several processes /metrics does not tell it.
"""

from __future__ import annotations

from typing import Final

from playground.wire.heard import Heard
from playground.wire.kinds.openai import BY_ID, COMMON, OF_OPENAI, UP_TO_20, WHOLE, implemented
from playground.wire.kinds.profile import Continuation, Mark, Profile
from playground.wire.rules import Send, Withhold, thinking
from playground.wire.runs import METRICS, RunMark, settings_of
from playground.wire.strictness import STRICT


def _tells(heard: Heard) -> str:
    """Its models belong to "vllm"; without a key /version still answers, with nothing but the version."""
    if "vllm" in heard.owners:
        return "Its models are owned by vllm."
    has_version = set(heard.fields("version")) == {"version"}
    return "It has vLLM's /version." if heard.is_closed and has_version else ""


VLLM: Final = Profile(
    flavour="vllm",
    label="vLLM",
    rules={
        **COMMON,
        **STRICT,
        **dict.fromkeys(OF_OPENAI, Withhold("vLLM ignores it, and says nothing.")),
        "reasoning_effort": thinking("vLLM"),
        "min_p": Send("Where vLLM runs with speculative decoding it refuses it, or ignores it silently."),
    },
    continuation=Continuation(
        "yes",
        "vLLM goes on from the last message only if it is told so.",
        fields={"continue_final_message": True, "add_generation_prompt": False},
    ),
    kinds={**UP_TO_20, **BY_ID},
    defaults={
        **WHOLE,
        "temperature": "the model's own generation config, else 1.0",
        "top_p": "the model's own generation config, else 1.0",
        "top_k": "the model's own generation config, else 0",
        "min_p": "the model's own generation config, else 0.0",
        "repetition_penalty": "the model's own generation config, else 1.0",
        "max_tokens": "what is left of the context",
    },
    mark=Mark(("version",), _tells),
    runs=(METRICS, RunMark("version", settings_of, "settings")),
    takes=implemented,
    tells_prompt="tokenize",
)
