"""Answers are read as Markdown, or as they came; nothing in them is markup, loads, or moves what is being read."""

from __future__ import annotations

from itertools import product
from threading import Event

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import (
    END,
    SSE_HEAD,
    Pause,
    Script,
    ScriptedServer,
    Stall,
    Step,
    Until,
    chunked,
)
from tests.browser.conftest import ask, open_page, wait_until_idle
from tests.browser.test_chat import FINISH, event, use
from tests.browser.test_vote import reply, saved, wait_for_both

TEXT = """# Search

It takes **about** $\\log_2 n$ steps: [look](https://ex\u00e4mple.com/a "why").

- one
- two

```python
def f(x):
    return x
```

| n | steps |
|---|------:|
| 8 | 3 |

last words"""
OF_ANSWER = ".turn.assistant .text"


def spoken(text: str, size: int = 4) -> list[Step]:
    """An answer that comes in pieces of a few letters, 50 a second, without its end."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [SSE_HEAD, *(step for piece in pieces for step in (chunked(event(content=piece)), Pause(0.02)))]


def said(text: str) -> Script:
    """An answer that comes whole."""
    return [SSE_HEAD, chunked(event(content=text), FINISH), END]


def test_an_answer_is_read_and_can_be_seen_as_it_came(page: Page, address: str) -> None:
    """Headings, lists, tables, coloured code and formulas are what they mean; a link shows where it leads; r and the
    switch turn to the very text that came, in the next visit too; a field keeps its r."""
    with ScriptedServer([*spoken(TEXT, 40), chunked(FINISH), END]) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
    text = page.locator(OF_ANSWER)
    expect(text.locator("h2")).to_have_text("Search")
    expect(text.locator("li")).to_have_text(["one", "two"])
    expect(text.locator("pre .code-keyword")).to_have_text(["def", "return"])
    expect(text.locator("td")).to_have_text(["8", "3"])
    assert (
        text.locator("math msub").evaluate("node => node.namespaceURI")
        == "http://www.w3.org/1998/Math/MathML"
    )
    link = text.locator("a")
    expect(link).to_have_text("look https://xn--exmple-cua.com/a")
    expect(link).to_have_attribute("href", "https://xn--exmple-cua.com/a")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")
    page.fill("#composer textarea", "")
    page.press("#composer textarea", "r")
    expect(page.locator("#composer textarea")).to_have_value("r")
    expect(text.locator("h2")).to_have_count(1)
    page.focus("#pane-a .scroller")
    page.keyboard.press("r")
    expect(text).to_have_text(TEXT)
    expect(page.locator(".raw")).to_have_attribute("aria-pressed", "true")
    open_page(page, address)
    expect(text).to_have_text(TEXT)
    page.click(".raw")
    expect(text.locator("h2")).to_have_text("Search")
    assert page.evaluate("window.playground.value('messages')[1].content") == TEXT


def test_what_a_reload_or_stop_cuts_is_set(page: Page, address: str) -> None:
    """Stopped, and again after a reload in mid-stream, what had come is read like a whole answer, to its last word."""
    with ScriptedServer([*spoken("# one\n\n*two* words\n", 40), Stall()]) as server:
        use(page, server)
        ask(page, "hello")
        expect(page.locator(f"{OF_ANSWER} h2")).to_have_text("one")
        page.wait_for_function("window.playground.answer(0).text.endsWith('words\\n')")
        page.click("#stop")
        expect(page.locator(f"{OF_ANSWER} em")).to_have_text("two")
        ask(page, "again")
        expect(page.locator(f"{OF_ANSWER} h2")).to_have_count(2)
        open_page(page, address)
        expect(page.locator(f"{OF_ANSWER} h2")).to_have_text(["one", "one"])


ADDRESSES = (
    "javascript:hit()",
    "JaVaScRiPt:hit()",
    "java\tscript:hit()",
    "javascript&colon;hit()",
    "&#106;avascript:hit()",
    "data:text/html,<script>hit()</script>",
    "data:image/svg+xml,<svg onload=hit()>",
    "vbscript:hit()",
    "file:///etc/passwd",
    "blob:http://evil.test/1",
    "//evil.test/a.png",
    "/gradio_api/info",
    "http://evil.test/a.png",
    "https://ok.test@evil.test/",
    "ftp://evil.test/",
    "about:blank",
)
FORMS = ("[a]({})", "![a]({})", "<{}>", "[a]: {}\n[a]", "[![a]({})]({})", '[a]({} "onclick=hit()")')
MARKUP = (
    "<script>hit()</script>",
    "<img src=x onerror=hit()>",
    "<img src=//evil.test/a.png>",
    "<svg onload=hit()>",
    "<iframe srcdoc='<script>parent.hit()</script>'>",
    "<a href='javascript:hit()'>a</a>",
    "<form action=//evil.test><input type=password></form>",
    "<style>*{background:url(//evil.test/b)}</style>",
    "<div style='position:fixed;inset:0'>over</div>",
    "<video autoplay src=//evil.test/v></video>",
    "<math href='javascript:hit()'><mtext>a</mtext></math>",
    "<details open ontoggle=hit()>",
    "<b onmouseover=hit()>b</b>",
    "${hit()}",
    "{{hit()}}",
    "`${hit()}`",
    "</div></article><script>hit()</script>",
    "<!--><script>hit()</script>",
    "<![CDATA[<script>hit()</script>]]>",
    "&lt;script&gt;hit()&lt;/script&gt;",
)
PLACES = ("{}", "# {}", "> {}", "- {}", "| {} |\n|---|\n| {} |", "```html\n{}\n```", "**{}**", "`{}`")
FORMULAS = (
    r"\href{javascript:hit()}{x}",
    r"\style{position:fixed;inset:0}{x}",
    r"\class{visually-hidden}{x}",
    r"\text{<img src=x onerror=hit()>}",
    r"\text{<script>hit()</script>}",
    r"\unicode{x3c}script\unicode{x3e}",
    r"\includegraphics{//evil.test/a.png}",
    r"\raise{99em}{x}\hspace{-99em}y",
)
PAYLOADS = (
    *(form.format(address, address) for form, address in product(FORMS, ADDRESSES)),
    *(place.format(markup, markup) for place, markup in product(PLACES, MARKUP)),
    *(f"${latex}$\n\n\\[{latex}\\]" for latex in FORMULAS),
)

ALLOWED = """() => {
  const found = [...document.querySelectorAll('.turn.assistant .text *')];
  const names = ('A BLOCKQUOTE BR BUTTON CODE DIV EM H2 HR LI OL P PRE S SPAN STRONG TABLE TBODY TD TH THEAD TR ' +
    'UL').split(' ');
  const within = (node) => node.namespaceURI.endsWith('MathML') || names.includes(node.tagName);
  const still = (node) => !['fixed', 'sticky'].includes(getComputedStyle(node).position) && !node.getAttribute('style');
  const leads = (node) => !node.href || /^(https?:|mailto:)/.test(node.href);
  const quiet = (node) => [...node.attributes].every(({ name }) => !name.startsWith('on') && name !== 'src');
  const bad = found.filter((node) => !(within(node) && still(node) && leads(node) && quiet(node)));
  return bad.map((node) => node.outerHTML.slice(0, 200));
}"""


def test_nothing_in_an_answer_is_markup(page: Page, requested: list[str]) -> None:
    """264 attacks in one answer: no script runs, nothing is fetched, and there is no field, form, frame or overlay."""
    assert len(PAYLOADS) >= 200
    page.evaluate("void (window.hit = () => { window.wasHit = true; })")
    with ScriptedServer(said("\n\n".join(PAYLOADS))) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        expect(page.locator(f"{OF_ANSWER} h2")).to_have_count(len(MARKUP))
    assert page.evaluate(ALLOWED) == []
    assert page.evaluate("window.wasHit") is None
    assert [url for url in requested if "evil" in url or url.endswith("/x")] == []
    assert page.evaluate(
        f"document.querySelector('{OF_ANSWER}').textContent.includes('<script>hit()</script>')"
    )


TOPS = "() => [...document.querySelectorAll('.turn.assistant .text > *')].map((node) => node.offsetTop)"


WATCH = """void new PerformanceObserver((list) => {
  for (const { node, previousRect, currentRect } of list.getEntries().flatMap(({ sources }) => sources)) {
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element?.closest('.turn.assistant .text')) {
      window.moved.push([element.outerHTML.slice(0, 80), previousRect.top, currentRect.top]);
    }
  }
}).observe({ type: 'layout-shift', buffered: false }, window.moved = [])"""
"""Notes what of an answer's text the browser has moved while it was in view."""


