"""What helps, by the server's own words: each wording with the parameters that it asks for, and those that say none.

Kept apart from the refusals because here it matters what was asked: nothing is offered that would be refused again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from playground.errors import ServerRefused
from playground.parameters import UNSET
from playground.problems import check
from playground.wire.body import build
from playground.wire.kinds.ollama import OLLAMA
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.openai_com import OPENAI_COM
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.kinds.profile import Profile
from playground.wire.kinds.tgi import TGI
from playground.wire.kinds.vllm import VLLM
from playground.wire.profiles import PROFILES
from playground.wire.refusals.refusal import failure, refusal, words_of
from playground.wire.remedies import remedied, without, without_requirement
from tests.wire.asking import HELLO, request
from tests.wire.wordings import HOT, LONG, TOOL, WORDINGS

NO_ROOM: Final = (
    "This model's maximum context length is 4096 tokens. However, you requested 9100 tokens "
    "(4100 in the messages, 5000 in the completion)."
)


def told(
    words: str | Mapping[str, Any],
    asked: Mapping[str, Any],
    extra: Mapping[str, Any] | None = None,
    status: int = 400,
    profile: Profile = OPENAI,
) -> ServerRefused:
    """The refusal with its remedy, of a request that was sent in earnest."""
    own = request(extra, **asked)
    document = {"error": {"message": words}} if isinstance(words, str) else words
    body, _ = build(own, profile)
    return remedied(refusal("host", status, "", json.dumps(document), body), own, profile)


@pytest.mark.parametrize(("who", "words", "asked", "remedy"), WORDINGS)
def test_words_become_values(who: str, words: str, asked: dict[str, Any], remedy: dict[str, Any]) -> None:
    """Each wording is read into the parameters that it asks for, which differ from what was sent and are allowed."""
    error = told(words, asked)
    assert error.remedy == remedy, who
    again = {n: v for n, v in {**asked, **error.remedy}.items() if v is not UNSET}
    assert again != asked
    assert not check({"model": "m", "messages": HELLO, **again}, "create", OPENAI.kinds)
    assert error.next_step == error.remedy.step


NOTHING: Final[list[tuple[str, str | Mapping[str, Any], dict[str, Any], int]]] = [
    ("no parameter", "Something else is wrong", HOT, 400),
    ("its own fault", "The temperature of the GPU must be <= 1", HOT, 500),
    ("its own faults", "temperature must be <= 1; top_p must be <= 0.9", {**HOT, "top_p": 1.0}, 500),
    ("the model", "The model `x` does not exist", HOT, 404),
    ("a model named like a field", "The model `temperature-1` does not exist", HOT, 404),
    ("a model named as a field", "The model `temperature` does not exist", HOT, 404),
    ("a model that is unknown", "temperature-1 is no model of ours", HOT, 400),
    ("a stop of another kind", "The server will stop here, and a seed of it is kept", {"stop": ["x"], "seed": 1}, 400),
    ("the messages", {"error": {"message": "messages must be at most 9", "param": "messages"}}, HOT, 400),
    ("no room at all", NO_ROOM, LONG, 400),
    ("a count of what is read alone", "Current length is 5010 while limit is 4096",
     {"max_tokens": 2000, "messages": [{"role": "user", "content": "x" * 6000}]}, 400),
    ("a total of less than was to be written", "exceeded model token limit: 4096 (requested: 4999)", LONG, 400),
    ("no limit in a total", "exceeded model token limit: 4096 (requested: 4999)", {}, 400),
    ("a sum with the prompt", "the prompt and max_tokens must be at most 4096 together", {"max_tokens": 4000}, 429),
    ("no credit at all", "You requested up to 5000 tokens, but can only afford 0.", LONG, 402),
    ("more room than asked for", "can only afford 9000", LONG, 402),
    ("a prompt too long", "the request exceeds the available context size (4096 tokens), try increasing it", LONG, 400),
    ("not sent", "max_tokens must be at least 16", HOT, 400),
    ("a page not found", "Not found", HOT, 404),
]  # fmt: skip


@pytest.mark.parametrize(("why", "words", "asked", "status"), NOTHING)
def test_words_that_name_no_way_out(
    why: str, words: str | Mapping[str, Any], asked: dict[str, Any], status: int
) -> None:
    """Where nothing in the request would help, or nobody knows what, nothing is offered."""
    error = told(words, asked, status=status)
    assert not error.remedy, why
    assert dict(error.remedy) == {}


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("temperature must be <= 1, or must be <= 1.5 without tools", HOT),  # two numbers
        ("temperature must be >= 3 and <= 1", HOT),  # between nothing
        ("temperature must be at most 9", HOT),  # it is
        ("temperature must be at least 3", HOT),  # which is refused here
        ("only 2 is allowed for this temperature", HOT),  # it was sent
        ("max_tokens must be at most 8.192", LONG),  # thousands, somewhere
        ("max_tokens must be at most 8k", LONG),
        ("max_tokens must be below 90 % of 4096", LONG),
        ("temperature must not be less than or equal to 0", HOT),
        ("The sum of prompt tokens and max_tokens must not exceed 4096", LONG),
        ("top_logprobs must be between 0 and 5 and temperature between 0 and 1", HOT),
    ],
)
def test_a_number_that_cannot_be_meant_is_not_offered(words: str, asked: dict[str, Any]) -> None:
    """Words with two answers, or one that makes no sense, leave only the way that is always open."""
    remedy = told(words, asked).remedy
    assert remedy in (dict.fromkeys(asked, UNSET), {})


FIELD: Final = "extra_body"


@pytest.mark.parametrize(
    ("words", "asked", "extra", "remedy"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            {"max_tokens": 64},
            {},
            {"max_tokens": UNSET, "max_completion_tokens": 64},
        ),
        (
            "'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            {"max_tokens": 64},
            {"min_p": 0.1},
            {"max_tokens": UNSET, "max_completion_tokens": 64},
        ),
        (
            "'max_completion_tokens' is not known here. Use 'max_tokens' instead.",
            {},
            {"max_completion_tokens": 64},
            {"max_tokens": 64, FIELD: {}},
        ),
        (
            "max_completion_tokens must be at most 100",
            {},
            {"max_completion_tokens": 999},
            {FIELD: {"max_completion_tokens": 100}},
        ),
        ("Unknown field: min_p", {}, {"min_p": 0.1, "n": 1}, {FIELD: {"n": 1}}),
        ("top_k must be at most 50", {}, {"top_k": 99}, {FIELD: {"top_k": 50}}),
        ("temperature must be <= 1", {"temperature": 0.5}, {"temperature": 2.0}, {FIELD: {"temperature": 1.0}}),
        (
            "Unsupported value: 'reasoning_effort' does not support 'max' with this model. "
            "Supported values are: 'low', 'medium', 'high', and 'xhigh'.",
            {},
            {"reasoning_effort": "max"},
            {FIELD: {"reasoning_effort": "xhigh"}},
        ),
        (
            "reasoning_effort: unknown variant `minimal`, expected one of `low`, `high`",
            {},
            {"reasoning_effort": "minimal"},
            {FIELD: {"reasoning_effort": "low"}},
        ),
        ("Unknown field: reasoning", {}, {"reasoning": {"effort": "low"}}, {FIELD: {}}),
        (NO_ROOM, {}, {"max_completion_tokens": 5000}, {}),
        ("use 'max_tokens' instead of max_completion_tokens", {}, {"max_completion_tokens": "many"}, {}),
        ("reasoning_effort must be one of: low, medium, high", {}, {"reasoning_effort": "none"},
         {FIELD: {"reasoning_effort": "low"}}),
        ("reasoning_effort: unknown variant `max`, expected `low` or `high`", {}, {"reasoning_effort": "max"},
         {FIELD: {"reasoning_effort": "high"}}),
        ("reasoning_effort must be set when 'model' is x", {}, {"reasoning_effort": "max"}, {FIELD: {}}),
        ("parameter.enable_thinking must be set to false for non-streaming calls", {}, {},
         {FIELD: {"enable_thinking": False}}),
        ("The value of the enable_thinking parameter is restricted to True.", {}, {"enable_thinking": False, "n": 1},
         {FIELD: {"enable_thinking": True, "n": 1}}),
        ("parameter.enable_thinking must be set to false for non-streaming calls", {}, {"enable_thinking": False}, {}),
        ("Function tools are not supported here; use another address or set reasoning_effort to 'none'.",
         {}, {"reasoning_effort": "high"}, {FIELD: {"reasoning_effort": "none"}}),
        ("This model thinks. Please set reasoning_effort to a lower value.", {}, {"reasoning_effort": "high"},
         {FIELD: {}}),
        ("Thinking is on; please set `tool_choice` to 'auto'", {"tools": [TOOL], "tool_choice": "required"}, {},
         {"tool_choice": "auto"}),
        ("This is slow. Set stream=true.", {}, {}, {"stream": True}),
        ("This is slow. Set stream=true.", {"stream": True}, {}, {}),
        ("tool_choice must be set to x", {"tools": [TOOL], "tool_choice": "required"}, {}, {"tool_choice": UNSET}),
        ("it fails when you set stream=true", {}, {}, {}),
        ("ensure this n: value is less than or equal to 16", {}, {"n": 20}, {FIELD: {}}),
        ("service_tier: supported values are: 'a'.", {}, {"service_tier": "x"}, {FIELD: {"service_tier": "a"}}),
        ("service_tier: supported values are: 'a' and 'b'.", {}, {"service_tier": "x"}, {FIELD: {}}),
    ],
)  # fmt: skip
def test_the_extra_json_is_mended_where_it_was_at_fault(
    words: str, asked: dict[str, Any], extra: dict[str, Any], remedy: dict[str, Any]
) -> None:
    """What stood in the extra JSON is changed there, what else is in it is kept, and it is whole for the next call."""
    assert told(words, asked, extra).remedy == remedy


BOTH: Final = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
NEWER: Final = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
PASSIVE: Final = "'max_tokens' is not supported. 'max_completion_tokens' must be sent."
OLDER: Final = "'max_completion_tokens' is not known here. Use 'max_tokens' instead."


@pytest.mark.parametrize(
    ("words", "extra", "profile", "remedy"),
    [
        (BOTH, {"max_completion_tokens": 7}, OPENAI, {"max_tokens": UNSET}),
        (
            BOTH,
            {"max_completion_tokens": 7, "max_tokens": 8},
            OPENAI,
            {"max_tokens": UNSET, FIELD: {"max_completion_tokens": 7}},
        ),
        (BOTH, {"max_tokens": 7}, OPENAI_COM, {FIELD: {}}),
        (NEWER, {"max_completion_tokens": 7}, OPENAI, {"max_tokens": UNSET}),
        (OLDER, {"max_completion_tokens": 7}, OPENAI, {FIELD: {}}),
        (PASSIVE, {"max_completion_tokens": 7}, OPENAI, {"max_tokens": UNSET}),
        ("Unknown field: max_completion_tokens", {"max_completion_tokens": 7}, OPENAI, {FIELD: {}}),
        (BOTH, {"max_completion_tokens": 7}, OLLAMA, {"max_tokens": UNSET}),
    ],
)
def test_of_two_limits_one_stays(
    words: str, extra: dict[str, Any], profile: Profile, remedy: dict[str, Any]
) -> None:
    """A limit sent under both names is taken out under one, so that the answer keeps a limit."""
    asked = {"max_tokens": 64}
    error = told(words, asked, extra, profile=profile)
    assert error.remedy == remedy
    again = {FIELD: extra, **asked, **error.remedy}
    body, _ = build(request(again.pop(FIELD), **{n: v for n, v in again.items() if v is not UNSET}), profile)
    assert len({"max_tokens", "max_completion_tokens"} & body.keys()) == 1


@pytest.mark.parametrize("profile", [OPENAI, OPENAI_COM, OLLAMA])
def test_the_limit_that_went_is_the_one_that_is_mended(profile: Profile) -> None:
    """Set under both names the newer goes, whatever it is called there; what is refused is that one."""
    asked = {"max_tokens": 20, "max_completion_tokens": 5000}
    error = told("max_tokens must be at most 4096", asked, profile=profile)
    assert error.parameter == "max_completion_tokens"
    assert error.remedy == {"max_completion_tokens": 4096}
    error = told("max_completion_tokens is not supported", asked, profile=profile)
    assert error.parameter == "max_completion_tokens"
    assert error.remedy == {"max_completion_tokens": UNSET}


def test_what_the_credit_affords() -> None:
    """OpenRouter's 402 names it, beside the account's own way out; it helps where no limit was set too."""
    words = "This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only "
    words += "afford 3,919."
    for asked in (LONG, {}):
        error = told(words, asked, status=402, profile=OPENROUTER)
        assert error.remedy == {"max_tokens": 3919}
        assert error.next_step == "Set max_tokens to 3919 and try again, or add credit."
    assert "no credit left" in told("Insufficient Balance", LONG, status=402).next_step


@pytest.mark.parametrize("param", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("profile", [OPENAI, OPENAI_COM])
def test_either_name_of_a_limit_is_the_limit(param: str, profile: Profile) -> None:
    """A server may name the limit otherwise than it was sent."""
    words = {"error": {"message": "Unsupported parameter", "param": param}}
    assert told(words, LONG, profile=profile).remedy == {"max_tokens": UNSET}


def test_a_place_in_a_document_is_as_good_as_a_name() -> None:
    """Mistral says where, in FastAPI's way, and beside it what."""
    detail = [
        {
            "type": "less_than_equal",
            "loc": ["body", "temperature"],
            "msg": "Input should be less than or equal to 1.5",
        }
    ]
    for document in ({"detail": detail}, {"object": "error", "message": {"detail": detail}}):
        assert told(document, HOT, status=422).remedy == {"temperature": 1.5}


