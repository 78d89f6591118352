"""What is wrong with a set of values, all of it at once.

Kept apart from the registry because some rules are about two parameters together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from playground.content_parts import parts_problems
from playground.errors import Problem
from playground.parameters import PREF_PARAMS_DEFAULT, REGISTRY, REQUIRED, Call, Parameter, parameters_of
from playground.remedy import NO_REMEDY, Remedy
from playground.value_types import Integer, Number, ToolChoice, Tools, ValueType, is_number, shown


def check(
    values: Mapping[str, Any], call: Call, kinds: Mapping[str, ValueType] | None = None
) -> tuple[Problem, ...]:
    """Every problem of `values` (set parameters only), in the registry's order; empty when all is well.

    `kinds` replaces the documented range where the chosen server takes another, such as more top_logprobs.
    """
    known = {p.name: p for p in parameters_of(call)}
    problems = [
        Problem(n, "no parameter of this call", f"any of {', '.join(known)}")
        for n in values
        if n not in known
    ]
    problems += [Problem(n, "missing", REQUIRED[n].kind.allowed) for n in REQUIRED if n not in values]
    for record in known.values():
        if record.name in values:
            kind = (kinds or {}).get(record.name, record.kind)
            problems += _problems_of(record, kind, values)
    if not any(problem.parameter == "messages" for problem in problems):
        problems += parts_problems(values.get("messages"))
    return tuple(dict.fromkeys(problems))


def problems_of(name: str, value: Any) -> list[Problem]:
    """What is wrong with the value of one parameter, seen alone."""
    return [Problem(name, shown(bad), allowed) for bad, allowed in REGISTRY[name].kind.faults(value)]


def _problems_of(record: Parameter, kind: ValueType, values: Mapping[str, Any]) -> list[Problem]:
    value = values[record.name]
    found = [Problem(record.name, shown(bad), allowed) for bad, allowed in kind.faults(value)]
    if record.requires and not values.get(record.requires) and value != record.default:
        found.append(
            Problem(
                record.name,
                shown(value),
                f"nothing here, since it needs {record.requires}: set both or neither",
            )
        )
    found += [
        Problem(record.name, shown(value), text)
        for rule in _TOGETHER.get(record.name, ())
        for text in rule(values)
    ]
    return found


def clamped(
    values: Mapping[str, Any], problems: Sequence[Problem], kinds: Mapping[str, ValueType] | None = None
) -> Remedy:
    """The nearest number that is allowed for each that is out of range; empty where anything else is wrong as well."""
    changes: dict[str, float] = {}
    for name in dict.fromkeys(problem.parameter for problem in problems):
        record, value = REGISTRY.get(name), values.get(name)
        kind = (kinds or {}).get(name, record.kind) if record else None
        if not isinstance(kind, (Number, Integer)) or not is_number(value):
            return NO_REMEDY
        nearest = (
            max(value, kind.minimum) if kind.maximum is None else min(max(value, kind.minimum), kind.maximum)
        )
        if list(kind.faults(nearest)) or nearest == value:
            return NO_REMEDY
        changes[name] = nearest
    return Remedy(changes)


def _choice_names_a_tool(values: Mapping[str, Any]) -> list[str]:
    """tool_choice can only force a function that is among the tools."""
    name, tools = ToolChoice.forced_name(values["tool_choice"]), values.get("tools")
    if name is None or list(Tools().faults(tools)):  # no tools, or wrong ones: that is a problem of its own
        return []
    names = [tool["function"]["name"] for tool in tools or ()]
    return [] if name in names else [f"one of the functions {', '.join(names)}, or auto, none, required"]


def _second_answer_in_range(values: Mapping[str, Any]) -> list[str]:
    """pref_params obey the ranges of the parameters that they replace."""
    given = values["pref_params"]
    if not isinstance(given, Mapping):
        return []
    return [
        f"{name} as {allowed}"
        for name, value in given.items()
        if name in PREF_PARAMS_DEFAULT
        for _, allowed in REGISTRY[name].kind.faults(value)
    ]


_TOGETHER: Final[Mapping[str, tuple[Callable[[Mapping[str, Any]], list[str]], ...]]] = {
    "tool_choice": (_choice_names_a_tool,),
    "pref_params": (_second_answer_in_range,),
}
