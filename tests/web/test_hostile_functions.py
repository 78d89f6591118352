"""Every function that Gradio has of this page, called by its number as a stranger calls it.

The numbers come from the page's own configuration, so a function that is added is tried too.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx
import pytest

PATHS = ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "\x00", "votes.sqlite"]
FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
ODD: list[Any] = [
    None,
    True,
    -1,
    10**400,
    float("nan"),
    "x" * 200_000,
    "$" * 9,
    PATHS,
    FILE,
    [[[[]]]],
    {"a": {}},
    "__proto__",
]
NUMBERS: list[Any] = [-1, 10**9, "x", None, 1.5, [], "../0"]
TOLD = ("Traceback", "root:x:", "/site-packages/", "playground/web")


def join(http: httpx.Client, number: Any, data: Any) -> str:
    """All that is told of one call, up to its end."""
    session = secrets.token_hex(8)
    body = json.dumps({"fn_index": number, "data": data, "session_hash": session, "event_data": None})
    joined = http.post("/gradio_api/queue/join", content=body, headers={"content-type": "application/json"})
    if joined.status_code != 200:
        return joined.text
    told = joined.text
    with http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        for line in events.iter_lines():
            told += line
            if '"process_completed"' in line or '"unexpected_error"' in line or '"close_stream"' in line:
                break
    return told


def functions(http: httpx.Client) -> dict[int, int]:
    """The number of each function that runs here, and how many values it takes."""
    listed = http.get("/config").json()["dependencies"]
    return {each["id"]: len(each["inputs"]) for each in listed if each["backend_fn"]}


def test_no_function_tells_what_is_nobody_s(http: httpx.Client) -> None:
    """Whatever is given, and however much of it: an answer or a refusal, no traceback, no file, no server error."""
    found = functions(http)
    assert len(found) > 3  # the page's own, and both calls of the API
    for number, inputs in found.items():
        for odd in ODD:
            told = join(http, number, [odd] * inputs)
            assert not any(word in told for word in TOLD), (number, str(odd)[:40], told[:400])
        for data in ([], [None] * (inputs + 3), {"a": 1}, "x", None):
            told = join(http, number, data)
            assert not any(word in told for word in TOLD), (number, data, told[:400])


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_a_number_that_is_none(number: Any, http: httpx.Client) -> None:
    """It is refused, and the app lives on."""
    told = join(http, number, [])
    assert not any(word in told for word in TOLD), told[:400]
    assert "KeyError" not in told
    assert http.get("/playground/health/live").status_code == 200
