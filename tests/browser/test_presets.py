"""A person keeps settings under a name, comes back to them, hands them on, and takes in those of others."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from playground.share.preset_file import MARK, presets_in
from tests.browser.conftest import ask, forget, open_page, set_row, value_of
from tests.browser.test_accessible import faults


def open_presets(page: Page) -> None:
    """Opens the dialog."""
    page.click("#open-presets button")
    expect(page.locator("#presets")).to_be_visible()


def save(page: Page, name: str) -> None:
    """Saves what is set, in the dialog, which is open."""
    page.fill("#presets .preset-saving input", name)
    page.click("#presets .preset-saving button")


def test_saved_renamed_deleted_and_back(page: Page, address: str, tmp_path: Path) -> None:
    """What is set comes back by its name, after a reload and in another browser; a deletion can be undone."""
    set_row(page, "temperature", 0.2)
    set_row(page, "extra_body", {"top_a": 1})
    open_presets(page)
    dialog, said = page.locator("#presets"), page.locator("#presets .preset-said")
    save(page, "Chat")
    expect(said).to_contain_text("shipped")
    expect(dialog.locator(".preset-saving input")).to_have_value("Chat")
    save(page, "Cold")
    expect(said).to_have_text("Saved as \u201cCold\u201d.")
    expect(page.locator("#preset input")).to_have_value("Cold")
    expect(dialog.locator("tr").first).to_contain_text("temperature 0.2")
    dialog.locator("summary").first.click()
    expect(dialog.locator("tr").first).to_contain_text("Leaves unset")
    expect(dialog.locator("tr").first).to_contain_text("top_p")
    assert list(faults(page, "presets")) == []

    dialog.get_by_role("button", name="rename Cold").click()
    page.keyboard.type("Ice")
    page.keyboard.press("Enter")
    expect(page.locator("#preset input")).to_have_value("Ice")
    with page.expect_download() as begun:
        dialog.get_by_role("button", name="Export as a file").click()
    begun.value.save_as(tmp_path / "presets.json")
    with page.expect_download() as one:
        dialog.get_by_role("button", name="export Ice").click()
    assert one.value.suggested_filename == "playground-preset-Ice.json"
    assert one.value.path().read_bytes() == (tmp_path / "presets.json").read_bytes()
    (preset,), lost = presets_in((tmp_path / "presets.json").read_text("utf-8"))
    assert (preset.name, preset.parameters["temperature"], preset.extra_body) == ("Ice", 0.2, {"top_a": 1})
    assert lost == ()

    dialog.get_by_role("button", name="delete Ice").click()
    expect(said).to_have_text("Deleted \u201cIce\u201d.")
    expect(dialog.get_by_role("button", name="Ice", exact=True)).to_have_count(0)
    dialog.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("is back")
    page.keyboard.press("Escape")

    forget(page, address)
    open_page(page, address)
    page.click("#preset input")
    page.get_by_role("option", name="Ice").click()
    expect(page.locator("#param-temperature input[type=number]")).to_have_value("0.2")
    assert value_of(page, "extra_body") == {"top_a": 1}
    open_presets(page)
    dialog.get_by_role("button", name="delete Ice").click()
    expect(said).to_contain_text("Deleted")


def test_a_file_of_others_and_a_browser_that_keeps_nothing(page: Page, tmp_path: Path) -> None:
    """Nothing that is here is replaced, what cannot be used is named, and a broken file says its line. Where nothing is
    kept it is said, and the preset holds for the visit."""
    file = tmp_path / "theirs.json"
    listed = [
        {"name": "Theirs", "parameters": {"temperature": 1.5, "top_p": 9}},
        {"name": "Chat", "parameters": {}},
    ]
    open_presets(page)
    said = page.locator("#presets .preset-said")
    file.write_text('{\n "presets": [}')
    page.set_input_files("#preset-file", file)
    expect(said).to_contain_text("in line 2")
    for taken in ("1 of 1", "0 of 1"):
        file.write_text(json.dumps({MARK: 1, "presets": listed}))
        page.set_input_files("#preset-file", file)
        expect(said).to_contain_text(f"{taken} taken in")
        expect(said).to_contain_text("Theirs: top_p")
        expect(said).to_contain_text("'Chat' is shipped")
    page.locator("#presets").get_by_role("button", name="Theirs", exact=True).click()
    expect(page.locator("#preset input")).to_have_value("Theirs")
    assert page.evaluate("window.playground.state.parameters") == {"temperature": 1.5}
    page.locator("#presets").get_by_role("button", name="delete Theirs").click()
    expect(said).to_contain_text("Deleted")
    page.keyboard.press("Escape")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    open_presets(page)
    save(page, "Here")
    expect(page.locator("#presets .preset-said")).to_contain_text("Saved")
    expect(page.locator("#presets .share-notes")).to_contain_text("keeps nothing")
    expect(page.locator("#preset input")).to_have_value("Here")
    page.locator("#presets").get_by_role("button", name="delete Here").click()
    expect(page.locator("#presets .preset-said")).to_contain_text("Deleted")


def test_presets_compete(page: Page) -> None:
    """Pairs are drawn between two of them; a blind one is told apart by the vote alone, which ranks them."""
    for name, temperature in (("Mint", 0.1), ("Lime", 1.9)):
        set_row(page, "temperature", temperature)
        set_row(page, "max_tokens", 12)
        open_presets(page)
        save(page, name)
        expect(page.locator("#presets .preset-said")).to_contain_text("Saved")
        page.get_by_label(f"{name} competes").check()
        page.keyboard.press("Escape")
    open_presets(page)
    page.get_by_role("button", name="Make every reply a pair").click()
    expect(page.locator("#presets .contest p")).to_have_text("Pairs are drawn between presets: Mint, Lime.")
    page.keyboard.press("Escape")
    expect(page.locator("#dial")).to_contain_text(
        "Every reply comes as two answers; between presets: Mint, Lime."
    )
    ask(page, "Name three colours of the sea.")
    page.wait_for_function("document.body.dataset.pair && !document.body.dataset.busy", timeout=60_000)
    panes = page.locator("#panes")
    expect(panes).not_to_contain_text("Mint")
    page.click("#vote-a")
    expect(panes).to_contain_text("Mint: embedded")
    expect(panes).to_contain_text("Lime: embedded")
    page.click("#open-votes")
    expect(page.locator("#votes-findings")).to_contain_text("Presets that met", timeout=20_000)
    expect(page.locator("#votes-ratings")).to_contain_text("Ratings of presets", timeout=60_000)
    expect(page.locator("#votes-ratings")).to_contain_text("never won against")
    page.click("#close-votes")
    open_presets(page)
    for name in ("Mint", "Lime"):
        page.locator("#presets").get_by_role("button", name=f"delete {name}").click()
        expect(page.locator("#presets .preset-said")).to_have_text(f"Deleted \u201c{name}\u201d.")


def test_what_was_last_set_for_a_model_is_offered(page: Page) -> None:
    """A quiet line when one comes back to it; nothing is set before that is asked for, and no key is remembered."""
    line = page.locator(".last-set")

    def choose(model: str) -> None:
        page.fill("#model input", model)
        page.keyboard.press("Enter")
        page.wait_for_function("model => window.playground.state.target.model === model", arg=model)

    def remembered(words: str) -> None:
        page.wait_for_function("words => JSON.stringify(localStorage).includes(words)", arg=words)

    set_row(page, "temperature", 0.4)
    remembered("0.4")
    choose("huggingface/a/b")
    expect(line).to_be_hidden()
    set_row(page, "temperature", 1.1)
    remembered("1.1")
    choose("embedded")
    expect(line).to_contain_text("With this model you last had: temperature 0.4.")
    expect(page.locator("#param-temperature input[type=number]")).to_have_value("1.1")
    line.get_by_role("button", name="Set that again").click()
    expect(page.locator("#param-temperature input[type=number]")).to_have_value("0.4")
    expect(line).to_be_hidden()
    with page.expect_response("**/playground/preview"):
        set_row(page, "user", "hf_" + "a1" * 17)
    set_row(page, "user", "somebody")
    remembered("somebody")
    assert "a1a1a1" not in page.evaluate("JSON.stringify(localStorage)")
    page.evaluate(
        "window.playground.set('temperature', 0.6), window.playground.setTarget({model: 'huggingface/a/b'})"
    )
    page.wait_for_function("localStorage['playground:last:embedded']?.includes('0.6')")


def test_two_tabs(page: Page, address: str) -> None:
    """What one saves the other offers, and neither overwrites what the other has saved meanwhile."""
    other = page.context.new_page()
    open_page(other, address)
    for tab, name in ((page, "One"), (other, "Two")):
        open_presets(tab)
        save(tab, name)
        expect(tab.locator("#presets .preset-said")).to_contain_text("Saved")
    for tab in (page, other):
        for name in ("One", "Two"):
            expect(tab.locator("#presets").get_by_role("button", name=name, exact=True)).to_be_visible()
    for name in ("One", "Two"):
        other.locator("#presets").get_by_role("button", name=f"delete {name}").click()
        expect(other.locator("#presets .preset-said")).to_have_text(f"Deleted \u201c{name}\u201d.")
    expect(page.locator("#presets").get_by_role("button", name="Two", exact=True)).to_have_count(0)
    other.close()
