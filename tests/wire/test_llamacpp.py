"""What llama.cpp would read as something else than it says goes as what was meant, and the report says so.

Kept apart from the other tests of bytes: these are single values, and the real model proves that they matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend
from playground.events import Answer
from playground.wire.body import build
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.llamacpp import LLAMACPP, bias_within
from playground.wire.kinds.profile import Profile
from tests import asking
from tests.wire.asking import request


@pytest.mark.parametrize("profile", [EMBEDDED, LLAMACPP], ids=["embedded", "llamacpp"])
@pytest.mark.parametrize(
    ("name", "value", "goes"),
    [
        ("seed", 2**32 - 1, 2**32 - 2),
        ("seed", 2**32 - 2, 2**32 - 2),
        ("max_tokens", 2**31, 2**31 - 1),
        ("max_tokens", 2**31 - 1, 2**31 - 1),
        ("top_logprobs", 0, 1),
        ("top_logprobs", 1, 1),
    ],
)
def test_what_llama_cpp_would_take_as_something_else(
    profile: Profile, name: str, value: int, goes: int
) -> None:
    """Its random seed, a count beyond its own and its "no log probabilities" go as what was meant, openly."""
    body, report = build(request(logprobs=True, **{name: value}), profile)
    assert body[name] == goes
    line = next(line for line in report if line.parameter == name)
    assert (line.state, line.why != "") == (("encoded", True) if value != goes else ("sent", False))


@pytest.mark.parametrize(
    ("biases", "goes"),
    [
        ({"9": -1}, {"9": -1}),
        ({9: -1}, {"9": -1}),
        ({"10": -1, " blue": 2}, {" blue": 2}),
        ({"-1": 1, 0: 1}, {"0": 1}),
        ({10: 1, " -3": 1}, None),
    ],
)
def test_ids_that_no_token_has_are_left_out_openly(biases: Any, goes: Any) -> None:
    """llama.cpp would ignore them silently; a text is no id."""
    profile = replace(EMBEDDED, rules={**EMBEDDED.rules, "logit_bias": bias_within(10)})
    body, report = build(request(logit_bias=biases), profile)
    line = next(line for line in report if line.parameter == "logit_bias")
    assert body.get("logit_bias") == goes
    assert line.state == ("withheld" if goes is None else "sent" if goes == biases else "encoded")
    lost = [str(token) for token in biases if str(token) not in (goes or {})]
    assert all(token in line.why for token in lost) and ("0 to 9" in line.why) == bool(lost)


def answer(backend: Backend, portal: BlockingPortal, parameters: Mapping[str, Any]) -> Answer:
    """What the embedded model says."""
    return portal.call(asking.answer_of, backend, asking.request(asking.EMBEDDED, **parameters))


def test_the_last_seed_is_no_random_one(backend: Backend, portal: BlockingPortal) -> None:
    """Two answers with it are the same."""
    one, again = (answer(backend, portal, {"seed": 2**32 - 1, "max_tokens": 12}) for _ in range(2))
    assert one.text == again.text != ""


def test_more_tokens_than_llama_cpp_can_count(backend: Backend, portal: BlockingPortal) -> None:
    """Its counter starts anew at 2**32: then one token came."""
    parameters = {"seed": 3, "max_tokens": 2**32 + 1, "stop": ["."], "logprobs": True}
    assert len(answer(backend, portal, parameters).logprobs) > 1


def test_no_alternatives_but_the_log_probabilities(backend: Backend, portal: BlockingPortal) -> None:
    """0 top_logprobs are no alternatives, and not nothing at all."""
    parameters = {"max_tokens": 2, "logprobs": True, "top_logprobs": 0}
    assert [score.top for score in answer(backend, portal, parameters).logprobs] == [(), ()]
