"""Whether a model takes a parameter is said before anything is sent, and "unknown" where nobody says.

Kept apart from the profiles' tests, which prove what leaves; here it is what the widgets say.
"""

from __future__ import annotations

import pytest

from playground.parameters import REGISTRY
from playground.wire.kinds.profile import Flavour
from playground.wire.models import ModelInfo, Offer
from playground.wire.profiles import PROFILES
from playground.wire.rules import Withhold
from playground.wire.support import lacking, supported

LISTED = ModelInfo(
    "a/b",
    "A B",
    parameters=frozenset(
        {"temperature", "top_p", "top_k", "max_completion_tokens", "seed", "tools", "response_format"}
    ),
)


@pytest.mark.parametrize("flavour", PROFILES)
@pytest.mark.parametrize("parameter", REGISTRY)
def test_every_answer_has_a_reason(flavour: Flavour, parameter: str) -> None:
    """For every kind of server and parameter, with or without a catalogue: an answer and a whole sentence."""
    for model in (None, LISTED, ModelInfo("a/b", "a/b")):
        answer = supported(PROFILES[flavour], model, parameter)
        assert answer.answer in ("yes", "no", "unknown")
        assert answer.why.endswith(".") and " " in answer.why
        if isinstance(PROFILES[flavour].rule(parameter), Withhold) and REGISTRY[parameter].call == "create":
            assert answer.answer == "no"


@pytest.mark.parametrize(
    ("parameter", "answer"),
    [
        ("temperature", "yes"),
        ("max_tokens", "yes"),  # as max_completion_tokens
        ("tools", "yes"),
        ("tool_choice", "no"),
        ("response_format", "no"),  # JSON of any shape only: structured_outputs is not listed
        ("logprobs", "no"),
        ("top_logprobs", "no"),
        ("logit_bias", "no"),
        ("frequency_penalty", "no"),
        ("stop", "no"),
        ("tool_prompt", "no"),
        ("stream", "yes"),
        ("stream_options", "yes"),
        ("messages", "yes"),
        ("diff_frequency", "yes"),
        ("pref_params", "yes"),
        ("top_k", "yes"),
        ("min_p", "no"),
        ("repetition_penalty", "no"),
        ("max_completion_tokens", "yes"),
        ("reasoning_effort", "no"),
        ("n", "no"),
        ("user", "yes"),
        ("service_tier", "unknown"),
    ],
)
def test_openrouters_list_decides(parameter: str, answer: str) -> None:
    """What the catalogue lists is taken, in its own words for it, and what it does not list is not."""
    assert supported(PROFILES["openrouter"], LISTED, parameter).answer == answer


def test_openrouters_providers_decide_where_they_are_known() -> None:
    """Support differs by provider: how many take it is said, and none means no, whatever the model's list says."""
    offers = (
        Offer("A", "live", parameters=frozenset({"temperature", "logprobs"})),
        Offer("B", "live", parameters=frozenset({"temperature"})),
        Offer("C", "live"),
    )
    model = ModelInfo("a/b", "a/b", parameters=frozenset({"temperature", "logprobs", "seed"}), offers=offers)
    said = {n: supported(PROFILES["openrouter"], model, n) for n in ("temperature", "logprobs", "seed")}
    assert {n: s.answer for n, s in said.items()} == {"temperature": "yes", "logprobs": "yes", "seed": "no"}
    assert "1 of 2 providers" in said["logprobs"].why
    assert "providers" not in said["temperature"].why


