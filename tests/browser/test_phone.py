"""A person holds a phone: what is tapped, switched and read there."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from playwright.sync_api import Locator, Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, data, finish, streamed, text
from tests.browser.conftest import set_row, wait_until_idle
from tests.browser.test_vote import reply, wait_for_both


def scored(token: str) -> bytes:
    """A token with its score."""
    score = {"token": token, "logprob": -0.5, "top_logprobs": [{"token": token, "logprob": -0.5}]}
    return text(token, logprobs={"content": [score]})


USAGE = data({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 3, "cost": 0.00123}})
REPLY = streamed(
    scored("Hi"), scored(" there"), scored("x" * 90), *[scored("\n")] * 40, finish(), USAGE, DONE
)


def answered(page: Page, server: ScriptedServer) -> None:
    """Asks that server."""
    page.evaluate("url => window.playground.setTarget({base_url: url})", server.base_url)
    page.evaluate("window.playground.send('hello', {})")
    wait_until_idle(page)


def box(found: Locator) -> dict[str, float]:
    """Where it is: its edges on the screen."""
    rect: dict[str, float] = json.loads(
        found.evaluate("node => JSON.stringify(node.getBoundingClientRect())")
    )
    return rect


def typeface(found: Locator) -> str:
    """Its fonts, by name."""
    return str(found.evaluate("node => getComputedStyle(node).fontFamily"))


def test_switches_stand_beside_their_words(phone: Page) -> None:
    """The three choices of a row end before the word that says what became of it."""
    phone.tap("#open-parameters")
    for group, name in (("tokens", "logprobs"), ("delivery", "stream")):
        if phone.locator(f"#group-{group}[data-folded]").count():
            phone.tap(f"#group-{group} .fold")
        expect(phone.locator(f"#param-{name}")).to_be_visible()
        phone.evaluate("name => window.playground.set(name, true)", name)
        switch, word = (phone.locator(f"#param-{name} {part}") for part in (".segments", ".state"))
        word.evaluate("node => { node.textContent = 'effect seen'; }")  # the longest
        assert box(switch)["right"] <= box(word)["left"]


def test_tokens_and_drawers_can_be_read(phone: Page) -> None:
    """A tap shows a token's alternatives, until something else is tapped, or the text is scrolled. A drawer comes into
    view when it is opened, nothing in it hangs over its edge, and its words are whole."""
    with ScriptedServer(REPLY) as server:
        answered(phone, server)
    card, token = phone.locator(".token-card"), phone.locator(".token").nth(1)
    token.tap()
    expect(card).to_contain_text("there drawn at")
    assert typeface(card) == typeface(phone.locator(".turn.user .text"))
    phone.locator(".turn.user .text").tap()
    expect(card).to_have_count(0)
    token.tap()
    expect(card).to_be_visible()
    phone.locator("#pane-a .scroller").evaluate("node => node.scrollBy(0, 40)")
    expect(card).to_have_count(0)
    expect(phone.locator(".strip")).to_contain_text("$0.00123")
    drawer = phone.locator(".drawer")
    for name in ("report", "tokens"):
        tab = phone.get_by_role("button", name=name, exact=True)
        tab.tap()
        expect(tab).to_have_attribute("aria-expanded", "true")
        assert box(drawer)["bottom"] <= box(phone.locator("#pane-a .scroller"))["bottom"]
        assert drawer.evaluate("node => node.scrollWidth <= node.clientWidth")
    heads = drawer.locator("th")
    assert [round(box(head)["height"]) for head in heads.all()] == [round(box(heads.last)["height"])] * 4
    assert heads.nth(1).evaluate("node => node.clientHeight") < 40


def test_the_evidence_of_a_probe_has_the_whole_width(phone: Page) -> None:
    """What was asked and answered is read in a column as wide as the dialog, and ticks stand before names."""
    exchange: Any = {"body": {"messages": []}, "answer": {"text": "", "logprobs": [], "tool_calls": []}}
    verdict = {"parameter": "stop", "outcome": "works", "why": "", "at": "2026-01-01T00:00:00Z"}
    table = {"verdicts": [{**verdict, "exchanges": [exchange]}], "started_at": verdict["at"]}
    phone.route("**/playground/probe/last?*", lambda route: route.fulfill(json=table))
    phone.tap("#open-parameters")
    phone.tap("#open-probes")
    phone.locator(".verdict", has_text="works").tap()
    assert box(phone.locator(".verdicts .evidence:visible td"))["width"] > 350
    line = phone.locator(".verdicts tbody").first
    assert box(line.locator("input"))["right"] <= box(line.locator("code"))["left"]


def test_the_list_of_models_tells_what_each_takes(phone: Page) -> None:
    """Below its name, and the prices stand as far from the right edge as the names from the left."""
    price = {"context": 131072, "price_in": 13.0, "price_out": 15.0}
    model = {"id": "some/model", "name": "Some Model", **price, "takes": ["seed"], "lacks": ["stop"]}
    listed = {"prefix": "openrouter/", "models": [model], "age_s": 5, "note": "", "server": None}
    phone.route("**/playground/models?*", lambda route: route.fulfill(json=listed))
    phone.tap("#open-models")
    line = phone.locator(".models tbody tr").last
    expect(line).to_contain_text("some/model")
    name, price_out, takes = (line.locator(part) for part in ("code", ".number >> nth=2", ".takes"))
    expect(takes).to_have_text("1 known, 1 not, rest unknown")
    assert takes.is_visible() and box(takes)["top"] > box(name)["bottom"]
    assert box(name)["left"] == box(takes)["left"] == 390 - box(price_out)["right"] > 10
    of_text = """cells => cells.map((cell) => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        return text.getBoundingClientRect().toJSON();
    })"""
    numbers = line.locator(".number").evaluate_all(of_text)
    assert all(second["left"] - first["right"] >= 10 for first, second in pairwise(numbers))


def test_an_own_server_is_asked_for_its_address(phone: Page) -> None:
    """From the start page: choosing it in the list of models brings its field into view, ready to be typed into.

    What the page hears of its parameters afterwards does not hide it.
    """
    field = phone.locator("#base-url input")
    expect(field).to_be_hidden()
    phone.tap("#open-models")
    phone.locator("#model-list label", has_text="own server").tap()
    expect(field).to_be_visible()
    expect(field).to_be_focused()
    for temperature in (0.3, 0.4):  # when the second is asked for, the first has been read
        with phone.expect_response("**/playground/preview"):
            set_row(phone, "temperature", temperature)
    expect(field).to_be_visible()


def test_placeholders_are_whole(phone: Page) -> None:
    """No placeholder that stands in one line is cut off, and the dial's sentence stands as the rows do."""
    phone.tap("#open-parameters")
    phone.tap("#group-preference .fold")
    dial, help = phone.locator(".dial"), phone.locator("#param-diff_frequency .help")
    phone.tap("#param-diff_frequency .name")
    expect(help).to_be_visible()
    assert (box(dial)["left"], typeface(dial)) == (box(help)["left"], typeface(help))
    phone.evaluate("window.playground.setTarget({model: 'openrouter/a/b'})")
    cut = """() => [...document.querySelectorAll('input[placeholder], #composer textarea')].filter((box) => {
        if (!box.checkVisibility({visibilityProperty: true})) return false;
        const style = getComputedStyle(box), pen = document.createElement('canvas').getContext('2d');
        pen.font = `${style.fontStyle} ${style.fontSize} ${style.fontFamily}`;
        const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(box.placeholder).width > room;
    }).map((box) => box.placeholder)"""
    assert phone.evaluate(cut) == []
    phone.evaluate("window.playground.setTarget({base_url: 'http://127.0.0.1:1/v1'})")
    phone.evaluate("window.playground.setTarget({flavour: 'vllm'})")
    phone.evaluate("window.playground.set('max_tokens', undefined)")
    expect(phone.locator("#param-top_p .own-words")).to_contain_text("generation config, else 1.0")
    expect(phone.locator("#param-max_tokens .own-words")).to_be_visible()
    assert phone.evaluate(cut) == []
    phone.evaluate("window.playground.set('top_p', 0.5)")
    expect(phone.locator("#param-top_p .own-words")).to_be_hidden()


