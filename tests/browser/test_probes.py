"""A person has parameters probed: the price first, verdicts with their evidence, a table that is remembered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import eventually, open_page

WORKS = {"parameter": "seed", "outcome": "works", "why": "", "at": "2026-01-01T00:00:00Z", "exchanges": []}
"""What a probe of seed says of a server that takes it."""


def line(page: Page, name: str) -> Locator:
    """A parameter's line in the table of verdicts."""
    return page.locator(".verdicts tbody", has=page.get_by_label(f"probe {name}", exact=True))


def test_a_few_parameters_are_probed_and_remembered(page: Page, address: str) -> None:
    """Calls and tokens are told first; then come verdicts, what was asked on a click, and files; a reload keeps it."""
    page.click("#open-probes")
    expect(page.locator("#probes .cost")).to_contain_text("calls, at most")
    expect(page.locator("#probes .cost")).to_contain_text("costs nothing")
    page.get_by_label("all parameters").uncheck()
    expect(page.locator("#probes .cost")).to_contain_text("Tick at least one")
    for name in ("max_tokens", "pref_params"):
        page.get_by_label(f"probe {name}", exact=True).check()
    expect(page.locator("#probes .cost")).to_contain_text("about 3 calls")
    page.locator("#probes").get_by_role("button", name="Start").click()
    expect(page.locator("#probes .probe-status")).to_contain_text("Done, and remembered", timeout=30_000)
    expect(line(page, "max_tokens").locator(".verdict")).to_have_text("✓ works")
    expect(line(page, "stop").locator(".verdict")).to_have_text("not probed")
    line(page, "max_tokens").locator(".verdict").click()
    expect(line(page, "max_tokens").locator(".evidence pre").nth(0)).to_contain_text('"max_tokens"')
    with page.expect_download() as file:
        page.locator("#probes").get_by_role("link", name="Markdown").click()
    assert "max\\_tokens" in file.value.path().read_text() or "`max_tokens`" in file.value.path().read_text()
    open_page(page, address)
    page.click("#param-max_tokens .state")
    expect(page.locator("#param-max_tokens .truths")).to_contain_text(re.compile(r"works, \w+ \d+, 20"))
    page.click("#open-probes")
    expect(line(page, "max_tokens").locator(".verdict")).to_have_text("✓ works")
    expect(page.locator("#probes .probe-status")).to_contain_text("Remembered from 20")


def test_stop_ends_a_run_and_keeps_what_it_found(page: Page) -> None:
    """Stop ends the run at once; verdicts that had come stay, and the rest is as it was."""
    page.click("#open-probes")
    page.locator("#probes").get_by_role("button", name="Start").click()
    expect(line(page, "model").locator(".verdict")).to_have_text("✓ works", timeout=30_000)
    page.locator("#probes").get_by_role("button", name="Stop").click()
    expect(page.locator("#probes .probe-status")).to_contain_text("Stopped")
    expect(line(page, "model").locator(".verdict")).to_have_text("✓ works")
    expect(line(page, "pref_params").locator(".verdict")).not_to_have_text("asking …")
    expect(page.locator("#probes").get_by_role("button", name="Start")).to_be_visible()
    expect(page.locator("#probes").get_by_role("link", name="JSON")).to_be_visible()


def test_no_file_of_what_was_not_remembered(page: Page) -> None:
    """Where the table could not be kept, it is said, and no file is offered: that would be another table, or none."""
    end = {"table": {"started_at": WORKS["at"]}, "remembered": False, "message": "The disk is full."}
    steps = [{"done": 1, "total": 1, "parameter": "seed", "verdict": WORKS}, end]
    page.route(
        "**/playground/probe", lambda route: route.fulfill(body="\n".join(map(json.dumps, steps)) + "\n")
    )
    late: list[Route] = []
    page.route("**/probe/last?*", lambda route: late.append(route))
    page.click("#open-probes")
    page.locator("#probes").get_by_role("button", name="Start").click()
    expect(page.locator("#probes .probe-status")).to_have_text("Done. The disk is full.")
    with page.expect_response("**/probe/last?*"):  # what is remembered of before comes after the run
        late[0].fulfill(json={"verdicts": [{**WORKS, "outcome": "rejected"}], "started_at": WORKS["at"]})
    page.wait_for_timeout(100)
    expect(line(page, "seed").locator(".verdict")).to_have_text("\u2713 works")
    expect(page.locator("#probes .files a:visible")).to_have_count(0)
    for route in late[1:]:
        route.abort()


def test_late_answers_about_another_server_are_passed_over(page: Page) -> None:
    """The dialog was opened again for another one: what is remembered of the first, and its price, come too late."""
    table = {"verdicts": [WORKS], "started_at": WORKS["at"]}
    late: list[Callable[[], None]] = []
    price = {"usual": {"calls": 777, "tokens": 1}, "most": {"calls": 777, "tokens": 1}, "withheld": {}}
    page.evaluate("window.playground.setTarget({model: 'slow', base_url: 'http://127.0.0.1:1/v1'})")
    page.route("**/probe/last?model=slow&*", lambda route: late.append(lambda: route.fulfill(json=table)))
    page.route(
        "**/probe/plan",
        lambda route: late.append(lambda: route.fulfill(json={**price, "price": ""})),
        times=1,
    )
    with page.expect_request("**/probe/last?model=slow&*"), page.expect_request("**/probe/plan"):
        page.click("#open-probes")
    page.locator("#probes").get_by_role("button", name="Close").click()
    page.evaluate("window.playground.setTarget({model: 'embedded', base_url: ''})")
    page.click("#open-probes")
    expect(page.locator("#probes .cost")).to_contain_text("costs nothing")
    eventually(page, lambda: len(late) == 2)
    for answer in late:
        with page.expect_event("requestfinished", lambda request: "/playground/probe/" in request.url):
            answer()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator("#probes .cost")).not_to_contain_text("777")
    expect(line(page, "seed").locator(".verdict")).not_to_contain_text("works")
