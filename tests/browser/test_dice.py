"""The dice, opened: a person looks at a place of an answer, moves a dial, throws, and takes the settings over."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text
from tests.browser.conftest import ask, set_row, wait_until_idle
from tests.browser.test_accessible import faults
from tests.browser.test_chat import use


def test_a_place_of_an_answer_is_opened_moved_and_taken_over(page: Page) -> None:
    """By mouse and by keyboard; what the dials are set to is what the rows have afterwards."""
    for name, value in {"max_tokens": 4, "seed": 1, "temperature": 1.0, "frequency_penalty": 0.5}.items():
        set_row(page, name, value)
    ask(page, "Say hello.")
    wait_until_idle(page)
    page.locator(".strip .tab", has_text="dice").click()
    dice, steps = page.locator("#chain"), page.locator("#chain .dice-steps")
    bars, said = dice.locator(".dice-bars li"), dice.locator(".dice-words")
    expect(said).to_contain_text("What the dice are thrown over")
    expect(dice.locator("summary")).to_contain_text(re.compile(r"read before: \d\d tokens"))
    expect(steps.locator("[data-step=penalties]")).not_to_have_class(re.compile("idle"))
    expect(steps.locator("[data-step=top_k]")).to_have_class(re.compile("idle"))
    expect(dice.locator(".dice-drawn")).to_contain_text("it owns the line from")
    assert list(faults(page, "the dice")) == []

    dice.locator(".place").first.focus()
    page.keyboard.press("ArrowRight")
    expect(dice.locator(".place").nth(1)).to_have_attribute("aria-pressed", "true")
    dice.locator("[data-name=top_k] input[type=number]").fill("3")
    expect(dice.locator(".dice-bars li:not(.cut)")).to_have_count(3)
    steps.locator("[data-step=top_k]").click()
    expect(said).to_contain_text("3 tokens can still be drawn")
    dice.get_by_role("button", name="throw 10,000").click()
    expect(dice.locator(".fit")).to_contain_text("Chi-square")
    expect(bars.nth(0).locator(".fallen")).to_be_visible()
    dice.locator("[data-name=temperature] input[type=number]").fill("0")
    expect(dice.locator(".dice-bars li:not(.cut)")).to_have_count(1)

    dice.get_by_role("button", name="as it was drawn").click()
    expect(dice.locator("[data-name=temperature] input[type=number]")).to_have_value("1")
    dice.locator("[data-name=temperature] input[type=number]").fill("0.2")
    dice.locator("[data-name=frequency_penalty] input[type=number]").fill("")
    dice.get_by_role("button", name="use these settings").click()
    expect(dice).to_be_hidden()
    expect(page.locator("#param-temperature input[type=number]")).to_have_value("0.2")
    expect(page.locator("#param-frequency_penalty input[type=number]")).to_have_value("")
    expect(page.locator("#param-max_tokens input")).to_have_value("4")


def test_of_another_model_only_what_came_is_shown(page: Page) -> None:
    """The alternatives that came, the rest as one bar, and the sentence that says what cannot be known."""
    top = [{"token": token, "logprob": logprob} for token, logprob in (("Hi", -0.7), ("Yo", -1.6))]
    answer = streamed(text("Hi", logprobs={"content": [{**top[0], "top_logprobs": top}]}), finish(), DONE)
    with ScriptedServer(answer) as server:
        use(page, server)
        set_row(page, "logprobs", True)
        ask(page, "Hello")
        wait_until_idle(page)
        page.locator(".strip .tab", has_text="dice").click()
        dice = page.locator("#chain")
        expect(dice.locator(".dice-words")).to_contain_text("cannot be known from them")
        expect(dice.locator(".dice-bars code")).to_have_text(["Hi", "Yo", "all others"])
        expect(dice.locator(".dice-side")).to_be_hidden()
