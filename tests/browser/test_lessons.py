"""Lessons on the page, as a learner takes one: predict, run, reveal; left and found again; on a phone and on paper."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Page, expect

from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text
from tests.browser.conftest import SCRIPT, open_page, reload, set_row
from tests.browser.test_accessible import AT_ONCE, faults
from tests.browser.test_chat import use

ALIKE: Final = streamed(text("Fine."), finish(), DONE)
LONG: Final = streamed(text("It is as long as " + "no word " * 40 + "x" * 200), finish(), DONE)
WIDE: Final = "document.documentElement.scrollWidth > innerWidth"


def test_a_lesson_is_predicted_run_and_revealed_on_the_real_model(page: Page) -> None:
    """The rows are the lesson's for as long, and then the learner's again; a reload comes back to it."""
    page.add_style_tag(content=AT_ONCE)
    set_row(page, "temperature", 1.7)
    set_row(page, "top_p", 0.5)
    before = page.evaluate("window.playground.state.parameters")
    page.click("#open-lessons")
    expect(page.locator(".lesson-entry")).to_have_count(20)
    assert list(faults(page, "the list of lessons")) == []
    page.click("[data-lesson=temperature]")
    expect(page.locator("#param-temperature")).to_be_visible()
    expect(page.locator("#param-top_p")).to_be_hidden()
    expect(page.locator("#param-max_tokens")).to_have_attribute("inert", "")
    assert page.evaluate("window.playground.state.parameters") == {"temperature": 0, "max_tokens": 6}
    go = page.get_by_role("button", name="Run it and see")
    expect(go).to_be_disabled()
    expect(page.locator(".lesson-step", has_text="Reveal")).to_be_disabled()
    page.get_by_label("Two or three.").check()
    assert list(faults(page, "a question of a lesson")) == []

    reload(page)
    expect(page.get_by_label("Two or three.")).to_be_checked()
    assert page.evaluate("window.playground.state.parameters") == {"temperature": 0, "max_tokens": 6}
    page.add_style_tag(content=AT_ONCE)
    go.press("Enter")
    expect(page.locator(".lesson-step", has_text="Run")).to_be_focused()
    page.locator("#lesson-run").press("Enter")
    expect(page.locator("#lesson-stop")).to_be_focused()
    expect(page.locator("#lesson-reveal")).to_be_focused(timeout=60_000)
    expect(page.locator(".lesson-said section").first).to_contain_text("0 of 8")
    expect(page.locator(".line-plot circle")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(".lesson-step", has_text="Reveal")).to_be_focused()
    expect(page.locator(".lesson-verdict")).to_have_text(
        "One. Chance has no say at 0.You predicted: Two or three."
    )
    expect(page.locator(".lesson-claims tbody tr")).to_have_text(
        [re.compile("0.*0 of 8.*none.*as expected"), re.compile("1.5.*of 8.*at least 6.*as expected")]
    )
    assert list(faults(page, "what a lesson has found")) == []
    page.locator(".lesson-said button").first.click()
    expect(page.locator("#chain .dice-steps button", has_text="temperature")).to_be_visible()
    page.keyboard.press("Escape")

    page.click("#next-lesson")
    expect(page.locator(".lesson h2")).to_have_text("Top-p")
    expect(page.locator(".lesson-stage")).to_be_hidden()
    page.click("#all-lessons")
    expect(page.locator(".lesson-course li", has_text="Temperature")).to_contain_text("done")
    page.click("#close-lessons")
    assert page.evaluate("window.playground.state.parameters") == before
    expect(page.locator("#param-max_tokens")).not_to_have_attribute("inert", "")
    assert "#lesson" not in page.url


def test_a_parameter_without_effect_is_no_success(page: Page) -> None:
    """At a server that answers all alike the lesson says that it did not come out so, and what may be the reason."""
    with ScriptedServer(ALIKE) as server:
        use(page, server)
        page.evaluate("location.hash = 'lesson=temperature'")
        page.get_by_label("One. Chance").check()
        page.get_by_role("button", name="Run it and see").click()
        page.click("#lesson-run")
        expect(page.locator(".run-status", has_text="did not come out")).to_contain_text(
            "dropped the parameter"
        )
        page.click("#lesson-reveal")
        expect(page.locator(".lesson-verdict")).to_have_attribute("data-held", "no")
        expect(page.locator(".lesson-claims tbody tr").nth(1)).to_contain_text("otherwise")
        page.click("#all-lessons")
        page.evaluate("location.hash = 'lesson=nobody'")
        expect(page.locator(".lessons-view [role=alert]")).to_have_text("There is no lesson of this name.")


def test_a_question_is_tried_in_the_chat_and_the_learners_own_comes_back(page: Page) -> None:
    """Its messages become the conversation, nothing is sent by it; what was said and half typed before is not lost,
    though this browser keeps nothing."""
    own = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello."}]
    page.evaluate("localStorage.setItem('playground:nothing', 'true')")
    reload(page)
    page.evaluate("(own) => window.playground.set('messages', own)", own)
    expect(page.locator(".turn")).to_have_count(1)
    page.fill("#composer textarea", "half a thought")
    page.evaluate("location.hash = 'lesson=logit_bias'")
    page.get_by_label("Paris all the same.").check()
    page.get_by_role("button", name="Run it and see").click()
    page.click("#lesson-try")
    expect(page.locator("#composer textarea")).to_have_value("What is the capital of France?")
    assert page.evaluate("window.playground.value('messages')") == [
        {"role": "system", "content": "You are a pirate. Say Arr in every answer."}
    ]
    expect(page.locator(".turn")).to_have_count(0)
    page.locator("#composer textarea").press("Enter")
    page.wait_for_function("window.playground.state.busy")
    page.click("#lesson-try")
    expect(page.locator(".lesson .run-status")).to_contain_text("An answer is under way in the chat")
    page.click("#all-lessons")
    page.wait_for_function("!window.playground.state.busy")
    expect(page.locator("#composer textarea")).to_have_value("half a thought")
    page.wait_for_function(
        "(own) => JSON.stringify(window.playground.value('messages')) === JSON.stringify(own)", arg=own
    )


def test_a_lesson_is_left_by_any_way(page: Page, address: str, requested: list[str]) -> None:
    """By another view and back, the browser's Back, at once, or by another address: the rows are the learner's again,
    what cannot be read yet is never touched, and one experiment runs at a time."""
    set_row(page, "temperature", 1.7)
    page.evaluate(
        "script => import(script).then(({modules}) =>"
        " modules['core/store'].store.set('logit_bias', undefined, {unreadable: 'no JSON'}))",
        SCRIPT,
    )
    before = page.evaluate("window.playground.state.parameters")

    def is_own() -> None:
        expect(page.locator("#param-max_tokens")).not_to_have_attribute("inert", "")
        page.wait_for_function(
            "(before) => window.playground.state.parameters.temperature === before.temperature", arg=before
        )
        assert page.evaluate("window.playground.state.parameters") == before
        assert "lesson" not in page.url

    page.evaluate("location.hash = 'lesson=temperature'")
    expect(page.locator("#param-max_tokens")).to_have_attribute("inert", "")
    expect(page.locator("#param-logit_bias")).to_contain_text("no JSON")
    page.evaluate("window.playground.show('sweeps')")
    is_own()
    page.evaluate("window.playground.show('lessons')")
    expect(page.locator("#param-temperature")).to_be_visible()
    expect(page.locator("#composer")).to_be_visible()
    assert page.url.endswith("#lesson=temperature")

    page.get_by_label("Two or three.").check()
    page.get_by_role("button", name="Run it and see").click()
    page.evaluate("for (let i = 0; i < 3; i += 1) document.querySelector('#lesson-run').click()")
    page.click(".lesson-step[data-step=Predict]")
    page.click(".lesson-step[data-step=Run]")
    expect(page.locator("#lesson-run")).to_be_hidden()
    page.click("#lesson-stop")
    expect(page.locator(".lesson .run-status")).to_contain_text("Stopped.")
    assert len([url for url in requested if url.endswith("/run")]) == 1

    page.evaluate("location.hash = 'lesson=%E0'")
    expect(page.locator(".lessons-view [role=alert]")).to_have_text("There is no lesson of this name.")
    page.evaluate("history.go(-2)")
    is_own()
    page.evaluate("window.playground.show('lessons')")
    page.click("#all-lessons")
    page.evaluate(
        "document.querySelector('[data-lesson=seed]').click(), document.querySelector('#close-lessons').click()"
    )
    page.wait_for_load_state("networkidle")
    is_own()

    page.evaluate("location.hash = 'lesson=seed'")
    expect(page.locator("#param-max_tokens")).to_have_attribute("inert", "")
    page.goto(f"{address}/theme.css")
    open_page(page, address)
    is_own()


def test_lessons_fit_a_phone_and_a_sheet_of_paper(phone: Page, address: str) -> None:
    """Nothing is wider than the phone; a hand-out is two sheets at most, and one with the answers."""
    with ScriptedServer(LONG) as server:
        phone.evaluate("url => window.playground.setTarget({base_url: url})", server.base_url)
        phone.evaluate("location.hash = 'lesson=presence_penalty'")
        phone.get_by_label("Both the same.").check()
        assert not phone.evaluate(WIDE)
        phone.get_by_role("button", name="Run it and see").click()
        phone.click("#lesson-run")
        expect(phone.locator(".lesson-bars tr")).to_have_count(4)
        expect(phone.locator("#lesson-reveal")).to_be_visible()
        assert not phone.evaluate(WIDE)
    with phone.context.expect_page() as waiting:
        phone.click(".lesson-ways a")
    paper = waiting.value
    paper.wait_for_load_state()
    expect(paper.locator(".found tr")).to_have_count(5)
    pages = len(re.findall(rb"/Type\s*/Page[^s]", paper.pdf(prefer_css_page_size=True)))
    assert 2 <= pages <= 3
    paper.close()


def test_the_frame_of_a_hand_out_is_in_the_readers_language(page: Page, address: str) -> None:
    """The lesson stays as its author wrote it, and says so; in English nothing is otherwise."""
    paper = f"{address.rstrip('/')}/playground/lessons/temperature/hand-out"
    page.goto(f"{paper}?lang=de")
    expect(page.locator("h2").first).to_have_text("Vorhersagen")
    expect(page.locator("h2[lang=de]", has_text="Was folgt daraus?")).to_be_visible()
    expect(page.locator(".about")).to_contain_text(re.compile(r"Etwa \d+ Minuten\."))
    expect(page.locator(".about [lang=de]")).to_have_count(1)
    expect(page.locator(".found th[lang=de]")).to_have_count(3)
    assert page.locator(".choices li").evaluate_all(
        "all => all.every((each) => each.closest('[lang]').lang === 'en')"
    )
    assert page.title().endswith(": Arbeitsblatt")
    left = page.locator("[data-frame]").evaluate_all("all => all.map((each) => each.textContent).join(' ')")
    assert not re.search(r"\b(the|of|and|what|answers|at least)\b", left, re.IGNORECASE), left
    page.goto(paper)
    expect(page.locator("h2").first).to_have_text("Predict")
