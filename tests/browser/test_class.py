"""A class in a real browser: one teacher and three students walk through a room on the embedded model."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from playground.testing.scripted_server import ScriptedServer, answered, data, finish, streamed, text
from tests.browser.conftest import HANDSET, LAPTOP

QUESTION: Final = "What does a higher temperature do?"
CHOICES: Final = ("More alike", "More different")
REPLY: Final = streamed(
    text("Blue."), finish(), data({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}})
)
REFUSAL: Final = answered(400, b'{"error": {"message": "Out of paint."}}')


@dataclass(frozen=True)
class Room:
    """The pages of a room that is open."""

    teacher: Page
    students: tuple[Page, ...]
    projector: Page
    code: str


@pytest.fixture
def tabs(chromium: Browser) -> Iterator[ExitStack]:
    """Where pages are closed after the test."""
    with ExitStack() as stack:
        yield stack


def visitor(chromium: Browser, tabs: ExitStack, errors: list[str], *, phone: bool = False) -> BrowserContext:
    """A browser of one's own, which remembers what it is told; errors of its scripts are noted."""
    size = HANDSET if phone else LAPTOP
    context = chromium.new_context(viewport=size, has_touch=phone, is_mobile=phone)
    tabs.callback(context.close)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    return context


def opened(chromium: Browser, tabs: ExitStack, address: str, errors: list[str]) -> Room:
    """A room with a question and three temperatures, and three students in it."""
    office = visitor(chromium, tabs, errors)
    teacher = office.new_page()
    teacher.goto(f"{address}/playground/room#new")
    expect(teacher.get_by_role("option", name="Temperature:")).to_be_attached()
    holds(teacher)
    teacher.get_by_label("Prompt", exact=True).fill("Write one sentence about the sea.")
    teacher.get_by_label("Question").fill(QUESTION)
    teacher.get_by_label("Choices").fill("\n".join(CHOICES))
    teacher.get_by_label("What comes true").select_option(CHOICES[1])
    teacher.get_by_label("Parameter").select_option("top_p")
    expect(teacher.get_by_label("Values")).to_have_value("0.1, 0.5, 0.9, 1")
    teacher.get_by_label("Parameter").select_option("temperature")
    teacher.get_by_label("Values").fill("0, 1, 2")
    teacher.get_by_label("Measure").select_option("words")
    teacher.get_by_label("System prompt").fill("Answer briefly.")
    teacher.get_by_label("Longest answer").fill("12")
    teacher.get_by_role("button", name="Open the room").click()
    code = teacher.locator(".big-code").inner_text()
    assert re.fullmatch("[A-Z]{6}", code)
    projector = office.new_page()
    projector.goto(
        f"{address}/playground/room{teacher.get_by_role('link', name='Projector').get_attribute('href')}"
    )
    expect(projector.get_by_text(code, exact=True)).to_be_visible()
    assert (teacher.url, projector.url) == (
        f"{address}/playground/room#teach={code}",
        f"{address}/playground/room#project={code}",
    )
    projector.reload()
    secret = teacher.evaluate(f"JSON.parse(localStorage['playground:room:teach:{code}']).token")
    assert secret not in projector.evaluate(
        f"localStorage['playground:room:project:{code}'] + document.documentElement.outerHTML"
    )
    students: list[Page] = []
    for name in ("Ada", "", "Grace"):
        student = visitor(chromium, tabs, errors, phone=True).new_page()
        student.goto(f"{address}/playground/room#{code}")
        student.get_by_label("Name").fill(name)
        if not students:
            holds(student)
        student.get_by_role("button", name="Join").click()
        expect(student.get_by_text("You are in.")).to_be_visible()
        students.append(student)
        each = teacher.get_by_text("Each of them")
        if len(students) == 1:
            each.press("Enter")
        expect(teacher.get_by_role("heading", name=f"{len(students)} student")).to_be_visible()
        expect(teacher.locator(".counts li")).to_have_count(len(students))
        expect(teacher.locator(".counts li").last).to_be_visible()
        expect(each).to_be_focused()
    expect(projector.get_by_text(code, exact=True)).to_be_visible()
    return Room(teacher, tuple(students), projector, code)


def to(room: Room, step: str) -> None:
    """The teacher goes to this step."""
    room.teacher.get_by_role("button", name=step, exact=True).click()


def holds(page: Page) -> None:
    """axe-core finds nothing in what is shown, in either theme."""
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == [], theme


def votes_on_a_word(room: Room) -> None:
    """After a reload of the teacher's view the class votes for the next word, beside the model's bars; it is drawn."""
    ada = room.students[0]
    room.teacher.reload()
    expect(room.teacher.locator(".answer-card")).to_have_count(3)
    room.teacher.get_by_text("The room as sampler").click()
    room.teacher.get_by_label("Text that the class goes on from").fill("The capital of France is")
    room.teacher.get_by_role("button", name="Vote on the next word").click()
    for student in room.students:
        student.get_by_role("radio").first.check()
    expect(room.projector.get_by_text("3 votes for the next word")).to_be_visible()
    assert not ada.locator(".bar").count()
    words = [text.strip("\u00b7").casefold() for text in ada.locator(".option code").all_inner_texts()]
    assert words == sorted(words)
    ada.reload()
    expect(ada.get_by_role("radio").first).to_be_checked()
    word = ada.locator(".option code").first.inner_text()
    holds(room.projector)
    room.teacher.get_by_role("button", name="Draw from the votes").click()
    expect(ada.locator(".sampled")).to_have_text(
        f"The capital of France is{word.replace(chr(183), ' ')}\u2026"
    )
    expect(ada.get_by_role("radio").first).not_to_be_checked()


