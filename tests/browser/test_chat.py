"""A person chats: first answer, settings, refusals, Stop, edit, reload, two tabs."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from playground.parameters import REGISTRY
from playground.share.presets import PRESETS
from playground.testing.scripted_server import (
    END,
    SSE_HEAD,
    Script,
    ScriptedServer,
    Stall,
    chunked,
    data,
)
from playground.web.parameters.row import row_names
from tests.browser.conftest import PATIENCE_S, ask, open_page, reload, set_row, visited, wait_until_idle
from tests.documented import FURTHER


def event(**delta: object) -> bytes:
    """One chunk of a stream as a server sends it."""
    return (
        b"data: "
        + json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}).encode()
        + b"\n\n"
    )


FINISH = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
SOME_THEN_SILENCE: Script = [
    SSE_HEAD,
    chunked(event(content="once upon ")),
    chunked(event(content="a time")),
    Stall(),
]


def use(page: Page, server: ScriptedServer) -> None:
    """Points the page to a server of the user's own."""
    page.fill("#base-url input", server.base_url)
    page.wait_for_function("url => window.playground.state.target.base_url === url", arg=server.base_url)


def test_first_answer_needs_nothing(page: Page) -> None:
    """A newcomer types, presses Send, and reads an answer of the embedded model and how it ended."""
    ask(page, "What is the capital of France?")
    wait_until_idle(page)
    expect(page.locator(".turn.assistant .text")).not_to_be_empty()
    expect(page.locator(".turn.user .text")).to_have_text("What is the capital of France?")
    expect(page.locator(".strip")).to_contain_text("out")
    expect(page.locator(".strip")).to_contain_text("first token")
    expect(page.locator("#composer textarea")).to_have_value("")


def test_opens_with_every_parameter_and_the_chat_preset(page: Page) -> None:
    """Each parameter of the registry stands on the page under its real name, with its help text; the preset that
    streams 256 tokens is set, and exactly that."""
    assert page.evaluate("window.playground.state.parameters") == PRESETS["Chat"]
    assert PRESETS["Chat"]["stream"] is True
    assert PRESETS["Chat"]["max_tokens"] == 256
    expect(page.locator("#model")).to_have_count(1)
    for name in (
        name for record in REGISTRY.values() if record.name != "model" for name in row_names(record)
    ):
        row = page.locator(f"[id='param-{name}']")
        expect(row.locator(".name")).to_have_text(name)
        assert row.locator(".help").text_content() == REGISTRY[name.partition(".")[0]].help or "." in name
    more = page.locator("#group-more")
    expect(more).to_have_attribute("data-folded", "")
    assert more.locator("[id^='param-']").evaluate_all("rows => rows.map((row) => row.id.slice(6))") == [
        *FURTHER
    ]


