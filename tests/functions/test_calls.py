"""A model's calls are checked before anyone answers them, and go back in the form that servers want.

Kept apart from the functions: most calls are answered by a person.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.chat import ChatRequest, ModelRef
from playground.events import Answer, EndedAs, ToolCall
from playground.functions.builtin_tools import BUILTIN_TOOLS
from playground.functions.tool_calls import (
    assistant_message,
    check_call,
    refusal,
    tool_message,
    whole_calls,
    with_ids,
)
from playground.logit_bias import BAN, Token, ban, cuts, forms
from playground.value_types import Messages
from playground.wire.body import build
from playground.wire.kinds.openai import OPENAI

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer", "maximum": 7}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    },
    {"type": "function", "function": {"name": "time"}},
]


def test_a_good_call_has_its_arguments() -> None:
    """The arguments are a value, and nothing is against it."""
    checked = check_call(ToolCall("1", "weather", '{"city": "Oslo", "days": 3}'), TOOLS)
    assert checked.good and checked.arguments == {"city": "Oslo", "days": 3}


@pytest.mark.parametrize("arguments", ["", "  ", "{}"])
def test_a_function_without_parameters_takes_none(arguments: str) -> None:
    """Some servers send an empty text for no arguments."""
    assert check_call(ToolCall("1", "time", arguments), TOOLS).good


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("wether", "{}", ["the answer: wether is no known function: weather, time."]),
        ("", "{}", ["the answer: A call without a name is no known function: weather, time."]),
        (
            "weather",
            '{"city": "Os',
            ["the answer: This is not JSON: EOF while parsing a string at line 1 column 12."],
        ),
        ("weather", "[]", ["the answer: [] is no object."]),
        ("weather", "", ["the answer: city is missing."]),
        ("weather", '{"city": 3, "days": 9}', ["city: 3 is no string.", "days: 9 is above 7."]),
        ("weather", '{"city": "x", "zip": 1}', ["zip: This property is not allowed here."]),
    ],
)
def test_a_wrong_call_is_told_with_paths(name: str, arguments: str, said: list[str]) -> None:
    """Unknown functions, broken JSON and arguments that do not fit."""
    checked = check_call(ToolCall("1", name, arguments), TOOLS)
    assert [str(problem) for problem in checked.problems] == said
    assert refusal(checked) == "The call was not made: " + " ".join(said).replace("the answer: ", "")


def test_without_tools_every_call_is_unknown() -> None:
    """A model that calls what was never offered is told so."""
    assert "no known function: none." in str(check_call(ToolCall("1", "f", "{}"), []).problems[0])


def test_calls_that_share_an_id_get_their_own() -> None:
    """transformers serve gives every call one id; a result is put to its call by the id alone."""
    calls = [
        ToolCall("x", "a", "{}"),
        ToolCall("x", "b", "{}"),
        ToolCall("", "c", "{}"),
        ToolCall("", "d", "{}"),
    ]
    ids = [call.id for call in with_ids(calls)]
    assert ids[0] == "x" and len(set(ids)) == 4 and all(ids)
    assert [call.id for call in with_ids(with_ids(calls))] == ids


def test_the_round_trip_can_be_sent() -> None:
    """Question, calls and results make a conversation that a body can be built of, each result at its call."""
    answer = Answer(
        text="", tool_calls=(ToolCall("x", "weather", '{"city": "A"}'), ToolCall("x", "time", ""))
    )
    results = [tool_message(call, f"result of {call.name}") for call in whole_calls(answer)]
    said = assistant_message(answer)
    messages = ({"role": "user", "content": "?"}, said, *results)
    assert [call["id"] for call in said["tool_calls"]] == [result["tool_call_id"] for result in results]
    assert said["content"] is None and said["tool_calls"][1]["function"]["arguments"] == "{}"
    body, _ = build(ChatRequest(ModelRef("server", "m"), messages, {"tools": TOOLS}), OPENAI)
    assert body["messages"] == list(messages)


@pytest.mark.parametrize(
    ("ended", "arguments", "kept"),
    [
        ("length", "", 1),
        ("length", '{"city": "Bo', 1),
        ("filtered", '{"city"', 1),
        ("length", "{}", 2),
        ("done", "", 2),
        ("done", '{"city"', 2),
    ],
)
def test_a_call_that_was_cut_off_does_not_go_back(ended: EndedAs, arguments: str, kept: int) -> None:
    """Of an answer that max_tokens ended; elsewhere no arguments, or broken ones, may be what the model meant."""
    calls = (ToolCall("x", "time", ""), ToolCall("y", "weather", arguments))
    answer = Answer(tool_calls=calls, ended=ended)
    assert whole_calls(answer) == calls[:kept]
    assert [call["id"] for call in assistant_message(answer)["tool_calls"]] == ["x", "y"][:kept]
    alone = assistant_message(Answer(text="Hm", tool_calls=calls[1:], ended=ended))
    assert ("tool_calls" in alone) == (kept == 2)


def test_an_answer_of_thoughts_alone_can_be_sent_back() -> None:
    """All tokens went into reasoning: the message has an empty text, for null is refused where no call stands."""
    said = assistant_message(Answer(reasoning="Hm", ended="length"))
    messages = ({"role": "user", "content": "?"}, said, {"role": "user", "content": "Go on"})
    body, _ = build(ChatRequest(ModelRef("server", "m"), messages, {}), OPENAI)
    assert not [*Messages().faults(list(messages))] and body["messages"] == list(messages)


def test_an_answer_without_calls_is_a_plain_message() -> None:
    """No empty list of calls, which servers refuse."""
    assert assistant_message(Answer(text="Hi")) == {"role": "assistant", "content": "Hi"}


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_call_is_judged(name: str, arguments: str) -> None:
    """Whatever a model writes as name and arguments."""
    for known in (name, "calculate"):
        checked = check_call(ToolCall("1", known, arguments), list(BUILTIN_TOOLS.values()))
        assert checked.good or str(checked.problems[0])


VOCABULARY = {
    "cat": 1,
    " cat": 2,
    "Cat": 3,
    " Cat": 4,
    " C": 5,
    "AT": 6,
    "C": 7,
    "ele": 8,
    "phant": 9,
    " ele": 10,
}


def greedy(text: str) -> list[Token]:
    """A tokenizer that takes the longest piece it knows, and single letters otherwise."""
    tokens: list[Token] = []
    while text:
        piece = next((text[:n] for n in range(len(text), 1, -1) if text[:n] in VOCABULARY), text[:1])
        tokens.append(Token(VOCABULARY.get(piece, 1000 + ord(piece[0])), piece))
        text = text[len(piece) :]
    return tokens


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("cat", ("cat", " cat", "Cat", " Cat", "CAT", " CAT")),
        (" Cat ", ("Cat", " Cat", "cat", " cat", "CAT", " CAT")),
        ("aB", ("aB", " aB", "ab", " ab", "AB", " AB", "Ab", " Ab")),
        ("42", ("42", " 42")),
        ("straße", ("straße", " straße", "Straße", " Straße", "STRASSE", " STRASSE")),
        ("", ()),
        ("  ", ()),
    ],
)
def test_a_word_has_its_forms(word: str, expected: tuple[str, ...]) -> None:
    """As typed first, then small, capitalised and in capitals, each with and without a space before it."""
    assert forms(word) == expected


def test_a_word_is_banned_in_all_its_forms() -> None:
    """Forms that are one token are banned exactly; others by their longest piece, or not at all, and that is said."""
    found = ban("cat", greedy)
    assert found.bias == dict.fromkeys((1, 2, 3, 4), BAN)
    by_form = {cut.form: cut for cut in found.cuts}
    assert by_form["cat"].whole and by_form["cat"].banned == Token(1, "cat")
    assert by_form["CAT"].banned is None and "too many other words" in by_form["CAT"].why
    long = {cut.form: cut for cut in cuts("elephant", greedy)}
    assert long["elephant"].banned == Token(9, "phant") and "'phant'" in long["elephant"].why


def test_a_form_of_which_nothing_is_left_is_said() -> None:
    """A tokenizer that drops a text has no token to ban."""
    assert cuts("x", lambda text: [])[0].why == "The tokenizer makes nothing of it."


@given(st.text(max_size=12))
def test_any_word_can_be_banned_or_not(word: str) -> None:
    """Every form is cut into what makes it up, and what is banned is among its tokens."""
    for cut in ban(word, greedy).cuts:
        assert "".join(token.piece for token in cut.tokens) == cut.form
        assert cut.banned is None or cut.banned in cut.tokens
        assert cut.whole or cut.why
