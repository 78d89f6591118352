"""The values in a document from outside: those that can be set, and what of it cannot, each in a sentence.

Kept apart from setups and presets, which both hold such values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from playground.parameters import EXTRA_BODY, REGISTRY
from playground.value_types import ValueType, json_faults, shown
from playground.wire.profiles import PROFILES

WIDEST: Mapping[str, ValueType] = PROFILES["llamacpp"].kinds
"""The ranges of the kind of server that takes most: what is judged by while it is not known which one will be asked."""

MOST_TOLD: Final = 20
"""Sentences on what cannot be restored; further ones are counted."""


def known_parameters(
    document: Mapping[str, Any], where: str, kinds: Mapping[str, ValueType], lost: list[str]
) -> Iterator[tuple[str, Any]]:
    """The parameters under `where` that can be set to what they have; the second side may leave one to its server."""
    values = document.get(where) or {}
    is_second = where == "second"
    if not isinstance(values, Mapping):
        lost.append(f"{where} holds no parameters.")
        return
    for name, value in values.items():
        record = None if name == "messages" or (name == "model" and not is_second) else REGISTRY.get(name)
        told = f"second.{name}" if is_second else name
        if record is None:
            lost.append(f"{shown(name)} is no parameter that is known here.")
        elif value is None and is_second:
            yield name, None
        elif fault := fault_of(kinds.get(name, record.kind), value):
            lost.append(f"{told}: {fault}")
        else:
            yield name, value


def known_extra(value: Any, lost: list[str]) -> Mapping[str, Any]:
    """The extra JSON, empty where it is none."""
    if value is None:
        return {}
    if fault := fault_of(EXTRA_BODY.kind, value):
        lost.append(f"extra_body: {fault}")
        return {}
    return dict(value)


def fault_of(kind: ValueType, value: Any) -> str:
    """What is wrong with a value, in words; empty where nothing is."""
    found = next(json_faults(value), None) or next(kind.faults(value), None)
    return f"{shown(found[0])} cannot be set; allowed is {found[1]}." if found else ""


def bounded(told: Sequence[str]) -> tuple[str, ...]:
    """The first of these sentences, and how many more there are: a stranger's file may be wrong in any number of ways.

    >>> bounded([f"{number} is not known here." for number in range(50)])[-1]
    'And 30 more like these.'
    """
    more = len(told) - MOST_TOLD
    return (*told[:MOST_TOLD], f"And {more} more like these.") if more > 0 else tuple(told)


def in_order(values: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the registry has them, so that the same settings make the same text."""
    return {name: values[name] for name in (*REGISTRY, *values) if name in values}
