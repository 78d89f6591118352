"""What browser tests share: the app as a user starts it, and a fresh page on it.

Kept apart so that a test reads as what a person does and sees.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect, sync_playwright

from playground.web.assets import ASSETS_URL
from tools import browser as installed

ROOT = Path(__file__).parents[2]
READY = re.compile(r"http://\S+")
LAPTOP: Final[ViewportSize] = {"width": 1400, "height": 900}
HANDSET: Final[ViewportSize] = {"width": 390, "height": 844}
PATIENCE_S: Final = 20.0
"""How long anything may take that is awaited: a busy machine takes its time, and what comes never waits for this."""

expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `python app.py`, started with a home of its own on a free port.

    Gone with the browser: its embedded model would take memory and time from the tests of other folders.
    """
    home = tmp_path_factory.mktemp("home")
    environment = {
        **os.environ,
        "HOME": str(home),
        "PLAYGROUND_DATA_DIR": str(home / "data"),
        "PYTHONUNBUFFERED": "1",
        "PLAYGROUND_LOCAL_PORTS": "9",  # nobody listens there: what else runs on this machine is not looked at
    }
    command = [sys.executable, str(ROOT / "app.py")]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        try:
            yield next(
                found.group()
                for line in app.stdout
                if (found := READY.search(line)) and "Playground is" in line
            )
        finally:
            app.terminate()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of this folder.

    Gone when the last of them is done: while it is there, Playwright keeps an event loop running in the main
    thread, and the tests of other folders could not run theirs.
    """
    with sync_playwright() as playwright:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            # A page is there for seconds: its scripts end before their optimising would have paid for itself, and
            # before so much memory is in use that it is worth looking through. That is a tenth of what a load costs.
            "--js-flags=--no-opt --min-semi-space-size=32",
        ]
        browser = playwright.chromium.launch(executable_path=installed.executable(), args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def laptop(chromium: Browser) -> Page:
    """A tab that all tests open the page in, one after the other: it has the scripts compiled already."""
    return chromium.new_context().new_page()


@pytest.fixture(scope="package")
def handset(chromium: Browser) -> Page:
    """The same of a phone, which is touched and not pointed at."""
    return chromium.new_context(is_mobile=True, has_touch=True, viewport=HANDSET).new_page()


@pytest.fixture
def page(laptop: Page, address: str) -> Iterator[Page]:
    """A new visitor's page on a laptop, ready to use; errors in its scripts fail the test."""
    with visited(laptop, LAPTOP, address):
        yield laptop


@pytest.fixture
def phone(handset: Page, address: str) -> Iterator[Page]:
    """The same on a phone."""
    with visited(handset, HANDSET, address):
        yield handset


@pytest.fixture
def requested(page: Page) -> Iterator[list[str]]:
    """The addresses of all that the page asks for from now on.

    Nobody listens after the test: the browser would tell the next ones of each request, which takes its time.
    """
    urls: list[str] = []

    def note(request: Request) -> None:
        urls.append(request.url)

    page.on("request", note)
    yield urls
    page.remove_listener("request", note)


@contextmanager
def visited(tab: Page, size: ViewportSize, address: str) -> Iterator[None]:
    """The page is open in this tab, as a new visitor has it, and its scripts make no error.

    Where the test fails, pytest shows what is printed here: when the page was loaded, also by itself, and which
    requests failed.
    """
    errors: list[str] = []
    begun = monotonic()

    def say(what: str) -> None:
        print(f"{monotonic() - begun:6.2f} s: {what}")

    notes: Mapping[Any, Callable[[Any], None]] = {
        "pageerror": lambda error: errors.append(str(error)),
        "framenavigated": lambda frame: say(f"loaded {frame.url}"),
        "requestfailed": lambda request: say(f"{request.method} {request.url} failed: {request.failure}"),
    }
    tab.set_viewport_size(size)
    for event, note in notes.items():
        tab.on(event, note)
    open_page(tab, address)
    say("ready")
    yield
    say("done")
    forget(tab, address)
    for event, note in notes.items():
        tab.remove_listener(event, note)
    assert errors == []


def forget(page: Page, address: str) -> None:
    """Makes the next who opens the page in this tab a new visitor."""
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true)")
    page.goto(
        f"{address}/theme.css"
    )  # the same origin, without a script that would remember more on its way out
    page.evaluate("sessionStorage.clear(), localStorage.clear()")
    page.evaluate("globalThis.indexedDB?.deleteDatabase('conversations')")
    page.context.clear_cookies()


def open_page(page: Page, address: str) -> None:
    """Loads the page and waits until every part of it has mounted."""
    page.goto(address)
    page.wait_for_function("window.playground?.ready", timeout=60_000)


def reload(page: Page) -> None:
    """Loads the page anew, as a person does, and waits until every part of it has mounted."""
    page.reload()
    page.wait_for_function("window.playground?.ready", timeout=60_000)


FREE: Final = """(({ busy, pair }) => (!busy || pair) && !document.querySelector("dialog:modal"))(
  window.playground.state)"""
SCRIPT: Final = f"/{ASSETS_URL}/page.js"
"""The page's own modules, for tests that ask one of them."""
WATCH_FOR_A_RUN: Final = """async (script) => {
  const { store } = (await import(script)).modules["core/store"];
  window.begun = false;
  const off = store.on("busy", (busy) => {
    if (busy) off();
    if (busy) window.begun = true;
  });
}"""


def ask(page: Page, text: str) -> None:
    """Types a message and presses Send, once nothing but a pair is under way and no dialog is open; the page has taken
    it up then.

    Gradio hands the click on a moment later, and until then the page looks as idle as before.
    """
    page.wait_for_function(FREE)
    page.evaluate(WATCH_FOR_A_RUN, SCRIPT)
    page.fill("#composer textarea", text)
    page.click("#send")
    page.wait_for_function("window.begun")


def wait_until_idle(page: Page) -> None:
    """Waits until no answer is streaming any more."""
    page.wait_for_function(
        "!document.body.dataset.busy && document.querySelector('.strip .fact, .strip .failure')",
        timeout=90_000,
    )


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Waits until something holds that is no state of the page, such as what a server has seen; else fails."""
    end = monotonic() + PATIENCE_S
    while not holds():
        assert monotonic() < end, f"not within {PATIENCE_S:.0f} s"
        page.wait_for_timeout(20)  # in which what the browser tells is heard


def set_row(page: Page, name: str, value: object) -> None:
    """Sets a parameter without its editor."""
    page.evaluate("([name, value]) => window.playground.set(name, value)", [name, value])


def edit(page: Page, group: str, name: str) -> None:
    """Opens the editor of a parameter."""
    page.click(f"#group-{group} .fold")
    page.click(f"#param-{name} .opener")
    expect(page.locator(".editor")).to_be_visible()


def value_of(page: Page, name: str) -> object:
    """What a parameter is set to."""
    return page.evaluate("name => window.playground.value(name)", name)
