"""A person stops an answer: upstream is closed, and what had come is shown, counted and kept."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, Route, expect

from playground.testing.scripted_server import END, SSE_HEAD, Script, ScriptedServer, Stall, chunked
from tests.browser.conftest import PATIENCE_S, SCRIPT, ask, set_row
from tests.browser.test_chat import FINISH, SOME_THEN_SILENCE, event, use

PAINTED_ANEW = """async (script) => {
  const { Strip } = (await import(script)).modules["chat/strip"];
  const answer = { ...window.playground.answer(0), others: [{}, {}] };
  const strip = new Strip(() => answer);
  const tab = () => [...strip.node.querySelectorAll(".tab")].find((each) => each.textContent === "response");
  strip.paint();
  tab().click();
  strip.paint();
  return [tab().getAttribute("aria-expanded"), strip.node.textContent];
}"""
"""A strip with its drawer open that learns more of the answer."""

SHOWN_ANEW = """async (script) => {
  const { chat } = (await import(script)).modules["chat/controller"];
  chat.showConversation();
  await new Promise((resolve) => setTimeout(resolve, 150));
}"""


def test_stop_keeps_the_text_and_closes_upstream(page: Page) -> None:
    """Stop keeps what has come, marks it as stopped, and closes the silent server's connection; what nobody can count
    is asked for once."""
    counts: list[str] = []

    def count(route: Route) -> None:
        counts.append(route.request.url)
        route.continue_()

    page.route("**/playground/prompt/*", count)
    with ScriptedServer(SOME_THEN_SILENCE) as server:
        use(page, server)
        ask(page, "Tell me a story")
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        page.click("#stop")
        assert server.requests[0].left.wait(PATIENCE_S)
        expect(page.locator(".strip .why")).to_have_text("stopped by you")
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        expect(page.locator(".strip .fact").first).to_have_text("? in, 2 out (counted here)")
        page.get_by_role("button", name="response").click()
        expect(page.locator(".drawer pre")).to_contain_text("once upon ")
        expanded, strip = page.evaluate(PAINTED_ANEW, SCRIPT)
        assert expanded == "true"
        assert "1 of 3 answers; the others are in response" in strip
        page.evaluate(SHOWN_ANEW, SCRIPT)
        expect(page.locator(".strip .fact").first).to_have_text("? in, 2 out (counted here)")
        assert len(counts) == 1


def test_a_stopped_answer_of_the_embedded_model_is_counted(page: Page) -> None:
    """What went in is counted where no usage came, and what came out is counted of the very text that is shown."""
    set_row(page, "max_tokens", 1500)  # more than come while a busy machine gets around to Stop
    set_row(page, "temperature", 0)  # the same prose each time: a list would be shown without its marks
    ask(page, "Write a long story about the sea.")
    expect(page.locator(".turn.assistant .text")).to_have_text(re.compile(r"\w+ \w+"))
    page.click("#stop")
    expect(page.locator(".strip .fact").first).to_have_text(re.compile(r"^\d+ in, \d+ out \(counted here\)$"))
    answer = page.evaluate("window.playground.answer(0)")
    came = page.request.get(f"{page.url.rstrip('/')}/playground/raw/{answer['id']}").text().splitlines()
    pieces = [
        chunk["choices"][0]["delta"].get("content") for line in came if (chunk := json.loads(line))["choices"]
    ]
    assert "".join(piece for piece in pieces if piece) == answer["text"]
    assert answer["usage"]["completion_tokens"] == len([piece for piece in pieces if piece])
    shown = page.locator(".turn.assistant .text").text_content()
    assert shown == answer["text"] == page.evaluate("window.playground.value('messages').at(-1).content")


LOSE_A_WORD = """() => {
  const [fetched, decoder, encoder] = [window.fetch, new TextDecoder(), new TextEncoder()];
  window.fetch = async (path, options) => {
    const response = await fetched(path, options);
    if (path !== "playground/stream") return response;
    const losing = new TransformStream({
      transform(bytes, out) {
        const text = decoder.decode(bytes, { stream: true });
        window.lost = (window.lost ?? 0) + text.split("a time").length - 1;
        out.enqueue(encoder.encode(text.replaceAll("a time", "")));
      },
    });
    return new Response(response.body.pipeThrough(losing), response);
  };
}"""
"""As if each frame with these words had been on its way when the page hung up; `lost` counts them."""


def test_a_late_word_is_shown(page: Page) -> None:
    """A word that came just before Stop, and had not been painted, is counted and therefore shown, and kept; what is
    sent while a pair streams goes on from all that had come of it, which is what is shown."""
    reply: Script = [SSE_HEAD, chunked(event(content="the end"), FINISH, b"data: [DONE]\n\n"), END]
    with ScriptedServer(*[SOME_THEN_SILENCE] * 3, reply) as server:
        use(page, server)
        page.evaluate(LOSE_A_WORD)
        ask(page, "Tell me a story")
        page.wait_for_function("window.lost")
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon")
        page.click("#stop")
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        page.wait_for_function("window.playground.value('messages').at(-1).content === 'once upon a time'")

        page.click("#clear")
        page.evaluate("window.lost = 0")
        page.click("#group-preference .fold")
        page.uncheck("#blind input")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "Tell me a story")
        page.wait_for_function("window.lost === 2")
        set_row(page, "diff_frequency", 0)
        ask(page, "go on")
        expect(page.locator("#pane-a .turn.assistant .text")).to_have_text(["once upon a time", "the end"])
        asked = [message["content"] for message in server.requests[3].body["messages"]]
        assert asked == ["Tell me a story", "once upon a time", "go on"]


def test_stop_folds_and_wipes_nothing(page: Page) -> None:
    """Not the reasoning that is being read, nor how both answers of a pair begin, nor what is said of a vote that is
    being saved."""
    thinks: Script = [SSE_HEAD, chunked(event(reasoning_content="Which one?")), Stall()]
    page.route("**/playground/vote", lambda route: None)
    with ScriptedServer(thinks, thinks) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.uncheck("#blind input")
        page.fill("#param-diff_frequency input[type=number]", "1")
        begun = {"role": "assistant", "content": "I like"}
        set_row(page, "messages", [{"role": "user", "content": "Name a colour."}, begun])
        page.evaluate("window.playground.answerNow()")
        expect(page.locator(".reasoning-text:visible")).to_have_text(["Which one?"] * 2)
        page.click("#vote-a")
        page.click("#stop")
        page.wait_for_function("[0, 1].every((pane) => window.playground.answer(pane).usage)")
        expect(page.locator(".vote-status")).to_have_text("saving\u2026")
        expect(page.locator(".reasoning[open]")).to_have_count(2)
        expect(page.locator(".turn .prefill")).to_have_text(["I like"] * 2)


def test_clear_in_mid_stream_begins_anew(page: Page) -> None:
    """Clear takes the streaming answer away, closes upstream, and the next message is answered as the first."""
    reply: Script = [SSE_HEAD, chunked(event(content="hi"), FINISH, b"data: [DONE]\n\n"), END]
    with ScriptedServer(SOME_THEN_SILENCE, reply) as server:
        use(page, server)
        ask(page, "Tell me a story")
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        page.click("#clear")
        expect(page.locator(".turn")).to_have_count(0)
        assert server.requests[0].left.wait(PATIENCE_S)
        ask(page, "hello")
        expect(page.locator(".turn.assistant .text")).to_have_text("hi")
        assert server.requests[1].body["messages"] == [{"role": "user", "content": "hello"}]
