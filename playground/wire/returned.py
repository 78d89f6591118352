"""What a server sends beside an answer's words and must have back with the next request: collected, and kept.

It comes in pieces of its own kind: signatures, thoughts in parts, fields of a single call. It belongs to the server
that sent it, is opaque to everybody else, and so stays under one private key of a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, Final, Self

from playground.events import Answer, ToolCall
from playground.pieces import merged

KEY: Final = "returned"
"""The private key of an assistant message; it never leaves for a server."""

THOUGHT: Final = ("reasoning_content", "reasoning")
"""Plain text of the model's thinking: DeepSeek, Kimi, GLM, llama.cpp; OpenRouter, vLLM, Groq, Ollama."""

FIELDS: Final = (
    *THOUGHT,
    "reasoning_text",  # GitHub Copilot, with the next
    "reasoning_opaque",  # its signature (opencode#8900)
    "reasoning_details",  # OpenRouter, MiniMax: back unmodified
    "extra_content",  # Gemini's OpenAI endpoint: google.thought_signature, also of a text
    "thinking_blocks",  # LiteLLM: Anthropic's, with their signatures
    "provider_specific_fields",  # LiteLLM: the rest
    "functions_state_id",  # GigaChat: the state of its functions, beside the call and the result
)
"""Fields of a message that some vendor documents as to be given back.

Sources: api-docs.deepseek.com/guides/thinking_mode (HTTP 400 without it beside calls), OpenRouter's docs
guides/best-practices/reasoning-tokens, ai.google.dev/gemini-api/docs/thought-signatures, docs.z.ai
guides/capabilities/thinking-mode, docs.litellm.ai/docs/reasoning_content, docs.mistral.ai/capabilities/reasoning.
"""

_OF_A_CALL: Final = frozenset(
    {"index", "id", "type", "function", "custom", "name", "arguments", "parameters", "input"}
)
"""Name and arguments stand beside the id where a server knows no `function`."""
_GROWING: Final = frozenset({"text", "summary", "data", "thinking"})
"""Texts of a part that come in pieces; its other texts (type, id, format, signature) come whole, perhaps again."""


class ReturnedFields:
    """Takes one delta (or whole message) after the other; `fields` is what came that must go back."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._values: dict[str, Any] = {}
        self._parts: dict[str, list[Any]] = {}
        self._content: list[Any] = []
        self.by_pieces = False
        self.in_parts = False
        """Whether the content holds thoughts, so that all of it goes back in parts."""

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Self:
        """What a whole message has that must go back."""
        whole = cls()
        whole.take(message)
        whole.by_pieces = False
        return whole

    def take(self, delta: Mapping[str, Any], before: str = "") -> None:
        """Collects from one delta; `before` is the text that has come until then."""
        self.by_pieces = True
        if content := delta.get("content"):
            self._take_content(content, before)
        for name in FIELDS:
            piece = delta.get(name)
            if isinstance(piece, str):
                self._texts.setdefault(name, []).append(piece)
            elif isinstance(piece, list):
                self._parts.setdefault(name, []).extend(piece)
            elif isinstance(piece, dict):
                self._values = merged(self._values, {name: piece})

    def _take_content(self, content: Any, before: str) -> None:
        """Keeps a content in parts, and what stands around them, from the first part on that is a thought."""
        pieces = content if isinstance(content, list) else [{"type": "text", "text": content}]
        parts = [part for part in pieces if isinstance(part, dict)]
        if not self.in_parts and any(map(_is_thought, parts)):
            self.in_parts = True
            self._content = [{"type": "text", "text": before}] if before else []
        if self.in_parts:
            self._content += parts

    @property
    def fields(self) -> dict[str, Any]:
        """What must go back, each thought once: in parts where it came so, else under one of its two names.

        `content` is the whole of it where it holds thoughts, as Mistral sends it.
        """
        found: dict[str, Any] = {name: "".join(pieces) for name, pieces in self._texts.items()}
        found |= self._values
        put = _all_said if not any(found.get(name) for name in THOUGHT) else "".join
        found |= {name: _in_parts(pieces, put) for name, pieces in self._parts.items()}
        if "reasoning_details" in found or found.get("reasoning") == found.get("reasoning_content"):
            found.pop("reasoning", None)
        if self.in_parts:
            found["content"] = _in_parts(self._content, "".join)
        return found


def extra_of(piece: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a call, or of a piece of one, that OpenAI's form does not know, also within its `function`.

    Gemini signs calls so, and LiteLLM hands the signature on in both places.
    """
    extra = _unknown(piece)
    function = piece.get("function")
    if isinstance(function, Mapping) and (within := _unknown(function)):
        extra["function"] = within
    return extra


