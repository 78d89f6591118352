"""The browser that the tests drive is one that starts.

Kept apart from the tests of the page, which take the browser as given.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tools import browser


def test_the_browser_found_can_be_driven() -> None:
    """What `executable()` gives to Playwright opens a page."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.executable())
        page = chromium.new_page()
        page.set_content("<h1>ready</h1>")
        assert page.inner_text("h1") == "ready"
        chromium.close()


def test_a_stub_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of the right name that only says what to install instead is passed over."""
    for name, status in {"stub": 1, "browser": 0}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert browser.first_that_starts(["missing", "stub"]) is None
    assert browser.first_that_starts(["missing", "stub", "browser"]) == str(tmp_path / "browser")
