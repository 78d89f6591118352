"""Tools for the embedded model, both directions: what it is shown and held to, and how its text is read.

Kept apart from the tests with the real model because every cut of a stream can be tried here.
"""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.chat import ChatRequest, ModelRef
from playground.errors import StreamFailed
from playground.events import Answer, Ended, EndedAs, Event, Finished, Started, TextDelta, ToolCallDelta, fold
from playground.wire import tool_grammar
from playground.wire.body import build
from playground.wire.json_grammar import JsonReader
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.llamacpp import LLAMACPP
from playground.wire.kinds.profile import Profile
from playground.wire.tool_grammar import DEFAULT_TOOL_PROMPT, ToolCallReader, call_head, translator

WEATHER = {
    "name": "weather",
    "description": "The weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
DICE = {"name": "dice"}
TOOLS = [{"type": "function", "function": WEATHER}, {"type": "function", "function": DICE}]
Otherwise = Literal["nothing", "text", "json"]
QUESTION = {"role": "user", "content": "Rain?"}
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}


def body_of(*messages: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    request = ChatRequest(ModelRef("embedded", ""), messages or (QUESTION,), parameters)
    return build(request, EMBEDDED)[0]


def read(
    pieces: list[str],
    *,
    otherwise: Otherwise,
    ended: EndedAs = "done",
    reason: str = "stop",
    names: Any = ("weather", "dice"),
) -> Answer:
    """The answer that the reader makes of text in these pieces."""
    reader = ToolCallReader(names, otherwise)
    events: list[Event] = [TextDelta(piece, float(i)) for i, piece in enumerate(pieces)]
    events += [Finished(reason), Ended(ended, 9.0)]
    return fold([meant for event in [Started({}, ()), *events] for meant in reader.take(event)])


# -- there -------------------------------------------------------------------------------------------------------


def test_the_functions_stand_behind_the_last_message() -> None:
    """The model is shown each function, behind tool_prompt or the default sentence; nothing else is touched."""
    system = {"role": "system", "content": "Be brief."}
    body = body_of(system, QUESTION, tools=TOOLS)
    listed = f"{json.dumps(WEATHER)}\n{json.dumps(DICE)}"
    assert body["messages"] == [
        system,
        {"role": "user", "content": f"Rain?\n\n{DEFAULT_TOOL_PROMPT}\n{listed}"},
    ]
    body = body_of(system, QUESTION, tools=TOOLS, tool_prompt="Call!")
    assert body["messages"][-1]["content"] == f"Rain?\n\nCall!\n{listed}"
    assert "tools" not in body
    assert "tool_prompt" not in body


def test_a_prefilled_answer_stays_as_it_begins() -> None:
    """The functions stand behind the last message that is not the model's own, so that it goes on from its words."""
    begun = {"role": "assistant", "content": "I think"}
    shown = body_of(QUESTION, begun, tools=TOOLS)["messages"]
    assert shown[1] == begun and "dice" in shown[0]["content"]
    assert "dice" in body_of(begun, tools=TOOLS)["messages"][0]["content"]


@pytest.mark.parametrize("where", ["response_format", "tools"])
def test_what_would_make_the_engine_let_go_is_left_out_and_told(where: str) -> None:
    """llama.cpp answers freely where one pattern is too hard; without that pattern it holds to all the rest."""
    hard = {"type": "string", "pattern": "^(?=a)b", "maxLength": 3}
    schema = {"type": "object", "properties": {"a": hard}, "required": ["a"]}
    tools = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    values = {"response_format": schema} if where == "response_format" else {"tools": tools}
    request = ChatRequest(ModelRef("embedded", ""), (QUESTION,), values)
    body, report = build(request, EMBEDDED)
    assert "(?=a)" not in body["grammar"] and '"maxLength": 3' in body["grammar"]
    (line,) = [line for line in report if line.parameter == where]
    assert "#/properties/a/pattern: The embedded model is not held to this pattern" in line.why


def test_each_choice_has_its_grammar() -> None:
    """auto allows text, required any call, a name that one call, none no grammar and no list of functions."""
    auto, required = body_of(tools=TOOLS)["grammar"], body_of(tools=TOOLS, tool_choice="required")["grammar"]
    assert "start: call_0 | call_1 | text\n" in auto
    assert "start: call_0 | call_1\n" in required
    for named in ("dice", {"type": "function", "function": {"name": "dice"}}):
        body = body_of(tools=TOOLS, tool_choice=named)
        assert "start: call_0\n" in body["grammar"]
        assert "dice" in body["grammar"]
        assert "weather" not in json.dumps(body)
    none = body_of(tools=TOOLS, tool_choice="none", tool_prompt="Call!")
    assert none == body_of()


def test_a_name_that_could_break_out_of_the_grammar() -> None:
    """Quotes, line ends and rules in a function's name stay within its string."""
    wild = 'a"\nstart: "\\'
    lines = body_of(tools=[{"type": "function", "function": {"name": wild}}])["grammar"].splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "%llguidance {}",
        "start",
        "call_0",
        "call_0_arguments",
        "text",
        "TEXT",
    ]
    literal, _ = json.JSONDecoder().raw_decode(lines[2].removeprefix("call_0: "))
    assert literal == call_head(wild)


