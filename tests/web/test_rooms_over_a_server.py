"""A room over a server by its teacher's key, over HTTP: what is sent, what it costs, and when nothing is any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute

from playground.backend import Backend
from playground.limits.counters import Counters
from playground.limits.limiter import Limiter
from playground.limits.quotas import MINUTE, Quota
from playground.rooms.asking import AT_A_SERVER
from playground.settings import Settings
from playground.testing.scripted_server import (
    DONE,
    Script,
    ScriptedServer,
    Stall,
    Until,
    answered,
    finish,
    streamed,
    text,
)
from playground.web.credentials import VISITOR_HEADER
from playground.web.rooms.routes import MOST_OF_A_STUDENT, MOST_OTHERS, room_routes
from playground.web.routes import StreamingLines
from tests.web.serving import alone
from tests.web.test_room_routes import PLAN, act, joined, opened, view, views

USAGE: dict[str, Any] = {"prompt_tokens": 5, "completion_tokens": 2}


def saying(words: str) -> Script:
    """An answer with its count of tokens."""
    return streamed(text(words), finish("stop", usage=USAGE), DONE)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    """Of an app with the rooms alone."""
    with alone(room_routes, Settings(data_dir=str(tmp_path))) as client:
        yield client


def running(
    client: httpx.Client, server: ScriptedServer, students: int = 1, **more: Any
) -> tuple[str, str, list[str]]:
    """The code of a room that asks this server and runs, and the tokens of its teacher and students."""
    at = {"model": "server/a", "base_url": server.base_url, "flavour": "openai", "varied": "", "values": None}
    code, teacher = opened(client, **at, **more)
    found = [joined(client, code) for _ in range(students)]
    act(client, code, teacher, "step", to="run").raise_for_status()
    return code, teacher, found


def has_said(words: str) -> Any:
    """Whether a view shows this answer, and none under way."""
    return lambda seen: not seen["live"] and (seen["said"] or {}).get("text") == words


def test_each_asks_with_another_seed_and_again_with_another(client: httpx.Client) -> None:
    """The same seed would bring the same answer again."""
    with ScriptedServer(saying("One"), saying("Two"), saying("Three")) as server:
        code, teacher, (ada, other) = running(client, server, 2)
        for token, words in ((ada, "One"), (other, "Two"), (ada, "Three")):
            act(client, code, token, "ask").raise_for_status()
            view(client, code, token, has_said(words))
        assert len({request.body["seed"] for request in server.requests}) == 3
        budget = view(client, code, teacher)["budget"]
        assert (budget["used_calls"], budget["used_tokens"]) == (3, 21)


def test_a_failure_takes_no_answer_away(client: httpx.Client) -> None:
    """The first answer stays beside the error of the second, for the student and on the wall."""
    with ScriptedServer(saying("One"), answered(400, b'{"error": {"message": "No."}}')) as server:
        code, teacher, (ada,) = running(client, server)
        act(client, code, ada, "ask").raise_for_status()
        view(client, code, ada, has_said("One"))
        act(client, code, ada, "ask").raise_for_status()
        said = view(client, code, ada, lambda seen: seen["said"]["error"])["said"]
        assert said["text"] == "One" and "No." in said["error"]
        assert view(client, code, teacher)["revealed"]["wall"][0]["text"] == "One"


def test_what_was_never_sent_costs_nothing(client: httpx.Client) -> None:
    """Who waits behind others, or is quicker than the server is asked, may cancel however often."""
    with ScriptedServer([Stall()]) as server:
        code, teacher, (*busy, ada) = running(client, server, AT_A_SERVER + 1, calls=300)
        for each in busy:
            act(client, code, each, "ask").raise_for_status()
        while len(server.requests) < AT_A_SERVER:
            time.sleep(0.005)
        for _ in range(15):
            act(client, code, ada, "ask").raise_for_status()
            act(client, code, ada, "cancel").raise_for_status()
        budget = view(client, code, teacher)["budget"]
        assert budget["used_calls"] == len(server.requests) == AT_A_SERVER
        act(client, code, busy[0], "cancel").raise_for_status()
        assert view(client, code, teacher)["budget"] == budget


def test_a_student_spends_a_share(client: httpx.Client) -> None:
    """The rest of the budget is the others'."""
    with ScriptedServer(saying("One")) as server:
        code, _, (ada, other) = running(client, server, 2, calls=30)
        for _ in range(3):
            act(client, code, ada, "ask").raise_for_status()
            view(client, code, ada, lambda seen: seen["said"] and not seen["live"])
        assert "your share" in act(client, code, ada, "ask").text
        act(client, code, other, "ask").raise_for_status()


