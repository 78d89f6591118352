"""Which hosts a key may go to, however an address is dressed up, and what is said when there is none.

Kept apart from the tests of whole calls: these rules need no server.
"""

from __future__ import annotations

import pytest

from playground.chat import Endpoint
from playground.errors import KeyMissing
from playground.settings import Settings
from playground.wire.keys import choose, headers
from playground.wire.kinds.huggingface import HUGGINGFACE
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.openai_com import OPENAI_COM
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.kinds.profile import Profile
from playground.wire.profiles import PROFILES

FOREIGN = [
    "huggingface.co.evil.example",
    "evilhuggingface.co",
    "huggingface.co-evil.example",
    "router.huggingface.co.",
    "huggingface.com",
    "hugqingface.co",
    "xn--hugingface-8ze.co",
    "openrouter.ai.evil.example",
    "openrouter.ai.",
    "evil-openrouter.ai",
    "openrouter.ai-evil.example",
    "openrouter.example",
    "api.openai.com.evil.example",
    "apiopenai.com",
    "evil.example",
    "169.254.169.254",
    "10.0.0.1",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "127.1",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.127.0.0.1",
    "::ffff:127.0.0.1",
    "",
]
PROVIDERS = {
    "huggingface": (HUGGINGFACE, ["router.huggingface.co", "huggingface.co"]),
    "openrouter": (OPENROUTER, ["openrouter.ai"]),
    "openai": (OPENAI_COM, ["api.openai.com", "eu.api.openai.com"]),
}


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_providers_key_goes_to_no_host_that_looks_like_it(provider: str, host: str) -> None:
    """However an address is dressed up: whoever is not the provider does not get its key."""
    profile, _ = PROVIDERS[provider]
    with pytest.raises(KeyMissing, match="another provider"):
        headers(profile, Endpoint(f"https://{host}/v1", "sk-x"), host)


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("key", ["hf_x", "sk-or-v1-x"])
def test_a_key_that_shows_whose_it_is_goes_nowhere_else(key: str, host: str) -> None:
    """Also where any server may be named: HuggingFace's and OpenRouter's keys stay theirs by their form."""
    with pytest.raises(KeyMissing, match="another provider"):
        headers(OPENAI, Endpoint(f"https://{host}/v1", key), host)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_providers_key_goes_to_its_hosts(provider: str) -> None:
    """Its own hosts and their subdomains do get it."""
    profile, hosts = PROVIDERS[provider]
    for host in hosts:
        sent = headers(profile, Endpoint(f"https://{host}/v1", "sk-x"), host)
        assert sent["Authorization"] == "Bearer sk-x"


@pytest.mark.parametrize(
    "host", ["me-it.hf.space", "hf.space", "x.us-east-1.aws.endpoints.huggingface.cloud"]
)
def test_other_peoples_programs_at_huggingface(host: str) -> None:
    """A Space or an endpoint is anybody's program: it gets a key only if that was given for its very address."""
    with pytest.raises(KeyMissing, match="another provider"):
        headers(OPENAI, Endpoint(f"https://{host}/v1", "hf_x"), host)
    with pytest.raises(KeyMissing, match="another provider"):
        headers(HUGGINGFACE, Endpoint(f"https://{host}/v1", "hf_x", own_key=True), host)
    given = Endpoint(f"https://{host}/v1", "hf_x", own_key=True)
    assert headers(OPENAI, given, host)["Authorization"] == "Bearer hf_x"


@pytest.mark.parametrize("host", FOREIGN)
def test_a_key_given_for_an_address_that_is_not_its_providers(host: str) -> None:
    """Nor does typing HuggingFace's key for a stranger's address send it there: it was most likely a mistake."""
    with pytest.raises(KeyMissing, match="another provider"):
        headers(OPENAI, Endpoint(f"https://{host}/v1", "hf_x", own_key=True), host)


@pytest.mark.parametrize(
    ("key", "profile"), [("hf_x", OPENROUTER), ("sk-or-v1-x", HUGGINGFACE), ("hf_x", OPENAI_COM)]
)
def test_one_providers_key_does_not_go_to_another(key: str, profile: Profile) -> None:
    """A key pasted into the wrong place stays here, even on its way to a provider's true address."""
    host = profile.key_hosts[0]
    with pytest.raises(KeyMissing, match="another provider"):
        headers(profile, Endpoint(f"https://{host}/v1", key), host)


@pytest.mark.parametrize(
    ("settings", "provider", "step"),
    [
        (Settings(), "huggingface", "HF_TOKEN"),
        (Settings(), "openrouter", "OPENROUTER_API_KEY"),
        (Settings(space_id="me/it"), "openrouter", "Type a key"),
        (Settings(space_id="me/it"), "huggingface", "Type a key"),
        (Settings(space_id="me/it", oauth_client_id="x"), "huggingface", "Sign in"),
    ],
)
def test_a_missing_key_says_where_to_put_one(settings: Settings, provider: str, step: str) -> None:
    """At home the variable's name; on a Space, where there is no .env, signing in or typing."""
    with pytest.raises(KeyMissing) as caught:
        choose(provider, PROFILES[provider], None, False, settings)  # type: ignore[index]
    assert step in caught.value.next_step
    assert (".env" in caught.value.next_step) != settings.on_space


def test_no_key_in_env_is_advised_for_a_typed_address() -> None:
    """It would never be sent there: an empty key for that address can only be typed."""
    with pytest.raises(KeyMissing) as caught:
        choose("server", OPENAI, "", True, Settings())
    assert caught.value.next_step == "Type a key for this visit."
