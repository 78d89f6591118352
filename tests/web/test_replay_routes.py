"""The page's requests about what a change did: what has changed, what it costs, the run, and nonsense."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from playground.testing.scripted_server import DONE, ScriptedServer, Stall, finish, streamed, text
from playground.web.replay.rows import OWNED, price_words

PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAAAAAABQ" + "A" * 400
MESSAGES = [{"role": "user", "content": "Say hello"}]
COLD = {"stream": True, "max_tokens": 4, "temperature": 0}


def asked(**parameters: Any) -> dict[str, Any]:
    """What the page would send now."""
    return {"model": "embedded", "messages": MESSAGES, "parameters": {**COLD, **parameters}}


@pytest.fixture(scope="module")
def answer(http: httpx.Client) -> str:
    """The id of an answer that was drawn cold."""
    lines = http.post("/playground/stream", json=asked()).text.splitlines()
    events = [event for line in lines for event in json.loads(line)]
    return str(next(data for _, kind, data in events if kind == "started")["id"])


def planned(http: httpx.Client, answer: str, body: dict[str, Any], **query: Any) -> httpx.Response:
    """What the page is told before anything is asked."""
    return http.post("/playground/replay/plan", params={"answer": answer, **query}, json=body)


def test_what_has_changed_and_what_trying_costs(http: httpx.Client, answer: str) -> None:
    """By what the answer was asked with; no messages are needed, and nothing is asked of a model."""
    plan = planned(http, answer, {**asked(temperature=1.5, top_k=5), "messages": []}).json()
    assert plan["changes"] == [
        {"name": "temperature", "before": 0, "after": 1.5},
        {"name": "top_k", "after": 5},
    ]
    assert (plan["calls"], plan["tokens"], plan["price"]) == (2, 8, "")
    several = planned(http, answer, asked(temperature=1.5), trials=10).json()
    assert (several["calls"], several["tokens"]) == (30, 120)
    assert planned(http, answer, asked()).json() == {"changes": []}
    assert planned(http, answer, asked(diff_frequency=1.0)).json() == {"changes": []}
    other = planned(http, answer, {**asked(), "model": "huggingface/a/b"}).json()
    assert other["changes"] == [{"name": "model", "before": "embedded", "after": "huggingface/a/b"}]
    assert "charges for it" in other["price"]


def test_the_run_in_lines(http: httpx.Client, answer: str) -> None:
    """Who is asked, what comes, where they part, and what the dice were thrown over there: exactly."""
    body = {**asked(temperature=1.5), "messages": [{"role": "user", "content": "something else by now"}]}
    run = http.post("/playground/replay", params={"answer": answer}, json=body)
    lines = [json.loads(line) for line in run.text.splitlines()]
    assert [line["asking"]["side"] for line in lines if "asking" in line] == ["before", "after"]
    told = [line["text"] for line in lines if "text" in line]
    (compared,) = [line["compared"] for line in lines if "compared" in line]
    trial = compared["trial"]
    for side in ("before", "after"):
        assert "".join(text for of, text in told if of == side) == trial[side]["text"]
    assert compared["told"][0].startswith("They part at token") and trial["parting"]["before"]["bars"]
    bars = lines[-1]["bars"]
    before, after = ([row[place] for row in bars["rows"]] for place in (2, 3))
    assert max(before) == pytest.approx(1) and sum(after) + bars["rest"][1] == pytest.approx(1)
    drawn = [next(row for row in bars["rows"] if row[0] == id) for id in bars["drawn"]]
    assert [row[1] for row in drawn] == [trial["parting"][side]["text"] for side in ("before", "after")]
    assert drawn[0][2] == pytest.approx(1) and 0 < drawn[1][3] < 1


def test_the_question_is_asked_as_it_was(http: httpx.Client) -> None:
    """Whatever the conversation is by now; its pictures are the page's to bring, and without them nothing is asked."""
    words = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": PICTURE}}]
    shown, said = ([{"role": "user", "content": content}] for content in (words, "Hello"))
    with ScriptedServer(streamed(text("one"), finish(), DONE)) as server:
        base = {"model": "m", "base_url": server.base_url, "flavour": "openai"}
        for question in (shown, said):
            lines = http.post("/playground/stream", json={**base, "messages": question}).text
            id = re.findall('"id":"([^"]+)"', lines)[0]
            for now in (question, [*question, {"role": "user", "content": "And now?"}]):
                sent = {**base, "messages": now, "parameters": {"top_p": 0.5}}
                run = http.post("/playground/replay", params={"answer": id}, json=sent)
                if question is shown and now is not shown:
                    assert run.status_code == 400 and "pictures of this question" in run.text
                else:
                    assert [r.body["messages"] for r in server.requests[-2:]] == [question, question]
    assert len(server.requests) == 2 + 3 * 2


def test_a_reader_who_leaves_ends_the_run(http: httpx.Client, answer: str) -> None:
    """Also while the server of the second side is silent."""
    with ScriptedServer([Stall()]) as server:
        body = {**asked(), "model": "m", "base_url": server.base_url, "flavour": "openai"}
        with http.stream("POST", "/playground/replay", params={"answer": answer}, json=body) as run:
            lines = run.iter_lines()  # held: dropping it would close the connection already
            while "after" not in next(lines):
                pass
            while not server.requests:
                pass
        assert server.requests[0].left.wait(10)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("query", "changed", "status", "said"),
    [
        ({"answer": "x"}, {}, 410, "not known here"),
        ({"answer": ""}, {}, 410, "not known here"),
        ({"trials": 0}, {"top_k": 5}, 400, "from 1 to 10"),
        ({"trials": 11}, {"top_k": 5}, 400, "from 1 to 10"),
        ({"trials": "\u0663"}, {"top_k": 5}, 400, "from 1 to 10"),
        ({}, {"temperature": 3}, 422, "temperature"),
        ({}, {"temperature": "hot"}, 422, "temperature"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    http: httpx.Client, answer: str, query: dict[str, Any], changed: dict[str, Any], status: int, said: str
) -> None:
    """Before anything is asked of a model, by both routes."""
    for path in ("/playground/replay/plan", "/playground/replay"):
        refused = http.post(path, params={"answer": answer, **query}, json=asked(**changed))
        assert refused.status_code == status and said in refused.text


def test_nothing_changed_is_nothing_to_run(http: httpx.Client, answer: str) -> None:
    """The sentence says what to do."""
    refused = http.post("/playground/replay", params={"answer": answer}, json=asked())
    assert refused.status_code == 422 and "change a parameter, then compare" in refused.text


def test_the_price_in_words() -> None:
    """A sum where it is known, who charges where it is not, and nothing where all of it runs here."""
    assert price_words({}, owned=False) == ""
    assert "OpenRouter's prices at most about $0.0012" in price_words({"OpenRouter": 0.00123}, owned=False)
    assert price_words({"Mistral": None}, owned=True).startswith("Mistral charges for it")
    assert OWNED in price_words({}, owned=True)
