"""What becomes of a parameter at an embedded model follows from its chat template, and from nothing else.

Kept apart from the tests with tiny models because here only a body is made.
"""

from __future__ import annotations

from typing import Any

import pytest

from playground.chat import ChatRequest, ModelRef
from playground.wire.body import build
from playground.wire.chat_template import SMOLLM2_TEMPLATE, ChatTemplate
from playground.wire.kinds.embedded import EMBEDDED, embedded_with
from playground.wire.support import supported

PARAMETERS = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": PARAMETERS}} for name in ("add", "other")
]
FORMAT = {"type": "json_schema", "json_schema": {"name": "x", "schema": PARAMETERS}}
ASKED = {"role": "user", "content": "Add."}
BEGUN = {"role": "assistant", "content": '{"a'}


def body_of(template: ChatTemplate, *messages: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """What leaves for a model with this template."""
    request = ChatRequest(ModelRef("embedded", "ada/m"), messages or (ASKED,), parameters)
    return dict(build(request, embedded_with(template))[0])


def test_the_model_that_comes_along_is_as_ever() -> None:
    """So is any other one whose template is of its kind."""
    assert embedded_with(SMOLLM2_TEMPLATE) is EMBEDDED


def test_a_template_of_ones_own_gets_tools_as_they_are() -> None:
    """The conversation too: calls and their answers are the template's to write out."""
    called = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function"}]}
    body = body_of(ChatTemplate(tools=True), ASKED, called, tools=TOOLS, tool_choice="auto")
    assert body["tools"] == TOOLS and body["tool_choice"] == "auto" and "grammar" not in body
    assert body["messages"] == [ASKED, called]


@pytest.mark.parametrize(
    ("template", "tools", "held_by"),
    [
        (ChatTemplate(), None, "grammar"),
        (ChatTemplate(tools=True), None, "grammar"),
        (ChatTemplate(tools=True), TOOLS, "response_format"),
        (ChatTemplate(tools=True, thinks=True), None, "response_format"),
        (ChatTemplate(thinks=True), None, "response_format"),
        (ChatTemplate(thinks=True), TOOLS, "grammar"),
    ],
)
def test_json_is_held_to_by_what_leaves_thoughts_and_calls_alone(
    template: ChatTemplate, tools: Any, held_by: str
) -> None:
    """By our own grammar where the answer is nothing but text, else as llama.cpp does it."""
    parameters = {"response_format": FORMAT, **({"tools": tools} if tools else {})}
    body = body_of(template, **parameters)
    assert [name for name in ("grammar", "response_format") if name in body] == [held_by]


def test_a_grammar_lets_a_model_think_first() -> None:
    """llama.cpp holds a thought to a request's own grammar too."""
    grammar = body_of(ChatTemplate(thinks=True), tools=TOOLS)["grammar"]
    assert "start: thought? answer\nanswer: call_0 | call_1 | text" in grammar
    assert 'inner[suffix="</think>"]' in grammar


def test_no_grammar_goes_on_behind_a_turn_that_opens_otherwise() -> None:
    """What was begun stays in the conversation, and the JSON begins behind it."""
    unknown, known = (
        body_of(t, ASKED, BEGUN, response_format=FORMAT) for t in (ChatTemplate(), SMOLLM2_TEMPLATE)
    )
    assert "<|im_start|>" not in unknown["grammar"] and "grammar_type" not in unknown
    assert "<|im_start|>" in known["grammar"]
    assert unknown["messages"] == known["messages"] == [ASKED, BEGUN]
    shown = body_of(ChatTemplate(), ASKED, BEGUN, tools=TOOLS)["messages"]
    assert shown[0]["content"].startswith("Add.\n\nPlease respond") and shown[1] == BEGUN


def test_what_is_not_taken_is_said() -> None:
    """A template has no place for tool_prompt; the grammar has."""
    assert supported(embedded_with(ChatTemplate(tools=True)), None, "tool_prompt").answer == "no"
    assert supported(embedded_with(ChatTemplate()), None, "tool_prompt").answer == "yes"
