"""What families of models have given up is said before anything is sent: which, by which route, and beside what.

Kept apart from the tests of catalogues, since no list of models says it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from playground.chat import ChatRequest, ModelRef
from playground.parameters import EXTRA_BODY, REGISTRY
from playground.wire.body import build
from playground.wire.kinds.profile import Flavour, Support
from playground.wire.models import ModelInfo
from playground.wire.profiles import PROFILES
from playground.wire.restrictions import Restriction
from playground.wire.rules import Withhold
from playground.wire.support import foreseen, foretold
from tests.wire.asking import request

OF_KINDS = [(flavour, each) for flavour, profile in PROFILES.items() for each in profile.restrictions]
TOOL = {"type": "function", "function": {"name": "f"}}


def of(flavour: Flavour, model: str, extra: dict[str, Any] | None = None, **given: Any) -> dict[str, Support]:
    """What is foreseen where no catalogue is at hand."""
    asked = ChatRequest(ModelRef("server", model), (), given, extra or {})
    return foreseen(PROFILES[flavour], None, asked)


@pytest.mark.parametrize(("flavour", "each"), OF_KINDS)
def test_each_says_what_of_whom_and_since_when(flavour: Flavour, each: Restriction) -> None:
    """One sentence, a source, a date, and parameters that are there and are sent to this kind."""
    assert each.why.endswith(".") and each.source
    assert re.fullmatch(r"20\d\d-[01]\d(-[0-3]\d)?", each.at)
    assert set(each.parameters) <= REGISTRY.keys()
    assert not any(isinstance(PROFILES[flavour].rule(name), Withhold) for name in each.parameters)


@pytest.mark.parametrize(
    ("flavour", "model", "temperature"),
    [
        ("openrouter", "anthropic/claude-opus-4.7", "void"),
        ("openrouter", "anthropic/claude-4.7-opus", "void"),
        ("openrouter", "anthropic/claude-sonnet-5:thinking", "void"),
        ("openrouter", "anthropic/claude-fable-5.1", "void"),
        ("openrouter", "anthropic/claude-opus-4.6", "unknown"),
        ("openrouter", "anthropic/claude-haiku-4.5", "unknown"),
        ("anthropic", "claude-opus-4-7-20260416", "refused"),
        ("anthropic", "claude-opus-5", "refused"),
        ("anthropic", "claude-opus-4-20250514", "yes"),
        ("anthropic", "claude-opus-4-5-20251101", "yes"),
        ("openai.com", "gpt-4o", "unknown"),
        ("openai.com", "gpt-5", "refused"),
        ("openai.com", "gpt-5-chat-latest", "unknown"),
        ("openai.com", "o3-mini", "refused"),
        ("openai.com", "gpt-5.1", "unknown"),
        ("openai.com", "gpt-5.6-luna", "refused"),
        ("openai.com", "gpt-6-astra", "refused"),
        ("openai.com", "gpt-6.2-sol", "refused"),
        ("deepseek", "deepseek-flash", "void"),
        ("deepseek", "deepseek-chat", "yes"),
        ("vllm", "deepseek-ai/DeepSeek-V4", "yes"),
        ("openai", "gpt-5.6", "unknown"),
    ],
)
def test_of_which_models(flavour: Flavour, model: str, temperature: str) -> None:
    """By the family's name, at the servers that it is known of: of the same name elsewhere nothing is claimed."""
    assert of(flavour, model)["temperature"].answer == temperature


@pytest.mark.parametrize(
    ("model", "effort", "answers"),
    [
        ("gpt-5.4", None, ("unknown", "unknown")),
        ("gpt-5.4", "none", ("unknown", "unknown")),
        ("gpt-5.4", "low", ("refused", "refused")),
        ("gpt-5.1", "high", ("refused", "unknown")),
        ("gpt-5.6-terra", None, ("refused", "refused")),
        ("gpt-5.6-terra", "none", ("unknown", "unknown")),
        ("gpt-6.1-sol", "none", ("refused", "refused")),
    ],
)
def test_effort_decides_of_temperature_and_tools(
    model: str, effort: str | None, answers: tuple[str, str]
) -> None:
    """At OpenAI's newer models, also where effort stands in the extra JSON."""
    found = of("openai.com", model, {"reasoning_effort": effort} if effort else {})
    assert (found["temperature"].answer, found["tools"].answer) == answers


