"""A person reads what became of each parameter: before sending what will not be taken, after it the four truths."""

from __future__ import annotations

import json
from threading import Event

from playwright.sync_api import Locator, Page, expect

from playground.testing.scripted_server import (
    DONE,
    END,
    SSE_HEAD,
    Script,
    ScriptedServer,
    Until,
    answered,
    chunked,
    finish,
    streamed,
    text,
)
from tests.browser.conftest import ask, wait_until_idle


def state(page: Page, name: str) -> Locator:
    """The word at the end of a parameter's row."""
    return page.locator(f"[id='param-{name}'] .state")


def test_an_answer_shows_four_truths(page: Page) -> None:
    """A limit that cut the answer is seen to have had an effect; a temperature cannot be seen in one answer."""
    page.fill("#param-max_tokens input", "5")
    ask(page, "Tell me a long story.")
    wait_until_idle(page)
    expect(state(page, "max_tokens")).to_have_text("effect seen")
    expect(state(page, "temperature")).to_have_text("accepted")
    expect(state(page, "top_p")).to_have_text("unset")
    state(page, "max_tokens").focus()
    page.keyboard.press("Enter")
    said = page.locator("#param-max_tokens .truths")
    truths = said.locator("dt").filter(has_not_text="probed")  # another test may have had the model probed
    expect(truths).to_have_text(["✓ set", "✓ sent", "✓ accepted", "✓ had an effect"])
    expect(said).to_contain_text("It was cut at 5 tokens")
    page.fill("#param-max_tokens input", "6")
    expect(state(page, "max_tokens")).to_have_text("set")
    expect(truths).to_have_text(["✓ set"])


def test_evidence_stays_with_the_server_that_gave_it(page: Page) -> None:
    """Where another server is chosen while an answer comes, its end says nothing about the new one's rows; and what a
    gateway took out was dropped, and not refused: the call was answered."""
    chosen = Event()
    slow: Script = [SSE_HEAD, chunked(text("H")), Until(chosen), chunked(text("i"), finish(), DONE), END]
    with ScriptedServer(slow) as server:
        page.fill("#base-url input", server.base_url)
        page.evaluate("window.playground.set('stream', true)")
        ask(page, "Hello")
        expect(page.locator("#pane-a .turn.assistant")).to_contain_text("H")
        page.evaluate("window.playground.setTarget({base_url: 'http://127.0.0.1:1/v1'})")
        chosen.set()
        wait_until_idle(page)
    expect(state(page, "stream")).to_contain_text("set")
    said = SSE_HEAD.replace(b"\r\n\r\n", b"\r\nngrok-aig-removed-params: seed\r\n\r\n")
    with ScriptedServer([said + chunked(text("Hi"), finish(), DONE) + END]) as server:
        page.fill("#base-url input", server.base_url)
        page.evaluate("window.playground.set('seed', 1)")
        ask(page, "Hello")
        wait_until_idle(page)
        expect(state(page, "seed")).to_have_text("dropped")


def test_what_is_not_taken_is_said_before_anything_is_sent(page: Page) -> None:
    """A row says that this kind of server does not take its parameter, or that it is unknown, and why."""
    with ScriptedServer(streamed(text("H"), text("i"), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        expect(state(page, "seed")).to_have_text("unset ?")
        page.select_option("#server-kind", "tgi")
        expect(state(page, "presence_penalty")).to_have_text("not taken")
        state(page, "presence_penalty").click()
        expect(page.locator("#param-presence_penalty .truths")).to_contain_text("repetition penalty")
        page.fill("#param-presence_penalty input[type=number]", "1")
        expect(state(page, "presence_penalty")).to_have_text("withheld")
        assert server.requests == []
        ask(page, "Hello")
        wait_until_idle(page)
        expect(state(page, "presence_penalty")).to_have_text("withheld")
        expect(state(page, "stream")).to_have_text("effect seen")
        assert "presence_penalty" not in server.requests[0].body
    page.fill("#base-url input", "http://127.0.0.1:1/v1")
    expect(state(page, "stream")).not_to_have_text("effect seen")


def test_what_is_known_of_a_model_stands_at_its_rows(page: Page) -> None:
    """The row of a parameter that is passed over says so before anything is sent, and no more once it is unset; an
    author's value is set with one click, and a row that is set to something else is marked; so are the values of a
    server of one's own."""
    page.evaluate(
        "window.playground.setTarget({model: 'openrouter/anthropic/claude-opus-4.7', base_url: ''})"
    )
    expect(state(page, "top_p")).to_have_text("void")
    page.evaluate("window.playground.set('temperature', 0.4)")
    warning = page.locator("#param-temperature .foretold")
    expect(warning).to_contain_text("without a word")
    page.evaluate("window.playground.set('temperature', undefined)")
    expect(warning).to_be_hidden()
    expect(state(page, "temperature")).to_have_text("void")
    shown = {"default_generation_settings": {"params": {"temperature": 0.6}}, "media_marker": "<1>"}
    pages = {
        "/v1/models": answered(200, b'{"data": [{"id": "m"}]}'),
        "/props": answered(200, json.dumps(shown).encode()),
    }
    with ScriptedServer(pages=pages) as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        page.evaluate("window.playground.set('temperature', 1.5)")
        suggestion = page.locator("#param-temperature .of-author")
        expect(suggestion).to_have_attribute("data-stands", "deviates")
        suggestion.get_by_role("button", name="server: 0.6").click()
        expect(suggestion).to_have_attribute("data-stands", "followed")
        assert page.evaluate("window.playground.value('temperature')") == 0.6
