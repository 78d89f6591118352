"""What a server says when it refuses, told so that a reader knows what was wrong and what to do next.

Kept apart from the transport because the words come in half a dozen shapes, with an HTTP status of their own or
within an answer that began as a good one, and none may be lost.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from playground.errors import NoProvider, ServerRefused, StreamFailed

_LONGEST: Final = 2000
_PLAIN_WORDS: Final = frozenset({"model", "messages", "stream", "stop", "seed", "tools", "provider"})
"""Names that also occur in ordinary sentences; they count only in quotes."""

_PARAMETER_OF: Final[Mapping[str, str]] = {"max_completion_tokens": "max_tokens"}
"""Body fields that are a parameter under another name."""

_LIMITS: Final = ("max_tokens", "max_completion_tokens")
_OTHER_NAMES: Final = (
    (r"\bmax_new_tokens\b", _LIMITS),  # TGI, whatever the request calls it
    (
        r"tool choice requires|--tool-call-parser",
        ("tools",),
    ),  # vLLM: without tools there is no choice to make
)
"""What servers call a body field beside its name."""

_SHARE: Final = re.compile(
    r"([\d,]*\d) (?:(?:of|in) )?(?:the )?(?:\w+ )?`?(input|messages|prompt|output|completion|max_new_tokens)"
)
"""How many tokens are read and how many may be written, as OpenRouter, OpenAI, vLLM and TGI say what is too long."""

_WRITTEN: Final = frozenset({"output", "completion", "max_new_tokens"})
_TOO_MUCH: Final = re.compile(
    r"context|too (?:large|long|many|high)|at most|maximum|exceed|<=", re.IGNORECASE
)
_TOO_LONG: Final = re.compile(r"context (?:size|length|window)|`inputs` (?:must have|tokens)", re.IGNORECASE)
_NAMES_FIELDS: Final = frozenset({400, 403, 404, 422})
"""Statuses whose words are about the request; others mention a field by chance."""

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
    document = parsed(body)
    words = words_of(document) or plain(body) or "it gave no reason"
    field = _field(document, words, sent, status)
    return _refused(f"{host} refused (HTTP {status})", words, document, field, status, wait_s)


def failure(
    host: str, document: Any, words: str, sent: Mapping[str, Any], *, begun: bool
) -> ServerRefused | StreamFailed:
    """The error for one that came within an answer of HTTP 200; `begun`: something of the answer came before it.

    It is a refusal like any other if it names a parameter, or if nothing came before it and the request is at fault.
    After that the server was content with the request: words without a status name no parameter by the way.
    """
    stated = _stated(document)
    field = _field(document, words, sent, stated or (500 if begun else 400))
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
        return NoProvider(message, way_out("one of the set parameters"), status=status)
    parameter = _PARAMETER_OF.get(field, field) if field else None
    return ServerRefused(message, _next_step(parameter, words, status, wait_s), parameter, status=status)


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
    return words if words[-1] in ".!?)" else f"{words}."


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


def _field(document: Any, words: str, sent: Mapping[str, Any], status: int) -> str | None:
    """The body field at fault: named by the server, else the first one that its words mention."""
    error = document.get("error", document) if isinstance(document, Mapping) else None
    named = error.get("param") if isinstance(error, Mapping) else None
    if isinstance(named, str) and re.split(r"[.\[]", named)[0] in sent:
        return re.split(r"[.\[]", named)[0]
    for name in _locations(document):
        if name in sent:
            return name
    if status not in _NAMES_FIELDS:
        return None
    found = _mentions(words, sent)
    if found:
        return min(found)[1]
    return "model" if status == 404 and re.search(r"\bmodel\b", words, re.IGNORECASE) else None


def _mentions(words: str, sent: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Where the words mention which field. Of what is too long together, the limit is one if it is the larger part."""
    found = [(place, name) for name in sent if (place := _mentioned(name, words)) is not None]
    for pattern, names in _OTHER_NAMES:
        match = re.search(pattern, words)
        found += [(match.start(), name) for name in names if match and name in sent]
    shares = [(int(number.replace(",", "")), part in _WRITTEN) for number, part in _SHARE.findall(words)]
    if {is_written for _, is_written in shares} == {True, False}:
        found = [(place, name) for place, name in found if name not in _LIMITS]
        if sum(number if is_written else -number for number, is_written in shares) > 0:
            found += [(len(words), name) for name in _LIMITS if name in sent]
    return found


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
