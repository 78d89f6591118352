"""The posture: whether a page serves the one who runs it, or strangers, and what that means for who opens it.

Kept apart from the settings because this is judged when a page starts, and told on it; a program that asks from a
shell has no visitors.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final, Literal

from playground.errors import SettingsError
from playground.settings import Settings

Posture = Literal["local", "public"]

_WORD: Final = Settings.variable("posture")
_PRIVATE: Final = "What you ask passes through this server and is not saved; a vote saves its conversation."


def posture_of(settings: Settings) -> Posture:
    """Which one these settings mean."""
    return "public" if settings.is_public else "local"


def check(settings: Settings) -> None:
    """Raises SettingsError with the reason where a page with these settings would be unsafe."""
    said = settings.posture.lower()
    if said not in ("", "local", "public"):
        raise SettingsError(f"{_WORD} is {settings.posture!r}.", "Set it to local or public, or remove it.")
    if said == "local" and settings.on_space:
        raise SettingsError(
            f"{_WORD} is local on a Space, where anybody who can open it would spend your keys and name any server.",
            "Remove it: a Space is public. PLAYGROUND_SHARE_OWNER_KEY lends your keys, within a budget.",
        )
    if not said and not settings.on_space and not is_loopback(settings.server_name):
        raise SettingsError(
            f"{Settings.variable('server_name')} is {settings.server_name}, so others may reach this page, and"
            f" {_WORD} does not say who they are.",
            f"Set {_WORD}=public for strangers, or =local where nobody but you can reach that address.",
        )
    _ = settings.tokens_a_day, settings.dollars_a_day, settings.proxies_before, settings.limits_widened
    if settings.is_public and any("*" in server for server in settings.allowed_servers):
        raise SettingsError(
            f"{Settings.variable('allowed_hosts')} has a * on a public page: any visitor could have this machine ask"
            " its own network, and servers that the owner's keys are good for.",
            "List the servers one by one, as host or host:port.",
        )


def is_loopback(address: str) -> bool:
    """Whether only programs of this machine reach what listens there."""
    try:
        return address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False


def words(settings: Settings) -> Sequence[str]:
    """What the posture means for who opens the page, a sentence each."""
    if settings.is_public:
        return (_whose_keys(settings), _which_servers(settings), _PRIVATE)
    reach = (
        "It answers this machine alone."
        if is_loopback(settings.server_name)
        else f"It listens on {settings.server_name}: whoever reaches it there uses it as you do."
    )
    return (
        reach,
        "It uses the keys in .env, and any server can be named by its base URL.",
        "Nothing is limited; votes, sweeps and presets are kept in your data folder.",
    )


def _whose_keys(settings: Settings) -> str:
    own = "A key of your own stays in this tab and goes to its provider alone."
    if settings.lends_keys:
        return f"The owner's keys pay for answers where they are set. {own}"
    way = "sign in, or type a key" if settings.offers_sign_in else "type a key"
    return f"The embedded model needs no key. For HuggingFace and OpenRouter {way} under Keys. {own}"


def _which_servers(settings: Settings) -> str:
    listed = ", ".join(sorted(settings.allowed_servers))
    return (
        f"Base URLs may name {listed}, and no other server."
        if listed
        else "No server can be named by a base URL here; on your own machine any can."
    )
