"""The sentences of the page that are not about one parameter or one error.

Kept apart so that they can be read, and bettered, in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from playground.events import Answer, EndedAs
from playground.parameters import UNSET
from playground.preference.ballot import Said
from playground.share.presets import CHAT, PRESETS

ENDED: Final[Mapping[EndedAs, str]] = MappingProxyType(
    {
        "done": "ended by itself",
        "length": "stopped at max_tokens",
        "cut off": "cut off by the server, not complete",
        "error": "failed",
        "cancelled": "stopped by you",
        "timeout": "given up: the server was silent too long",
    }
)

VOTES: Final[Mapping[Said, tuple[str, str]]] = MappingProxyType(
    {
        "left": ("vote-a", "A is better"),
        "tie": ("vote-tie", "Tie"),
        "right": ("vote-b", "B is better"),
        "both_bad": ("vote-both-bad", "Both bad"),
        "skip": ("vote-skip", "Skip"),
    }
)
"""What can be said of a pair: the button's element id and its words."""

CONSENT_VERSION: Final = "2"
CONSENT: Final = (
    "copy my votes, with both answers, the conversation, this browser's language and a random mark for this browser, "
    "to the private dataset {dataset}"
)
"""What a voter agrees to; a change of these words is a new version."""

BLIND_ENDED: Final = "ended"
BLIND_FAILED: Final = "did not come to its end"

_FINISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "eos_token": "ended by itself",
        "stop_sequence": "ended at a stop text",
        "tool_calls": "asked for a function",
        "function_call": "asked for a function",
        "content_filter": "stopped by the provider's content filter",
    }
)


def why(answer: Answer) -> str:
    """In words why an answer ended, with the server's own word where it gave one."""
    reason = answer.finish_reason
    if answer.ended != "done" or reason is None:
        return ENDED[answer.ended] + (f" ({reason})" if reason else "")
    if reason == "stop":
        return f"{ENDED['done']}{', or at a stop text' if answer.body.get('stop') else ''} (stop)"
    return f"{_FINISH.get(reason, 'ended')} ({reason})"


_COSTS: Final = "answers may cost tokens of the account whose key is used."

WELCOME: Final = MappingProxyType(
    {
        "title": "Ask anything, then move a slider and ask again.",
        "begin": "Pick an example, or type below.",
        "where": {
            "embedded": "The model runs on this machine: no key, no account. It is small and often wrong, which makes "
            "it easy to see what each parameter does.",
            "huggingface": f"Your messages go to HuggingFace and on to the provider that runs the model; {_COSTS}",
            "openrouter": f"Your messages go to OpenRouter and on to the provider that runs the model; {_COSTS}",
            "server": "Your messages go to {host}. If it takes a key, answers may cost tokens of that account.",
        },
        "no_host": "the server of the base URL",
        "configured": "the server that this playground is set up with",
    }
)
"""What an empty page says; under `where`, by provider, to whom messages go, with `{host}` for a server's name."""

EXAMPLES: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "group": "Sampling",
        "text": "temperature 1.6: the wild; then try 0, the dull",
        "prompt": "Write one sentence about the sea.",
        "set": {"temperature": 1.6, "seed": 7, "max_tokens": 60},
    },
    {
        "group": "Repetition",
        "text": "frequency_penalty 2 against a request to repeat",
        "prompt": "Repeat the word tea twenty times.",
        "set": {"frequency_penalty": 2.0, "temperature": 0.0, "max_tokens": 60},
    },
    {
        "group": "Length and stopping",
        "text": "stop at the first full stop",
        "prompt": "Tell me about the moon.",
        "set": {"stop": ["."], "temperature": 0.0},
    },
    {
        "group": "Tokens",
        "text": "logprobs: how sure it was of each word",
        "prompt": "The capital of France is",
        "set": {"logprobs": True, "top_logprobs": 5, "temperature": 1.0, "max_tokens": 40},
    },
    {
        "group": "Structure",
        "text": "response_format: an answer that is always JSON",
        "prompt": "Describe a cat.",
        "set": {
            "response_format": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer"}},
                "required": ["name", "age"],
                "additionalProperties": False,
            },
            "max_tokens": 80,
        },
    },
    {
        "group": "Delivery",
        "text": "stream off: the answer comes whole",
        "prompt": "Say hello in three languages.",
        "set": {"stream": False, "stream_options": UNSET, "max_tokens": 60},
    },
    {
        "group": "Preference",
        "text": "diff_frequency 1: two answers, side by side",
        "prompt": "Invent a name for a bakery.",
        "set": {"diff_frequency": 1.0, "max_tokens": 40},
    },
)
"""One prompt for each group of parameters, with what it sets over the preset "Chat" so that its effect shows."""


def example_cards() -> list[dict[str, Any]]:
    """The examples as the page takes them, each with everything that shall be set."""
    cards = []
    for example in EXAMPLES:
        values = {**PRESETS[CHAT], **example["set"]}
        cards.append(
            {**example, "set": {name: value for name, value in values.items() if value is not UNSET}}
        )
    return cards
