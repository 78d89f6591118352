"""A lesson on paper: its text, its question to tick, a table to fill in, and the answers on a page of their own.

Written as HTML by the standard library's tree, which escapes: text of a lesson is never markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

from playground.lessons.lesson import Lesson
from playground.lessons.measures import MEASURES, label
from playground.markdown.growing import document
from playground.web.assets import ASSETS_URL

_KNOWN: Final = frozenset(
    [
        *(
            "p",
            "ul",
            "ol",
            "li",
            "blockquote",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "em",
            "strong",
            "s",
        ),
        *("code", "br", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6"),
    ]
)
_RUN: Final = "What came"
_LINES: Final = 3
_LANGUAGE: Final = "en"
"""That of the lessons, whatever that of the frame around them is."""


def hand_out(lesson: Lesson) -> str:
    """A whole page of HTML, for two sheets at most and one for the answers."""
    html = ET.Element("html", lang=_LANGUAGE)
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _text(head, "title", f"{lesson.title}: hand-out")
    # The page stands three folders deep; the same host serves both.
    ET.SubElement(head, "link", rel="stylesheet", href=f"../../../{ASSETS_URL}/css/hand_out.css")
    script = f"../../../{ASSETS_URL}/js/lessons/printed.js"
    ET.SubElement(head, "script", {"type": "module", "src": script}).text = ""
    body = ET.SubElement(html, "body", lang=_LANGUAGE)
    _sheet(ET.SubElement(body, "main"), lesson)
    _answers(ET.SubElement(body, "section", {"class": "answers"}), lesson)
    return "<!doctype html>\n" + ET.tostring(html, encoding="unicode", method="html")


def _sheet(page: ET.Element, lesson: Lesson) -> None:
    _text(page, "h1", lesson.title)
    about = ET.SubElement(page, "p", {"class": "about"})
    about.text = f"{lesson.about} "
    _frame(about, "span", f"About {lesson.minutes} minutes.")
    _blocks(page, lesson.texts[""])
    _frame(page, "h2", "Predict")
    _blocks(page, lesson.texts["Predict"])
    _text(page, "p", lesson.question, "question")
    choices = ET.SubElement(page, "ul", {"class": "choices"})
    for choice in lesson.choices:
        _text(choices, "li", choice)
    _frame(page, "h2", "Run")
    _blocks(page, lesson.texts["Run"])
    _table(page, lesson)
    _frame(page, "h2", "What do you conclude?")
    for _ in range(_LINES):
        ET.SubElement(page, "p", {"class": "line"})


def _table(page: ET.Element, lesson: Lesson) -> None:
    """A row for each arm, to be filled in by hand."""
    table = ET.SubElement(page, "table", {"class": "found"})
    heads = ET.SubElement(table, "tr")
    for name in (lesson.parameter, f"{label(lesson.measure)}, of {len(lesson.seeds)}", "an answer that came"):
        _frame(heads, "th", name)
    for arm in lesson.arms:
        row = ET.SubElement(table, "tr")
        _text(row, "th", arm.label)
        ET.SubElement(row, "td")
        ET.SubElement(row, "td")
    _frame(page, "p", MEASURES[lesson.measure.name].what, "note")


def _answers(page: ET.Element, lesson: Lesson) -> None:
    heading = ET.SubElement(page, "h1")
    heading.text = f"{lesson.title}: "
    _frame(heading, "span", "answers")
    _text(page, "p", f"{lesson.question} {lesson.choices[lesson.answer]}", "question")
    _blocks(page, lesson.texts["Reveal"])
    if lesson.texts.get("Why"):
        _frame(page, "h2", "Why")
        _blocks(page, lesson.texts["Why"])
    _frame(page, "h2", "What must come, on the embedded model")
    claims = ET.SubElement(page, "ul")
    for claim in lesson.claims:
        what = label(lesson.measure)
        if MEASURES[lesson.measure.name].is_share:
            _frame(claims, "li", f"{claim.arm}: {what} in {claim.words} of {claim.runs}")
        else:
            _frame(claims, "li", f"{claim.arm}: {what} ({claim.condition}) in {claim.words} of {claim.runs}")
    if lesson.sources:
        _frame(page, "h2", "To read on")
        for source in lesson.sources:
            _text(page, "p", f"{source.title}: {source.url}", "source")


def _text(parent: ET.Element, tag: str, text: str, looks: str = "") -> None:
    ET.SubElement(parent, tag, {"class": looks} if looks else {}).text = text


def _frame(parent: ET.Element, tag: str, text: str, looks: str = "") -> None:
    """Words of our own, which `lessons/printed.js` says in the reader's language."""
    _text(parent, tag, text, looks)
    parent[-1].set("data-frame", "")


def _blocks(parent: ET.Element, text: str) -> None:
    _put(parent, document(text)[1])


def _put(parent: ET.Element, data: Iterable[Any]) -> None:
    """Puts blocks of Markdown behind what stands in `parent`; an element that is not known is shown as its text."""
    for item in data:
        if isinstance(item, str):
            _append(parent, item)
            continue
        name, attributes, children = item
        if name == "math" or name in _KNOWN:
            kept = {"align": attributes["align"]} if "align" in attributes else {}
            _formula(parent, item) if name == "math" else _put(ET.SubElement(parent, name, kept), children)
        else:
            _put(parent, children)
            address = attributes.get("address", "")
            if address and children != (address,):  # paper has no links
                _append(parent, f" ({address})")


def _formula(parent: ET.Element, item: Sequence[Any]) -> None:
    """Elements of a formula come from a list of known ones (`markdown/formula.py`)."""
    if isinstance(item, str):
        _append(parent, item)
        return
    name, attributes, children = item
    node = ET.SubElement(parent, name, {key: str(value) for key, value in attributes.items()})
    for child in children:
        _formula(node, child)


def _append(parent: ET.Element, text: str) -> None:
    last = parent[-1] if len(parent) else None
    if last is None:
        parent.text = (parent.text or "") + text
    else:
        last.tail = (last.tail or "") + text
