"""What can be read off an answer beside its text: how many tokens, in how many pieces, under which name.

Signs and probes both count, and must count alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from playground.events import Answer, ReasoningDelta, RefusalDelta, TextDelta, ToolCallDelta, Usage
from playground.wire.refusals.refusal import parsed
from playground.wire.stream.chunks import ChunkDecoder
from playground.wire.stream.finish_reasons import ended_as

_PIECES: Final = (TextDelta, RefusalDelta, ReasoningDelta, ToolCallDelta)

_COUNTED_AT_LEAST: Final = 0.75
"""A usage of so few of the scored tokens is wrong, and not for an end mark or two."""


class Count(NamedTuple):
    """Tokens of an answer; where not `exact`, at least so many."""

    tokens: int
    exact: bool


def count(answer: Answer) -> Count:
    """What the server counted; else the scored tokens, though half an emoji has no score; else the pieces of a stream,
    which may hold several."""
    if answer.others:
        return Count(len(answer.logprobs) or pieces(answer), False)  # the usage is of all of them
    if not answer.usage.counted and counts_tokens(answer):
        return Count(answer.usage.completion_tokens, not _counts_beside(answer.usage))
    return Count(len(answer.logprobs) or answer.usage.completion_tokens or pieces(answer), False)


def counts_tokens(answer: Answer) -> bool:
    """Whether the usage can be true: of what was said some token was written, and the scored tokens agree.

    Thoughts have no scores, but no more is written than the limit; an end mark or a token held back may have one.
    """
    counted, scored = answer.usage.completion_tokens, len(answer.logprobs)
    if counted < scored * _COUNTED_AT_LEAST:
        return False
    limit = limit_sent(answer)
    if scored and isinstance(limit, int) and scored <= limit < counted:
        return False
    return counted > 0 or not said(answer)


def _counts_beside(usage: Usage) -> bool:
    """Whether more was written than the usage says: xAI and Gemini count thoughts in the total alone."""
    total, read = usage.raw.get("total_tokens"), usage.prompt_tokens
    return isinstance(total, int) and read is not None and total - read > usage.completion_tokens


def limit_sent(answer: Answer) -> int | None:
    """The limit of tokens in the request, under either of its names; None where there was none."""
    limit = answer.body.get("max_completion_tokens", answer.body.get("max_tokens"))
    return limit if isinstance(limit, int) else None


_THOUGHT_IN: Final = (
    ("completion_tokens_details", "reasoning_tokens"),  # OpenAI, OpenRouter, xAI, vLLM
    ("output_tokens_details", "reasoning_tokens"),  # OpenAI's Responses
    ("reasoning_tokens",),  # Perplexity, Groq
    ("thoughtsTokenCount",),  # Google
)


def thought_tokens(answer: Answer) -> int | None:
    """How many of the written tokens the server says were thoughts; None where it does not say."""
    for path in _THOUGHT_IN:
        value: Any = answer.usage.raw
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if type(value) is int and value >= 0:
            return value
    return None


def said(answer: Answer) -> str:
    """All that the model wrote: its thoughts, then its text."""
    return answer.reasoning + answer.text


def was_accepted(answer: Answer) -> bool:
    """Whether the server answered, and not with what is no answer, such as a page of HTML with HTTP 200."""
    reason = answer.finish_reason
    ended = reason is not None and ended_as(reason) != "error"
    answered = bool(said(answer) or answer.tool_calls or answer.attachments or ended)
    return answered or (bool(answer.headers) and answer.error is None)


def came_as_stream(answer: Answer) -> bool:
    """Whether the response was a stream of events, and not one document."""
    kind = answer.headers.get("content-type", "")
    if kind:
        return kind.startswith("text/event-stream")
    return len(answer.raw) > 1


def came_to_its_end(answer: Answer) -> bool:
    """Whether a stream said that nothing more will come; a finish reason alone may be followed by the usage."""
    return bool(answer.raw) and answer.raw[-1].strip() == "[DONE]"


def pieces(answer: Answer) -> int:
    """How many pieces of text, thought or call came; of an answer that we broke off, as counted on arrival."""
    if not answer.raw and not answer.logprobs:
        return answer.usage.completion_tokens
    decoder = ChunkDecoder(sent=answer.body)
    return sum(
        1 for chunk in chunks(answer) if any(isinstance(e, _PIECES) for e in decoder.chunk(chunk, 0.0))
    )


def chunks(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of the response as it came."""
    for line in answer.raw:
        try:
            chunk = from_json(line)
        except ValueError:
            chunk = parsed(line)  # half of an escaped emoji, which the fast parser refuses; or no JSON
        if isinstance(chunk, dict):
            yield chunk


def named_model(answer: Answer) -> str:
    """The model's name as the response gives it; empty if it gives none."""
    for chunk in chunks(answer):
        name = chunk.get("model")
        if isinstance(name, str) and name:
            return name
    return ""


def stop_that_ended(answer: Answer) -> str | None:
    """The stop text that the server says it ended at (vLLM and SGLang do); None where it does not say."""
    for chunk in chunks(answer):
        for choice in _list(chunk.get("choices")):
            for name in ("stop_reason", "matched_stop"):
                if isinstance(choice, dict) and isinstance(choice.get(name), str):
                    return str(choice[name])
    return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
