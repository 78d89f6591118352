"""Where a key may go, and how it is kept out of everything that is shown.

Kept apart because these few lines must hold for every server, and are easier to judge alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from playground.chat import Endpoint
from playground.errors import KeyMissing
from playground.wire.profiles import Profile

_SHORTEST_SECRET: Final = 8
_HUGGINGFACE_HOSTS: Final = ("huggingface.co", "hf.co", "hf.space", "huggingface.cloud")
_LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "::1")


def headers(profile: Profile, endpoint: Endpoint, host: str) -> Mapping[str, str]:
    """The headers of a request to `host`. Raises KeyMissing where a key is needed, broken, or out of place."""
    key = endpoint.api_key.strip()
    plain = {**profile.headers, **endpoint.headers}
    if not key:
        if profile.needs_key:
            raise KeyMissing(
                f"{profile.label} needs a key and none was given.",
                f"Type a key for this visit or put it into .env; {profile.label} gives them out.",
            )
        return plain
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise KeyMissing(
            "The key holds a space or a character that no key has.", "Copy it again, whole and alone."
        )
    if not _may_go(key, profile, host):
        raise KeyMissing(
            f"This key is not sent to {host}: it belongs to another provider.",
            "Give the key of that server, or none.",
        )
    return {**plain, "Authorization": f"Bearer {key}"}


def _may_go(key: str, profile: Profile, host: str) -> bool:
    """A provider's key goes to its own hosts; one that looks like HuggingFace's to theirs, or stays here."""
    if profile.key_hosts:
        return _among(host, profile.key_hosts)
    return not key.startswith("hf_") or _among(host, _HUGGINGFACE_HOSTS + _LOOPBACK_HOSTS)


def _among(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == known or host.endswith("." + known) for known in hosts)


def secret_of(endpoint: Endpoint) -> str:
    """What must not be shown; empty where the key is too short to be told from ordinary text."""
    key = endpoint.api_key.strip()
    return key if len(key) >= _SHORTEST_SECRET else ""


def masked(text: str, secret: str) -> str:
    """`text` without the secret, in case a server echoes it."""
    return text.replace(secret, "[key]") if secret and secret in text else text
