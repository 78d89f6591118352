"""A person compares: two answers, blind, one vote, saved; and what the votes say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from playground.testing.scripted_server import END, SSE_HEAD, Script, ScriptedServer, Stall, chunked
from tests.browser.conftest import PATIENCE_S, SCRIPT, ask, eventually
from tests.browser.test_chat import FINISH, event, use

SECRETS = ("secret-model", "1.3", "0.2", "frequency_penalty", "tok/s", "first token")


def reply(*words: str) -> Script:
    """A whole streamed answer."""
    return [SSE_HEAD, chunked(*(event(content=word) for word in words), FINISH, b"data: [DONE]\n\n"), END]


@pytest.fixture
def pairs(page: Page) -> Iterator[tuple[Page, ScriptedServer]]:
    """A page that always asks for two answers, of a server that gives two different ones."""
    with ScriptedServer(
        reply("first ", "words"), reply("second ", "words"), reply("third"), reply("fourth")
    ) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        yield page, server


def wait_for_both(page: Page) -> None:
    """Waits until both answers have ended."""
    page.wait_for_function("window.playground.state.pair && !document.body.dataset.busy")


def saved(page: Page) -> None:
    """Waits until the page says that the vote is saved."""
    expect(page.locator(".vote-status")).to_have_text(re.compile("^saved "))


def test_blind_until_the_vote(pairs: tuple[Page, ScriptedServer]) -> None:
    """Before the vote neither the page nor what it was sent tells models, parameters or speed; after it both do."""
    page, _ = pairs
    received: list[str] = []

    def listen(route: Route) -> None:
        response = route.fetch()
        received.append(response.text())
        route.fulfill(response=response)

    page.route("**/playground/stream", listen)
    ask(page, "hello")
    wait_for_both(page)
    panes = page.locator("#panes").inner_html()
    (stream,) = received
    assert "words" in stream
    for secret in SECRETS:
        assert secret not in panes
        assert secret not in stream
    page.click("#vote-a")
    saved(page)
    expect(page.locator(".whose", has_text="your settings")).to_have_count(1)
    expect(page.locator(".whose", has_text="temperature 1.3")).to_have_count(1)
    expect(page.locator("#panes .strip").first).to_contain_text("first token")


def test_open_mode_says_whose_is_whose(pairs: tuple[Page, ScriptedServer]) -> None:
    """With blind switched off both answers carry their settings from the start; the vote works as ever."""
    page, _ = pairs
    page.uncheck("#blind input")
    ask(page, "hello")
    wait_for_both(page)
    expect(page.locator(".whose", has_text="your settings")).to_have_count(1)
    expect(page.locator(".whose", has_text="second answer")).to_contain_text("temperature 1.3")
    page.click("#vote-tie")
    saved(page)
    first = page.locator("article.goes-on .whose")
    expect(first).to_contain_text("your settings")


def test_the_winner_becomes_the_context(pairs: tuple[Page, ScriptedServer]) -> None:
    """The word diff marks what differs on both sides, and can be switched off again. The next question carries the
    chosen answer, whichever side it stood on, and a new pair can be voted on; an edit that was left off has not
    closed the first."""
    page, server = pairs
    ask(page, "hello")
    wait_for_both(page)
    box = page.locator(".compare input").first
    box.check()
    expect(page.locator("#pane-a mark")).to_have_count(1)
    expect(page.locator("#pane-b mark")).to_have_count(1)
    box.uncheck()
    expect(page.locator(".pane mark")).to_have_count(0)
    page.locator("#pane-a .turn.user").hover()
    page.locator("#pane-a").get_by_role("button", name="edit").click()
    expect(page.locator("#pane-a .turn.going")).to_have_count(2)
    page.click("#pane-a .notice >> text=cancel")
    expect(page.locator(".turn.going")).to_have_count(0)
    chosen = page.locator("#pane-b .turn.assistant .text").inner_text()
    page.keyboard.press("Tab")
    page.locator("#pane-b .scroller").focus()
    page.keyboard.press("2")
    saved(page)
    ask(page, "go on")
    wait_for_both(page)
    assert server.requests[2].body["messages"][1] == {"role": "assistant", "content": chosen}


def test_a_pair_without_a_vote_never_blocks(pairs: tuple[Page, ScriptedServer]) -> None:
    """The next message can be sent without any vote; the chat goes on with the left answer."""
    page, server = pairs
    ask(page, "hello")
    wait_for_both(page)
    left = page.locator("#pane-a .turn.assistant .text").inner_text()
    ask(page, "go on")
    page.wait_for_function("window.playground.value('messages').length === 4")
    assert server.requests[2].body["messages"][1]["content"] == left


def test_a_pair_that_still_streams_never_blocks(page: Page) -> None:
    """The next message ends it, and goes on from what is shown; a single answer asks to be stopped first."""
    slow: Script = [SSE_HEAD, chunked(event(content="half a word")), Stall()]
    with ScriptedServer(slow, slow, slow, reply("third")) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        for pane in ("#pane-a", "#pane-b"):
            expect(page.locator(f"{pane} .turn.assistant .text")).to_have_text("half a word")
        page.fill("#param-diff_frequency input[type=number]", "0")
        page.fill("#composer textarea", "go on")
        page.press("#composer textarea", "Enter")
        expect(page.locator("#composer textarea")).to_have_value("")
        expect(page.locator("#pane-a .turn.assistant .text")).to_have_text(["half a word", "half a word"])
        asked = [message["content"] for message in server.requests[2].body["messages"]]
        assert asked == ["hello", "half a word", "go on"]
        page.fill("#composer textarea", "and now?")
        page.press("#composer textarea", "Enter")
        expect(page.locator("#pane-a .notice[role=alert]")).to_contain_text("press Stop")
        expect(page.locator("#composer textarea")).to_have_value("and now?")
        page.click("#stop")
        expect(page.locator("#pane-a .notice[role=alert]")).to_be_hidden()
        page.press("#composer textarea", "Enter")
        expect(page.locator("#pane-a .turn.assistant .text").last).to_have_text("third")


def test_a_refused_second_thought_leaves_the_saved_vote_in_view(pairs: tuple[Page, ScriptedServer]) -> None:
    """What was saved stays chosen when more words are refused; both leaks are named in one sentence; and it is said
    what an early vote, and a withdrawn consent, come to."""
    page, _ = pairs
    told = {
        "saved_at": "2026-03-01T12:00:00Z",
        "choice": "tie",
        "context": "left",
        "stopped": [],
        "unfinished": [],
    }
    answers = [
        (200, {**told, "leaks": ["left", "right"]}),
        (422, {"error": {"message": "No such reason.", "next_step": "Choose another."}}),
        (200, {**told, "choice": "first", "leaks": [], "unfinished": ["left"], "copied": True}),
    ]

    def answer(route: Route) -> None:
        status, body = answers.pop(0)
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

    page.route("**/playground/vote", answer)
    ask(page, "hello")
    wait_for_both(page)
    page.click("#vote-tie")
    expect(page.locator(".vote-status")).to_contain_text("Note: answers A and B name their own model.")
    page.evaluate("window.playground.vote('left')")
    expect(page.locator(".vote-status")).to_contain_text(
        "No such reason. Choose another. Your vote before it stays"
    )
    expect(page.locator("#vote-tie")).to_have_attribute("aria-pressed", "true")
    page.click("#vote-a")
    expect(page.locator(".vote-status")).to_contain_text(
        "You voted before A had ended: exports leave this pair out"
    )
    expect(page.locator(".vote-status")).to_contain_text("goes if you take the vote back")


def test_an_early_vote_stops_the_loser(page: Page) -> None:
    """A vote may come while both stream: the loser's connection is closed, the winner streams on."""
    slow: Script = [SSE_HEAD, chunked(event(content="still going")), Stall()]
    with ScriptedServer(slow, slow) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        expect(page.locator("#pane-a .turn.assistant .text")).to_have_text("still going")
        expect(page.locator("#pane-b .turn.assistant .text")).to_have_text("still going")
        page.click("#vote-a")
        saved(page)
        page.wait_for_function("window.playground.answer(1).ended !== null")
        eventually(page, lambda: any(visit.left.is_set() for visit in server.requests))
        assert sum(visit.left.is_set() for visit in server.requests) == 1
        assert page.evaluate("window.playground.answer(0).ended") is None
        page.click("#stop")


