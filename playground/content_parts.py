"""Messages whose content is a list of parts: what is wrong with a part, and the same messages without their pictures.

Kept apart from the value types because a fault lies deep in a list, and is told by the place of its message and part.
OpenAI's form: https://platform.openai.com/docs/api-reference/chat/create, messages.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from playground.errors import Problem

PICTURES: Final[Mapping[str, re.Pattern[bytes]]] = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/gif": re.compile(rb"GIF8[79]a"),
}
"""The types that vision models read (OpenAI docs, images and vision), each with how its files begin."""

NAMES: Final[Mapping[str, str]] = {
    "image_url": "a picture",
    "input_audio": "a sound",
    "file": "a file",
    "video_url": "a video",
}
"""What a part is called, by its type."""

_DATA: Final = re.compile(r"data:([^;,]*);base64,([A-Za-z0-9+/]*={0,2})")
_HEAD: Final = 24
"""Letters of Base64, a whole number of bytes, in which a file says what it is."""

_LONG: Final = 256
"""Characters of a data: address from which on it is named, and not shown."""


def parts_problems(messages: Any) -> Iterator[Problem]:
    """The first fault of each message whose content is a list, as a sentence that names message and part, from 1."""
    for place, part, content in _parts(messages):
        if fault := _fault(content):
            yield Problem("messages", "", "", said=f"message {place}, part {part}: {fault}")


def unread_problems(messages: Any, why: str) -> Iterator[Problem]:
    """A problem for the first part of each message that is no text, where the model reads no such part for `why`."""
    told: set[int] = set()
    for place, part, content in _parts(messages):
        kind = content.get("type") if isinstance(content, Mapping) else None
        if kind != "text" and place not in told:
            told.add(place)
            what = NAMES.get(str(kind), f"of type {kind}")
            said = f"message {place}, part {part} is {what}. {why} Remove it, or choose another model."
            yield Problem("messages", "", "", said=said)


def has_pictures(messages: Any) -> bool:
    """Whether any part of them is a picture."""
    return any(
        isinstance(content, Mapping) and content.get("type") == "image_url"
        for _, _, content in _parts(messages)
    )


def named(value: Any) -> Any:
    """The same JSON with each long data: address named by its type and length, for whoever reads or keeps a copy.

    >>> named({"url": "data:image/png;base64," + "A" * 400})
    {'url': 'data:image/png;base64,… (400 characters)'}
    """
    if isinstance(value, str):
        if len(value) <= _LONG or not value.startswith("data:"):
            return value
        head, _, data = value.partition(",")
        return f"{head[:_LONG]},… ({len(data):,} characters)"
    if isinstance(value, Mapping):
        return {name: named(item) for name, item in value.items()}
    return [named(item) for item in value] if isinstance(value, (list, tuple)) else value


def data_length(value: Any) -> int:
    """Characters of all long data: addresses in a JSON value: what it weighs beside its words."""
    if isinstance(value, str):
        return len(value) if len(value) > _LONG and value.startswith("data:") else 0
    if isinstance(value, Mapping):
        return sum(map(data_length, value.values()))
    return sum(map(data_length, value)) if isinstance(value, (list, tuple)) else 0


def _parts(messages: Any) -> Iterator[tuple[int, int, Any]]:
    """Each part with the place of its message and its own, both from 1."""
    for place, message in enumerate(messages if isinstance(messages, (list, tuple)) else (), 1):
        content = message.get("content") if isinstance(message, Mapping) else None
        for part, each in enumerate(content if isinstance(content, (list, tuple)) else (), 1):
            yield place, part, each


def _fault(part: Any) -> str:
    """What is wrong with one part; a kind that is not known here goes as it is."""
    if not isinstance(part, Mapping) or not isinstance(part.get("type"), str):
        return 'a part is an object with a type, such as {"type": "text", "text": ...}.'
    if part["type"] == "text" and not isinstance(part.get("text"), str):
        return "a part of type text has its words under text."
    return _picture_fault(part.get("image_url")) if part["type"] == "image_url" else ""


def _picture_fault(picture: Any) -> str:
    url = picture.get("url") if isinstance(picture, Mapping) else None
    if not isinstance(url, str):
        return 'a picture has its address under image_url, as {"url": "data:image/png;base64,..."}.'
    if url.startswith(("http://", "https://")):
        return ""  # the server may fetch it; nothing here does
    if not url.startswith("data:"):
        return "a picture is a data: address, or one of http(s) that the server fetches by itself."
    found = _DATA.fullmatch(url)
    if found is None:
        return "the address of a picture is data:image/png;base64, and then the file in Base64."
    kind, data = found[1], found[2]
    if kind not in PICTURES:
        return f"a picture is {_listed(PICTURES)}; this one says {kind[:40] or 'nothing of its type'}."
    if not PICTURES[kind].match(_begin(data)):
        return f"this picture says {kind}, and its data is none of that type."
    return ""


def _begin(data: str) -> bytes:
    try:
        return base64.b64decode(data[:_HEAD], validate=True)
    except binascii.Error:
        return b""


def _listed(kinds: Mapping[str, Any]) -> str:
    *most, last = (kind.removeprefix("image/").upper() for kind in kinds)
    return f"{', '.join(most)} or {last}"
