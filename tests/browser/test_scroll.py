"""Where the panes are scrolled to: what comes is followed, who reads elsewhere is left alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from playground.testing.scripted_server import (
    END,
    SSE_HEAD,
    Pause,
    Script,
    ScriptedServer,
    Stall,
    Step,
    chunked,
)
from tests.browser.conftest import ask, wait_until_idle
from tests.browser.test_chat import FINISH, event, use
from tests.browser.test_vote import reply, saved, wait_for_both

MISSING = """pane => {
  const scroller = document.querySelector(`${pane} .scroller`);
  return scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
}"""
"""How far the end of a pane is out of view."""


def slowly(*words: str) -> list[Step]:
    """An answer that comes word by word, without its end."""
    return [SSE_HEAD, *(step for word in words for step in (chunked(event(content=word)), Pause(0.04)))]


def compare(page: Page, server: ScriptedServer) -> None:
    """Asks for two answers each time, on a screen so low that a few messages fill it."""
    page.set_viewport_size({"width": 1400, "height": 480})
    use(page, server)
    page.click("#group-preference .fold")
    page.fill("#param-diff_frequency input[type=number]", "1")


TOPS = """kind => [...document.querySelectorAll('.scroller')].map(scroller =>
  [...scroller.querySelectorAll(kind)].at(-1).getBoundingClientRect().top - scroller.getBoundingClientRect().top)"""
"""How far below the top of its pane the last message of a kind begins, in each pane."""
AT_THE_TOP = f"(({TOPS})('.user')).every((top) => top === 20)"
"""The newest question stands at the top of each pane."""


@pytest.mark.parametrize("script", [reply("r"), [*slowly("r", "r", "r"), chunked(FINISH), END]])
def test_the_newest_answers_are_in_view(page: Page, script: Script) -> None:
    """Side by side, also where the ballot takes its room, and after the vote, which adds lines to both."""
    with ScriptedServer(script) as server:
        compare(page, server)
        for question in ("one", "two", "three"):
            ask(page, question)
            wait_for_both(page)
            page.wait_for_function(AT_THE_TOP)
            page.click("#vote-skip")
            saved(page)
            page.wait_for_function(f"[0, 1].every(i => ({MISSING})('#pane-' + 'ab'[i]) < 2)")


def test_who_scrolls_up_is_left_alone(page: Page) -> None:
    """Text that streams pulls nobody down, however small the step up; who goes back to the end follows again."""
    with ScriptedServer([*slowly(*["word\n"] * 3000), Stall()]) as server:
        page.set_viewport_size({"width": 1400, "height": 480})
        use(page, server)
        ask(page, "hello")
        scrolled = "document.querySelector('#pane-a .scroller').scrollTop"
        page.wait_for_function(f"{scrolled} > 100")
        page.hover("#pane-a .scroller")
        page.mouse.wheel(0, -30)
        page.wait_for_function(f"({MISSING})('#pane-a') > 100")
        before = page.evaluate(f"{scrolled} = 100_000, {scrolled}")
        page.wait_for_function(f"{scrolled} > {before + 100}")
        page.click("#stop")


def test_scrolling_together_can_be_switched(page: Page) -> None:
    """While it is on, both answers stand alike, from their beginnings to the end of the longer one, whatever came
    before them; off again, the other one stays where it is."""
    with ScriptedServer(reply(*["word\n"] * 200), reply(*["other\n"] * 400)) as server:
        compare(page, server)
        for question in ("hello", "go on"):
            ask(page, question)
            wait_for_both(page)
        page.check(".compare label:nth-child(2) input")
        page.hover("#pane-a .scroller")
        page.mouse.wheel(0, page.evaluate(TOPS, ".user")[0] - 20)
        other = "document.querySelector('#pane-b .scroller').scrollTop"
        page.wait_for_function(f"{other} === 0 && {AT_THE_TOP}")
        page.mouse.wheel(0, 100_000)
        level = f"(([first, second]) => first === second && first < -1000)(({TOPS})('.user'))"
        page.wait_for_function(f"({MISSING})('#pane-b') < 2 && {level}")
        page.uncheck(".compare label:nth-child(2) input")
        page.hover("#pane-a .scroller")
        before = page.evaluate(other)
        page.mouse.wheel(0, -500)
        page.wait_for_function(f"({MISSING})('#pane-a') > 300")
        assert page.evaluate(other) == before


def test_a_short_answer_goes_along_with_a_long_one(page: Page) -> None:
    """While one streams on and the other one fits into its pane, their beginnings stay at one height, by whichever of
    the two the reader moves them, and whoever goes up is left there; parted, the short one is in view again."""
    level = f"(([a, b]) => Math.abs(a - b) < 1 && a)(({TOPS})('.user'))"
    with ScriptedServer(reply("short"), [*slowly(*["word\n"] * 3000), Stall()]) as server:
        compare(page, server)
        ask(page, "hello")
        page.wait_for_function(f"window.playground.state.pair && Math.min(...({TOPS})('.user')) < -100")
        page.check(".compare label:nth-child(2) input")
        page.wait_for_function(f"{level} < -300")
        for pane, back in (("#pane-a", "PageDown"), ("#pane-b", "ArrowDown")):
            page.hover(f"{pane} .scroller")
            page.mouse.wheel(0, -100_000)
            page.wait_for_function(f"{level} === 20")
            page.focus(f"{pane} .scroller")
            page.mouse.move(5, 5)
            page.keyboard.press(back)
            page.wait_for_function(f"{level} < 0")
            grown = page.evaluate(f"({MISSING})('{pane}')")
            page.wait_for_function(f"({MISSING})('{pane}') > {grown + 100} && {level} !== false")
        page.uncheck(".compare label:nth-child(2) input")
        page.wait_for_function(f"Math.max(...({TOPS})('.user')) === 20 && ({level}) === false")
        page.click("#stop")


def test_a_word_without_end_is_set_without_kerning(page: Page) -> None:
    """In question and answer, also where it grows: with kerning each line of it took the rest of it to set anew."""
    kerning = "[...document.querySelectorAll('.turn .text')].map(text => getComputedStyle(text).fontKerning)"
    with ScriptedServer(reply("x" * 600, "y" * 600), reply("short")) as server:
        use(page, server)
        ask(page, "A" * 20_000)
        wait_until_idle(page)
        ask(page, "hello")
        page.wait_for_function(
            "document.querySelectorAll('.strip .fact').length && !document.body.dataset.busy"
        )
        assert page.evaluate(kerning) == ["none", "none", "auto", "auto"]