def test_a_format_beside_tools() -> None:
    """Under auto it is the grammar of the text; where a call is forced there is no text, and it is withheld."""
    schema = {"type": "object", "properties": {"mood": {"type": "string"}}}
    auto = body_of(tools=TOOLS, response_format=schema)
    assert 'text: %json {"type": "object", "properties": {"mood"' in auto["grammar"]
    request = ChatRequest(
        ModelRef("embedded", ""),
        (QUESTION,),
        {"tools": TOOLS, "tool_choice": "required", "response_format": schema},
    )
    report = {line.parameter: line for line in build(request, EMBEDDED)[1]}
    assert report["response_format"].state == "withheld"
    alone = body_of(tools=TOOLS, tool_choice="none", response_format=schema)
    assert alone["grammar"].startswith("%llguidance {}\nstart: %json")


def begun_request(prefill: str, **parameters: Any) -> ChatRequest:
    """A request for a note whose answer begins so."""
    messages = (QUESTION, {"role": "assistant", "content": prefill})
    asked = {"response_format": NOTE, "stream": True, **parameters}
    return ChatRequest(ModelRef("embedded", ""), messages, asked)


def begun(prefill: str, **parameters: Any) -> tuple[dict[str, Any], str]:
    """The body, and what the report says of response_format, where the answer begins so."""
    body, report = build(begun_request(prefill, **parameters), EMBEDDED)
    (why,) = [line.why for line in report if line.parameter == "response_format"]
    return body, why


NOTE = {
    "type": "object",
    "properties": {"mood": {"type": "string"}, "grade": {"type": "integer"}},
    "additionalProperties": False,
}


def test_a_format_goes_on_behind_a_prefill() -> None:
    """The grammar reads the last turn, spaced only as that is, its properties in the order in which they have come."""
    body, why = begun('{"grade":1,')
    assert body["grammar_type"] == "tool_calls" and body["grammar"].splitlines()[1].startswith(
        "start: <|im_start|>"
    )
    assert '{"grade": {"type": "integer"}, "mood"' in body["grammar"]
    assert '"whitespace_flexible": false' in body["grammar"] and "goes on from the last message" in why
    assert '"whitespace_flexible": true' in begun('{"mood" ')[0]["grammar"]
    assert '"whitespace_flexible": false' in begun('{"mood":"so \\" so')[0]["grammar"]


@pytest.mark.parametrize(
    ("prefill", "reason"),
    [
        ("Sure: ", "is no beginning of JSON"),
        ('{"no": ', "no: This property is not allowed"),
        ("[", "is no object"),
    ],
)
def test_a_prefill_that_no_format_can_go_on_from_is_told(prefill: str, reason: str) -> None:
    """Then the JSON begins anew, and the report says why."""
    body, why = begun(prefill)
    assert "grammar_type" not in body and body["grammar"].splitlines()[1].startswith("start: %json")
    assert reason in why and "the JSON begins behind it" in why
    reader = translator(begun_request(prefill))
    assert reader is not None
    reader.take(TextDelta('{"mood": "x', 0.1))
    assert reader.take(Ended("length", 0.2)) == [Ended("length", 0.2)]


def test_begun_json_leaves_no_room_for_a_call() -> None:
    """What has begun as text can become no call; where a call is forced it begins behind the text."""
    body, _ = begun('{"mood": ', tools=TOOLS)
    report = build(begun_request('{"mood": ', tools=TOOLS, tool_choice="auto"), EMBEDDED)[1]
    states = {line.parameter: line.state for line in report}
    assert (states["tools"], states["tool_choice"]) == ("withheld", "withheld")
    assert "dice" not in json.dumps(body) and body["grammar_type"] == "tool_calls"
    assert "start: call_0 | call_1\n" in begun('{"mood": ', tools=TOOLS, tool_choice="required")[0]["grammar"]
    assert "start: call_0 | call_1 | text\n" in begun("Sure: ", tools=TOOLS)[0]["grammar"]