def test_a_changed_mind_goes_on_with_the_stopped_answer_as_it_is_shown(page: Page) -> None:
    """Who votes early and then for the other side has its text as context; the page says what was stopped, and that
    exports leave such a pair out."""
    slow: Script = [SSE_HEAD, chunked(event(content="still going")), Stall()]
    other: Script = [SSE_HEAD, chunked(event(content="going still")), Stall()]
    with ScriptedServer(slow, other, reply("third"), reply("fourth")) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        for pane in ("#pane-a", "#pane-b"):
            expect(page.locator(f"{pane} .turn.assistant .text")).not_to_have_text("")
        shown = page.locator("#pane-b .turn.assistant .text").inner_text()
        page.click("#vote-a")
        saved(page)
        expect(page.locator(".vote-status")).to_contain_text("B was stopped: exports leave this pair out")
        page.click("#vote-b")
        expect(page.locator(".vote-status")).to_contain_text("of B the chat has what is shown")
        wait_for_both(page)
        assert all(visit.left.wait(PATIENCE_S) for visit in server.requests)
        ask(page, "go on")
        wait_for_both(page)
        assert server.requests[2].body["messages"][1] == {"role": "assistant", "content": shown}


def test_the_keys_vote_without_a_click(pairs: tuple[Page, ScriptedServer]) -> None:
    """A moment after the pair has begun; and the next message can be typed without a click too."""
    page, _ = pairs
    page.fill("#composer textarea", "hello")
    page.press("#composer textarea", "Enter")
    wait_for_both(page)
    page.wait_for_function("window.playground.state.takesKeys")
    page.keyboard.press("x")
    saved(page)
    expect(page.locator(".vote-status")).to_contain_text("both bad")
    expect(page.locator("#composer textarea")).to_be_focused()


