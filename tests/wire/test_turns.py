"""Earlier turns as they leave for each kind of server: a table, and what must hold for any conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.chat import ChatRequest, ModelRef
from playground.wire.body import build
from playground.wire.kinds.mistral import MISTRAL_TURNS
from playground.wire.kinds.openai_com import OPENAI_TURNS
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES
from playground.wire.turns import AS_THEY_ARE, Recipient, TurnForm, outgoing

ASKED = {"role": "user", "content": "Rain?"}
HERE = Recipient("here:80", "m")
FUNCTION = {"name": "f", "arguments": "{}"}


def calling(*ids: str, **more: Any) -> dict[str, Any]:
    calls = [{"id": id, "type": "function", "function": FUNCTION} for id in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls, **more}


def result(id: str, content: str = "r") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": content}


def kept(calls: Mapping[str, Any] | None = None, /, **fields: Any) -> dict[str, Any]:
    return {"server": "here:80", "model": "m", "fields": fields, "calls": calls or {}}


MISTRAL = (
    "1 id of a call changed, here and in the results: Mistral takes 9 letters or digits and nothing else. "
    "No text beside calls goes as an empty text."
)
TABLE: Mapping[Flavour, tuple[str | None, int, str]] = {
    "openai": (None, 6, ""),
    "openai.com": (None, 6, ""),
    "openrouter": (None, 6, ""),
    "huggingface": (None, 6, ""),
    "vllm": (None, 6, ""),
    "llamacpp": (None, 6, ""),
    "ollama": (None, 6, ""),
    "lmstudio": (None, 6, ""),
    "tgi": (None, 6, ""),
    "transformers": ("", 6, "No text beside calls goes as an empty text."),
    "mistral": ("", 9, MISTRAL),
    "anthropic": (None, 6, ""),
    "deepseek": (None, 6, ""),
}
"""What stands for no text, how long an id of 6 characters becomes, and what the report says."""


def test_every_kind_of_server_has_its_row() -> None:
    """A new kind must say what its turns look like; the embedded model's template has tests of its own."""
    assert set(TABLE) == set(PROFILES) - {"embedded"}


@pytest.mark.parametrize("flavour", TABLE)
def test_a_call_and_its_result_at_each_kind_of_server(flavour: Flavour) -> None:
    """On the wire and in the report; what is not as it was typed is said, and the typed value stands beside it."""
    content, length, why = TABLE[flavour]
    typed = (ASKED, calling("call_1"), result("call_1"))
    body, report = build(ChatRequest(ModelRef("server", "m"), typed), PROFILES[flavour], "here:80")
    line = next(line for line in report if line.parameter == "messages")
    _, said, answered = body["messages"]
    assert (said["content"], line.why) == (content, why)
    assert line.value == list(typed) and line.state == ("encoded" if why else "sent")
    assert said["tool_calls"][0]["id"] == answered["tool_call_id"]
    assert len(answered["tool_call_id"]) == length


def test_an_empty_text_beside_calls_would_hide_them_from_tgi() -> None:
    """There it goes as null."""
    (_, said), why = outgoing([ASKED, calling("a", content="")], PROFILES["tgi"].turns, HERE)
    assert said["content"] is None and why == "No text beside calls goes as null."


