"""A flood of bytes is read in linear time, and an answer without end comes to one.

Kept apart from the tables of dialects because here only time and size count.
"""

from __future__ import annotations

from time import monotonic

import pytest

from playground.wire.stream import answers
from playground.wire.stream.answers import AnswerReader
from tests.wire.dialect import HELLO, STREAM, read, streamed


@pytest.mark.parametrize(
    "piece", [b"data: },\n", b"{}\n", b" " * 300, b'"x",\n'], ids=["data", "lines", "blanks", "bare lines"]
)
@pytest.mark.parametrize("before", [b"", b": x\n\n[\n"], ids=["", "comment"])
def test_a_flood_is_read_in_time(piece: bytes, before: bytes) -> None:
    """Thousands of pieces take seconds and not minutes: none is read anew for each that follows."""
    start = monotonic()
    reader = AnswerReader(STREAM)
    for each in [before, *[piece] * 30_000]:
        reader.feed(each, 0.0)
    reader.close(0.0)
    assert monotonic() - start < 15


@pytest.mark.parametrize(
    "body",
    [
        streamed(HELLO[0]) * 99,
        b'{"choices": [{"message": {"content": "Hel' + b"x" * 999,
        streamed(HELLO[0]) + b"data: 1\n\n" * 99,
    ],
    ids=["stream", "document", "small events"],
)
def test_an_answer_without_end(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended at the bound, and what came is kept, in whatever pieces it comes."""
    monkeypatch.setattr(answers, "MAX_ANSWER_BYTES", 500)
    whole, cut = read(body), read(body, size=1)
    for answer in (whole, cut):
        assert answer.text.startswith("Hel")
        assert "more than 500 bytes" in str(answer.error)
        assert sum(map(len, answer.raw)) <= 501
    assert read(b" " * 999).error is not None
