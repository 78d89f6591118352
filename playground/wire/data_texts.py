"""The text of one event's data: [DONE], JSON, or what servers take for either.

Kept apart from the decoder because whether a text is whole is also asked of a last one, before it is read.
"""

from __future__ import annotations

import json
from typing import Any


def is_whole(line: str) -> bool:
    """Whether a line is [DONE] or JSON by itself."""
    try:
        return is_done(line) or bool(documents(line.strip()))
    except (ValueError, RecursionError):
        return False


def is_done(text: str) -> bool:
    """Whether a text is [DONE], however it is spelt."""
    return text.strip().strip('"').lower() in ("[done]", "done")


def documents(text: str) -> list[Any]:
    """The JSON in a text: one document, or objects one behind the other; with control characters, as some write them.

    Raises ValueError where there is anything else.
    """
    decoder, found, at = json.JSONDecoder(strict=False), [], 0
    while at < len(text):
        document, end = decoder.raw_decode(text, at)
        found.append(document)
        at = end + len(text[end:]) - len(text[end:].lstrip())
        if at < len(text) and not (isinstance(document, dict) and text[at] == "{"):
            raise ValueError(text[at:])
    return found
