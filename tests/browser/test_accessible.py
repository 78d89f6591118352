"""Nothing that axe-core can find keeps anybody from using the page: every view, in both themes.

It asks for no behaviour: whatever is shown must be readable, named and reachable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from playground.testing.scripted_server import ScriptedServer
from tests.browser.conftest import ask, wait_until_idle
from tests.browser.fitting import misfits
from tests.browser.test_chat import use
from tests.browser.test_markdown import TEXT, said
from tests.browser.test_phone import REPLY
from tests.browser.test_vote import reply, saved, wait_for_both

AXE = Axe()
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""Of any impact, good practice and the size of what is clicked among it."""
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
"""What depends on the theme."""
AT_ONCE = "* { transition: none !important; animation: none !important; }"
DARK = "dark => document.body.classList.toggle('dark', dark)"

Views = Callable[[Page], Iterator[str]]
"""Brings up views of the page, one after the other, and names each."""


def faults(page: Page, view: str) -> Iterator[str]:
    """What axe-core finds in what is shown: everything in the light theme, contrast in the dark one too."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.axe_script)
    for theme, options in (("light", EVERYTHING), ("dark", CONTRAST)):
        page.evaluate(DARK, theme == "dark")
        for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
            for node in violation["nodes"]:
                why = node["failureSummary"].replace("\n", " ")
                yield f"{view}, {theme}: {violation['id']}: {node['html'][:120]}: {why}"
    page.evaluate(DARK, False)


def chat(page: Page) -> Iterator[str]:
    """The page as a new visitor has it, and an answer with its drawers."""
    yield "the empty page"
    groups = page.locator(".group[data-folded]").evaluate_all("nodes => nodes.map((node) => node.id)")
    for group in groups:
        page.click(f"#{group} .fold")
    with ScriptedServer(REPLY) as server:
        use(page, server)
        ask(page, "hello")
        wait_until_idle(page)
        page.locator(".strip .tab", has_text="report").click()
        yield "the drawer report, beside all parameters"
        for group in groups:  # they have been looked at, which takes as long as all the rest
            page.click(f"#{group} .fold")
        page.locator(".strip .tab", has_text="tokens").click()
        yield "the drawer tokens"
        page.locator(".turn .token").first.hover()  # scrolls there; a scroll would close the card
        page.locator(".turn .token").first.click()
        yield "the card of a token"
    with ScriptedServer(said(TEXT)) as server:
        use(page, server)
        ask(page, "and now")
        expect(page.locator(".turn.assistant .text td")).to_have_count(2)
        yield "an answer that is read as Markdown"


def dialogs(page: Page) -> Iterator[str]:
    """What opens over the page."""
    page.click("#group-structure .fold")
    page.click("#group-tokens .fold")
    for name in ("response_format", "tools", "logit_bias"):
        page.click(f"#param-{name} .opener")
        expect(page.locator(".editor")).to_be_visible()
        yield f"the editor of {name}"
        page.locator(".editor header button", has_text="Done").click()
    for dialog in ("open-models", "open-keys", "open-probes"):
        page.click(f"#{dialog}")
        yield f"the dialog {dialog}"
        page.keyboard.press("Escape")
    page.click("#open-models")
    page.locator("#model-list").get_by_text("faulty", exact=True).click()
    yield "servers with a fault"
    page.keyboard.press("Escape")


def votes(page: Page) -> Iterator[str]:
    """Two answers, a vote on them, and what the votes say."""
    with ScriptedServer(reply("one"), reply("two")) as server:
        use(page, server)
        page.click("#group-preference .fold")
        page.fill("#param-diff_frequency input[type=number]", "1")
        ask(page, "hello")
        wait_for_both(page)
        page.click(".reasons summary")
        yield "a pair"
        page.click("#vote-a")
        saved(page)
        yield "a vote"
    page.click("#open-votes")
    expect(page.locator("#votes-findings .mirror")).to_be_visible()
    yield "the votes"


@pytest.mark.parametrize("views", [chat, dialogs, votes], ids=lambda views: views.__name__)
def test_everybody_can_use_every_view(page: Page, views: Views) -> None:
    """axe-core finds nothing: contrast, names, roles, headings, landmarks, targets; and nothing is cut, however it is
    enlarged, spaced or turned round."""
    page.add_style_tag(content=AT_ONCE)
    found = [fault for view in views(page) for fault in (*faults(page, view), *misfits(page, view))]
    assert found == []
