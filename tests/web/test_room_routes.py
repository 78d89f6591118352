"""The requests of rooms: who may do what, what each is told, the stream of views, and a restart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from playground.rooms.attempts import MOST_WRONG
from playground.settings import Settings
from playground.web.rooms.routes import room_routes
from tests.web.serving import alone

PLAN: dict[str, Any] = {
    "prompt": "Say one word.",
    "question": "What happens?",
    "choices": ["Much", "Little"],
    "varied": "temperature",
    "values": "0, 2",
    "measure": "words",
    "parameters": {"max_tokens": 4},
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With a data folder of its own."""
    return Settings(data_dir=str(tmp_path))


@pytest.fixture
def client(settings: Settings) -> Iterator[httpx.Client]:
    """Of an app with the rooms alone."""
    with alone(room_routes, settings) as client:
        yield client


def opened(client: httpx.Client, **more: Any) -> tuple[str, str]:
    """The code of a new room and the teacher's token."""
    told = client.post("/rooms", json={**PLAN, **more}).raise_for_status().json()
    return told["code"], told["token"]


def joined(client: httpx.Client, code: str, name: str = "") -> str:
    """The token of a new student."""
    return str(
        client.post("/rooms/join", json={"code": code, "name": name}).raise_for_status().json()["token"]
    )


def act(client: httpx.Client, code: str, token: str, does: str, **more: Any) -> httpx.Response:
    """What becomes of something that is done."""
    headers = {"x-room-token": token}
    return client.post(f"/rooms/{code}/act", json={"act": does, **more}, headers=headers)


@contextmanager
def views(client: httpx.Client, code: str, token: str) -> Iterator[Iterator[dict[str, Any]]]:
    """The views that come, one after the other."""
    headers = {"x-room-token": token}
    with client.stream("GET", f"/rooms/{code}/events", headers=headers) as response:
        assert response.headers["content-type"] == "text/event-stream"
        yield (json.loads(line[6:]) for line in response.iter_lines() if line.startswith("data: "))


def view(
    client: httpx.Client, code: str, token: str, when: Callable[[dict[str, Any]], bool] = lambda _: True
) -> dict[str, Any]:
    """The first view of which this holds."""
    with views(client, code, token) as coming:
        return next(each for each in coming if when(each))


def test_a_student_sees_nothing_of_others_before_the_reveal(client: httpx.Client) -> None:
    """Neither prediction nor answer nor token, in no step; after the reveal the histogram and the wall."""
    code, teacher = opened(client)
    ada, other = joined(client, code, "Ada"), joined(client, code)
    act(client, code, teacher, "step", to="predict").raise_for_status()
    act(client, code, ada, "predict", choice=1).raise_for_status()
    act(client, code, teacher, "step", to="run").raise_for_status()
    act(client, code, ada, "ask").raise_for_status()
    seen = view(client, code, teacher, lambda each: each["counts"].get("answered") == 1)
    said = seen["revealed"]["wall"][0]["text"]
    assert seen["revealed"]["histogram"] == [0, 1]
    hidden = json.dumps(view(client, code, other))
    assert said not in hidden and "Ada" not in hidden and '"revealed": null' in hidden
    assert not any(token in json.dumps(seen) for token in (teacher, ada, other))
    act(client, code, teacher, "step", to="reveal").raise_for_status()
    shown = view(client, code, other)["revealed"]
    assert (shown["histogram"], shown["wall"][0]["text"]) == ([0, 1], said)


def test_only_the_teacher_leads(client: httpx.Client) -> None:
    """A student's token moves nothing, fetches no answers, and a token of another room is none."""
    code, teacher = opened(client)
    other_code, other_teacher = opened(client)
    student = joined(client, code)
    for name in ("step", "pause", "sample", "draw", "budget", "close"):
        refused = act(client, code, student, name, to="reveal", on=True)
        assert (refused.status_code, "Only the teacher" in refused.text) == (400, True)
    assert view(client, code, teacher)["step"] == "gathering"
    for token in (student, other_teacher, "", "x" * 5000):
        assert client.get(f"/rooms/{code}/csv", headers={"x-room-token": token}).status_code == 410
    gone = client.get("/rooms/ZZZZZZ/csv", headers={"x-room-token": teacher})
    assert gone.text == client.get(f"/rooms/{other_code}/csv", headers={"x-room-token": teacher}).text


def test_codes_are_not_guessed(client: httpx.Client) -> None:
    """After ten wrong ones the right one is refused too, with the seconds to wait."""
    code, _ = opened(client)
    for _ in range(MOST_WRONG):
        assert "no room" in client.post("/rooms/join", json={"code": "ZZZZZZ"}).text
    assert "Too many wrong codes" in client.post("/rooms/join", json={"code": code}).text


