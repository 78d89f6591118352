"""The page's requests about the dice, answered by the real model: what it read, the bars, the throws, and nonsense."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

ASKED = {"model": "embedded", "messages": [{"role": "user", "content": "Say hello"}], "parameters": {}}


def asked(http: httpx.Client, name: str, body: Any) -> Any:
    """The answer of one of the routes, which must have been given."""
    answer = http.post(f"/playground/dice/{name}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def prompt(http: httpx.Client) -> list[tuple[int, str]]:
    """What the model reads of one question, in tokens."""
    return [(id, piece) for id, piece in asked(http, "next", ASKED)["prompt"]]


@pytest.fixture(scope="module")
def key(http: httpx.Client, prompt: list[tuple[int, str]]) -> str:
    """The place behind it: the very next token."""
    return str(asked(http, "place", {"ids": [id for id, _ in prompt]})["key"])


def test_what_the_model_reads_is_the_filled_template(prompt: list[tuple[int, str]]) -> None:
    """Marks, the system prompt that the template adds, the question, and the place of the answer."""
    text = "".join(piece for _, piece in prompt)
    assert text.startswith("<|im_start|>system\n") and text.endswith(
        "Say hello<|im_end|>\n<|im_start|>assistant\n"
    )
    assert prompt[0] == (1, "<|im_start|>")


def test_an_answer_in_its_tokens(http: httpx.Client, prompt: list[tuple[int, str]]) -> None:
    """What was read and what was said, and the settings that it was drawn under."""
    parameters = {"stream": True, "max_tokens": 4, "temperature": 0.5, "seed": 1}
    lines = http.post("/playground/stream", json={**ASKED, "parameters": parameters}).text.splitlines()
    events = [event for line in lines for event in json.loads(line)]
    began = next(data for _, kind, data in events if kind == "started")
    seen = asked(http, "answer", {"id": began["id"]})
    assert [tuple(row) for row in seen["prompt"]] == prompt
    assert 1 < len(seen["said"]) <= 4
    text = "".join(data for _, kind, data in events if kind == "text")
    assert "".join(piece for _, piece in seen["said"]) == text
    assert (seen["values"], seen["order"], seen["message"]) == ({"temperature": 0.5}, "hosted", "")


def test_the_steps_at_a_place(http: httpx.Client, key: str) -> None:
    """Each step with its sentence and its bars; what the parameters did is in the figures."""
    values = {"temperature": 0.5, "top_k": 5, "frequency_penalty": 1, "logit_bias": {"57": -100}}

    def at(step: str) -> Any:
        return asked(http, "chain", {"key": key, "values": values, "step": step, "drawn": 19556})

    seen = {step: at(step) for step in ("model", "logit_bias", "penalties", "top_k", "min_p", "draw")}
    acted = [step for step, _, acted in seen["draw"]["stages"] if acted]
    assert acted == ["logit_bias", "penalties", "temperature", "top_k"]
    assert seen["logit_bias"]["moved"] == [[57, "I", -100, 0]]
    assert any(count > 1 and by == -count for _, _, by, count in seen["penalties"]["moved"])
    assert len([row for row in seen["top_k"]["bars"]["rows"] if row[3] > 0]) == 5
    assert seen["top_k"]["said"].startswith("5 tokens can still be drawn")
    assert seen["model"]["bars"]["rows"][0][1] == "I" != seen["draw"]["bars"]["rows"][0][1]
    assert {"I"} == {row[1] for row in seen["draw"]["bars"]["rows"] if row[2] > 0.05 and row[3] == 0}
    for view in seen.values():
        rows, rest = view["bars"]["rows"], view["bars"]["rest"]
        assert len(rows) <= 30 and sum(row[3] for row in rows) + rest[1] == pytest.approx(1)
        assert rows == sorted(rows, key=lambda row: (-row[3], -row[2]))
    draw = seen["draw"]["draw"]
    assert draw["id"] == 19556 and 0 <= draw["from"] < draw["to"] <= 1


def test_a_bias_on_a_text_is_on_all_its_tokens(http: httpx.Client, key: str) -> None:
    """As llama.cpp reads it."""
    values = {"logit_bias": {"Hello there": 2, "19556": 3}}
    seen = asked(http, "chain", {"key": key, "values": values, "step": "logit_bias"})
    moved = {piece: by for _, piece, by, _ in seen["moved"]}
    assert moved == {"Hello": 3, " there": 2}


def test_throws_over_the_last_bars(http: httpx.Client, key: str) -> None:
    """As many as asked for, the same for the same seed, and they fit."""
    sent = {"key": key, "values": {"top_k": 8}, "times": 10_000, "seed": 4}
    thrown = asked(http, "throws", sent)
    assert sum(row[2] for row in thrown["rows"]) + thrown["rest"][0] == 10_000
    assert thrown["degrees"] == 7 and thrown["p_value"] > 0.001
    assert asked(http, "throws", sent) == thrown
    assert asked(http, "throws", {**sent, "seed": 5}) != thrown


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("answer", {"id": "x"}, "this one has gone"),
        ("next", {"model": "embedded"}, "messages"),
        ("place", {}, "between 1 and 8190 tokens"),
        ("place", {"ids": []}, "between 1 and 8190 tokens"),
        ("place", {"ids": [1, "2"]}, "between 1 and 8190 tokens"),
        ("place", {"ids": [1, True]}, "between 1 and 8190 tokens"),
        ("place", {"ids": [1] * 8191}, "between 1 and 8190 tokens"),
        ("place", {"ids": [49152]}, "not of this model"),
        ("place", {"ids": [-1]}, "not of this model"),
        ("chain", {"key": "x", "values": {"colour": 1}}, "The steps have the parameters"),
        ("chain", {"key": "x", "values": [1]}, "The steps have the parameters"),
        ("chain", {"key": "x", "values": {"temperature": 3}}, "temperature"),
        ("chain", {"key": "x", "values": {"temperature": "hot"}}, "temperature"),
        ("chain", {"key": "x", "values": {"logit_bias": {"1": 101}}}, "logit_bias"),
        ("chain", {"key": "x", "values": {"logit_bias": {"1": "a"}}}, "logit_bias"),
        ("chain", {"key": "x", "order": "backwards"}, "The orders are"),
        ("chain", {"key": "x"}, "has been forgotten"),
        ("chain", {"key": [1]}, "has been forgotten"),
        ("throws", {"key": "x", "times": 0, "seed": 1}, "times is a whole number from 1 to 10000"),
        ("throws", {"key": "x", "times": 10_001, "seed": 1}, "times is a whole number"),
        ("throws", {"key": "x", "times": 1.5, "seed": 1}, "times is a whole number"),
        ("throws", {"key": "x", "times": 1, "seed": -1}, "seed is a whole number"),
        ("throws", {"key": "x", "times": 1, "seed": 1}, "has been forgotten"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    http: httpx.Client, name: str, body: dict[str, Any], said: str
) -> None:
    """Each with the parameter or the bound."""
    answer = http.post(f"/playground/dice/{name}", json=body)
    assert answer.status_code in (400, 410, 422) and said in answer.text


def test_not_a_number_is_no_value(http: httpx.Client, key: str) -> None:
    """JSON has no NaN, but Python reads one."""
    body = f'{{"key": "{key}", "values": {{"temperature": NaN}}}}'
    answer = http.post("/playground/dice/chain", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422 and "temperature" in answer.text


def test_another_servers_reading_is_unknown(http: httpx.Client) -> None:
    """Said plainly, before anything is asked of it."""
    sent = {**ASKED, "model": "some", "base_url": "http://127.0.0.1:9/v1", "flavour": "openai"}
    assert "cannot be known" in asked(http, "next", sent)["message"]


def test_what_the_scores_of_an_answer_tell(http: httpx.Client) -> None:
    """The sentence, the curve and its peaks; what is no list of scores is refused."""
    found = asked(
        http,
        "surprise",
        {"scores": [[-0.6931471805599453, [-0.6931471805599453, -0.6931471805599453]], [0.0, []]]},
    )
    assert asked(http, "surprise", {"scores": [[0.5, []]]})["told"] == "No token came with a score."
    assert found["entropies"] == [1.0, None] and found["peaks"] == [0] and "Perplexity 1.41" in found["told"]
    for scores in (None, [1], [[-1]], [["-1", []]], [[-1, ["x"]]], [[True, []]]):
        refused = http.post("/playground/dice/surprise", json={"scores": scores})
        assert refused.status_code == 400 and "scores must be a list" in refused.json()["message"]


def test_what_the_bars_do_not_show_is_said(http: httpx.Client) -> None:
    """A grammar, and what the extra JSON tells the engine by itself; of a plain request nothing."""
    shaped = {**ASKED, "parameters": {"response_format": {"type": "object"}}}
    assert "response_format put a grammar over the draw" in asked(http, "next", shaped)["unshown"]
    more = asked(http, "next", {**ASKED, "extra_body": {"mirostat": 2}})["unshown"]
    assert "The extra JSON (mirostat) goes to the engine as it stands" in more
    assert asked(http, "next", ASKED)["unshown"] == ""
