"""Whatever the numbers and whatever was asked, a remedy can be taken: it passes our own checks and changes something.

Kept apart from the wordings because what is true of all of them is found by trying many.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.chat import ChatRequest
from playground.parameters import REGISTRY, UNSET
from playground.problems import check
from playground.wire.body import build
from playground.wire.kinds.profile import Profile
from playground.wire.profiles import PROFILES
from playground.wire.refusals.refusal import refusal
from playground.wire.remedies import remedied
from tests.wire.asking import HELLO, request
from tests.wire.wordings import TOOL, WORDINGS

NUMBERS: Final = st.one_of(
    st.integers(-10, 10_000_000).map(str),
    st.integers(1000, 10_000_000).map("{:,}".format),
    st.floats(-3, 3, allow_nan=False).map("{:.2f}".format),
    st.sampled_from(["8k", "50%", "1e9", "0"]),
)
ASKED: Final = st.fixed_dictionaries(
    {},
    optional={
        "max_tokens": st.integers(1, 100_000),
        "max_completion_tokens": st.integers(1, 100_000),
        "reasoning_effort": st.sampled_from(["none", "low", "max"]),
        "temperature": st.floats(0, 2),
        "top_p": st.floats(0.01, 1),
        "seed": st.integers(0, 2**31),
        "presence_penalty": st.floats(-2, 2),
        "stop": st.just(["x"]),
        "stream": st.booleans(),
        "tools": st.just([TOOL]),
        "response_format": st.just({"type": "object"}),
    },
)
EXTRA: Final = st.fixed_dictionaries(
    {},
    optional={
        "max_tokens": st.integers(1, 9000),
        "max_completion_tokens": st.integers(1, 9000),
        "top_k": st.integers(1, 99),
        "reasoning_effort": st.sampled_from(["none", "low", "max"]),
        "enable_thinking": st.booleans(),
    },
)
MORE: Final = [
    "parameter.enable_thinking must be set to false for non-streaming calls",
    "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
    "'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
    "reasoning_effort must be one of: low, medium, high",
    "top_k must be between 1 and 50",
]


@st.composite
def words(draw: st.DrawFn) -> str:
    """A wording of the table with other numbers."""
    wording = draw(st.sampled_from([wording for _, wording, _, _ in WORDINGS] + MORE))
    return re.sub(r"-?\d[\d,]*(?:\.\d+)?", lambda _: draw(NUMBERS), wording)


@settings(deadline=None)
@given(words(), ASKED, EXTRA, st.sampled_from(list(PROFILES.values())), st.sampled_from([400, 402, 413, 500]))
def test_a_remedy_can_be_taken(
    said: str, asked: dict[str, Any], extra: dict[str, Any], profile: Profile, status: int
) -> None:
    """It is whole for the next call, is allowed here, is not what was asked, and its sentence says what it does."""
    own = request(extra, **asked)
    error = refusal("host", status, "", json.dumps({"error": said}), build(own, profile)[0])
    error = remedied(error, own, profile)
    if not error.remedy:
        return
    again = taken(own, dict(error.remedy))
    assert (again.parameters, again.extra) != (own.parameters, own.extra)
    assert not check({"model": "m", "messages": HELLO, **again.parameters}, "create", profile.kinds)
    assert error.next_step.startswith(error.remedy.what)


def taken(own: ChatRequest, remedy: dict[str, Any]) -> ChatRequest:
    """What is asked with the remedy over what was asked."""
    extra = remedy.pop("extra_body", own.extra)
    assert remedy.keys() <= REGISTRY.keys()
    parameters = {**own.parameters, **remedy}
    return request(extra, **{name: value for name, value in parameters.items() if value is not UNSET})
