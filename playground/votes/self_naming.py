"""Finds where an answer names its own model or the company behind it, which unblinds a blind vote.

It is a word list with a few rules, and both change more often than the vote does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

VENDORS: Final = (
    "alibaba",
    "anthropic",
    "bytedance",
    "chatglm",
    "chatgpt",
    "claude",
    "cohere",
    "copilot",
    "deepmind",
    "deepseek",
    "eleutherai",
    "ernie",
    "gemini",
    "gemma",
    "gpt",
    "grok",
    "hugging face",
    "huggingface",
    "kimi",
    "llama",
    "minimax",
    "mistral",
    "mixtral",
    "moonshot ai",
    "nemotron",
    "olmo",
    "openai",
    "qwen",
    "smollm",
    "tongyi",
    "vicuna",
    "xai",
    "zhipu",
)
"""Names that mean a model or its maker wherever they stand; versions may follow (gpt-4o, Qwen3)."""

AMBIGUOUS: Final = (
    "ai2",
    "amazon",
    "apple",
    "baidu",
    "bard",
    "command",
    "doubao",
    "falcon",
    "google",
    "granite",
    "ibm",
    "meta",
    "microsoft",
    "nova",
    "nvidia",
    "phi",
    "tencent",
    "yi",
)
"""Names that are also ordinary words or topics: they count only where the answer speaks of itself."""

_ORDINARY: Final = frozenset(
    re.findall(
        r"\w+",
        """
        base beta chat cheapest coder distill embedded exp fast fastest flash free gguf instruct instruction it large
        latest lite main max medium mini mlx model nano online plus preferred preview pro reasoning sft small super
        test think thinking tiny tuned turbo ultra vision
        """,
    )
)
_OF_ITSELF: Final = re.compile(
    r"(?i)\b(?:(?:i am|i'm|i’m|my name is|call me)(?:\W+\w+){1,2}"
    r"|(?:(?:trained|developed|created|made|built|designed|released) by|model (?:by|from))(?:\W+\w+){1,4})"
)
"""An answer speaking of itself, with the few words behind that can hold a name."""


def words_of_model(model_id: str) -> frozenset[str]:
    """The telling words of a model's id: no sizes, no versions, nothing that many ids have.

    >>> sorted(words_of_model("huggingface/openai/gpt-oss-20b:groq"))
    ['gpt', 'groq', 'huggingface', 'openai', 'oss']
    """
    words = re.findall(r"[^\W\d_]{3,}", model_id.lower())
    return frozenset(words) - _ORDINARY


def names_itself(answer: str, model_id: str, prompt: str = "") -> tuple[str, ...]:
    """The words by which `answer` gives its model away, in order; empty when it does not.

    A word that the conversation brought up does not count, except where the answer speaks of itself.
    """
    own = words_of_model(model_id)
    telling = _found((*VENDORS, *own), answer) - _found((*VENDORS, *own), prompt)
    of_itself = " ".join(_OF_ITSELF.findall(answer))
    return tuple(sorted(telling | _found((*VENDORS, *AMBIGUOUS, *own), of_itself)))


def _found(names: Iterable[str], text: str) -> set[str]:
    """The names that stand in a text as words of their own; a version may be glued to one (Qwen3)."""
    words = re.findall(r"[^\W_]+", text.lower())
    known = {*words, *re.findall(r"(?<![^\W_])[^\W\d_]+", text.lower())}
    known |= {f"{first} {second}" for first, second in pairwise(words)}
    return known.intersection(names)