def entry(name: str, words: str) -> dict[str, Any]:
    return {"loc": ["body", *name.split(".")], "msg": words}


LESS: Final = "Input should be less than or equal to 1"
EXTRA: Final = "Extra inputs are not permitted"


@pytest.mark.parametrize(
    ("asked", "entries", "remedy"),
    [
        ({**HOT, "presence_penalty": 2.0}, [("temperature", LESS), ("presence_penalty", LESS)],
         {"temperature": 1.0, "presence_penalty": 1.0}),
        ({"logit_bias": {"1": 1}, "seed": 3}, [("logit_bias", EXTRA), ("seed", EXTRA)],
         {"logit_bias": UNSET, "seed": UNSET}),
        ({**HOT, "seed": 3}, [("seed", EXTRA), ("temperature", LESS)], {"temperature": 1.0, "seed": UNSET}),
        ({"stop": ["x"]}, [("stop.str", "Input should be a text"), ("stop.list", "Input should be a list")],
         {"stop": UNSET}),
        (HOT, [("temperature", LESS), ("messages.content", "Input should be a text")], {}),
        (HOT, [("temperature", LESS), ("model", "Field required")], {}),
    ],
)  # fmt: skip
def test_every_entry_of_a_list_is_mended(
    asked: dict[str, Any], entries: list[tuple[str, str]], remedy: dict[str, Any]
) -> None:
    """FastAPI names several places at once: one click helps for all of them, or none is offered."""
    assert told({"detail": [entry(*each) for each in entries]}, asked, status=422).remedy == remedy


