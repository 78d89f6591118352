"""Takes out of a record whatever looks like a key, before anything is stored.

Kept apart because these patterns must hold for every text of a vote, and are easier to judge alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

MARK: Final = "[key]"

_KEYS: Final = re.compile(
    "|".join(
        (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            r"\bhf_[A-Za-z0-9]{20,}",
            r"\bsk-[A-Za-z0-9_-]{20,}",
            r"\bgh[pousr]_[A-Za-z0-9]{30,}",
            r"\bgithub_pat_[A-Za-z0-9_]{30,}",
            r"\bglpat-[A-Za-z0-9_-]{20,}",
            r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
            r"\bAKIA[0-9A-Z]{16}\b",
            r"\bAIza[A-Za-z0-9_-]{35}",
            r"\bgsk_[A-Za-z0-9]{20,}",
            r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
        )
    ),
    re.DOTALL,
)
"""HuggingFace, OpenAI, OpenRouter and Anthropic, GitHub, GitLab, Slack, AWS, Google, Groq, JWT, PEM."""


def redacted(value: Any) -> Any:
    """The same JSON value with every key replaced by a mark, in texts and in names of fields alike.

    >>> redacted({"content": "my key is hf_" + "a1" * 17})
    {'content': 'my key is [key]'}
    """
    if isinstance(value, str):
        return _KEYS.sub(MARK, value)
    if isinstance(value, Mapping):
        return {redacted(name): redacted(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(item) for item in value]
    return value
