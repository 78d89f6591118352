"""What a delta, or a message, says in words, in every form that servers give them; and each word heard once.

Kept apart from the decoder because the same words come under many names, often under several at once: as a piece and
as all that was said so far, as text and as details of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, Literal

from playground.attachments import Attachment, attachment_of
from playground.pieces import SAID_AGAIN
from playground.wire.returned import THOUGHT
from playground.wire.surrogates import paired

REASONING: Final = (
    *THOUGHT,
    "reasoning_text",  # GitHub Copilot
    "thinking",  # Ollama
    "thinking_content",
    "thought",
    "reasoningContent",  # Bedrock
)
"""Fields of reasoning; those behind the first two nobody documents as to be given back."""

_THOUGHTS: Final = frozenset({"thinking", "thought", *REASONING})
"""Types of parts that are reasoning."""

ATTACHMENTS: Final[Mapping[str, str]] = {
    "images": "image",
    "audio": "audio",
    "video": "video",
    "videos": "video",
    "files": "file",
    "annotations": "annotation",
    "citations": "citation",
}
"""Fields that hold no text, and what one of their things is called: OpenRouter's images, OpenAI's audio."""

_PARTS: Final[Mapping[str, str]] = {
    "image_url": "image",
    "output_image": "image",
    "input_audio": "audio",
    "output_audio": "audio",
    "video_url": "video",
}
DETAILS: Final = ("reasoning_details", "thinking_blocks", "reasoning_steps")
"""Fields of reasoning in parts: OpenRouter and MiniMax; LiteLLM; Perplexity."""
_TEXTS: Final = ("text", "output_text")
_LONGEST_KIND: Final = 40
_HOLDS_TEXT: Final = (
    "text",
    "summary",
    "content",
    "thinking",
    "thought",
    "reasoning",
    "reasoningContent",
    "reasoningText",
    "refusal",
    "value",
)
"""Fields of a part that its text may be in."""

Form = Literal["text", "details", "parts"]


@dataclass(slots=True)
class Said:
    """What one delta or message says. `form` is how its reasoning came; of several forms only the plainest is read."""

    text: str = ""
    refusal: str = ""
    reasoning: str = ""
    form: Form = "text"
    attachments: tuple[tuple[Attachment, str], ...] = ()
    """Each thing, and what tells it from others."""


def said_in(delta: Mapping[str, Any]) -> Said:
    """Reads a delta or a message of any shape."""
    said = Said()
    thoughts = _parts(delta.get("content"), said)
    if _is_thought(delta):
        thoughts, said.text = thoughts + said.text, ""
    said.refusal += _flat(delta.get("refusal"))
    reasoning = next((text for name in REASONING if (text := _flat(delta.get(name)))), "")
    details = next((text for name in DETAILS if (text := _details(delta.get(name)))), "")
    said.reasoning = reasoning or details or thoughts
    said.form = "text" if reasoning else "details" if details else "parts"
    audio = delta.get("audio")
    if not said.text and isinstance(audio, dict):
        said.text = _flat(audio.get("transcript"))  # OpenAI's audio models say their words here alone
    found = (thing for name, kind in ATTACHMENTS.items() for thing in _things(delta.get(name), kind))
    said.attachments += tuple(found)
    return said


def _parts(content: Any, said: Said) -> str:
    """Reads a content, whole or in parts, into `said`; gives the thoughts in it (Mistral: litellm#16272)."""
    if isinstance(content, str):
        said.text = content
        return ""
    thoughts = ""
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            said.text += part
            continue
        if not isinstance(part, dict):
            said.text += "" if part is None else json.dumps(part)
            continue
        kind = part.get("type")
        if "thinking" in part or "reasoningContent" in part or kind in _THOUGHTS:
            thoughts += _flat(part)
        elif kind == "refusal":
            said.refusal += _flat(part.get("refusal"))
        elif text := _flat(part.get("text")) or (_flat(part) if kind in _TEXTS else ""):
            said.text += text
        elif isinstance(kind, str) and kind not in _TEXTS:
            said.attachments += ((attachment_of(_PARTS.get(kind, kind[:_LONGEST_KIND]), part), repr(part)),)
        elif part and kind is None and "text" not in part:
            said.text += json.dumps(
                part, ensure_ascii=False
            )  # a document that was asked for, not written as text
    return thoughts


def _is_thought(delta: Mapping[str, Any]) -> bool:
    """Whether the content of a delta is reasoning: Gemini marks it in `extra_content`."""
    extra = delta.get("extra_content")
    google = extra.get("google") if isinstance(extra, dict) else None
    return isinstance(google, dict) and google.get("thought") is True


def _details(details: Any) -> str:
    """The words of OpenRouter's and MiniMax's `reasoning_details`, or of LiteLLM's `thinking_blocks`.

    What is encrypted has none (litellm#31890).
    """
    return (
        "".join(_flat(item) for item in details if isinstance(item, dict))
        if isinstance(details, list)
        else ""
    )


def _flat(value: Any, depth: int = 0) -> str:
    """The text in a value: itself, or that of its parts."""
    if isinstance(value, str):
        return value
    if depth > 4:
        return ""
    if isinstance(value, list):
        return "".join(_flat(part, depth + 1) for part in value)
    if isinstance(value, dict):
        return next((text for name in _HOLDS_TEXT if (text := _flat(value.get(name), depth + 1))), "")
    return ""


def _things(value: Any, kind: str) -> Iterator[tuple[Attachment, str]]:
    """The things in a field; an object grows with the stream, and is one."""
    if isinstance(value, list):
        yield from ((attachment_of(kind, thing), repr(thing)) for thing in value)
    elif value and isinstance(value, dict):
        yield Attachment(kind), ""


class Words:
    """One kind of words as they come: a piece at a time, or all so far again and again, or both.

    `pieces` may be added to directly, where no time is to be lost.

    Decided, of texts that may be either: one that does not begin with the text before proves pieces; two that do and
    go on, or one that says many characters again, prove growth. Until then only what both readings share is said. At
    the end a text that went on is growth, and one that merely came again is a piece.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._restated = 0  # how many of the pieces came as words that may be all so far
        self._grow: bool | None = None
        self._grown = self._joined = ""  # all so far in either reading, while neither is proved
        self._shared = 0  # how many characters of both have been said
        self._steps = 0

    @property
    def came(self) -> str:
        """All that has come."""
        if len(self.pieces) > 1:  # else each of many restatements would join them all anew
            only_restated = self._restated == len(self.pieces)
            self.pieces[:] = ["".join(self.pieces)]
            self._restated = int(only_restated)
        return self.pieces[0] if self.pieces else ""

    def pair(self) -> None:
        """Puts halves of characters together that came in two pieces: what comes whole is compared with them."""
        if self.came:
            self.pieces[0] = paired(self.pieces[0])

    def add(self, text: str) -> str:
        """The next piece, which is new whatever it says."""
        self.pieces.append(text)
        return text

    def whole(self, text: str) -> str:
        """What is new in the text of a message: behind pieces it is all so far, and else perhaps a piece itself."""
        return self.either(text) if self._restated == len(self.pieces) else self._beyond(text)

    def either(self, text: str) -> str:
        """What is new in a text that may be a piece or all so far."""
        came = self.came
        self._restated += 1
        if self._grow is False:
            return self.add(text)
        if self._grow:
            is_all = text.startswith(came)
            return self.add(text[len(came) :] if is_all else "" if came.startswith(text) else text)
        if not self._joined:
            self._grown = self._joined = came
            self._shared = len(came)
        before, self._joined = self._grown, self._joined + text
        if not text.startswith(before):
            self._grow = False
            return self._said(self._joined)
        self._grown = text
        self._steps += bool(before) and len(text) > len(before)
        if self._steps > 1 or len(before) >= SAID_AGAIN:
            self._grow = True
            return self._said(text)
        shared = (one == other for one, other in zip(self._grown, self._joined, strict=False))
        return self._said(text[: sum(takewhile(bool, shared))])

    @property
    def is_open(self) -> bool:
        """Whether something is held back until pieces or growth are proved."""
        return self._grow is None and self._shared < len(self._joined)

    def settle(self) -> str:
        """What was held back, when something else comes, or the end."""
        if not self.is_open:
            return ""
        self._grow = self._steps > 0
        return self._said(self._grown if self._grow else self._joined)

    def _said(self, whole: str) -> str:
        """What is new in all so far; pieces may have come between."""
        new, self._shared = whole[self._shared :], max(self._shared, len(whole))
        return self.add(new)

    def echo(self, text: str) -> str:
        """What is new in words that come in another form than those before."""
        came = self.came
        return "" if came.endswith(text) or came.startswith(text) else self.either(text)

    def _beyond(self, text: str) -> str:
        """What goes beyond what came, of all words said again; nothing where they are said otherwise."""
        came = self.came
        begin = next((begin for begin in (came, came.lstrip()) if text.startswith(begin)), None)
        return "" if begin is None else self.add(text[len(begin) :])