def test_what_is_set_is_sent_and_what_is_unset_is_not(page: Page) -> None:
    """A moved slider sets its parameter, and after the answer its row says that the server accepted it; a click on the
    cross unsets one: its row shows the server's own value, and the request lacks it."""
    page.click("#param-temperature .unset")
    expect(page.locator("#param-temperature .state")).to_have_text("unset")
    expect(page.locator("#param-temperature input[type=number]")).to_have_attribute("placeholder", "1")
    slider = page.locator("#param-presence_penalty input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator("#param-presence_penalty input[type=number]")).to_have_value("0.1")
    ask(page, "Hello")
    wait_until_idle(page)
    expect(page.locator("#param-presence_penalty .state")).to_have_text("accepted")
    page.get_by_role("button", name="report").click()
    expect(page.locator(".drawer")).to_contain_text("presence_penalty")
    page.get_by_role("button", name="request").click()
    body = json.loads(page.locator(".drawer pre").inner_text())
    assert "temperature" not in body
    assert body["max_tokens"] == 256


def test_wrong_values_are_refused_beside_their_widgets(page: Page) -> None:
    """Out-of-range values are named beside their widgets, which say so to who cannot see, too, until they are right;
    nothing is sent, and the message stays in the composer."""
    with ScriptedServer([]) as server:
        use(page, server)
        page.fill("#param-temperature input[type=number]", "9")
        page.fill("#param-max_tokens input", "0")
        box = page.locator("#param-max_tokens input")
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(box).to_have_accessible_description(re.compile("^max_tokens is 0; allowed is a whole number"))
        page.fill("#param-stop textarea", "a\nb\nc\nd\ne")
        ask(page, "keep me")
        expect(page.locator("#param-temperature .problem")).to_contain_text("0.0 to 2.0")
        expect(page.locator("#param-max_tokens .problem")).to_contain_text("from 1 upwards")
        page.fill("#param-max_tokens input", "1e23")
        told = "max_tokens: 1e23 is out of range; allowed is a whole number from 1 to 9007199254740991"
        expect(page.locator("#param-max_tokens .problem")).to_have_text(told)
        page.click("#send")
        expect(page.locator("#param-stop .problem")).to_contain_text("up to 4")
        expect(page.locator("#composer textarea")).to_have_value("keep me")
        for said in ("Not sent", told, "temperature is 9", "stop is "):
            expect(page.locator("#pane-a .notice").first).to_contain_text(said)
        box.fill("5")
        expect(box).to_have_attribute("aria-invalid", "false")
        expect(box).to_have_accessible_description("")
        page.fill("#param-stop textarea", "a")
        page.locator("#param-temperature .problem").get_by_role("button", name="Set 2").click()
        expect(page.locator("#param-temperature input[type=number]")).to_have_value("2")
        expect(page.locator("#param-temperature .problem")).to_be_hidden()
        assert server.requests == []


ROOM_FOR_THE_NAME = """() => {
  const input = document.querySelector("#preset input");
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(input).font;
  const begin = input.getBoundingClientRect().left + parseFloat(getComputedStyle(input).paddingLeft);
  const end = begin + pen.measureText(input.value).width;
  return end < document.querySelector("#preset svg").getBoundingClientRect().left;
}"""
"""Whether the preset's name ends before the arrow begins."""


def test_a_preset_is_what_its_name_says(page: Page) -> None:
    """ "Documented defaults" sets what the table says, and nothing else, whatever was typed before; the name stands for
    that, and no longer once a row differs."""
    expect(page.locator("#preset")).not_to_have_attribute("data-changed", "")
    page.fill("#param-temperature input[type=number]", "0.3")
    expect(page.locator("#preset")).to_have_attribute("data-changed", "")
    page.locator("#param-seed input").press_sequentially("1e")
    page.click("#group-extra .fold")
    page.fill("#param-extra_body textarea", '{"n":')
    page.click("#preset input")
    page.get_by_role("option", name="Documented defaults").click()
    page.wait_for_function("window.playground.state.parameters.max_tokens === 20")
    assert page.evaluate("window.playground.state.parameters") == {
        "temperature": 1.0,
        "frequency_penalty": 0.0,
        "max_tokens": 20,
        "logprobs": False,
        "stream": False,
        "diff_frequency": 0.0,
    }
    for box in ("#param-seed input", "#param-extra_body textarea"):
        expect(page.locator(box)).to_have_value("")
        assert page.locator(box).evaluate("box => box.validity.valid && box.matches(':placeholder-shown')")
    expect(page.locator(".pp-row.wrong")).to_have_count(0)
    expect(page.locator("#preset")).not_to_have_attribute("data-changed", "")
    reload(page)
    expect(page.locator("#preset input")).to_have_value("Documented defaults")
    page.wait_for_function("window.playground.state.preview")
    expect(page.locator("#preset")).not_to_have_attribute("data-changed", "")
    page.fill("#param-temperature input[type=number]", "0.3")
    expect(page.locator("#preset")).to_have_attribute("data-changed", "")
    assert page.evaluate(ROOM_FOR_THE_NAME)


def test_what_cannot_be_sent_as_typed_is_refused_by_name(page: Page) -> None:
    """JSON that cannot be read yet is said beside its editor, and holds the request back; so are numbers that
    JavaScript would round, and nesting without end."""
    page.click("#group-structure .fold")
    page.click("#param-tools .opener")
    page.get_by_role("tab", name="JSON", exact=True).click()
    page.get_by_label("tools as JSON").fill('[{"type":')
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#param-tools .problem")).to_contain_text("tools: This is not JSON yet")
    page.click("#group-extra .fold")
    for typed, said in (
        ('{"big": 9007199254740993}', "cannot keep exactly"),
        ('{"f": 1e999}', "too large"),
        ('{"x": ' + "[" * 60_000 + "]" * 60_000 + "}", "too deeply"),
    ):
        page.fill("#param-extra_body textarea", typed)
        expect(page.locator("#param-extra_body .problem")).to_contain_text(said)
    page.fill("#param-extra_body textarea", "{")
    expect(page.locator("#param-extra_body .problem")).to_contain_text("extra_body: not JSON yet")
    page.fill("#param-temperature input[type=number]", "9")
    ask(page, "hello")
    for said in ("tools: ", "extra_body: ", "temperature is 9"):
        expect(page.locator("#pane-a .notice").first).to_contain_text(said)
    expect(page.locator(".turn")).to_have_count(0)


def test_closing_the_tab_closes_upstream(page: Page, address: str) -> None:
    """A closed tab leaves no request running at the model's server."""
    with ScriptedServer(SOME_THEN_SILENCE) as server:
        tab = page.context.new_page()
        open_page(tab, address)
        use(tab, server)
        ask(tab, "Tell me a story")
        expect(tab.locator(".turn.assistant .text")).to_have_text("once upon a time")
        tab.close()
        assert server.requests[0].left.wait(PATIENCE_S)


def test_reload_in_mid_stream_loses_nothing(page: Page) -> None:
    """A reload keeps settings, question and what had come of the answer."""
    with ScriptedServer(SOME_THEN_SILENCE) as server:
        use(page, server)
        page.fill("#param-seed input", "11")
        ask(page, "Tell me a story")
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        reload(page)
        expect(page.locator(".turn.assistant .text")).to_have_text("once upon a time")
        expect(page.locator(".strip .why")).to_have_text("stopped by you")
        expect(page.locator(".strip")).to_contain_text("out (counted here)")
        expect(page.locator("#param-seed input")).to_have_value("11")
        expect(page.locator("#base-url input")).to_have_value(server.base_url)
        assert page.evaluate("window.playground.state.target.base_url") == server.base_url
        assert server.requests[0].left.wait(PATIENCE_S)


def test_two_tabs_do_not_mix(page: Page) -> None:
    """Two tabs of one browser hold two conversations."""
    second = page.context.new_page()
    open_page(second, page.url)
    for tab in (page, second):
        set_row(tab, "max_tokens", 40)  # the first still comes as the second is asked
    ask(page, "first tab")
    ask(second, "second tab")
    wait_until_idle(page)
    wait_until_idle(second)
    reload(page)
    expect(page.locator(".turn.user .text")).to_have_text("first tab")
    expect(second.locator(".turn.user .text")).to_have_text("second tab")
    second.close()


def test_the_conversation_is_sent_and_can_be_rewritten(page: Page) -> None:
    """The second question carries the first exchange, and the messages editor rewrites what is sent."""
    reply = [SSE_HEAD, chunked(event(content="hi"), FINISH, b"data: [DONE]\n\n"), END]
    with ScriptedServer(reply) as server:
        use(page, server)
        ask(page, "one")
        wait_until_idle(page)
        ask(page, "two")
        page.wait_for_function("window.playground.value('messages').length === 4")
        assert [m["content"] for m in server.requests[1].body["messages"]] == ["one", "hi", "two"]
        page.click("#group-conversation .fold")
        page.click("#param-messages .opener")
        page.get_by_role("tab", name="JSON").click()
        page.get_by_label("messages as JSON").fill('[{"role":"system","content":"Be brief."}]')
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_label("system prompt", exact=True)).to_have_value("Be brief.")
        expect(page.locator(".turn")).to_have_count(0)
        ask(page, "three")
        page.wait_for_function("window.playground.value('messages').length === 3")
        assert [m["content"] for m in server.requests[2].body["messages"]] == ["Be brief.", "three"]


