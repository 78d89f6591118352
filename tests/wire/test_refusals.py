"""What each server says when it refuses: which parameter it names, and what to do next.

Kept apart from the fault matrix because no connection is needed: words go in, one error comes out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import NoProvider, ServerRefused, StreamFailed
from playground.wire.profiles import PROFILES
from playground.wire.refusals.at_fault import RENAMED
from playground.wire.refusals.refusal import failure, refusal, words_of
from playground.wire.rules import Rename

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


def test_a_renamed_field_is_told_as_its_parameter() -> None:
    """Whatever a profile sends under another name: a refusal of that body field names the parameter, and the row."""
    renamed = {
        rule.to: name for p in PROFILES.values() for name, rule in p.rules.items() if isinstance(rule, Rename)
    }
    assert renamed.items() <= {**RENAMED, "max_tokens": "max_completion_tokens"}.items()
    for field, parameter in RENAMED.items():
        error = refusal("host", 422, "", json.dumps(said(f"{field} is wrong", param=field)), {field: 7})
        assert error.parameter == parameter


SHAPES: Final[list[tuple[str, Any, str]]] = [
    ("Fastify", {"statusCode": 400, "code": "X", "error": "Bad Request", "message": "body/n must be <= 1"},
     "body/n must be <= 1"),
    ("NestJS", {"statusCode": 400, "error": "Bad Request", "message": ["n is odd", "m is odd"]}, "n is odd; m is odd"),
    ("Spring", {"status": 400, "error": "Bad Request", "message": "n is odd", "path": "/v1"}, "n is odd"),
    ("Spring", {"status": 404, "error": "Not Found", "message": "", "path": "/v1"}, "Not Found"),
    ("Rails", {"status": 422, "error": "Unprocessable Entity", "message": "n is odd"}, "n is odd"),
    ("OAuth", {"error": "invalid_request", "error_description": "No such scope"}, "invalid_request: No such scope"),
    ("OAuth", {"error": "invalid_request"}, "invalid_request"),
    ("RFC 9457", {"type": "about:blank", "title": "Bad Request", "detail": "n is odd"}, "n is odd"),
    ("RFC 9457", {"title": "It is refused.", "detail": "n is odd"}, "It is refused. (n is odd)"),
    ("ASP.NET", {"title": "It is refused.", "errors": {"N": ["is odd", "is low"], "$.m": ["is odd"]}},
     "It is refused. (N: is odd; is low; $.m: is odd)"),
    ("Google", said("It is refused.", details=[{"fieldViolations": [{"field": "n", "description": "n is odd"}]}]),
     "It is refused. (n is odd)"),
    ("Google", said("No key is named n.", details=[{"reason": "NO_KEY"}, {"message": "No key is named n."}]),
     "No key is named n."),
    ("Azure", said("It is refused.", innererror={"code": "X", "message": "n is odd"}), "It is refused. (n is odd)"),
    ("any", {"error": {"type": "x_error", "reason": "n is odd"}}, "n is odd"),
    ("any", {"error": {"code": 7, "description": "n is odd"}}, "n is odd"),
    ("any", {"error": True, "info": "n is odd"}, "n is odd"),
    ("any", {"error": "It is refused.", "message": "n is odd", "msg": "n is odd"}, "It is refused. (n is odd)"),
    ("Apigee", {"fault": {"faultstring": "n is odd", "detail": {"errorcode": "a.b"}}}, "n is odd"),
    ("Groq", said("It failed.", failed_generation="<f>"), "It failed. (<f>)"),
    ("FastAPI", {"detail": [{"loc": ["body", "n", 0, "x"], "msg": "It is odd"}, {"loc": ["body"], "msg": "It is low"}]},
     "n.x: It is odd; It is low"),
    ("FastAPI", {"detail": [{"loc": ["body", "n"], "msg": "The value of n is odd"}]}, "The value of n is odd"),
    ("marks alone", {"errors": ["odd_n", "odd_m"]}, "odd_n; odd_m"),
    ("a mark alone", {"error": {"type": "x_error"}}, "x_error"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "document", "words"), SHAPES)
def test_every_word_of_an_error_is_told(who: str, document: Any, words: str) -> None:
    """Words stand in several places: all are told, once, and what a status is called only where nothing else is."""
    assert words_of(document) == words, who


PLACES: Final = (
    *(
        "title",
        "error",
        "detail",
        "message",
        "msg",
        "errors",
        "Message",
        "err",
        "error_msg",
        "error_description",
    ),
    *("description", "reason", "info", "details", "innererror"),
)


FORMS: Final[dict[str, Callable[[str], Any]]] = {
    "text": str,
    "list": lambda said: [said],
    "object": lambda said: {"message": said},
}


@settings(deadline=None)
@given(st.permutations(PLACES), st.integers(1, 4), st.sampled_from(sorted(FORMS)))
def test_no_place_hides_another(places: list[str], count: int, form: str) -> None:
    """Whatever places hold words, in whatever form and depth, all of them are told."""
    told = {name: f"This is what {name} says." for name in places[:count]}
    document = {name: FORMS[form](said) for name, said in told.items()}
    for whole in (document, {"error": document}, [document]):
        assert all(said in words_of(whole) for said in told.values())


@pytest.mark.parametrize(
    "body",
    [
        'event: error\ndata: {"error": {"message": "temperature is odd"}}\n\n',
        'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"X","message":"temperature is odd"}\n\n',
        'data: {"message": "temperature is odd"}\r\n\r\ndata: [DONE]\r\n\r\n',
        'data: {"message":\ndata: "temperature is odd"}\n\n',
        'error: {"message": "temperature is odd"}\n\n',
        "data: temperature is odd\n\n",
        '[{"error": {"message": "It is refused.", "details": [{"fieldViolations": [{"field": "x.temperature"}]}]}}]',
        '{"message": "temperature is odd"}\n{"message": "bye"}\n',
    ],
)
def test_the_frame_of_a_stream_is_none_of_its_words(body: str) -> None:
    """A stream's error that comes with a status of its own is read as a document is, and so is a list of one."""
    error = refusal("host", 400, "", body, SENT)
    assert error.parameter == "temperature"
    assert error.words in ("temperature is odd", "It is refused.")


def test_text_that_merely_begins_like_a_stream_is_kept() -> None:
    """Nothing of it is data."""
    assert refusal("host", 400, "", "error", SENT).words == "error"
    for body in ("id: 7 is unknown", "error: it is odd\ntemperature must be <= 1", "data: 1, 2\nof 3"):
        assert refusal("host", 400, "", body, SENT).words == " ".join(body.split())


def test_a_type_counts_where_a_status_does_not() -> None:
    """A gateway's 500 around words about the request; without the type they may be about anything."""
    words = "temperature is odd"
    assert refusal("h", 500, "", json.dumps(said(words, type="invalid_request_error")), SENT).parameter
    assert refusal("h", 500, "", json.dumps(said(words, type="server_error")), SENT).parameter is None


@pytest.mark.parametrize(
    "words",
    [
        "prompt is too long: 210000 tokens > 200000 maximum",
        "Input is too long for requested model.",
        "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "Your request exceeded model token limit: 8192 (requested: 10010)",
        "Please reduce the length of the messages or completion. Current length is 10010 while limit is 8192",
    ],
)
def test_a_prompt_that_is_too_long_is_to_be_shortened(words: str) -> None:
    """However that is said, and where no smaller limit of the answer is known to help."""
    assert refusal("host", 400, "", json.dumps(said(words)), {"model": "m"}).next_step == SHORTEN