OFFERS = (
    Offer("A", "live", parameters=frozenset({"temperature", "logprobs", "max_completion_tokens"})),
    Offer("B", "live", parameters=frozenset({"temperature", "seed"})),
    Offer("C", "live", parameters=frozenset({"presence_penalty"})),
)


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        (("temperature", "top_p", "seed"), ("top_p",)),  # none takes it, B takes the rest
        (("logprobs", "seed", "temperature"), ("seed",)),  # A takes the rest
        (("presence_penalty", "seed", "logprobs"), ("seed", "presence_penalty")),  # three providers, one each
        (("logprobs", "max_tokens", "stream", "diff_frequency", "stream_options"), ()),  # A takes all
        (("mirostat",), ()),  # no parameter of ours
    ],
)
def test_the_fewest_that_must_be_left_unset(parameters: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Of the set parameters those without which a provider takes all the others."""
    everything = frozenset({"temperature", "logprobs", "seed", "max_tokens", "presence_penalty"})
    model = ModelInfo("a/b", "a/b", parameters=everything, offers=OFFERS)
    assert set(lacking(PROFILES["openrouter"], model, parameters)) == set(names)


def test_a_list_without_providers_is_enough() -> None:
    """What the model's own list does not have is what must be left unset."""
    assert lacking(PROFILES["openrouter"], LISTED, ("temperature", "logprobs")) == ("logprobs",)


@pytest.mark.parametrize("model", [None, ModelInfo("a/b", "a/b")])
@pytest.mark.parametrize("flavour", ["huggingface", "openrouter", "openai", "openai.com"])
def test_what_nobody_says_is_unknown(flavour: Flavour, model: ModelInfo | None) -> None:
    """A model off the catalogue, or a server without one, is never said to take a parameter."""
    for parameter in ("temperature", "logprobs", "seed", "response_format"):
        assert supported(PROFILES[flavour], model, parameter).answer == "unknown"


@pytest.mark.parametrize(
    ("tools", "structured", "answers"),
    [
        (True, True, ("yes", "yes", "yes")),
        (False, False, ("no", "no", "no")),
        (None, None, ("unknown", "unknown", "unknown")),
        (True, False, ("yes", "yes", "no")),
    ],
)
def test_huggingfaces_two_flags(
    tools: bool | None, structured: bool | None, answers: tuple[str, ...]
) -> None:
    """Tools and structured output are known where a provider says so; all else is unknown."""
    model = ModelInfo("a/b", "a/b", tools=tools, structured=structured)
    names = ("tools", "tool_choice", "response_format")
    assert tuple(supported(PROFILES["huggingface"], model, name).answer for name in names) == answers
    for other in ("temperature", "seed", "logit_bias", "tool_prompt"):
        assert supported(PROFILES["huggingface"], model, other).answer == "unknown"


def test_huggingface_says_how_many_providers() -> None:
    """The router may choose a provider without the flag, so a partial yes says so."""
    offers = (Offer("a", "live", tools=True), Offer("b", "live", tools=False))
    model = ModelInfo("a/b", "a/b", tools=True, offers=offers)
    assert "at 1 of 2 providers" in supported(PROFILES["huggingface"], model, "tools").why


def test_the_embedded_model_takes_everything() -> None:
    """Every documented parameter has its effect there, so every widget says yes; so with further ones that it has."""
    not_taken = {n for n in REGISTRY if supported(PROFILES["embedded"], None, n).answer != "yes"}
    assert not_taken == {"reasoning_effort", "parallel_tool_calls", "verbosity", "service_tier", "user"}


@pytest.mark.parametrize("flavour", ["llamacpp", "vllm", "tgi"])
def test_a_known_server_takes_what_it_implements(flavour: Flavour) -> None:
    """Sampling is the server's own, so it is taken; tools also need a model that was taught them."""
    assert supported(PROFILES[flavour], None, "temperature").answer == "yes"
    assert supported(PROFILES[flavour], None, "tools").answer == "unknown"


@pytest.mark.parametrize(
    ("parameter", "answer"),
    [
        *(("n", "no"), ("verbosity", "unknown")),
        *(("max_completion_tokens", "yes"), ("parallel_tool_calls", "yes")),
        *(
            (name, "no")
            for name in ("top_k", "min_p", "repetition_penalty", "reasoning_effort", "service_tier", "user")
        ),
    ],
)
def test_what_anthropics_page_says(parameter: str, answer: str) -> None:
    """n "must be exactly 1"; what the page does not name is not claimed."""
    assert supported(PROFILES["anthropic"], None, parameter).answer == answer


def test_what_depends_on_the_models_files_is_unknown() -> None:
    """transformers serve samples only where the model's own generation config says so."""
    for name in ("temperature", "top_p", "seed"):
        assert supported(PROFILES["transformers"], None, name).answer == "unknown"
    assert supported(PROFILES["transformers"], None, "stop").answer == "yes"