@pytest.mark.parametrize("profile", [EMBEDDED, LLAMACPP], ids=lambda profile: profile.flavour)
@pytest.mark.parametrize("text", ['  {"a": 1}', '{"a": 1}'], ids=["as it was", "stripped"])
def test_a_whole_answer_is_freed_of_its_prefill(text: str, profile: Profile) -> None:
    """llama.cpp repeats it in an answer that comes whole, and not in a stream, where a text may look the same."""
    messages = (QUESTION, {"role": "assistant", "content": '  {"a'})
    for stream, left in ((False, '": 1}'), (True, text)):
        request = ChatRequest(ModelRef("embedded", ""), messages, {"stream": stream})
        assert profile.translate is not None
        reader = profile.translate(request)
        events = [TextDelta(text, 1.0), TextDelta("!", 2.0)]
        seen = events if reader is None else [e for event in events for e in reader.take(event)]
        assert fold(seen).text == f"{left}!"


def test_formats_alone() -> None:
    """A schema and json_object become a grammar; text goes as it is, for llama.cpp to take."""
    assert "grammar" in body_of(response_format={"type": "json_object"})
    assert body_of(response_format={"type": "text"})["response_format"] == {"type": "text"}


@pytest.mark.parametrize("parameter", ["tool_prompt", "tool_choice"])
def test_what_needs_tools_is_withheld_without_them(parameter: str) -> None:
    """Each with its reason."""
    request = ChatRequest(ModelRef("embedded", ""), (QUESTION,), {parameter: "auto"})
    line = build(request, EMBEDDED)[1][-1]
    assert (line.parameter, line.state, line.why != "") == (parameter, "withheld", True)


def test_calls_and_results_in_the_history_become_text() -> None:
    """The template would show content null as nothing, and has no word for a result."""
    messages = body_of(
        QUESTION,
        {"role": "assistant", "content": None, "tool_calls": [CALL, {"function": {}}]},
        {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "Sun."}]},
        {"role": "assistant", "content": "It shines.", "name": "bot"},
        {"role": "user", "content": [{"type": "text", "text": "Sure?"}]},
        tools=TOOLS,
        tool_prompt="Call!",
    )["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user", "assistant", "user"]
    assert messages[1] == {
        "role": "assistant",
        "content": '{"name": "weather", "arguments": {"city": "Rome"}}\n{"name": "", "arguments": {}}',
    }
    assert messages[2]["content"] == "The function returned: Sun."
    assert messages[3] == {"role": "assistant", "content": "It shines.", "name": "bot"}
    assert messages[4]["content"].startswith("Sure?\n\nCall!\n")


def test_plain_conversations_are_not_touched() -> None:
    """Without tools and calls every message goes as it is."""
    messages = (
        QUESTION,
        {"role": "assistant", "content": "No."},
        {"role": "user", "content": [{"type": "text"}]},
    )
    assert body_of(*messages)["messages"] == list(messages)


# -- and back ----------------------------------------------------------------------------------------------------

ARGUMENTS = ['{"city":"Rome"}', "{}", '{"a":{"b":{}}}', '{"city":"}}{\\"name\\": "}', '{"e":"😀"}']


@pytest.mark.parametrize("otherwise", ["nothing", "text", "json"])
@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_a_call_is_read_wherever_it_is_cut(arguments: str, otherwise: Otherwise) -> None:
    """One call with exactly these arguments and no text, for every split point and for single characters."""
    text = call_head("weather") + arguments + "}"
    cuts = [[text[:i], text[i:]] for i in range(len(text) + 1)]
    for pieces in [*cuts, list(text)]:
        answer = read([piece for piece in pieces if piece], otherwise=otherwise)
        assert [(call.name, call.arguments) for call in answer.tool_calls] == [("weather", arguments)]
        assert (answer.text, answer.finish_reason, answer.error) == ("", "tool_calls", None)
        assert answer.tool_calls[0].id.startswith("call_")


def test_arguments_come_as_they_grow() -> None:
    """A reader sees the call begin before its arguments are complete."""
    reader = ToolCallReader(["weather"], otherwise="nothing")
    assert reader.take(TextDelta(call_head("weather")[:-1], 1.0)) == []
    first = reader.take(TextDelta(' {"city', 2.0))
    assert [(e.name, e.arguments) for e in first if isinstance(e, ToolCallDelta)] == [
        ("weather", ""),
        ("", '{"city'),
    ]
    (second,) = reader.take(TextDelta('":', 3.0))
    assert second == ToolCallDelta(0, "", "", '":', 3.0)


