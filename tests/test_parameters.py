"""The registry is the documented table to the letter, and an unset value stays apart from a default and from none.

Kept apart from the tests of what is wrong with a value: here everything is right.
"""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import UNSET
from playground.parameters import (
    PREF_PARAMS_DEFAULT,
    REGISTRY,
    Call,
    CreateParameters,
    FormatParameter,
    Group,
    PreferenceParameters,
    StreamParameter,
    Unset,
    parameters_of,
    with_defaults,
)
from playground.problems import check
from tests.documented import (
    FURTHER,
    HELLO,
    NAMES,
    PREF_PARAMS_LEFT_EMPTY,
    PREFERENCE_ONLY,
    REQUIRED,
    TABLE,
    TOOLS,
)

CALLS: tuple[Call, ...] = get_args(Call)


def test_the_registry_holds_the_documented_parameters_and_no_others() -> None:
    """Every documented name has one record, and every record is documented."""
    assert set(REGISTRY) == set(NAMES)
    assert all(record.name == name for name, record in REGISTRY.items())


def test_the_twenty_documented_ones_come_first() -> None:
    """And behind them the further ones, which are a group of their own and have no documented default."""
    assert tuple(REGISTRY)[20:] == FURTHER
    assert tuple(name for name, record in REGISTRY.items() if record.group == "More") == FURTHER
    assert all(REGISTRY[name].default is None for name in FURTHER)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_says_what_is_documented(name: str) -> None:
    """Range and default of each record are those of the table, and its help tells the range."""
    record, row = REGISTRY[name], TABLE[name]
    assert row.allowed in record.kind.allowed
    assert record.kind.allowed in record.help
    assert record.default == (None if row.default == REQUIRED else row.default)
    assert type(record.default) is type(None if row.default == REQUIRED else row.default)
    assert record.requires == next(iter(row.beside), None)
    assert record.call == row.call


@pytest.mark.parametrize("name", NAMES)
def test_a_record_helps(name: str) -> None:
    """Each says what it does and when it is ignored, in whole sentences, and belongs to a group of the page."""
    record = REGISTRY[name]
    assert record.group in get_args(Group)
    for sentence in (record.does, record.ignored):
        assert sentence[0].isupper()
        assert sentence.endswith((".", "always."))


def test_what_each_call_takes() -> None:
    """create takes everything but the two parameters that only create_preference has."""
    assert {p.name for p in parameters_of("create_preference")} == set(NAMES)
    assert {p.name for p in parameters_of("create")} == set(NAMES) - set(PREFERENCE_ONLY)


def test_the_typed_signatures_are_the_registry() -> None:
    """What a type checker lets a caller write is what the table names, beside those that shape what comes back."""
    optional = set(NAMES) - {"model", "messages", "stream", "response_format"}
    assert set(get_type_hints(PreferenceParameters)) == optional
    assert set(get_type_hints(CreateParameters)) == optional - set(PREFERENCE_ONLY)
    hints = {
        **get_type_hints(PreferenceParameters),
        **get_type_hints(StreamParameter),
        **get_type_hints(FormatParameter),
    }
    for name, hint in hints.items():
        assert Unset in get_args(hint), name
        assert (type(None) in get_args(hint)) == (TABLE[name].default is None), name


# -- defaults ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", CALLS)
def test_nothing_said_means_the_documented_defaults(call: Call) -> None:
    """A caller who says nothing gets each default that makes sense alone, and nothing else."""
    expected: dict[str, Any] = {
        "frequency_penalty": 0.0,
        "logprobs": False,
        "max_tokens": 20,
        "stream": False,
        "temperature": 1.0,
    }
    if call == "create_preference":
        expected["diff_frequency"] = 0.0
    assert with_defaults({}, call) == expected


def test_the_defaults_themselves_are_allowed() -> None:
    """Nothing said beside model and conversation is a request without a problem."""
    for call in CALLS:
        assert check(with_defaults({"model": "embedded", "messages": HELLO}, call), call) == ()


def test_a_default_that_needs_another_parameter_comes_with_it() -> None:
    """tool_choice is auto beside tools, and is not there without them."""
    assert with_defaults({"tools": TOOLS}, "create")["tool_choice"] == "auto"
    assert "tool_choice" not in with_defaults({}, "create")
    nothings: list[Any] = [UNSET, None, []]
    for nothing in nothings:
        assert "tool_choice" not in with_defaults({"tools": nothing}, "create")


def test_the_second_answer_left_empty() -> None:
    """pref_params left empty stands for the documented temperature and frequency_penalty, which are in range."""
    assert PREF_PARAMS_DEFAULT == PREF_PARAMS_LEFT_EMPTY
    assert all(not list(REGISTRY[name].kind.faults(value)) for name, value in PREF_PARAMS_DEFAULT.items())


# -- unset, none and default -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in NAMES if TABLE[n].default != REQUIRED])
def test_unset_is_left_out(name: str) -> None:
    """UNSET is neither the default nor null: the parameter is not there at all."""
    assert name not in with_defaults({"tools": TOOLS, name: UNSET}, "create_preference")


@pytest.mark.parametrize("name", [n for n in NAMES if TABLE[n].default is None])
def test_none_means_none_where_that_is_the_default(name: str) -> None:
    """None for a parameter whose default is none is the same as saying nothing."""
    assert with_defaults({name: None}, "create_preference") == with_defaults({}, "create_preference")


@pytest.mark.parametrize("name", [n for n in NAMES if TABLE[n].default is not None])
def test_none_is_wrong_where_there_is_a_default(name: str) -> None:
    """None is neither unset nor the default there: it stays, and is a problem."""
    given_none = {"model": "embedded", "messages": HELLO, "tools": TOOLS, name: None}
    filled = with_defaults(given_none, "create_preference")
    assert filled[name] is None
    (problem,) = check(filled, "create_preference")
    assert (problem.parameter, problem.value) == (name, "None")


def test_unset_reads_as_itself() -> None:
    """In a message or a signature it is UNSET, and there is only one of it."""
    assert repr(UNSET) == "UNSET"
    assert list(Unset) == [UNSET]


@given(
    st.dictionaries(
        st.sampled_from([*NAMES, "unknown"]),
        st.one_of(st.just(UNSET), st.none(), st.booleans(), st.floats(), st.text(max_size=3)),
    )
)
def test_what_was_given_stays(given_values: dict[str, Any]) -> None:
    """Whatever is said beside UNSET and none is in the result, unchanged, also a name that nobody knows."""
    filled = with_defaults(given_values, "create_preference")
    for name, value in given_values.items():
        if value is UNSET:
            assert name not in filled
        elif value is not None:
            assert filled[name] is value
    assert UNSET not in [value for value in filled.values() if isinstance(value, Unset)]
