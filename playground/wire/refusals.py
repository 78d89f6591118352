"""An HTTP error answer, told so that a reader knows what was wrong and what to do next.

Kept apart from the transport because the words come in half a dozen shapes, and none may be lost.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from playground.errors import NoProvider, ServerRefused

_LONGEST: Final = 2000
_PLAIN_WORDS: Final = frozenset({"model", "messages", "stream", "stop", "seed", "tools", "provider"})
"""Names that also occur in ordinary sentences; they count only in quotes."""

_PARAMETER_OF: Final[Mapping[str, str]] = {"max_completion_tokens": "max_tokens"}
"""Body fields that are a parameter under another name."""

_NEXT_STEPS: Final[Mapping[int, str]] = {
    400: "Read what the server says, change that, and try again.",
    401: "Check the key: it may be mistyped, expired or meant for another provider.",
    402: "The account has no credit left: add some, or choose a free model.",
    403: "This key may not use this model: accept its terms, or choose another model.",
    404: "Check the model's name and the base URL.",
    405: "Check the base URL: it should end before /chat/completions, often in /v1.",
    408: "Try again in a moment.",
    413: "Shorten the conversation, or the tools and schemas, and try again.",
    429: "Wait a little, then try again, or choose another model.",
}
_SERVER_FAULT: Final = "Try again in a moment, or choose another model or provider."


def refusal(
    host: str, status: int, location: str, body: str, sent: Mapping[str, Any], wait_s: float | None = None
) -> ServerRefused:
    """The error for an HTTP status of 300 or more, with the server's own words and the parameter at fault.

    `wait_s`: how long the server asks to wait, None where it does not say.
    """
    if status < 400:
        return ServerRefused(
            f"{host} sends requests on to another address (HTTP {status}: {location or 'not named'}).",
            "Use that address as the base URL, if you trust it; no key was sent there.",
            status=status,
        )
    document = parsed(body)
    words = words_of(document) or plain(body) or "it gave no reason"
    field = _field(document, words, sent, status)
    parameter = _PARAMETER_OF.get(field, field) if field else None
    step = _NEXT_STEPS.get(status, _SERVER_FAULT if status >= 500 else _NEXT_STEPS[400])
    if re.search("context (size|length|window)", words, re.IGNORECASE):
        step = _NEXT_STEPS[413]
    elif parameter and parameter not in ("model", "messages") and status < 500:
        step = f"Leave {parameter} unset and try again."
    elif wait_s:
        step = f"The server asks to wait {math.ceil(wait_s):,} s. Try again then, or choose another model."
    end = "" if words[-1] in ".!?)" else "."
    message = f"{host} refused (HTTP {status}): {words}{end}"
    if _excluded_by_parameters(document):
        return NoProvider(message, way_out("one of the set parameters"), status=status)
    return ServerRefused(message, step, parameter, status=status)


def way_out(which: str) -> str:
    """What to do where no provider takes every parameter; `which` says what to leave unset."""
    return (
        f"Leave {which} unset, or switch require_parameters off, above the parameters or as "
        '{"provider": {"require_parameters": false}} in the extra JSON.'
    )


def words_of(document: Any) -> str:
    """The server's own words in an error object, in any of the shapes that are about; empty if there are none.

    {"error": {"message"}}, {"error": "text"}, {"object": "error", "message"}, {"detail": text or a list}.
    """
    if isinstance(document, str):
        return _short(document)
    if isinstance(document, list):
        return _short("; ".join(filter(None, map(words_of, document))))
    if not isinstance(document, Mapping):
        return ""
    for name in ("error", "detail", "message", "msg", "errors"):
        words = words_of(document.get(name))
        if words:
            return _short(words + _raw_words(document, words))
    for name in ("type", "code"):
        if isinstance(document.get(name), (str, int)):
            return _short(str(document[name]))
    return ""


def _raw_words(error: Mapping[str, Any], words: str) -> str:
    """What the provider behind a router said (OpenRouter: metadata.raw), where it says more."""
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    said = words_of(parsed(raw) or raw) if isinstance(raw, str) else words_of(raw)
    return f" ({said})" if said and said not in words else ""


def mended(document: Any, but: str = "") -> Any:
    """`document` with U+FFFD for every half of a character (a lone surrogate), which cannot be written down.

    A text under the name `but` is left as it is.
    """
    if isinstance(document, str):
        return document.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(document, list):
        return [mended(item, but) for item in document]
    if isinstance(document, dict):
        kept = {but} if isinstance(document.get(but), str) else set()
        return {mended(k): v if k in kept else mended(v, but) for k, v in document.items()}
    return document


def parsed(body: str) -> Any:
    """An error body as a value, without halves of characters; None where it is no JSON."""
    try:
        return mended(json.loads(body))
    except (ValueError, RecursionError):
        return None


def plain(body: str) -> str:
    """Text as it is; of a web page its title, or what is left without tags."""
    if "<html" not in body[:1000].lower() and "<!doctype" not in body[:1000].lower():
        return _short(body)
    title = re.search(r"<title[^>]{0,200}>([^<]{1,300})", body, re.IGNORECASE)
    return _short(title[1] if title else "a web page instead of an answer")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."


def _field(document: Any, words: str, sent: Mapping[str, Any], status: int) -> str | None:
    """The body field at fault: named by the server, else the first one that its words mention."""
    error = document.get("error", document) if isinstance(document, Mapping) else None
    named = error.get("param") if isinstance(error, Mapping) else None
    if isinstance(named, str) and re.split(r"[.\[]", named)[0] in sent:
        return re.split(r"[.\[]", named)[0]
    for name in _locations(document):
        if name in sent:
            return name
    if status not in (400, 404, 422):
        return None
    found = [(place, name) for name in sent if (place := _mentioned(name, words)) is not None]
    if found:
        return min(found)[1]
    return "model" if status == 404 and re.search(r"\bmodel\b", words, re.IGNORECASE) else None


def _mentioned(name: str, words: str) -> int | None:
    pattern = rf"[`'\"]{re.escape(name)}[`'\"]" if name in _PLAIN_WORDS else rf"\b{re.escape(name)}\b"
    match = re.search(pattern, words)
    return match.start() if match else None


def _locations(document: Any) -> list[str]:
    """FastAPI's validation errors: detail[].loc is the path to the field, as in ["body", "top_p"]."""
    detail = document.get("detail") if isinstance(document, Mapping) else None
    entries = detail if isinstance(detail, list) else []
    paths = [entry.get("loc") for entry in entries if isinstance(entry, Mapping)]
    return [part for path in paths if isinstance(path, list) for part in path if isinstance(part, str)]


def _excluded_by_parameters(document: Any) -> bool:
    """OpenRouter's 404 when require_parameters leaves no provider (docs, errors and debugging)."""
    error = document.get("error") if isinstance(document, Mapping) else None
    availability = error.get("availability") if isinstance(error, Mapping) else None
    return isinstance(availability, Mapping) and "require_parameters" in json.dumps(availability)
