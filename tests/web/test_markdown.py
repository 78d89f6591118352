"""The page asks for texts as blocks: one document each, or a sentence where it asks for too much or for nothing."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from playground.events import Ended, Event, TextDelta, TokenScore, TokensScored
from playground.markdown.growing import LONGEST, document
from playground.web.chat.frames import BlindFrames, Frames
from playground.web.markdown import MOST_TEXTS


def asked(http: httpx.Client, body: Any) -> httpx.Response:
    """The answer to this JSON."""
    return http.post("/playground/markdown", json=body)


def test_each_text_has_its_document(http: httpx.Client) -> None:
    """In the order that they were sent, with where the text behind the blocks begins, as JavaScript counts."""
    first, second = asked(http, {"texts": ["# \U0001f600", ""]}).json()["documents"]
    assert first == [0, [["h1", {}, ["\U0001f600"]]], 4]
    assert second == [0, [], 0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"texts": None},
        {"texts": "x"},
        {"texts": [1]},
        {"texts": ["x"] * (MOST_TEXTS + 1)},
        {"texts": ["x" * LONGEST] * 3},
    ],
    ids=lambda body: str(body)[:20],
)
def test_what_is_no_list_of_texts_is_refused(http: httpx.Client, body: Any) -> None:
    """Anything else, and more than is read at a time: 400, with words."""
    answer = asked(http, body)
    assert answer.status_code == 400
    assert answer.json()["message"]


def told(frames: Frames, *events: Event) -> list[list[Any]]:
    """What a page is told of one answer that comes at once."""
    for event in events:
        frames.add(0, event)
    items: list[list[Any]] = json.loads(frames.take())
    return items


@pytest.mark.parametrize("kind", [Frames, BlindFrames])
def test_blocks_come_before_the_end(kind: type[Frames]) -> None:
    """An answer's last blocks are there when it ends; a blind pair's are made of its words alone, like any other."""
    items = told(kind(("a", "b")), TextDelta("# one\n\n*two*", 0.1), Ended("done", 0.2))
    assert [name for _, name, _ in items] == ["text", "blocks", "ended"]
    assert items[1][2] == json.loads(json.dumps(document("# one\n\n*two*")))


def test_tokens_with_scores_have_no_blocks() -> None:
    """Where each token is shown there is nothing to set."""
    events = TextDelta("# one", 0.1), TokensScored((TokenScore("# one", -0.1, ()),)), Ended("done", 0.2)
    assert "blocks" not in [name for _, name, _ in told(Frames(("a",)), *events)]


def test_a_long_rest_is_left_to_the_page() -> None:
    """What ends far from its last block is not set before the end is told: nothing waits for it."""
    items = told(Frames(("a",)), TextDelta("word " * 1_000, 0.1), Ended("done", 0.2))
    assert [name for _, name, _ in items] == ["text", "ended"]
