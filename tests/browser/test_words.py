"""The page in another language: nothing stays English but names, numbers and what people and models write.

The language is made up for it: every sentence of the catalogue stands in brackets, a third longer than it is, and still
nothing is cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LAPTOP
from tests.browser.fitting import CUT
from tools import words

ROOT = Path(__file__).parents[2]

LEFT = """() => {
  const names = "code, pre, kbd, option, .name, .turn .text, .user, .address, .preset-name, svg, #title, " +
    "#view-lessons :is(h3, .lesson-entry, section .note), .place, .replay-text, .editor textarea, #shared td, " +
    "#shared .share-turns";
  const bare = (text) => {
    for (let before = ""; before !== text; ) {
      before = text;
      text = text.replace(/⟦[^⟦⟧]*⟧/g, "");
    }
    return text.trim();
  };
  const found = new Set();
  const note = (text) => {
    const left = bare(text ?? "");
    if (/[a-z]{3}/i.test(left)) found.add(left);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!parentElement || parentElement.closest(`script, style, noscript, ${names}`)) continue;
    if (parentElement.checkVisibility()) note(data);
  }
  for (const node of document.querySelectorAll("[title], [placeholder], [aria-label]")) {
    if (!node.checkVisibility() || node.closest(names)) continue;
    for (const name of ["title", "placeholder", "aria-label"]) note(node.getAttribute(name));
  }
  return [...found];
}"""
PASTED = """curl https://example.com/v1/chat/completions -H 'X-Own: 1' --odd -d '{"model": "length", "own": 1,
"messages": [{"role": "user", "content": "Say hello."}], "temperature": 9}'"""
CLASS = (
    "class Pet(BaseModel):\n    name: exec('1')\n    age: int = Field(gt='x', own=1)\n    legs\nprint(1)\n"
)
TOOLS = '[{"type": "function", "function": {"name": "a b", "parameters": {"type": "string"}}}, {"own": 1}]'
NAMES = re.compile(
    r"\b(?:Documented defaults|All left to the server|Show me the tokens|Two answers"
    r"|embedded|Chat|Pydantic|JSON Schema|JSON|JSONL"
    r"|Markdown|CSV|Parquet|curl|Python|JavaScript|OpenAI|HuggingFace|OpenRouter|English"
    r"|Deutsch|UTC|temperature|max_tokens|stream(?:_options)?|true|false|playground\S*|SmolLM2\S*|[\w.]+_\w+|seed|stop"
    r"|KTO|XXXX(?:-XXXX)*|Optionsfeld|top_p|length"
    r"|logprobs|auto|openai|faulty|Say hello|model|messages|tools|Ollama|vLLM|https?:\S+)\b"
)


def made_up() -> str:
    """The catalogue of the language that is made up."""
    found = words.sentences(ROOT)

    def said(text: str) -> str:
        return f"⟦{text}{'~' * (len(text) // 3)}⟧"

    catalogue = {
        "plurals": "0" * 200,
        "messages": {s.text: [said(s.many)] if s.many else said(s.text) for s in found},
        "told": [s.text for s in found if s.from_server and words.HOLE.search(s.text)],
    }
    return f"export default {json.dumps(catalogue)};"


def test_nothing_is_left_in_english(chromium: Browser, address: str) -> None:
    """In the chat, with an answer and a refusal, the parameters, a sweep, lessons, votes, a room and every dialog."""
    context = chromium.new_context(locale="de-AT", viewport=LAPTOP)
    context.route(
        "**/words/de.js", lambda route: route.fulfill(body=made_up(), content_type="text/javascript")
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("window.playground?.ready")
    left: dict[str, list[str]] = {}

    def look(view: str) -> None:
        found = [NAMES.sub("", text) for text in page.evaluate(LEFT)]
        if english := [text for text in found if re.search(r"[A-Za-z]{3}", text)]:
            left[view] = english
        if cut := page.evaluate(CUT):
            left[f"{view}, cut"] = cut

    _walk(page, look)
    assert page.evaluate("document.documentElement.lang") == "de"
    context.close()
    assert not left, json.dumps(left, indent=1, ensure_ascii=False)


def _walk(page: Page, look: Callable[[str], Any]) -> None:
    expect(page.locator(".welcome h2")).to_contain_text("⟦")
    look("chat")
    for part in (".fold[aria-expanded=false]", ".pp-row .name"):
        page.evaluate(f"document.querySelectorAll('{part}').forEach((each) => each.click())")
    look("parameters")
    page.fill("#composer textarea", "Say hello.")
    page.click("#send")
    expect(page.locator("#pane-a .why").last).to_contain_text("⟦")
    page.wait_for_function("!window.playground.state.busy")
    look("answer")
    page.evaluate("window.playground.set('temperature', 9)")
    expect(page.locator("#param-temperature .problem")).to_contain_text("⟦")
    look("refusal")
    page.evaluate("window.playground.set('temperature', 1)")
    for opener in ("#open-posture", "#open-conversations", "#models .small", "#key .small", "#open-presets .small",
                   "#share .small"):  # fmt: skip
        page.locator(opener).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        look(opener)
        page.keyboard.press("Escape")
    _open_up(page, look)
    for opener, seen in (
        ("#open-lessons", "#view-lessons h2"),
        ("#open-sweep", "#view-sweep h2"),
        ("#open-votes", ".findings h2"),
    ):
        page.click(opener)
        expect(page.locator(seen).first).to_contain_text("⟦")
        look(opener)
    page.goto(urljoin(page.url, "/playground/room#new"))
    expect(page.locator("h1, h2").first).to_contain_text("⟦")
    look("room")


def _open_up(page: Page, look: Callable[[str], Any]) -> None:
    """The dice of the answer, what a change did, what was pasted for a request, and remarks on a class and on tools."""
    page.locator(".strip .tab.dice").click()
    expect(page.locator("#chain .dice-words")).to_contain_text("⟦")
    look("dice")
    page.keyboard.press("Escape")
    page.evaluate("window.playground.set('temperature', 1.9)")
    page.locator(".strip .replay").click()
    expect(page.locator("#replay .replay-words")).to_contain_text("⟦", timeout=60_000)
    look("replay")
    page.keyboard.press("Escape")
    page.locator("#share .small").click()
    page.locator("dialog[open] [role=tab]").last.click()
    page.locator("dialog[open] textarea:visible").fill(PASTED)
    page.locator("dialog[open] .share-view:visible .strong").click()
    expect(page.locator("#shared")).to_contain_text("X-Own")
    look("what was pasted")
    page.keyboard.press("Escape")
    for name, tab, text in (("response_format", 0, CLASS), ("tools", -1, TOOLS)):
        page.evaluate("name => document.querySelector(`#param-${name} .opener`).click()", name)
        page.locator(".editor [role=tab]").nth(tab).click()
        page.locator(".editor textarea:visible").first.fill(text)
        expect(page.locator(".editor .remarks, .editor .as-sent .bad").first).to_contain_text("⟦")
        look(f"remarks on {name}")
        page.keyboard.press("Escape")