def test_reasons_leave_the_answers_in_view(phone: Page) -> None:
    """Opened, they take a line a side and hang over no edge; and no keys are named where there are none."""
    phone.set_viewport_size({"width": 390, "height": 664})
    with ScriptedServer(reply("one"), reply("other")) as server:
        phone.evaluate("url => window.playground.setTarget({base_url: url})", server.base_url)
        phone.evaluate("window.playground.set('diff_frequency', 1)")
        phone.evaluate("window.playground.send('hello', {})")
        wait_for_both(phone)
    expect(phone.locator(".vote-status")).to_contain_text("Which is better?")
    expect(phone.locator(".by-key")).to_be_hidden()
    phone.tap(".reasons summary")
    expect(phone.locator(".reasons input[type=text]")).to_be_visible()
    assert box(phone.locator("#pane-a .scroller"))["height"] > 664 * 0.28
    assert box(phone.locator(".reasons input[type=text]"))["right"] <= 390
    phone.locator(".reasons label", has_text="unsafe").last.tap()
    expect(phone.locator(".reasons fieldset").last.locator("input:checked")).to_have_value("unsafe")


def test_the_empty_page_says_what_it_is_and_where_messages_go(phone: Page) -> None:
    """Its name, for which there is no room, is read out. They go to nobody, to a provider, or to the host of the base
    URL: as it is chosen now."""
    expect(phone.get_by_role("heading", level=1)).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    said = phone.locator(".whereto")
    expect(said).to_contain_text("runs on this machine")
    phone.evaluate("window.playground.setTarget({model: 'openrouter/a/b'})")
    expect(said).to_contain_text("go to OpenRouter")
    expect(said).not_to_contain_text("no account")
    phone.evaluate("window.playground.setTarget({base_url: 'http://me:pw@127.0.0.1:1/v1'})")
    expect(said).to_contain_text("go to 127.0.0.1:1.")
    phone.fill("#composer textarea", " ")
    phone.click("#send")
    phone.evaluate("window.playground.setTarget({model: 'embedded', base_url: ''})")
    expect(said).to_contain_text("no key, no account")