def test_several_under_the_names_that_they_were_sent_under() -> None:
    """The limit has another name at OpenAI's own address; what is in the extra JSON is mended there."""
    words = "max_completion_tokens must be at most 4096; top_k must be at most 50"
    error = told(words, LONG, {"top_k": 99}, profile=OPENAI_COM)
    assert error.remedy == {"max_tokens": 4096, FIELD: {"top_k": 50}}


def test_vllm_names_the_parameter_that_is_too_high() -> None:
    """Its words say logprobs; where there is a remedy it is of the parameter that is named."""
    words = "Requested sample logprobs of 9, which is greater than max allowed: 5"
    assert told(words, {"logprobs": True, "top_logprobs": 9}).parameter == "top_logprobs"


def test_a_renamed_field_is_the_parameter() -> None:
    """OpenAI's own address is sent max_completion_tokens, and its refusal of that is one of max_tokens."""
    words = {"error": {"message": "at most", "param": "max_completion_tokens"}}
    words["error"]["message"] = (
        "max_tokens is too large: 5000. This model supports at most 4096 completion tokens."
    )
    assert told(words, LONG, profile=OPENAI_COM).remedy == {"max_tokens": 4096}


def test_the_range_of_the_server_counts() -> None:
    """What is offered is within the range that this kind of server has, which may be wider than the documented."""
    words = "Requested sample logprobs of 100, which is greater than max allowed: 20"
    asked = {"logprobs": True, "top_logprobs": 100}
    assert told(words, asked, profile=VLLM).remedy == {"top_logprobs": 20}
    assert told(words, asked, profile=TGI).remedy == {}


