"""A person keeps conversations: finds, opens, names and deletes them, in two tabs, and where there is no room."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.testing.scripted_server import ScriptedServer
from tests.browser.conftest import ask, open_page, set_row, value_of, wait_until_idle
from tests.browser.test_accessible import faults
from tests.browser.test_chat import use
from tests.browser.test_vote import reply

LIST = "#conversation-list"
TITLES = f"{LIST} .conversation-title"


@pytest.fixture
def asked(page: Page) -> Iterator[Page]:
    """A page whose answers come at once, and are all alike."""
    with ScriptedServer(*[reply("An ", "answer.")] * 8) as server:
        use(page, server)
        yield page


def titles(page: Page) -> Locator:
    """The list, opened."""
    page.click("#open-conversations")
    return page.locator(TITLES)


def say(page: Page, text: str) -> None:
    """Asks, and waits for the answer."""
    ask(page, text)
    expect(page.locator(".turn.user .text").last).to_have_text(text)
    wait_until_idle(page)


def test_what_was_said_is_found_and_opened_again(asked: Page) -> None:
    """Clear begins a new one, and the list has all: searched, renamed, pinned, deleted and brought back by keys."""
    page = asked
    set_row(page, "temperature", 0.3)
    say(page, "Name a red fruit")
    page.click("#clear")
    set_row(page, "temperature", 0.9)
    set_row(page, "seed", 1)
    say(page, "Name a green bird")
    expect(titles(page)).to_have_text(["Name a green bird", "Name a red fruit"])
    assert list(faults(page, "conversation-list")) == []
    page.fill(f"{LIST} input[type=search]", "fruit RED")
    expect(page.locator(TITLES)).to_have_text(["Name a red fruit"])
    page.get_by_role("button", name="Rename: Name a red fruit").press("Enter")
    page.keyboard.type("Apples")
    page.keyboard.press("Enter")
    expect(page.locator(TITLES)).to_have_text(["Apples"])
    page.get_by_role("button", name="Pin: Apples").click()
    page.fill(f"{LIST} input[type=search]", "")
    expect(page.locator(TITLES)).to_have_text(["Apples", "Name a green bird"])
    page.get_by_role("button", name="Use settings: Apples").click()
    expect(page.locator(f"{LIST} .conversations-said")).to_contain_text(
        "Set as its last answer was asked for."
    )
    assert (value_of(page, "temperature"), value_of(page, "seed")) == (0.3, None)
    page.get_by_role("button", name="Delete: Apples").click()
    expect(page.locator(TITLES)).to_have_text(["Name a green bird"])
    page.keyboard.press("Enter")  # the focus is on Undo
    expect(page.locator(TITLES)).to_have_text(["Apples", "Name a green bird"])
    page.get_by_role("button", name="Apples", exact=True).click()
    expect(page.locator(".turn .text").first).to_have_text("Name a red fruit")
    say(page, "and another")
    page.reload()
    expect(page.locator(".turn.user .text")).to_have_text(["Name a red fruit", "and another"])


def test_two_tabs_never_overwrite_each_other(asked: Page, address: str) -> None:
    """Each sees what the other keeps; one conversation in both becomes two as soon as the second writes into it."""
    page, second = asked, asked.context.new_page()
    say(page, "First")
    open_page(second, address)
    set_row(second, "max_tokens", 8)
    second.click("#open-conversations")
    second.locator(TITLES).get_by_text("First").click()
    expect(second.locator(".turn.user .text")).to_have_text(["First"])
    say(page, "from one tab")
    expect(second.locator(".turn.user .text")).to_have_text(["First"])
    say(second, "from the other")
    expect(second.locator("#pane-a .notice").first).to_contain_text("goes on as a copy")
    expect(titles(page)).to_have_text(["First (copy)", "First"])
    for tab, said in ((page, "from one tab"), (second, "from the other")):
        tab.reload()
        expect(tab.locator(".turn.user .text")).to_have_text(["First", said])
    second.close()


def test_a_file_brings_back_what_was_deleted(asked: Page, tmp_path: Path) -> None:
    """One is exported by keys, deleted, and imported again, once; what is no conversation is named."""
    page = asked
    say(page, "Name a red fruit")
    titles(page).first.wait_for()
    page.get_by_role("button", name="Export: Name a red fruit").press("Enter")
    with page.expect_download() as download:
        page.keyboard.press("Enter")  # the focus is on the first form
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "name-a-red-fruit.json"
    page.get_by_role("button", name="Delete: Name a red fruit").click()
    expect(page.locator(f"{LIST} .conversations")).to_contain_text("Nothing is kept yet")
    wrong = tmp_path / "wrong.json"
    wrong.write_text('[{"title": "Nothing"}]')
    said = page.locator(".conversations-said")
    for expected in ("1 conversation came in.", "is here already"):
        page.set_input_files("#conversations-file", [saved, wrong])
        expect(said).to_contain_text(expected)
        expect(said).to_contain_text("wrong.json, entry 1 (Nothing): it is no conversation")
        expect(page.locator(TITLES)).to_have_text(["Name a red fruit"])
    page.locator(TITLES).click()
    expect(page.locator(".turn.assistant .text")).to_have_text("An answer.")


FILL = """(count) => new Promise((done) => {
  const opening = indexedDB.open("conversations");
  opening.onsuccess = () => {
    const writing = opening.result.transaction(["heads"], "readwrite");
    const head = { title: "old", named: false, pinned: false, created_at: "1", updated_at: "1", revision: "r" };
    for (let id = 0; id < count; id += 1)
      writing.objectStore("heads").put({ ...head, id: String(id), messages: 1, model: "" });
    writing.oncomplete = () => { opening.result.close(); done(); };
  };
})"""


def test_a_file_comes_in_as_far_as_there_is_room(page: Page, tmp_path: Path) -> None:
    """What found none is counted and named by where it begins; what could not be shown is named, and nothing breaks."""
    page.click("#open-conversations")
    expect(page.locator(f"{LIST} .conversations")).to_contain_text("Nothing is kept yet")
    page.evaluate(FILL, 4998)
    turns: list[dict[str, Any]] = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Yes.", "answer": {"text": "Yes."}},
    ]
    torn = {**turns[1], "answer": {"asked": 5, "report": [1]}, "pair": {"sides": "xx"}, "beside": 1}
    entries = [
        {"title": "no message", "turns": [{"role": "user", "content": {}}]},
        {"title": "torn", "turns": [turns[0], torn]},
        {"id": "a", "revision": "1", "title": "<img src=x onerror=pwned=1>", "turns": turns},
        {"id": "a", "revision": "2", "title": "second", "turns": turns},
        {"title": "third", "turns": turns[:1]},
    ]
    file = json.dumps({"parameter_playground_conversations": 1, "conversations": entries})
    saved = tmp_path / "all.json"
    saved.write_text(file)
    page.set_input_files("#conversations-file", saved)
    said = page.locator(".conversations-said")
    expect(said).to_contain_text("2 conversations came in.")
    expect(said).to_contain_text(
        "2 conversations found no room, from \u201csecond\u201d on. 5,000 conversations are kept"
    )
    expect(said).to_contain_text("entry 1 (no message): message 1 has no content")
    for title, words in (("torn", "Yes."), ("<img", "Yes.")):
        page.locator(TITLES, has_text=title).click()
        expect(page.locator(".turn.assistant .text")).to_have_text(words)
        page.click("#open-conversations")
    for title in ("torn", "<img"):
        page.locator(f"{LIST} li", has_text=title).get_by_role("button", name="Delete").click()
        expect(said).to_contain_text(f"Deleted: {title}")
    for title in ("<img", "torn"):
        page.keyboard.press("Enter")  # the focus is on Undo
        expect(said).to_contain_text(f"Here again: {title}")
    assert page.evaluate("globalThis.pwned") is None


def test_a_browser_that_keeps_nothing(asked: Page) -> None:
    """What is said, and what is typed, is nowhere from the switch on; what was kept before stays in the list."""
    page = asked
    say(page, "This is kept")
    titles(page).first.wait_for()
    page.get_by_label("keep nothing").check()
    page.keyboard.press("Escape")
    expect(page.locator(".conversations-mark")).to_have_text("not kept")
    say(page, "a secret thought")
    page.fill("#composer textarea", "a secret draft")
    page.reload()
    page.wait_for_function("window.playground?.ready")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#composer textarea")).to_have_value("")
    assert "secret" not in page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    say(page, "another secret")
    expect(titles(page)).to_have_text(["This is kept"])
    page.locator(TITLES).click()
    expect(page.locator(".conversations-said")).to_contain_text("is gone once another one is opened")
    page.get_by_role("button", name="Open all the same").click()
    expect(page.locator(".turn.user .text").first).to_have_text("This is kept")
    page.click("#open-conversations")
    page.get_by_label("keep nothing").uncheck()
    page.get_by_role("button", name="Delete all").click()
    expect(page.locator(TITLES)).to_have_count(0)
    page.keyboard.press("Enter")  # the focus is on Undo
    expect(page.locator(TITLES)).to_have_text(["This is kept"])


NO_ROOM = """() => { for (const name of ["put", "add"]) {
  const own = IDBObjectStore.prototype[name];
  IDBObjectStore.prototype[name] = function (...given) {
    if (globalThis.hasRoom) return own.apply(this, given);
    throw new DOMException("full", "QuotaExceededError");
  };
} }"""


def test_a_full_disk_is_said_and_stops_nothing(asked: Page) -> None:
    """The chat goes on, also after a reload; once there is room, all that was said is kept."""
    page = asked
    page.evaluate(NO_ROOM)
    say(page, "Is there room?")
    expect(page.locator(".conversations-mark")).to_have_text("not kept")
    page.click("#open-conversations")
    expect(page.locator(".conversations-said")).to_contain_text("no room left")
    page.keyboard.press("Escape")
    page.evaluate("globalThis.hasRoom = true")
    say(page, "And now?")
    expect(page.locator(".conversations-mark")).to_be_empty()
    expect(titles(page)).to_have_text(["Is there room?"])


def test_without_a_database_a_reload_loses_nothing(asked: Page) -> None:
    """As in some private windows: it is said, and this tab keeps what is said in it."""
    page = asked
    forbid = "Object.defineProperty(globalThis, 'indexedDB', {value: null})"
    page.evaluate("sessionStorage.setItem('forbidden', '1')")
    page.add_init_script(f"if (sessionStorage.getItem('forbidden')) {forbid}")
    page.reload()
    page.wait_for_function("window.playground?.ready")
    say(page, "Who reads this?")
    expect(page.locator(".conversations-mark")).to_have_text("not kept")
    page.reload()
    expect(page.locator(".turn .text").first).to_have_text("Who reads this?")
    page.click("#open-conversations")
    expect(page.locator(".conversations-said")).to_contain_text("private window")


KEEPS_NOTHING = """if (location.search === "?keeps=nothing") {
  const forbidden = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
  for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(globalThis, name, { get: forbidden });
}"""


def test_where_nothing_may_be_kept_all_works(page: Page, address: str) -> None:
    """As on a Space that stands in another site's page, where a browser keeps nothing for frames: it is said, and no
    part of the page shows an error.
    """
    page.add_init_script(KEEPS_NOTHING)
    open_page(page, f"{address}?keeps=nothing")
    with ScriptedServer(reply("An ", "answer.")) as server:
        use(page, server)
        say(page, "Who reads this?")
    expect(page.locator(".conversations-mark")).to_have_text("not kept")
    expect(page.locator("[data-testid=status-tracker]:not(.hide)")).to_have_count(0)
    page.click("#open-conversations")
    expect(page.locator(".conversations-said")).to_contain_text("private window")
