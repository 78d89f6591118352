"""A person rewrites an earlier message, or asks again, or thinks better of it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, wait_until_idle
from tests.browser.test_chat import FINISH, event, use
from tests.standin import END, SSE_HEAD, Standin, chunked


def test_an_edit_keeps_the_draft(page: Page) -> None:
    """Editing an earlier message puts it above what is being typed; neither is lost."""
    with Standin([SSE_HEAD, chunked(event(content="hi"), FINISH, b"data: [DONE]\n\n"), END]) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        page.fill("#composer textarea", "a draft")
        page.locator(".turn.user").hover()
        page.get_by_role("button", name="edit").click()
        expect(page.locator("#composer textarea")).to_have_value("hello\na draft")


def test_edit_and_regenerate(page: Page) -> None:
    """Regenerate asks the same again; edit puts a message back into the composer and drops what followed."""
    reply = [SSE_HEAD, chunked(event(content="hi"), FINISH, b"data: [DONE]\n\n"), END]
    with Standin(reply) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        page.get_by_role("button", name="regenerate").click()
        page.wait_for_function("!document.body.dataset.busy && document.querySelector('.again')")
        assert [visit.body["messages"] for visit in server.visits] == [
            [{"role": "user", "content": "hello"}]
        ] * 2
        page.locator(".turn.user").hover()
        page.get_by_role("button", name="edit").click()
        expect(page.locator("#composer textarea")).to_have_value("hello")
        expect(page.locator(".turn")).to_have_count(0)
