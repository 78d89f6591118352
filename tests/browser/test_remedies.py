"""A refusal that says what would be taken is mended by one click: its row is set, and the same is asked again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import (
    DONE,
    END,
    SSE_HEAD,
    Pause,
    Script,
    ScriptedServer,
    Stall,
    Step,
    answered,
    chunked,
    finish,
)
from tests.browser.conftest import ask, set_row, value_of, wait_until_idle
from tests.browser.test_chat import event, use
from tests.browser.test_vote import reply, wait_for_both


def refusing(words: str) -> Script:
    """A refusal in these words."""
    return answered(400, json.dumps({"error": {"message": words}}).encode())


TOO_LONG = refusing("max_tokens must be less than or equal to 40")
NO_THINKING = refusing("parameter.enable_thinking must be set to false for non-streaming calls")
USE_ANOTHER = refusing("'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.")


def test_one_press_sets_the_row_and_asks_again(page: Page) -> None:
    """By the keyboard, twice in a row: one request more, with the value in the row; nothing typed is lost."""
    with ScriptedServer(TOO_LONG, [Pause(0.3), *reply("fine")]) as server:
        use(page, server)
        set_row(page, "max_tokens", 500)
        ask(page, "hello")
        wait_until_idle(page)
        page.fill("#composer textarea", "what I type next")
        set_row(page, "max_tokens", 400)  # the button says what it sets, whatever the row says by now
        button = page.get_by_role("button", name="Set max_tokens to 40 and ask again")
        expect(page.locator(".failure")).not_to_contain_text("try again")
        button.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator(".turn.assistant .text")).to_have_text("fine")
        wait_until_idle(page)
        expect(page.locator("#param-max_tokens input[type=number]")).to_have_value("40")
        expect(page.locator("#composer textarea")).to_have_value("what I type next")
        expect(page.locator(".failure")).to_have_count(0)
        first, second = (visit.body for visit in server.requests)
    assert (first.pop("max_tokens"), second.pop("max_tokens")) == (500, 40)
    assert first == second


def test_a_remedy_sets_what_it_names(page: Page) -> None:
    """A field that is no parameter goes into the extra JSON, beside what was typed there since, and its group opens; an
    empty answer that its limit cut says what took it, and offers room; a limit moves to the row of its newer name, and
    out of that of the older one, which would not go beside it."""
    thoughts = [SSE_HEAD, chunked(event(reasoning="hm")), chunked(finish("length")), chunked(DONE), END]
    fine = reply("fine")
    with ScriptedServer(NO_THINKING, fine, thoughts, fine, USE_ANOTHER, fine) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        set_row(page, "extra_body", {"min_p": 0.1})
        page.locator(".failure .remedy").click()
        expect(page.locator(".turn.assistant .text")).to_have_text("fine")
        expect(page.locator("#param-extra_body textarea")).to_be_visible()
        sent = server.requests[1].body
        assert (sent["enable_thinking"], sent["min_p"]) == (False, 0.1)

        page.click("#clear")
        set_row(page, "max_tokens", 20)
        ask(page, "hello")
        wait_until_idle(page)
        expect(page.locator(".failure")).to_contain_text("none was left for an answer")
        page.get_by_role("button", name="Set max_tokens to 1024 and ask again").click()
        expect(page.locator(".turn.assistant .text")).to_have_text("fine")
        assert server.requests[3].body["max_tokens"] == 1024

        page.click("#clear")
        set_row(page, "max_tokens", 64)
        ask(page, "hello")
        wait_until_idle(page)
        page.locator(".failure .remedy").click()
        expect(page.locator(".turn.assistant .text")).to_have_text("fine")
        sent = server.requests[5].body
    assert sent["max_completion_tokens"] == 64 and "max_tokens" not in sent
    assert [value_of(page, name) for name in ("max_tokens", "max_completion_tokens")] == [None, 64]


def test_an_earlier_failure_offers_nothing(page: Page) -> None:
    """Once the chat has gone on the button would ask for another answer: only the words are left."""
    with ScriptedServer(TOO_LONG, reply("fine")) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        expect(page.locator(".failure .remedy")).to_have_count(1)
        ask(page, "and now?")
        expect(page.locator(".turn.assistant .text").last).to_have_text("fine")
        expect(page.locator(".failure")).to_contain_text("Set max_tokens to 40 and try again.")
        expect(page.locator(".failure .remedy")).to_have_count(0)


class Picky(ScriptedServer):
    """Refuses a temperature above 1; the first other answer never ends, all that follow do."""

    def script_for(self, number: int) -> Any:
        """Decided when it is played: only then is the request known."""
        return self._played(number)

    def _played(self, number: int) -> Iterator[Step]:
        if self.requests[number].body["temperature"] > 1:
            yield from refusing("temperature must be less than or equal to 1")
        elif number < 2:
            yield SSE_HEAD + chunked(event(content="slow"))
            yield Stall()
        else:
            yield from reply(f"answer {number}")


def test_the_side_that_failed_is_mended_where_it_was_set(page: Page) -> None:
    """The second answer's button changes what made it the second; not while the other side still streams."""
    with Picky() as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        page.uncheck("#blind input")
        ask(page, "hello")
        button = page.get_by_role("button", name="Set pref_params.temperature to 1.0")
        button.click()
        expect(page.locator(".notice:visible")).to_contain_text("An answer is still coming")
        assert value_of(page, "pref_params.temperature") is None
        page.click("#stop")
        wait_for_both(page)
        button.click()
        wait_for_both(page)
        expect(page.locator(".failure")).to_have_count(0)
        assert sorted(visit.body["temperature"] for visit in server.requests[2:]) == [0.7, 1]
    assert [value_of(page, f"pref_params.{name}") for name in ("temperature", "frequency_penalty")] == [
        1,
        0.2,
    ]


def test_a_blind_side_says_nothing_before_the_vote(page: Page) -> None:
    """A remedy names a parameter, and so which side is which: it is told with the error, after the vote."""
    with Picky() as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        expect(page.locator(".vote-status")).to_contain_text("did not come to its end")
        page.click("#stop")
        expect(page.locator("#panes .remedy, #panes .failure")).to_have_count(0)
        page.click("#vote-skip")
        expect(page.locator("#panes .failure .remedy")).to_have_text(
            "Set pref_params.temperature to 1.0, set pref_params.frequency_penalty to 0.2 and ask again"
        )
