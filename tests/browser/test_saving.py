"""A vote on its way into the database: kept and tried again until it is saved, with all that is added meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from threading import Event
from typing import Any, Final

from playwright.sync_api import Page, Route, expect

from playground.testing.scripted_server import ScriptedServer
from tests.browser.conftest import ask, eventually
from tests.browser.test_vote import pairs as pairs  # the fixture
from tests.browser.test_vote import saved, wait_for_both

AGAIN: Final = re.compile(r"tried again in \d+ s")


def failing(page: Page, saves: Callable[[], bool], **more: object) -> list[dict[str, Any]]:
    """All votes that the page sends from now on; none of them is saved until `saves` says so."""
    sent: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or ""))
        if not saves():
            body = {"error": {"message": "The disk is full.", "next_step": "Make room."}, **more}
            route.fulfill(status=503, content_type="application/json", body=json.dumps(body))
        else:
            route.continue_()

    page.route("**/playground/vote", answer)
    return sent


def held_back(page: Page, sent: list[dict[str, Any]]) -> list[Route]:
    """Where the second vote, the first one's next try, waits until the test lets it go on."""
    held: list[Route] = []

    def answer(route: Route) -> None:
        if len(sent) == 1:
            held.append(route)
        else:
            route.fallback()

    page.route("**/playground/vote", answer)
    return held


def comment(page: Page, words: str) -> None:
    """Adds a comment to the vote, and leaves its box."""
    page.evaluate("document.querySelector('.reasons').open = true")
    page.fill(".reasons input[type=text]", words)
    page.press(".reasons input[type=text]", "Tab")


def test_a_vote_is_kept_until_it_is_saved(pairs: tuple[Page, ScriptedServer]) -> None:
    """When saving fails the page says so, keeps the vote, and tries again under the same id; what is added
    meanwhile follows under an id of its own, once the vote is saved."""
    page, _ = pairs
    sent: list[dict[str, Any]] = failing(page, lambda: len(sent) > 1)
    held = held_back(page, sent)
    ask(page, "hello")
    wait_for_both(page)
    page.click("#vote-tie")
    expect(page.locator(".vote-status")).to_contain_text("The disk is full.")
    comment(page, "both sm")
    with page.expect_response(lambda r: "both small" in (r.request.post_data or "")):
        comment(page, "both small")
        eventually(page, lambda: bool(held))
        held[0].fallback()
    saved(page)
    expect(page.locator(".vote-status")).to_contain_text("tie")
    first, again, added = sent
    own = {name: first[name] for name in ("vote_id", "receipt")}
    assert first == again == {**added, **own, "comment": ""}
    assert added["comment"] == "both small" and not {added["vote_id"], added["receipt"]} & {*own.values()}


def test_an_unsaved_vote_outlives_its_pair(pairs: tuple[Page, ScriptedServer]) -> None:
    """A vote that cannot be saved yet is tried on while the chat goes on, and unblinds nothing of the next pair."""
    page, _ = pairs
    room = Event()
    sent = failing(page, room.is_set)
    ask(page, "hello")
    wait_for_both(page)
    page.click("#vote-a")
    expect(page.locator(".vote-status")).to_contain_text(AGAIN)
    ask(page, "go on")
    wait_for_both(page)
    expect(page.locator(".vote-earlier")).to_contain_text("The disk is full.")
    with page.expect_response(lambda r: r.url.endswith("playground/vote") and r.ok):
        room.set()
    expect(page.locator(".vote-earlier")).to_be_hidden()
    assert len({vote["vote_id"] for vote in sent}) == 1
    expect(page.locator(".whose")).to_have_count(0)
    expect(page.locator(".vote-status")).to_contain_text("Which is better?")


def test_an_unsaved_vote_outlives_a_reload(pairs: tuple[Page, ScriptedServer]) -> None:
    """The tab keeps what could not be saved, with its record and what was added, and tries again when loaded anew."""
    page, _ = pairs
    anew = Event()
    sent = failing(page, anew.is_set, record="as it was cast")
    page.once("dialog", lambda dialog: dialog.accept())
    ask(page, "hello")
    wait_for_both(page)
    page.click("#vote-a")
    expect(page.locator(".vote-status")).to_contain_text(AGAIN)
    comment(page, "shorter")
    page.once("framenavigated", lambda _: anew.set())
    with page.expect_response(lambda r: r.ok and "shorter" in (r.request.post_data or "")):
        page.reload()
    first, *_, again, added = sent
    assert again == {**first, "record": "as it was cast"}
    own = {name: added[name] for name in ("vote_id", "receipt")}
    assert added == {**first, **own, "comment": "shorter"}
    mark = page.evaluate("localStorage.getItem('playground:mark')")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", mark)
    assert (first["annotator"], first["language"]) == (mark, page.evaluate("navigator.language"))
    page.wait_for_function("sessionStorage.getItem('playground:unsaved') === '[]'")
