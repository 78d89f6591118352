"""What is wrong with a set of values, all of it at once.

Kept apart from the registry because some rules are about two parameters together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from playground.errors import Problem
from playground.kinds import Kind, ToolChoice, Tools, shown
from playground.parameters import PREF_PARAMS_DEFAULT, REGISTRY, REQUIRED, Call, Parameter, parameters_of


def check(
    values: Mapping[str, Any], call: Call, kinds: Mapping[str, Kind] | None = None
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
    return tuple(dict.fromkeys(problems))


def _problems_of(record: Parameter, kind: Kind, values: Mapping[str, Any]) -> list[Problem]:
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
