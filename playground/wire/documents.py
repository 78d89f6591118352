"""A document as a server gave it, and what it holds as JSON.

Kept apart from the transport so that what counts as a usable answer is decided without a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pydantic_core import from_json

from playground.errors import StreamFailed
from playground.wire.addresses import host_of
from playground.wire.refusals import refusal

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_ERROR_CHARACTERS: Final = 64 * 1024


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
