"""A person rewrites an earlier message, or asks again, or thinks better of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import END, SSE_HEAD, ScriptedServer, chunked
from tests.browser.conftest import ask, reload, wait_until_idle
from tests.browser.test_chat import FINISH, event, use


def test_an_edit_keeps_the_draft(page: Page) -> None:
    """Editing an earlier message puts it above what is being typed; neither is lost, nor what becomes of both: not by
    Escape in another field, by a reload, which goes on with the edit, nor when something else is done instead."""
    with ScriptedServer([SSE_HEAD, chunked(event(content="hi"), FINISH, b"data: [DONE]\n\n"), END]) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        page.fill("#composer textarea", "a draft")
        page.locator(".turn.user").hover()
        page.get_by_role("button", name="edit").click()
        expect(page.locator("#composer textarea")).to_have_value("hello\na draft")
        page.focus("#param-temperature input[type=number]")
        page.evaluate("() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))")
        expect(page.locator("#param-temperature input[type=number]")).to_be_focused()
        page.press("#param-temperature input[type=number]", "Escape")
        page.fill("#composer textarea", "hello you")
        reload(page)
        expect(page.locator("#composer textarea")).to_have_value("hello you")
        expect(page.locator(".turn.going")).to_have_count(2)
        page.press("#param-temperature input[type=number]", "Escape")
        page.get_by_role("button", name="regenerate").click()
        page.wait_for_function("!document.body.dataset.busy && document.querySelector('.again')")
        expect(page.locator(".turn.going")).to_have_count(0)
        expect(page.locator("#composer textarea")).to_have_value("hello you")


def test_edit_and_regenerate(page: Page) -> None:
    """Regenerate asks the same again; an edited message takes the place of the old one and of what followed. While an
    answer comes "edit" says why it waits; stopped before a word came, the edit stands again, and the page does not
    claim that nothing was sent. Left off then, nothing more is said of it."""
    reply = [SSE_HEAD, chunked(event(content="hi"), FINISH, b"data: [DONE]\n\n"), END]
    with ScriptedServer(reply) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        page.get_by_role("button", name="regenerate").click()
        page.wait_for_function("!document.body.dataset.busy && document.querySelector('.again')")
        assert [visit.body["messages"] for visit in server.requests] == [
            [{"role": "user", "content": "hello"}]
        ] * 2
        page.locator(".turn.user").hover()
        page.get_by_role("button", name="edit").click()
        expect(page.locator("#composer textarea")).to_have_value("hello")
        expect(page.locator(".turn.going")).to_have_count(2)
        ask(page, "hello again")
        expect(page.locator(".turn:not(.going) .text")).to_have_text(["hello again", "hi"])
        expect(page.locator(".notice:visible")).to_have_count(0)
        assert [visit.body["messages"] for visit in server.requests[2:]] == [
            [{"role": "user", "content": "hello again"}]
        ]
        wait_until_idle(page)
        page.locator(".turn.user").hover()
        page.get_by_role("button", name="edit").click()
        page.route("**/playground/stream", lambda route: None)  # it has left the page, and nothing comes back
        with page.expect_request("**/playground/stream"):
            ask(page, "hello once more")
        page.locator(".turn.user").hover()
        page.get_by_role("button", name="edit").click()
        said = page.locator("#pane-a .notice[role=alert]")
        expect(said).to_contain_text("edit when it has ended")
        page.click("#stop")
        expect(said).to_contain_text("the request may have reached the server")
        expect(page.locator("#composer textarea")).to_have_value("hello once more")
        expect(page.locator(".turn.going")).to_have_count(2)
        page.press("#composer textarea", "Escape")
        expect(said).to_be_hidden()
        expect(page.locator(".turn:not(.going) .text")).to_have_text(["hello again", "hi"])


def test_an_edit_can_be_left_off(page: Page) -> None:
    """Escape, "cancel" and a refusal leave the conversation as it was; the first two the draft as well."""
    reply = [SSE_HEAD, chunked(event(content="hi"), FINISH, b"data: [DONE]\n\n"), END]
    with ScriptedServer(reply) as server:
        use(page, server)
        for text in ("one", "two"):
            ask(page, text)
            expect(page.locator(".turn.user .text").last).to_have_text(text)
            wait_until_idle(page)
        page.wait_for_function("window.playground.value('messages').length === 4")
        whole = page.evaluate("window.playground.value('messages')")
        page.fill("#composer textarea", "a draft")
        ways: tuple[Callable[[], None], ...] = (
            lambda: page.keyboard.press("Escape"),
            lambda: page.click(".notice >> text=cancel"),
        )
        for leave in ways:
            page.locator(".turn.user").first.hover()
            page.get_by_role("button", name="edit").first.click()
            expect(page.locator(".turn.going")).to_have_count(4)
            leave()
            expect(page.locator(".turn:not(.going)")).to_have_count(4)
            expect(page.locator("#composer textarea")).to_have_value("a draft")
        page.locator(".turn.user").last.hover()
        page.get_by_role("button", name="edit").last.click()
        page.fill("#param-temperature input[type=number]", "9")
        page.click("#send")
        expect(page.locator("#pane-a .notice").first).to_contain_text("temperature")
        expect(page.locator(".turn.going")).to_have_count(2)
        assert page.evaluate("window.playground.value('messages')") == whole
        assert len(server.requests) == 2
