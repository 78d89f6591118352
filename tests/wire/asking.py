"""Short ways to ask a server one thing, shared by the tests of the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playground.chat import ChatRequest, Endpoint, ModelRef
from playground.events import Answer, Event, fold
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.profile import Profile
from playground.wire.transport import Timeouts, Transport

KEY = "sk-a-key-of-a-test-0123456789"
MODEL = ModelRef("server", "some-model")
USUAL = Timeouts()
HELLO = ({"role": "user", "content": "Hello"},)


def request(extra: Mapping[str, Any] | None = None, /, **parameters: Any) -> ChatRequest:
    """A request that says hello with these parameters set."""
    return ChatRequest(MODEL, HELLO, parameters, extra or {})


def events_of(
    asked: ChatRequest,
    base_url: str,
    profile: Profile = OPENAI,
    timeouts: Timeouts = USUAL,
    key: str = KEY,
) -> list[Event]:
    """All events of one answer, over a fresh transport."""

    async def ask() -> list[Event]:
        async with Transport() as transport:
            endpoint = Endpoint(base_url, key)
            return [event async for event in transport.stream(asked, here(profile), endpoint, timeouts)]

    return asyncio.run(ask())


def answer_of(
    asked: ChatRequest,
    base_url: str,
    profile: Profile = OPENAI,
    timeouts: Timeouts = USUAL,
    key: str = KEY,
) -> Answer:
    """One answer, over a fresh transport."""
    return fold(events_of(asked, base_url, profile, timeouts, key))


def here(profile: Profile) -> Profile:
    """The profile, with keys allowed to go to loopback."""
    return replace(profile, key_hosts=(*profile.key_hosts, "127.0.0.1")) if profile.key_hosts else profile