def test_the_votes_page_counts(pairs: tuple[Page, ScriptedServer]) -> None:
    """The page of votes shows a new vote in its counts, mirrors this browser's votes alone, and never calls a few
    votes better."""
    page, _ = pairs
    ask(page, "hello")
    wait_for_both(page)
    page.click("#vote-a")
    saved(page)
    page.click("#open-votes")
    expect(page.locator("#votes-findings .mirror")).to_contain_text("on the left in 1 of 1 decided votes")
    expect(page.locator("#votes-findings .course .mark")).to_have_count(
        1
    )  # all votes of this run are of one day
    page.click("#close-votes")
    page.click("#vote-both-bad")
    expect(page.locator(".vote-status")).to_contain_text("both bad")
    page.click("#open-votes")
    expect(page.locator("#votes-findings .legend")).to_contain_text(re.compile("both bad [1-9]"))
    expect(page.locator("#votes-findings .mirror")).to_contain_text("No decided vote of this browser")
    expect(page.locator("#votes-summary")).to_contain_text("saved here")
    assert "better" not in page.locator("#votes-findings").inner_text().replace("what it says", "")
    page.click("#close-votes")
    expect(page.locator("#composer")).to_be_visible()


def test_a_vote_is_taken_back(pairs: tuple[Page, ScriptedServer]) -> None:
    """At once, or by its receipt from a browser that does not know it: it is gone from the page and from the next
    export; and what is typed wrongly is told."""
    page, _ = pairs

    def exported() -> tuple[int, str]:
        """How many votes are stored, and all of them as a file."""
        made = page.evaluate(
            """async () => {
              const body = JSON.stringify({ content: "everything", container: "jsonl" });
              const made = await (await fetch("playground/exports", { method: "POST", body })).json();
              return [made.summary, await (await fetch(`playground/exports/${made.id}`)).text()];
            }"""
        )
        return int(re.sub(r".*= ([\d,]+) stored", r"\1", made[0]).replace(",", "")), made[1]

    ask(page, "taken back by its receipt")
    wait_for_both(page)
    before, _ = exported()
    page.click("#vote-a")
    saved(page)
    page.click(".back >> text=receipt")
    receipt = page.locator(".vote-status .receipt").inner_text()
    assert receipt not in exported()[1]
    page.evaluate("localStorage.removeItem('playground:receipts')")
    page.click("#open-votes")
    field, state = page.locator(".by-receipt input"), page.locator("#own-votes [role=status]")
    field.fill(receipt[:-1] + ("0" if receipt[-1] == "1" else "1"))
    field.press("Enter")
    expect(state).to_contain_text("at least one character of it is another one")
    field.fill(receipt.lower())
    field.press("Enter")
    expect(state).to_have_text("Taken back: it is deleted here, and in no export from now on.")
    page.click("#close-votes")
    ask(page, "taken back at once")
    wait_for_both(page)
    page.click("#vote-tie")
    saved(page)
    assert exported()[0] == before + 1
    page.dblclick(".back >> text=take it back")
    assert exported()[0] == before + 1, "a double click is no second thought"
    page.focus(".back >> text=take it back for good?")
    expect(page.locator(".back >> text=take it back for good?")).not_to_have_attribute(
        "aria-disabled", "true"
    )
    page.keyboard.press("Enter")
    expect(page.locator(".vote-status")).to_contain_text("is taken back")
    expect(page.locator(".vote-status")).to_be_focused()
    expect(page.locator("#vote-a")).to_be_disabled()
    stored, file = exported()
    assert stored == before and "taken back" not in file
    page.click("#open-votes")
    expect(page.locator("#votes-summary")).to_contain_text(f"{before:,} vote")
    expect(page.locator("#own-votes details")).to_be_hidden()


