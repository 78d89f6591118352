"""A person waits for the embedded model while others have it: they see their place, can leave it, and come on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
from playwright.sync_api import Page, expect

from playground.engine.child import SLOTS
from tests.browser.conftest import ask, set_row, wait_until_idle

LONG = {
    "model": "embedded",
    "messages": [{"role": "user", "content": "Tell a story."}],
    "parameters": {"max_tokens": 3000, "logit_bias": {"2": -100}, "stream": True},  # 2 would end the answer
}
PLACE = r"Place {} in the queue of the embedded model, about \d+ s"


def begun(answer: httpx.Response) -> Iterator[str]:
    """Its lines once the first word has come; who lets go of them closes the answer."""
    lines = answer.iter_lines()
    assert any('"text"' in line for line in lines)
    return lines


def test_a_place_is_seen_left_and_given_back(page: Page, address: str) -> None:
    """With all slots taken: Stop gives the place back, so does a tab that is closed, and with a free slot the answer
    comes.
    """
    strip = page.locator("#pane-a .turn.assistant").last.locator(".strip")
    with ExitStack() as tabs, httpx.Client(base_url=address, timeout=60) as http:
        others = [
            begun(tabs.enter_context(http.stream("POST", "/playground/stream", json=LONG)))
            for _ in range(SLOTS)
        ]
        set_row(page, "max_tokens", 4)
        ask(page, "Say hello")
        expect(strip).to_contain_text(re.compile(PLACE.format(1)))
        page.click("#stop")
        expect(strip).to_contain_text("stopped by you")
        with http.stream("POST", "/playground/stream", json=LONG):
            ask(page, "Say hello")
            expect(strip).to_contain_text(re.compile(PLACE.format(2)))
        assert len(others) == SLOTS
        expect(strip).to_contain_text(re.compile(PLACE.format(1)))
    wait_until_idle(page)
    expect(strip.locator(".fact").first).to_be_visible()
