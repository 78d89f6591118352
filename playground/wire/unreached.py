"""A server that could not be reached: why, told for a reader, and whether to try again.

Kept apart from the transport, which only has to know that there was no answer.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress

import httpx

from playground.errors import ServerTimedOut, ServerUnreachable, WireError
from playground.wire import keys, schemes


def fault_of(error: Exception, host: str, url: str, connect_seconds: float, secret: str) -> WireError:
    """Why there was no answer at all, told for a reader."""
    if isinstance(error, httpx.ConnectTimeout):
        return ServerTimedOut(
            f"{host} did not accept a connection within {connect_seconds:g} s.",
            "Check the address and your network, then try again.",
        )
    if address := schemes.meant_address(url, error):
        spoken = "plain HTTP" if address.startswith("http:") else "TLS"
        return ServerUnreachable(
            f"{host} answers in {spoken} at this address.", f"Try {address} as the base URL."
        )
    reason = keys.masked(str(error).rstrip(".") or type(error).__name__, secret)
    if isinstance(error, (httpx.ConnectError, OSError, UnicodeError)):
        return ServerUnreachable(
            f"{host} cannot be reached: {reason}.",
            "Check the address, your network, and that the server runs.",
        )
    again = "Try again in a moment"
    if url.startswith(f"http://{host}") and isinstance(error, httpx.RemoteProtocolError):
        again += ", with https:// if the server speaks TLS alone"
    return ServerUnreachable(f"{host} broke off before it answered: {reason}.", f"{again}.")


def is_hopeless(error: BaseException) -> bool:
    """Whether a failed connection will fail again: an unknown name, or a certificate that is not trusted."""
    hopeless = (socket.gaierror, ssl.SSLError, UnicodeError)
    return any(isinstance(cause, hopeless) for cause in schemes.causes(error))


def address_of(base_url: str) -> httpx.URL:
    """Where completions are asked for. Raises ServerUnreachable when `base_url` is no address."""
    with suppress(httpx.InvalidURL):
        url = httpx.URL(base_url.rstrip("/") + "/chat/completions")
        if url.scheme in ("http", "https") and url.host and (url.port or 1) < 65536:
            return url
    raise ServerUnreachable(
        f"The base URL {base_url[:200]!r} is not an address.", "It should look like http://host:port/v1."
    )
