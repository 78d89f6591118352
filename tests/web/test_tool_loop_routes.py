"""A tool loop over the page's own routes: the message to go on with is the server's word, and the page keeps it."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests import particular
from tests.particular import Particular

QUESTION = {"role": "user", "content": "What is the weather in Oslo?"}


def test_the_page_goes_on_with_what_its_server_tells_it(http: httpx.Client) -> None:
    """The last frame has the message as it goes back, also through a blind pair that nobody voted on."""
    with Particular(particular.gemini_fault, particular.GEMINI) as server:
        for parameters in ({}, {"diff_frequency": 1.0}):
            sent = {"model": "m", "base_url": server.base_url, "mode": "blind", "parameters": parameters}
            ended = last_frame(http.post("/playground/stream", json={**sent, "messages": [QUESTION]}))
            said = {"role": "assistant", "content": None, **ended["message"]}
            assert parameters == {} or "returned" not in said
            results = [
                {"role": "tool", "tool_call_id": c["id"], "content": "Rain"} for c in said["tool_calls"]
            ]
            one = {**sent, "parameters": {}, "messages": [QUESTION, said, *results]}
            assert last_frame(http.post("/playground/stream", json=one))["ended"] == "done"
            previewed = http.post("/playground/preview", json=one).json()["report"]
            assert parameters or "go back to the server" in str(previewed)


def last_frame(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    items = [item for line in answer.iter_lines() for item in json.loads(line)]
    ended: dict[str, Any] = next(told for pane, kind, told in items if (pane, kind) == (0, "ended"))
    return ended