def test_a_room_outlives_a_restart_without_names(settings: Settings) -> None:
    """Everybody is back where they were, by the tokens that they have; the disk knows neither names nor tokens."""
    with alone(room_routes, settings) as client:
        code, teacher = opened(client)
        ada = joined(client, code, "Ada Lovelace")
        act(client, code, teacher, "step", to="predict").raise_for_status()
        act(client, code, ada, "predict", choice=1).raise_for_status()
        view(client, code, ada)
    (kept,) = (settings.data_path / "rooms").glob("*.json")
    text = kept.read_text(encoding="utf-8")
    assert not any(secret in text for secret in ("Ada Lovelace", ada, teacher))
    with alone(room_routes, settings) as client:
        back = view(client, code, ada)
        assert (back["step"], back["prediction"], back["name"]) == ("predict", 1, "")
        act(client, code, ada, "name", name="Ada Lovelace").raise_for_status()
        assert view(client, code, teacher)["students"][0]["name"] == "Ada Lovelace"
        act(client, code, teacher, "step", to="run").raise_for_status()


def test_a_key_stays_where_it_is(settings: Settings) -> None:
    """The teacher's key is in no view, in no file and in no answer; its room has a budget that is held."""
    key = "sk-or-v1-" + "7" * 40
    with alone(room_routes, settings) as client:
        sent = {**PLAN, "model": "openrouter/some/model", "calls": 1, "tokens": 10}
        headers = {"x-provider-keys": json.dumps({"openrouter": key})}
        told = client.post("/rooms", json=sent, headers=headers).raise_for_status().json()
        code, teacher = told["code"], told["token"]
        student = joined(client, code)
        act(client, code, teacher, "step", to="run").raise_for_status()
        assert "budget is spent" in act(client, code, student, "ask").text
        act(client, code, teacher, "budget", calls=5, tokens=500).raise_for_status()
        seen = [view(client, code, token) for token in (teacher, student)]
        assert seen[0]["budget"] == {"calls": 5, "tokens": 500, "used_calls": 0, "used_tokens": 0}
        assert key not in json.dumps(seen)
    assert key not in "".join(path.read_text(encoding="utf-8") for path in settings.data_path.rglob("*.json"))


@pytest.mark.parametrize(
    "sent",
    [
        {"minutes": 0},
        {"minutes": 1e9},
        {"minutes": True},
        {"model": "embedded/some/other"},
        {"prompt": 5},
        {"values": "9, 10"},
        {"values": [10**400]},
        {"values": [{}]},
        {"values": [[1]]},
        {"varied": "max_tokens", "values": [{}]},
        {"varied": "top_logprobs", "values": [[1]]},
        {"lesson": "no-such"},
        {"lesson": "diff_frequency"},
        {"choices": "ab"},
        {"parameters": {"temperature": float("inf")}, "varied": "top_p", "values": "0, 1"},
    ],
)
def test_what_is_no_room_is_not_opened(client: httpx.Client, sent: dict[str, Any]) -> None:
    """It is refused in words, and no room is there."""
    body = json.dumps({**PLAN, **sent})
    refused = client.post("/rooms", content=body)
    assert refused.status_code in (400, 422), refused.text
    assert "Traceback" not in refused.text


def test_a_lesson_is_given(client: httpx.Client) -> None:
    """Its question is the room's, its arms are dealt out, and its text stands beside the step."""
    told = client.post("/rooms", json={"lesson": "temperature"}).raise_for_status().json()
    code, teacher = told["code"], told["token"]
    student = joined(client, code)
    act(client, code, teacher, "step", to="predict").raise_for_status()
    seen = view(client, code, student)
    assert "Eight answers at temperature 0" in seen["question"] and "divides all scores" in json.dumps(
        seen["text"]
    )
    act(client, code, teacher, "step", to="run").raise_for_status()
    assert view(client, code, student)["value"] == "0.7"


def test_what_is_cancelled_is_over(client: httpx.Client) -> None:
    """Whoever cancels gets no answer, also when those who asked later have theirs, and can ask again at once."""
    code, teacher = opened(client, parameters={"max_tokens": 40}, values="2")
    student, later = joined(client, code), joined(client, code)
    act(client, code, teacher, "step", to="run").raise_for_status()
    act(client, code, student, "ask").raise_for_status()
    assert "still being written" in act(client, code, student, "ask").text
    act(client, code, student, "cancel").raise_for_status()
    act(client, code, later, "ask").raise_for_status()
    view(client, code, later, lambda each: each["said"] is not None)
    seen = view(client, code, student)
    assert (seen["live"], seen["said"]) == (None, None)
    assert "set by the teacher" in act(client, code, student, "ask", prompt="Mine").text
    act(client, code, student, "ask").raise_for_status()
    act(client, code, student, "cancel").raise_for_status()
