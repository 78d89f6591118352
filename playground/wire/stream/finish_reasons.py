"""What a server's word for the end of an answer means.

Every kind of server has words of its own for the same few ends, and gateways pass them on as they are. A word that is
not listed keeps its own meaning: it is shown as it came, and never taken for a good end.

Sources: OpenAI, "The chat completion object"; Azure, "Content filtering"; Anthropic, "Handling stop reasons"; Google,
`GenerateContentResponse.Candidate.FinishReason`; AWS Bedrock, `Converse` stopReason, and Titan's completionReason;
Cohere v2, `ChatFinishReason`; Mistral, DeepSeek, Zhipu (GLM), GigaChat, YandexGPT and DashScope, their chat references;
IBM watsonx, `stop_reason`; TGI and llama.cpp, their sources; vLLM, `FinishReason` (abort: vllm-project/vllm#57082).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

from playground.events import EndedAs

Ending = Literal[
    "itself", "stop text", "function", "length", "context", "filter", "failure", "unfinished", "unknown"
]
"""itself: or at a stop text, which most servers call by the same word. length: at a limit, perhaps of the context;
context: at that and no other. unfinished: the answer goes on."""

_WORDS: Final[Mapping[Ending, str]] = {
    "itself": "stop end_turn eos eos_token eos_found end end_of_text end_of_turn endoftext im_end complete completed "
    "finish finished normal success final",
    "stop text": "stop_sequence stop_criteria_met stop_word stop_string word",
    "function": "tool_calls tool_call tool_use function_call function_calls",
    "length": "length max_tokens max_token max_output_tokens max_completion_tokens max_new_tokens max_length "
    "maximum_tokens token_limit limit truncated truncated_final incomplete",
    "context": "model_length model_context_window_exceeded context_length context_length_exceeded "
    "context_window_exceeded max_context_length",
    "filter": "content_filter content_filtered filtered filter safety recitation language blocklist blacklist blocked "
    "prohibited_content spii sensitive refusal guardrail_intervened error_toxic image_safety "
    "image_prohibited_content image_recitation",
    "failure": "error failed failure network_error insufficient_system_resource abort aborted cancel cancelled "
    "canceled user_cancel timeout time_limit error_limit engine_error server_error internal_error "
    "malformed_function_call malformed_response malformed_model_output malformed_tool_use "
    "unexpected_tool_call too_many_tool_calls missing_thought_signature",
    "unfinished": "null none unspecified not_finished in_progress",
}
_PREFIXES: Final = ("finish_reason_", "finishreason_", "alternative_status_", "stop_reason_")

_MEANING: Final[Mapping[str, Ending]] = MappingProxyType(
    {word.replace("_", ""): ending for ending, words in _WORDS.items() for word in words.split()}
)

_ENDED: Final[Mapping[Ending, EndedAs]] = MappingProxyType(
    {
        "itself": "done",
        "stop text": "done",
        "function": "done",
        "length": "length",
        "context": "length",
        "filter": "filtered",
        "failure": "error",
        "unknown": "unclear",
        "unfinished": "unclear",
    }
)


NAMES: Final = frozenset(
    {"finish_reason", "finishReason", "stop_reason", "done_reason", "incomplete_details"}
)
"""Where the word stands: OpenAI; Google; Anthropic; Ollama; OpenAI's Responses."""


def word_of(value: Any) -> str | None:
    """The word in a finish_reason as it came: a text, or an object with a type (SGLang) or a reason (OpenAI's
    incomplete_details); None where it goes on."""
    if isinstance(value, dict):
        value = value.get("type") or value.get("reason")
    word = str(value) if value else ""
    return None if not word.strip() or ending(word) == "unfinished" else word


def word_in(choice: Mapping[str, Any]) -> str | None:
    """The word of a choice: its own, or that of the model's provider (OpenRouter) where this alone tells more."""
    word = word_of(choice.get("finish_reason"))
    if word is None or ending(word) != "itself":
        return word
    native = word_of(choice.get("native_finish_reason"))
    return word if native is None or ending(native) in ("itself", "unknown") else native


def word_beside(*places: Mapping[str, Any]) -> str | None:
    """The word in the first of these objects that has one, by any of its names."""
    for place in places:
        for name in sorted(NAMES & place.keys()):
            if (word := word_of(place[name])) is not None:
                return word
    return None


@lru_cache(maxsize=256)
def ending(word: str) -> Ending:
    """What a word means, however it is spelt.

    >>> ending("FINISH_REASON_MAX_TOKENS"), ending("content-filter"), ending("MaxTokens"), ending("bored")
    ('length', 'filter', 'length', 'unknown')
    >>> ending("content_filter: SAFETY"), ending("function_call_filter: MALFORMED_FUNCTION_CALL")
    ('filter', 'failure')
    """
    whole, _, behind = word.partition(":")  # Gemini's endpoint says what kind of filter, and then which
    if behind.strip() and (meant := ending(behind)) != "unknown":
        return meant
    plain = re.sub(r"[\s_.-]+", "_", (whole if behind else word).strip().lower())
    for prefix in _PREFIXES:
        plain = plain.removeprefix(prefix)
    return _MEANING.get(plain.replace("_", ""), "unknown")


def ended_as(word: str) -> EndedAs:
    """How an answer ended that a server ended with this word."""
    return _ENDED[ending(word)]
