"""What each server says when it refuses: which parameter it names, and what to do next.

Kept apart from the fault matrix because no connection is needed: words go in, one error comes out.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from playground.errors import NoProvider, ServerRefused, StreamFailed
from playground.wire.refusals import failure, refusal, words_of

SENT: Final[dict[str, Any]] = {
    "model": "m",
    "messages": [],
    "max_tokens": 5000,
    "temperature": 0.5,
    "tools": [{}],
    "tool_choice": "auto",
    "logprobs": True,
}
LOWER: Final = "Lower max_tokens or leave it unset, and try again."
SHORTEN: Final = "Shorten the conversation, or the tools and schemas, and try again."
TERMS: Final = "This key may not use this model: accept its terms, or choose another model."


def unset(parameter: str) -> str:
    return f"Leave {parameter} unset and try again."


def said(words: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": words, **more}}


VLLM: Final = {
    "object": "error",
    "message": "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is "
    "4096 tokens and your request has 100 input tokens (5000 > 4096 - 100).",
}
OPENROUTER: Final = (
    "This endpoint's maximum context length is 131072 tokens. However, you requested about 200010 tokens ({} of text "
    "input, {} in the output). Please reduce the length of either one."
)
TGI: Final = (
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: {} `inputs` tokens and {} "
    "`max_new_tokens`"
)
CASES: Final[list[tuple[int, Any, str | None, str]]] = [
    (400, {**VLLM, "param": "max_tokens"}, "max_tokens", LOWER),
    (400, VLLM, "max_tokens", LOWER),
    (400, said(OPENROUTER.format(10, 200000)), "max_tokens", LOWER),
    (400, said(OPENROUTER.format(200000, 10)), None, SHORTEN),
    (400, said("Over 4,097 tokens (97 in the messages, 4,000 in the completion)."), "max_tokens", unset("max_tokens")),
    (422, {"error": TGI.format(100, 5000), "error_type": "validation"}, "max_tokens", LOWER),
    (422, {"error": TGI.format(5000, 10), "error_type": "validation"}, None, SHORTEN),
    (400, said("max_tokens must be at least 16", param="max_tokens"), "max_tokens", unset("max_tokens")),
    (400, said("the request exceeds the available context size"), None, SHORTEN),
    (400, said("Too many tokens for the context window", param="messages"), "messages", SHORTEN),
    (400, said('"auto" tool choice requires --enable-auto-tool-choice'), "tools", unset("tools")),
    (403, said("You are not allowed to request logprobs from this model"), "logprobs", unset("logprobs")),
    (403, said("You must accept the terms of this model"), None, TERMS),
    (500, said("Not here", param="temperature"), "temperature", unset("temperature")),
    (500, said("The temperature of the GPU"), None, "Try again in a moment, or choose another model or provider."),
]  # fmt: skip


@pytest.mark.parametrize(("status", "document", "parameter", "step"), CASES)
def test_what_is_at_fault_and_what_helps(
    status: int, document: Any, parameter: str | None, step: str
) -> None:
    """A parameter that the server names comes first; the same words mean the same within an answer of HTTP 200."""
    error = refusal("host", status, "", json.dumps(document), SENT)
    assert (error.parameter, error.next_step) == (parameter, step)
    if parameter or status < 500:
        within = failure("host", {**document, "code": status}, words_of(document), SENT, begun=False)
        assert (within.parameter, within.next_step) == (parameter, step)


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (said("Bad request", code=400), 400),
        (said("Bad request", code="404"), 404),
        (said("Bad request", http_status_code=422), 422),
        ({"error": "Bad request", "error_type": "validation"}, 422),
        ({"object": "error", "message": "Bad request", "type": "BadRequestError"}, 400),
        (said("Bad temperature"), 400),
        (said("Bad request"), None),
        (said("Bad luck", code=502), None),
        (said("Bad luck", code="overloaded"), None),
    ],
)
def test_what_is_a_refusal_without_a_status(document: Any, status: int | None) -> None:
    """Only what the request is at fault for; what else went wrong may go well the next time."""
    error = failure("host", document, words_of(document), SENT, begun=False)
    assert (error.status if isinstance(error, ServerRefused) else None) == status
    assert isinstance(failure("host", said("Bad", code=400), "Bad", SENT, begun=True), StreamFailed)


@pytest.mark.parametrize(
    ("document", "parameter"),
    [
        (said("GPU temperature too high"), None),
        (said("GPU temperature too high", code=500), None),
        (said("Bad temperature", code=400), "temperature"),
        (said("Not here", param="temperature"), "temperature"),
        ({"detail": [{"loc": ["body", "temperature"], "msg": "Not here"}]}, "temperature"),
    ],
)
def test_what_is_at_fault_once_words_have_come(document: Any, parameter: str | None) -> None:
    """The server was content with the request: a word that is also a parameter's names none, unless it says so."""
    error = failure("host", document, words_of(document), SENT, begun=True)
    assert error.parameter == parameter
    assert isinstance(error, ServerRefused if parameter else StreamFailed)


def test_no_provider_within_an_answer() -> None:
    """OpenRouter's own refusal keeps its way out, whatever the status of the answer that holds it."""
    document = said("None", code=404, availability={"excluded_by": ["require_parameters"]})
    assert isinstance(failure("host", document, "None", SENT, begun=False), NoProvider)
