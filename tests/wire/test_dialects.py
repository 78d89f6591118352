"""Whatever the dialect, the answer is the same: each known shape by name, and sound answers spoken in all of them.

Kept apart from the streams because no server takes part: bytes go in, an answer comes out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import PlaygroundError
from playground.events import Answer, ToolCall
from playground.wire.stream.finish_reasons import ended_as
from tests.wire.dialect import Dialect, call, end, lines, of, read, streamed
from tests.wire.dialects import FAILURES, SOUND
from tests.wire.dialects_of_calls import CALLS


def told(answer: Answer, expected: Any) -> dict[str, Any]:
    """The fields of an answer that are expected."""
    usage = {"prompt": answer.usage.prompt_tokens, "completion": answer.usage.completion_tokens}
    return {name: usage[name] if name in usage else getattr(answer, name) for name in expected}


@pytest.mark.parametrize("name", SOUND)
def test_a_dialect(name: str) -> None:
    """Each shape is the answer that it means, whole or one byte at a time, and none is an error."""
    dialect = SOUND[name]
    body = streamed(*lines(dialect.chunks), "[DONE]")
    for size in (0, 1):
        answer = read(body, sent=dialect.sent, size=size)
        assert told(answer, dialect.answer) == dialect.answer
        assert answer.error is None


@pytest.mark.parametrize("done", [("[DONE]",), ()])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure(name: str, done: tuple[str, ...]) -> None:
    """Each failure is one, in the server's own words, and keeps what came before it."""
    dialect = FAILURES[name]
    answer = read(streamed(*lines(dialect.chunks), *done))
    assert (answer.ended, answer.text) == ("error", dialect.answer.get("text", ""))
    assert isinstance(answer.error, PlaygroundError)
    assert dialect.answer["says"] in str(answer.error)


@pytest.mark.parametrize(
    ("word", "ended"),
    [
        *[
            (word, "done")
            for word in ("stop", "STOP", "end_turn", "eos", "COMPLETE", "tool_use", "Tool-Calls")
        ],
        *[
            (word, "length")
            for word in ("MAX_TOKENS", "Length", "max_output_tokens", "FINISH_REASON_MAX_TOKENS")
        ],
        *[
            (word, "length")
            for word in ("MaxTokens", "model_context_window_exceeded", "model_length", "token limit")
        ],
        *[
            (word, "filtered")
            for word in ("content_filter", "SAFETY", "sensitive", "content_filter: RECITATION")
        ],
        *[(word, "error") for word in ("error", "network_error", "insufficient_system_resource", "abort")],
        *[(word, "unclear") for word in ("other", "pause_turn", "bored", "stopping")],
    ],
)
def test_a_word_for_the_end(word: str, ended: str) -> None:
    """However it is spelt; a word that is not known is never a good end, and is kept as it came."""
    assert ended_as(word) == ended
    answer = read(streamed(*lines([of({"content": "x"}), end(word)]), "[DONE]"))
    assert (answer.ended, answer.finish_reason, answer.text) == (ended, word, "x")


@pytest.mark.parametrize("done", ["[done]", '"[DONE]"', "DONE"])
def test_done_however_it_is_spelt(done: str) -> None:
    """It is an end where the server gives no other."""
    assert read(streamed(*lines([of({"content": "x"}), done]))).ended == "done"


@pytest.mark.parametrize("before", [[], [of({"role": "assistant"})]])
def test_done_alone_is_no_answer(before: list[Any]) -> None:
    """As little as the same emptiness in a document is one."""
    answer = read(streamed(*lines(before), "[DONE]"))
    assert (answer.ended, answer.finish_reason) == ("error", None)
    assert "sent no answer" in str(answer.error)


def test_a_word_that_more_followed_is_no_end() -> None:
    """A stop by the way, and then the line breaks: only [DONE] would have said that this was all."""
    by_the_way = of({"content": "Hel"}, finish_reason="stop")
    answer = read(streamed(*lines([by_the_way, of({"content": "lo"})])))
    assert (answer.ended, answer.text, answer.finish_reason) == ("cut off", "Hello", None)
    assert read(streamed(*lines([by_the_way]))).ended == "done"


@pytest.mark.parametrize("name", [name for name, d in CALLS.items() if d.answer.get("tool_calls")])
def test_a_call_is_shown_as_it_is_folded(name: str) -> None:
    """The name as far as it has come grows, and an id is told once: what a page paints is what the answer has."""
    dialect: Dialect = CALLS[name]
    answer = read(streamed(*lines(dialect.chunks)), sent=dialect.sent)
    assert [c.name for c in answer.tool_calls] == [c.name for c in dialect.answer["tool_calls"]]


# -- a sound answer, spoken in any dialect ---------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAME = st.sampled_from(["get_weather", "now", "roll_dice"])
OBJECTS = st.dictionaries(st.sampled_from(["city", "n"]), TEXT | st.integers(), max_size=2).map(json.dumps)
SOUND_CALLS = st.lists(st.tuples(NAME, OBJECTS), max_size=3).map(
    lambda made: tuple(ToolCall(f"call-{place}", *each) for place, each in enumerate(made))
)
WORDS = st.sampled_from(["stop", "length", "tool_calls", "MAX_TOKENS", "content_filter"])


def cut(text: str, cuts: list[int]) -> list[str]:
    """The text in pieces."""
    places = sorted({0, len(text), *(at % (len(text) + 1) for at in cuts)})
    return [text[a:b] for a, b in pairwise(places)]