def test_one_sentence_at_both_rows() -> None:
    """At the parameter that is lost and at what decides it, and as a warning at both once it is set."""
    before = of("openai.com", "gpt-5.6")
    (elsewhere,) = before.keys() & {"reasoning_effort", EXTRA_BODY.name}
    sentence = before["temperature"].told
    assert sentence in before[elsewhere].beside
    assert not before["temperature"].warning and not before[elsewhere].warning
    after = of("openai.com", "gpt-5.6", temperature=0.5)
    assert after["temperature"].warning == after[elsewhere].warning == sentence
    both = of("openai.com", "gpt-5.6", temperature=0.5, tools=[TOOL])
    assert both["tools"].warning in both[elsewhere].warning and sentence in both[elsewhere].warning
    spared = of("openai.com", "gpt-5.6", {"reasoning_effort": "none"}, temperature=0.5)
    assert sentence in spared["temperature"].beside and not spared["temperature"].warning


@pytest.mark.parametrize(("choice", "answer"), [("auto", "yes"), ("required", "refused"), ("f", "refused")])
def test_only_a_forced_call_is_refused(choice: str, answer: str) -> None:
    """The parameter itself is still there, and left unset nothing is said against it."""
    found = of("anthropic", "claude-opus-5-5", tools=[TOOL], tool_choice=choice)
    assert (found["tool_choice"].answer == "refused") == (answer == "refused")
    assert of("anthropic", "claude-opus-5-5")["tool_choice"].answer == "unknown"


def test_what_says_nothing_is_not_warned_of() -> None:
    """A temperature of 1 is what holds anyway; a server that refuses all others takes it."""
    assert of("openai.com", "gpt-5", temperature=1.0)["temperature"].answer == "unknown"
    void = of("deepseek", "deepseek-flash", temperature=1)["temperature"]
    assert (void.answer, void.warning) == ("void", "")


def test_thinking_switched_off_gives_the_parameters_back() -> None:
    """DeepSeek's own switch stands in the extra JSON, and there the sentence stands too."""
    off = {"thinking": {"type": "disabled"}}
    assert of("deepseek", "deepseek-flash", off, temperature=0.5)["temperature"].answer == "yes"
    assert of("deepseek", "deepseek-flash", temperature=0.5)[EXTRA_BODY.name].warning


@pytest.mark.parametrize("switch", [None, True, False])
def test_how_it_ends_where_the_catalogue_does_not_list_it(switch: bool | None) -> None:
    """OpenRouter's own switch decides between a refusal and silence; it is on unless it is turned off."""
    info = ModelInfo("a/b", "a/b", parameters=frozenset({"temperature"}))
    extra = {} if switch is None else {"provider": {"require_parameters": switch}}
    asked = ChatRequest(ModelRef("openrouter", "a/b"), (), {"seed": 1}, extra)
    found = foreseen(PROFILES["openrouter"], info, asked)
    assert found["seed"].answer == ("void" if switch is False else "refused")
    assert found["temperature"].answer == "yes" and found["tool_prompt"].answer == "no"


def test_what_the_catalogue_refuses_stays_refused() -> None:
    """A request that no provider takes never gets so far as to be passed over."""
    name = "anthropic/claude-opus-4.7"
    asked = ChatRequest(ModelRef("openrouter", name), (), {"temperature": 0.5})
    info = ModelInfo(name, name, parameters=frozenset({"max_tokens"}))
    assert foreseen(PROFILES["openrouter"], info, asked)["temperature"].answer == "refused"


def test_the_report_says_it() -> None:
    """At the line of a parameter that is sent, and of no other."""
    asked = request(temperature=0.5, seed=1)
    support = {
        "temperature": Support("void", "Nothing comes of it.", "The guide", "2026-01-02"),
        "seed": Support("yes", "Fine."),
    }
    from_body = [line for line in foretold(build(asked, PROFILES["openai"])[1], support) if line.foretold]
    assert [(line.parameter, line.foretold, line.why) for line in from_body] == [
        ("temperature", "void", "Nothing comes of it. (The guide, 2026-01-02.)")
    ]
