"""The wrong one of http:// and https://, told from how a connection failed.

Neither side of such a mistake says it in words that a user knows: one end speaks TLS, the other does not, and each
reports what it could not read.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

from playground.wire.addresses import host_of, origin
from playground.wire.profiles import PROFILES

_NOT_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"}
)
"""OpenSSL's reasons where what came is no TLS record (openssl/sslerr.h)."""

_NO_TEXT: Final = "illegal request line"
"""h11's words where the first byte is no letter, as in a TLS record (RFC 8446, 5.1: the alert is 0x15)."""

_PROVIDERS: Final = frozenset(host_of(profile.base_url) for profile in PROFILES.values() if profile.base_url)


def meant_address(url: str, error: BaseException) -> str:
    """The address that the user meant by `url`, where it failed because of its scheme; empty where that is not why.

    The fixed address of a provider is never told to be plain HTTP: a key would go there for all to read.
    """
    here, plain = origin(url), url.startswith("http://")
    if plain and str(error) == _NO_TEXT:
        return here.replace("http://", "https://", 1)
    if not plain and host_of(url) not in _PROVIDERS and _is_no_tls(error):
        return here.replace("https://", "http://", 1)
    return ""


def _is_no_tls(error: BaseException) -> bool:
    found = next((cause for cause in causes(error) if isinstance(cause, ssl.SSLError)), None)
    return found is not None and found.reason in _NOT_TLS


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and behind it, one after the other, what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
