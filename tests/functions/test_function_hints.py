"""Whatever can be called is a tool: methods, partials, decorated and asynchronous ones, their hints being texts.

Kept apart from the tests of plain functions because here it counts how a function was written, not what it says.
"""

from __future__ import annotations

import asyncio
import enum
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal, Optional

import pytest
from pydantic import BaseModel, ValidationError

from playground.errors import InvalidRequest, PlaygroundError
from playground.functions.from_python import BadArguments, call_function, call_function_async, tool_of


async def in_pieces(a: int) -> AsyncIterator[int]:
    """Yields instead of returning."""
    yield a


class Place(BaseModel):
    """A place."""

    name: str


def noted(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator as people write them."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


class Desk:
    """Something with methods of every kind, whose hints are texts in this module."""

    class Tone(enum.Enum):
        """A class of its own."""

        KIND = "kind"

    def method(self, place: Literal["here"], tone: Tone = Tone.KIND) -> str:
        """Tells.

        Args:
            place: Where.
        """
        return f"{place} {tone.value}"

    @classmethod
    def of_class(cls, place: Literal["here"]) -> str:
        """Tells.

        Args:
            place: Where.
        """
        return f"{place} {cls.__name__}"

    @staticmethod
    def static(place: Literal["here"], tone: Optional[Desk.Tone] = None) -> str:  # noqa: UP045
        """Tells.

        Args:
            place: Where.
        """
        return f"{place} {tone}"

    @noted
    def decorated(self, place: Literal["here"]) -> str:
        """Tells.

        Args:
            place: Where.
        """
        return f"{place} decorated"

    async def later(self, place: Literal["here"]) -> str:
        """Tells.

        Args:
            place: Where.
        """
        await asyncio.sleep(0)
        return f"{place} later"

    def promised(self, place: Literal["here"]) -> Awaitable[str]:
        """Tells.

        Args:
            place: Where.
        """
        return self.later(place)

    def __call__(self, place: Literal["here"]) -> str:
        """Tells.

        Args:
            place: Where.
        """
        return f"{place} called"


class LaterDesk(Desk):
    """One whose call is asynchronous."""

    async def __call__(self, place: Literal["here"]) -> str:  # type: ignore[override]
        """Tells.

        Args:
            place: Where.
        """
        return await self.later(place)


TOOLS = {
    "method": (Desk().method, "here kind"),
    "inherited": (LaterDesk().method, "here kind"),
    "classmethod": (LaterDesk.of_class, "here LaterDesk"),
    "staticmethod": (Desk.static, "here None"),
    "decorated": (Desk().decorated, "here decorated"),
    "object": (Desk(), "here called"),
    "partial": (functools.partial(Desk.method, Desk()), "here kind"),
    "partial of partial": (
        functools.partial(functools.partial(Desk.method, Desk()), tone=Desk.Tone.KIND),
        "here kind",
    ),
    "cached": (functools.lru_cache(Desk.static), "here None"),
    "coroutine": (Desk().later, "here later"),
    "partial of a coroutine": (functools.partial(Desk.later, Desk()), "here later"),
    "asynchronous object": (LaterDesk(), "here later"),
    "an awaitable": (Desk().promised, "here later"),
}


@pytest.mark.parametrize(("function", "told"), TOOLS.values(), ids=TOOLS)
def test_whatever_can_be_called_is_a_tool(function: Callable[..., Any], told: str) -> None:
    """Its hints are looked up where it was written, its own docstring describes it, and an `async def` is run."""
    described = tool_of(function)["function"]
    place = described["parameters"]["properties"]["place"]
    assert (described["description"], place) == (
        "Tells.",
        {"const": "here", "type": "string", "description": "Where."},
    )
    assert call_function(function, '{"place": "here"}') == told
    assert asyncio.run(call_function_async(function, '{"place": "here"}')) == told
    with pytest.raises(BadArguments, match="place: Input should be 'here'"):
        call_function(function, '{"place": "there"}')


def test_a_function_within_another_is_a_tool() -> None:
    """A local class that its lines name is found; one that only a hint names cannot be, and that is said."""

    class Local(BaseModel):
        x: int

    def sees(local: Local) -> str:
        return type(local).__name__ if isinstance(local, Local) else "?"

    def does_not_see(local: Local) -> str:
        return str(local)

    assert call_function(sees, '{"local": {"x": 1}}') == "Local"
    with pytest.raises(InvalidRequest, match=r"'Local' is not defined.*at the top of its module"):
        tool_of(does_not_see)


async def fails(how: Literal["value", "model"]) -> None:
    """Fails in two ways."""
    Place.model_validate({"name": 1} if how == "model" else {"name": "x"})
    raise LookupError("nothing there")


@pytest.mark.parametrize("how", ["value", "model"])
def test_what_a_function_raises_comes_through(how: str) -> None:
    """It is no fault of the arguments, whether it was awaited or not, even where it is pydantic's own error."""
    raised = LookupError if how == "value" else ValidationError
    with pytest.raises(raised):
        call_function(fails, f'{{"how": "{how}"}}')
    with pytest.raises(raised):
        asyncio.run(call_function_async(fails, f'{{"how": "{how}"}}'))


@pytest.mark.filterwarnings("error")
def test_where_an_event_loop_runs_the_other_call_is_named() -> None:
    """No coroutine's repr ever becomes a result: not where nobody can wait for it, and not of pieces either."""

    async def asked(function: Callable[..., Any]) -> str:
        return call_function(function, '{"place": "here"}')

    with pytest.raises(PlaygroundError, match="await call_function_async"):
        asyncio.run(asked(Desk().later))
    assert asyncio.run(asked(Desk().method)) == "here kind"

    def pieces(a: int) -> AsyncIterator[int]:
        return in_pieces(a)

    with pytest.raises(PlaygroundError, match="collect what it yields"):
        call_function(pieces, '{"a": 1}')
