"""The schemas within a request held against the limits, each problem under the parameter that it stands in.

Kept apart from the checks of single values because a schema may stand in four places: response_format, tools, and
both of them again in the extra JSON, which goes to a server as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.schema.limits import TYPES, Limits, SchemaProblem, check_schema, check_tools, no_limits
from playground.schema.response_format import FORMS, schema_of

MOST_TOLD: Final = 5


GrammarFaults = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class ShapeLimits:
    """What one kind of server cannot take of schemas, and of a grammar in the extra JSON, however right they are."""

    of_schema: Limits = no_limits
    of_grammar: GrammarFaults = lambda grammar: ()


def shape_problems(values: Mapping[str, Any], extra: Any, limits: ShapeLimits) -> list[Problem]:
    """Why the shapes of a request cannot go: wrong, too large, endless, or past these limits. What is none passes."""
    told = _Told(limits)
    found = [*told.of_format("response_format", values), *told.of_tools("tools", values)]
    if isinstance(extra, Mapping):
        if not _has_a_form_of_its_own(extra.get("response_format")):
            found += told.of_format("extra_body", extra)
        found += told.of_tools("extra_body", extra)
        if isinstance(extra.get("json_schema"), Mapping):  # llama.cpp takes a schema under this name too
            found += told.of_schema("extra_body", extra["json_schema"])
        if isinstance(extra.get("grammar"), str):
            faults = limits.of_grammar(extra["grammar"])
            found += [Problem("extra_body", "grammar", "less", text) for text in faults]
    return found


def _has_a_form_of_its_own(value: Any) -> bool:
    """Whether a response_format is of a type that is not known here: extra JSON is for just that."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    return isinstance(kind, str) and kind not in FORMS and kind not in TYPES


NO_LIMITS: Final = ShapeLimits()


@dataclass(frozen=True, slots=True)
class _Told:
    """The problems of shapes under some limits, each under its parameter."""

    limits: ShapeLimits

    def of_schema(self, parameter: str, schema: Any) -> list[Problem]:
        return _told(parameter, check_schema(schema, self.limits.of_schema))

    def of_format(self, parameter: str, values: Mapping[str, Any]) -> Sequence[Problem]:
        try:
            schema = schema_of(values["response_format"])
        except InvalidRequest as error:  # a class that no schema can describe
            return error.problems
        except (KeyError, TypeError, AttributeError):  # none, or nothing of any known form: others judge that
            return ()
        return self.of_schema(parameter, schema) if schema else ()

    def of_tools(self, parameter: str, values: Mapping[str, Any]) -> Sequence[Problem]:
        tools = values.get("tools")
        if not isinstance(tools, (list, tuple)) or not tools:
            return ()
        return _told(parameter, check_tools(tools, self.limits.of_schema))


def _told(parameter: str, problems: tuple[SchemaProblem, ...]) -> list[Problem]:
    return [
        Problem(parameter, problem.pointer, "a schema within the limits", str(problem))
        for problem in problems[:MOST_TOLD]
    ]
