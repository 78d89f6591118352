"""The tokens of an answer: a person looks at their scores, goes on from another one, and learns why there are none."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text
from tests.browser.conftest import ask, reload, set_row, wait_until_idle
from tests.browser.test_chat import use


def content(page: Page) -> str:
    """What the conversation goes on with."""
    return str(page.evaluate("window.playground.value('messages').at(-1).content"))


def test_tokens_are_coloured_and_branch(page: Page) -> None:
    """With logprobs on, every token of the embedded model's answer shows its probability and its alternatives, and the
    drawer what they tell as a whole. An alternative is gone on from, by mouse and by keyboard, and every text stays: it
    can be turned over, goes with the conversation, and survives a reload."""
    page.click("#preset input")
    page.get_by_role("option", name="Show me the tokens").click()
    page.wait_for_function("window.playground.state.parameters.top_logprobs === 5")
    for name, value in {"max_tokens": 8, "temperature": 0}.items():
        set_row(page, name, value)
    ask(page, "Say hello.")
    wait_until_idle(page)
    tokens, card, pager = (page.locator(each) for each in (".turn .token", ".token-card", ".choices"))
    first = "".join(tokens.all_text_contents())
    assert tokens.count() >= 4 and first == page.evaluate("window.playground.answer(0).text") == content(page)
    tokens.nth(2).hover()
    expect(card.locator("li")).to_have_count(5)
    expect(card).to_contain_text(re.compile(r"drawn at .* %, \d+\.\d bits, logprob"))

    page.get_by_role("button", name="tokens", exact=True).click()
    expect(page.locator(".scores .told")).to_contain_text(f"{tokens.count()} tokens, log probability -")
    page.locator(".peak").first.click()
    expect(page.locator(".scores tr:focus")).to_have_count(1)

    set_row(page, "diff_frequency", 1)  # a branch is one answer all the same
    tokens.nth(1).click()
    other = card.locator(".alternative").first
    piece = str(other.locator("code").text_content()).replace("\u00b7", " ")
    other.click()
    wait_until_idle(page)
    expect(pager).to_contain_text("2 of 2, with")
    second = content(page)
    before = page.evaluate("window.playground.answer(0).prefill")
    assert second.startswith(before) and before.endswith(piece) and second != first
    expect(page.locator(".turn.assistant:visible")).to_have_count(1)

    tokens.first.focus()
    page.keyboard.press("Enter")
    expect(card.locator("button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(tokens.first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(pager).to_contain_text("3 of 3, with")
    wait_until_idle(page)
    expect(pager).to_contain_text("2 branches deep")
    third = content(page)
    page.get_by_role("button", name="next answer").click()
    expect(pager).to_contain_text("1 of 3")
    assert content(page) == first
    reload(page)
    expect(pager).to_contain_text("1 of 3")
    for text_ in (second, third):
        page.get_by_role("button", name="next answer").click()
        page.wait_for_function(
            "text => window.playground.value('messages').at(-1).content === text", arg=text_
        )


def test_without_scores_it_says_why(page: Page) -> None:
    """Not asked for, which one click mends; left out without a word."""
    replies = [streamed(text("Hi"), finish(), DONE)] * 2
    with ScriptedServer(*replies) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        tab, said = page.get_by_role("button", name="tokens", exact=True), page.locator(".no-scores")
        tab.click()
        expect(said).to_contain_text("Scores were not asked for")
        said.get_by_role("button", name="set logprobs and ask again").click()
        wait_until_idle(page)
        assert server.requests[1].body["logprobs"] is True
        tab.click()
        expect(said).to_contain_text("left them out without a word")
        expect(said.get_by_role("button", name="ask the embedded model for them")).to_be_visible()


def test_the_next_token_of_what_is_typed(page: Page) -> None:
    """It is shown without sending anything; with nothing typed it says what to do."""
    page.click("#next-token button")
    expect(page.locator("#chain .dice-words")).to_contain_text("Type a message first")
    page.keyboard.press("Escape")
    page.fill("#composer textarea", "Say hello.")
    page.click("#next-token button")
    expect(page.locator("#chain .dice-bars li")).to_have_count(31)
    expect(page.locator("#chain summary")).to_contain_text(re.compile(r"read before: \d\d tokens"))
    expect(page.locator(".turn")).to_have_count(0)
