"""A person chooses where requests go: a server of their own, its kind, its models, and the key for it."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, answered, finish, streamed, text
from tests.browser.conftest import ask, wait_until_idle

KEY = "sk-typed-into-the-page"
LIST = answered(
    200, json.dumps({"data": [{"id": "tiny", "owned_by": "vllm", "max_model_len": 4096}]}).encode()
)


def test_a_server_of_ones_own(page: Page) -> None:
    """Its kind is found out and shown, its models are listed, and the key typed for it reaches it and nobody else."""
    with ScriptedServer(streamed(text("Hi"), finish(), DONE), pages={"/v1/models": LIST}) as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        expect(page.locator("#server .summary")).to_contain_text("vLLM: does not take tool_prompt")
        expect(page.locator("#server-kind")).to_contain_text("vLLM, found out")
        expect(page.locator("#model input")).to_have_value("tiny")  # its own, and not "embedded"
        page.fill("#model input", "embedded")
        page.locator("#model input").press("Enter")
        page.click("#open-keys")
        page.get_by_label(server.base_url.removesuffix("/v1")).fill(KEY)
        page.locator("#keys").get_by_role("button", name="Done").click()
        expect(page.locator("#open-keys")).to_have_text("Keys (1)")
        page.click("#open-models")
        page.locator("#model-list").get_by_role("button", name="tiny").click()
        expect(page.locator("#model input")).to_have_value("tiny")
        ask(page, "Hello")
        wait_until_idle(page)
        assert server.requests[0].body["model"] == "tiny"
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
        page.select_option("#server-kind", "tgi")
        expect(page.locator("#server .summary")).to_contain_text("Text Generation Inference: does not take")
    assert KEY not in json.dumps(page.evaluate("({...localStorage, ...sessionStorage})"))


def test_blanks_are_no_key(page: Page) -> None:
    """They are an error beside their field, and go nowhere; nor does another key take their place."""
    with ScriptedServer(pages={"/v1/models": LIST}) as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        expect(page.locator("#model input")).to_have_value("tiny")
        page.click("#open-keys")
        field = page.get_by_label(server.base_url.removesuffix("/v1"))
        field.fill("   ")
        expect(field).to_have_accessible_description(re.compile("Only blanks"))
        page.locator("#keys").get_by_role("button", name="Done").click()
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        ask(page, "Hello")
        expect(page.locator("#main")).to_contain_text("is empty")
        assert server.requests == []
        page.click("#open-keys")
        field.fill("")
        page.locator("#keys").get_by_role("button", name="Done").click()
        expect(page.locator("#open-keys")).to_have_text("Keys")


def test_a_server_without_a_list_asks_for_a_name(page: Page) -> None:
    """The name of the model that runs here is not taken for one of that server's."""
    with ScriptedServer() as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        expect(page.locator("#server .summary")).to_contain_text("Type its model\u2019s name")
        page.fill("#model input", "tiny")
        page.locator("#model input").press("Enter")
        expect(page.locator("#server .summary")).not_to_contain_text("Type its model\u2019s name")


def test_a_kind_that_only_a_key_shows(page: Page) -> None:
    """What is foretold is true of the kind that was found out with the key that was typed."""
    with ScriptedServer(pages={"/info": answered(401, b"{}")}) as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        expect(page.locator("#server-kind")).to_contain_text("OpenAI-compatible server, found out")
        server.pages["/info"] = answered(
            200, json.dumps({"model_id": "tiny", "max_total_tokens": 64}).encode()
        )
        page.click("#open-keys")
        page.get_by_label(server.base_url.removesuffix("/v1")).fill(KEY)
        page.locator("#keys").get_by_role("button", name="Done").click()
        expect(page.locator("#server-kind")).to_contain_text("Text Generation Inference, found out")
        expect(page.locator("#server .summary")).to_contain_text("Inference: does not take presence_penalty")
        assert {look.headers.get("authorization") for look in server.page_requests} == {None, f"Bearer {KEY}"}


def test_openrouters_switches_are_the_extra_json(page: Page) -> None:
    """require_parameters is on until it is switched off, and what the switches do stands in the extra JSON. No other
    server is sent what they put there, but what was typed beside it; they come back with OpenRouter."""
    page.click("#open-models")
    page.fill("#model-list input[type=search]", "some/model")
    page.locator("#model-list").get_by_role("button", name="openrouter/some/model").click()
    required = page.get_by_label("require_parameters")
    expect(required).to_be_checked()
    required.uncheck()
    page.get_by_label("show what was passed on").check()
    sent = {"provider": {"require_parameters": False}, "debug": {"echo_upstream_body": True}}
    assert page.evaluate("window.playground.value('extra_body')") == sent
    required.check()
    page.get_by_label("show what was passed on").uncheck()
    assert page.evaluate("window.playground.value('extra_body') === undefined")
    extra = "window.playground.value('extra_body')"
    choose = "model => window.playground.setTarget({model})"
    page.evaluate(choose, "openrouter/some/model")
    page.get_by_label("show what was passed on").check()
    page.get_by_label("require_parameters").uncheck()
    page.evaluate(f"window.playground.set('extra_body', {{...{extra}, mine: 1}})")
    page.evaluate(choose, "huggingface/some/model")
    assert page.evaluate(extra) == {"mine": 1}
    page.evaluate(choose, "openrouter/some/model")
    assert page.evaluate(extra) == {**sent, "mine": 1}


def test_what_is_typed_as_a_model(page: Page, requested: list[str]) -> None:
    """Half a name, which says of no provider, is asked nothing of what is remembered. Enter takes what was typed, also
    where a name on offer holds it; a name that the arrow keys have reached is taken as long as nothing more is typed.
    An old copy of a list has one age: its note tells it, and nothing else beside it."""
    with page.expect_request(lambda request: "openrouter%2Fa&" in request.url):
        for model in ("gp", "openrouter/", "openrouter/a"):
            page.evaluate("model => window.playground.setTarget({model})", model)
    asked = [url.split("?")[1] for url in requested if "probe/last?" in url]
    asked = [query for query in asked if "model=embedded&" not in query]  # by the page itself, as it came up
    assert asked == ["model=openrouter%2Fa&base_url="]
    box = page.locator("#model input")
    for keys, taken in ((["m"], "m"), (["e", "ArrowDown"], "embedded"), (["e", "ArrowDown", "d"], "ed")):
        box.fill("")
        for key in (*keys, "Enter"):
            box.press(key)
        page.wait_for_function("model => window.playground.state.target.model === model", arg=taken)
        expect(box).to_have_value(taken)
    one = {"id": "some/model", "name": "Some Model", "context": 1, "price_in": 0, "price_out": 0}
    old = {"models": [{**one, "takes": [], "lacks": []}], "note": "This list is 5 minutes old: gone."}
    listed = {"prefix": "openrouter/", "age_s": 350, "server": None, **old}
    page.route("**/playground/models?*", lambda route: route.fulfill(json=listed))
    page.click("#open-models")
    expect(page.locator(".state-of-list")).to_have_text("1 models. This list is 5 minutes old: gone.")
