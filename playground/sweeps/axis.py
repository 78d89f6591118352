"""An axis of a sweep: a parameter, or the model, and the values that it takes one after the other.

Kept apart from the plan because values are typed by people: as lists, as ranges, and with slips.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.parameters import REGISTRY, REQUIRED, UNSET, parameters_of
from playground.value_types import Flag, Integer, Number, OneOf, Text, ToolChoice, ValueType, shown

MOST_VALUES: Final = 200
"""Of one axis."""

NEVER_SWEPT: Final[Mapping[str, str]] = {
    "messages": "the prompts of a sweep have a place of their own",
    "stream": "a sweep always streams, to time the first token",
    "stream_options": "a sweep always asks for the token counts",
    "n": "a sweep asks once for each seed, so that each answer is counted by itself",
}
"""Parameters that are no axis, each with the reason."""

SWEPT: Final = (
    "model",
    *(p.name for p in parameters_of("create") if p.name not in NEVER_SWEPT and p.name not in REQUIRED),
)
"""What can be an axis, in the registry's order."""

_RANGE: Final = re.compile(
    r"(?P<first>\S+?)\s*(?:\bto\b|\.\.)\s*(?P<last>\S+?)(?:\s+(?:step|by)\s+(?P<step>\S+))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Axis:
    """What is varied, and its values in their order; UNSET among them leaves the parameter to the server.

    Raises InvalidRequest where it is no parameter that can be swept, or has no values, too many, or one twice.
    """

    parameter: str
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        _swept(self.parameter)
        if not self.values:
            raise _wrong(self.parameter, "it has no values; give at least one")
        if len(self.values) > MOST_VALUES:
            raise _wrong(self.parameter, f"more than {MOST_VALUES} values are too many for one axis")
        told = [told_value(value) for value in self.values]
        if twice := [words for words in dict.fromkeys(told) if told.count(words) > 1]:
            raise _wrong(self.parameter, f"{shown(twice[0])} stands there more than once")

    @classmethod
    def of(cls, parameter: str, given: Any) -> Axis:
        """The axis of what a program gives: a text as it would be typed, or any sequence of values."""
        if isinstance(given, str):
            return cls.typed(parameter, given)
        try:
            values = tuple(islice(iter(given), MOST_VALUES + 1))
        except TypeError:
            raise _wrong(parameter, f"{shown(given)} is no list of values and no range") from None
        return cls(parameter, tuple(_plain(value) for value in values))

    @classmethod
    def typed(cls, parameter: str, text: str) -> Axis:
        """The axis of a typed text: numbers and words between commas, ranges among them, anything else a line each.

        >>> Axis.typed("temperature", "0, 0.5 to 1.5 step 0.5, unset").values
        (0.0, 0.5, 1.0, 1.5, UNSET)
        """
        _swept(parameter)
        return cls(parameter, tuple(islice(_read(parameter, text), MOST_VALUES + 1)))

    @property
    def text(self) -> str:
        """What could be typed for it."""
        words = [told_value(value) for value in self.values]
        return (", " if _in_one_line(_kind(self.parameter)) else "\n").join(words)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its values as a table heads them."""
        return tuple(_short(told_value(value)) for value in self.values)

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """Its values as numbers, where each of them is one: they have a place on a line then.

        What a program gives is held against the parameter with its request, and may be anything here.
        """
        if not isinstance(_kind(self.parameter), (Number, Integer)):
            return None
        try:
            return tuple(map(float, self.values))
        except (TypeError, ValueError, OverflowError):
            return None

    def beside(self, value: Any, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` with this axis at one of its values."""
        others = {name: kept for name, kept in given.items() if name != self.parameter}
        return others if value is UNSET else {**others, self.parameter: value}

    def to_dict(self) -> dict[str, Any]:
        """As JSON, where UNSET is null."""
        values = [None if value is UNSET else value for value in self.values]
        return {"parameter": self.parameter, "values": values}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Axis:
        """Read back from `to_dict`."""
        return cls(told["parameter"], tuple(UNSET if value is None else value for value in told["values"]))


def told_value(value: Any) -> str:
    """A value in words: a text as it is, anything else as JSON."""
    if value is UNSET:
        return "unset"
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def whole_numbers(parameter: str, text: str) -> Iterator[int]:
    """Whole numbers and ranges of them between commas, as seeds are typed, one by one, however long a range is.

    Raises InvalidRequest.

    >>> list(whole_numbers("seed", "1 to 3, 7"))
    [1, 2, 3, 7]
    """
    return _numbers(parameter, Integer(0, None), text)


def _swept(parameter: str) -> None:
    if parameter not in SWEPT:
        why = NEVER_SWEPT.get(parameter, f"an axis is the model or one of {', '.join(SWEPT[1:])}")
        raise _wrong(parameter, f"it cannot be an axis: {why}")


def _wrong(parameter: str, said: str) -> InvalidRequest:
    return InvalidRequest([Problem(parameter, "", "", said=f"{said}.")])


def _kind(parameter: str) -> ValueType:
    return REGISTRY[parameter].kind


def _in_one_line(kind: ValueType) -> bool:
    return isinstance(kind, (Number, Integer, Flag, OneOf))


def _read(parameter: str, text: str) -> Iterator[Any]:
    kind = _kind(parameter)
    if isinstance(kind, (Number, Integer)):
        yield from _numbers(parameter, kind, text)
        return
    parts = re.split(r"[,\n]", text) if _in_one_line(kind) or parameter == "model" else text.splitlines()
    for part in filter(None, map(str.strip, parts)):
        yield UNSET if part.lower() == "unset" else _value(parameter, kind, part)


def _value(parameter: str, kind: ValueType, part: str) -> Any:
    """One value that is no number: a word or a text as it stands, all else as JSON."""
    if isinstance(kind, (OneOf, Text)):
        return part
    try:
        return json.loads(part)
    except (ValueError, RecursionError):
        if isinstance(kind, ToolChoice) or parameter == "stop":
            return part
        raise _wrong(parameter, f"{shown(part)} is not JSON; allowed is {kind.allowed}, one a line") from None


def _numbers(parameter: str, kind: Number | Integer, text: str) -> Iterator[Any]:
    for part in filter(None, map(str.strip, re.split(r"[,;\n]", text))):
        if part.lower() == "unset":
            yield UNSET
        elif found := _RANGE.fullmatch(part):
            yield from _span(parameter, kind, found)
        else:
            yield _number(parameter, kind, part)


def _span(parameter: str, kind: Number | Integer, found: re.Match[str]) -> Iterator[Any]:
    """The values of a range, both ends included; counted in decimals, so that 0.1 three times is 0.3."""
    first, last = (_decimal(parameter, kind, found[end]) for end in ("first", "last"))
    step = _decimal(parameter, kind, found["step"]) if found["step"] else Decimal(str(kind.step))
    if step <= 0:
        raise _wrong(parameter, f"the step of {shown(found[0])} must be above 0")
    if last < first:
        raise _wrong(parameter, f"{shown(found[0])} holds no value, since {last} is below {first}")
    for at in range(int((last - first) / step) + 1):
        yield _number(parameter, kind, str(first + at * step))


def _decimal(parameter: str, kind: Number | Integer, part: str) -> Decimal:
    try:
        read = Decimal(part)
    except InvalidOperation:
        read = Decimal("nan")
    if not read.is_finite() or abs(read.adjusted()) > 300:
        raise _wrong(parameter, f"{shown(part)} is not a finite number; allowed is {kind.allowed}")
    return read


def _number(parameter: str, kind: Number | Integer, part: str) -> float | int:
    read = _decimal(parameter, kind, part)
    if isinstance(kind, Integer) and read == read.to_integral_value():
        return int(read)
    return float(read)


def _plain(value: Any) -> Any:
    """A number of numpy's as Python's own; None leaves the parameter to the server."""
    if value is None:
        return UNSET
    item = getattr(value, "item", None)
    return item() if callable(item) and not isinstance(value, type) else value


def _short(text: str, most: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "\u2026"