GAP = """() => {
  const [list, rest] = ['ul', '.rest'].map((name) => document.querySelector(`.turn.assistant .text > ${name}`));
  const gap = rest.getBoundingClientRect().top - list.getBoundingClientRect().bottom;
  return rest.textContent.startsWith('```') && Math.abs(gap - 24) < 1;
}"""
"""The blank line between what is set and what is still text is there, as high as it was."""


def test_nothing_moves_when_a_block_closes(page: Page) -> None:
    """While an answer comes, what has been set stays where it is, and little moves that was still text."""
    page.evaluate(WATCH)
    seen = Event()
    begun, fence, rest = TEXT.partition("```python\ndef")
    steps = [*spoken(begun + fence), Until(seen), *spoken(rest)[1:], chunked(FINISH), END]
    with ScriptedServer(steps) as server:
        use(page, server)
        ask(page, "hello")
        page.wait_for_function("document.querySelector('.turn.assistant .text li')")
        before = page.evaluate(TOPS)[:3]
        page.wait_for_function(GAP)
        seen.set()
        wait_until_idle(page)
    assert page.evaluate(TOPS)[:3] == before
    assert page.evaluate("window.moved") == []


def test_a_pair_is_read_alike(page: Page) -> None:
    """Both answers of a blind pair are read in the same way, before the vote and after it."""
    with ScriptedServer(reply("*one*"), reply("*two*")) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        wait_for_both(page)
        expect(page.locator(f"{OF_ANSWER} em")).to_have_count(2)
        page.focus("#pane-a .scroller")
        page.keyboard.press("r")
        expect(page.locator(f"{OF_ANSWER} em")).to_have_count(0)
        page.keyboard.press("r")
        page.click("#vote-a")
        saved(page)
        expect(page.locator(f"{OF_ANSWER} em")).to_have_count(2)
