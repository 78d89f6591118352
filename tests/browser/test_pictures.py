"""A person shows a model pictures: chosen, pasted, dropped, refused, kept for a reload, rewritten and taken away."""

from __future__ import annotations

import json
from typing import Any, Final

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Script,
    ScriptedServer,
    Stall,
    chunked,
    data,
    finish,
    streamed,
)
from playground.testing.scripted_server import text as says
from tests.browser.conftest import ask, edit, reload, value_of, wait_until_idle
from tests.pictures import RED, picture, png

SEEN: Script = streamed(says("Red."), finish(), DONE)
HANDED: Final = """([how, name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  const target = document.querySelector(how === "paste" ? "#composer textarea" : "#panes");
  return target.dispatchEvent(how === "paste" ? paste : drop);
}"""


def file(name: str, content: bytes) -> Any:
    """A file as a person chooses it."""
    return {"name": name, "mimeType": "image/png", "buffer": content}


def pictures_of(server: ScriptedServer, visit: int = -1) -> list[str]:
    """The addresses of the pictures in the last message of a request."""
    content = server.requests[visit].body["messages"][-1]["content"]
    return [part["image_url"]["url"] for part in content if part["type"] == "image_url"]


def test_pictures_come_in_three_ways_and_leave_with_the_message(page: Page) -> None:
    """Made small, shown with what was done to them, removed by a key, sent behind the words, there after a reload."""
    items, said = page.locator(".tray-list li"), page.locator(".tray-said")
    with ScriptedServer(SEEN, SEEN) as server:
        page.fill("#base-url input", server.base_url)
        page.set_input_files("#attach input", [file("wide.png", png(4096, 8)), file("a.png", png(3, 3))])
        expect(items).to_have_count(2)
        expect(items.first).to_contain_text("2048 × 4, 1 KB, made smaller from 4096 × 8")
        base64 = RED.partition(",")[2]
        assert page.evaluate(HANDED, ["paste", "b.png", base64]) is False  # nothing else is pasted
        assert page.evaluate(HANDED, ["drop", "c.png", base64]) is False  # nor is the page left
        expect(items).to_have_count(4)
        expect(said).to_contain_text("Nothing says whether this model reads pictures")
        page.get_by_role("button", name="remove picture 4").focus()
        page.keyboard.press("Delete")
        expect(items).to_have_count(3)
        expect(page.get_by_role("button", name="remove picture 3")).to_be_focused()
        ask(page, "Which colour?")
        wait_until_idle(page)
        expect(items).to_have_count(0)
        expect(page.locator(".turn.user img")).to_have_count(3)
        assert [len(url) > 100 for url in pictures_of(server)] == [True] * 3
        page.set_input_files("#attach input", file("draft.png", png(3, 3)))
        expect(items).to_have_count(1)
        reload(page)
        expect(page.locator(".turn.user img")).to_have_count(3)
        expect(items).to_have_count(1)
        page.wait_for_function("[...document.images].every((each) => each.naturalWidth > 0)")
        page.locator(".turn.user .act").dispatch_event("click")
        expect(items).to_have_count(4)
        page.focus("#composer textarea")
        page.keyboard.press("Escape")
        expect(items).to_have_count(1)
        page.locator(".turn.user .act").dispatch_event("click")
        page.get_by_role("button", name="remove picture 1").click()
        page.click("#send")
        wait_until_idle(page)
        assert len(pictures_of(server)) == 3
        expect(page.locator(".turn.user img")).to_have_count(3)


def test_what_is_no_picture_is_told_and_nothing_is_lost(page: Page) -> None:
    """Each file in a sentence beside the composer; a model that reads none is told of before and after Send."""
    said = page.locator(".tray-said")
    wrong = [file("text.png", b"hello"), file("a.svg", b"<svg/>"), file("half.png", png(9, 9)[:40])]
    page.set_input_files("#attach input", [*wrong, file("a.png", png(3, 3))])
    expect(page.locator(".tray-list li")).to_have_count(1)
    for words in (
        "text.png is no picture",
        "a.svg is an SVG",
        "half.png cannot be opened",
        "reads text only",
    ):
        expect(said).to_contain_text(words)
    ask(page, "What is it?")
    expect(page.locator("#pane-a .notice").first).to_contain_text("message 1, part 2 is a picture")
    expect(page.locator("#composer textarea")).to_have_value("What is it?")
    expect(page.locator(".tray-list li")).to_have_count(1)
    expect(page.locator(".turn.user")).to_have_count(0)


