"""In which order servers take the steps of the chain: data, since the same settings draw otherwise in another order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playground.dice.chain import StepName


@dataclass(frozen=True, slots=True)
class Order:
    """One order of the steps, and where it is documented."""

    label: str
    steps: tuple[StepName, ...]
    source: str


ORDERS: Final[Mapping[str, Order]] = {
    "hosted": Order(
        "temperature first, then the cuts",
        ("logit_bias", "repetition_penalty", "penalties", "temperature", "top_k", "top_p", "min_p"),
        "transformers, generation/utils.py, _get_logits_processor; the embedded model is set to it.",
    ),
    "llamacpp": Order(
        "the cuts first, temperature last (llama.cpp)",
        ("logit_bias", "repetition_penalty", "penalties", "top_k", "top_p", "min_p", "temperature"),
        "llama.cpp, common/common.h, common_params_sampling.samplers.",
    ),
    "vllm": Order(
        "temperature, then min_p before the other cuts (vLLM)",
        ("logit_bias", "repetition_penalty", "penalties", "temperature", "min_p", "top_k", "top_p"),
        "vLLM, v1/sample/sampler.py, Sampler.",
    ),
}
"""The orders by name; which kind of server has which is in `order_of`."""


def order_of(flavour: str) -> str:
    """The name of the order that a kind of server takes the steps in; hosted APIs do not document theirs.

    >>> order_of("llamacpp"), order_of("embedded")
    ('llamacpp', 'hosted')
    """
    return flavour if flavour in ORDERS else "hosted"
