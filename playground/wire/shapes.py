"""The schemas within a request held against the limits, each problem under the parameter that it stands in.

Kept apart from the checks of single values because a schema may stand in four places: response_format, tools, and
both of them again in the extra JSON, which goes to a server as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.structured.limits import TYPES, SchemaProblem, check_schema, check_tools
from playground.structured.patterns import bomb
from playground.wire.response_format import FORMS, schema_of

MOST_TOLD: Final = 5
DEEPEST_GRAMMAR: Final = 500
"""Brackets within brackets; from tens of thousands on llama.cpp's parser runs out of stack and dies."""

_REGEX: Final = re.compile(r"/((?:[^/\\\n]|\\.)+)/")
"""A pattern within a grammar of llguidance."""


def shape_problems(values: Mapping[str, Any], extra: Any) -> list[Problem]:
    """Why the shapes of a request cannot go: too large, too deep, endless, or a bomb. What is no shape passes."""
    found = [*_format_problems("response_format", values), *_tool_problems("tools", values)]
    if isinstance(extra, Mapping):
        if not _has_a_form_of_its_own(extra.get("response_format")):
            found += _format_problems("extra_body", extra)
        found += _tool_problems("extra_body", extra)
        if isinstance(extra.get("json_schema"), Mapping):  # llama.cpp takes a schema under this name too
            found += _told("extra_body", check_schema(extra["json_schema"]))
        if isinstance(extra.get("grammar"), str):
            found += [
                Problem("extra_body", "grammar", "less", text) for text in _grammar_faults(extra["grammar"])
            ]
    return found


def _has_a_form_of_its_own(value: Any) -> bool:
    """Whether a response_format is of a type that is not known here: extra JSON is for just that."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    return isinstance(kind, str) and kind not in FORMS and kind not in TYPES


def _grammar_faults(grammar: str) -> Iterator[str]:
    """Why a grammar of the user's own cannot go: llama.cpp crashes on deep ones, and stalls on the same bombs."""
    if (depth := _nesting(grammar)) > DEEPEST_GRAMMAR:
        yield f"The grammar is nested {depth:,} deep; at most {DEEPEST_GRAMMAR} is allowed. Simplify it."
    for pattern in _REGEX.findall(grammar):
        if reason := bomb(pattern):
            yield f"A pattern in the grammar is too much: {reason}. Simplify it."
    for place in re.finditer(r"%json\s*", grammar):
        with suppress(ValueError, RecursionError):  # what is no JSON is refused by the engine itself
            schema, _ = json.JSONDecoder().raw_decode(grammar, place.end())
            yield from (f"The grammar's schema, {problem}" for problem in check_schema(schema)[:MOST_TOLD])


def _nesting(text: str) -> int:
    """How deep brackets of any kind stand within each other."""
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _format_problems(parameter: str, values: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        schema = schema_of(values["response_format"])
    except InvalidRequest as error:  # a class that no schema can describe
        yield from error.problems
    except (KeyError, TypeError, AttributeError):  # none, or nothing of any known form: others judge that
        return
    else:
        yield from _told(parameter, check_schema(schema) if schema else ())


def _tool_problems(parameter: str, values: Mapping[str, Any]) -> list[Problem]:
    tools = values.get("tools")
    return _told(parameter, check_tools(tools)) if isinstance(tools, (list, tuple)) and tools else []


def _told(parameter: str, problems: tuple[SchemaProblem, ...]) -> list[Problem]:
    return [
        Problem(parameter, problem.pointer, "a schema within the limits", str(problem))
        for problem in problems[:MOST_TOLD]
    ]
