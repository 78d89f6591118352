"""A person reads what became of each parameter: before sending what will not be taken, after it the four truths."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ask, wait_until_idle
from tests.standin import DONE, END, SSE_HEAD, Pause, Standin, chunked, finish, streamed, text


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
    """Where another server is chosen while an answer comes, its end says nothing about the new one's rows."""
    slow = [SSE_HEAD, chunked(text("H")), Pause(1.0), chunked(text("i"), finish(), DONE), END]
    with Standin(slow) as server:
        page.fill("#base-url input", server.base_url)
        page.evaluate("window.playground.rows.get('stream').set(true)")
        ask(page, "Hello")
        expect(page.locator("#pane-a .turn.assistant")).to_contain_text("H")
        page.evaluate("window.playground.setTarget({base_url: 'http://127.0.0.1:1/v1'})")
        wait_until_idle(page)
    expect(state(page, "stream")).to_contain_text("set")


def test_what_a_gateway_took_out_was_dropped_and_not_refused(page: Page) -> None:
    """The call was answered: nobody refused it."""
    said = SSE_HEAD.replace(b"\r\n\r\n", b"\r\nngrok-aig-removed-params: seed\r\n\r\n")
    with Standin([said + chunked(text("Hi"), finish(), DONE) + END]) as server:
        page.fill("#base-url input", server.base_url)
        page.evaluate("window.playground.rows.get('seed').set(1)")
        ask(page, "Hello")
        wait_until_idle(page)
        expect(state(page, "seed")).to_have_text("dropped")


def test_what_is_not_taken_is_said_before_anything_is_sent(page: Page) -> None:
    """A row says that this kind of server does not take its parameter, or that it is unknown, and why."""
    with Standin(streamed(text("H"), text("i"), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        page.locator("#base-url input").blur()
        expect(state(page, "seed")).to_have_text("unset ?")
        page.select_option("#server-kind", "tgi")
        expect(state(page, "presence_penalty")).to_have_text("not taken")
        state(page, "presence_penalty").click()
        expect(page.locator("#param-presence_penalty .truths")).to_contain_text("repetition penalty")
        page.fill("#param-presence_penalty input[type=number]", "1")
        expect(state(page, "presence_penalty")).to_have_text("withheld")
        assert server.visits == []
        ask(page, "Hello")
        wait_until_idle(page)
        expect(state(page, "presence_penalty")).to_have_text("withheld")
        expect(state(page, "stream")).to_have_text("effect seen")
        assert "presence_penalty" not in server.visits[0].body
    page.fill("#base-url input", "http://127.0.0.1:1/v1")
    expect(state(page, "stream")).not_to_have_text("effect seen")
