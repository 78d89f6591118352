"""Two runs of a server are told apart where it shows which one it is, and where it does not, that is said.

Kept apart from the tests of detection, since a kind says here something of time.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from playground.testing.scripted_server import ScriptedServer, answered
from playground.wire.detection import run
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES
from playground.wire.runs import UNTOLD, By, Run
from playground.wire.transport import Transport

PROMETHEUS = "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {}\nprocess_open_fds 9.0\n"
PROPS = {"build_info": "b1", "model_path": "/m.gguf", "total_slots": 1, "is_sleeping": False}


def told(flavour: Flavour, pages: dict[str, Any]) -> Run:
    """Which run a server with these pages says that it is; what is no text is JSON."""
    scripts = {
        path: answered(200, page.encode(), "text/plain")
        if isinstance(page, str)
        else answered(200, json.dumps(page).encode())
        for path, page in pages.items()
    }

    async def ask(base_url: str) -> Run:
        async with Transport() as transport:
            return await run(transport, PROFILES[flavour], base_url)

    with ScriptedServer(pages=scripts) as server:
        return asyncio.run(ask(server.base_url))


@pytest.mark.parametrize(
    ("flavour", "one", "other", "by"),
    [
        ("vllm", {"/metrics": PROMETHEUS.format("1.7e+09")}, {"/metrics": PROMETHEUS.format("1.8e+09")}, "start"),
        ("openai", {"/metrics": PROMETHEUS.format("17")}, {"/metrics": PROMETHEUS.format("18")}, "start"),
        ("vllm", {"/version": {"version": "0.11"}}, {"/version": {"version": "0.12"}}, "settings"),
        ("ollama", {"/api/version": {"version": "1"}}, {"/api/version": {"version": "2"}}, "settings"),
        ("llamacpp", {"/props": {"media_marker": "<a>"}}, {"/props": {"media_marker": "<b>"}}, "start"),
        ("llamacpp", {"/props": PROPS}, {"/props": {**PROPS, "total_slots": 4}}, "settings"),
        ("tgi", {"/info": {"sha": "1"}}, {"/info": {"sha": "2"}}, "settings"),
    ],
)  # fmt: skip
def test_two_runs_differ(flavour: Flavour, one: Any, other: Any, by: By) -> None:
    """By its start where it shows that, by its settings where it shows those alone; asked again it is the same."""
    first = told(flavour, one)
    assert first.mark and first.by == by
    assert told(flavour, one) == first != told(flavour, other)


@pytest.mark.parametrize(
    ("flavour", "pages"),
    [
        ("vllm", {}),
        ("vllm", {"/metrics": "vllm:num_requests_running 0\n"}),
        ("openai", {"/metrics": "process_start_time_seconds soon\n"}),
        ("llamacpp", {"/props": [1]}),
        ("llamacpp", {"/props": {"media_marker": "<__media__>"}}),
        ("lmstudio", {"/metrics": PROMETHEUS.format("17")}),
        ("openrouter", {"/metrics": PROMETHEUS.format("17")}),
    ],
)
def test_what_shows_nothing_is_untold(flavour: Flavour, pages: Any) -> None:
    """Nothing is made up for a server that does not say it; a provider is not asked."""
    assert told(flavour, pages) == UNTOLD


def test_what_changes_while_it_runs_does_not_count() -> None:
    """A server that has gone to sleep is the same run."""
    asleep = {**PROPS, "is_sleeping": True}
    assert told("llamacpp", {"/props": PROPS}) == told("llamacpp", {"/props": asleep})
