"""Several answers to one message: one is shown, the others are turned over, and the chat goes on with the one shown."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import ScriptedServer, data, streamed
from tests.browser.conftest import ask, reload, set_row, wait_until_idle
from tests.browser.test_chat import use

WORDS = ("red", "green", "blue")


def piece(index: int, text: str = "", reason: str | None = None) -> bytes:
    return data(
        {"choices": [{"index": index, "delta": {"content": text} if text else {}, "finish_reason": reason}]}
    )


IN_TURNS = streamed(
    *(piece(index, "It is ") for index in (1, 0, 2)),
    *(piece(index, WORDS[index]) for index in (1, 0, 2)),
    piece(1, reason="length"),
    piece(0, reason="stop"),
    piece(2, reason="stop"),
    b"data: [DONE]\n\n",
)


def test_the_others_are_turned_over(page: Page) -> None:
    """By button and by arrow key, announced; what is shown goes back to the server, also after a reload."""
    with ScriptedServer(IN_TURNS) as server:
        use(page, server)
        set_row(page, "n", 3)
        ask(page, "Which colour?")
        wait_until_idle(page)
        text, pager = page.locator(".turn.assistant .text"), page.locator(".choices")
        expect(text).to_have_text("It is red")
        expect(pager).to_contain_text("1 of 3")
        page.get_by_role("button", name="next answer").click()
        expect(text).to_have_text("It is green")
        expect(page.locator(".strip .why")).to_have_text("stopped at max_tokens (length)")
        expect(page.locator("#pane-a [role=status].visually-hidden")).to_have_text("answer 2 of 3")
        page.keyboard.press("ArrowRight")
        expect(text).to_have_text("It is blue")
        expect(page.get_by_role("button", name="next answer")).to_be_focused()
        reload(page)
        expect(text).to_have_text("It is blue")
        expect(page.locator(".choices")).to_contain_text("3 of 3")
        page.get_by_role("button", name="previous answer").click()
        expect(text).to_have_text("It is green")
        ask(page, "And now?")
        wait_until_idle(page)
        assert server.requests[1].body["messages"][1] == {"role": "assistant", "content": "It is green"}
        expect(page.locator(".choices:visible")).to_have_count(1)


def test_one_answer_has_no_others(page: Page) -> None:
    """Nothing to turn over where one was asked for."""
    with ScriptedServer(IN_TURNS) as server:
        use(page, server)
        ask(page, "Which colour?")
        wait_until_idle(page)
        expect(page.locator(".turn.assistant .text")).to_have_text(re.compile("^It is"))
        expect(page.locator(".choices:visible")).to_have_count(0)
