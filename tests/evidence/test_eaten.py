"""An empty answer whose limit went into thoughts says so, and a higher limit is offered."""

from __future__ import annotations

from typing import Any

import pytest

from playground.events import Answer, Usage
from playground.evidence.eaten import eaten_by_thoughts
from playground.wire.kinds.ollama import OLLAMA
from playground.wire.kinds.openai_com import OPENAI_COM
from tests.evidence.answers import answer

CUT: dict[str, Any] = {"ended": "length", "finish_reason": "length"}


def thought(tokens: int, text: str = "", **fields: Any) -> Answer:
    """An answer of which so many tokens were thoughts, as the usage says."""
    raw = {"completion_tokens": tokens, "completion_tokens_details": {"reasoning_tokens": tokens}}
    return answer(text, usage=Usage(3, tokens, False, raw), **{**CUT, **fields})


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        (thought(20, asked={"max_tokens": 20}), {"max_tokens": 1024}),
        (thought(2000, asked={"max_tokens": 2000}), {"max_tokens": 8000}),
        (thought(20, asked={"max_tokens": 20}, profile=OPENAI_COM), {"max_tokens": 1024}),
        (
            thought(20, asked={"max_tokens": 9, "max_completion_tokens": 20}, profile=OLLAMA),
            {"max_completion_tokens": 1024},
        ),
        (answer(reasoning="hm", asked={"max_tokens": 20}, **CUT), {"max_tokens": 1024}),
        (thought(20), {}),
    ],
)
def test_more_is_offered(given: Answer, offered: dict[str, int]) -> None:
    """Under the name that the limit was set by; where none was set by us there is nothing to raise."""
    eaten = eaten_by_thoughts(given)
    assert eaten is not None and eaten.remedy == offered
    assert "thinking took all" in eaten.message


@pytest.mark.parametrize(
    "given",
    [
        thought(20, "So", asked={"max_tokens": 20}),
        thought(20, ended="done", finish_reason="stop"),
        thought(0, asked={"max_tokens": 20}),
        answer(asked={"max_tokens": 20}, **CUT),
        answer(reasoning="hm", calls=[("f", "{")], **CUT),
        thought(20, finish_reason="model_length"),
    ],
)
def test_nothing_is_said_of_any_other_answer(given: Answer) -> None:
    """One with a word, a call, no thoughts, or another end."""
    assert eaten_by_thoughts(given) is None
