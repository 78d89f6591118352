"""What is said to who cannot see: that an answer has ended, once, and never a word of it as it streams."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import END, SSE_HEAD, Script, ScriptedServer, Stall, answered, chunked
from tests.browser.conftest import ask, set_row, wait_until_idle
from tests.browser.test_chat import event, use
from tests.browser.test_vote import reply, wait_for_both

LISTEN: Final = """() => {
  const LIVE = "[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])";
  const liveOf = (node) => (node instanceof Element ? node : node.parentElement)?.closest(LIVE);
  window.said = [];
  new MutationObserver((changes) => {
    const regions = new Set();
    for (const { target, addedNodes } of changes) {
      regions.add(liveOf(target));
      for (const node of addedNodes) {
        if (node instanceof Element) for (const inner of node.querySelectorAll(LIVE)) regions.add(inner);
        regions.add(liveOf(node));
      }
    }
    regions.delete(undefined);
    regions.delete(null);
    for (const region of regions) {
      const text = region.textContent.trim();
      if (text && region.checkVisibility()) window.said.push(text);
    }
  }).observe(document.querySelector("#main"), { subtree: true, childList: true, characterData: true });
}"""
"""Notes what each live region says, as often as it says it."""
BEGUN: Final[Script] = [SSE_HEAD, chunked(event(content="The ")), Stall()]
BROKEN: Final[Script] = [SSE_HEAD, chunked(event(content="half")), END]
REFUSED: Final = answered(400, b'{"error": {"message": "temperature is too warm"}}')
WORDS: Final = [f"word{number} " for number in range(12)]


def said(page: Page, about: str) -> list[str]:
    """What has been said about this so far."""
    return [text for text in page.evaluate("window.said") if about in text]


def test_an_answer_that_has_ended_is_said_once(page: Page) -> None:
    """Whole, refused, or stopped: one sentence each, with what went wrong in it; no word of the text."""
    with ScriptedServer(reply(*WORDS), REFUSED, BEGUN) as server:
        use(page, server)
        page.evaluate(LISTEN)
        ask(page, "hello")
        wait_until_idle(page)
        whole = page.evaluate("window.said")
        assert len(whole) == 1 and whole[0].startswith("answer A: "), whole

        page.evaluate("window.said = []")
        ask(page, "again")
        expect(page.locator(".failure")).to_contain_text("too warm")
        page.wait_for_function("!window.playground.state.busy")
        (told,) = said(page, "too warm")
        assert told.startswith("answer A: ")

        page.evaluate("window.said = []")
        ask(page, "and now")
        expect(page.locator(".turn.assistant .text").last).to_have_text("The")
        page.click("#stop")
        page.wait_for_function("!window.playground.state.busy")
        assert len(said(page, "answer A")) == 1
        assert said(page, "word") == said(page, "The") == []


def test_a_pair_is_said_once_for_each(page: Page) -> None:
    """A and B each when they end, and what is to be done now."""
    set_row(page, "diff_frequency", 1)
    with ScriptedServer(reply(*WORDS), reply("something ", "else")) as server:
        use(page, server)
        page.evaluate(LISTEN)
        ask(page, "hello")
        wait_for_both(page)
        assert [len(said(page, f"answer {name}: ")) for name in "AB"] == [1, 1]
        assert len(said(page, "Which is better?")) == 1
        assert said(page, "word") == []


def test_nothing_moves_where_that_is_asked_for(page: Page) -> None:
    """Neither the mark of what is waited for nor anything that opens; else the mark blinks."""
    with ScriptedServer([SSE_HEAD, Stall()]) as server:
        use(page, server)
        ask(page, "hello")
        expect(page.locator(".turn.waiting")).to_be_visible()
        for motion in ("reduce", "no-preference"):
            page.emulate_media(reduced_motion=motion)
            page.click("#open-models")
            moving = page.evaluate(
                "document.getAnimations().filter(({playState}) => playState === 'running').length"
            )
            assert (moving == 0) == (motion == "reduce"), motion
            page.keyboard.press("Escape")
    page.emulate_media(reduced_motion="null")
