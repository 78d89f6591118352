"""A shape that some server sends, and the short ways in which the tables of them are written.

Kept apart from the tables so that these hold nothing but the dialects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.events import Answer, Finished, fold
from playground.wire.stream.answers import AnswerReader

JSON = Any
STREAM: Final = "text/event-stream"


@dataclass(frozen=True)
class Dialect:
    """A shape: who sends it (a server, or a report), its chunks, and the fields of the answer that it is."""

    source: str
    chunks: list[JSON]
    answer: Mapping[str, Any]
    sent: Mapping[str, Any] = field(default_factory=dict)


def of(delta: JSON, **choice: JSON) -> JSON:
    """A chunk with one choice."""
    return {"choices": [{"index": 0, "delta": delta, **choice}]}


def end(reason: JSON = "stop", **choice: JSON) -> JSON:
    """A chunk that says why it ended."""
    return of({}, finish_reason=reason, **choice)


def call(
    index: int | None = 0, id: str | None = None, name: str | None = None, arguments: JSON = None
) -> JSON:
    """A chunk with a piece of a tool call; what is None is left out."""
    function = {
        key: value for key, value in {"name": name, "arguments": arguments}.items() if value is not None
    }
    piece = {key: value for key, value in {"index": index, "id": id}.items() if value is not None}
    return of({"tool_calls": [{**piece, "type": "function", "function": function}]})


def lines(chunks: list[JSON]) -> list[str]:
    """The data of each chunk; a text goes as it is."""
    return [chunk if isinstance(chunk, str) else json.dumps(chunk) for chunk in chunks]


def read(body: bytes, content_type: str = STREAM, sent: Any = None, size: int = 0) -> Answer:
    """The answer in a body that comes in pieces of so many bytes, or in one."""
    reader = AnswerReader(content_type, sent=sent or {})
    events = [
        event
        for at in range(0, len(body), size or len(body) or 1)
        if not reader.over
        for event in reader.feed(body[at : at + (size or len(body))], 0.0)
    ]
    events += [*reader.close(0.0), reader.ended(0.0)]
    assert sum(isinstance(event, Finished) for event in events) <= 1
    return fold(events)


def streamed(*datas: str) -> bytes:
    return b"".join(f"data: {data}\n\n".encode() for data in datas)


HELLO: Final = lines([of({"content": "Hel"}), of({"content": "lo"}), end()])
"""The data of a stream that says hello."""
