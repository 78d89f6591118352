"""A person learns what a probe is: a server is chosen that is built with a fault, and a probe names just that."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_page
from tests.browser.test_probes import line

BUILT = "This server is built to drop temperature. Probe it and see."


def choose(page: Page, built_to: str) -> None:
    """Has the server with this fault started and chosen."""
    page.click("#open-models")
    page.locator("#model-list").get_by_text("faulty", exact=True).click()
    page.locator("#model-list").get_by_role("button", name=built_to).click()


def test_a_server_that_drops_temperature(page: Page, address: str) -> None:
    """It says what it is, wherever it is asked from and after a reload; of two probes one finds the fault."""
    choose(page, "drop temperature")
    expect(page.locator("#model-list")).not_to_be_visible()
    expect(page.locator("#model input")).to_have_value("temperature-dropped")
    expect(page.locator("#server .summary")).to_have_text(BUILT)
    expect(page.locator(".whereto").first).to_contain_text(BUILT)
    open_page(page, address)
    expect(page.locator("#server .summary")).to_have_text(BUILT)
    page.click("#open-probes")
    expect(page.locator("#probes .cost")).to_contain_text("costs nothing")
    page.get_by_label("all parameters").uncheck()
    for name in ("temperature", "max_tokens"):
        page.get_by_label(f"probe {name}", exact=True).check()
    page.locator("#probes").get_by_role("button", name="Start").click()
    expect(page.locator("#probes .probe-status")).to_contain_text("Done, and remembered", timeout=60_000)
    expect(line(page, "temperature").locator(".verdict")).to_have_text("\u2717 no visible effect")
    expect(line(page, "max_tokens").locator(".verdict")).to_have_text("\u2713 works")


def test_another_choice_is_another_fault(page: Page) -> None:
    """Where one cannot be started the dialog stays, with the reason. The lists of the providers come back, and
    nothing is said of a model that nobody built with a fault."""
    words = {"problems": [], "message": "There is no port."}
    page.route("**/playground/faulty", lambda route: route.fulfill(status=400, json=words))
    choose(page, "ignore stop")
    expect(page.locator(".state-of-list")).to_have_text("There is no port.")
    expect(page.locator("#model input")).to_have_value("embedded")
    page.unroute("**/playground/faulty")
    page.keyboard.press("Escape")
    choose(page, "ignore stop")
    expect(page.locator("#server .summary")).to_contain_text("built to ignore stop")
    page.click("#open-models")
    expect(page.locator("#model-list").get_by_role("button", name="max_tokens-clamped")).to_be_visible()
    page.locator("#model-list").get_by_role("button", name="embedded").click()
    expect(page.locator("#server .summary")).to_contain_text(
        "The embedded model: does not take reasoning_effort"
    )
    expect(page.locator(".whereto").first).to_contain_text("runs on this machine")


@pytest.mark.parametrize("kind", ["page", "phone"])
def test_every_offer_is_in_view(kind: str, request: pytest.FixtureRequest) -> None:
    """All eight, on a laptop and on a phone, each with its sentence and none cut off."""
    page: Page = request.getfixturevalue(kind)
    page.click("#open-models")
    page.locator("#model-list").get_by_text("faulty", exact=True).click()
    offers = page.locator(".faults li")
    expect(offers).to_have_count(8)
    for offer in offers.all():
        expect(offer).to_be_in_viewport(ratio=1)
        assert offer.evaluate("node => node.scrollWidth <= node.clientWidth")