def test_closed_is_closed(client: httpx.Client) -> None:
    """The answer under way is ended at the server too, and nobody does anything any more but close once more."""
    begun = threading.Event()
    with ScriptedServer(streamed(text("One"), Until(begun), Stall())) as server:
        code, teacher, (ada,) = running(client, server)
        act(client, code, ada, "ask").raise_for_status()
        view(client, code, ada, lambda seen: (seen["live"] or {}).get("text") == "One")
        act(client, code, teacher, "close").raise_for_status()
        assert server.requests[0].left.wait(10)
        for does in ("ask", "cancel", "vote", "word", "name", "predict"):
            assert "closed" in act(client, code, ada, does, choice=0, name="Ada").text
        for does in ("ask", "cancel", "sample", "stop-sampling", "draw", "pause", "budget", "step"):
            assert "closed" in act(client, code, teacher, does, to="run", on=True, start="Once").text
        act(client, code, teacher, "close").raise_for_status()
        seen = view(client, code, teacher)
        assert (seen["step"], seen["is_paused"], seen["revealed"]["wall"]) == ("closed", False, [])


def test_the_wall_has_a_token_that_does_nothing(client: httpx.Client) -> None:
    """It shows counts, no answers and no names, gives the link, and leads nothing."""
    with ScriptedServer(saying("One")) as server:
        code, teacher, (ada,) = running(client, server)
        act(client, code, ada, "name", name="Ada Lovelace").raise_for_status()
        act(client, code, ada, "ask").raise_for_status()
        shown = view(client, code, teacher, lambda seen: seen["counts"].get("answered"))["projector"]
        assert shown.startswith(f"{code}.") and teacher not in shown
        wall = shown.partition(".")[2]
        told = view(client, code, wall)
        assert (told["role"], told["counts"]["answered"], told["revealed"]["wall"]) == ("projector", 1, [])
        assert not any(hidden in str(told) for hidden in ("Ada Lovelace", "One", "budget", wall, teacher))
        for does in ("step", "ask", "close", "name", "word"):
            assert act(client, code, wall, does, to="reveal").status_code == 400
        headers = {"x-room-token": wall}
        assert client.get(f"/rooms/{code}/csv", headers=headers).status_code == 410
        link = client.post(f"/rooms/{code}/link", json={"here": "http://x/room"}, headers=headers).json()[
            "link"
        ]
        assert link.endswith(f"#{code}") and wall not in link
        act(client, code, teacher, "step", to="reveal").raise_for_status()
        assert view(client, code, wall)["revealed"]["histogram"] == [0, 0]


def test_nobody_takes_the_place_of_others_at_the_stream(client: httpx.Client) -> None:
    """A student has so many pages, and the teacher is let in all the same."""
    with ScriptedServer(saying("One")) as server:
        code, teacher, (ada,) = running(client, server)
        events = f"/rooms/{code}/events"
        with ExitStack() as held:
            for token, most in ((ada, MOST_OF_A_STUDENT), (teacher, MOST_OTHERS)):
                coming = [held.enter_context(views(client, code, token)) for _ in range(most)]
                assert [next(each)["step"] for each in coming] == ["run"] * most
                refused = client.get(events, headers={"x-room-token": token}, timeout=5)
                assert "Too many of your pages" in refused.text


def test_the_teachers_own_lessons_are_offered(tmp_path: Path) -> None:
    """Also one that was written while the app runs."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    ours = (Path(__file__).parents[2] / "playground/lessons/texts/temperature.md").read_text(encoding="utf-8")
    with alone(room_routes, Settings(data_dir=str(tmp_path), lessons=str(folder))) as client:
        (folder / "warm.md").write_text(ours, encoding="utf-8")
        assert "warm" in [row[0] for row in client.get("/rooms/lessons").json()["lessons"]]
        client.post("/rooms", json={"lesson": "warm"}).raise_for_status()


def test_a_choice_that_is_right_is_told_after_the_reveal(client: httpx.Client) -> None:
    """Neither a student nor the wall is told before."""
    with ScriptedServer(saying("One")) as server:
        code, teacher, (ada,) = running(client, server, right=1)
        wall = view(client, code, teacher)["projector"].partition(".")[2]
        assert view(client, code, ada)["revealed"] is None
        assert view(client, code, wall)["revealed"]["right"] is None
        act(client, code, teacher, "step", to="reveal").raise_for_status()
        assert [view(client, code, token)["revealed"]["right"] for token in (ada, wall)] == [1, 1]


def test_a_visitor_of_a_public_page_has_so_many_answers_and_rooms(tmp_path: Path) -> None:
    """Beside those of the chat: a room is no way around the limits, and another visitor has as many."""
    settings = Settings(data_dir=str(tmp_path))
    limiter = Limiter(Counters.of(settings), {"asks": (Quota(1, MINUTE),)}, {})

    def limited(backend: Backend, streaming: type[StreamingLines]) -> list[BaseRoute]:
        return room_routes(backend, streaming, limiter)

    with ScriptedServer(saying("One")) as server, alone(limited, settings) as client:
        client.headers[VISITOR_HEADER] = "a"
        code, teacher, (ada,) = running(client, server)
        act(client, code, teacher, "ask").raise_for_status()
        assert "1 answers in rooms a minute" in act(client, code, ada, "ask").text
        opened(client)
        opened(client)
        assert "3 rooms open here already" in client.post("/rooms", json=PLAN).text
        client.headers[VISITOR_HEADER] = "b"
        act(client, code, ada, "ask").raise_for_status()
        opened(client)
