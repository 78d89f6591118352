"""What is known of a server is used: its kind where a request is checked, its catalogue where it refuses.

Kept apart from the tests of keys, which are about who gets which.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.backend import Backend, Target
from playground.chat import ModelRef
from playground.errors import Problem
from playground.events import Answer
from playground.problems import check
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, answered
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.profiles import PROFILES
from tests.asking import answer_of, request

NO_PROVIDER = {
    "message": "No endpoints found.",
    "availability": {"code": "constraint_filtered", "excluded_by": ["require_parameters"]},
}
OFFERS = {"data": {"endpoints": [{"provider_name": "P", "status": 0, "supported_parameters": ["seed"]}]}}


def test_the_parameter_that_leaves_no_provider_is_named(tmp_path: Path) -> None:
    """OpenRouter's 404 for require_parameters names none; its catalogue tells which, and the way out follows."""
    page = answered(200, json.dumps(OFFERS).encode())
    refused = answered(404, json.dumps({"error": NO_PROVIDER}).encode())
    asked = request(ModelRef("openrouter", "a/b"), seed=1, logit_bias={"5": 1.0})

    async def main(server: ScriptedServer) -> Answer:
        router = replace(OPENROUTER, base_url=server.base_url, key_hosts=("127.0.0.1",))
        settings = Settings(openrouter_api_key="sk-or-v1-0123456789", data_dir=str(tmp_path))
        backend = Backend(settings, {**PROFILES, "openrouter": router})
        try:
            return await answer_of(backend, asked)
        finally:
            await backend.aclose()

    with ScriptedServer(refused, pages={"/v1/models/a/b/endpoints": page}) as server:
        error = asyncio.run(main(server)).error
    assert error is not None and error.parameter == "logit_bias"
    assert "does not take logit_bias." in error.message
    assert error.next_step.startswith("Leave logit_bias unset, or switch require_parameters off")


def test_what_is_sent_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kind of its server is known; else once more before the server is asked of what kind it is."""
    checks: list[Any] = []

    def counting(*asked: Any) -> Sequence[Problem]:
        checks.append(asked)
        return check(*asked)

    async def main() -> list[int]:
        backend, counts = Backend(Settings()), []
        for target in (Target(base_url=server.base_url), Target(base_url=server.base_url)):
            hello = [{"role": "user", "content": "Hello"}]
            await backend.request({"model": "m", "messages": hello}, "create", target)
            counts.append(len(checks))
        await backend.aclose()
        return counts

    monkeypatch.setattr("playground.backend.check", counting)
    with ScriptedServer(
        pages={"/v1/models": answered(200, b'{"data": [{"id": "m", "owned_by": "llamacpp"}]}')}
    ) as server:
        assert asyncio.run(main()) == [2, 3]