@given(st.text(), st.integers(0, 5))
def test_text_stays_text(text: str, cut: int) -> None:
    """Under auto everything that is no call is given as it came, wherever it is cut."""
    if text.startswith("{"):
        return
    answer = read([piece for piece in (text[:cut], text[cut:]) if piece], otherwise="text")
    assert (answer.text, answer.tool_calls, answer.finish_reason) == (text, (), "stop")


def test_text_is_not_held_back() -> None:
    """As soon as text can be no call, it is given."""
    reader = ToolCallReader(["weather"], otherwise="text")
    assert reader.take(TextDelta("{", 1.0)) == []
    assert reader.take(TextDelta('"n', 2.0)) == []
    assert reader.take(TextDelta("o", 3.0)) == [TextDelta('{"no', 3.0)]
    assert reader.take(TextDelta("!", 4.0)) == [TextDelta("!", 4.0)]


@pytest.mark.parametrize("kept", ['{"city":"Ro', '{"city":"Rome"}', '{"a":{}', ""])
def test_a_call_that_max_tokens_cuts(kept: str) -> None:
    """What came of the arguments is kept to the letter, and the reason stays length."""
    answer = read([call_head("weather") + kept], otherwise="nothing", ended="length", reason="length")
    assert [(call.name, call.arguments) for call in answer.tool_calls] == [("weather", kept)]
    assert (answer.ended, answer.finish_reason, answer.error) == ("length", "length", None)


@pytest.mark.parametrize("otherwise", ["nothing", "text"])
@pytest.mark.parametrize(
    ("kept", "name"), [('{"na', ""), ('{"name": "wea', "wea"), ('{"name": "dice", "arg', "dice")]
)
def test_a_call_that_is_cut_before_its_arguments(otherwise: Otherwise, kept: str, name: str) -> None:
    """Nothing but a call begins so: it is shown as one, with as much of its name as came."""
    answer = read([kept], otherwise=otherwise, ended="length", reason="length")
    assert [(call.name, call.arguments) for call in answer.tool_calls] == [(name, "")]
    assert (answer.text, answer.ended, answer.error) == ("", "length", None)


@pytest.mark.parametrize(
    "text", ["Paris is nice.", '{"name": "other", "arguments": {}}', call_head("weather") + "none"]
)
def test_an_ignored_grammar_is_an_error(text: str) -> None:
    """llama.cpp answers freely when it cannot compile a grammar: that is said, with the parameter at fault."""
    answer = read([text], otherwise="nothing")
    assert answer.ended == "error"
    assert isinstance(answer.error, StreamFailed)
    assert answer.error.parameter == "tools"


@pytest.mark.parametrize(
    ("otherwise", "text", "held"),
    [
        ("text", '{"mood": 1}', False),
        ("text", "Fine, thanks.", True),
        ("json", '{"mood":"go', True),
        ("json", "Fine, thanks.", False),
    ],
)
def test_what_the_grammar_does_not_allow_beside_calls(otherwise: Otherwise, text: str, held: bool) -> None:
    """Under auto too: text that begins like a call but is none, or prose where a format was asked for."""
    answer = read([text[:3], text[3:]], otherwise=otherwise)
    assert (answer.text, answer.error is None) == (text, held)


def test_other_ends_are_left_alone() -> None:
    """An error of the server is not replaced by one of ours."""
    reader = ToolCallReader(["weather"], otherwise="nothing")
    ended = Ended("error", 1.0, StreamFailed("boom"))
    assert reader.take(ended) == [ended]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ('{"a": 1}', True),
        ('{"a": "cut he', True),
        ("[1, 2", True),
        ("tru", True),
        ("-", True),
        ("", True),
        ("Paris is nice.", False),
        ('{"a": 1} is it.', False),
        ("no", False),
        ('"x", "c": [', True),
        ('"x": 1', False),
    ],
)
def test_an_ignored_format_is_an_error(text: str, held: bool) -> None:
    """The text is passed on as it is; its end is an error where it is not even the beginning of JSON."""
    reader = JsonReader('{"a": 1, "b": ' if text.startswith('"') else "")
    assert reader.take(TextDelta(text, 1.0)) == [TextDelta(text, 1.0)]
    (ended,) = reader.take(Ended("done", 2.0))
    assert isinstance(ended, Ended)
    assert (ended.ended, ended.error is None) == (("done", True) if held else ("error", False))


def test_a_prefill_is_looked_at_once_and_one_past_the_limits_never(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often one body asks whether the JSON has begun: a check may take most of a second."""
    seen: list[int] = []
    monkeypatch.setattr(tool_grammar, "beyond_repair", lambda prefill, schema: seen.append(len(prefill)))
    for numbers in (9_000, 90_000):
        begun("[" + "1000, " * numbers, tools=TOOLS)
    assert seen == [54_001]