def _unknown(piece: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in piece.items() if name not in _OF_A_CALL and value is not None}


def remembered(answer: Answer, calls: Iterable[ToolCall]) -> dict[str, Any]:
    """The private key of the message of `answer`, whose calls go back as `calls`; nothing where nothing came."""
    extras = {call.id: dict(call.extra) for call in calls if call.extra}
    if not answer.server or not (answer.to_return or extras):
        return {}
    origin = {"server": answer.server, "model": answer.body.get("model")}
    return {KEY: {**origin, "fields": dict(answer.to_return), "calls": extras}}


def bare(messages: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Messages without the private key: as one reads, stores and publishes them."""
    return tuple({name: value for name, value in message.items() if name != KEY} for message in messages)


def _is_thought(part: Mapping[str, Any]) -> bool:
    return part.get("type") not in (None, "text", "output_text", "refusal")


Put = Callable[[list[str]], str]
"""How the pieces of a text make a whole."""


def _all_said(pieces: list[str]) -> str:
    """Texts put one behind the other, or the last where each begins with the one before (MiniMax's details grow)."""
    pieces = [piece for piece in pieces if piece]
    grow = len(pieces) > 1 and all(new.startswith(old) for old, new in pairwise(pieces))
    return pieces[-1] if grow and len(pieces[-1]) > len(pieces[0]) else "".join(pieces)


class _Part:
    """A part as it grows."""

    def __init__(self, piece: Mapping[str, Any]) -> None:
        self.fields: dict[str, Any] = {}
        self._pieces: dict[str, list[Any]] = {}
        for name, value in piece.items():
            self._set(name, value)

    def add(self, piece: Mapping[str, Any]) -> None:
        """Takes the next piece."""
        for name, value in piece.items():
            if value is not None:
                self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        known = self._pieces.get(name)
        if name in _GROWING and isinstance(value, (str, list)):
            if known is None or type(self.fields[name]) is not type(value):
                known = self._pieces[name] = []
            known += [value] if isinstance(value, str) else value
        self.fields[name] = value

    def whole(self, put: Put) -> dict[str, Any]:
        """The part with the pieces of its texts and lists put together."""
        whole = {
            name: put(pieces) if isinstance(self.fields[name], str) else _in_parts(pieces, put)
            for name, pieces in self._pieces.items()
        }
        return {**self.fields, **whole}

    def goes_on(self, piece: Mapping[str, Any]) -> bool:
        """Whether nothing says that it had come to its end: another id, or a signature before this piece."""
        ids = self.fields.get("id"), piece.get("id")
        if None not in ids and ids[0] != ids[1]:
            return False
        return piece.get("index") is not None or not self.fields.get("signature")


def _in_parts(pieces: list[Any], put: Put) -> list[Any]:
    """Parts made whole: a piece goes on with the part of its type and index; one without an index, with the last.

    A signature holds for a whole part, so that parts sent back in pieces are refused (OpenRouter with Claude).
    """
    parts: list[Any] = []
    places: dict[tuple[str, str], _Part] = {}
    for piece in pieces:
        if not isinstance(piece, dict):
            parts.append(piece)
            continue
        part = _place_of(piece, parts, places)
        if part is None or not part.goes_on(piece):
            part = _Part(piece)
            parts.append(part)
        else:
            part.add(piece)
        index = repr(piece.get("index"))
        places[index, repr(part.fields.get("type"))] = places[index, ""] = part
    return [part.whole(put) if isinstance(part, _Part) else part for part in parts]


def _place_of(
    piece: Mapping[str, Any], parts: list[Any], places: Mapping[tuple[str, str], _Part]
) -> _Part | None:
    """The part whose type and index this piece has."""
    if piece.get("index") is not None:
        return places.get((repr(piece["index"]), repr(piece["type"]) if "type" in piece else ""))
    last = parts[-1] if parts else None
    if not isinstance(last, _Part) or last.fields.get("index") is not None:
        return None
    return last if piece.get("type", last.fields.get("type")) == last.fields.get("type") else None
