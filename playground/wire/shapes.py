"""The schemas within a request held against the limits, each problem under the parameter that it stands in.

Kept apart from the checks of single values because a schema may stand in four places: response_format, tools, and
both of them again in the extra JSON, which goes to a server as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.structured.limits import SchemaProblem, check_schema, check_tools
from playground.wire.response_format import schema_of

MOST_TOLD: Final = 5


def shape_problems(values: Mapping[str, Any], extra: Any) -> list[Problem]:
    """Why the shapes of a request cannot go: too large, too deep, endless, or a bomb. What is no shape passes."""
    found = [*_format_problems("response_format", values), *_tool_problems("tools", values)]
    if isinstance(extra, Mapping):
        found += [*_format_problems("extra_body", extra), *_tool_problems("extra_body", extra)]
        if isinstance(extra.get("json_schema"), Mapping):  # llama.cpp takes a schema under this name too
            found += _told("extra_body", check_schema(extra["json_schema"]))
    return found


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
