"""The whole flow by keyboard alone: every stop is seen, none is a trap, and the focus is never lost."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import SSE_HEAD, Script, ScriptedServer, Stall, chunked
from tests.browser.conftest import value_of, wait_until_idle
from tests.browser.test_chat import event
from tests.browser.test_vote import reply, saved, wait_for_both

MOST_STOPS: Final = 90
"""How often Tab may be pressed to get from anywhere to anywhere."""
ARRIVED: Final = """([selector]) => {
  const node = document.activeElement;
  if (node === document.body) return [false, ""];
  if (node.tabIndex < 0) return [node.closest(selector) !== null, ""]; // a heading that was led to is no stop
  const rings = [node, node.closest("label"), node.nextElementSibling];
  const isRing = (one) => one && getComputedStyle(one).outlineStyle !== "none"
    && parseFloat(getComputedStyle(one).outlineWidth) >= 1;
  const { left, top, right, bottom } = node.getBoundingClientRect();
  const isThere = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const fault = isThere ? rings.some(isRing) ? "" : "no ring" : "out of view";
  return [node.closest(selector) !== null, fault && `${node.localName} ${node.id || node.className}: ${fault}`];
}"""
"""Whether what has the focus is what was looked for, and what keeps it from being seen."""
BEGUN: Final[Script] = [SSE_HEAD, chunked(event(content="The ")), Stall()]
DIALOG: Final = "dialog:modal"


class Keys:
    """A person without a mouse: each stop of theirs is held to be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Presses these keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Types in place of what stands in the field that has the focus."""
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def to(self, selector: str, key: str = "Tab") -> None:
        """Goes on until this has the focus; each stop on the way is seen. Behind the last one is the browser's own."""
        for _ in range(MOST_STOPS):
            arrived, fault = self.page.evaluate(ARRIVED, [selector])
            assert not fault, fault
            if arrived:
                return
            self.press(key)
        raise AssertionError(f"{selector} cannot be reached by {key}")

    def back_to(self, selector: str) -> None:
        """The same backwards."""
        self.to(selector, "Shift+Tab")

    def has(self, selector: str) -> None:
        """The focus is, or comes, there."""
        expect(self.page.locator(selector).first).to_be_focused()

    def peek(self, opener: str) -> None:
        """The dialog that this opens has the focus; Escape closes it, and the opener has the focus again."""
        self.to(opener)
        self.press("Enter")
        expect(self.page.locator(DIALOG)).to_be_visible()
        self.to(f"{DIALOG} :is(a, button, input, textarea, select)")
        self.press("Escape")
        expect(self.page.locator(DIALOG)).to_have_count(0)
        self.has(opener)


def test_the_whole_flow_by_keyboard_alone(page: Page) -> None:
    """A model is chosen, values are set, an answer is stopped, a pair is voted on and exported; a sweep; a lesson."""
    keys = Keys(page)
    with ScriptedServer(BEGUN, reply("fine answer"), reply("one"), reply("two"), reply("an end")) as server:
        chooses_a_model(keys, server)
        sets_values(keys)
        asks_and_stops(keys)
        compares(keys)
        exports(keys)
        sweeps(keys)
        learns(keys)
        assert {visit.body["model"] for visit in server.requests} == {"some-model"}


def chooses_a_model(keys: Keys, server: ScriptedServer) -> None:
    """Past the bar to the message in one step; a model and a server; dialogs."""
    keys.has("#composer textarea")
    keys.back_to(".skip")
    keys.press("Enter")
    keys.has("#composer textarea")
    assert "#" not in keys.page.url
    keys.back_to(".skip")
    keys.to("#model input")
    keys.type("some-model")
    keys.press("Enter")
    keys.peek("#open-models")
    keys.to("#base-url input")
    keys.type(server.base_url)
    keys.press("Enter")
    keys.page.wait_for_function("url => window.playground.state.target.base_url === url", arg=server.base_url)
    for opener in ("#open-keys", "#open-presets button", "#share button"):
        keys.peek(opener)


