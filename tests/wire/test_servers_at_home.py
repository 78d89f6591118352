"""What leaves for Ollama and for LM Studio where they read a value otherwise than others do, as the exact fields.

Kept apart from the proof that all kinds share, which takes one value of each parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from playground.wire.kinds.lmstudio import LMSTUDIO
from playground.wire.kinds.ollama import OLLAMA
from playground.wire.kinds.profile import Profile
from tests.wire.asking import request
from tests.wire.test_body import FREE, NAMED, TOOLS, bytes_sent

GOLDEN: Mapping[str, tuple[Profile, dict[str, Any], dict[str, Any]]] = {
    "LM Studio gets the forced tool alone": (
        LMSTUDIO,
        {"tools": TOOLS, "tool_choice": NAMED},
        {"tools": TOOLS[1:], "tool_choice": "required"},
    ),
    "LM Studio: any JSON by a schema": (
        LMSTUDIO,
        {"response_format": FREE},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "object"}},
            }
        },
    ),
    "LM Studio: text": (
        LMSTUDIO,
        {"response_format": {"type": "text"}},
        {"response_format": {"type": "text"}},
    ),
    "Ollama gets all tools, and no choice": (
        OLLAMA,
        {"tools": TOOLS, "tool_choice": NAMED},
        {"tools": TOOLS},
    ),
    "Ollama is kept from calling": (OLLAMA, {"tools": TOOLS, "tool_choice": "none"}, {}),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_golden_bodies(case: str) -> None:
    """Each known oddity."""
    profile, parameters, expected = GOLDEN[case]
    body, _ = bytes_sent(request(**parameters), profile)
    assert {field: value for field, value in body.items() if field not in ("model", "messages")} == expected
