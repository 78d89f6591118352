"""A person hands on what the page is set to: as code, as a link, as a file; and opens what others handed on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, set_row, wait_until_idle
from tests.browser.test_accessible import faults


def test_code_of_what_is_set(page: Page) -> None:
    """A tab a form; what is withheld says why; what cannot be read is said; a pair has two programs."""
    set_row(page, "temperature", 0.3)
    set_row(page, "verbosity", "low")
    page.click("#share button")
    dialog = page.locator("#sharing")
    code = dialog.locator(".share-view:visible pre")
    expect(code).to_contain_text("temperature=0.3")
    expect(dialog.locator(".share-said:visible")).to_contain_text("Nothing has been asked yet")
    dialog.get_by_role("tab", name="curl").click()
    expect(code).to_contain_text("# verbosity: withheld.")
    assert list(faults(page, "sharing")) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    set_row(page, "diff_frequency", 1)
    page.fill("#composer textarea", "What is a seed?")
    page.click("#share button")
    expect(code).to_have_count(2)
    expect(code.first).to_contain_text("What is a seed?")
    page.keyboard.press("Escape")
    page.click("#group-extra .fold")
    page.fill("#param-extra_body textarea", "{")
    page.click("#share button")
    expect(dialog.locator(".share-said:visible")).to_contain_text("extra_body: ")
    expect(code).to_have_count(0)
