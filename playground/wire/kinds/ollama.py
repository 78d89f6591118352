"""Ollama's server.

Sources: ollama openai/openai.go (ChatCompletionRequest, FromChatRequest, thinkFromReasoningEffort), server/routes.go
(/api/version, top_logprobs) and llm/llama_server.go (promptEvalCount) at v0.33.0-rc2, 2026-08;
docs/api/openai-compatibility.mdx beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.wire.heard import Heard
from playground.wire.kinds.openai import (
    BY_ID,
    COMMON,
    OF_OPEN_WEIGHTS,
    OF_OPENAI,
    UP_TO_20,
    WHOLE,
    implemented,
)
from playground.wire.kinds.profile import Continuation, Mark, Profile
from playground.wire.rules import Encode, Send, Withhold, newer_limit, tools_unless_none
from playground.wire.runs import RunMark, settings_of

_EMULATORS: Final = frozenset({"koboldcpp"})
"""Who has Ollama's /api/version beside its own API, and owns the models that it lists."""


def _tells(heard: Heard) -> str:
    """/api/version holds the version and nothing else, and its list of models may belong to anybody."""
    is_version = set(heard.fields("api/version")) == {"version"}
    return "It has Ollama's /api/version." if is_version and not heard.owners & _EMULATORS else ""


_SINCE: Final = Send(
    "Ollama reads it from release 0.12.11 (2025-11) on; before, it said nothing and gave none."
)

_NATIVE_ALONE: Final = Withhold(
    "Ollama has it in its own API alone: here it does not read it, and says nothing."
)

_UNREAD: Final = Withhold("Ollama does not read it, and says nothing.")

_FOLDED: Final[Mapping[str, str]] = {"minimal": "low", "xhigh": "max"}
"""What Ollama makes of efforts beyond its own since 2026-08; before, it refused these words."""


def _folded(request: ChatRequest) -> Mapping[str, Any]:
    effort = request.parameters["reasoning_effort"]
    return {"reasoning_effort": _FOLDED.get(effort, effort)}


OLLAMA: Final = Profile(
    flavour="ollama",
    label="Ollama",
    rules={
        **COMMON,
        **dict.fromkeys(OF_OPEN_WEIGHTS, _NATIVE_ALONE),
        **dict.fromkeys((*OF_OPENAI, "n", "parallel_tool_calls", "logit_bias"), _UNREAD),
        "max_completion_tokens": newer_limit("Ollama"),
        "reasoning_effort": Encode(
            _folded, "The effort that Ollama uses for it: its own scale is none, low, medium, high and max."
        ),
        "logprobs": _SINCE,
        "top_logprobs": _SINCE,
        "tool_choice": Withhold("Ollama does not read it, and says nothing: it can force no call."),
        "tools": Encode(tools_unless_none("Ollama"), ""),
    },
    kinds={**UP_TO_20, **BY_ID},
    defaults={
        **WHOLE,
        "temperature": 1.0,
        "top_p": 1.0,
        "frequency_penalty": "the model's own Modelfile, else 0.0",
        "presence_penalty": "the model's own Modelfile, else 0.0",
        "max_tokens": "the model's own Modelfile, else no limit",
        "seed": "random",
    },
    continuation=Continuation(
        "unknown", "Ollama goes on from a beginning where the model's own template does; others begin anew."
    ),
    mark=Mark(("api/version",), _tells),
    runs=(RunMark("api/version", settings_of, "settings"),),
    takes=implemented,
)
