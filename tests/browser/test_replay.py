"""A person moves a slider and asks what it did: before and after, over seeds, and what stands in the way of that."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, Stall, answered, finish, streamed, text
from tests.browser.conftest import PATIENCE_S, ask, eventually, set_row, wait_until_idle
from tests.browser.test_accessible import faults
from tests.browser.test_chat import use
from tests.browser.test_faulty import choose
from tests.browser.test_probes import line

TOO_HOT = {"error": {"message": "temperature must be at most 1", "param": "temperature"}}


def test_before_and_after_a_change(page: Page) -> None:
    """Offered once something has changed; by keyboard; what parts and why is shown, and over seeds as plots."""
    for name, value in {"max_tokens": 4, "temperature": 0}.items():
        set_row(page, name, value)
    ask(page, "Say hello.")
    wait_until_idle(page)
    offer, dialog = page.locator(".strip .replay"), page.locator("#replay")
    said = dialog.locator(".replay-words")
    expect(offer).to_be_hidden()
    set_row(page, "temperature", 1.9)
    expect(offer).to_have_text("before and after: temperature")
    set_row(page, "temperature", 0)
    expect(offer).to_be_hidden()

    page.click("#group-extra .fold")
    page.fill("#param-extra_body textarea", "{")
    offer.click()
    expect(page.locator(".replay-trouble")).to_contain_text("extra_body: ")
    page.fill("#param-extra_body textarea", "")
    set_row(page, "temperature", 1.9)
    expect(offer).to_have_text("before and after: temperature")
    expect(page.locator(".replay-trouble")).to_be_empty()

    offer.focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text(re.compile("They part at token \\d"))
    expect(dialog.locator(".replay-changes")).to_have_text(re.compile("temperature 0.*1.9"))
    expect(dialog.locator(".replay-note", has_text="exactly")).to_be_visible()
    expect(dialog.locator(".dice-bars")).to_have_count(2)
    expect(dialog.locator(".replay-side mark").first).to_be_visible()
    expect(dialog.locator(".replay-body")).to_contain_text("The seed is 1 for both")
    expect(dialog.locator(".cost")).to_contain_text("30 calls")
    expect(dialog.locator(".cost")).to_contain_text("costs nothing")

    dialog.get_by_role("button", name="Over 10 seeds").click()
    expect(said).to_contain_text("It does something: 10 of 10", timeout=60_000)
    expect(dialog.locator(".replay-dots")).to_have_count(3)
    expect(dialog.locator(".replay-dots").first).to_have_attribute("aria-label", re.compile("^4, 4.* tokens"))
    dialog.get_by_role("button", name="seed 1: other words").click()
    expect(dialog.locator(".replay-trials [aria-pressed=true]")).to_have_text("seed 1 \u2260")
    assert list(faults(page, "before and after")) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".turn.assistant")).to_have_count(1)


def test_a_server_that_drops_temperature(page: Page) -> None:
    """No difference in ten runs is an answer, and leads to the probe of that parameter alone."""
    choose(page, "drop temperature")
    expect(page.locator("#model-list")).to_be_hidden()
    for name, value in {"max_tokens": 2, "temperature": 0}.items():
        set_row(page, name, value)
    ask(page, "Say hello.")
    wait_until_idle(page)
    set_row(page, "temperature", 2)
    page.locator(".strip .replay").click()
    dialog = page.locator("#replay")
    expect(dialog.locator(".replay-words")).to_have_text("Both say the same, at this seed.")
    dialog.get_by_role("button", name="Over 10 seeds").click()
    expect(dialog.locator(".replay-words")).to_contain_text("No difference in 10 runs", timeout=60_000)
    dialog.get_by_role("button", name="Probe temperature").click()
    expect(dialog).to_be_hidden()
    expect(line(page, "temperature").locator("input")).to_be_checked()
    expect(page.locator(".verdicts tbody input:checked")).to_have_count(1)
    expect(page.locator("#probes .cost")).to_contain_text("calls")


def test_what_stands_in_the_way(page: Page) -> None:
    """At a server of one's own nothing starts by itself; a refusal, a stop and an unknown answer are said."""
    fine = streamed(text("fine"), finish(), DONE)
    refused = answered(400, json.dumps(TOO_HOT).encode())
    stalled = streamed(text("fi"), Stall())
    with ScriptedServer(fine, fine, refused, stalled, refused) as server:
        use(page, server)
        ask(page, "Hello")
        wait_until_idle(page)
        set_row(page, "temperature", 1.5)
        page.locator(".strip .replay").click()
        dialog = page.locator("#replay")
        said = dialog.locator(".replay-words")
        expect(said).to_contain_text("Nothing has been asked yet")
        expect(dialog.locator(".cost")).to_contain_text("the server's owner knows")
        assert len(server.requests) == 1
        dialog.get_by_role("button", name="Ask both").click()
        expect(said).to_contain_text("not both answers came to their end")
        expect(dialog.locator(".replay-failure").nth(1)).to_contain_text("temperature")
        expect(dialog.locator(".replay-text").nth(0)).to_have_text("fine")
        dialog.get_by_role("button", name="Over 10 seeds").click()
        expect(dialog.locator("progress")).to_be_visible()
        eventually(page, lambda: len(server.requests) == 4)
        dialog.get_by_role("button", name="Stop").click()
        expect(said).to_contain_text("Stopped")
        assert server.requests[-1].left.wait(PATIENCE_S)
        dialog.get_by_role("button", name="Over 10 seeds").click()
        expect(said).to_have_text(
            "No run came whole, so there is nothing to compare. 3 runs failed, and count for nothing. "
            "The rest was not asked, since several in a row failed."
        )
        page.keyboard.press("Escape")
    page.evaluate(
        "window.playground.set('messages', [{role: 'user', content: 'Hi'}, {role: 'assistant', content: 'Yo'}])"
    )
    page.locator(".strip .replay").click()
    expect(page.locator(".replay-trouble")).to_contain_text(
        "What this answer was asked with is not known here"
    )
