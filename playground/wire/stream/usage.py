"""How many tokens a request read and wrote, wherever in a chunk and under whatever names a server says so.

Kept apart from the decoder as a table of names, each with who uses it. llama.cpp's `timings` are none: they come
unasked, and would hide whether stream_options were honoured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from playground.events import UsageReported

MOST_TOKENS: Final = 10**12
"""No request has so many tokens: a larger count is unknown, as a negative one is."""

_READ: Final = (
    "prompt_tokens",  # OpenAI
    "input_tokens",  # OpenAI's Responses, Anthropic, Cohere
    "promptTokens",  # Vercel's AI SDK
    "inputTokens",  # AWS Bedrock, Converse
    "promptTokenCount",  # Google, UsageMetadata
    "prompt_token_count",  # the same, as its Python library spells it
    "prompt_eval_count",  # Ollama
)
_WRITTEN: Final = (
    "completion_tokens",
    "output_tokens",
    "completionTokens",
    "outputTokens",
    "candidatesTokenCount",
    "candidates_token_count",
    "eval_count",
)
_BOTH: Final = ("total_tokens", "totalTokens", "totalTokenCount", "total_token_count")

_OBJECTS: Final = (
    "usage",  # OpenAI; in the choice: Moonshot; in the delta: Cohere
    "x_groq",  # Groq's streams: a usage within
    "usageMetadata",  # Google
    "usage_metadata",
    "meta",  # Cohere v1
)
_INNER: Final = ("usage", "tokens", "billed_units")
"""Where an object holds the counts in another: Groq, and Cohere, which bills less than it reads."""

NAMES: Final = frozenset({*_OBJECTS, "prompt_eval_count", "eval_count"})
"""What tells that there may be a usage; Ollama's counts stand bare."""


def usage_in(*places: Mapping[str, Any]) -> UsageReported | None:
    """The counts in the first of these objects that has a usage; without counts only where none has any."""
    found = [_reported(usage) for place in places for usage in _usages(place)]
    told = [usage for usage in found if (usage.prompt_tokens, usage.completion_tokens) != (None, None)]
    return next(iter(told or found), None)


def both(before: UsageReported | None, now: UsageReported) -> UsageReported:
    """What is known after another report: some give what was read first and what was written last, and some close
    with zeros."""
    if before is None:
        return now
    if not (now.prompt_tokens or now.completion_tokens):
        return before
    raw = {name: value for name, value in now.raw.items() if value or name not in before.raw}
    return UsageReported(
        now.prompt_tokens or before.prompt_tokens,
        now.completion_tokens or before.completion_tokens,
        {**before.raw, **raw},
    )


def _usages(place: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in _OBJECTS:
        usage = place.get(name)
        if usage and isinstance(usage, dict):
            inner = [found for key in _INNER if (found := usage.get(key)) and isinstance(found, dict)]
            yield from inner
            if not inner and name not in ("x_groq", "meta"):
                yield usage
    if bare := {name: place[name] for name in ("prompt_eval_count", "eval_count") if name in place}:
        yield bare


def _reported(usage: Mapping[str, Any]) -> UsageReported:
    read, written, total = (_count(usage, names) for names in (_READ, _WRITTEN, _BOTH))
    if total is not None and written is None and read is not None and total >= read:
        written = total - read
    elif total is not None and read is None and written is not None and total >= written:
        read = total - written
    return UsageReported(read, written, usage)


def _count(usage: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    """The first of these counts: a number, be it written as a text or with a fraction of 0 (Cohere's)."""
    for name in names:
        value = usage.get(name)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
            value = int(value)
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is int and 0 <= value <= MOST_TOKENS:
            return value
    return None
