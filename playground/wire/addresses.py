"""A base URL as it was typed becomes one that requests can be made to, or a problem that says what to type.

Kept apart, and pure, because who may be asked at all is decided here, before any connection.
"""

from __future__ import annotations

import re
from typing import Final

from playground.errors import InvalidRequest, Problem
from playground.pasted_key import cleaned_address
from playground.settings import Settings
from playground.value_types import shown

_SHAPE: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[0-9a-z](?:[0-9a-z._-]*[0-9a-z.])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[0-9A-Za-z._~!$&'()*+,;=:@%/-]*)?",
    re.IGNORECASE,
)
"""Narrower than RFC 3986 on purpose: what two parsers could read differently (a backslash, a tab, a user name, a
letter that is not ASCII) is refused instead of being interpreted."""

_ENDPOINTS: Final = ("/chat/completions", "/completions", "/models", "/responses", "/embeddings")
_OLLAMAS_OWN: Final = ("/api/chat", "/api/generate", "/api/tags")
"""Ollama's own endpoints; those in OpenAI's form are beside them, below /v1 (its docs, OpenAI compatibility)."""

_MISSPELT: Final = re.compile(r"(?i)(https?)[:;/]+(?=[^:;/])")
"""The beginning of an address whose scheme lacks something, as in https//host."""

_LONGEST_SHOWN: Final = 60
_USUAL_PORTS: Final = {"http": 80, "https": 443}
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_EXAMPLE: Final = "http://127.0.0.1:8080/v1"
_AN_ADDRESS: Final = "an address that begins with http:// or https://, such as {}"


def server_address(typed: str) -> str:
    """The base URL that `typed` means: without a trailing slash or endpoint, and with /v1 where no path was given.

    Raises InvalidRequest with one problem, on `base_url`.

    >>> server_address("HTTP://localhost:8080/v1/chat/completions/")
    'http://localhost:8080/v1'
    """
    text = cleaned_address(typed)
    match = _SHAPE.fullmatch(text)
    if match is None or not 0 < int(match["port"] or 1) < 65536:
        raise _refused(typed, _why_not(text))
    scheme, host = match["scheme"].lower(), match["host"].lower()
    port = int(match["port"] or _USUAL_PORTS[scheme])
    server = host if port == _USUAL_PORTS[scheme] else f"{host}:{port}"
    return f"{scheme}://{server}{_path(match['path'] or '')}"


def check_allowed(address: str, settings: Settings) -> None:
    """Raises InvalidRequest where a visitor may not name the server at `address` (from `server_address`).

    On a public page only those of PLAYGROUND_ALLOWED_HOSTS may be named, compared letter by letter: a list of what is
    forbidden would have to know every way to write a private address. Elsewhere every server may be.
    """
    if not settings.is_public or origin(address).partition("://")[2] in settings.allowed_servers:
        return
    listed = ", ".join(sorted(settings.allowed_servers))
    raise _refused(
        address,
        f"on this public page one of {listed}; on your own machine any"
        if listed
        else "none on this public page: run the playground on your own machine to use your own server",
    )


def origin(base_url: str) -> str:
    """Scheme, host and port of an address that `server_address` gave."""
    return "/".join(base_url.split("/", 3)[:3])


def host_of(base_url: str) -> str:
    """The host of an address that `server_address` gave, without its port and an IPv6 address's brackets."""
    return re.sub(r":[0-9]+$", "", origin(base_url).partition("://")[2]).strip("[]")


def root_of(base_url: str) -> str:
    """A base URL without the version part, below which a server keeps what is not in OpenAI's form.

    >>> root_of("http://127.0.0.1:8000/v1")
    'http://127.0.0.1:8000'
    """
    return base_url.removesuffix("/v1")


def other_address(base_url: str) -> str:
    """Where the same server's API may be instead: below /v1, or not."""
    root = root_of(base_url)
    return root if root != base_url else f"{base_url}/v1"


def _path(typed: str) -> str:
    """The path up to and with its version part; one that was given is kept, since servers differ."""
    path = re.sub("/{2,}", "/", typed).rstrip("/")
    for endpoint in _OLLAMAS_OWN:
        if path.endswith(endpoint):
            return f"{path.removesuffix(endpoint)}/v1"
    for endpoint in _ENDPOINTS:
        if path.endswith(endpoint):
            return path.removesuffix(endpoint)
    return path or "/v1"


def _why_not(text: str) -> str:
    """What would be allowed in place of something that is no address, as exactly as can be told."""
    if not re.match(r"(?i)https?://", text):
        return _AN_ADDRESS.format(_with_scheme(text) or _EXAMPLE)
    if "@" in text.partition("://")[2].partition("/")[0]:
        return "an address without a user name or password: a key has its own place"
    if re.search(r"[?#]", text):
        return "an address without ? and #"
    if not text.isascii():
        return "an address in ASCII; a name in other letters has such a form too, which begins with xn--"
    return _AN_ADDRESS.format(_EXAMPLE)


def _with_scheme(text: str) -> str:
    """The address of a host that was typed without its scheme, or with half of it.

    On this machine few servers speak TLS.
    """
    if len(text) > _LONGEST_SHOWN:
        return ""
    if misspelt := _MISSPELT.match(text):
        meant = f"{misspelt[1].lower()}://{text[misspelt.end() :]}"
        return meant if _SHAPE.fullmatch(meant) else ""
    match = _SHAPE.fullmatch(f"http://{text}")
    if match is None:
        return ""
    host = match["host"].lower().strip("[]")
    here = host in LOOPBACK or host[0].isdigit()
    return f"{'http' if here else 'https'}://{text}"


def _refused(typed: str, allowed: str) -> InvalidRequest:
    return InvalidRequest([Problem("base_url", shown(_without_password(typed)), allowed)])


def _without_password(typed: str) -> str:
    """What is shown of an address must not show a secret in it: neither a password nor a key in the query."""
    return re.sub(r"(?s)(?<=[?#]).*", "...", re.sub(r"(?<=//)[^/]*@", "...@", typed))
