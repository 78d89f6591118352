"""What can be read off an answer beside its text: how many tokens, in how many pieces, under which name.

Kept apart because signs and probes both count, and must count alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from playground.events import Answer


class Count(NamedTuple):
    """Tokens of an answer; where not `exact`, at least so many."""

    tokens: int
    exact: bool


def count(answer: Answer) -> Count:
    """What the server counted; else the scored tokens, though half an emoji has no score; else the pieces of a stream,
    which may hold several."""
    if not answer.usage.counted and counts_tokens(answer):
        return Count(answer.usage.completion_tokens, True)
    return Count(len(answer.logprobs) or answer.usage.completion_tokens or pieces(answer), False)


def counts_tokens(answer: Answer) -> bool:
    """Whether the usage can be true: of something that was said, some token was written."""
    return answer.usage.completion_tokens > 0 or not said(answer)


def said(answer: Answer) -> str:
    """All that the model wrote: its thoughts, then its text."""
    return answer.reasoning + answer.text


def was_accepted(answer: Answer) -> bool:
    """Whether the server answered, and not with what is no answer, such as a page of HTML with HTTP 200."""
    answered = bool(said(answer) or answer.tool_calls or answer.finish_reason not in (None, "error"))
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
    return sum(1 for chunk in chunks(answer) if _holds_a_piece(chunk))


def chunks(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of the response as it came."""
    for line in answer.raw:
        try:
            chunk = json.loads(line)
        except (ValueError, RecursionError):
            continue
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


def answers_given(answer: Answer) -> int:
    """How many answers the response holds: where `n` asks for several, only the first of them is shown."""
    asked = answer.body.get("n")
    if not isinstance(asked, int) or asked < 2:
        return 1
    choices = [choice for chunk in chunks(answer) for choice in _list(chunk.get("choices"))]
    indices = [choice.get("index") for choice in choices if isinstance(choice, dict)]
    return len({0, *(index for index in indices if isinstance(index, int))})


def _holds_a_piece(chunk: Mapping[str, Any]) -> bool:
    for choice in _list(chunk.get("choices")):
        delta = (choice.get("delta") or choice.get("message")) if isinstance(choice, dict) else None
        if isinstance(delta, dict) and any(
            delta.get(name) for name in ("content", "reasoning", "reasoning_content", "tool_calls")
        ):
            return True
    return False


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
