"""A person hands on what the page is set to: as code, as a link, as a file; and opens what others handed on."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import eventually, forget, set_row, value_of
from tests.browser.test_accessible import faults

COMMAND = """curl http://127.0.0.1:9/v1/chat/completions -H 'X-Team: a' \\
  -d '{"model": "m", "messages": [{"role": "user", "content": "Hi"}], "temperature": 0.1}'"""


def test_code_of_what_is_set(page: Page) -> None:
    """A tab a form; what is withheld says why; what cannot be read is said; a pair has two programs."""
    set_row(page, "temperature", 0.3)
    set_row(page, "verbosity", "low")
    page.click("#share button")
    dialog = page.locator("#sharing")
    dialog.get_by_role("tab", name="Python").click()
    code = dialog.locator(".share-view:visible pre")
    expect(code).to_contain_text("temperature=0.3")
    expect(dialog.locator(".share-said:visible")).to_contain_text("Nothing has been asked yet")
    dialog.get_by_role("tab", name="curl").click()
    expect(code).to_contain_text("# verbosity: withheld.")
    assert list(faults(page, "sharing")) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    set_row(page, "diff_frequency", 1)
    page.fill("#composer textarea", "What is a seed?")
    page.click("#share button")
    expect(code).to_have_count(2)
    expect(code.first).to_contain_text("What is a seed?")
    page.keyboard.press("Escape")
    page.click("#group-extra .fold")
    page.fill("#param-extra_body textarea", "{")
    page.click("#share button")
    expect(dialog.locator(".share-said:visible")).to_contain_text("extra_body: ")
    expect(code).to_have_count(0)


def shared(page: Page) -> str:
    """The link that the page offers now."""
    page.click("#share button")
    page.get_by_role("tab", name="Link").click()
    link = page.locator("#sharing .share-link")
    expect(link).to_have_value(re.compile("#set=1[.]"))
    found = link.input_value()
    page.keyboard.press("Escape")
    return found


def test_a_link_restores_all_that_is_set(page: Page, address: str, requested: list[str]) -> None:
    """It asks first and says what it would do; then all is as it was where it was made; nothing is sent."""
    set_row(page, "temperature", 1)
    set_row(page, "stop", ["a", "\n"])
    set_row(page, "pref_params.temperature", 1.5)
    set_row(page, "extra_body", {"metadata": {"a": [1, None]}})
    page.evaluate("window.playground.set('max_tokens', undefined)")
    page.evaluate(
        "window.playground.setTarget({flavour: 'vllm', base_url: 'http://127.0.0.1:9/v1', model: 'm'})"
    )
    page.click("#group-preference .fold")
    page.locator("#blind input").uncheck()
    set_row(page, "messages", [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}])
    page.fill("#composer textarea", "And then?")
    page.click("#share button")
    page.get_by_role("tab", name="Link").click()
    expect(page.locator("#sharing .share-notes")).to_contain_text("http://127.0.0.1:9/v1")
    assert list(faults(page, "link")) == []
    page.keyboard.press("Escape")
    link, before = shared(page), page.evaluate("window.playground.state")

    forget(page, address)
    page.goto(link)
    dialog = page.locator("#shared")
    expect(dialog).to_contain_text("A conversation of 2 messages.")
    expect(dialog).to_contain_text("What you send goes to this server then")
    assert list(faults(page, "what was shared")) == []
    page.wait_for_function("window.playground?.ready")
    assert value_of(page, "temperature") == 0.7 and "#" not in page.url
    dialog.get_by_role("button", name="Open it").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#composer textarea")).to_have_value("And then?")
    expect(page.locator("#base-url input")).to_have_value("http://127.0.0.1:9/v1")
    told = "window.playground.state.target"
    eventually(page, lambda: page.evaluate(told) == before["target"])  # Gradio's boxes tell it a moment later
    assert page.evaluate("window.playground.state.parameters") == before["parameters"]
    assert shared(page) == link
    assert not [url for url in requested if "/stream" in url]


def test_opening_can_be_undone(page: Page) -> None:
    """All is as it was before: settings, server, pairs, what was said and what was typed; the list has no more."""
    set_row(page, "temperature", 0.3)
    set_row(
        page, "messages", [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Mine"}]
    )
    link = shared(page)
    target = {"flavour": "vllm", "base_url": "http://127.0.0.1:9/v1", "model": "m"}
    page.evaluate("(target) => window.playground.setTarget(target)", target)
    eventually(page, lambda: page.evaluate("window.playground.state.target.model") == "m")
    page.click("#clear")
    set_row(page, "temperature", 0.9)
    set_row(page, "seed", 7)
    set_row(page, "messages", [{"role": "user", "content": "Before"}])
    page.fill("#composer textarea", "half a thought")
    state = "(({target, parameters}) => ({target, parameters}))(window.playground.state)"
    before = page.evaluate(state)
    page.evaluate("(link) => { location.hash = new URL(link).hash; }", link)
    page.locator("#shared").get_by_role("button", name="Open it").click()
    expect(page.locator(".turn.user .text")).to_have_text("Mine")
    eventually(page, lambda: page.evaluate("window.playground.state.target.model") == "embedded")
    page.locator("#pane-a .notice").get_by_role("button", name="Undo").click()
    expect(page.locator(".turn.user .text")).to_have_text("Before")
    expect(page.locator("#composer textarea")).to_have_value("half a thought")
    eventually(page, lambda: page.evaluate(state) == before)
    page.click("#open-conversations")
    expect(page.locator("#conversation-list .conversation-title")).to_have_text(["Before", "Mine"])
    page.keyboard.press("Escape")
    expect(page.get_by_label("system prompt")).to_have_value("")


def test_in_a_frame_it_is_the_frames_own_address(page: Page, address: str) -> None:
    """As on a Space, which shows the page within another one; a link that is put on the frame is opened there."""
    address = address.rstrip("/")
    frame = f'<iframe src="{address}/?in=frame" style="width: 1300px; height: 800px"></iframe>'
    page.goto(f"{address}/theme.css#not-this")  # no route, beside which no script is taken from the cache
    page.set_content(frame)
    inside = page.frame_locator("iframe")
    inside.locator("#share button").click()
    link = inside.locator("#sharing .share-link")
    expect(link).to_have_value(re.compile(re.escape(f"{address}/#set=1.")))
    found = link.input_value()
    page.keyboard.press("Escape")
    page.frames[1].evaluate("(link) => { location.hash = new URL(link).hash; }", found)
    inside.get_by_role("button", name="Open it").click()
    expect(inside.locator("#pane-a .notice").first).to_contain_text("Opened what was shared.")
    assert page.url == f"{address}/theme.css#not-this"


def test_what_is_no_link_and_what_is_too_long_for_one(page: Page, tmp_path: Path) -> None:
    """The first is refused in a sentence and changes nothing; the second is a file, which is opened like a link."""
    page.evaluate("location.hash = '#set=1.nonsense'")
    dialog = page.locator("#shared")
    expect(dialog.get_by_role("alert")).to_contain_text("This link is damaged.")
    dialog.get_by_role("button", name="Close").last.click()
    words = " ".join(str(number**3) for number in range(4000))
    set_row(page, "messages", [{"role": "user", "content": words}])
    page.click("#share button")
    expect(page.locator("#sharing .share-said:visible")).to_contain_text("many programs cut one that long")
    expect(page.get_by_role("button", name="Copy link")).to_be_disabled()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    saved.value.save_as(tmp_path / "set.json")
    page.get_by_label("with the conversation").uncheck()
    expect(page.get_by_role("button", name="Copy link")).to_be_enabled()
    page.set_input_files("#share-file", tmp_path / "set.json")
    expect(dialog).to_contain_text("Yours stays in the list of conversations (1 message).")
    dialog.get_by_role("button", name="Leave everything").click()
    page.click("#share button")
    page.set_input_files("#share-file", {"name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
    expect(dialog.get_by_role("alert")).to_contain_text("This has no list of messages")
    dialog.get_by_role("button", name="Close").last.click()
    page.click("#share button")
    large = tmp_path / "large.json"
    large.write_bytes(b"x" * 45_000_000)
    page.set_input_files("#share-file", large)
    expect(dialog.get_by_role("alert")).to_contain_text("There is more than 1 MB in it.")


def test_what_is_pasted_is_looked_into_first(page: Page) -> None:
    """A command becomes the page's request once that is asked for; what was not understood is listed."""
    page.click("#share button")
    page.get_by_role("tab", name="Paste").click()
    box = page.get_by_label("what to open")
    box.fill(COMMAND)
    assert list(faults(page, "paste")) == []
    page.get_by_role("button", name="Look into it").click()
    dialog = page.locator("#shared")
    expect(dialog).to_contain_text("The header X-Team was not taken over.")
    assert value_of(page, "temperature") == 0.7
    dialog.get_by_role("button", name="Open it").click()
    expect(page.locator(".turn.user .text")).to_have_text("Hi")
    page.wait_for_function(
        "(({base_url, model}) => base_url === 'http://127.0.0.1:9/v1' && model === 'm')"
        "(window.playground.state.target)"
    )
    assert page.evaluate("window.playground.state.parameters") == {"temperature": 0.1}
