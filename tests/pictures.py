"""Small pictures, as files and as parts of messages."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any, Final


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int) -> bytes:
    """A red picture of this size, as a file."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = zlib.compress((b"\0" + b"\xff\0\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def as_url(file: bytes, kind: str = "image/png") -> str:
    """A file as a data: address."""
    return f"data:{kind};base64,{base64.b64encode(file).decode()}"


def picture(url: str) -> dict[str, Any]:
    """A picture as a part of a message."""
    return {"type": "image_url", "image_url": {"url": url}}


RED: Final = as_url(png(2, 2))
ASKED: Final = [{"type": "text", "text": "What is it?"}, picture(RED)]
"""A content of words and a picture."""
