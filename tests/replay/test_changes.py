"""What differs between two requests is named, with the value on each side, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from playground.chat import ChatRequest, ModelRef
from playground.parameters import UNSET
from playground.replay.changes import changes_of
from playground.replay.over_backend import Question
from playground.servers import Target

EMBEDDED = ModelRef("embedded", "")


def asked(model: ModelRef = EMBEDDED, extra: dict[str, Any] | None = None, **parameters: Any) -> ChatRequest:
    """A request with these settings."""
    return ChatRequest(model, ({"role": "user", "content": "Hi"},), parameters, extra or {})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (asked(temperature=0.0, top_k=5), asked(temperature=1.5, top_k=5), ["temperature 0.0 → 1.5"]),
        (asked(seed=1), asked(), ["seed 1 → unset"]),
        (asked(), asked(stop=["x"]), ["stop unset → ['x']"]),
        (asked(temperature=1), asked(temperature=1.0), []),
        (asked(logprobs=True), asked(logprobs=1), ["logprobs True → 1"]),
        (asked(diff_frequency=0.0), asked(diff_frequency=1.0, pref_params={"temperature": 2.0}), []),
        (
            asked(extra={"n": 1, "a": [1]}),
            asked(extra={"n": 2, "a": [1]}),
            ["extra_body.n 1 → 2"],
        ),
        (
            asked(),
            asked(ModelRef("huggingface", "a/b"), top_p=0.5),
            ["model 'embedded' → 'huggingface/a/b'", "top_p unset → 0.5"],
        ),
    ],
)
def test_each_change_is_named(before: ChatRequest, after: ChatRequest, told: list[str]) -> None:
    """The model first; what is never sent is no change."""
    assert [str(change) for change in changes_of(before, after)] == told


def test_another_address_is_another_model() -> None:
    """The same name at two servers of one's own."""
    own = asked(ModelRef("server", "m"))
    (change,) = changes_of(own, own, ("http://a/v1", "http://b/v1"))
    assert str(change) == "model 'm at http://a/v1' → 'm at http://b/v1'"


def test_an_address_is_the_same_with_its_version_or_without() -> None:
    """Where the kind is chosen by hand it stays as it was typed; where it is found out it is put right."""
    request = asked(ModelRef("server", "m"))
    typed, found = (Question(request, Target(base_url=f"http://127.0.0.1:9{v}")) for v in ("", "/v1"))
    assert typed.changed_in(found) == ()


def test_unset_is_not_null() -> None:
    """In JSON a side where it is unset does not stand."""
    (change,) = changes_of(asked(), asked(tools=None))
    assert change.before is UNSET and change.to_dict() == {"name": "tools", "after": None}
