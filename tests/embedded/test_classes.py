"""The embedded model keeps to a class: exactly its fields, and every answer that ends by itself is an instance.

Kept apart from the effects of parameters because this is a bounded part of `python -m bench formats`: 200 answers.
"""

from __future__ import annotations

from typing import Any

import pytest

from bench.formats import ASKED, Line
from playground.engine.process import Engine
from playground.schema.parsed import parsed_answer
from tests.embedded.test_effects import Model


@pytest.fixture
def model(engine: Engine) -> Model:
    """The running embedded model."""
    return Model(engine)


def test_a_class_means_exactly_its_fields(model: Model) -> None:
    """Left open, as a bare schema may be, the model writes on into fields of its own with some of these seeds."""
    asked: list[dict[str, Any]] = [{"seed": seed, "max_tokens": 60, "temperature": 1.5} for seed in range(3)]
    held = model.ask_all([{**one, "response_format": Line} for one in asked], "Draw a line.")
    assert [answer.ended for answer in held] == ["done"] * len(asked)
    assert all(Line.model_validate_json(answer.text, extra="forbid") for answer in held)
    free = model.ask_all(
        [{**one, "response_format": Line.model_json_schema()} for one in asked], "Draw a line."
    )
    assert any(answer.ended == "length" for answer in free)


def test_an_answer_that_ends_by_itself_parses(model: Model) -> None:
    """Also of classes with unions, dates and lists; what max_tokens cuts is none."""
    ended = 0
    for kind, question in ASKED[:5]:
        answer = model.ask(question, response_format=kind, seed=0, max_tokens=40)
        if answer.ended == "done":
            ended += 1
            assert isinstance(parsed_answer(answer, kind).parsed, kind), answer.text
    assert ended >= 4
