"""The sentences of the page that are not about one parameter or one error.

Kept apart so that they can be read, and bettered, in one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from playground.events import Answer, EndedAs
from playground.parameters import UNSET
from playground.share.presets import CHAT, PRESETS
from playground.votes.ballot import Said
from playground.wire.kinds.profile import Profile
from playground.wire.profiles import HOSTED
from playground.wire.stream.finish_reasons import Ending, ending

ENDED: Final[Mapping[EndedAs, str]] = MappingProxyType(
    {
        "done": "ended by itself",
        "length": "stopped at max_tokens",
        "filtered": "stopped by the provider's content filter",
        "unclear": "ended",
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

VOTE_KEYS: Final[Mapping[Said, str]] = MappingProxyType(
    {"left": "1", "right": "2", "tie": "0", "both_bad": "x", "skip": "s"}
)
"""The key that says it."""

CONSENT_VERSION: Final = "3"
CONSENT: Final = (
    "copy my votes, with both answers, the conversation and its pictures, this browser's language and a random mark "
    "for this browser, to the private dataset {dataset}"
)
"""What a voter agrees to; a change of these words is a new version."""

BLIND_ENDED: Final = "ended"
BLIND_FAILED: Final = "did not come to its end"

_REFUSED: Final = "the model refused to answer"

_MEANT: Final[Mapping[Ending, str]] = MappingProxyType(
    {
        "stop text": "ended at a stop text",
        "function": "asked for a function",
        "context": "stopped where the model's context was full",
    }
)


def why(answer: Answer) -> str:
    """In words why an answer ended, with the server's own word where it gave one."""
    reason = answer.finish_reason
    return _ended(answer) + (f" ({reason})" if reason else "")


def _ended(answer: Answer) -> str:
    if answer.refusal:
        return _REFUSED if answer.ended == "done" else f"{_REFUSED}; {ENDED[answer.ended]}"
    if answer.ended not in ("done", "length") or answer.finish_reason is None:
        return ENDED[answer.ended]
    if answer.finish_reason == "stop" and answer.body.get("stop"):
        return f"{ENDED['done']}, or at a stop text"
    return _MEANT.get(ending(answer.finish_reason), ENDED[answer.ended])


def beside_text(answer: Answer) -> str:
    """What came that is no text and cannot be shown; empty where nothing did."""
    kinds = Counter(each.kind for each in answer.attachments if not each.url)
    return ", ".join(f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in kinds.items())


def _where(profile: Profile) -> str:
    onwards = " and on to the provider that runs the model" if profile.hands_on else ""
    costs = "answers may cost tokens of the account whose key is used."
    return f"Your messages go to {profile.label}{onwards}; {costs}"


WELCOME: Final = MappingProxyType(
    {
        "title": "Ask anything, then move a slider and ask again.",
        "begin": "Pick an example, or type below.",
        "where": {
            "embedded": "The model runs on this machine: no key, no account. It is small and often wrong, which makes "
            "it easy to see what each parameter does.",
            **{profile.flavour: _where(profile) for profile in HOSTED},
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
