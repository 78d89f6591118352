"""A person's own servers are there when the page opens, and one click chooses one.

The page's server looks at a port where nobody is; who is said to answer is played here.
"""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, answered, finish, streamed, text
from tests.browser.conftest import ask, open_page, wait_until_idle

PAGES = {
    "/v1/models": answered(200, json.dumps({"data": [{"id": "bge-m3"}, {"id": "tiny"}]}).encode()),
    "/api/version": answered(200, b'{"version": "0.33.0"}'),
}


def test_one_click_chooses_a_server(page: Page, address: str) -> None:
    """Its address and a model that writes; the message then goes there. In the choice of models it can be looked for
    again."""
    with ScriptedServer(streamed(text("Hi"), finish(), DONE), pages=PAGES) as server:
        found = {"text": "Ollama, 2 models", "base_url": server.base_url, "model": "tiny"}
        page.route(
            "**/playground/neighbours", lambda route: route.fulfill(json={"found": [found], "complete": True})
        )
        open_page(page, address)
        page.locator(".welcome").get_by_role("button", name="Ollama, 2 models").click()
        expect(page.locator("#base-url input")).to_have_value(server.base_url)
        expect(page.locator("#model input")).to_have_value("tiny")
        expect(page.locator("#server .summary")).to_contain_text(
            "Ollama: does not take logit_bias, tool_choice"
        )
        ask(page, "Hello")
        wait_until_idle(page)
        assert server.requests[0].body["model"] == "tiny"
        page.unroute("**/playground/neighbours")
        page.click("#open-models")
        dialog = page.locator("#model-list")
        expect(dialog.get_by_role("button", name="Ollama, 2 models")).to_have_attribute(
            "aria-pressed", "true"
        )
        dialog.get_by_role("button", name="Look on this machine").click()
        expect(dialog).to_contain_text("No model server answers")
        expect(dialog.get_by_role("button", name="Ollama, 2 models")).to_have_count(0)


def test_a_typed_server_gets_a_model_that_writes(page: Page) -> None:
    """The first on its list makes embeddings, and is not chosen."""
    with ScriptedServer(pages=PAGES) as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        expect(page.locator("#model input")).to_have_value("tiny")
