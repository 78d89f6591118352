"""What in a chunk says that the answer failed, in whatever place and under whatever name.

Kept apart from the decoder because an error within HTTP 200 has no form that servers agree on, and because the same
fields, empty or with the status of success, say that all is well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.wire.refusals.refusal import words_of

_ERRORS: Final = (
    "error",  # OpenAI; in the choice: OpenRouter's schema
    "err",
    "error_msg",  # Baidu, beside an error_code
    "error_message",
    "errorMessage",
)
_FAILED: Final = frozenset({"error", "failed", "failure", "fail"})
_WELL: Final = frozenset({"", "0", "200", "null", "none", "ok", "success"})
"""What stands in such a field where nothing failed."""

NAMES: Final = frozenset({*_ERRORS, "base_resp", "status", "x_groq"})
"""What tells that there may be a failure."""

NAMED: Final = ("object", "type")
"""Fields that say what a chunk is: an "error" (vLLM, Anthropic)."""


def failure_in(
    chunk: Mapping[str, Any], choice: Mapping[str, Any], within: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The document of the error in a chunk, in its choice or in the delta or message there; None where none is.

    Groq says in `x_groq` why it broke a stream off (its SDK: `XGroq.error`).
    A `status` is one as a number from 400 on (RFC 9457, with a title) or as a word; MiniMax's `base_resp` is
    one with any status but that of success.
    """
    if _has_error(chunk) or any(chunk.get(name) == "error" for name in NAMED):
        return chunk
    if _has_failed(chunk.get("status")):
        return chunk
    groq = chunk.get("x_groq")
    for place in (choice, within, groq if isinstance(groq, dict) else {}):
        if _has_error(place):
            return {"error": next(place[name] for name in _ERRORS if not _is_well(place.get(name)))}
    status = chunk.get("base_resp")
    if not isinstance(status, dict) or _is_well(status.get("status_code")):
        return None
    words = words_of(status.get("status_msg")) or f"status {status['status_code']}"
    return {"error": {"message": words, "code": status["status_code"]}}


def _has_error(place: Mapping[str, Any]) -> bool:
    return any(not _is_well(place.get(name)) for name in _ERRORS)


def _has_failed(status: Any) -> bool:
    if isinstance(status, str):
        return status.lower() in _FAILED
    return type(status) is int and 400 <= status < 600


def _is_well(value: Any) -> bool:
    """Whether a field for errors holds none: nothing, an object of nothing, or the status of success."""
    if isinstance(value, Mapping):
        return all(map(_is_well, value.values()))
    if isinstance(value, list):
        return all(map(_is_well, value))
    return value is None or value is False or str(value).strip().lower() in _WELL
