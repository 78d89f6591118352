"""Which key a call uses, where a key may go, and how it is kept out of everything that is shown.

These few lines must hold for every server, and are easier to judge alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from playground.chat import Endpoint
from playground.errors import KeyMissing
from playground.pasted_key import cleaned_key
from playground.settings import Settings
from playground.wire.addresses import LOOPBACK
from playground.wire.kinds.profile import Profile
from playground.wire.profiles import PROFILES

MASK: Final = "[key]"
"""Stands in what is shown where a server has echoed the key."""

_SHORTEST_SECRET: Final = 8
_ESCAPED: Final = re.compile(r'\\(?:u00[2-7]|["\\/])')
"""Rare, and so the quick way to see that no key is escaped: an accented letter or a line break is no part of one."""

_SPECIAL: Final = frozenset('"\\/')
"""What JSON may also escape without a number."""

_MOCK_KEYS: Final = frozenset({"mock-oauth-token-for-local-dev"})
"""What Gradio hands out in place of a HuggingFace token where nobody can sign in (gradio/oauth.py)."""

_KEY_FORMS: Final = tuple(profile.key_form for profile in PROFILES.values() if profile.key_form is not None)


def setting_of(provider: str, profile: Profile) -> str:
    """The field of the settings that holds the owner's key; empty for a provider that can have none."""
    return "api_key" if provider == "server" else profile.key_setting


def choose(provider: str, profile: Profile, given: str | None, typed_url: bool, settings: Settings) -> str:
    """The key of one call: the one given for this very server, else the owner's, else none.

    `given` is None where nobody typed one or signed in; an empty one is an error, and never replaced. The owner's
    keys go to the address that the settings or this program name, never to a base URL that was typed, and on a
    public page only if the owner lends them to visitors. Raises KeyMissing.
    """
    field = "" if typed_url else setting_of(provider, profile)
    if given is not None:
        key = cleaned_key(given)
        if not key or key in _MOCK_KEYS:
            what = "is empty" if not key else "is no key, but what Gradio puts in place of one off a Space"
            raise KeyMissing(f"The key for {profile.label} {what}.", _next_step(provider, field, settings))
        return key
    key = cleaned_key(getattr(settings, field)) if field and settings.lends_keys else ""
    if profile.needs_key and not key:
        step = _next_step(provider, field, settings)
        raise KeyMissing(f"{profile.label} needs a key, and none was given.", step)
    return key


def _next_step(provider: str, field: str, settings: Settings) -> str:
    """What helps; a key in .env does not where it would never be sent, as to a base URL that was typed."""
    if settings.offers_sign_in and provider == "huggingface":
        return "Sign in with HuggingFace, or type a key for this visit."
    if settings.is_public or not field:
        return "Type a key for this visit."
    return f"Put {Settings.variable(field)} into .env and start anew, or type a key for this visit."


def headers(profile: Profile, endpoint: Endpoint, host: str) -> Mapping[str, str]:
    """The headers of a request to `host`. Raises KeyMissing where a key is needed, broken, or out of place."""
    key = cleaned_key(endpoint.api_key)
    plain = {**profile.headers, **endpoint.headers}
    if not key:
        if profile.needs_key:
            raise KeyMissing(
                f"{profile.label} needs a key and none was given.",
                "Type a key for this visit, or put it into .env.",
            )
        return plain
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise KeyMissing(
            "The key holds a space or a character that no key has.", "Copy it again, whole and alone."
        )
    if not _may_go(key, profile, host, endpoint.own_key):
        raise KeyMissing(
            f"This key is not sent to {host}: it belongs to another provider.",
            "Give the key of that server, or none.",
        )
    return {**plain, "Authorization": f"Bearer {key}"}


def _may_go(key: str, profile: Profile, host: str, own_key: bool) -> bool:
    """A provider's key goes to its own hosts; one that shows by its form whose it is goes there, or stays here.

    To a Space or an inference endpoint goes what was given for that very address, and nothing else.
    """
    if profile.key_hosts and not _among(host, profile.key_hosts):
        return False
    form = next((form for form in _KEY_FORMS if key.startswith(form.prefix)), None)
    if form is None or host in LOOPBACK or _among(host, form.hosts):
        return True
    return own_key and _among(host, form.programs)


def _among(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == known or host.endswith("." + known) for known in hosts)


def secret_of(endpoint: Endpoint) -> str:
    """What must not be shown; empty where the key is too short to be told from ordinary text."""
    key = cleaned_key(endpoint.api_key)
    return key if len(key) >= _SHORTEST_SECRET else ""


def masked(text: str, secret: str) -> str:
    """`text` without the secret, in case a server echoes it, as it is or with characters escaped as in JSON."""
    if not secret:
        return text
    if secret in text:
        text = text.replace(secret, MASK)
    if "\\" in text and ("\\u00" in text or _has_special(secret)) and _ESCAPED.search(text):
        text = _escaped(secret).sub(MASK, text)
    return text


def masked_within(value: Any, secret: str) -> Any:
    """A JSON value without the secret in its texts and names."""
    if not secret:
        return value
    if isinstance(value, str):
        return masked(value, secret)
    if isinstance(value, list):
        return [masked_within(each, secret) for each in value]
    if isinstance(value, dict):
        return {masked(name, secret): masked_within(each, secret) for name, each in value.items()}
    return value


@lru_cache(maxsize=16)
def _has_special(secret: str) -> bool:
    return not _SPECIAL.isdisjoint(secret)


@lru_cache(maxsize=16)
def _escaped(secret: str) -> re.Pattern[str]:
    """Finds a secret whose characters may be escaped, also twice over: a call's arguments are JSON in JSON."""

    def either(letter: str) -> str:
        itself = re.escape(letter)
        behind = f"{itself}|u" if letter in _SPECIAL else "u"
        return rf"(?:{itself}|\\{{1,4}}(?i:{behind}00{ord(letter):02x}))"

    return re.compile("".join(map(either, secret)))
