"""The role developer goes to those who know it, and as system, openly, to all others.

Kept apart from the bodies of parameters: a role is part of the conversation, which every kind of server gets.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.chat import ChatRequest
from playground.value_types import Messages
from playground.wire.body import build
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES
from playground.wire.turns import NO_DEVELOPER
from tests.wire.asking import request

ASKED = (
    {"role": "developer", "content": "Be brief.", "name": "a"},
    {"role": "user", "content": "Hi"},
    {"role": "developer", "content": [{"type": "text", "text": "In French."}]},
)
TAKEN: frozenset[Flavour] = frozenset({"openai.com", "openrouter"})


def asked() -> ChatRequest:
    """A request with developer messages in both places where they stand."""
    return replace(request(), messages=ASKED)


@pytest.mark.parametrize("flavour", PROFILES)
def test_each_kind_of_server_gets_a_role_that_it_knows(flavour: Flavour) -> None:
    """Nothing else of a message changes, and the report says what did."""
    body, report = build(asked(), PROFILES[flavour])
    line = next(line for line in report if line.parameter == "messages")
    if flavour in TAKEN:
        assert body["messages"] == list(ASKED)
        assert (line.state, line.why) == ("sent", "")
    else:
        assert body["messages"] == [
            {**m, "role": "system" if m["role"] == "developer" else m["role"]} for m in ASKED
        ]
        assert (line.state, line.why, line.wire) == ("encoded", NO_DEVELOPER, body["messages"])
    assert [m["role"] for m in ASKED] == ["developer", "user", "developer"]  # what was asked stays as it was


def test_the_role_is_one_of_the_conversation() -> None:
    """What Python is given, and a vote brought back, may have it."""
    assert list(Messages().faults(ASKED)) == []


def test_both_changes_are_told_where_calls_are_written_out_too() -> None:
    """The embedded model's template knows neither the role nor calls."""
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    messages = (*ASKED, {"role": "assistant", "content": None, "tool_calls": calls})
    _, report = build(replace(asked(), messages=messages), PROFILES["embedded"])
    why = next(line.why for line in report if line.parameter == "messages")
    assert NO_DEVELOPER in why and "knows text only" in why
