"""What `Field(...)`, `Annotated[...]` and pydantic's constrained types say about a field.

Kept apart from the types because the same facts come in four spellings, and are merged before they are applied.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.structured.source_names import VALIDATORS
from playground.structured.source_scope import NOT_PLAIN, Scope, dotted
from playground.structured.source_shapes import CONSTRAINTS, Shape, constrained, unsaid

_SAYS_NOTHING: Final = frozenset(
    [
        "strict",
        "frozen",
        "repr",
        "init",
        "init_var",
        "kw_only",
        "exclude",
        "exclude_if",
        "validate_default",
        "union_mode",
        "allow_inf_nan",
        "coerce_numbers_to_str",
        "fail_fast",
        "strip_whitespace",
        "to_upper",
        "to_lower",
        "serialization_alias",
        "alias_priority",
    ]
)
"""Arguments that are about Python, or about what comes after the JSON."""
_DESCRIBES: Final = frozenset({"title", "description", "examples"})
_POSITIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "Gt": ("gt",),
    "Ge": ("ge",),
    "Lt": ("lt",),
    "Le": ("le",),
    "MultipleOf": ("multiple_of",),
    "MinLen": ("min_length",),
    "MaxLen": ("max_length",),
    "Len": ("min_length", "max_length"),
    "Interval": (),
    "StringConstraints": (),
}
"""Metadata of annotated_types and pydantic: which arguments may come without a name."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One limit on the values, and where it stands."""

    name: str
    value: Any
    node: ast.expr


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What is said about one field. `optional` where it has a default; `default` is NOT_PLAIN without one to show."""

    constraints: tuple[Constraint, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    alias: str | None = None
    discriminator: str = ""
    optional: bool = False
    default: Any = NOT_PLAIN
    digits: Mapping[str, Any] = field(default_factory=dict)
    replaced: Mapping[str, Any] | None = None

    def over(self, earlier: FieldFacts) -> FieldFacts:
        """Both together; what is said later wins."""
        return FieldFacts(
            (*earlier.constraints, *self.constraints),
            {**earlier.keywords, **self.keywords},
            earlier.alias if self.alias is None else self.alias,
            self.discriminator or earlier.discriminator,
            self.optional or earlier.optional,
            earlier.default if self.default is NOT_PLAIN else self.default,
            {**earlier.digits, **self.digits},
            self.replaced or earlier.replaced,
        )


def facts_of_metadata(node: ast.expr, scope: Scope) -> FieldFacts:
    """What one argument of `Annotated` says after the type."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            scope.note(node, "A bare text in Annotated says nothing.", "Use Field(description=...).")
        return FieldFacts()
    if not isinstance(node, ast.Call):
        return _facts_of_name(node, scope)
    name = scope.name(node.func)
    if name.kind == "known" and name.text == "Field":
        return facts_of_field(node, scope)
    if name.kind == "known" and name.text in _POSITIONAL:
        return facts_of_arguments(node, scope, _POSITIONAL[name.text])
    if name.kind == "known" and name.text == "WithJsonSchema":
        schema = scope.value(node.args[0]) if len(node.args) == 1 else NOT_PLAIN
        return FieldFacts(replaced=schema) if isinstance(schema, dict) else FieldFacts()
    if name.kind == "known" and name.text == "Discriminator" and len(node.args) == 1:
        value = scope.value(node.args[0])
        return FieldFacts(discriminator=value) if isinstance(value, str) else FieldFacts()
    return _facts_of_name(node.func, scope)


def _facts_of_name(node: ast.expr, scope: Scope) -> FieldFacts:
    """Validators leave the schema as it is; what cannot be known is said."""
    name = scope.name(node)
    if name.kind == "alias":
        return (
            facts_of_metadata(scope.aliases[name.text], scope)
            if not scope.too_much(node, 0)
            else FieldFacts()
        )
    if name.kind == "known" and name.text in {*VALIDATORS, "Strict"}:
        if name.text in VALIDATORS:
            scope.note(node, f"{name.text} is not run here: the schema cannot say what it checks.")
    else:
        what = f"{'.'.join(dotted(node)) or scope.tree.excerpt(node)} is not understood within Annotated."
        scope.problem(node, what, "Use Field(...) with plain arguments.")
    return FieldFacts()


def facts_of_field(call: ast.Call, scope: Scope) -> FieldFacts:
    """What a call of `Field` says; its first argument is the default."""
    facts = facts_of_arguments(call, scope, ("default",))
    given = {keyword.arg for keyword in call.keywords}
    if "default" in given and "default_factory" in given:
        scope.problem(call, "default and default_factory exclude each other.", "Remove one of them.")
    return facts


