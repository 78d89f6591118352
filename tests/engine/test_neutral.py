"""A request of the product reaches the embedded model as neutral as it was asked, and a seed repeats it.

Kept apart from the sampling tests, which ask the engine directly: here the way through backend and wire is what
could add, drop or change something.
"""

from __future__ import annotations

from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend
from playground.engine.process import Engine
from tests.asking import EMBEDDED, answer_of, request
from tests.engine.asking import Asker, endpoint_of

PROMPT = "Write one word."


@pytest.fixture(scope="module")
def asker(engine: Engine) -> Asker:
    return Asker(endpoint_of(engine))


def said(backend: Backend, portal: BlockingPortal, **parameters: Any) -> str:
    answer = portal.call(answer_of, backend, request(EMBEDDED, PROMPT, **parameters))
    assert answer.complete, answer.error
    return answer.text


@pytest.mark.parametrize("parameters", [{}, {"temperature": 1.0}, {"temperature": 1.0, "stream": True}])
def test_nothing_is_added_on_the_way(
    parameters: dict[str, Any], backend: Backend, portal: BlockingPortal
) -> None:
    """What is sent is what was set, the conversation and the model's name; no sampler is slipped in."""
    answer = portal.call(answer_of, backend, request(EMBEDDED, PROMPT, max_tokens=1, **parameters))
    sampling = {name: value for name, value in answer.body.items() if name not in ("model", "messages")}
    assert sampling == {"max_tokens": 1, **parameters}
    assert answer.body["messages"] == [{"role": "user", "content": PROMPT}]


def test_first_tokens_are_those_of_the_engine_itself(
    backend: Backend, portal: BlockingPortal, asker: Asker
) -> None:
    """For 16 seeds the first token is the one that the engine draws when it is asked with the seed alone.

    So what is proven of the engine, that unset means untouched, holds for the product as well.
    """
    directly = [asker.text(PROMPT, max_tokens=1, seed=seed) for seed in range(16)]
    through = [said(backend, portal, max_tokens=1, seed=seed, temperature=1.0) for seed in range(16)]
    assert through == directly
    assert len(set(through)) > 4


def test_a_seed_repeats_itself(backend: Backend, portal: BlockingPortal) -> None:
    """Twenty times in sequence the same seed gives the same answer, to the letter, and another seed another."""
    answers = {said(backend, portal, max_tokens=8, seed=11, temperature=1.0) for _ in range(20)}
    assert len(answers) == 1
    assert said(backend, portal, max_tokens=8, seed=12, temperature=1.0) not in answers
