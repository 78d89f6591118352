"""What is half done is there again after a reload, and after a crash, which tells the page nothing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import ScriptedServer
from tests.browser.conftest import ask, edit, reload
from tests.browser.test_chat import SOME_THEN_SILENCE, use
from tests.browser.test_vote import pairs as pairs  # the fixture
from tests.browser.test_vote import saved, wait_for_both

WRITTEN_AGAIN = "JSON.parse(sessionStorage.getItem('playground:conversation')).revisions.length > 1"
"""Whether the answer that is coming is kept behind its question."""
COMMENT = ".reasons input[type=text]"


def crash(page: Page) -> None:
    """The page is gone without a word, and loaded anew."""
    page.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
    page.reload()
    page.wait_for_function("window.playground?.ready")


def kept(page: Page, name: str, text: str) -> None:
    """Waits until the tab remembers what was typed."""
    page.wait_for_function(
        "([name, text]) => sessionStorage.getItem('playground:' + name)?.includes(text)", arg=[name, text]
    )


def open_reasons(page: Page) -> None:
    """Shows the boxes beside the vote."""
    page.evaluate("document.querySelector('.reasons').open = true")


def test_a_pair_waits_for_its_vote(pairs: tuple[Page, ScriptedServer]) -> None:
    """Both answers, still blind, and a comment whose box was never left, are there after a crash; then the vote."""
    page, server = pairs
    ask(page, "hello")
    wait_for_both(page)
    texts = page.locator(".turn.assistant .text")
    before = texts.all_inner_texts()
    open_reasons(page)
    page.locator(".reasons input[type=checkbox]").first.check()
    page.locator(COMMENT).press_sequentially("half a tho")
    kept(page, "ballot", "half a tho")
    crash(page)
    expect(texts).to_have_text(before)
    expect(page.locator(".vote-status")).to_contain_text("Which is better?")
    expect(page.locator(COMMENT)).to_have_value("half a tho")
    expect(page.locator(".reasons input[type=checkbox]").first).to_be_checked()
    expect(page.locator(".whose")).to_have_count(0)
    with page.expect_response(lambda r: "half a tho" in (r.request.post_data or "") and r.ok):
        page.click("#vote-a")
    saved(page)
    expect(page.locator(".whose")).to_have_count(2)
    assert len(server.requests) == 2
    whose = page.locator(".whose").all_inner_texts()
    reload(page)
    expect(texts).to_have_text(before)
    expect(page.locator(".whose")).to_have_text(whose)
    expect(page.locator(".vote-status")).to_contain_text(
        "You voted: A is better. The chat goes on with A. You can take it back"
    )
    expect(page.locator("#vote-a")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#vote-b")).to_be_disabled()
    expect(page.locator(".reasons")).to_be_hidden()
    ask(page, "and then?")
    wait_for_both(page)
    assert [each["content"] for each in server.requests[-1].body["messages"]] == [
        "hello",
        before[0],
        "and then?",
    ]


def test_a_comment_on_a_vote_that_was_cast(pairs: tuple[Page, ScriptedServer]) -> None:
    """It is saved after a crash, though its box was never left."""
    page, _ = pairs
    ask(page, "hello")
    wait_for_both(page)
    page.click("#vote-tie")
    saved(page)
    open_reasons(page)
    page.locator(COMMENT).press_sequentially("both sm")
    kept(page, "ballot", "both sm")
    with page.expect_response(lambda r: "both sm" in (r.request.post_data or "") and r.ok):
        crash(page)


def test_an_answer_that_was_coming_and_a_draft(page: Page) -> None:
    """What had come before a crash is there, and what was being typed."""
    with ScriptedServer(SOME_THEN_SILENCE) as server:
        use(page, server)
        ask(page, "Tell me a story")
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        page.fill("#composer textarea", "and then")
        kept(page, "draft", "and then")
        page.wait_for_function(WRITTEN_AGAIN)
        crash(page)
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        expect(page.locator("#composer textarea")).to_have_value("and then")


def test_an_editor_that_was_open(page: Page) -> None:
    """It is open again, with the very text that could not be read yet; what could be read was set."""
    edit(page, "structure", "tools")
    page.get_by_role("tab", name="JSON").click()
    box = page.get_by_label("tools as JSON")
    box.fill('[{"type": "func')
    expect(page.locator(".editor .remarks")).to_be_visible()
    kept(page, "editors", "func")
    crash(page)
    expect(page.locator("dialog.editor")).to_be_visible()
    expect(box).to_be_visible()
    expect(box).to_have_value('[{"type": "func')
    expect(page.locator("#param-tools .brief")).to_have_text("not readable yet")
    box.fill("[]")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("dialog.editor")).to_have_count(0)
    crash(page)
    expect(page.locator("dialog.editor")).to_have_count(0)
