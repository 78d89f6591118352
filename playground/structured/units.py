"""Conversion between units of one kind, from a small table.

Kept apart from the other built-in functions because it is a table: what stands here is known, all else is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

_TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "length": {
        "mm millimeter millimetre": "1/1000", "cm centimeter centimetre": "1/100", "m meter metre": "1",
        "km kilometer kilometre": "1000", "in inch inches": "0.0254", "ft foot feet": "0.3048", "yd yard": "0.9144",
        "mi mile": "1609.344", "nmi nautical_mile": "1852",
    },
    "mass": {
        "mg milligram": "1/1000000", "g gram": "1/1000", "kg kilogram": "1", "t tonne": "1000",
        "oz ounce": "0.028349523125", "lb pound": "0.45359237", "st stone stones": "6.35029318",
    },
    "volume": {
        "ml milliliter millilitre": "1/1000", "l liter litre": "1", "m3 cubic_meter cubic_metre": "1000",
        "tsp teaspoon": "0.00492892159375", "tbsp tablespoon": "0.01478676478125", "cup cups": "0.2365882365",
        "pt pint": "0.473176473", "gal gallon": "3.785411784",
    },
    "area": {
        "cm2 square_centimeter": "1/10000", "m2 square_meter square_metre": "1", "ha hectare": "10000",
        "km2 square_kilometer": "1000000", "ft2 square_foot square_feet": "0.09290304", "acre acres": "4046.8564224",
    },
    "time": {
        "ms millisecond": "1/1000", "s second": "1", "min minute": "60", "h hour": "3600", "d day": "86400",
        "week weeks": "604800",
    },
    "speed": {"m/s": "1", "km/h kmh kph": "5/18", "mph": "0.44704", "kn knot": "463/900"},
    "energy": {
        "j joule": "1", "kj kilojoule": "1000", "cal calorie": "4.184", "kcal kilocalorie": "4184", "kwh": "3600000",
    },
    "pressure": {
        "pa pascal": "1", "kpa kilopascal": "1000", "bar bars": "100000", "atm": "101325", "psi": "6894.757293168",
    },
    "data": {
        "bit bits": "1/8", "byte b bytes": "1", "kb": "1000", "mb": "1000000", "gb": "1000000000",
        "tb": "1000000000000", "kib": "1024", "mib": "1048576", "gib": "1073741824", "tib": "1099511627776",
    },
    "temperature": {"c celsius °c": "1", "k kelvin": "1", "f fahrenheit °f": "5/9"},
}  # fmt: skip
"""By kind: the names of a unit, and how many base units it is. US measures of volume; US gallon and pint."""

_ZERO: Final = {"c": Fraction("273.15"), "k": Fraction(0), "f": Fraction("459.67") * Fraction(5, 9)}
"""What zero of each scale of temperature is, in kelvin."""

_UNITS: Final[Mapping[str, tuple[str, str, Fraction]]] = {
    spelling: (kind, names.split()[0], Fraction(factor))
    for kind, units in _TABLE.items()
    for names, factor in units.items()
    for name in names.split()
    for spelling in (name, f"{name}s")
}

KINDS: Final = tuple(_TABLE)


class CannotConvert(ValueError):
    """An unknown unit, two of different kinds, or a value too large; the message is a sentence."""


def converted(value: float, from_unit: str, to_unit: str) -> float:
    """A value in another unit of the same kind. Raises CannotConvert.

    >>> converted(20, "celsius", "F")
    68.0
    """
    kind, source, factor = _unit(from_unit)
    other, target, divisor = _unit(to_unit)
    if kind != other:
        raise CannotConvert(f"{from_unit} is a unit of {kind}, and {to_unit} is one of {other}.")
    exact = Fraction(str(value)) * factor
    if kind == "temperature":
        exact += _ZERO[source] - _ZERO[target]
    try:
        return float(exact / divisor)
    except OverflowError as error:
        raise CannotConvert("The result is too large.") from error


def _unit(name: str) -> tuple[str, str, Fraction]:
    found = _UNITS.get(name.strip().lower().replace(" ", "_"))
    if found is None:
        raise CannotConvert(f"{name[:40]} is no known unit. Known are units of {', '.join(KINDS)}.")
    return found
