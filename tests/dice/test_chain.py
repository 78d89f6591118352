"""The chain, step by step, against values worked out by hand and against what any distribution must keep to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.dice.arithmetic import fallen_on, probabilities
from playground.dice.chain import IDLE, STEPS, Stage, run
from playground.dice.orders import ORDERS, order_of
from playground.parameters import REGISTRY

HALF = np.log([0.5, 0.3, 0.2])
NOTHING = np.zeros(3, dtype=np.int64)
HOSTED = ORDERS["hosted"].steps

settings = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "frequency_penalty": st.floats(-2, 2),
        "presence_penalty": st.floats(-2, 2),
        "repetition_penalty": st.floats(0.1, 2),
        "top_k": st.integers(0, 9),
        "top_p": st.floats(0, 1),
        "min_p": st.floats(0, 1),
        "logit_bias": st.dictionaries(st.integers(0, 9).map(str), st.floats(-100, 100)),
    },
)


def stage(name: str, values: dict[str, Any], order: str = "hosted") -> Stage:
    """What one step did."""
    return next(each for each in run(HALF, NOTHING, values, ORDERS[order].steps) if each.step == name)


def test_every_order_has_every_step_once() -> None:
    """An order that forgot a step would show a parameter without its effect."""
    assert all(sorted(order.steps) == sorted(STEPS) for order in ORDERS.values())


def test_every_parameter_of_a_step_is_one_of_the_registry() -> None:
    """The names are those of a request."""
    assert IDLE.keys() <= REGISTRY.keys()


def test_with_nothing_set_nothing_happens() -> None:
    """Unset and null do nothing, in any order."""
    for order in ORDERS.values():
        stages = run(HALF, np.array([3, 0, 0]), {"temperature": None, "top_k": 0}, order.steps)
        assert not any(each.acted for each in stages) and stages[-1].kept == 3


def test_a_cut_says_how_many_stay_and_how_much_probability_goes() -> None:
    """Of one half, three tenths and one fifth, top_p of 0.7 keeps two and takes out the fifth."""
    cut = stage("top_p", {"top_p": 0.7})
    assert cut.kept == 2 and cut.lost == pytest.approx(0.2)
    assert stage("min_p", {"top_p": 0.7}).lost == 0.0


@pytest.mark.parametrize(("order", "kept"), [("hosted", 3), ("llamacpp", 2)])
def test_the_order_changes_what_can_be_drawn(order: str, kept: int) -> None:
    """Heated first, the tail is fat enough to be kept by top_p; cut first, it is gone."""
    last = run(HALF, NOTHING, {"temperature": 2.0, "top_p": 0.75}, ORDERS[order].steps)[-1]
    assert last.kept == kept


def test_a_kind_of_server_whose_order_is_not_documented_has_the_hosted_one() -> None:
    """The embedded model is set to it too; vLLM and llama.cpp have their own."""
    assert [order_of(flavour) for flavour in ("embedded", "openai", "vllm", "llamacpp")] == [
        "hosted",
        "hosted",
        "vllm",
        "llamacpp",
    ]


@example([0.0] * 9 + [1.0], [0] * 10, {"temperature": 5e-324}, "hosted", 0.0)
@given(
    st.lists(st.floats(-30, 30), min_size=10, max_size=10),
    st.lists(st.integers(0, 5), min_size=10, max_size=10),
    settings,
    st.sampled_from(list(ORDERS)),
    st.floats(0, 1, exclude_max=True),
)
def test_whatever_is_set_something_can_be_drawn(
    logits: list[float], counts: list[int], values: dict[str, Any], order: str, number: float
) -> None:
    """The shares behind each step are a distribution, and the number falls on a token that has one."""
    stages = run(np.array(logits), np.array(counts), values, ORDERS[order].steps)
    for each in stages:
        assert each.kept >= 1 and 0 <= each.lost < 1
        assert each.shares.sum() == pytest.approx(1)
    assert stages[-1].after[fallen_on(stages[-1].shares, number)] > -np.inf


def test_the_number_falls_on_tokens_as_often_as_their_shares_say() -> None:
    """Laid end to end, each token owns as much of the line as its probability."""
    line = (np.arange(1000) + 0.5) / 1000
    fallen = [fallen_on(probabilities(HALF), number) for number in line]
    assert np.bincount(fallen).tolist() == [500, 300, 200]
