"""The page's requests about lessons: the list, one of them, its experiment in lines, and its hand-out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute

from playground.backend import Backend
from playground.lessons.shelf import OURS, load
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text
from playground.web.chat.answer_cache import KeptAnswers
from playground.web.holder import Seal
from playground.web.lessons.routes import lesson_routes
from tests.lessons.test_front_matter import BODY, HEAD
from tests.web.serving import alone

ALIKE: Final = streamed(text("Fine."), finish(), DONE)
"""A server that has dropped whatever was asked for: each answer is the same."""


@contextmanager
def school(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the lessons' requests alone."""

    def routes(backend: Backend, streaming: Callable[..., Response]) -> list[BaseRoute]:
        return lesson_routes(backend, KeptAnswers(), Seal(backend.settings), streaming)

    with alone(routes, settings) as client:
        yield client


def lines(http: httpx.Client, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """All lines of an experiment."""
    response = http.post(path, json=body)
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def test_ours_and_a_teachers_own_are_listed(tmp_path: Path) -> None:
    """With what is wrong in the teacher's files; a change is seen at the next look."""
    (tmp_path / "bad.md").write_text("# Hello", encoding="utf-8")
    with school(Settings(data_dir=str(tmp_path / "data"), lessons=str(tmp_path))) as http:
        told = http.get("/lessons").json()
        assert (len(told["lessons"]), len(told["courses"])) == (20, 3)
        assert told["mistakes"] == [f"{tmp_path / 'bad.md'}:1: a lesson begins with --- and its front matter"]
        (tmp_path / "bad.md").write_text(HEAD + BODY, encoding="utf-8")
        told = http.get("/lessons").json()
        assert ("bad" in {lesson["id"] for lesson in told["lessons"]}, told["mistakes"]) == (True, [])
        shown = http.get("/lessons/bad").json()
        assert shown["setup"] == {
            "parameters": {"max_tokens": 6, "temperature": 0},
            "messages": [],
            "draft": "Name an animal.",
        }
        assert shown["numbers"] == [0, 1.5]
        for path in ("/lessons/absent", "/lessons/absent/hand-out", "/lessons/..%2Fseed"):
            assert http.get(path).status_code == 404


def test_visitors_of_a_public_page_are_not_told_what_lies_on_the_server(tmp_path: Path) -> None:
    """The owner of the files has a command for that."""
    (tmp_path / "bad.md").write_text("# Hello", encoding="utf-8")
    settings = Settings(data_dir=str(tmp_path / "data"), lessons=str(tmp_path), posture="public")
    with school(settings) as http:
        assert http.get("/lessons").json()["mistakes"] == []


def test_a_lesson_that_does_not_come_true_says_so(tmp_path: Path) -> None:
    """At a server that answers each request alike the temperature had no effect; a slip of the target is refused."""
    with school(Settings(data_dir=str(tmp_path))) as http, ScriptedServer(ALIKE) as server:
        asked = {"model": "m", "base_url": server.base_url, "flavour": "openai"}
        *found, verdict = lines(http, "/lessons/temperature/run", asked)
        assert (found[-1]["done"], found[-1]["total"]) == (24, 24)
        assert [arm["said"] for arm in found[-1]["arms"]] == [[["Fine.", 8]]] * 3
        assert (verdict["held"], [claim["held"] for claim in verdict["claims"]]) == (False, [True, False])
        assert "its server may have dropped the parameter without a word" in verdict["said"]
        seeds = sorted(request.body["seed"] for request in server.requests)
        assert seeds == sorted([*range(1, 9)] * 3)
        refused = http.post("/lessons/temperature/run", json={**asked, "base_url": "ftp://x"})
        assert refused.status_code == 422
        assert http.post("/lessons/absent/run", json=asked).status_code == 404


def test_a_server_that_fails_is_told_and_not_called_a_dropped_parameter(tmp_path: Path) -> None:
    """Its words stand where the verdict stands."""
    with school(Settings(data_dir=str(tmp_path))) as http:
        asked = {"model": "m", "base_url": "http://127.0.0.1:9/v1", "flavour": "openai"}
        *found, verdict = lines(http, "/lessons/stop/run", asked)
    assert [(claim["runs"], claim["held"]) for claim in verdict["claims"]] == [(0, False)] * 2
    assert [arm["failed"] for arm in found[-1]["arms"]] == [1, 1]
    assert verdict["said"].startswith("Not every answer came: ")


@pytest.mark.parametrize("lesson", load(OURS).lessons)
def test_each_lesson_has_a_hand_out(lesson: str, tmp_path: Path) -> None:
    """Its question to tick, a row for each arm, and the answer on another page."""
    with school(Settings(data_dir=str(tmp_path))) as http:
        page = http.get(f"/lessons/{lesson}/hand-out").text
    told = load(OURS).lessons[lesson]
    sheet, answers = page.split('<section class="answers">')
    assert sheet.count("<li>") >= len(told.choices)
    to_fill_in = sheet.partition('<table class="found">')[2].partition("</table>")[0]
    assert to_fill_in.count("<tr>") == len(told.arms) + 1
    assert told.choices[told.answer].split("<")[0] in answers


def test_text_of_a_lesson_is_never_markup(tmp_path: Path) -> None:
    """Neither in the hand-out nor in what the page gets."""
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    links = " [x](javascript:alert(1)) [more](https://example.org/a?b=1&c=2)"
    text = HEAD.replace("Cold and hot", f'"{evil}"').replace("How many?", f'"{evil}"') + BODY.replace(
        "Think.", evil + links
    )
    (tmp_path / "evil.md").write_text(text, encoding="utf-8")
    with school(Settings(data_dir=str(tmp_path / "data"), lessons=str(tmp_path))) as http:
        page = http.get("/lessons/evil/hand-out").text
    assert "<script>" not in page
    assert "<img" not in page
    assert "<a" not in page
    assert "more (https://example.org/a?b=1&amp;c=2)" in page  # paper has no links
    assert page.count("&lt;script&gt;") >= 3
