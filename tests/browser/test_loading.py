"""The page while it is coming up, on a slow line: its parts come one after the other, and can be used at once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import gradio
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import eventually

SCRIPTS: Final = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"


def script_of(words: str) -> str:
    """The name of the one script of Gradio's that has these words in it."""
    (found,) = (path.name for path in SCRIPTS.glob("Index-*.js") if words in path.read_text(encoding="utf-8"))
    return found


def test_what_was_typed_while_the_page_was_coming_up_stays(page: Page, address: str) -> None:
    """Where the last part is slow, what is typed into the others goes behind what a reload has kept, not under it."""
    page.fill("#composer textarea", "From before")
    late: list[Route] = []
    page.route(f"**/{script_of('checkbox-container')}", lambda route: late.append(route))
    page.reload(wait_until="domcontentloaded")
    page.fill("#composer textarea", "typed at once")
    page.fill("#base-url input", "http://127.0.0.1:1/v1")
    page.fill("#param-seed input", "11")  # a preview follows, which keeps what is half typed
    page.wait_for_function("window.playground.state.preview")
    assert not page.evaluate("window.playground.ready")
    eventually(page, lambda: bool(late))
    for route in late:
        route.continue_()
    page.wait_for_function("window.playground.ready")
    expect(page.locator("#composer textarea")).to_have_value("From before\ntyped at once")
    expect(page.locator("#base-url input")).to_have_value("http://127.0.0.1:1/v1")
    expect(page.locator("#param-seed input")).to_have_value("11")
