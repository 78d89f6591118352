"""A few functions that may answer a model's call by themselves: a calculator and a clock.

Kept apart from functions of the user's own because these are safe for strangers to call: no file of the user's, no
network, no evaluation, and bounded in time and size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field

from playground.calculator import LONGEST, calculated, written
from playground.functions.from_python import call_function, tool_of
from playground.functions.function_hints import Function

LONGEST_ARGUMENTS: Final = 4_000


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answers: a text for the tool message, and whether it says what is wrong instead of a result."""

    text: str
    failed: bool = False


def calculate(expression: Annotated[str, Field(max_length=LONGEST)]) -> str:
    """Calculates the value of an arithmetic expression.

    Args:
        expression: Numbers, parentheses and + - * / // % **, such as 2 * (3 + 4).
    """
    return written(calculated(expression))


def clock(timezone: str = "UTC") -> str:
    """Tells the current date, time and day of the week.

    Args:
        timezone: A time zone of the IANA database, such as Europe/Berlin or UTC.
    """
    return told(datetime.now(UTC), timezone)


def told(moment: datetime, timezone: str) -> str:
    """A moment in a time zone, in words. Raises ValueError with a sentence for an unknown zone."""
    if timezone not in _zones():
        raise ValueError(f"{timezone[:40]} is no time zone that is known here; Europe/Berlin would be one.")
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{local.isoformat(timespec='seconds')} ({local:%A})"


@cache
def _zones() -> frozenset[str]:
    """The known time zones; only names among them are ever looked up, so that no name can lead to another file."""
    return frozenset({*available_timezones(), "UTC"})


_FUNCTIONS: Final[Mapping[str, Function]] = {f.__name__: f for f in (calculate, clock)}

BUILTIN_TOOLS: Final[Mapping[str, Mapping[str, Any]]] = {name: tool_of(f) for name, f in _FUNCTIONS.items()}
"""OpenAI's JSON of each built-in function, by its name."""


def run(name: str, arguments: str) -> ToolResult:
    """What the built-in function `name` answers to these arguments (JSON text), or what is wrong with them."""
    function = _FUNCTIONS.get(name)
    if function is None:
        return ToolResult(
            f"{name[:64]} is none of the built-in functions {', '.join(_FUNCTIONS)}.", failed=True
        )
    if len(arguments) > LONGEST_ARGUMENTS:
        return ToolResult(f"The arguments are longer than {LONGEST_ARGUMENTS:,} characters.", failed=True)
    try:
        return ToolResult(call_function(function, arguments))
    except ValueError as error:
        return ToolResult(str(error), failed=True)
