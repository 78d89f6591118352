"""Takes out of a record whatever looks like a key, and out of errors the addresses, before anything is stored.

These patterns must hold for every text of a vote, and are easier to judge alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from playground.votes.pair import BY_ADDRESS, server_name

MARK: Final = "[key]"

KEYS: Final = re.compile(
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


_PICTURE: Final = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/]*={0,2}\Z")
"""What is all a picture in Base64: letters that look like a key come about by chance in it, and it has no words."""


def redacted(value: Any) -> Any:
    """The same JSON value with every key replaced by a mark, in texts and in names of fields alike.

    >>> redacted({"content": "my key is hf_" + "a1" * 17})
    {'content': 'my key is [key]'}
    """
    if isinstance(value, str):
        return value if _PICTURE.match(value) else KEYS.sub(MARK, value)
    if isinstance(value, Mapping):
        return {redacted(name): redacted(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(item) for item in value]
    return value


def holds_key(value: Any) -> bool:
    """Whether anything in a JSON value, however deep it is, looks like a key.

    >>> holds_key({"deep": [["hf_" + "a1" * 17]]}), holds_key(["hf_"])
    (True, False)
    """
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, str):
            if KEYS.search(each) and not _PICTURE.match(each):
                return True
        elif isinstance(each, Mapping):
            left.extend((*each, *each.values()))
        elif isinstance(each, (list, tuple)):
            left.extend(each)
    return False


_URL: Final = re.compile(r"(?i)\bhttps?://[^\s'\"<>]+")
_BARE: Final = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?!\w|\.\d)"
    r"|(?P<bracket>\[)?(?P<v6>(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f.]*[0-9A-Fa-f])?(?:%\w+)?)"
    r"(?(bracket)\](?::\d{1,5})?)"
)


def without_addresses(text: str) -> str:
    """The same words with no address of a server in them, only its name where it has one.

    >>> without_addresses("10.0.0.5:80 refused (http://gpu.example/v1).")
    'a server by address refused (gpu.example).'
    """
    return _BARE.sub(
        _unnamed, _URL.sub(lambda found: server_name(found[0].rstrip(").,;")) + _tail(found[0]), text)
    )


def _tail(found: str) -> str:
    """The punctuation behind an address, which belongs to the sentence."""
    return found[len(found.rstrip(").,;")) :]


def _unnamed(found: re.Match[str]) -> str:
    """What stands for something that may be a bare address, such as ::1; 12:30:45 is none."""
    if found["v6"] is not None:
        try:
            ip_address(found["v6"])
        except ValueError:
            return found[0]
    return BY_ADDRESS
