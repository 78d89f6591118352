"""What an answer carries beside its words is read in the shapes that servers give it, and kept as it came."""

from __future__ import annotations

from typing import Any

import pytest

from playground.attachments import Attachment, attachment_of
from playground.events import AttachmentSent
from playground.wire.stream.chunks import ChunkDecoder
from playground.wire.stream.redaction import Mask
from tests.pictures import RED, picture

CITED = {"type": "url_citation", "url_citation": {"url": "https://a.b/c", "title": "A"}}
SECRET = "sk-" + "0a" * 8


@pytest.mark.parametrize(
    ("thing", "is_read_as"),
    [
        (picture(RED), Attachment("x", RED)),
        ({"type": "output_image", "image_url": RED}, Attachment("x", RED)),
        ({"b64_json": "AAAA"}, Attachment("x", "data:image/png;base64,AAAA")),
        (CITED, Attachment("x", "https://a.b/c", "A")),
        ({"url": "https://a.b", "title": "B"}, Attachment("x", "https://a.b", "B")),
        ("https://a.b", Attachment("x", "https://a.b")),
        ({"type": "file", "file": {"filename": "a.pdf"}}, Attachment("x", "", "a.pdf")),
        (picture("data:image/svg+xml;base64,AAAA"), Attachment("x")),
        (picture("javascript:alert(1)"), Attachment("x")),
        ({"url": "https://" + "a" * 3000}, Attachment("x")),
        ({"type": 1, "title": 2}, Attachment("x")),
        (None, Attachment("x")),
    ],
)
def test_things_are_read(thing: Any, is_read_as: Attachment) -> None:
    """A picture that can be shown, an address that can be opened, a title; of all else the kind alone."""
    assert attachment_of("x", thing) == is_read_as


def things(*chunks: dict[str, Any]) -> list[Attachment]:
    """What comes beside the words of these chunks."""
    decoder = ChunkDecoder()
    events = [event for chunk in chunks for event in decoder.chunk(chunk, 0.0)]
    return [event.attachment for event in events if isinstance(event, AttachmentSent)]


def test_each_comes_once() -> None:
    """Pictures, annotations and sources that are said again in each chunk, and lists of sources that grow."""
    delta: dict[str, Any] = {"choices": [{"delta": {"images": [picture(RED)], "annotations": [CITED]}}]}
    first = {**delta, "citations": ["https://a"]}
    again = {**delta, "citations": ["https://a", "https://b"], "search_results": [{"url": "https://a"}]}
    told = things(first, again)
    assert sorted(each.kind for each in told) == ["annotation", "citation", "citation", "image"]
    assert {each.url for each in told} == {RED, "https://a.b/c", "https://a", "https://b"}


def test_a_key_in_them_is_masked() -> None:
    """A server may echo it in an address or a title."""
    mask = Mask(SECRET, [])
    (event,) = mask.take([AttachmentSent(Attachment("annotation", f"https://a/{SECRET}", SECRET))], 0.0)
    assert isinstance(event, AttachmentSent) and SECRET not in str(event)