def test_what_is_said_and_drawn_is_honest(page: Page) -> None:
    """diff_frequency says in words how often a reply comes as two, and with what the second one is asked. The course of
    votes over days stays in its frame: also the bars of the first and of the last day, which stood on the scale and
    beside the page."""
    days = [
        {"day": f"2026-03-0{day}", "votes": day, "share": 0.5, "low": 0.2, "high": 0.8} for day in (1, 2, 4)
    ]
    left, right = page.evaluate(
        """async ([days, script]) => {
          const { course } = (await import(script)).modules["votes/plots"];
          const box = document.querySelector(".scroller").appendChild(course(days));
          const edges = (node) => { const { left, right } = node.getBoundingClientRect(); return [left, right]; };
          const frame = edges(box.querySelector(".grid")), bars = [...box.querySelectorAll(".votes")].map(edges);
          return [bars[0][0] - frame[0], frame[1] - bars.at(-1)[1]];
        }""",
        [days, SCRIPT],
    )
    assert left >= 0 and right >= 0
    page.click("#group-preference .fold")
    dial = page.locator("#dial")
    expect(page.locator("#param-diff_frequency input[type=range]")).to_have_value("0")
    page.fill("#param-diff_frequency input[type=number]", "0.25")
    expect(dial).to_have_text(
        "About 1 in 4 replies comes as two answers, drawn anew each time; "
        "the second with temperature 1.3, frequency_penalty 0.2."
    )
    page.locator("[id='param-pref_params.temperature'] input[type=number]").fill("0.4")
    expect(dial).to_contain_text("the second with temperature 0.4.")
    page.fill("#param-diff_frequency input[type=number]", "0")
    expect(dial).to_have_text("Every reply is one answer.")


def test_the_second_side_can_be_anything(page: Page) -> None:
    """Compare mode: the second side has its own model and parameters, and every reply is a pair; a value that it
    may not have is a problem of its row, before anything is sent."""
    with ScriptedServer(reply("one"), reply("two")) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-second input[aria-label='model of the second side']", "other-model")
        page.select_option("#param-second .adding select", "top_p")
        page.fill("#param-second .override input[type=number]", "7")
        expect(page.locator("#param-second .problem")).to_contain_text("top_p is 7")
        expect(page.locator("#param-top_p .problem")).to_be_hidden()
        page.fill("#param-second .override input[type=number]", "0.5")
        expect(page.locator("#param-second .problem")).to_be_hidden()
        expect(page.locator("#dial")).to_contain_text("Every reply comes as two answers")
        ask(page, "hello")
        wait_for_both(page)
        asked = sorted((visit.body["model"], visit.body.get("top_p")) for visit in server.requests)
        assert asked == [("embedded", None), ("other-model", 0.5)]
