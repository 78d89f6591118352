"""What a server says when it refuses, told so that a reader knows what was wrong and what to do next.

Kept apart from the transport because the words come in half a dozen shapes, with an HTTP status of their own or
within an answer that began as a good one, and none may be lost.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from playground.errors import NoProvider, ServerRefused, StreamFailed
from playground.wire.data_texts import documents, is_done
from playground.wire.refusals.at_fault import RENAMED, field_at_fault
from playground.wire.surrogates import mended

_LONGEST: Final = 2000
_WORDS: Final = (
    *("title", "error", "detail", "message", "msg", "errors", "Message", "err"),  # RFC 9457 has the first
    *("error_msg", "error_message", "errorMessage"),  # Baidu has the first
    *("error_description", "description", "reason", "info"),  # OAuth has the first
    *("details", "fieldViolations", "innererror"),  # Google, Azure
    *("fault", "faultstring"),  # Apigee
)
_PHRASES: Final = frozenset(status.phrase.lower() for status in HTTPStatus) | {
    *(
        "unprocessable entity",
        "request entity too large",
        "payload too large",
    ),  # as RFC 4918 and 7231 call them
}
"""What a status is called, which tells no more than its number."""

_MARK: Final = re.compile("[A-Za-z0-9_.:-]+")
"""A word that programs read, as in OAuth's invalid_request: it heads the words that people read."""

_FRAMED: Final = re.compile(r"(data|event|id|error|retry)?:(.*)")
"""A line of an event stream: what it is, and what it says."""

_TOO_MUCH: Final = re.compile(
    r"context|too (?:large|long|many|high)|at most|maximum|exceed|<=", re.IGNORECASE
)
_TOO_LONG: Final = re.compile(
    r"context (?:size|length|window)|`inputs` (?:must have|tokens)|(?:prompt|input) is too long|prompt length"
    r"|input token count|token limit|reduce the length",
    re.IGNORECASE,
)
_WANTS_TLS: Final = re.compile(
    r"plain HTTP request was sent to HTTPS port"  # nginx
    r"|sent an HTTP request to an HTTPS server"  # Go's net/http, and so Caddy and Traefik
    r"|speaking plain HTTP to an SSL-enabled server"  # Apache
    r"|HTTP request (?:was )?sent to (?:an )?(?:HTTPS|TLS|SSL)",
    re.IGNORECASE,
)
_NO_SUCH_ADDRESS: Final = re.compile("^Unexpected endpoint or method")
"""LM Studio, with HTTP 200 (lmstudio-bug-tracker #618)."""

_STATUS_OF: Final[Mapping[str, int]] = {
    "validation": 422,  # TGI
    "invalid_request_error": 400,
    "BadRequestError": 400,
}
"""What an error's type says where it has no number."""

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
    if _wants_tls(body):
        return ServerRefused(
            f"{host} answers in TLS at this address, and was asked in plain HTTP (HTTP {status}).",
            "Begin the base URL with https:// in place of http://.",
            status=status,
        )
    said = _unframed(body)
    document = parsed(said)
    words = words_of(document) or plain(said) or "it gave no reason"
    about = (_stated(document) or status) if status >= 500 else status
    field = field_at_fault(document, words, sent, about)
    return _refused(f"{host} refused (HTTP {status})", words, document, field, status, wait_s)


def failure(
    host: str, document: Any, words: str, sent: Mapping[str, Any], *, begun: bool
) -> ServerRefused | StreamFailed:
    """The error for one that came within an answer of HTTP 200; `begun`: something of the answer came before it.

    It is a refusal like any other if it names a parameter, or if nothing came before it and the request is at fault.
    After that the server was content with the request: words without a status name no parameter by the way.
    """
    stated = 405 if _NO_SUCH_ADDRESS.search(words) else _stated(document)
    field = field_at_fault(document, words, sent, stated or (500 if begun else 400))
    if field or (not begun and stated and stated < 500):
        what = f"{host} broke off with an error" if begun else f"{host} refused, within an answer of HTTP 200"
        return _refused(what, words, document, field, stated or 400)
    said = _sentence(words or "it did not say which")
    again = "try again, or choose another model or provider."
    if begun:
        return StreamFailed(
            f"The server broke off with an error: {said}", f"What came before it is kept; {again}"
        )
    return StreamFailed(f"The server answered with an error: {said}", again.capitalize())


def _refused(
    what: str, words: str, document: Any, field: str | None, status: int, wait_s: float | None = None
) -> ServerRefused:
    message = f"{what}: {_sentence(words or 'it gave no reason')}"
    if _excluded_by_parameters(document):
        return NoProvider(message, way_out("one of the set parameters"), status=status, words=words)
    parameter = RENAMED.get(field or "", field)
    step = _next_step(parameter, words, status, wait_s)
    return ServerRefused(message, step, parameter, status=status, words=words)


def _next_step(parameter: str | None, words: str, status: int, wait_s: float | None) -> str:
    """What helps: a parameter that the server names comes before what its status means as a rule."""
    if parameter == "max_tokens" and _TOO_MUCH.search(words):
        return "Lower max_tokens or leave it unset, and try again."
    if parameter and parameter not in ("model", "messages"):
        return f"Leave {parameter} unset and try again."
    if _TOO_LONG.search(words):
        return _NEXT_STEPS[413]
    if wait_s:
        return f"The server asks to wait {math.ceil(wait_s):,} s. Try again then, or choose another model."
    return _NEXT_STEPS.get(status, _SERVER_FAULT if status >= 500 else _NEXT_STEPS[400])


