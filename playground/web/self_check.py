"""What is on and what is off, said once when the page starts, so that nobody has to guess it from the settings."""

from __future__ import annotations

from collections.abc import Iterator

from playground.posture import posture_of
from playground.settings import Settings
from playground.votes.backup.vote_service import Keeper
from playground.web.credentials import offers_sign_in


def self_check(settings: Settings, keeper: Keeper) -> Iterator[str]:
    """A line for each part that can be otherwise; no key and no password is in one."""
    yield f"posture: {posture_of(settings)}"
    yield f"owner's keys: {_keys(settings)}"
    yield f"base URLs: {_servers(settings)}"
    yield f"limits: {_limits(settings)}"
    yield f"signing in: {'on' if offers_sign_in(settings) else 'off'}"
    yield f"votes: {keeper.store.name}; copied to {keeper.dataset or 'nowhere'}"
    yield f"votes as files: {'for everybody' if settings.lends_votes else 'closed'}"
    yield f"log: {settings.log or 'warnings alone'}; figures: {'on' if settings.shows_metrics else 'off'}"


def _keys(settings: Settings) -> str:
    held = [n for n in ("hf_token", "openrouter_api_key", "api_key") if getattr(settings, n)]
    names = ", ".join(map(Settings.variable, held)) or "none"
    if not settings.is_public or not held:
        return names
    if not settings.lends_keys:
        return f"{names}; not lent"
    dollars = f" and ${settings.dollars_a_day:g}" if settings.dollars_a_day is not None else ""
    return f"{names}; lent for {settings.tokens_a_day:,} tokens{dollars} a day"


def _servers(settings: Settings) -> str:
    return ", ".join(sorted(settings.allowed_servers)) or "none" if settings.is_public else "any"


def _limits(settings: Settings) -> str:
    if not settings.is_public:
        return "off"
    where = "shared in Redis" if settings.limits_url else "in the data folder"
    proxies = (
        "HuggingFace's" if settings.on_space and not settings.proxies_before else settings.proxies_before
    )
    wide = f", {settings.limits_widened} times as wide" if settings.limits_widened > 1 else ""
    return f"on, {where}{wide}; proxies before this page: {proxies}"
