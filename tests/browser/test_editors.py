"""A person edits shapes, functions and token biases, each in its editor, and sees what comes of it.

Kept apart from the chat: here the editors open, and the embedded model is really held to what they made.
"""

from __future__ import annotations

import json
import re
from typing import Final

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, data, finish, streamed
from playground.testing.scripted_server import text as says
from tests.browser.conftest import ask, edit, set_row, value_of, wait_until_idle

PET = '''class Pet(BaseModel):
    """A pet."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=12)
    legs: int = Field(ge=0, le=8)
'''

SLOW = """() => {
  const { fetch } = window;
  window.fetch = async (url, ...more) => {
    if (url === "playground/shape") await new Promise((resolve) => { setTimeout(resolve, 400); });
    return fetch(url, ...more);
  };
}"""

BESIDE = """() => {
  const [name, done] = [...document.querySelectorAll(".editor > header :is(h2, .main-act)")]
    .map((node) => node.getBoundingClientRect());
  return done.top < name.bottom && done.right > 366;
}"""

OVERHANG = """() => [...document.querySelectorAll(".editor *")]
  .filter((node) => node.checkVisibility() && node.tagName !== "OPTION" && node.getBoundingClientRect().right > 391)
  .map((node) => node.outerHTML.slice(0, 80))"""


def test_pasted_classes_become_a_format_that_holds(page: Page) -> None:
    """Source, schema and form in step, a bad line named, and the answer's JSON grows, fits and can be copied."""
    edit(page, "structure", "response_format")
    source = page.get_by_label("Pydantic source")
    source.fill(PET.replace("name: str", "name: exec('1')"))
    expect(page.locator(".remarks.bad")).to_contain_text("line 5")
    expect(page.locator(".gutter .wrong")).to_have_text("5")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#param-response_format .problem")).to_contain_text("line 5")
    page.click("#param-response_format .opener")
    expect(source).to_have_value(re.compile("exec"))
    source.fill(PET)
    page.get_by_role("tab", name="Form").click()
    expect(page.get_by_label("name of the property").first).to_have_value("name")
    page.get_by_label("name of the property").first.fill("title")
    page.get_by_role("tab", name="JSON Schema").click()
    expect(page.get_by_label("JSON Schema", exact=True)).to_have_value(re.compile('"title"'))
    page.get_by_role("tab", name="Pydantic").click()
    expect(source).to_have_value(re.compile(r"title: str"))
    expect(page.locator(".as-sent")).to_contain_text("%llguidance")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#param-response_format .brief")).to_have_text("Pet, 2 properties")
    ask(page, "Describe a pet.")
    wait_until_idle(page)
    expect(page.locator(".verdict-line")).to_contain_text("fits the schema")
    assert set(json.loads(page.locator(".shaped .json").inner_text())) == {"title", "legs"}
    expect(page.get_by_role("button", name="copy object")).to_be_visible()


PAIR: Final = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}


def test_an_unfinished_function_is_mended_before_another_is_shown(page: Page) -> None:
    """An edit that cannot be read yet is neither dropped by turning away nor written over from the other view."""
    tools = [{"type": "function", "function": {"name": name, "parameters": PAIR}} for name in ("one", "two")]
    set_row(page, "tools", tools)
    edit(page, "structure", "tools")
    properties, other = (
        page.get_by_label("name of the property"),
        page.get_by_role("button", name="two", exact=True),
    )
    properties.nth(1).fill("a")
    other.click()
    expect(page.locator(".editor .remarks").last).to_contain_text("Mend this first, under Functions. one: ")
    expect(properties.nth(1)).to_have_value("a")
    page.get_by_label("what it does").fill("It lets no fault pass.")
    expect(page.locator("#param-tools .brief")).to_have_text("not readable yet")
    page.get_by_role("tab", name="JSON", exact=True).click()
    assert page.get_by_label("tools as JSON").evaluate("node => Boolean(node.closest('[inert]'))")
    page.get_by_role("tab", name="Functions").click()
    properties.nth(1).fill("c")
    other.click()
    expect(properties.nth(1)).to_have_value("b")
    page.get_by_role("tab", name="JSON", exact=True).click()
    page.get_by_label("tools as JSON").fill("[{")
    page.get_by_label("ready examples").select_option(label="Clock")
    expect(page.locator(".editor .remarks").last).to_contain_text("Mend this first, under JSON.")
    expect(page.get_by_label("tools as JSON")).to_have_value("[{")
    assert page.get_by_role("button", name="+ add a function").evaluate(
        "node => Boolean(node.closest('[inert]'))"
    )


TWO: Final = """class Address(BaseModel):
    street: str
class Person(BaseModel):
    name: str
    home: Address
"""