def _sentence(words: str) -> str:
    return words if words[-1] in ".!?)。！？" else f"{words}."


def way_out(which: str) -> str:
    """What to do where no provider takes every parameter; `which` says what to leave unset."""
    return (
        f"Leave {which} unset, or switch require_parameters off, above the parameters or as "
        '{"provider": {"require_parameters": false}} in the extra JSON.'
    )


def words_of(document: Any) -> str:
    """The server's own words in an error object, in any of the shapes that are about; empty if there are none.

    {"error": {"message"}}, {"error": "text"}, {"object": "error", "message"}, {"detail": text or a list}. Words in
    several places are told together: what is said first, and in brackets what says more.
    """
    if isinstance(document, str):
        return _short(document)
    if isinstance(document, list):
        return _short("; ".join(_telling([words for each in document if (words := words_of(each))])))
    if not isinstance(document, Mapping):
        return ""
    found = [words for name in _WORDS if (words := _words_at(name, document.get(name)))]
    if found:
        told = _together([words for words in found if words.lower() not in _PHRASES] or found[:1])
        return _short(_place(document, told) + told + _raw_words(document, told))
    for name in ("type", "code"):
        if isinstance(document.get(name), (str, int)):
            return _short(str(document[name]))
    return ""


def _words_at(name: str, value: Any) -> str:
    """The words in one place; ASP.NET, Laravel and Rails have errors by field."""
    words = words_of(value)
    if words or name != "errors" or not isinstance(value, Mapping):
        return words
    return "; ".join(f"{field}: {said}" for field, value in value.items() if (said := words_of(value)))


def _place(entry: Mapping[str, Any], told: str) -> str:
    """Where in the body a validator's words belong, where they do not say it: FastAPI's loc is ["body", "top_p"]."""
    loc = entry.get("loc")
    parts = (
        [part for part in loc if isinstance(part, str) and part != "body"] if isinstance(loc, list) else []
    )
    return f"{'.'.join(parts)}: " if parts and parts[0] not in told else ""


def _telling(found: list[str]) -> list[str]:
    """Without marks, where there are words beside them; Google lists both."""
    return [words for words in found if not _MARK.fullmatch(words)] or found


def _together(found: list[str]) -> str:
    """Words of several places as one text, each once: "invalid_request: No such scope (a is meant)"."""
    first, *rest = _telling(found)
    more: list[str] = []
    for words in rest:
        if not any(words in known for known in (first, *more)):
            more.append(words)
    mark = f"{found[0]}: " if _MARK.fullmatch(found[0]) and first != found[0] else ""
    return mark + first + (f" ({'; '.join(more)})" if more else "")


def _raw_words(error: Mapping[str, Any], words: str) -> str:
    """What the provider behind a router said (OpenRouter: metadata.raw), or what the model wrote that is no call
    and no JSON (Groq: failed_generation), where it says more."""
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    said = words_of(parsed(raw) or raw) if isinstance(raw, str) else words_of(raw)
    said = said or words_of(error.get("failed_generation"))
    return f" ({said})" if said and said not in words else ""


def _unframed(body: str) -> str:
    """An error body without the frame of an event stream around it; as it is where it has any other line."""
    lines = [_FRAMED.fullmatch(line) for line in body.splitlines() if line.strip()]
    said = [line[2].strip() for line in lines if line and line[1] in ("data", "error")]
    return "\n".join(text for text in said if not is_done(text)) if said and all(lines) else body


def parsed(body: str) -> Any:
    """An error body as a value, without halves of characters; None where it is no JSON.

    A list of one is that one, as Google sends it; of several documents the first is the error.
    """
    try:
        value = mended(documents(body.strip())[0])
    except (ValueError, IndexError, RecursionError):
        return None
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def plain(body: str) -> str:
    """Text as it is; of a web page its title, or what is left without tags."""
    if "<html" not in body[:1000].lower() and "<!doctype" not in body[:1000].lower():
        return _short(body)
    title = re.search(r"<title[^>]{0,200}>([^<]{1,300})", body, re.IGNORECASE)
    return _short(title[1] if title else "a web page instead of an answer")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."


def _stated(document: Any) -> int | None:
    """The status that an error has within an answer, as a number or by its type; None where it has none."""
    outer = document if isinstance(document, Mapping) else {}
    inner = outer.get("error")
    for error in (inner if isinstance(inner, Mapping) else {}, outer):
        for name in ("code", "status", "http_status_code"):
            status = str(error.get(name))
            if re.fullmatch("[45][0-9][0-9]", status):
                return int(status)
        for name in ("type", "error_type"):
            if str(error.get(name)) in _STATUS_OF:
                return _STATUS_OF[str(error.get(name))]
    return None


def _excluded_by_parameters(document: Any) -> bool:
    """OpenRouter's 404 when require_parameters leaves no provider (docs, errors and debugging)."""
    error = document.get("error") if isinstance(document, Mapping) else None
    availability = error.get("availability") if isinstance(error, Mapping) else None
    return isinstance(availability, Mapping) and "require_parameters" in json.dumps(availability)


def _wants_tls(body: str) -> bool:
    """Whether the body of a refusal says that the server speaks TLS where plain HTTP came."""
    return bool(_WANTS_TLS.search(body[:5000]))
