"""A person edits the conversation as the list that is sent: pasted, from a file, by hand, and while an answer comes."""

from __future__ import annotations

import json
from typing import Final

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    ScriptedServer,
    Stall,
    chunked,
    finish,
    streamed,
)
from playground.testing.scripted_server import text as says
from tests.browser.conftest import ask, edit, value_of, wait_until_idle

PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", text);
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector(".message textarea").dispatchEvent(paste);
}"""


def test_messages_are_pasted_reordered_and_prefilled(page: Page) -> None:
    """A list in OpenAI's form just works; it can be changed, and an answer goes on from its last message."""
    with ScriptedServer(streamed(says("blue."), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        edit(page, "conversation", "messages")
        page.get_by_role("button", name="+ system prompt").click()
        pasted = [{"role": "developer", "content": "Be brief."}, {"role": "human", "content": "Hello"}]
        page.evaluate(
            PASTE,
            json.dumps({"model": "x", "messages": pasted}),
        )
        expect(page.locator(".message")).to_have_count(2)
        expect(page.locator(".editor .remarks")).to_have_count(1)  # human is user here
        page.evaluate(PASTE, json.dumps(value_of(page, "messages")))
        expect(page.locator(".editor .remarks")).to_have_count(0)
        bad = {"name": "bad.json", "mimeType": "application/json", "buffer": b"[\n{]"}
        page.locator(".editor input[type=file]").set_input_files(bad)  # type: ignore[arg-type]
        expect(page.locator(".editor .remarks.bad")).to_contain_text("line 2 of bad.json")
        expect(page.locator(".gutter .wrong")).to_have_count(0)
        expect(page.locator("#param-messages .brief")).to_contain_text("2 messages")
        page.locator(".message").nth(1).locator("textarea").fill("Name a colour.")
        page.get_by_role("button", name="+ assistant message").click()
        page.locator(".message").nth(2).locator("textarea").fill("I like ")
        page.locator(".message").nth(0).get_by_role("button", name="move down").click()
        page.locator(".message").nth(1).get_by_role("button", name="move up").click()
        page.get_by_role("button", name="Ask with this list").click()
        wait_until_idle(page)  # only then is the answer part of the conversation
        expect(page.locator(".turn.assistant .strip")).to_contain_text("out")
        assert [m["role"] for m in server.requests[0].body["messages"]] == ["system", "user", "assistant"]
        expect(page.locator(".turn.assistant").last).to_contain_text("I like blue.")
    messages = value_of(page, "messages")
    assert isinstance(messages, list)
    assert messages[0] == {"role": "developer", "content": "Be brief."}
    assert messages[-1] == {"role": "assistant", "content": "I like blue."}


def test_while_an_answer_comes_the_list_is_as_it_was_sent(page: Page) -> None:
    """With the question in flight, and closed to edits that would be lost; open again with the answer in it."""
    with ScriptedServer([SSE_HEAD + chunked(says("Sun.")), Stall()]) as server:
        page.fill("#base-url input", server.base_url)
        ask(page, "Rain?")
        expect(page.locator(".turn.assistant .text")).to_have_text("Sun.")
        edit(page, "conversation", "messages")
        texts = page.locator(".message textarea")
        expect(texts).to_have_value("Rain?")
        expect(page.locator(".editor .remarks")).to_contain_text("being written")
        page.evaluate(PASTE, json.dumps(OLDER))
        assert texts.evaluate_all("nodes => nodes.map((node) => Boolean(node.closest('[inert]')))") == [True]
        page.evaluate("window.playground.stop()")
        expect(texts).to_have_count(2)
        texts.first.fill("Snow?")
        expect(page.locator(".editor .remarks")).to_have_count(0)
    sent = value_of(page, "messages")
    assert isinstance(sent, list) and [message["content"] for message in sent] == ["Snow?", "Sun."]


OLDER: Final = [
    {"role": "user", "content": "Rain?"},
    {"role": "assistant", "content": None, "function_call": {"name": "weather", "arguments": "{}"}},
    {"role": "function", "name": "weather", "content": "Sun."},
    {"role": "function", "name": "dice", "content": "6"},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "a"}, {"id": "b"}]},
    {"role": "tool", "tool_call_id": "a", "content": "1"},
    {"role": "user", "content": "And?"},
]


def test_older_calls_are_put_in_todays_form_and_each_change_is_said(page: Page) -> None:
    """function_call and the role function, which had no ids; and what servers refuse is said beside its message."""
    edit(page, "conversation", "messages")
    page.get_by_role("button", name="+ system prompt").click()
    page.evaluate(PASTE, json.dumps(OLDER))
    sent = value_of(page, "messages")
    assert isinstance(sent, list)
    made = {"id": "call_2", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    assert sent[1] == {"role": "assistant", "content": None, "tool_calls": [made]}
    assert sent[2] == {"role": "tool", "tool_call_id": "call_2", "content": "Sun."}
    assert sent[3] == {"role": "tool", "name": "dice", "content": "6"} and sent[4:] == OLDER[4:]
    said = page.locator(".editor .remarks.note li").all_inner_texts()
    assert [text.strip()[:10] for text in said] == ["message 2:", "message 3:", "message 4:"]
    hints = page.locator(".reply-hint").all_inner_texts()
    assert [place for place, hint in enumerate(hints) if "Servers refuse" in hint] == [
        3,
        4,
    ] and ": b." in hints[4]
    page.locator(".message").nth(3).locator("input.mono").fill("call_2")
    page.locator(".message").nth(2).get_by_role("button", name="delete").click()
    expect(page.locator(".reply-hint").nth(2)).to_be_empty()
