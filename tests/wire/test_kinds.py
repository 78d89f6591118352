"""Every kind of server says of itself what is asked of a kind, and one that says nothing gets honest answers.

Kept apart from the tests of bodies, turns, detection and support, each of which has a row for every kind.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest

from playground.chat import Provider
from playground.parameters import REGISTRY
from playground.settings import Settings
from playground.value_types import Integer, Number
from playground.wire import kinds
from playground.wire.body import build
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.profile import Flavour, Profile
from playground.wire.kinds.vllm import VLLM
from playground.wire.profiles import HOSTED, PROFILES
from playground.wire.rules import Withhold
from playground.wire.support import supported
from tests.wire.asking import request
from tests.wire.kinds_of_servers import KINDS
from tests.wire.test_body import SAMPLES

SILENT = Profile(flavour="openai", label="a kind of which nothing is said", rules={})


def test_every_file_is_a_kind_and_every_kind_a_file() -> None:
    """A file that no line names would be forgotten in silence; a name without a file stops the program at once."""
    (folder,) = kinds.__path__
    files = {path.stem for path in Path(folder).glob("*.py")} - {"__init__", "profile"}
    assert files == {flavour.replace(".", "_") for flavour in get_args(Flavour)}
    assert list(PROFILES) == list(get_args(Flavour))
    assert all(isinstance(p, Profile) and p.flavour == flavour for flavour, p in PROFILES.items())


def test_every_kind_can_be_told() -> None:
    """By its own address or by what it answers, but for the plain one and the one that runs here."""
    untold = {flavour for flavour, p in PROFILES.items() if not p.base_url and p.mark is None}
    assert untold == {"embedded", "openai"}


def test_every_mark_is_seen_to_tell() -> None:
    """A kind that is told by its answers has a server of its kind among the tests of detection."""
    assert {flavour for flavour, p in PROFILES.items() if p.mark} == {kind for _, kind, _ in KINDS} - {
        "openai"
    }


def test_every_kind_says_what_it_takes() -> None:
    """But for the two of which only the model decides."""
    assert {flavour for flavour, p in PROFILES.items() if p.takes is None} == {"openai", "openai.com"}


def test_labels_are_different() -> None:
    """A person chooses a kind by it."""
    assert len({profile.label for profile in PROFILES.values()}) == len(PROFILES)


def test_every_provider_of_names_is_a_kind() -> None:
    """What a model's name may begin with is a kind of server, or stands for the user's own."""
    assert set(get_args(Provider)) == {*(p.flavour for p in HOSTED), "embedded", "server"}


@pytest.mark.parametrize("profile", HOSTED, ids=lambda profile: profile.flavour)
def test_a_provider_is_whole(profile: Profile) -> None:
    """It has an address and a key: where that goes, how it begins, and a secret setting that can hold it."""
    assert profile.base_url and profile.needs_key and profile.key_hosts
    assert profile.key_form and profile.key_example.startswith(profile.key_form.prefix)
    assert set(profile.key_hosts) <= set(profile.key_form.hosts)
    assert {field.name for field in fields(Settings) if not field.repr} >= {profile.key_setting}


@pytest.mark.parametrize("parameter", REGISTRY)
def test_a_kind_that_says_nothing_is_not_taken_at_its_word(parameter: str) -> None:
    """Whether it takes a parameter that is sent is unknown, with a reason."""
    answer = supported(SILENT, None, parameter)
    expected = "yes" if parameter in ("model", "messages", "diff_frequency", "pref_params") else "unknown"
    assert answer.answer == expected and answer.why.endswith(".")


def test_a_kind_without_rules_sends_what_is_set() -> None:
    """As it is, each with its line in the report."""
    sent = {name: value for name, value in SAMPLES.items() if REGISTRY[name].call == "create"}
    body, report = build(request(**sent), SILENT)
    assert {name: body[name] for name in sent} == sent
    assert {line.state for line in report} == {"sent"}


@pytest.mark.parametrize("profile", [VLLM, PROFILES["embedded"], PROFILES["mistral"]])
def test_what_no_rule_names_is_unknown(profile: Profile) -> None:
    """A known server does not take a new parameter because it takes the others."""
    without = replace(profile, rules={n: rule for n, rule in profile.rules.items() if n != "top_p"})
    assert supported(profile, None, "top_p").answer == "yes"
    assert supported(without, None, "top_p").answer == "unknown"


def test_what_is_never_sent_is_withheld_everywhere() -> None:
    """The two that only this program uses, by every kind that has rules."""
    for name in ("diff_frequency", "pref_params"):
        assert all(isinstance(profile.rule(name), Withhold) for profile in PROFILES.values())


def test_a_switch_stands_as_the_program_has_it() -> None:
    """On where the program itself adds it, off elsewhere."""
    openrouter = PROFILES["openrouter"]
    assert [openrouter.stands(switch) for switch in openrouter.switches] == [True, False]
    assert not any(replace(openrouter, adds=()).stands(switch) for switch in openrouter.switches)
    assert OPENAI.switches == ()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_no_kind_takes_more_than_is_let_through_before_it_is_known(profile: Profile) -> None:
    """A server is only asked of which kind it is if some kind would take the request: llama.cpp takes the most."""
    for name, kind in profile.kinds.items():
        if isinstance(kind, Integer | Number):
            most = PROFILES["llamacpp"].kinds.get(name, REGISTRY[name].kind)
            assert isinstance(most, Integer | Number)
            assert list(most.faults(kind.minimum)) == list(most.faults(kind.maximum or kind.minimum)) == []
