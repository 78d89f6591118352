"""The parts of messages: each fault by its place, and what is large named where it need not go."""

from __future__ import annotations

from typing import Any

import pytest

from playground.backend import request_of
from playground.content_parts import data_length, named, parts_problems, unread_problems
from playground.errors import InvalidRequest
from playground.servers import Target
from tests.pictures import ASKED, RED, as_url, picture, png

HEARD: dict[str, Any] = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}


@pytest.mark.parametrize(
    "part",
    [
        picture(RED),
        picture(as_url(b"\xff\xd8\xff\xe0", "image/jpeg")),
        picture(as_url(b"GIF89a", "image/gif")),
        picture(as_url(b"RIFF1234WEBPVP8 ", "image/webp")),
        picture("https://host/cat.png"),
        HEARD,
        {"type": "file", "file": {"file_id": "f"}},
        {"type": "of tomorrow"},
    ],
)
def test_good_parts_pass(part: dict[str, Any]) -> None:
    """Pictures of the four types, addresses that the server fetches, and kinds that are not known here."""
    assert list(parts_problems([{"role": "user", "content": [part]}])) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("words", "object with a type"),
        ({"text": "no type"}, "object with a type"),
        ({"type": "text"}, "words under text"),
        ({"type": "image_url", "image_url": RED}, "under image_url, as"),
        (picture("file:///etc/passwd"), "data: address"),
        (picture("blob:http://127.0.0.1/1"), "data: address"),
        (picture("data:image/png,raw"), "in Base64"),
        (picture("data:image/png;base64,%%%"), "in Base64"),
        (picture(as_url(b"<svg/>", "image/svg+xml")), "PNG, JPEG, WEBP or GIF; this one says image/svg+xml"),
        (picture(as_url(b"hello", "image/png")), "none of that type"),
        (picture(as_url(png(1, 1), "image/jpeg")), "none of that type"),
        (picture("data:image/png;base64,A"), "none of that type"),
    ],
)
def test_a_fault_is_told_by_its_place(part: Any, said: str) -> None:
    """One sentence that names the message and the part, counted from 1."""
    messages = [{"role": "system", "content": "x"}, {"role": "user", "content": [ASKED[0], part]}]
    (problem,) = parts_problems(messages)
    assert str(problem).startswith("messages: message 2, part 2: ") and said in str(problem)


def test_a_request_is_refused_with_that_sentence() -> None:
    """Before anything is sent, and beside every other problem."""
    values = {"model": "m", "messages": [{"role": "user", "content": ["x"]}], "temperature": 9}
    with pytest.raises(InvalidRequest) as refused:
        request_of(values, "create", Target(base_url="http://127.0.0.1:9/v1"))
    assert {problem.parameter for problem in refused.value.problems} == {"messages", "temperature"}


def test_the_embedded_model_says_that_it_reads_text_only() -> None:
    """The first part of each message that is none; parts of text are fine."""
    heard = [{"role": "user", "content": ASKED}, {"role": "user", "content": [HEARD]}]
    for messages in (heard, heard[:1]):
        with pytest.raises(InvalidRequest, match=r"part 2 is a picture\. The embedded model reads text only"):
            request_of({"model": "embedded", "messages": messages}, "create")
    assert "part 1 is a sound" in str(list(unread_problems(heard, "Why."))[1])
    request_of({"model": "embedded", "messages": [{"role": "user", "content": ASKED[:1]}]}, "create")


def test_what_is_large_is_named_and_weighed() -> None:
    """Long data: addresses alone; words that are long stay words."""
    long = as_url(png(2, 2) + b"\0" * 600)
    content = [{"type": "text", "text": "data " * 100}, picture(long), picture("data:short")]
    light = named(content)
    assert light[0] == content[0] and light[2] == content[2]
    assert light[1]["image_url"]["url"].startswith("data:image/png;base64,… (")
    assert data_length(content) == len(long) and data_length(light) == 0
