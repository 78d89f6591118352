"""What is refused says why and leaves nothing behind: a vote with nothing to compare, a request, a second click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Pause,
    Script,
    ScriptedServer,
    Stall,
    Step,
    answered,
    chunked,
    finish,
    streamed,
    text,
)
from tests.browser.conftest import ask, set_row, wait_until_idle
from tests.browser.test_chat import event, use
from tests.browser.test_vote import reply, wait_for_both


def test_identical_answers_are_refused(page: Page) -> None:
    """Two equal answers take no vote but skip; the page says why and offers what would help, which does."""
    with ScriptedServer(reply("same"), reply("same"), reply("one"), reply("other")) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        wait_for_both(page)
        expect(page.locator(".vote-status")).to_contain_text("the same, word for word")
        expect(page.locator("#vote-a")).to_be_disabled()
        expect(page.locator("#vote-skip")).to_be_enabled()
        page.click(".remedy")
        wait_for_both(page)
        expect(page.locator("#vote-a")).to_be_enabled()
        asked = sorted(visit.body["temperature"] for visit in server.requests[2:])
        assert asked == [0.7, 1.5]


def test_who_stops_what_takes_no_vote_is_told_what_to_do(page: Page) -> None:
    """Before the first word, and while both are equal, there is nothing to vote on: the page says which of the two it
    is, and asks again at a click."""
    silent: Script = [SSE_HEAD, Stall()]
    begun: Script = [SSE_HEAD, chunked(event(content="The same")), Stall()]
    again = reply("one"), reply("other")
    with ScriptedServer(silent, silent, *again, begun, begun, *again) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        page.wait_for_function("window.playground.state.pair")
        page.click("#stop")
        expect(page.locator(".vote-status")).to_contain_text(
            "Answer A was stopped before its first word, and Answer B was stopped before its first word."
        )
        expect(page.locator("#vote-a")).to_be_disabled()
        page.get_by_role("button", name="Ask again").click()
        wait_for_both(page)
        expect(page.locator("#vote-a")).to_be_enabled()
        ask(page, "and now?")
        for pane in ("#pane-a", "#pane-b"):
            expect(page.locator(f"{pane} .turn.assistant .text").last).to_have_text("The same")
        page.click("#stop")
        expect(page.locator(".vote-status")).to_contain_text("the same, word for word, as far as they came")
        expect(page.locator("#vote-a")).to_be_disabled()
        expect(page.locator("#vote-skip")).to_be_enabled()
        page.get_by_role("button", name="Ask again").click()
        wait_for_both(page)
        expect(page.locator("#vote-a")).to_be_enabled()


class OwnFails(ScriptedServer):
    """Refuses what is asked with the user's own temperature, and answers all else."""

    def script_for(self, number: int) -> Any:
        """Decided when it is played: only then is the request known."""
        return self._played(number)

    def _played(self, number: int) -> Iterator[Step]:
        own = self.requests[number].body["temperature"] == 0.7
        yield from answered(400, b"not with this temperature") if own else reply("fine answer")


def test_the_chat_goes_on_with_the_only_answer(page: Page) -> None:
    """Where the user's own side fails, the other's answer is what the next message follows, voted on or not."""
    page.click("#group-preference .fold")
    page.fill("#param-diff_frequency input[type=number]", "1")
    for skips in (True, False):
        with OwnFails() as server:
            use(page, server)
            ask(page, "hello")
            expect(page.locator(".vote-status")).to_contain_text("did not come to its end")
            wait_for_both(page)
            if skips:
                page.click("#vote-skip")
                expect(page.locator(".vote-status")).to_contain_text("the only one to go on with")
            ask(page, "and now?")
            wait_for_both(page)
            said = [[m["content"] for m in visit.body["messages"]] for visit in server.requests]
        assert said == [["hello"]] * 2 + [["hello", "fine answer", "and now?"]] * 2, skips
        page.click("#clear")


def test_what_is_refused_or_sent_twice_leaves_no_trace(page: Page) -> None:
    """A list that is asked as it stands leaves no answer that is waited for; a second click on Send says nothing; and a
    server that reads less than a turn before is told of under its answer."""

    def read(tokens: int) -> Script:
        usage = {"prompt_tokens": tokens, "completion_tokens": 1, "total_tokens": tokens + 1}
        return streamed(text("Hi"), Pause(0.3), finish(usage=usage), DONE)

    with ScriptedServer(read(500), read(90)) as server:
        use(page, server)
        page.fill("#composer textarea", "hello")
        page.dblclick("#send")
        wait_until_idle(page)
        expect(page.locator("#pane-a .notice").first).to_be_hidden()
        assert len(server.requests) == 1
        set_row(page, "max_tokens", 0)
        page.evaluate("window.playground.answerNow()")
        expect(page.locator("#pane-a .notice").first).to_contain_text("Not sent. max_tokens is 0")
        expect(page.locator(".turn.waiting")).to_have_count(0)
        set_row(page, "max_tokens", 9)
        ask(page, "and now")
        expect(page.locator(".strip .failure")).to_contain_text("read fewer tokens than it was sent: 90")
