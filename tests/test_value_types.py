"""Each kind accepts exactly the values that it says it does, found by trying many.

Kept apart from the table of documented values because here the values are invented.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.value_types import (
    MAX_DOCUMENT_BYTES,
    MAX_DOCUMENT_DEPTH,
    Choices,
    Flag,
    Integer,
    Messages,
    Number,
    Object,
    ResponseFormat,
    Stops,
    Text,
    TokenBias,
    TokenIdBias,
    ToolChoice,
    Tools,
    ValueType,
    document_faults,
    is_number,
    shown,
)

NUMBERS = st.floats() | st.integers() | st.sampled_from([10**400, -(10**400), True, False])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def accepts(kind: ValueType, value: Any) -> bool:
    return not list(kind.faults(value))


@given(NUMBERS)
def test_a_number_is_finite_and_no_bool(value: Any) -> None:
    """A bool, NaN and the infinities are no numbers; an int of any size is."""
    assert is_number(value) == (type(value) is int or (type(value) is float and math.isfinite(value)))


@given(NUMBERS, st.floats(-100, 100), st.floats(0, 100))
def test_a_number_lies_within_its_bounds(value: Any, minimum: float, width: float) -> None:
    """Both bounds are allowed, and nothing beyond them."""
    kind = Number(minimum, minimum + width, 0.1)
    assert accepts(kind, value) == (is_number(value) and minimum <= value <= minimum + width)
    assert accepts(kind, minimum)
    assert accepts(kind, minimum + width)
    assert not accepts(kind, math.nextafter(minimum, -math.inf))
    assert not accepts(kind, math.nextafter(minimum + width, math.inf))


@given(NUMBERS, st.integers(-5, 5), st.none() | st.integers(5, 2**40))
def test_a_whole_number_lies_within_its_bounds(value: Any, minimum: int, maximum: int | None) -> None:
    """A float is no whole number, whatever its value; without an upper bound every larger int is allowed."""
    within = type(value) is int and value >= minimum and (maximum is None or value <= maximum)
    assert accepts(Integer(minimum, maximum), value) == within
    assert accepts(Integer(minimum, maximum), minimum)
    assert not accepts(Integer(minimum, maximum), minimum - 1)


@given(JSON)
def test_a_flag_is_a_bool(value: Any) -> None:
    """Nothing that merely counts as true or false is let through."""
    assert accepts(Flag(), value) == (value is True or value is False)


@given(st.text(st.characters(), max_size=4))
def test_a_text_has_something_to_read(value: str) -> None:
    """Blank text and half a character are refused, all else is a text."""
    whole = not any("\ud800" <= character <= "\udfff" for character in value)
    assert accepts(Text(), value) == (whole and bool(value.strip()))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), max_size=7), st.integers(1, 5))
def test_stops_are_few_and_not_empty(texts: list[str], most: int) -> None:
    """From one to `most` texts, none of them empty; blanks and line breaks are texts."""
    assert accepts(Stops(most), texts) == (1 <= len(texts) <= most and all(texts))
    assert accepts(Stops(most), tuple(texts)) == accepts(Stops(most), texts)


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(), NUMBERS, max_size=4)
)
def test_every_wrong_bias_is_shown_alone(value: dict[Any, Any]) -> None:
    """Of a map only the wrong entries are faults, so that a long one stays readable."""
    wrong = [{t: b} for t, b in value.items() if t == "" or not (is_number(b) and -100 <= b <= 100)]
    faults = [bad for bad, _ in TokenBias(-100, 100).faults(value)]
    assert repr(faults) == repr(wrong if value else [{}])


@pytest.mark.parametrize("token", ["a", "-1", "1.5", "1e+21", "²", " 7", "9" * 11])
def test_a_token_by_id_is_a_number(token: str) -> None:
    """Where servers know ids alone, a text or half a number is none; each is shown alone."""
    kind = TokenIdBias(-100.0, 100.0)
    assert list(kind.faults({token: 1.0, "42": 1.0, 7: -1})) == [({token: 1.0}, kind.allowed)]
    assert list(kind.faults({"42": 200})) == [({"42": 200}, kind.allowed)]
    assert list(TokenBias(-100.0, 100.0).faults({token: 1.0})) == []


@given(JSON)
def test_any_json_object_is_a_document(value: Any) -> None:
    """Whatever JSON can say is allowed as far as it is an object, small and shallow."""
    small = _depth(value) <= MAX_DOCUMENT_DEPTH and len(json.dumps(value)) < MAX_DOCUMENT_BYTES
    encodable = "\\ud" not in json.dumps(value)
    if small and encodable:
        assert accepts(Object(), value) == isinstance(value, dict)
        assert not list(document_faults(value))


def _depth(value: Any) -> int:
    if not isinstance(value, (dict, list)) or not value:
        return 0
    return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value))


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: (inner,)])
def test_depth_ends_at_32_levels(wrap: Any) -> None:
    """32 levels of nesting are allowed and 33 are not, be they lists or objects; 100,000 do not crash."""
    document: Any = "leaf"
    for level in range(100_000):
        if level <= MAX_DOCUMENT_DEPTH + 1 or level > 99_990:
            assert bool(list(document_faults(document))) == (level > MAX_DOCUMENT_DEPTH)
        document = wrap(document)


@given(st.integers(0, 3))
def test_size_ends_at_64_kb_of_utf8(character: int) -> None:
    """What counts is the size in bytes as JSON, so that a document of emoji may hold fewer characters."""
    one = "aéあ😀"[character]
    room = MAX_DOCUMENT_BYTES - len('{"a": ""}')
    fits = room // len(one.encode())
    assert not list(document_faults({"a": one * fits}))
    ((bad, allowed),) = document_faults({"a": one * (fits + 1)})
    assert "bytes" in bad
    assert "65,536" in allowed


def test_a_document_that_holds_itself_is_too_deep() -> None:
    """A Python list within itself has no end, and is refused like any other deep one."""
    endless: list[Any] = []
    endless.append(endless)
    assert not accepts(Object(), {"a": endless})
    assert not accepts(Messages(), [{"role": "user", "content": endless}])


def test_every_wrong_message_is_shown_alone() -> None:
    """Of a conversation only the wrong messages are faults, each with what is wrong with it."""
    good = {"role": "user", "content": "x"}
    wrong = [{"role": "robot", "content": "x"}, {"role": "user"}, {"role": "user", "content": "\udc00"}]
    faults = list(Messages().faults([good, *wrong, good]))
    assert [bad for bad, _ in faults] == wrong
    roles, content, characters = (allowed for _, allowed in faults)
    assert "system, developer, user, assistant, tool" in roles
    assert "content" in content
    assert "surrogate" in characters


def test_every_wrong_tool_is_shown_alone() -> None:
    """Of a list of tools only the wrong ones are faults; of those with one name, the name."""
    named: Any = [{"type": "function", "function": {"name": name}} for name in ("a", "b", "a")]
    assert list(Tools().faults(named)) == [(["a", "a"], "different names, and 'a' stands twice")]
    assert list(Tools().faults([*named, named[0]])) == [
        (["a"] * 3, "different names, and 'a' stands 3 times")
    ]
    assert [bad for bad, _ in Tools().faults([named[1], {"type": "other", "function": {"name": "c"}}])] == [
        {"type": "other", "function": {"name": "c"}}
    ]


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ("auto", None),
        ("none", None),
        ("required", None),
        ("weather", "weather"),
        ({"type": "function", "function": {"name": "weather"}}, "weather"),
        ({"function": {}}, None),
        (None, None),
        (7, None),
    ],
)
def test_the_function_that_a_choice_forces(choice: Any, name: str | None) -> None:
    """A name alone and OpenAI's object force one function; the three words force none."""
    assert ToolChoice.forced_name(choice) == name


def test_choices_are_known_names_with_numbers() -> None:
    """Other names and other values are refused; any of the names may be missing."""
    kind = Choices(("temperature", "frequency_penalty"))
    assert accepts(kind, {})
    assert accepts(kind, {"temperature": 1})
    assert not accepts(kind, {"temperature": True})
    assert not accepts(kind, {"seed": 1})


@given(JSON)
def test_a_response_format_is_an_object_with_something_in_it(value: Any) -> None:
    """No JSON at all is taken for a schema unless it is an object that says something."""
    if not isinstance(value, dict) or not value:
        assert not accepts(ResponseFormat(), value)


@pytest.mark.parametrize(
    "value",
    ["x", "x" * 10**6, 10**400, 10**5000, float("nan"), "\ud800", "\n", [[[]]], {"a": 1}, object()],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_shown_in_one_short_line(value: Any) -> None:
    """However long or odd a value is, a message shows it in at most 60 characters that can be printed."""
    text = shown(value)
    assert 0 < len(text) <= 60
    assert "\n" not in text
    text.encode()
