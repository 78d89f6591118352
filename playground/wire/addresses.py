"""A base URL as it was typed becomes one that requests can be made to, or a problem that says what to type.

Kept apart, and pure, because who may be asked at all is decided here, before any connection.
"""

from __future__ import annotations

import re
from typing import Final

from playground.errors import InvalidRequest, Problem
from playground.kinds import shown
from playground.settings import Settings

_SHAPE: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[0-9a-z](?:[0-9a-z._-]*[0-9a-z.])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[0-9A-Za-z._~!$&'()*+,;=:@%/-]*)?",
    re.IGNORECASE,
)
"""Narrower than RFC 3986 on purpose: what two parsers could read differently (a backslash, a tab, a user name, a
letter that is not ASCII) is refused instead of being interpreted."""

_ENDPOINTS: Final = ("/chat/completions", "/completions", "/models")
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_AN_ADDRESS: Final = "an address that begins with http:// or https://, such as http://127.0.0.1:8080/v1"


def server_address(typed: str) -> str:
    """The base URL that `typed` means: without a trailing slash or endpoint, and with /v1 where no path was given.

    Raises InvalidRequest with one problem, on `base_url`.

    >>> server_address("HTTP://localhost:8080/v1/chat/completions/")
    'http://localhost:8080/v1'
    """
    text = typed.strip()
    match = _SHAPE.fullmatch(text)
    if match is None or not 0 < int(match["port"] or 1) < 65536:
        raise _refused(typed, _why_not(text))
    scheme, host = match["scheme"].lower(), match["host"].lower()
    port = int(match["port"] or _USUAL_PORTS[scheme])
    server = host if port == _USUAL_PORTS[scheme] else f"{host}:{port}"
    return f"{scheme}://{server}{_path(match['path'] or '')}"


def check_allowed(address: str, settings: Settings) -> None:
    """Raises InvalidRequest where a visitor may not name the server at `address` (from `server_address`).

    On a Space only those of PLAYGROUND_ALLOWED_HOSTS may be named, compared letter by letter: a list of what is
    forbidden would have to know every way to write a private address. Elsewhere every server may be.
    """
    if not settings.on_space or origin(address).partition("://")[2] in settings.allowed_servers:
        return
    listed = ", ".join(sorted(settings.allowed_servers))
    raise _refused(
        address,
        f"on this Space one of {listed}; on your own machine any"
        if listed
        else "none on this Space: run the playground on your own machine to use your own server",
    )


def origin(base_url: str) -> str:
    """Scheme, host and port of an address that `server_address` gave."""
    return "/".join(base_url.split("/", 3)[:3])


def host_of(base_url: str) -> str:
    """The host of an address that `server_address` gave, without its port and an IPv6 address's brackets."""
    return re.sub(r":[0-9]+$", "", origin(base_url).partition("://")[2]).strip("[]")


def other_address(base_url: str) -> str:
    """Where the same server's API may be instead: below /v1, or not."""
    bare = base_url.removesuffix("/v1")
    return bare if bare != base_url else f"{base_url}/v1"


def _path(typed: str) -> str:
    """The path up to and with its version part; one that was given is kept, since servers differ."""
    path = typed.rstrip("/")
    for endpoint in _ENDPOINTS:
        if path.endswith(endpoint):
            return path.removesuffix(endpoint)
    return path or "/v1"


def _why_not(text: str) -> str:
    """What would be allowed in place of something that is no address, as exactly as can be told."""
    if not re.match(r"(?i)https?://", text):
        return _AN_ADDRESS
    if "@" in text.partition("://")[2].partition("/")[0]:
        return "an address without a user name or password: a key has its own place"
    if re.search(r"[?#]", text):
        return "an address without ? and #"
    if not text.isascii():
        return "an address in ASCII; a name in other letters has such a form too, which begins with xn--"
    return _AN_ADDRESS


def _refused(typed: str, allowed: str) -> InvalidRequest:
    return InvalidRequest([Problem("base_url", shown(_without_password(typed)), allowed)])


def _without_password(typed: str) -> str:
    """What is shown of an address must not show a secret in it: neither a password nor a key in the query."""
    return re.sub(r"(?s)(?<=[?#]).*", "...", re.sub(r"(?<=//)[^/]*@", "...@", typed))