CUT = """selector => {
  const node = document.querySelector(selector);
  node.focus({ focusVisible: true });
  const shown = node.checkVisibility() && [node, node.closest("label"), node.nextElementSibling].find(
    (one) => one && getComputedStyle(one).outlineStyle === "solid" && getComputedStyle(one).opacity !== "0");
  const { outlineWidth, outlineOffset } = getComputedStyle(shown);
  const reach = parseFloat(outlineWidth) + parseFloat(outlineOffset);
  const { left, top, right, bottom } = shown.getBoundingClientRect();
  for (let box = shown.parentElement; box; box = box.parentElement) {
    const { overflow, display } = getComputedStyle(box);
    if (overflow === "visible" || display === "contents") continue;
    const edge = box.getBoundingClientRect();
    const over = [edge.left - left, edge.top - top, right - edge.right, bottom - edge.bottom].map((by) => by + reach);
    if (Math.max(...over) > 0.6) return `${selector}: ${over} in ${box.id || box.className}`;
  }
  return "";
}"""
"""Where the ring of what has the focus is cut off, and by what."""


def test_what_has_the_focus_is_whole(phone: Page) -> None:
    """A reason, of those that stand in one line, which goes along with the focus; and its ring: in the bar, around
    a pane and what it ends with, and in the sheet of parameters."""
    phone.evaluate("document.body.dataset.pair = 'blind'; document.querySelector('.reasons').open = true")
    for reason in ("follows the instruction", "repetitive", "correct"):
        assert phone.evaluate(CUT, f".reasons input[value='{reason}']") == ""
    phone.evaluate("document.querySelector('.reasons').open = false; delete document.body.dataset.pair")
    phone.evaluate("document.body.setAttribute('data-server', '')")
    for selector in ("#base-url input", "#model input", "#pane-a .scroller", ".example:last-child"):
        assert phone.evaluate(CUT, selector) == ""
    phone.click("#open-parameters")
    phone.click("#group-tokens .fold")
    for selector in ("#group-sampling .fold", "#param-logprobs .segments input", "#group-conversation .fold"):
        assert phone.evaluate(CUT, selector) == ""