def test_what_was_chosen_and_typed_last_is_what_counts(page: Page) -> None:
    """The root class stays the chosen one, and Done and Send wait for the edit of the last moment."""
    page.evaluate(SLOW)
    with ScriptedServer(streamed(says("{}"), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        edit(page, "structure", "response_format")
        page.get_by_label("Pydantic source").fill(TWO)
        page.get_by_label("root class").select_option("Address")
        expect(page.get_by_label("JSON Schema", exact=True)).not_to_have_value(re.compile("home"))
        page.get_by_role("button", name="Done").click()
        page.click("#param-response_format .opener")
        expect(page.get_by_label("root class")).to_have_value("Address")
        expect(page.get_by_label("JSON Schema", exact=True)).not_to_have_value(re.compile("home"))
        page.get_by_label("Pydantic source").fill(TWO.replace("street", "road"))
        page.evaluate("document.querySelector('.editor').close()")  # as Escape does
        ask(page, "Where?")
        wait_until_idle(page)
        assert (
            "road" in server.requests[0].raw_body.decode()
            and "home" not in server.requests[0].raw_body.decode()
        )
        page.click("#param-response_format .opener")
        page.get_by_label("Pydantic source").fill(TWO)
        page.get_by_role("button", name="Done").click()
        expect(page.locator(".editor")).to_have_count(0)
        assert "street" in json.dumps(value_of(page, "response_format"))


def calls(*given: dict[str, object]) -> bytes:
    """A chunk with these pieces of tool calls."""
    return data({"choices": [{"index": 0, "delta": {"tool_calls": list(given)}, "finish_reason": None}]})


def piece(name: str, arguments: str, **more: object) -> dict[str, object]:
    """One whole call, as transformers serve sends it: always index 0."""
    return {"index": 0, "type": "function", "function": {"name": name, "arguments": arguments}, **more}


def test_calls_are_answered_and_the_model_goes_on(page: Page) -> None:
    """Parallel calls, all of index 0 and two of one id: good, unknown, broken; results go back under their own ids."""
    asked = streamed(
        calls(piece("calculate", '{"expression": "6 * 7"}', id="c")),
        calls(piece("nothing", '{"id": 12345678901234567890}', id="c")),
        calls(piece("calculate", '{"expression": ', id="d")),
        finish("tool_calls"),
        DONE,
    )
    with ScriptedServer(asked, streamed(says("It is 42."), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        edit(page, "structure", "tools")
        page.get_by_label("ready examples").select_option(label="Calculator")
        expect(page.get_by_label("name of the property")).to_have_value("expression")
        page.get_by_role("button", name="Done").click()
        expect(page.locator("#param-tools .brief")).to_have_text("calculate")
        ask(page, "What is 6 times 7?")
        expect(page.locator(".call")).to_have_count(3)
        expect(page.locator(".call").nth(0)).to_contain_text("arguments fit the schema")
        expect(page.locator(".call").nth(1)).to_contain_text("no known function")
        expect(page.locator(".call").nth(1)).to_contain_text('{ "id": 12345678901234567890 }')
        expect(page.locator(".call").nth(2)).to_contain_text("not JSON")
        page.locator(".call").nth(0).get_by_role("button", name="let the built-in").click()
        expect(page.get_by_label("result of calculate").first).to_have_value("42")
        page.get_by_role("button", name="Send results").click()
        expect(page.locator(".turn.assistant .text").last).to_have_text("It is 42.")
        sent = server.requests[1].body["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "tool", "tool"]
    ids = [call["id"] for call in sent[1]["tool_calls"]]
    assert ids == [one["tool_call_id"] for one in sent[2:]] and len(set(ids)) == 3
    assert sent[2]["content"] == "42"
    assert sent[3]["content"] == "The call was not made: nothing is no known function: calculate."


def test_a_word_is_banned_in_all_its_forms(page: Page) -> None:
    """Typed, cut by the model's own tokenizer, banned by one click, and it leaves as a map of ids."""
    edit(page, "tokens", "logit_bias")
    page.get_by_label("a word").fill("strawberry")
    expect(page.locator(".cut")).to_have_count(6)
    page.get_by_role("button", name='ban "strawberry" in all forms').click()
    banned = value_of(page, "logit_bias")
    assert isinstance(banned, dict) and len(banned) >= 4 and set(banned.values()) == {-100}
    page.locator(".bias input[type=number]").first.fill("5")
    page.get_by_role("button", name="Done").click()
    assert 5 in dict(value_of(page, "logit_bias") or {}).values()  # type: ignore[call-overload]
    expect(page.locator("#param-logit_bias .brief")).to_contain_text("tokens")


def test_nonsense_in_the_json_breaks_no_page(page: Page) -> None:
    """Whatever is typed as messages or tools, the page shows it, says what is wrong, and stays usable."""
    odd_calls: list[object] = [
        [{"id": "1"}],
        [{"function": {"name": 1, "arguments": {"a": 1}}}],
        [None],
        "x",
        {"a": 1},
    ]
    for calls_ in odd_calls:
        set_row(page, "messages", [{"role": "assistant", "content": ["x"], "tool_calls": calls_}])
        expect(page.locator(".turn.assistant")).to_have_count(1)
    set_row(page, "messages", None)
    page.click("#group-structure .fold")
    for tools in ([1], [None], [{"function": "x"}], {"a": 1}, [{"function": {"parameters": 3}}]):
        set_row(page, "tools", tools)
        page.click("#param-tools .opener")
        page.get_by_role("tab", name="JSON", exact=True).click()
        expect(page.get_by_label("tools as JSON")).to_be_visible()
        page.get_by_role("button", name="Done").click()
    expect(page.locator("#param-tools .problem")).not_to_be_empty()


def test_an_editor_fits_a_phone(page: Page) -> None:
    """At 390 px an editor is as wide as the screen, nothing in it is wider, and Done is beside its name."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.click("#open-parameters")
    edit(page, "structure", "response_format")
    assert page.evaluate(BESIDE)
    page.get_by_role("button", name="Done").click()
    page.click("#group-structure .fold")
    edit(page, "structure", "tools")
    page.get_by_label("ready examples").select_option(label="Calendar")
    expect(page.get_by_label("name of the property").first).to_have_value("title")
    assert page.evaluate(OVERHANG) == []


def test_a_message_leaves_no_call_unanswered(page: Page) -> None:
    """A call that max_tokens cut stays in view and is told, and the next question goes without it. Of two that
    wait, what was typed as a result goes as one; of the other the model is told that it was not made."""
    cut = streamed(calls(piece("wea", "", id="c")), finish("length"), DONE)
    with ScriptedServer(cut, streamed(says("Sun."), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        set_row(page, "tools", [{"type": "function", "function": {"name": "weather"}}])
        set_row(page, "tool_choice", "required")
        ask(page, "Rain?")
        expect(page.locator(".call")).to_contain_text("cut off by max_tokens")
        expect(page.get_by_role("button", name="Send result")).to_be_hidden()
        ask(page, "And now?")
        expect(page.locator(".turn.assistant .text").last).to_have_text("Sun.")
        assert [message["role"] for message in server.requests[1].body["messages"]] == ["user", "user"]
    page.click("#clear")
    asked = streamed(calls(piece("f", "{}", id="c"), piece("f", "{}", id="d")), finish("tool_calls"), DONE)
    with ScriptedServer(asked, streamed(says("Well."), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        set_row(page, "tools", [{"type": "function", "function": {"name": "f"}}])
        ask(page, "Go.")
        page.get_by_label("result of f").first.fill("42")
        expect(page.locator("#pane-a .notice[role=alert]")).to_contain_text("2 calls wait for their results.")
        ask(page, "Never mind.")
        expect(page.locator(".turn.assistant .text").last).to_have_text("Well.")
        expect(page.locator(".turn.tool")).to_have_count(2)
        expect(page.locator("#pane-a .notice[role=alert]")).to_be_hidden()
        sent = server.requests[1].body["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "tool", "user"]
    assert [call["id"] for call in sent[1]["tool_calls"]] == [one["tool_call_id"] for one in sent[2:4]]
    assert sent[2]["content"] == "42" and sent[3]["content"].startswith("The call was not made: ")


def test_json_that_came_is_shown_and_checked(page: Page) -> None:
    """Of a server that was not held to the schema what it wrote is shown as JSON, each violation beside its path.
    Behind a prefill it is shown once, as the object that both together are; regenerated, it goes on from the same
    beginning."""
    answer = streamed(says('{"name": "<b>Tom</b>", '), says('"legs": 9}'), finish(), DONE)
    with ScriptedServer(answer) as server:
        page.fill("#base-url input", server.base_url)
        set_row(page, "response_format", {"properties": {"legs": {"maximum": 8}}, "required": ["age"]})
        ask(page, "Describe a pet.")
        wait_until_idle(page)
        expect(page.locator(".verdict-line .remarks")).to_contain_text("legs 9 is above 8.")
        expect(page.locator(".verdict-line .remarks")).to_contain_text("age is missing.")
        expect(page.locator(".shaped .json")).to_contain_text("<b>Tom</b>")
    page.click("#clear")
    with ScriptedServer(streamed(says('4, "name": "Tom"}'), finish(), DONE)) as server:
        page.fill("#base-url input", server.base_url)
        set_row(page, "response_format", {"properties": {"legs": {"maximum": 8}}, "required": ["name"]})
        begun = {"role": "assistant", "content": '{"legs": '}
        set_row(page, "messages", [{"role": "user", "content": "A pet."}, begun])
        page.evaluate("window.playground.answerNow()")
        expect(page.locator(".verdict-line .fits")).to_have_text("fits the schema")
        for part in (".prefill", ".turn.assistant .text"):
            expect(page.locator(part)).to_be_hidden()
        page.get_by_role("button", name="regenerate").click()
        wait_until_idle(page)
        expect(page.locator(".verdict-line .fits")).to_have_text("fits the schema")
        assert [visit.body["messages"][-1] for visit in server.requests] == [begun, begun]