def test_pasted_parts_are_shown_or_named_and_nothing_is_fetched(page: Page, requested: list[str]) -> None:
    """A list in OpenAI's form goes as it was pasted, its pictures by short names; an address opens on a click alone."""
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    long = RED[: RED.index(",") + 1] + "iVBORw0KGgoA" + "A" * 4000
    parts = [{"type": "text", "text": "Hi"}, picture(long), picture("http://127.0.0.1:9/a.png"), sound]
    with ScriptedServer(SEEN) as server:
        page.fill("#base-url input", server.base_url)
        edit(page, "conversation", "messages")
        page.get_by_role("tab", name="JSON").click()
        box = page.get_by_label("messages as JSON")
        box.fill(json.dumps([{"role": "user", "content": parts}]))
        expect(page.locator(".editor .remarks")).to_contain_text("part 3 is a picture at an address")
        assert len(box.input_value()) < 1500 and "(number 1, 3 KB)" in box.input_value()
        page.get_by_role("tab", name="Messages").click()
        page.get_by_role("button", name="Ask with this list").click()
        wait_until_idle(page)
        assert server.requests[0].body["messages"][0]["content"] == parts
    assert value_of(page, "messages")[0]["content"] == parts  # type: ignore[index]
    things = page.locator(".turn.user .things")
    expect(things).to_contain_text("sound (wav, 1 KB), not shown")
    expect(things.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    assert not [url for url in requested if "127.0.0.1:9/" in url]


def test_what_comes_beside_an_answer_is_shown_from_memory(page: Page) -> None:
    """A picture in a blind pair too, before the vote; a citation as an address, what cannot be shown by its name."""
    cited = {"type": "url_citation", "url_citation": {"url": "http://127.0.0.1:9/b", "title": "A source"}}
    delta = {"content": "Here.", "images": [picture(RED)], "annotations": [cited], "audio": {"id": "x"}}
    script: Script = streamed(data({"choices": [{"index": 0, "delta": delta}]}), finish(), DONE)
    things = page.locator(".turn.assistant .things")
    with ScriptedServer(script, script, script) as server:
        page.fill("#base-url input", server.base_url)
        ask(page, "Draw a square.")
        wait_until_idle(page)
        expect(things.locator("img")).to_have_count(1)
        expect(things).to_contain_text("annotation: A source: http://127.0.0.1:9/b")
        expect(things).to_contain_text("stays here")
        expect(page.locator(".strip")).to_contain_text("it also sent 1 audio: see response")
        reload(page)
        expect(things.locator("img")).to_have_count(1)
        page.evaluate("window.playground.set('diff_frequency', 1)")
        ask(page, "Again.")
        expect(page.locator("#pane-b .things img")).to_have_count(1)
        expect(page.locator("#pane-b .things a")).to_have_count(0)
        page.click("#vote-a")
        expect(page.locator("#pane-b .things a")).to_have_count(1)


def test_the_system_prompt_has_one_owner_and_two_views(page: Page) -> None:
    """Typed above, it is the first message and in the editor; edited there, it is above; the answers stay."""
    field = page.get_by_label("system prompt", exact=True)
    waits: Script = [SSE_HEAD + chunked(says("Sun.")), Stall()]
    with ScriptedServer(SEEN, waits) as server:
        page.fill("#base-url input", server.base_url)
        field.fill("Be brief.")
        expect(page.locator(".welcome")).to_be_visible()
        ask(page, "Which colour?")
        wait_until_idle(page)
        assert server.requests[0].body["messages"][0] == {"role": "system", "content": "Be brief."}
        edit(page, "conversation", "messages")
        expect(page.locator(".message textarea").first).to_have_value("Be brief.")
        page.locator(".message textarea").first.fill("Be long.")
        page.get_by_label("role").first.select_option("developer")
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_label("developer message")).to_have_value("Be long.")
        expect(page.locator(".turn.assistant .strip .fact").first).to_be_visible()
        reload(page)
        expect(page.get_by_label("developer message")).to_have_value("Be long.")
        page.get_by_role("button", name="request").click()
        expect(page.locator(".drawer")).to_contain_text("Be brief.")  # as it was asked
        ask(page, "And now?")
        expect(page.locator(".turn.assistant .text").last).to_have_text("Sun.")
        expect(page.get_by_label("developer message")).not_to_be_editable()
        assert [m["role"] for m in server.requests[1].body["messages"]] == [
            "system",
            "user",
            "assistant",
            "user",
        ]
        page.click("#stop")
    page.click("#clear")
    expect(page.locator(".turn")).to_have_count(0)
    assert value_of(page, "messages") == [{"role": "developer", "content": "Be long."}]
    page.get_by_label("developer message").fill("")
    assert value_of(page, "messages") is None
