"""The built-in functions answer safely whatever a model writes, and every example on the shelf works.

Kept apart from functions of the user's own: these must hold against strangers.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.calculator import CannotCalculate, calculated, written
from playground.functions.builtin_tools import BUILTIN_TOOLS, run, told
from playground.functions.examples import FORMATS, TOOLS
from playground.schema.limits import check_schema, check_tools
from playground.schema.python_source.reader import read_source


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("2 * (3 + 4) ** 2", "98"),
        ("0.1 + 0.2", "0.3"),
        ("2 ** 3 ** 2", "512"),
        ("-2 ** 2", "-4"),
        ("7 // 2", "3"),
        ("-3 % 5", "2"),
        ("5 × 3 ÷ 2 − 1", "6.5"),
        ("2 ** 0.5", "1.4142135623731"),
        ("10 ** 299 + 1", "1" + "0" * 298 + "1"),
        ("+--5", "5"),
    ],
)
def test_the_calculator_calculates(expression: str, text: str) -> None:
    """As Python would, broken numbers to 15 digits."""
    assert written(calculated(expression)) == text


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("9 ** 9 ** 9 ** 9", "more than 300 digits"),
        ("10 ** 301", "more than 300 digits"),
        ("2.5 ** -99999", "more than 300 digits"),
        ("10**200 * 10**200", "more than 300 digits"),
        ("9" * 400, "more than 300 digits"),
        ("9" * 5_000, "longer than 500"),
        ("1e400", "too large"),
        ("1 / 0", "divides by zero"),
        ("0 ** -1", "divides by zero"),
        ("(-8) ** 0.5", "even root"),
        ("2 ^ 3", "write **"),
        ("__import__('os').getpid()", "Only numbers"),
        ("'a' * 9", "Only numbers"),
        ("[1] * 9", "Only numbers"),
        ("True + 1", "Only numbers"),
        ("2j * 2", "Only numbers"),
        ("x", "Only numbers"),
        ("(lambda: 1)()", "Only numbers"),
        ("1 if 1 else 2", "Only numbers"),
        ("", "no expression"),
        ("1 +", "no expression"),
        ("(" * 300 + "1" + ")" * 150, "no expression"),
        ("\0", "no expression"),
    ],
)
def test_what_is_no_calculation_is_told(expression: str, said: str) -> None:
    """Towers of powers, division by zero, names, texts, calls: a sentence, at once, and nothing is evaluated."""
    began = monotonic()
    with pytest.raises(CannotCalculate) as raised:
        calculated(expression)
    assert said in str(raised.value) and monotonic() - began < 10


OPERATORS = st.sampled_from(["+", "-", "*", "//", "%"])
SUMS = st.recursive(
    st.integers(0, 99).map(str),
    lambda i: st.tuples(i, OPERATORS, i).map(lambda t: "({} {} {})".format(*t)),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(SUMS)
def test_whole_numbers_are_exact(expression: str) -> None:
    """Sums, products and whole divisions of whole numbers agree with exact fractions."""
    try:
        found = calculated(expression)
    except CannotCalculate as error:
        assert "zero" in str(error)
        return
    assert isinstance(found, int) and Fraction(found) == Fraction(calculated(f"({expression}) * 1"))
    assert calculated(f"{expression} - ({written(found)})") == 0


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789.+-*/%()e ^xj_'[]", max_size=30))
def test_any_expression_is_answered(expression: str) -> None:
    """A number, or a sentence."""
    try:
        assert isinstance(calculated(expression), (int, float))
    except CannotCalculate as error:
        assert str(error).endswith(".")


def test_the_clock_tells_a_moment_in_a_zone() -> None:
    """Date, time with its offset, and the day of the week."""
    assert (
        told(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "Europe/Berlin")
        == "2026-07-01T14:00:00+02:00 (Wednesday)"
    )
    now = run("clock", "{}")
    assert (
        not now.failed
        and abs(datetime.fromisoformat(now.text.split()[0]) - datetime.now(UTC)).total_seconds() < 60
    )


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("calculate", '{"expression": "6 * 7"}', "42"),
        ("clock", '{"timezone": "UTC"}', None),
    ],
)
def test_a_built_in_function_answers(name: str, arguments: str, text: str | None) -> None:
    """By its name, with the arguments as the model wrote them."""
    result = run(name, arguments)
    assert not result.failed and (text is None or result.text == text)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("calculate", "{", "no JSON"),
        ("calculate", '{"expression": "x"}', "Only numbers"),
        ("calculate", "{}", "missing"),
        ("calculate", '{"expression": "' + "1" * 9_000 + '"}', "longer than 4,000"),
        ("calculate", '{"expression": "' + "1" * 600 + '"}', "at most 500"),
        ("clock", '{"timezone": "../../etc/passwd"}', "no time zone"),
        ("clock", '{"timezone": "posixrules"}', "no time zone"),
        ("rm", "{}", "none of the built-in functions"),
    ],
)
def test_a_call_that_cannot_be_answered_has_its_sentence(name: str, arguments: str, said: str) -> None:
    """Wrong names, arguments and values, and names of files where a time zone belongs."""
    result = run(name, arguments)
    assert result.failed and said in result.text


NAMES = st.sampled_from(["expression", "timezone", "value"])
GIVEN = st.dictionaries(NAMES, st.one_of(st.text(max_size=20), st.floats(), st.none()))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(BUILTIN_TOOLS)), st.text(max_size=60), GIVEN)
def test_any_call_of_a_built_in_function_is_answered(name: str, text: str, arguments: dict[str, Any]) -> None:
    """Whatever a model writes: a result, or a sentence."""
    assert run(name, text).text
    assert run(name, json.dumps(arguments)).text


@pytest.mark.parametrize("example", TOOLS, ids=lambda example: example.title)
def test_every_tool_on_the_shelf_can_be_sent(example: Any) -> None:
    """Within all limits; those that answer by themselves do stand behind a built-in function."""
    assert check_tools([example.tool]) == ()
    assert (example.tool["function"]["name"] in BUILTIN_TOOLS) == example.answers_itself
    assert example.question and example.shows.endswith(".")


def test_the_whole_shelf_of_tools_can_be_sent_at_once() -> None:
    """No two share a name."""
    assert check_tools([example.tool for example in TOOLS]) == ()


@pytest.mark.parametrize("example", FORMATS, ids=lambda example: example.title)
def test_every_format_on_the_shelf_is_read(example: Any) -> None:
    """Without problems or notes, and within the limits."""
    reading = read_source(example.source)
    assert (reading.problems, reading.notes) == ((), ())
    assert reading.schema is not None and check_schema(reading.schema) == ()
    assert example.question and example.shows.endswith(".")
