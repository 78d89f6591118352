"""An answer that shall go on from a beginning: what each kind of server is sent for it, and what is said of it."""

from __future__ import annotations

import pytest

from playground.chat import ChatRequest, ModelRef
from playground.wire.body import build
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES

ASKED = {"role": "user", "content": "Hi"}
BEGUN = {"role": "assistant", "content": "Well, "}
GOING_ON = {"continue_final_message": True, "add_generation_prompt": False}


@pytest.mark.parametrize("flavour", PROFILES)
def test_only_vllm_must_be_told_to_go_on(flavour: Flavour) -> None:
    """By two fields, and never where there is no beginning."""
    profile = PROFILES[flavour]
    model = ModelRef("server", "m")
    whole, _ = build(ChatRequest(model, (ASKED,)), profile)
    begun, report = build(ChatRequest(model, (ASKED, BEGUN)), profile)
    assert not GOING_ON.keys() & whole.keys()
    assert begun.get("messages", [])[-1]["content"] == "Well, "
    told = {name: begun[name] for name in GOING_ON if name in begun}
    line = next(line for line in report if line.parameter == "messages")
    if flavour == "vllm":
        assert told == GOING_ON and line.state == "encoded" and "only if it is told so" in line.why
        assert line.wire == {"messages": [ASKED, BEGUN], **GOING_ON}
    else:
        assert told == {} and line.state == "sent"


def test_who_does_not_surely_go_on_says_so() -> None:
    """In one sentence each."""
    for profile in PROFILES.values():
        assert profile.continuation.answer == "yes" or profile.continuation.why.endswith(".")
