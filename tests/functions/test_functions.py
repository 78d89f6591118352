"""Plain functions become tools, the built-in ones answer safely, and every example on the shelf works.

Kept apart from the checks of calls: here the functions themselves are on trial.
"""

from __future__ import annotations

import asyncio
import enum
import functools
from collections.abc import AsyncIterator, Callable
from concurrent import futures
from typing import Annotated, Any, Literal, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from playground.errors import InvalidRequest, PlaygroundError
from playground.functions.docstrings import read_docstring
from playground.functions.from_python import (
    BadArguments,
    call_function,
    offered,
    tool_of,
)
from playground.problems import check
from playground.schema.limits import check_tools

GOOGLE = """Tells the weather.

    With a second paragraph.

    Args:
        city (str): Where,
            with the country.
        days: How many: up to 7.

    Returns:
        str: What it will be.
    """
NUMPY = """Tells the weather.

    With a second paragraph.

    Parameters
    ----------
    city : str
        Where,
        with the country.
    days : int, optional
        How many: up to 7.

    Returns
    -------
    str
        What it will be.
    """
SPHINX = """Tells the weather.

    With a second paragraph.

    :param city: Where,
        with the country.
    :type city: str
    :param int days: How many: up to 7.
    :returns: What it will be.
    """


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX], ids=["Google", "NumPy", "Sphinx"])
def test_three_styles_of_docstring_say_the_same(text: str) -> None:
    """What it does in full, each argument over several lines, and nothing of what it returns."""
    found = read_docstring(text)
    assert found.summary == "Tells the weather.\n\nWith a second paragraph."
    assert found.arguments == {"city": "Where, with the country.", "days": "How many: up to 7."}


@pytest.mark.parametrize(
    ("text", "summary", "arguments"),
    [
        (None, "", {}),
        ("", "", {}),
        ("One line.", "One line.", {}),
        ("One: with a colon.", "One: with a colon.", {}),
        ("Args:\n    x: The x.", "", {"x": "The x."}),
        ("Adds.\n\nParameters\n----------\nx, y : int\n    Both.", "Adds.", {"x": "Both.", "y": "Both."}),
        ("Adds.\n\nArgs:\n    *args: All.\n    **kw: More.", "Adds.", {"args": "All.", "kw": "More."}),
        (
            "Adds.\n\nNote:\n    Args are odd.\n\nArgs:\n    x: The x.\n\nExample:\n    f(x)",
            "Adds.",
            {"x": "The x."},
        ),
        ("Adds.\n\n@param x: The x.", "Adds.", {"x": "The x."}),
    ],
)
def test_odd_docstrings_are_read_too(text: str | None, summary: str, arguments: dict[str, str]) -> None:
    """None at all, one line, only arguments, several on one line, other sections around."""
    found = read_docstring(text)
    assert (found.summary, found.arguments) == (summary, arguments)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aAr gs:\n-=@param*(),", max_size=80))
def test_any_docstring_is_read(text: str) -> None:
    """No text brings the reader down."""
    assert isinstance(read_docstring(text).summary, str)


class Color(enum.Enum):
    """A colour."""

    RED = "red"


class Place(BaseModel):
    """A place."""

    name: str


def weather(
    city: str,
    unit: Literal["c", "f"] = "c",
    days: Annotated[int, Field(ge=1, le=7, description="Its own words.")] = 1,
    near: Optional[list[Place]] = None,  # noqa: UP045 (the older spelling is what many write)
    color: Color = Color.RED,
) -> str:
    """Tells the weather.

    Args:
        city: Where.
        days: Not these words.
        near: What lies near.
    """
    return f"{city}: {days} {unit} {[p.name for p in near or []]} {color.value}"


def test_a_function_becomes_openais_json() -> None:
    """Name, docstring, types, defaults, limits and descriptions; nested classes as definitions."""
    function = tool_of(weather)["function"]
    assert (function["name"], function["description"]) == ("weather", "Tells the weather.")
    parameters = function["parameters"]
    assert parameters["required"] == ["city"] and parameters["additionalProperties"] is False
    properties = parameters["properties"]
    assert properties["city"] == {"type": "string", "description": "Where."}
    assert properties["unit"] == {"enum": ["c", "f"], "type": "string", "default": "c"}
    assert properties["days"] == {
        "type": "integer", "minimum": 1, "maximum": 7, "description": "Its own words.", "default": 1,
    }  # fmt: skip
    assert properties["near"]["description"] == "What lies near."
    assert set(parameters["$defs"]) == {"Place", "Color"}
    assert check_tools([tool_of(weather)]) == ()


def add(a: int, b: int) -> int:
    """Adds."""
    return a + b


class Station:
    """Something with a method."""

    def report(self, hour: int) -> str:
        """Reports."""
        return f"at {hour}"

    async def later(self, hour: int) -> str:
        """Reports later."""
        return f"later {hour}"


def test_methods_coroutines_and_partials_are_functions_too() -> None:
    """`self` and what a partial has fixed are no parameters; a coroutine function can be described."""
    report = tool_of(Station().report)["function"]
    assert (report["name"], list(report["parameters"]["properties"])) == ("report", ["hour"])
    assert tool_of(Station().later)["function"]["name"] == "later"
    fixed = tool_of(functools.partial(add, 1))["function"]
    assert fixed["name"] == "add" and list(fixed["parameters"]["properties"]) == ["b"]
    assert asyncio.run(Station().later(3)) == "later 3"