def test_the_same_words_within_an_answer() -> None:
    """An error that comes with HTTP 200 has the same remedy."""
    own = request(**LONG)
    document = {"error": {"message": "max_tokens must be at most 4096", "code": 400}}
    error = failure("host", document, words_of(document), build(own, OPENAI)[0], begun=False)
    assert isinstance(error, ServerRefused)
    assert remedied(error, own, OPENAI).remedy == {"max_tokens": 4096}


def test_an_address_without_a_model_behind_it() -> None:
    """LM Studio says so with HTTP 200; what helps is the base URL."""
    document = {"error": "Unexpected endpoint or method. (POST /chat/completions)"}
    error = failure("host", document, words_of(document), {}, begun=False)
    assert error.next_step.startswith("Check the base URL")


def test_what_keeps_providers_away() -> None:
    """The parameters go together with what needs them; the switch keeps what else the extra JSON says."""
    own = request({"provider": {"order": ["a"]}}, logprobs=True, top_logprobs=2, seed=1)
    assert without(["logprobs", "seed"], own) == {"logprobs": UNSET, "top_logprobs": UNSET, "seed": UNSET}
    assert without_requirement(own) == {FIELD: {"provider": {"order": ["a"], "require_parameters": False}}}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.flavour)
def test_nothing_is_offered_that_changes_nothing(profile: Profile) -> None:
    """Whatever the words, a remedy differs from what was sent."""
    for _, words, asked, _ in WORDINGS:
        error = told(words, asked, profile=profile)
        assert all(asked.get(name, UNSET) != value for name, value in error.remedy.items())
