"""What a profile says beside its rules: ranges, defaults and headers.

Kept apart from the tests of bodies, to which these are no part.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.parameters import REGISTRY
from playground.problems import check
from playground.testing.scripted_server import ScriptedServer, answered, whole
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.huggingface import HUGGINGFACE, bill_to
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.openrouter import OPENROUTER, referred_by
from playground.wire.kinds.tgi import TGI
from playground.wire.profiles import PROFILES
from tests.wire.asking import HELLO, answer_of, here, request


def test_wider_ranges_are_taken_where_the_server_takes_them() -> None:
    """20 top_logprobs pass for OpenAI-like servers, 100 for llama.cpp; elsewhere 5 is the documented end."""
    values = {"model": "m", "messages": list(HELLO), "logprobs": True, "top_logprobs": 20}
    assert not check(values, "create", OPENAI.kinds)
    assert not check(values, "create", OPENROUTER.kinds)
    assert not check({**values, "top_logprobs": 100}, "create", EMBEDDED.kinds)
    assert check({**values, "top_logprobs": 21}, "create", OPENAI.kinds)
    assert check(values, "create", TGI.kinds)


@pytest.mark.parametrize("top_k", [-5, 99999999999999999999])
def test_one_range_of_top_k_everywhere(top_k: int) -> None:
    """-1 switches it off as 0 does; too little and too much are refused in the same words, which the help has too."""
    for profile in PROFILES.values():
        values = {"model": "m", "messages": list(HELLO), "top_k": top_k}
        (problem,) = check(values, "create", profile.kinds)
        assert problem.allowed == "a whole number from -1 to 2147483647" in REGISTRY["top_k"].help
        assert not check({**values, "top_k": -1}, "create", profile.kinds)


def test_known_defaults_are_of_known_parameters() -> None:
    """What a profile says of an unset parameter is about a parameter of the registry, and valid where a value."""
    for profile in PROFILES.values():
        assert set(profile.defaults) <= set(REGISTRY)
    assert EMBEDDED.defaults["temperature"] == 1.0
    assert EMBEDDED.defaults["top_p"] == 1.0


def test_headers_of_the_hosted_providers() -> None:
    """Attribution for OpenRouter and the paying organisation for HuggingFace arrive as headers."""
    with ScriptedServer(answered(200, whole())) as server:
        own = (OPENROUTER, referred_by("https://a.example")), (HUGGINGFACE, bill_to("org"))
        for profile, headers in own:
            answer_of(
                request(), server.base_url, replace(here(profile), headers={**profile.headers, **headers})
            )
        first, second = server.requests
    assert first.headers["x-openrouter-title"] == "Parameter Playground"
    assert first.headers["http-referer"] == "https://a.example"
    assert second.headers["x-hf-bill-to"] == "org"
    assert "http-referer" not in second.headers
    assert bill_to("") == referred_by("") == {}