def test_model_text_is_text_in_its_box(page: Page) -> None:
    """Markup, template code and pictures are shown as the characters that they are; marks stacked without end paint
    over nothing else, and what turns the writing turns its own token alone."""
    hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> ${window.hit=1} {{x}} ![a](http://127.0.0.1:9/x.png)'
    tokens = ("\u202eturned", " straight")
    scores = [{"token": token, "logprob": -0.1, "top_logprobs": []} for token in tokens]
    choice = {"index": 0, "delta": {"content": "".join(tokens)}, "logprobs": {"content": scores}}
    with ScriptedServer(
        [SSE_HEAD, chunked(event(content=hostile), FINISH, b"data: [DONE]\n\n"), END],
        [SSE_HEAD, chunked(data({"choices": [choice]}), FINISH), END],
    ) as server:
        use(page, server)
        ask(page, hostile)
        wait_until_idle(page)
        read = hostile.replace("![a](http://127.0.0.1:9/x.png)", "[picture: a] http://127.0.0.1:9/x.png")
        for text in (read, hostile):
            expect(page.locator(".turn.assistant .text")).to_have_text(text)
            assert page.evaluate("window.hit") is None
            assert page.locator(".turn img, .turn script").count() == 0
            page.click(".raw")
        page.click("#clear")
        ask(page, "hello")
        wait_until_idle(page)
    expect(page.locator(".turn.assistant .text")).to_have_css("overflow", "clip")
    left = "tokens => tokens.map((token) => token.getBoundingClientRect().left)"
    turned, straight = page.locator(".token").evaluate_all(left)
    assert turned < straight
    page.locator(".token").first.hover()
    expect(page.locator(".token-card p code")).to_have_text("U+202Eturned")


def test_an_error_keeps_the_providers_words(page: Page) -> None:
    """A refusal shows the server's own message, and the question stays in view."""
    refusal = b'{"error":{"message":"temperature must not be negative","code":400}}'
    head = b"HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(refusal)
    with ScriptedServer([head + refusal]) as server:
        use(page, server)
        ask(page, "hello")
        expect(page.locator(".failure")).to_contain_text("temperature must not be negative")
        expect(page.locator(".turn.user .text")).to_have_text("hello")


def test_two_answers_stream_side_by_side(page: Page) -> None:
    """diff_frequency 1 fills both panes at the same time, though one server connection stays silent."""
    fast: Script = [SSE_HEAD, chunked(event(content="fast"), FINISH, b"data: [DONE]\n\n"), END]
    with ScriptedServer(SOME_THEN_SILENCE, fast) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        expect(page.locator(".pane .turn.assistant .text", has_text="once upon a time")).to_be_visible()
        expect(page.locator(".pane .turn.assistant .text", has_text="fast")).to_be_visible()
        bodies = sorted(
            (visit.body["temperature"], visit.body.get("frequency_penalty")) for visit in server.requests
        )
        assert bodies == [(0.7, None), (1.3, 0.2)]
        page.click("#stop")


def test_nothing_is_cut_off(laptop: Page, address: str) -> None:
    """On a laptop, on a phone and in the dark nothing hangs over the edge, and composer and buttons are in view."""
    for width, scheme in ((1400, "light"), (390, "light"), (1400, "dark")):
        laptop.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        with visited(laptop, {"width": width, "height": 844}, address):
            about = f"{width} points wide, {scheme}"
            assert laptop.evaluate("document.body.classList.contains('dark')") == (scheme == "dark"), about
            assert laptop.evaluate("document.documentElement.scrollWidth") <= width, about
            assert laptop.evaluate("document.documentElement.scrollHeight - innerHeight") == 0, about
            for button in ("#send", "#stop", "#clear", "#composer"):
                box = laptop.locator(button).bounding_box()
                assert box is not None
                assert box["x"] >= 0, (button, about)
                assert box["x"] + box["width"] <= width, (button, about)
                assert box["y"] + box["height"] <= 844, (button, about)
                whole = "node => node.scrollWidth <= node.clientWidth + 1"
                assert laptop.locator(button).evaluate(whole), (button, about)
    laptop.emulate_media(color_scheme="null")