@pytest.mark.parametrize(
    ("said", "to", "sent", "why"),
    [
        (
            {"content": "No.", "returned": kept(reasoning_details=[1])},
            HERE,
            {"content": "No.", "reasoning_details": [1]},
            "reasoning_details go back to the server that sent them.",
        ),
        (
            {"content": "No.", "returned": kept(reasoning_content="Hm", reasoning="Hm")},
            HERE,
            {"content": "No."},
            "reasoning_content and reasoning of answers without calls stay here: nobody needs them back.",
        ),
        (
            {"content": "No.", "returned": kept(extra_content={})},
            Recipient("there:80", "m"),
            {"content": "No."},
            "extra_content stay here: another server or model sent them.",
        ),
        (
            {"content": "No.", "returned": kept(extra_content={})},
            Recipient("", "m"),
            {"content": "No."},
            "extra_content stay here: another server or model sent them.",
        ),
        (
            {
                "content": "No.",
                "returned": kept(content=[{"type": "thinking"}, {"type": "text", "text": "No."}]),
            },
            HERE,
            {"content": [{"type": "thinking"}, {"type": "text", "text": "No."}]},
            "thoughts go back to the server that sent them.",
        ),
        (
            {
                "content": "No.",
                "returned": kept(
                    content=[{"type": "reasoning", "text": "Hm"}, {"type": "text", "text": "No."}]
                ),
            },
            HERE,
            {"content": [{"type": "reasoning", "text": "Hm"}, {"type": "text", "text": "No."}]},
            "thoughts go back to the server that sent them.",
        ),
        (
            {"content": "Edited", "returned": kept(content=[{"type": "text", "text": "No."}])},
            HERE,
            {"content": "Edited"},
            "Thoughts of an answer that was edited stay here.",
        ),
        (
            {"content": "No.", "reasoning_content": "typed", "extra_content": {"x": 1}},
            HERE,
            {"content": "No.", "reasoning_content": "typed", "extra_content": {"x": 1}},
            "",
        ),
        ({"content": "No.", "returned": "typed"}, HERE, {"content": "No."}, ""),
        ({"content": "No.", "returned": kept() | {"fields": 3}}, HERE, {"content": "No."}, ""),
    ],
    ids=[
        "details",
        "thought",
        "server",
        "nobody",
        "parts",
        "reasoning",
        "edited",
        "typed",
        "nonsense",
        "broken",
    ],
)
def test_what_goes_back(said: dict[str, Any], to: Recipient, sent: dict[str, Any], why: str) -> None:
    """To the server and model that sent it, under its own name; the private key itself never leaves."""
    messages, told = outgoing([ASKED, {"role": "assistant", **said}, ASKED], AS_THEY_ARE, to)
    assert (messages[1], told) == ({"role": "assistant", **sent}, why)


def test_a_turn_that_calls_has_its_thoughts_to_its_end() -> None:
    """Also those behind the result, and in all later requests (DeepSeek's rule); a call has its own fields."""
    said = calling("a", returned=kept({"a": {"extra_content": {"s": 1}}}, reasoning_content="1"))
    last = {"role": "assistant", "content": "Yes.", "returned": kept(reasoning_content="2")}
    messages, _ = outgoing([ASKED, said, result("a"), last, ASKED], AS_THEY_ARE, HERE)
    assert [message.get("reasoning_content") for message in messages] == [None, "1", None, "2", None]
    assert messages[1]["tool_calls"][0]["extra_content"] == {"s": 1}


def test_a_field_within_a_function_goes_back_into_it() -> None:
    """LiteLLM puts a signature there; the name and the arguments of the conversation stay."""
    said = calling("a", returned=kept({"a": {"function": {"fields": {"s": 1}, "name": "another"}}}))
    messages, told = outgoing([ASKED, said, result("a"), ASKED], AS_THEY_ARE, HERE)
    assert messages[1]["tool_calls"][0]["function"] == {
        **said["tool_calls"][0]["function"],
        "fields": {"s": 1},
    }
    assert told.startswith("fields")
    elsewhere, told = outgoing([ASKED, said, result("a"), ASKED], AS_THEY_ARE, Recipient("other", "m"))
    assert elsewhere[1]["tool_calls"] == said["tool_calls"] and "fields" in told


IDS = st.sampled_from(["", "a", "call_0", "a_2", "x" * 50, "abcdefghi", "f:0"])
TURN = st.lists(IDS, min_size=1, max_size=4)


@given(st.lists(TURN, max_size=6), st.sampled_from([AS_THEY_ARE, MISTRAL_TURNS, OPENAI_TURNS]))
def test_ids_differ_and_results_still_point_to_their_calls(turns: list[list[str]], form: TurnForm) -> None:
    """Whatever ids came, and however often; asked again the same are given, so that a server's cache holds."""
    messages: list[Any] = []
    for number, ids in enumerate(turns):
        messages += [ASKED, calling(*ids), *(result(id, f"{number}.{n}") for n, id in enumerate(ids))]
    sent, _ = outgoing(messages, form, HERE)
    calls = [call["id"] for message in sent for call in message.get("tool_calls", ())]
    results = [message["tool_call_id"] for message in sent if message["role"] == "tool"]
    assert len(set(calls)) == len(calls) and all(calls)
    assert form.call_id is None or all(map(form.call_id.fullmatch, calls))
    assert results == calls
    assert outgoing(messages, form, HERE)[0] == sent
    longer, _ = outgoing([*messages, ASKED, calling("a")], form, HERE)
    assert longer[: len(sent)] == sent
