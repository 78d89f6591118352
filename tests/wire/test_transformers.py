"""What transformers serve would fail on leaves in a form that it takes, or not at all.

Kept apart from the server itself, which tests/thirdparty asks: these bytes can be looked at without it.
"""

from __future__ import annotations

import pytest

from playground.wire.body import build
from playground.wire.kinds.transformers import TRANSFORMERS
from tests.wire.asking import request


def test_biases_are_decimal_numbers() -> None:
    """It takes 5.0 and fails on 5, so a whole number is sent as a decimal one."""
    body, report = build(request(logit_bias={"504": 5, 7: -100}), TRANSFORMERS)
    assert {token: repr(bias) for token, bias in body["logit_bias"].items()} == {"504": "5.0", "7": "-100.0"}
    (line,) = (line for line in report if line.parameter == "logit_bias")
    assert (line.state, bool(line.why)) == ("encoded", True)


@pytest.mark.parametrize(
    ("penalty", "sent"), [(-2.0, False), (-1.0, False), (-0.9, True), (0.0, True), (2.0, True)]
)
def test_a_penalty_it_would_fail_on_is_withheld(penalty: float, sent: bool) -> None:
    """It adds 1 and needs more than 0; what does not give that is not sent, and the report says why."""
    body, report = build(request(frequency_penalty=penalty), TRANSFORMERS)
    (line,) = (line for line in report if line.parameter == "frequency_penalty")
    assert ("frequency_penalty" in body, line.state == "withheld") == (sent, not sent)
