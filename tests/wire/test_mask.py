"""A key that comes back in pieces or escaped: neither an event nor the response as it came may show it.

Kept apart from the tests of secrecy, which are about whole texts and about what leaves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from playground.events import Answer, Event, Finished, Fold, TextDelta
from playground.testing.scripted_server import data, finish
from playground.wire.keys import MASK, masked
from playground.wire.stream.answers import AnswerReader
from playground.wire.stream.other_choices import MOST_OTHERS
from tests.wire.asking import KEY

Delta = Callable[[str], Mapping[str, Any]]

FLOWS: dict[str, tuple[Delta, Callable[[Answer], str]]] = {
    "text": (lambda piece: {"content": piece}, lambda answer: answer.text),
    "parts": (lambda piece: {"content": [{"type": "text", "text": piece}]}, lambda answer: answer.text),
    "reasoning": (lambda piece: {"reasoning": piece}, lambda answer: answer.reasoning),
    "call": (
        lambda piece: {"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": piece}}]},
        lambda answer: answer.tool_calls[0].arguments,
    ),
}


def read(*lines: bytes, key: str = KEY) -> tuple[Answer, list[Event]]:
    """The answer that the lines of a stream amount to, and its events."""
    reader, folded = AnswerReader("text/event-stream", key), Fold()
    events = [event for line in lines for event in reader.feed(line, 0.0)]
    events += [*reader.close(0.0), reader.ended(0.0)]
    for event in events:
        folded.add(event)
    return folded.answer(), events


def chunks(delta: Delta, *pieces: str) -> list[bytes]:
    """One line of a stream for each piece."""
    return [data({"choices": [{"index": 0, "delta": delta(piece)}]}) for piece in pieces]


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("ended", [True, False])
def test_a_key_in_pieces_is_masked(flow: str, ended: bool) -> None:
    """Wherever it is cut in two or in single letters, what stands around it stays, and its lines are taken out."""
    delta, shown = FLOWS[flow]
    letters = [slice(at, at + 1) for at in range(len(KEY))]
    halves = [[slice(0, at), slice(at, None)] for at in range(1, len(KEY))]
    for cuts in (letters, *halves):
        first, *inner, last = [KEY[cut] for cut in cuts]
        pieces = ["is it? ", f"it is {first}", *inner, f"{last} and on"]
        answer, _ = read(*chunks(delta, *pieces), *([finish()] if ended else []))
        assert shown(answer) == f"is it? it is {MASK} and on"
        assert answer.raw[1 : len(cuts) + 1] == (MASK,) * len(cuts)
        assert "is it?" in answer.raw[0]


@pytest.mark.parametrize("flow", FLOWS)
def test_a_key_in_pieces_of_several_answers_is_masked(flow: str) -> None:
    """With n above 1 the answers come in turns, a line or a place in one line each: the pieces of each are joined."""
    delta, shown = FLOWS[flow]
    pieces = [f"it is {KEY[:6]}", KEY[6:11], f"{KEY[11:]} and on", " then"]
    choices = [[{"index": index, "delta": delta(piece)} for index in range(3)] for piece in pieces]
    in_turns = [data({"choices": [choice]}) for row in choices for choice in row]
    answer, _ = read(*in_turns, finish())
    assert shown(answer) == f"it is {MASK} and on then"
    assert answer.raw[:9] == (MASK,) * 9 and all(" then" in line for line in answer.raw[9:12])
    at_once, _ = read(*[data({"choices": row[::-1]}) for row in choices], finish())
    assert (at_once.text, at_once.reasoning, at_once.raw[:3]) == (answer.text, answer.reasoning, (MASK,) * 3)
    only_others, _ = read(*[data({"choices": row[1:2]}) for row in choices], finish())
    assert only_others.raw[:3] == (MASK,) * 3


@pytest.mark.parametrize("more", [0, 1])
def test_lines_of_too_many_answers_are_taken_out(more: int) -> None:
    """A server that numbers no end of answers gets no room for each: what nobody reads is not shown."""
    delta, _ = FLOWS["text"]
    crowd = [{"index": index + 1, "delta": delta("so on")} for index in range(MOST_OTHERS + more)]
    rest = {"index": len(crowd), "delta": delta(KEY[6:])}
    answer, _ = read(data({"choices": crowd}), data({"choices": [rest]}), *chunks(delta, "hello"), finish())
    assert [line == MASK for line in answer.raw] == [more == 1, more == 1, False, False]
    assert answer.text == "hello"


def test_several_parts_of_one_piece_are_masked() -> None:
    """Also a key whose halves come as two parts of one content, twice over, and one that comes with its end."""
    parts = [{"text": part} for part in (KEY[:9], KEY[9:], KEY[:3], KEY[3:])]
    answer, _ = read(data({"choices": [{"delta": {"content": parts}}]}))
    assert (answer.text, answer.raw) == (MASK * 2, (MASK,))


@pytest.mark.parametrize("around", ["", "sk", "sk-a-key-of-a-"])
def test_what_only_begins_like_a_key_is_shown(around: str) -> None:
    """At once where no key can go on from it, with the next piece or the end otherwise; every piece counts."""
    pieces = ["s", "sk-a", "-key x", f"tasks {around}"]
    delta, _ = FLOWS["text"]
    for last in ([], [finish()]):
        answer, events = read(*chunks(delta, *pieces), *last)
        texts = [event.text for event in events if isinstance(event, TextDelta)]
        assert texts[:4] == ["", "s", "sk-a-key x", "tasks "]
        assert answer.text == "".join(pieces)
        assert isinstance(events[-2], Finished if last else TextDelta)
        assert all(MASK not in line for line in answer.raw)


def test_two_flows_are_held_apart() -> None:
    """The beginning of a key in the thinking does not go on in the answer."""
    texts, thoughts = FLOWS["text"][0], FLOWS["reasoning"][0]
    answer, _ = read(*chunks(thoughts, KEY[:9]), *chunks(texts, KEY[9:]), finish())
    assert (answer.reasoning, answer.text) == (KEY[:9], KEY[9:])


def scored(*tokens: str) -> bytes:
    scores = [{"token": token, "logprob": -1.0, "top_logprobs": []} for token in tokens]
    return data({"choices": [{"delta": {}, "logprobs": {"content": scores}}]})


def test_the_tokens_of_a_key_become_one() -> None:
    """As likely as they are together; tokens that only begin like one stay what they are."""
    first, second, third = KEY[:4], KEY[4:11], KEY[11:]
    answer, _ = read(scored("a", "s"), scored(first), scored(second), scored(f"{third}!", "b", "sk"))
    found = [(score.token, score.logprob) for score in answer.logprobs]
    assert found == [("a", -1.0), ("s", -1.0), (f"{MASK}!", -3.0), ("b", -1.0), ("sk", -1.0)]
    assert answer.raw[1:] == (MASK,) * 3


ODD_KEY = 'sk/"odd"\\key+0123'


def ways_to_escape(key: str) -> list[str]:
    """A key as JSON may have it: with any one letter, and with all, as numbers, and with slashes escaped."""
    plain = json.dumps(key)[1:-1]
    numbers = [
        "".join(rf"\u{ord(letter):04x}" for letter in key),
        "".join(rf"\u{ord(letter):04X}" for letter in key),
    ]
    single = [
        json.dumps(key[:at])[1:-1] + rf"\u{ord(key[at]):04x}" + json.dumps(key[at + 1 :])[1:-1]
        for at in range(len(key))
    ]
    return [plain, plain.replace("/", r"\/"), *numbers, *single]


@pytest.mark.parametrize("key", [KEY, ODD_KEY])
def test_an_escaped_key_is_masked(key: str) -> None:
    """In a stream, a whole answer, an error, and in the arguments of a call, which are JSON in JSON."""
    for written in ways_to_escape(key):
        line = b'data: {"choices": [{"delta": {"content": "it is %s."}}]}\n\n' % written.encode()
        answer, _ = read(line, finish(), key=key)
        assert answer.text == f"it is {MASK}."
        assert json.loads(answer.raw[0])
        call = chunks(FLOWS["call"][0], f'{{"x": "{written}"}}')
        assert read(*call, key=key)[0].tool_calls[0].arguments == f'{{"x": "{MASK}"}}'
        refused, _ = read(b'data: {"error": "bad key %s"}\n\n' % written.encode(), key=key)
        assert f"bad key {MASK}." in str(refused.error)
        assert masked(f'{{"detail": "{written}"}}', key) == f'{{"detail": "{MASK}"}}'


def test_endless_backslashes_cost_no_time() -> None:
    """A server cannot make the search for an escaped key slow."""
    text = "\\" * 1_000_000 + r"\u0073"
    assert masked(text, KEY) == text
