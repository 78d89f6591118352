"""A person chooses another embedded model: its size stands on the button that fetches it, and it can be stopped."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import eventually

PLAIN = {"licence": "apache-2.0", "note": "", "own": False, "progress": None, "memory": 1.1e9}
FIRST = {"model": "embedded", "title": "SmolLM2 135M", "size": 98e6, "here": True, **PLAIN}
OTHER = {"model": "embedded/ada/m:Q8_0", "title": "M 1B", "size": 639e6, "here": False, **PLAIN}
FETCHING = {"state": "fetching", "done": 312e6, "total": 639e6, "per_second": 5.1e6, "why": ""}


class Library:
    """What the page's server would say; `asked` is what the page had done."""

    def __init__(self, page: Page) -> None:
        self.other: dict[str, Any] = dict(OTHER)
        self.asked: list[str] = []
        self.refusal = ""
        self.looks = 0
        page.route("**/playground/embedded", self._rows)
        page.route("**/playground/embedded/*", self._act)
        page.click("#open-models")
        page.locator("#model-list").get_by_text("embedded", exact=True).first.click()

    def _rows(self, route: Route) -> None:
        self.looks += 1
        told = {"rows": [FIRST, self.other], "is_public": False, "free": 83e9, "loaded": "embedded"}
        route.fulfill(json=told)

    def _act(self, route: Route) -> None:
        what = route.request.url.rsplit("/", 1)[1]
        sent = route.request.post_data_json
        assert sent is not None
        self.asked.append(f"{what} {sent['model']}")
        if self.refusal:
            route.fulfill(status=400, json={"problems": [], "message": self.refusal})
            return
        self.other["progress"] = {"fetch": FETCHING, "stop": {**FETCHING, "state": "stopped"}}.get(what)
        route.fulfill(json={})


def test_a_model_is_fetched_stopped_and_gone_on_with(page: Page) -> None:
    """Nothing is asked for before the button with its size is pressed."""
    library = Library(page)
    row = page.locator(".embedded li").nth(1)
    expect(row).to_contain_text(
        "639 MB \u00b7 up to 1.1 GB of memory \u00b7 licence apache-2.0 \u00b7 not here"
    )
    assert library.asked == []
    row.get_by_role("button", name="Download: M 1B").click()
    expect(row.get_by_role("progressbar", name="download of M 1B")).to_have_js_property("value", 312e6)
    expect(row).to_contain_text("312 MB of 639 MB \u00b7 5.1 MB/s \u00b7 1 min left")
    stop = row.get_by_role("button", name="Stop the download of M 1B")
    stop.hover()
    page.mouse.down()
    seen = library.looks
    eventually(page, lambda: library.looks > seen + 1)  # the list has been painted anew meanwhile
    page.mouse.up()
    expect(row).to_contain_text("stopped. It goes on where it stands.")
    expect(row.get_by_role("button", name="Go on: M 1B")).to_have_text("Go on, 327 MB")
    assert library.asked == ["fetch embedded/ada/m:Q8_0", "stop embedded/ada/m:Q8_0"]
    library.other |= {"here": True, "own": True, "progress": None}
    page.locator("#model-list").get_by_text("embedded", exact=True).first.click()
    library.refusal = "It cannot be loaded. embedded goes on."
    row.get_by_role("button", name="Go on").or_(row.get_by_role("button", name="Use M 1B")).click()
    expect(page.locator(".state-of-list")).to_have_text(library.refusal)
    expect(page.locator("#model input")).to_have_value("embedded")
    library.refusal = ""
    row.get_by_role("button", name="Use M 1B").click()
    expect(page.locator("#model input")).to_have_value("embedded/ada/m:Q8_0")
    expect(page.locator("#model-list")).not_to_be_visible()


def test_a_model_that_is_not_here_is_said_where_it_was_typed(page: Page) -> None:
    """Before anything is sent; nothing is fetched by a name alone."""
    page.fill("#model input", "embedded/ada/absent")
    page.locator("#model input").press("Enter")
    expect(page.locator("#server .summary")).to_have_text(re.compile("not on this machine yet. Open Models"))
    page.fill("#model input", "embedded")
    page.locator("#model input").press("Enter")
    expect(page.locator("#server .summary")).to_contain_text(
        "The embedded model: does not take reasoning_effort"
    )