def test_a_list_may_mix_functions_and_json() -> None:
    """JSON goes through as it is, and the whole passes as the parameter."""
    given: dict[str, Any] = {"type": "function", "function": {"name": "time"}}
    tools, problems = offered([given, weather])
    assert problems == []
    assert tools[0] is given and tools[1]["function"]["name"] == "weather"
    values = {"model": "embedded", "messages": [{"role": "user", "content": "x"}], "tools": tools}
    assert check(values, "create") == ()


def untyped(a, *rest: int, **more: int) -> None:  # type: ignore[no-untyped-def]
    """Three faults."""


def unsayable(a: type) -> None:
    """A hint that no schema can say."""


def by_position(a: int, /) -> None:
    """Only by position."""


async def in_pieces(a: int) -> AsyncIterator[int]:
    """Yields instead of returning."""
    yield a


def of_an_unknown_name(a: Nowhere) -> None:  # type: ignore[name-defined]  # noqa: F821
    """A hint that no module has."""


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (untyped, ["a type hint for every parameter", "no *args", "no **kwargs"]),
        (unsayable, ["type hints that a JSON Schema can say"]),
        (by_position, ["none by position only"]),
        (lambda a: a, ["no lambda"]),
        (int, ["written in Python"]),
        (in_pieces, ["no asynchronous generator"]),
        (functools.partial(in_pieces, a=1), ["no asynchronous generator"]),
        (of_an_unknown_name, ["'Nowhere' is not defined", "at the top of its module"]),
    ],
)
def test_a_function_that_cannot_be_a_tool_is_told_why(function: Any, said: list[str]) -> None:
    """Every fault, for every parameter, at once."""
    tools, problems = offered([function])
    assert all(words in " ".join(map(str, problems)) for words in said)
    assert {problem.parameter for problem in problems} == {"tools"}
    assert tools == [function]
    with pytest.raises(InvalidRequest):
        tool_of(function)


def test_a_function_is_called_with_json() -> None:
    """Arguments become what the hints say; a result that is no text becomes JSON."""
    called = call_function(weather, '{"city": "Oslo", "near": [{"name": "X"}], "color": "red", "days": 2}')
    assert called == "Oslo: 2 c ['X'] red"

    def place(name: str) -> Place:
        return Place(name=name)

    assert call_function(place, '{"name": "Oslo"}') == '{"name":"Oslo"}'


def test_null_for_an_argument_that_may_be_left_out_is_left_out() -> None:
    """Strict tools ask for it; a null that the hints allow is given, and one for a required argument is wrong."""

    def called(city: str, days: int = 3, note: str | None = "none") -> str:
        return f"{city} {days} {note}"

    assert call_function(called, '{"city": "Oslo", "days": null, "note": null}') == "Oslo 3 None"
    with pytest.raises(BadArguments, match="city: Input should be a valid string"):
        call_function(called, '{"city": null, "days": 1}')


def test_a_function_without_a_schema_can_be_called_all_the_same() -> None:
    """It is no tool, but may still be what answers a call."""

    def called(city: str, done: Callable[[], None] | None = None) -> str:
        return city

    assert call_function(called, '{"city": "Oslo"}') == "Oslo"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ("", "missing a required argument: 'city'"),
        ('{"city": "x", "no": 1}', "unexpected keyword argument 'no'"),
        ('{"city": 5}', "city: Input should be a valid string."),
        ('{"city": "x", "days": 9, "unit": "k"}', "days: Input should be less than or equal to 7."),
    ],
)
def test_arguments_that_do_not_fit_are_told(arguments: str, said: str) -> None:
    """Broken JSON, missing, unknown and wrong arguments each have their sentence."""
    with pytest.raises(BadArguments) as raised:
        call_function(weather, arguments)
    assert said in str(raised.value)


def test_a_parameter_may_be_called_self() -> None:
    """As any other name."""

    def greets(self: str, cls: int = 1) -> str:
        return f"{self} {cls}"

    assert call_function(greets, '\ufeff{"self": "x", "cls": 2}') == "x 2"


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (b"\xff", "cannot be written as JSON"),
        ({"a": "\ud800"}, "cannot be written as JSON"),
        (ENDLESS, "cannot be written as JSON"),
        (futures.Future(), "a Future, which is no result yet"),
    ],
)
def test_a_result_that_is_none_is_told(result: Any, said: str) -> None:
    """What no JSON can hold, and what is still to come: one sentence with the function's name."""

    def found() -> Any:
        return result

    with pytest.raises(PlaygroundError, match=f"found (?:gave )?{said}"):
        call_function(found, "{}")


def test_a_future_that_nothing_brings_about_is_told() -> None:
    """It waits for an event loop that does not run."""
    loop = asyncio.new_event_loop()

    def later() -> asyncio.Future[int]:
        return loop.create_future()

    with pytest.raises(PlaygroundError, match="later gave a Future of an event loop that does not run"):
        call_function(later, "{}")
    loop.close()


def test_half_a_character_does_not_cost_a_result() -> None:
    """A text with one can be sent on, with U+FFFD in its place."""

    def half() -> str:
        return "a\ud800b"

    assert call_function(half, "{}") == "a\ufffdb"