def sets_values(keys: Keys) -> None:
    """By arrows, by typing, back to unset, and in an editor; groups open."""
    page = keys.page
    keys.to("#param-temperature input[type=range]")
    assert value_of(page, "temperature") == 0.7
    keys.press("ArrowRight")
    assert value_of(page, "temperature") == 0.8
    keys.press("Tab")
    keys.type("1.25")
    assert value_of(page, "temperature") == 1.25
    keys.press("Tab", "Enter")  # unset, which cannot be pressed again
    expect(page.locator("#param-temperature .unset")).to_be_disabled()
    keys.has("#param-temperature input")
    for group in ("structure", "preference"):
        keys.to(f"#group-{group} .fold")
        keys.press("Enter")
        expect(page.locator(f"#group-{group} .fold")).to_have_attribute("aria-expanded", "true")
        keys.has(f"#group-{group} .fold")
    keys.back_to("#param-response_format .opener")
    keys.peek("#param-response_format .opener")


def asks_and_stops(keys: Keys) -> None:
    """Stop keeps the focus, and what is pressed once and is gone hands it on."""
    page = keys.page
    keys.to("#composer textarea")
    keys.type("hello")
    keys.press("Enter")
    expect(page.locator(".turn.assistant .text")).to_have_text("The")
    keys.to("#stop")
    keys.press("Enter")
    page.wait_for_function("!window.playground.state.busy")
    keys.has("#stop")
    keys.back_to(".strip .again")
    keys.press("Enter")
    expect(page.locator(".turn.assistant .text")).to_have_text("fine answer")
    wait_until_idle(page)
    page.wait_for_function("document.activeElement.closest('#pane-a')")


def compares(keys: Keys) -> None:
    """Every reply becomes a pair; both are read, A and then B; a vote, and another in its place."""
    page = keys.page
    keys.back_to("#param-diff_frequency input[type=number]")
    keys.type("1")
    keys.to("#composer textarea")
    keys.type("and now")
    keys.press("Enter")
    wait_for_both(page)
    keys.has("#pane-a .scroller")
    keys.to("#pane-b .scroller")
    keys.to("#vote-b")
    keys.press("Enter")
    saved(page)
    keys.has("#vote-b")
    keys.back_to("#vote-a")
    keys.press("Enter")
    expect(page.locator(".vote-status")).to_contain_text("goes on with A")
    keys.has("#vote-a")
    keys.to(".reasons summary")
    keys.press("Enter", "Tab", "Space")
    expect(page.locator(".reasons input").first).to_be_checked()


def exports(keys: Keys) -> None:
    """The votes as a file; the way back leads to what opened them."""
    page = keys.page
    keys.to("#open-votes")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Ratings", exact=True)).to_be_visible()  # moves what stands below
    keys.to("[data-export=everything-jsonl]")
    with page.expect_download() as begun:
        keys.press("Enter")
    assert begun.value.suggested_filename.endswith(".jsonl")
    keys.back_to("#close-votes")
    keys.press("Enter")
    keys.has("#open-votes")


def sweeps(keys: Keys) -> None:
    """Two cells of one call each; Start becomes Stop, and Start again."""
    page = keys.page
    keys.back_to("#open-sweep")
    keys.press("Enter")
    keys.to(".axis-row .values textarea")
    keys.type("0, 1")
    keys.to(".sweep-field.wide textarea")
    keys.type("Name an animal.")
    keys.to(".small-fields input")
    keys.type("1")
    expect(page.locator(".plan")).to_contain_text("2 calls")
    keys.to("#sweep-start")
    keys.press("Enter")
    expect(page.locator(".run-status").first).to_have_text("Done.")
    keys.has("#sweep-start")
    keys.to(".cells .link")
    keys.peek(".cells .link")
    keys.back_to("#close-sweep")
    keys.press("Enter")
    keys.has("#open-sweep")


def learns(keys: Keys) -> None:
    """A prediction, the run, the reveal."""
    page = keys.page
    keys.back_to("#open-lessons")
    keys.press("Enter")
    keys.to("[data-lesson=temperature]")
    keys.press("Enter")
    keys.to(".lesson-question input")
    keys.press("ArrowDown")
    keys.to(".lesson-acts button")
    keys.press("Enter")
    keys.to("#lesson-run")
    keys.press("Enter")
    keys.has("#lesson-reveal")
    keys.press("Enter")
    keys.has(".lesson-step[data-step=Reveal]")
    expect(page.locator(".lesson-verdict")).to_be_visible()
    keys.back_to("#all-lessons")
    keys.press("Enter")
    keys.to("#close-lessons")
    keys.press("Enter")
    keys.has("#open-lessons")
