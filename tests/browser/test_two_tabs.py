"""A visitor has the page open in two tabs: what is done with a vote in one of them is said in the other."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import ScriptedServer
from tests.browser.conftest import ask, open_page, set_row
from tests.browser.test_chat import use
from tests.browser.test_vote import reply, saved, wait_for_both


def test_what_another_tab_takes_back_is_said_in_this_one(page: Page, address: str) -> None:
    """Each tab learns of the vote as it is cast, and that it is gone; what is cleared is not taken back."""
    with ScriptedServer(reply("first ", "words"), reply("second ", "words")) as server:
        use(page, server)
        set_row(page, "diff_frequency", 1)
        other = page.context.new_page()
        open_page(other, address)
        other.click("#open-votes")
        expect(other.locator("#own-votes details")).to_be_hidden()
        ask(page, "taken back elsewhere")
        wait_for_both(page)
        page.click("#vote-a")
        saved(page)
        other.click("#own-votes summary")
        expect(other.locator("#own-votes tbody tr")).to_contain_text("A better")
        mine = other.evaluate("localStorage.getItem('playground:receipts')")
        other.evaluate("localStorage.removeItem('playground:receipts')")
        other.evaluate("mine => localStorage.setItem('playground:receipts', mine)", mine)
        expect(page.locator(".vote-status")).to_have_text(re.compile("^saved "))
        other.click("#own-votes tbody >> text=take back")
        other.click("#own-votes tbody >> text=take back for good?")
        expect(other.locator("#own-votes [role=status]")).to_contain_text("Taken back")
        expect(page.locator(".vote-status")).to_contain_text("is taken back")
        expect(page.locator("#vote-a")).to_be_disabled()
        other.close()
