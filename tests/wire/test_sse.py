"""The SSE parser against a simple reference, over every way in which bytes can be cut.

Kept apart from the transport's tests because the parser needs no network.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.wire.stream.sse import Failure, SseParser

CASES = {
    "one event": "data: one\n\n",
    "two events": "data: one\n\ndata: two\n\n",
    "no space": "data:one\n\n",
    "only the first space goes": "data:  two spaces\n\n",
    "several lines": "data: one\ndata: two\ndata\ndata: four\n\n",
    "comments": ": OPENROUTER PROCESSING\n\n: again\ndata: one\n: between\ndata: two\n\n",
    "other fields": "event: error\nid: 7\nretry: 10\ndata: one\nfoo: bar\ndatabase: no\n\n",
    "empty data": "data:\n\ndata: \n\n",
    "blank lines": "\n\n\ndata: one\n\n\n\n",
    "byte order mark": "\ufeffdata: one\n\ndata: two\n\n",
    "mark within": "data: \ufeffone\n\n\ufeffdata: lost\n\n",
    "line separators of Python": "data: a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\n\n",
    "emoji": "data: 😀👩‍👩‍👧é\n\n",
    "json": 'data: {"a": "b: c"}\n\ndata: [DONE]\n\n',
    "documents without blank lines": 'data: {"a":\ndata: 1}\ndata: {"b": 2} \ndata:[3]\ndata: [DONE]\n\n',
    "odd names": " data: a\nDATA:b\n\tData\n\nEvent: done\n\n event:done\ndata: c\n\n",
    "over many lines": ': x\n\ndata: {\n  "a": [\n 1,\n true,\nno\n ]\n}\n{\n}\n[DONE]\n\n[1\nfoo: bar\n]\n\n',
    "a page": "<p>\n{\n}\n\ndata: {\n}\n\n",
    "unterminated": "data: one\n\ndata: last",
    "unterminated line end": "data: one\n\ndata: last\n",
    "nothing": "",
    "a lone mark": "\ufeff",
}


def reference(stream: bytes) -> list[str]:
    """What the standard says, done the slow way on the whole stream; an unterminated event counts.

    So do two documents of JSON with no blank line between them: each is an event. A line that has no field's name is
    data where it begins JSON, outside a page, or goes on with it; an event named done counts without data.
    """
    events: list[str] = []
    data: list[bytes] = []
    done = page = False
    for line in [*re.split(b"\r\n|\n|\r", stream.removeprefix(b"\xef\xbb\xbf")), b""]:
        field, _, value = line.lstrip(b" \t").partition(b":")
        field = field.lower()
        if field not in (b"", b"data", b"event", b"error"):
            text = line.lstrip(b" \t")
            page = page or (not data and text.startswith(b"<"))
            begins = text[:1] in (b"{", b"[") and not page
            begun = bool(data) and data[0][:1] in (b"{", b"[")
            word = text.rstrip(b" \t").removesuffix(b",").rstrip(b" \t") in (b"true", b"false", b"null")
            goes_on = word or text.startswith(tuple(bytes([sign]) for sign in b'"{}[],-0123456789'))
            if begins if not data else begun and goes_on:
                field, value = b"data", text
        if line == b"":
            if data or done:
                events.append(b"\n".join(data).decode("utf-8", "replace"))
            data, done = [], False
        elif field == b"event":
            done = value.strip() == b"done"
        elif field in (b"data", b"error"):
            ends = data and data[-1].rstrip(b" \t").endswith((b"}", b"]"))
            if field == b"error" or (ends and value.lstrip(b" \t").startswith((b"{", b"["))):
                if data:
                    events.append(b"\n".join(data).decode("utf-8", "replace"))
                data = []
            data.append(value.strip() if field == b"error" else value.removeprefix(b" "))
    return events


def parsed(*pieces: bytes) -> list[str]:
    parser = SseParser()
    return [event for piece in pieces for event in parser.feed(piece)] + parser.flush()


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("case", CASES)
def test_every_split_point(case: str, ending: str) -> None:
    """Wherever a stream is cut in two, and cut into single bytes, its events are the same."""
    stream = CASES[case].replace("\n", ending).encode()
    expected = reference(stream)
    assert parsed(stream) == expected
    assert parsed(*(stream[i : i + 1] for i in range(len(stream)))) == expected
    for cut in range(len(stream) + 1):
        assert parsed(stream[:cut], stream[cut:]) == expected, cut


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("several lines", ["one\ntwo\n\nfour"]),
        ("only the first space goes", [" two spaces"]),
        ("byte order mark", ["one", "two"]),
        ("line separators of Python", ["a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"]),
        ("unterminated", ["one", "last"]),
        ("comments", ["one\ntwo"]),
        ("empty data", ["", ""]),
        ("odd names", ["a\nb\n", "", "c"]),
        ("over many lines", ['{\n"a": [\n1,\ntrue,\n]\n}', "{\n}", "[DONE]", "[1\n]"]),
        ("a page", ["{\n}"]),
        ("documents without blank lines", ['{"a":\n1}', '{"b": 2} ', "[3]", "[DONE]"]),
    ],
)
def test_worked_examples(case: str, expected: list[str]) -> None:
    """The reference itself is right where it matters."""
    assert parsed(CASES[case].encode()) == expected


def test_bytes_that_are_no_utf8() -> None:
    """A broken character becomes a mark, and the rest of the event is kept."""
    assert parsed(b"data: a\xffb\xf0\x9f\n\ndata: c\n\n") == ["a\ufffdb\ufffd", "c"]


def test_an_event_named_error_is_a_failure() -> None:
    """It alone, wherever its name stands, and however the stream is cut."""
    stream = b"event: error\ndata: a\n\ndata: b\n\ndata: c\nevent:error\n\n"
    stream += b"event: error\n\ndata: d\n\nevent: errors\ndata: e\n\n"
    for size in (1, 7, len(stream)):
        events = parsed(*(stream[at : at + size] for at in range(0, len(stream), size)))
        assert events == ["a", "b", "c", "d", "e"]
        assert [event for event in events if isinstance(event, Failure)] == ["a", "c"]


PIECES = st.one_of(
    st.sampled_from(
        b"data: |data:|data| |\n|\r|\r\n|\n\n|: |\xef\xbb\xbf|event:|done|Data:|{|}|[|,|<|true|error:".split(
            b"|"
        )
    ),
    st.binary(max_size=6),
    st.text(max_size=4).map(str.encode),
)


@given(st.lists(PIECES, max_size=40))
def test_any_bytes_in_any_pieces(pieces: list[bytes]) -> None:
    """Whatever comes, in whatever pieces, the events are those of the reference, and nothing is raised."""
    assert parsed(*pieces) == reference(b"".join(pieces))


SCRAPS = [
    *"data:|data: |\n|\r|\r\n|\n\n|:|event: x|[DONE]|{}| |x|😀|\ufeff|\u2028|\x85|\0".encode().split(b"|"),
    *b'event: done|{|}|<|"|null|Data:|error:'.split(b"|"),
    *(b"\xff", b"\xf0\x9f", b"\x98\x80"),
]


def test_a_fuzz_run() -> None:
    """Twenty thousand streams of scraps that mean something, in odd pieces: no difference to the reference."""
    dice = random.Random(20_261_123)
    for _ in range(20_000):
        stream = b"".join(dice.choices(SCRAPS, k=dice.randrange(24)))
        cuts = sorted(dice.choices(range(len(stream) + 1), k=dice.randrange(12)))
        pieces = [stream[start:end] for start, end in pairwise([0, *cuts, len(stream)])]
        assert parsed(*pieces) == reference(stream), pieces


def test_events_come_as_soon_as_they_are_complete() -> None:
    """An event is given with the byte that completes it, not with the next one."""
    parser = SseParser()
    assert parser.feed(b"data: one\n") == []
    assert parser.feed(b"\n") == ["one"]
    assert parser.feed(b"data: two\r\n\r") == ["two"]
    assert parser.feed(b"\ndata: three\n\n") == ["three"]


def test_ten_megabytes_in_one_line() -> None:
    """A line of 10 MB in small pieces arrives whole; copying it anew for each piece would take minutes."""
    parser = SseParser()
    piece = b"x" * 100
    events = parser.feed(b"data: ")
    for _ in range(100_000):
        events += parser.feed(piece)
    assert events + parser.feed(b"\n\n") == ["x" * 10_000_000]


@pytest.mark.parametrize(
    "pieces",
    [
        [b"data: " + b"x" * 200],
        [b"x" * 60] * 4,
        [b"data: 0123456789\n"] * 20,
        [b"data:\n"] * 20,
        [b"data\r\n" * 4] * 6,
        [b"data: " + b"x" * 200 + b"\n\n"],
    ],
    ids=["one line", "no line end", "many lines", "empty lines", "bare lines", "whole event"],
)
def test_too_large_an_event_is_a_clear_error(pieces: list[bytes]) -> None:
    """An event beyond the limit ends with a sentence that names the limit, in whatever way it grows."""
    parser = SseParser(max_event_bytes=100)
    assert not any(parser.feed(piece) for piece in pieces)
    assert "more than 100 bytes" in str(parser.error)
    assert not [*parser.feed(b"\n\ndata: more\n\n"), *parser.flush()]


def test_what_came_before_too_large_an_event_is_given() -> None:
    """Also with the same piece of bytes; and an event may grow too large at the end of the stream alone."""
    parser = SseParser(max_event_bytes=100)
    assert parser.feed(b"data: one\n\ndata: " + b"x" * 200 + b"\n\n") == ["one"]
    assert parser.error is not None
    parser = SseParser(max_event_bytes=100)
    assert parser.feed(b"data: " + b"x" * 60 + b"\ndata: " + b"x" * 60) == []
    assert parser.error is None
    assert parser.flush() == []
    assert parser.error is not None


def test_the_limit_counts_one_event() -> None:
    """Many small events, and comments between them, never add up to the limit."""
    parser = SseParser(max_event_bytes=100)
    events = [event for _ in range(100) for event in parser.feed(b": a comment\ndata: 0123456789\n\n")]
    assert events == ["0123456789"] * 100
