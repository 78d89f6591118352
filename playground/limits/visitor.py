"""Who a visitor is, for counting: who signed in, else the network that a request comes from; never an address itself.

Pure, and apart from the web: which header says the truth is decided by who could have written it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

_SHOWN: Final = 32
_V6_HOME: Final = 64
"""Bits of an IPv6 address that one household or one server has; the rest it may choose as it likes."""


def visitor_id(salt: bytes, subject: str, address: str) -> str:
    """A name for counting: the same for the same visitor, and nothing from which an address could be told."""
    who = f"subject {subject}" if subject else f"network {network_of(address)}"
    return hmac.new(salt, who.encode(), hashlib.sha256).hexdigest()[:_SHOWN]


def vouched(secret: bytes, visitor: str) -> str:
    """The name with a seal that only this program can make: a header that comes back to it can be believed."""
    return f"{visitor}.{_seal(secret, visitor)}"


def vouched_for(secret: bytes, said: str) -> str:
    """The name in a header, where this program has sealed it; empty for all that somebody made up."""
    visitor, _, seal = said.partition(".")
    return visitor if hmac.compare_digest(seal.encode(), _seal(secret, visitor).encode()) else ""


def _seal(secret: bytes, visitor: str) -> str:
    return hmac.new(secret, visitor.encode(), hashlib.sha256).hexdigest()


def address_of(peer: str, forwarded: Sequence[str], proxies: int) -> str:
    """The address of whoever asked: `peer` is connected to us, `forwarded` are the lines of X-Forwarded-For.

    Each proxy writes at the end whom it was asked by; what stands before that, anybody can have written. So with
    `proxies` of the owner's the entry that the first of them wrote counts, as many from the end.
    """
    hops = _hops(forwarded)
    return hops[-proxies] if 0 < proxies <= len(hops) else peer


def address_on_a_space(peer: str, forwarded: Sequence[str]) -> str:
    """The same behind HuggingFace's proxies, whose number is not told: the last address that is of the open internet.

    Its own have private ones, and what a visitor wrote stands before the visitor's.
    """
    return next((hop for hop in reversed(_hops(forwarded)) if _is_public(hop)), peer)


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the 64 bits of an IPv6 one that its holder cannot choose.

    >>> network_of("2001:db8::1:2:3:4")
    '2001:db8::/64'
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, _V6_HOME), strict=False))
    return str(found)


def _hops(forwarded: Sequence[str]) -> list[str]:
    return [_without_port(hop.strip()) for line in forwarded for hop in line.split(",") if hop.strip()]


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_public(hop: str) -> bool:
    try:
        return ip_address(hop).is_global
    except ValueError:
        return False
