"""A visitor of a public page is told what that means, and a refusal says when it ends and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playground.backend import Backend
from playground.limits.quotas import QUOTAS
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer
from tests.browser.conftest import LAPTOP, ask, visited
from tests.browser.test_vote import reply
from tests.web.serving import served


@pytest.fixture
def public(laptop: Page, tmp_path: Path) -> Iterator[Page]:
    """A public page whose owner lends the key of one server, on which little is left."""
    with ScriptedServer(reply("Fine.")) as server:
        lent = Settings(
            posture="public", share_owner_key="1", base_url=server.base_url, api_key="sk-0123456789"
        )
        backend = Backend(replace(lent, data_dir=str(tmp_path), owner_tokens="0"))
        with served(backend) as address, visited(laptop, LAPTOP, address):
            yield laptop


def test_what_a_visitor_is_told(public: Page) -> None:
    """Whose keys, which servers, how much; that the owner's key has little left; and of a refusal when it ends."""
    expect(public.locator("#posture .near")).to_contain_text("pays for 0 more tokens")
    public.click("#open-posture")
    expect(public.locator("#posture-words")).to_be_visible()  # its words are there before it opens
    words = public.locator("#posture-words li")
    expect(words.nth(0)).to_contain_text("The owner's keys pay")
    expect(public.locator("#posture-words")).to_contain_text("20 answers a minute and 600 a day, 2 at once")
    public.keyboard.press("Escape")
    one = "await fetch('playground/stream', {method: 'POST', body: '{}'})"
    spend = f"async (n) => {{ for (let i = 0; i < n; i++) {one} }}"
    public.evaluate(spend, QUOTAS["answers"][0].amount)
    ask(public, "do not lose this")
    refused = public.locator("#panes").get_by_text("20 answers a minute are the limit of a visitor here.")
    expect(refused.first).to_contain_text("Try again in")
    expect(public.locator("#composer textarea")).to_have_value("do not lose this")
