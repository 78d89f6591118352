"""What an answer carries beside its words: pictures, sounds, citations, each as it can be shown or at least named.

Kept apart from the words because it comes in as many shapes, and none of it is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_SHOWN: Final = re.compile(r"data:image/(?:png|jpeg|webp|gif);base64,|https?://", re.IGNORECASE)
_LONGEST_TITLE: Final = 200
_LONGEST_ADDRESS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """One thing: `kind` is a word ("image", "audio"), `url` a picture in Base64 or the address of something elsewhere.

    `url` and `title` are empty where there is none: then only the response as it came holds the thing.
    """

    kind: str
    url: str = ""
    title: str = ""


def attachment_of(kind: str, thing: Any) -> Attachment:
    """Reads a thing of any shape: OpenRouter's images, OpenAI's url_citation, Perplexity's bare addresses.

    >>> attachment_of("annotation", {"type": "url_citation", "url_citation": {"url": "https://a.b", "title": "A"}})
    Attachment(kind='annotation', url='https://a.b', title='A')
    """
    layers = [thing, *_within(thing)]
    url = next((url for layer in layers for url in _urls(layer)), "")
    titles = (layer.get("title") or layer.get("filename") for layer in layers if isinstance(layer, Mapping))
    title = next((title for title in titles if isinstance(title, str)), "")
    return Attachment(kind, url, title[:_LONGEST_TITLE])


def citations_in(chunk: Mapping[str, Any]) -> Iterator[Attachment]:
    """The sources that stand beside the choices (Perplexity's and xAI's API reference), each address once."""
    found: dict[str, Attachment] = {}
    for name in ("search_results", "citations"):
        things = chunk.get(name)
        for each in things if isinstance(things, list) else ():
            citation = attachment_of("citation", each)
            found.setdefault(citation.url or repr(each), citation)
    yield from found.values()


def _within(thing: Any) -> Iterator[Mapping[str, Any]]:
    """The object that a thing keeps under the name of its type."""
    if isinstance(thing, Mapping):
        for name in (thing.get("type"), "image_url", "image"):
            inner = thing.get(name) if isinstance(name, str) else None
            if isinstance(inner, Mapping):
                yield inner


def _urls(layer: Any) -> Iterator[str]:
    """What may be shown of a layer, or opened."""
    found = [layer]
    if isinstance(layer, Mapping):
        data = layer.get("b64_json")
        png = f"data:image/png;base64,{data}" if isinstance(data, str) else None
        found = [layer.get("url"), layer.get("image_url"), png]
    for url in found:
        if isinstance(url, str) and _SHOWN.match(url):
            is_data = url[:5].lower() == "data:"
            if is_data or len(url) <= _LONGEST_ADDRESS:
                yield url