def facts_of_arguments(call: ast.Call, scope: Scope, positional: tuple[str, ...]) -> FieldFacts:
    """What the arguments of a call say, those without a name taken as `positional`."""
    facts = FieldFacts()
    if len(call.args) > len(positional):
        scope.problem(
            call, f"{scope.tree.excerpt(call)} has too many arguments without a name.", "Name them."
        )
    arguments = list(zip(positional, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None:
            scope.problem(keyword.value, "** cannot be followed, for nothing is executed.", "Write them out.")
        else:
            arguments.append((keyword.arg, keyword.value))
    for name, node in arguments:
        facts = _fact(name, node, scope).over(facts)
    return facts


def _fact(name: str, node: ast.expr, scope: Scope) -> FieldFacts:
    """What one argument says."""
    if name in _SAYS_NOTHING:
        return FieldFacts()
    if name == "default" and isinstance(node, ast.Constant) and node.value is Ellipsis:
        return FieldFacts()
    if name == "default_factory":
        return _factory(node, scope)
    if name in CONSTRAINTS and isinstance(node, ast.Call) and scope.is_known(node.func, "date", "datetime"):
        return FieldFacts(constraints=(Constraint(name, None, node),))
    value = scope.value(node)
    if value is NOT_PLAIN:
        return FieldFacts(optional=name == "default")
    if name == "default":
        return FieldFacts(optional=True, default=default_of(value, node, scope))
    if value is None:
        return FieldFacts()
    return _plain_fact(name, value, node, scope)


def default_of(value: Any, node: ast.expr, scope: Scope) -> Any:
    """A default that JSON can hold, or NOT_PLAIN after a problem has been noted."""
    if isinstance(value, float) and not math.isfinite(value):
        scope.problem(node, "JSON knows no endless number.", "Use None, or leave the default out.")
        return NOT_PLAIN
    return value


def _factory(node: ast.expr, scope: Scope) -> FieldFacts:
    """A factory makes the field optional, and the schema shows no default; it is never called."""
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Lambda)):
        scope.problem(node, "default_factory is a call, and nothing is executed here.", "Name a function.")
    return FieldFacts(optional=True)


def _plain_fact(name: str, value: Any, node: ast.expr, scope: Scope) -> FieldFacts:
    if name in CONSTRAINTS:
        return FieldFacts(constraints=(Constraint(name, value, node),))
    if name in ("min_items", "max_items"):
        return FieldFacts(constraints=(Constraint(name.replace("items", "length"), value, node),))
    if name == "regex":
        return FieldFacts(constraints=(Constraint("pattern", value, node),))
    if name in _DESCRIBES:
        return FieldFacts(keywords={name: value})
    if name == "deprecated":
        return FieldFacts(keywords={"deprecated": True} if value or value == "" else {})
    if name in ("alias", "validation_alias") and isinstance(value, str):
        return FieldFacts(alias=value)
    if name == "json_schema_extra" and isinstance(value, dict):
        return FieldFacts(keywords=value)
    if name == "discriminator" and isinstance(value, str):
        return FieldFacts(discriminator=value)
    if name in ("max_digits", "decimal_places"):
        return FieldFacts(digits={name: value})
    scope.problem(node, f"{name} is not understood in Field.", "Remove it, or say it in the description.")
    return FieldFacts()


def apply(facts: FieldFacts, shape: Shape, scope: Scope) -> Shape:
    """The type with its constraints and descriptions; what does not fit the type is said."""
    if facts.replaced is not None:
        shape = Shape("other", facts.replaced)
    for constraint in facts.constraints:
        shape = _applied(constraint, shape, scope)
    return shape.with_extra(facts.keywords) if facts.keywords else shape


def _applied(constraint: Constraint, shape: Shape, scope: Scope) -> Shape:
    name, value, node = constraint.name, constraint.value, constraint.node
    fault = _fault(name, value, shape)
    if fault:
        scope.problem(node, f"{name} is {fault}.", "Correct or remove it.")
        return shape
    new = constrained(shape, name, value)
    if new is None:
        scope.problem(
            node, f"{name} says nothing about a value of this type.", "Put it on a type that it fits."
        )
        return shape
    if unsaid(shape, name):
        scope.note(node, f"{name} on a date or a time is left out: JSON Schema has no word for it.")
    return new


def _fault(name: str, value: Any, shape: Shape) -> str:
    """What is wrong with a limit, or nothing."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name == "pattern":
        return "" if isinstance(value, str) else "no text"
    if name in ("min_length", "max_length"):
        return "" if number and isinstance(value, int) and value >= 0 else "no whole number from 0 upwards"
    if shape.kind == "moment" or (shape.kind == "decimal" and isinstance(value, str)):
        return ""
    if not number:
        return "no number"
    if shape.kind == "whole" and isinstance(value, float) and value == value and not value.is_integer():
        return "a broken number on a whole one" if abs(value) != float("inf") else ""
    return "not above 0" if name == "multiple_of" and value <= 0 else ""
