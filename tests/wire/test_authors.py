"""An author's values come from a file that anybody wrote: what is in range is offered, all else is as if unsaid.

Kept apart from the lists, which are tested for what they say of a model and not of its parameters' values.
"""

from __future__ import annotations

from typing import Any

import pytest

from playground.value_types import Integer
from playground.wire.authors import suggestions
from playground.wire.models import ModelInfo, of_generation_config, of_openrouter, of_server


def offered(values: Any, kinds: Any = None) -> dict[str, float]:
    """What becomes of a file's values."""
    info = ModelInfo("a/b", "a/b", suggested=of_generation_config(values), suggested_in="a file")
    return {name: each.value for name, each in suggestions(info, kinds or {}).items()}


def test_numbers_in_range_are_offered() -> None:
    """As the parameter takes them: whole where it is whole, and without the noise of 32 bits."""
    values = {"temperature": 0.6000000238418579, "top_k": 20, "top_p": 0.95, "repetition_penalty": 1.05}
    assert offered({**values, "do_sample": True, "eos_token_id": [1, 2]}) == {**values, "temperature": 0.6}


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        "text",
        {"temperature": 7.0},
        {"temperature": -1},
        {"temperature": "hot"},
        {"temperature": True},
        {"temperature": 1e999},
        {"top_p": 1.5, "min_p": None, "top_k": 1.5},
        {"top_k": -2},
        {"repetition_penalty": 0, "__class__": 1},
        {"temperature": 0.6, "do_sample": False},
    ],
)
def test_all_else_is_not(values: Any) -> None:
    """What is out of range, of another kind, or meant for no sampling."""
    assert offered(values) == {}


def test_a_servers_own_range_counts() -> None:
    """Where a server takes more than is documented, it may be suggested there."""
    assert offered({"top_k": -2}, {"top_k": Integer(-2, None)}) == {"top_k": -2}


@pytest.mark.parametrize(
    ("field", "value", "ends"),
    [
        ("shutdown_date", "2027-01-14", "2027-01-14"),
        ("deprecation", "2026-12-01T12:00:00Z", "2026-12-01"),
        ("shutdown_date", None, ""),
        ("shutdown_date", "soon", ""),
        ("deprecation", 1767225600, ""),
        ("shutdown_date", "2027-13-40", ""),
    ],
)
def test_until_when_a_model_can_be_had(field: str, value: Any, ends: str) -> None:
    """By the names of OpenAI and Mistral; a date that is none is not shown."""
    (model,) = of_server({"data": [{"id": "m", field: value}]})
    assert model.ends == ends
    (routed,) = of_openrouter({"data": [{"id": "m", "expiration_date": value}]})
    assert routed.ends == ends