Speak = Callable[[list[str]], Iterator[Any]]


def pieces(piece: str, made: ToolCall, at: int, cuts: list[int]) -> Iterator[Any]:
    """The chunks of one call in a dialect of calls."""
    arguments = cut(made.arguments, cuts)
    match piece:
        case "openai":
            yield call(at, made.id, made.name, "")
            yield from (call(at, None, None, part) for part in arguments)
        case "whole at index 0":
            yield call(0, made.id, made.name, made.arguments)
        case "no index":
            yield call(None, made.id, made.name, arguments[0])
            yield from (call(None, None, None, part) for part in arguments[1:])
        case "a new id each":
            yield call(at, made.id, made.name, "")
            yield from (call(at, f"new-{at}-{n}", "", part) for n, part in enumerate(arguments))
        case "name in pieces":
            yield call(at, made.id, made.name[:2], "")
            yield call(at, made.id, made.name[2:], "")
            yield from (call(at, made.id, None, part) for part in arguments)
        case "id and name again":
            yield from (call(at, made.id, made.name, part) for part in ["", *arguments])
        case "moved":
            yield call(2 * at, made.id, made.name)
            yield from (call(2 * at + 1, made.id, None, part) for part in arguments)
        case "empty before":
            yield call(at, made.id, made.name, "{}")
            yield from (call(at, None, None, part) for part in ["", *arguments] if made.arguments != "{}")
        case "object":
            yield call(at, made.id, made.name, json.loads(made.arguments))


CALL_DIALECTS = st.sampled_from(
    [
        "openai",
        "whole at index 0",
        "no index",
        "a new id each",
        "name in pieces",
        "id and name again",
        "moved",
        "empty before",
        "object",
    ]
)
REASONING: dict[str, Speak] = {
    "reasoning": lambda parts: (of({"reasoning": part, "content": ""}) for part in parts),
    "reasoning_content": lambda parts: (of({"reasoning_content": part, "content": None}) for part in parts),
    "thinking": lambda parts: (
        of({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": part}]}]})
        for part in parts
    ),
    "both": lambda parts: (
        of({"reasoning": part, "reasoning_details": [{"type": "reasoning.text", "text": part}]})
        for part in parts
    ),
    "grown details": lambda parts: (
        of({"reasoning_details": [{"type": "reasoning.text", "text": "".join(parts[: n + 1])}]})
        for n in range(len(parts))
    ),
}
TEXTS: dict[str, Speak] = {
    "deltas": lambda parts: (
        of({"role": "assistant", "content": part, "tool_calls": None}) for part in parts
    ),
    "parts": lambda parts: (of({"content": [{"type": "text", "text": part}]}) for part in parts),
    "grown beside": lambda parts: (
        of({"content": part}, message={"content": "".join(parts[: n + 1])}) for n, part in enumerate(parts)
    ),
    "message last": lambda parts: iter(
        [*[of({"content": part}) for part in parts], {"choices": [{"message": {"content": "".join(parts)}}]}]
    ),
    "completion": lambda parts: ({"choices": [{"index": 0, "text": part}]} for part in parts),
    "index 3": lambda parts: (of({"content": part}) for part in parts),
}
ENDS: dict[str, Callable[[str, Any], list[Any]]] = {
    "beside": lambda word, usage: [{**end(word), "usage": usage}],
    "behind": lambda word, usage: [end(word), {"choices": [], "usage": usage}],
    "moonshot": lambda word, usage: [end(word, usage=usage)],
    "groq": lambda word, usage: [{**end(word), "x_groq": {"usage": usage}}],
    "twice": lambda word, usage: [end(word), end(word), end(None), {"usage": usage}],
}


@given(
    TEXT,
    TEXT,
    SOUND_CALLS,
    WORDS,
    CALL_DIALECTS,
    st.sampled_from(sorted(REASONING)),
    st.sampled_from(sorted(TEXTS)),
    st.sampled_from(sorted(ENDS)),
    st.lists(st.integers(0, 40), max_size=5),
    st.integers(0, 9),
    st.booleans(),
)
def test_a_sound_answer_in_any_dialect(
    text: str,
    thoughts: str,
    made: tuple[ToolCall, ...],
    word: str,
    calling: str,
    thinking: str,
    saying: str,
    ending: str,
    cuts: list[int],
    size: int,
    tight: bool,
) -> None:
    """Whoever speaks it, and wherever it is cut: text, thoughts, calls, usage and end come out as they went in."""
    chunks: list[Any] = [*REASONING[thinking](cut(thoughts, cuts)), *TEXTS[saying](cut(text, cuts))]
    for at, each in enumerate(made):
        chunks += pieces(calling, each, at, cuts)
    chunks += ENDS[ending](word, {"prompt_tokens": 5, "completion_tokens": 2})
    if saying == "index 3":
        chunks = json.loads(json.dumps(chunks).replace('"choices": [{"index": 0', '"choices": [{"index": 3'))
    body = streamed(*lines(chunks), "[DONE]")
    if tight:
        body = body.replace(b"\n\n", b"\n")
    tools = [{"type": "function", "function": {"name": name}} for name in ("get_weather", "now", "roll_dice")]
    answer = read(body, sent={"tools": tools}, size=size)
    assert (answer.text, answer.reasoning) == (text, thoughts)
    assert answer.tool_calls == made
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (5, 2)
    assert (answer.finish_reason, answer.ended) == (word, ended_as(word))
