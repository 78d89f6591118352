"""A sweep on the page, as a person makes one: typed, priced, run, looked into, stopped, gone on with, exported."""

from __future__ import annotations

import csv
import io
from threading import Event
from typing import Final

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, Script, ScriptedServer, Until, finish, streamed, text
from tests.browser.conftest import ask, open_page, reload, set_row, wait_until_idle
from tests.browser.test_accessible import AT_ONCE, faults
from tests.browser.test_chat import use

ANSWER: Final = streamed(text("A fox eats mice."), finish(), DONE)


class Stalling(ScriptedServer):
    """Answers six times; what is asked then waits until `goes_on` is set."""

    def __init__(self) -> None:
        super().__init__(ANSWER)
        self.goes_on = Event()

    def script_for(self, number: int) -> Script:
        """What is asked later comes late."""
        return [Until(self.goes_on), *ANSWER] if number >= 6 else ANSWER


def axis(page: Page, place: int, parameter: str, values: str) -> None:
    """Fills in an axis."""
    row = page.locator(".axis-row").nth(place)
    row.locator("select").select_option(parameter)
    if parameter:
        row.locator("textarea").fill(values)


def download(page: Page, kind: str) -> bytes:
    """What a link of the board brings."""
    with page.expect_download() as waiting:
        page.locator(".sweep-actions a", has_text=kind).click()
    return waiting.value.path().read_bytes()


def test_temperature_is_swept_on_the_embedded_model(page: Page) -> None:
    """What it comes to is said before; cells fill; one opens its answers, two stand side by side, nobody is kept out.

    Slips are told beside their fields, and what was typed outlives them and a reload.
    """
    set_row(page, "max_tokens", 12)
    page.click("#open-sweep")
    plan, start = page.locator(".plan"), page.locator("#sweep-start")
    expect(plan).to_have_text("Type a prompt, and this says what the sweep comes to.")
    page.fill(".sweep-field.wide textarea", "Name an animal.")
    for values, says in {
        "0, nan": "'nan' is not a finite number",
        "2 to 0": "holds no value",
        "0 to 3": "temperature is 2.1; allowed is a number from 0.0 to 2.0",
    }.items():
        axis(page, 0, "temperature", values)
        expect(page.locator(".values .problem").first).to_contain_text(says)
        expect(start).to_be_disabled()
    axis(page, 0, "temperature", "0 to 1.98 step 0.01")
    axis(page, 1, "top_k", "1 to 50")
    expect(plan).to_contain_text("9,950 cells are too many; at most 2,000.")
    axis(page, 0, "temperature", "0, 2")
    axis(page, 1, "top_p", "0.5, 1")
    page.fill(".small-fields input >> nth=0", "1 to 3")
    expect(plan).to_contain_text("4 cells × 1 prompt × 3 seeds = 12 calls: at most 144 tokens of answers")
    expect(plan).to_contain_text("The embedded model costs nothing.")
    start.click()
    expect(page.locator(".run-status")).to_have_text("Done.", timeout=60_000)
    expect(page.locator(".heat-cell")).to_have_count(4)
    expect(page.locator(".line-plot circle")).to_have_count(4)
    cold = page.locator(".cells tbody tr").first
    expect(cold).to_contain_text("3 of 3 alike")
    page.add_style_tag(content=AT_ONCE)
    assert list(faults(page, "a sweep")) == []
    cold.locator(".link").click()
    expect(page.locator("#sweep-cell .answer-head")).to_contain_text("3 of 3 · seeds 1, 2, 3")
    assert list(faults(page, "the answers of a cell")) == []
    page.keyboard.press("Escape")
    for row in (0, 3):
        page.locator(".cells input").nth(row).check()
    page.click("text=Compare two cells")
    expect(page.locator("#sweep-cell mark").first).to_be_visible()
    page.keyboard.press("Escape")
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").decode("utf-8-sig"))))
    assert {(row["temperature"], row["top_p"]) for row in rows} == {
        ("0.0", "0.5"),
        ("0.0", "1.0"),
        ("2.0", "0.5"),
        ("2.0", "1.0"),
    }
    assert download(page, "Parquet").startswith(b"PAR1")
    reload(page)
    page.click("#open-sweep")
    expect(page.locator(".sweep-field.wide textarea")).to_have_value("Name an animal.")
    expect(plan).to_contain_text("12 calls")


def test_a_stopped_sweep_goes_on_after_a_reload(page: Page, address: str) -> None:
    """Stop keeps what came; opened again from the list it asks only the rest; it can be named anew and deleted.

    The question is the chat's last one.
    """
    with Stalling() as server:
        use(page, server)
        ask(page, "What does a fox eat?")
        wait_until_idle(page)
        page.click("#open-sweep")
        expect(page.locator(".sweep-field.wide textarea")).to_have_value("What does a fox eat?")
        axis(page, 0, "temperature", "0, 1")
        axis(page, 1, "", "")
        page.fill(".small-fields input >> nth=0", "1 to 10")
        page.fill(".small-fields input >> nth=2", "foxes")
        expect(page.locator(".plan")).to_contain_text("20 calls")
        page.click("#sweep-start")
        page.wait_for_function("document.querySelector('.sweep-foot progress').value >= 4")
        page.click("#sweep-stop")
        expect(page.locator(".run-status")).to_contain_text("Stopped.")
        server.goes_on.set()
        open_page(page, address)
        page.click("#open-sweep")
        page.click(".kept-sweeps summary")
        page.locator(".kept .link", has_text="foxes").click()
        expect(page.locator(".board .note").first).to_contain_text("of 20 answers")
        asked = len(server.requests)
        done = int(page.locator(".board .note").first.inner_text().split()[0])
        page.click("text=Go on")
        expect(page.locator(".run-status")).to_have_text("Done.", timeout=30_000)
        assert len(server.requests) - asked == 20 - done
        expect(page.locator(".cells tbody tr").first).to_contain_text("10 of 10 alike")
    line = page.locator(".kept tr", has_text="foxes")
    line.locator("button", has_text="Rename").click()
    page.fill(".renaming input", "mice")
    page.keyboard.press("Enter")
    line = page.locator(".kept tr", has_text="mice")
    line.locator("button", has_text="Delete").click()
    line.locator("button", has_text="Delete for good").click()
    expect(page.locator(".kept tr", has_text="mice")).to_have_count(0)
    expect(page.locator(".board")).to_be_hidden()
    page.click("#close-sweep")
    expect(page.locator("#composer")).to_be_visible()