def closes(room: Room) -> None:
    """The teacher closes the room: every student is told, and nothing more is offered."""
    room.teacher.get_by_role("button", name="Close the room").click()
    for student in room.students:
        expect(student.get_by_text("has closed this room")).to_be_visible()
        expect(student.get_by_role("radio")).to_have_count(0)
    expect(room.teacher.get_by_role("button", name="Ask it yourself")).to_have_count(0)


def test_a_class_walks_through_a_room(
    chromium: Browser, tabs: ExitStack, address: str, tmp_path: Path
) -> None:
    """Join, predict, run with a temperature each, reveal, wall, plot, the next word, reloads, close and CSV. Each
    student sees no other's prediction before the reveal, and comes back after a reload to where they were.
    """
    errors: list[str] = []
    room = opened(chromium, tabs, address.rstrip("/"), errors)
    ada, second, grace = room.students

    to(room, "Predict")
    for student, choice in ((ada, 1), (second, 1), (grace, 0)):
        student.get_by_label(CHOICES[choice]).check()
        expect(student.get_by_text("Noted.")).to_be_visible()
    expect(room.teacher.locator(".histogram .bar-count").nth(1)).to_have_text("2")
    expect(room.projector.get_by_text("3 of 3 students predicted")).to_be_visible()
    assert not ada.locator(".bars").count() and not room.projector.locator(".bars").count()
    expect(room.teacher.locator(".bar-row.right")).to_have_count(0)
    grace.reload()
    expect(grace.get_by_label(CHOICES[0])).to_be_checked()
    holds(ada)

    to(room, "Run")
    expect(room.projector.get_by_role("heading")).to_have_text("Write one sentence about the sea.")
    values = {student.locator(".my-value code").inner_text() for student in room.students}
    assert values == {"temperature 0", "temperature 1", "temperature 2"}
    for student in room.students:
        student.get_by_role("button", name="Ask the model").click()
    for student in room.students:
        expect(student.get_by_role("button", name="Ask again")).to_be_visible(timeout=60_000)
        expect(student.locator(".my-answer .said")).not_to_be_empty()
    assert not ada.locator(".wall, .class-plot:visible").count()
    expect(room.projector.locator(".line-plot circle")).to_have_count(3)
    said = ada.locator(".my-answer .said").inner_text()
    ada.reload()
    expect(ada.locator(".my-answer .said")).to_have_text(said)

    to(room, "Reveal")
    for page in room.students:
        expect(page.locator(".histogram .bar-count")).to_have_text(["1", "2"])
        expect(page.locator(".answer-card")).to_have_count(3)
        expect(page.locator(".line-plot circle")).to_have_count(3)
    for page in (room.teacher, room.projector, *room.students):
        expect(page.locator(".bar-row.right .bar-text")).to_have_text(f"{CHOICES[1]} \u2713 right")
    second.get_by_role("button", name="Vote for it").first.click()
    expect(room.teacher.get_by_text("1 vote", exact=True)).to_be_visible()
    holds(ada)
    holds(room.teacher)

    votes_on_a_word(room)
    closes(room)
    with room.teacher.expect_download() as download:
        room.teacher.get_by_role("button", name="Save the answers").click()
    download.value.save_as(tmp_path / "room.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "room.csv").read_text(encoding="utf-8"))))
    assert [row["prediction"] for row in rows] == [CHOICES[1], CHOICES[1], CHOICES[0]]
    assert rows[0]["answer"] == said
    assert "Ada" not in (tmp_path / "room.csv").read_text(encoding="utf-8")
    assert errors == []


def test_a_class_asks_a_server(chromium: Browser, tabs: ExitStack, address: str) -> None:
    """At the address and with the key that the teacher types; a bound that is half typed stays as students ask, and
    an answer that came stands beside the failure of the next.
    """
    errors: list[str] = []
    with ScriptedServer(REPLY, REPLY, REFUSAL) as server:
        teacher = visitor(chromium, tabs, errors).new_page()
        teacher.goto(f"{address.rstrip('/')}/playground/room#new")
        teacher.get_by_label("Parameter").select_option("none: all ask alike")
        expect(teacher.get_by_label("Values")).to_be_hidden()
        teacher.get_by_label("Model").fill("server/blue")
        teacher.get_by_label("Address of the server").fill(server.base_url)
        teacher.get_by_label("Key").fill("sk-of-this-server")
        teacher.get_by_role("button", name="Open the room").click()
        code = teacher.locator(".big-code").inner_text()
        student = visitor(chromium, tabs, errors).new_page()
        student.goto(f"{address.rstrip('/')}/playground/room#{code}")
        student.get_by_role("button", name="Join").click()
        teacher.get_by_role("button", name="Run", exact=True).click()
        student.get_by_role("button", name="Ask the model").click()
        expect(teacher.locator(".budget p").first).to_have_text(re.compile("^1 of"))
        calls = teacher.get_by_label("most calls")
        calls.fill("77")
        student.get_by_role("button", name="Ask again").click()
        expect(teacher.locator(".budget p").first).to_have_text(re.compile("^2 of"))
        expect(calls).to_have_value("77")
        expect(calls).to_be_focused()
        teacher.get_by_role("button", name="Set", exact=True).click()
        teacher.reload()
        expect(calls).to_have_value("77")
        student.get_by_role("button", name="Ask again").click()
        expect(student.locator(".my-answer .problem")).to_contain_text("Out of paint.")
        expect(student.locator(".my-answer .said")).to_have_text("Blue.")
        asked = [each for each in server.requests if each.path.endswith("/chat/completions")]
        assert {each.headers["authorization"] for each in asked} == {"Bearer sk-of-this-server"}
    assert errors == []
