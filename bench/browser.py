"""The browser: opens a page, asks, and says what was painted when.

Kept apart from the cases because only this file knows how a browser is driven.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import time
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.pace import Pace
from bench.site import Site
from tools.browser import executable

# Pages that look for fonts elsewhere must not wait for a network that may not be there.
_FLAGS: Final = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--no-proxy-server"]
_PROBE: Final = Path(__file__).with_name("probe.js")
_SIZE: Final = {"width": 1400, "height": 900}
_PATIENCE_MS: Final = 60_000
_QUIET_MS: Final = 1000
"""What a page does in the background after it has been opened is over by then."""

_USABLE: Final = """(selectors) => {
  const shown = (selector) => document.querySelector(selector)?.checkVisibility();
  const there = (selector) => document.querySelector(selector) !== null;
  const { composer, send, mounted } = selectors;
  return shown(composer) && shown(send) && mounted.every(there) && performance.timeOrigin + performance.now();
}"""


@dataclass(frozen=True, slots=True)
class Painted:
    """What was painted after a click: per pane (seconds since the click, letters) of each repaint."""

    panes: tuple[tuple[tuple[float, int], ...], ...]

    @property
    def first(self) -> float:
        """Seconds until every pane has shown something."""
        return max(pane[0][0] for pane in self.panes)

    @property
    def last(self) -> float:
        """Seconds until every pane has shown all."""
        return max(pane[-1][0] for pane in self.panes)

    @property
    def longest_gap(self) -> float:
        """Seconds between two repaints of one pane, at the worst."""
        return max((b[0] - a[0] for pane in self.panes for a, b in pairwise(pane)), default=0.0)


class Visit:
    """One opened page of a site, in a browser context of its own."""

    def __init__(self, site: Site, page: Page) -> None:
        self.site = site
        self.page = page
        self._received = 0
        self._network = page.context.new_cdp_session(page)
        self._network.on("Network.dataReceived", self._count)
        self._network.send("Network.enable")

    def _count(self, event: dict[str, Any]) -> None:
        self._received += event["encodedDataLength"] or event["dataLength"]

    def open(self, address: str) -> float:
        """Opens the page; the wall-clock time at which a person could use it."""
        self.page.goto(address, wait_until="commit")
        parts = {"composer": self.site.composer, "send": self.site.send, "mounted": self.site.mounted}
        usable = self.page.wait_for_function(_USABLE, arg=parts, polling=10)
        return float(usable.json_value()) / 1000

    def settle(self) -> None:
        """Waits until the page has come to rest."""
        self.page.wait_for_timeout(_QUIET_MS)

    def fill(self, selector: str, value: str) -> None:
        """Sets a field that need not be in view, as typing does."""
        self.page.locator(selector).first.evaluate(
            """(field, value) => {
              field.value = value;
              field.dispatchEvent(new Event("input", { bubbles: true }));
              field.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            value,
        )

    def untick(self, selector: str) -> None:
        """Unticks a box that need not be in view."""
        self.page.locator(selector).first.evaluate("(box) => box.checked && box.click()")

    def ask(self, text: str, pace: Pace | None = None, panes: int | None = None) -> None:
        """Types `text` and clicks Send; what `panes` (all) paint from then on is noted."""
        length = sum("a" <= letter <= "z" for letter in "".join(pace.pieces)) if pace else 1
        self.page.fill(self.site.composer, text)
        self._received = 0
        self.page.evaluate(
            "([panes, length]) => probe.watch(panes, length)", [list(self.site.answers[:panes]), length]
        )
        self.page.click(self.site.send)

    def wait_until_whole(self) -> None:
        """Waits until every pane shows as many letters as the pace has."""
        self.page.evaluate("() => probe.whole")

    def wait_until_idle(self) -> None:
        """Waits until the playground itself says that no answer streams."""
        self.page.wait_for_function("() => !document.body.dataset.busy", polling=50)

    def painted(self) -> Painted:
        """What was painted since the last question."""
        panes = self.page.evaluate("() => probe.paints()")
        return Painted(tuple(tuple((at, length) for at, length in pane) for pane in panes))

    @property
    def received(self) -> int:
        """Bytes that came to the page since the last question."""
        return self._received

    def stop(self) -> float:
        """Clicks Stop; the wall-clock time of the click."""
        self.page.click(self.site.stop)
        return float(self.page.evaluate("() => probe.clicked()"))

    def close(self) -> float:
        """Closes the tab; the wall-clock time just before."""
        before = time()
        self.page.close()
        return before

    def main_thread_seconds(self) -> float:
        """Time that the page's main thread has been busy so far."""
        self._network.send("Performance.enable")
        metrics = self._network.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser that the tests use too, without a window."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable(), args=_FLAGS)
        try:
            yield found
        finally:
            found.close()


@contextmanager
def visit(running: Browser, site: Site) -> Iterator[Visit]:
    """A fresh context with an empty page: nothing is kept from the visit before."""
    context = running.new_context(viewport=_SIZE)  # type: ignore[arg-type]  # a plain dict in its shape
    context.set_default_timeout(_PATIENCE_MS)
    context.add_init_script(path=_PROBE)
    try:
        yield Visit(site, context.new_page())
    finally:
        context.close()
