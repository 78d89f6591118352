"""A page says whom it serves, and one that would be unsafe does not start, with the reason.

What either posture then allows is tested where it is done.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.errors import SettingsError
from playground.posture import check, is_loopback, posture_of, words
from playground.settings import Settings

EVERYWHERE = "0.0.0.0"


@pytest.mark.parametrize(
    ("settings", "posture"),
    [
        (Settings(), "local"),
        (Settings(posture="Local", server_name=EVERYWHERE), "local"),
        (Settings(space_id="me/it", server_name=EVERYWHERE), "public"),
        (Settings(posture="PUBLIC", server_name=EVERYWHERE), "public"),
        (Settings(posture="public", allowed_hosts="api.example.com"), "public"),
    ],
)
def test_what_starts(settings: Settings, posture: str) -> None:
    """As the one setting says; without it a Space is public, and loopback local."""
    check(settings)
    assert posture_of(settings) == posture


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Settings(server_name=EVERYWHERE), "does not say who"),
        (Settings(server_name="::"), "does not say who"),
        (Settings(server_name="192.168.1.7"), "does not say who"),
        (Settings(server_name="my-host"), "does not say who"),
        (Settings(posture="open"), "PLAYGROUND_POSTURE is 'open'"),
        (Settings(posture="local", space_id="me/it"), "local on a Space"),
        (Settings(posture="public", allowed_hosts="*", share_owner_key="1"), "a \\* on a public page"),
        (Settings(space_id="me/it", allowed_hosts="a.example, *.example.com"), "a \\* on a public page"),
    ],
)
def test_what_does_not_start(settings: Settings, reason: str) -> None:
    """One sentence says why, another what to set."""
    with pytest.raises(SettingsError, match=reason) as caught:
        check(settings)
    assert caught.value.next_step


@pytest.mark.parametrize("settings", [Settings(posture="open"), Settings(posture="local", space_id="me/it")])
def test_what_is_doubtful_is_public(settings: Settings) -> None:
    """Where it is not even refused, as from a shell, no key is lent and no server may be named."""
    assert settings.is_public and not settings.lends_keys and not settings.lends_votes
    assert settings.ports_to_look_at == ()


def test_loopback() -> None:
    """All of 127.0.0.0/8 and ::1, by number or by its usual name; a name that may be anybody's is none."""
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(map(is_loopback, ("", EVERYWHERE, "10.0.0.1", "localhost.example", "::")))


def test_its_words() -> None:
    """Who may use whose keys, and which servers may be named; a local page that others reach says so."""
    public = Settings(posture="public")
    assert "No server can be named" in " ".join(words(public))
    assert "a.example" in " ".join(words(replace(public, allowed_hosts="a.example")))
    assert "owner's keys" in " ".join(words(replace(public, share_owner_key="1")))
    assert "this machine alone" in words(Settings())[0]
    assert EVERYWHERE in words(Settings(posture="local", server_name=EVERYWHERE))[0]
