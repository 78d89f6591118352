"""A document as a server gave it, and what it holds as JSON.

Kept apart from the transport so that what counts as a usable answer is decided without a network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic_core import from_json

from playground.errors import StreamFailed
from playground.wire.addresses import host_of
from playground.wire.refusals.refusal import refusal

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_ERROR_CHARACTERS: Final = 64 * 1024


def text_of(raw: bytes | bytearray, content_type: str) -> str:
    """The text of a document: UTF-8, as JSON must be, and else by the character set that it declares.

    Many servers declare Latin-1 by default and send UTF-8 all the same, so what is UTF-8 is read as that. What
    neither can tell becomes U+FFFD.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        declared = re.search(r"charset=[\s\"']*([\w.:-]+)", content_type, re.IGNORECASE)
    try:
        return raw.decode(declared[1] if declared else "utf-8", "replace")
    except (LookupError, UnicodeError):  # a name that nobody knows, or of something that is no text
        return raw.decode("utf-8", "replace")


def unwrapped(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a server said, as a chunk or a document with choices, where these stand elsewhere.

    They are one level below in Cloudflare's `result`, DashScope's `output` and in the `data` of gateways; what stands
    beside the wrapping, such as the usage, goes with them. Ollama's own API has a message alone, whole or a piece:
    https://github.com/ollama/ollama/blob/main/docs/api.md
    """
    for name in ("data", "result", "output"):
        inner = said.get(name)
        if isinstance(inner, dict) and isinstance(inner.get("choices"), list):
            return {**said, **inner}
    if not isinstance(said.get("message"), dict) or "done" not in said:
        return said
    usage = {"prompt_tokens": said.get("prompt_eval_count"), "completion_tokens": said.get("eval_count")}
    choice = {"delta": said["message"], "finish_reason": said.get("done_reason")}
    return {**said, "choices": [choice], "usage": usage if any(usage.values()) else None}


@dataclass(frozen=True)
class Document:
    """What a server answered for an address: `server` is the software that it says it is, `location` where it
    sends on to."""

    url: str
    status: int
    text: str
    server: str = ""
    location: str = ""

    @cached_property
    def content(self) -> Any:
        """Its JSON; None where the answer is no success or holds none."""
        if self.status >= 300:
            return None
        try:
            return from_json(self.text, allow_inf_nan=False)
        except ValueError:
            return None

    def checked(self) -> Any:
        """Its JSON. Raises ServerRefused, or StreamFailed where there is none."""
        host = host_of(self.url)
        if self.status >= 300:
            raise refusal(host, self.status, self.location, self.text[:MAX_ERROR_CHARACTERS], {})
        if self.content is None:
            raise StreamFailed(f"{host} sent no JSON: {self.text[:200]!r}.", "Check the base URL.")
        return self.content
