"""What a server's refusal is made of: the catalogue tells what the refusal leaves out.

Kept apart from the tests of keys, which are about who gets which.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

from playground.backend import Backend
from playground.chat import ModelRef
from playground.events import Answer
from playground.settings import Settings
from playground.wire.profiles import OPENROUTER, PROFILES
from tests.asking import answer_of, request
from tests.standin import Standin, answered

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

    async def main(server: Standin) -> Answer:
        router = replace(OPENROUTER, base_url=server.base_url, key_hosts=("127.0.0.1",))
        settings = Settings(openrouter_api_key="sk-or-v1-0123456789", data_dir=str(tmp_path))
        backend = Backend(settings, {**PROFILES, "openrouter": router})
        try:
            return await answer_of(backend, asked)
        finally:
            await backend.aclose()

    with Standin(refused, pages={"/v1/models/a/b/endpoints": page}) as server:
        error = asyncio.run(main(server)).error
    assert error is not None and error.parameter == "logit_bias"
    assert "does not take logit_bias." in error.message
    assert error.next_step.startswith("Leave logit_bias unset, or switch require_parameters off")
